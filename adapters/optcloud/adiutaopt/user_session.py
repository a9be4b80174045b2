"""The user of adiutaOpt: signing in and out by hand. Every other verb signs in by itself when it has to."""

from __future__ import annotations

from optcloud.adiutaopt.sign_in.session import CognitoSession, SignedIn, SignedOut
from optcloud.transport.asynchronous import AsyncConnection
from optcloud.transport.blocking import Connection


class UserSession:
    """The session of the user at the identity provider."""

    def __init__(self, connection: Connection, session: CognitoSession) -> None:
        self._identify = connection.identify
        self._session = session

    def sign_in(self) -> SignedIn:
        """Sign in anew, whatever tokens there are; what the pool asks for goes to ``adiutaopt_challenge``.

        Raises `AuthError`, `CredentialsNotFound`, `Unsupported` (a challenge that cannot be answered), `RateLimited`,
        `ServerError`, `TransportError`.
        """
        return self._identify(self._session.sign_in())

    def sign_out(self) -> SignedOut:
        """Forget the tokens, here and where they are kept, and have the refresh token revoked.

        An ID token that went out before lasts to its end, an hour at most. Raises `RateLimited`, `ServerError`,
        `TransportError`: the tokens are forgotten then, too, but not revoked.
        """
        return self._identify(self._session.sign_out())


class AsyncUserSession:
    """The session of the user at the identity provider; each verb is awaited."""

    def __init__(self, connection: AsyncConnection, session: CognitoSession) -> None:
        self._identify = connection.identify
        self._session = session

    async def sign_in(self) -> SignedIn:
        """Sign in anew, whatever tokens there are; what the pool asks for goes to ``adiutaopt_challenge``.

        Raises `AuthError`, `CredentialsNotFound`, `Unsupported` (a challenge that cannot be answered), `RateLimited`,
        `ServerError`, `TransportError`.
        """
        return await self._identify(self._session.sign_in())

    async def sign_out(self) -> SignedOut:
        """Forget the tokens, here and where they are kept, and have the refresh token revoked.

        An ID token that went out before lasts to its end, an hour at most. Raises `RateLimited`, `ServerError`,
        `TransportError`: the tokens are forgotten then, too, but not revoked.
        """
        return await self._identify(self._session.sign_out())
