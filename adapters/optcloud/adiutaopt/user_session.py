"""The user of adiutaOpt: signing in and out by hand. Every other verb signs in by itself when it has to."""

from __future__ import annotations

from typing import Any

from optcloud.adiutaopt.sign_in.session import CognitoSession, SignedIn, SignedOut
from optcloud.core.flow import Flow
from optcloud.core.verbs import Awaited, Blocking, verb
from optcloud.transport.asynchronous import AsyncConnection
from optcloud.transport.blocking import Connection


class _IdentityProvider:
    """Runs flows whose requests go to the identity provider, not to adiutaOpt itself."""

    def __init__(self, run: Any) -> None:
        self.run = run


class UserSessionVerbs:
    """What a user can do about the session at the identity provider."""

    _session: CognitoSession

    @verb
    def sign_in(self) -> Flow[SignedIn]:
        """Sign in anew, whatever tokens there are; what the pool asks for goes to ``adiutaopt_challenge``.

        Raises `AuthError`, `CredentialsNotFound`, `Unsupported` (a challenge that cannot be answered), `RateLimited`,
        `ServerError`, `TransportError`.
        """
        return self._session.sign_in()

    @verb
    def sign_out(self) -> Flow[SignedOut]:
        """Forget the tokens, here and where they are kept, and have the refresh token revoked.

        An ID token that went out before lasts to its end, an hour at most. Raises `RateLimited`, `ServerError`,
        `TransportError`: the tokens are forgotten then, too, but not revoked.
        """
        return self._session.sign_out()


class UserSession(UserSessionVerbs, Blocking):
    """The session of the user at the identity provider."""

    def __init__(self, connection: Connection, session: CognitoSession) -> None:
        self._connection, self._session = _IdentityProvider(connection.identify), session


class AsyncUserSession(UserSessionVerbs, Awaited):
    """The session of the user at the identity provider; each verb is awaited."""

    def __init__(self, connection: AsyncConnection, session: CognitoSession) -> None:
        self._connection, self._session = _IdentityProvider(connection.identify), session
