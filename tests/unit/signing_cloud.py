"""adiutaOpt with a scripted API and an identity provider that answers by itself."""

from __future__ import annotations

from typing import Any, TypeVar

import httpx

from optcloud.adiutaopt.connection import policy, session_of
from optcloud.adiutaopt.sign_in.session import CognitoSession
from optcloud.adiutaopt.sign_in.tokens import TokenStore
from optcloud.core.flow import Call, Flow, Sleep
from optcloud.core.settings import AdiutaOptSettings
from unit.identity_provider import CLIENT, POOL, IdentityProvider
from unit.script import RETRY, Script

T = TypeVar("T")
CALL = Call({"method": "GET", "url": "/version"})


def settings_for(provider: IdentityProvider, **changes: Any) -> AdiutaOptSettings:
    facts: dict[str, Any] = {
        "url": "https://planner.test",
        "username": provider.username,
        "password": "correct horse",
        "user_pool_id": POOL,
        "client_id": CLIENT,
        "cognito_url": "https://idp.test",
    }
    return AdiutaOptSettings(**(facts | changes))


def call() -> Flow[httpx.Response]:
    reply: httpx.Response = yield CALL
    return reply


class Cloud(Script):
    """The provider answers each `Post`, the scripted replies are for the API."""

    def __init__(
        self, provider: IdentityProvider, *replies: Any, token_store: TokenStore | None = None, **changes: Any
    ) -> None:
        super().__init__(replies, policy=policy(settings_for(provider, **changes), RETRY, token_store))
        self.provider = provider
        self.trouble: list[Any] = []

    def _next(self, asked: Any) -> httpx.Response:
        if isinstance(asked, httpx.Request):
            return super()._next(asked)
        assert self.exclusive == 1, "tokens are asked for exclusively"
        self.provider.now = self.now
        if self.trouble and (trouble := self.trouble.pop(0)) is not None:
            if isinstance(trouble, BaseException):
                raise trouble
            assert isinstance(trouble, httpx.Response)
            return trouble
        return self.provider(asked)

    def run_all(self, flow: Flow[T]) -> T:
        """Run a flow, of several; replies may be left over."""
        return self._run(flow)

    @property
    def session(self) -> CognitoSession:
        assert self.policy is not None
        return session_of(self.policy)

    @property
    def tokens(self) -> list[str]:
        return [request.headers["authorization"] for request in self.sent]


def call_twice(after: float = 0.0) -> Flow[None]:
    yield CALL
    yield Sleep(after)
    yield CALL
