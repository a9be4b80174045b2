"""The user of adiutaOpt: signing in and out by hand. Every other verb signs in by itself when it has to."""

from __future__ import annotations

from typing import Any

from optcloud.adiutaopt.sign_in.session import CognitoSession
from optcloud.core.verbs import Awaited, Blocking
from optcloud.handles.verb_from import verb_from
from optcloud.transport.asynchronous import AsyncConnection
from optcloud.transport.blocking import Connection


class IdentityProviderRunner:
    """Runs flows whose requests go to the identity provider, not to adiutaOpt itself."""

    def __init__(self, run: Any) -> None:
        self.run = run


class UserSessionVerbs:
    """What a user can do about the session at the identity provider."""

    sign_in = verb_from("_session", CognitoSession.sign_in)
    sign_out = verb_from("_session", CognitoSession.sign_out)

    def __init__(self, connection: Connection | AsyncConnection, session: CognitoSession) -> None:
        self._connection, self._session = IdentityProviderRunner(connection.identify), session


class UserSession(UserSessionVerbs, Blocking):
    """The session of the user at the identity provider."""


class AsyncUserSession(UserSessionVerbs, Awaited):
    """The session of the user at the identity provider; each verb is awaited."""
