"""Refresh tokens: their life, rotation and revocation.

Source: "Refresh tokens" and "RefreshTokenRotationType" in Amazon's pages on Cognito user pools.
"""

import secrets
import uuid
from dataclasses import dataclass, replace

from optcloud_sandbox.clock import SandboxClock
from optcloud_sandbox.cognito.users import PoolUser
from optcloud_sandbox.refusal import Refusal
from optcloud_sandbox.settings import CognitoSettings


@dataclass(frozen=True)
class RefreshGrant:
    """What a refresh token stands for. `family` is the claim origin_jti of all tokens that come from one sign-in."""

    user: PoolUser
    client_id: str
    auth_time: int
    expires: float
    family: str
    replaced: float | None = None  # when rotation replaced it


class RefreshTokens:
    def __init__(self, clock: SandboxClock) -> None:
        self._clock = clock
        self._held: dict[str, RefreshGrant] = {}
        self._revoked: set[str] = set()

    def issue(self, user: PoolUser, client_id: str, lifetime: float) -> tuple[str, RefreshGrant]:
        """A token for a sign-in that just succeeded."""
        now = self._clock.now()
        return self._keep(RefreshGrant(user, client_id, int(now), now + lifetime, str(uuid.uuid4())))

    def use(self, token: str, client_id: str, settings: CognitoSettings) -> RefreshGrant:
        """What the token stands for; Refusal when it may not be used (any more)."""
        held = self._held.get(token)
        if held is None or held.client_id != client_id:
            raise Refusal(400, "Invalid Refresh Token", name="NotAuthorizedException")
        if held.family in self._revoked:
            raise Refusal(400, "Refresh Token has been revoked", name="NotAuthorizedException")
        now = self._clock.now()
        if held.expires <= now:
            raise Refusal(400, "Refresh Token has expired", name="NotAuthorizedException")
        if held.replaced is not None and now - held.replaced >= settings.rotation_grace:
            raise Refusal(400, "Refresh token has been invalidated by rotation", name="RefreshTokenReuseException")
        return held

    def rotate(self, token: str) -> str:
        """A token in place of this one, for the rest of its life."""
        held = self._held[token]
        if held.replaced is None:
            self._held[token] = replace(held, replaced=self._clock.now())
        return self._keep(replace(held, replaced=None))[0]

    def revoke(self, token: str, client_id: str) -> None:
        """Revoke what came from the same sign-in; a token unknown here is revoked already (RFC 7009)."""
        held = self._held.get(token)
        if held is not None and held.client_id == client_id:
            self._revoked.add(held.family)

    def revoke_user(self, user: PoolUser) -> None:
        self._revoked |= {held.family for held in self._held.values() if held.user.subject == user.subject}

    def is_revoked(self, family: str) -> bool:
        return family in self._revoked

    def _keep(self, held: RefreshGrant) -> tuple[str, RefreshGrant]:
        token = "fake-refresh-token-" + secrets.token_urlsafe(48)
        self._held[token] = held
        return token, held
