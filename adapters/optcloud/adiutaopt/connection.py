"""How adiutaOpt is reached: the Cognito ID token in the Authorization header, with or without ``Bearer``."""

from __future__ import annotations

from attrs import field, frozen

from optcloud.adiutaopt.sign_in.session import CognitoSession
from optcloud.adiutaopt.sign_in.tokens import TokenStore
from optcloud.core.errors import AuthError
from optcloud.core.flow import Flow, Request
from optcloud.core.request_policy import RequestPolicy
from optcloud.core.retry import RetryPolicy
from optcloud.core.secret import Redactor, Secret
from optcloud.core.settings import AdiutaOptSettings

VENDOR = "adiutaOpt"
# adiutaOpt facts F003: the same body posted again answers with the key of the first one.
IDEMPOTENT = frozenset({"postShiftDescription", "postMixedDescription", "postFloorDescription"})


@frozen
class TokenAuth:
    """Source: adiutaOpt facts F061-F064 and C01 (the page shows the bare token and the Bearer form)."""

    session: CognitoSession = field(repr=False)
    bearer: bool

    def sign(self, request: Request) -> Flow[None]:
        """Set the header, with a token that lasts for a while."""
        token = yield from self.session.token()
        request.headers["authorization"] = f"Bearer {token.reveal()}" if self.bearer else token.reveal()

    def reject(self, request: Request, error: AuthError) -> Flow[bool]:
        """Let the next signature get a new token."""
        self.session.reject(Secret(request.headers["authorization"].removeprefix("Bearer ")))
        yield from ()
        return True


def policy(settings: AdiutaOptSettings, retry: RetryPolicy, token_store: TokenStore | None = None) -> RequestPolicy:
    """Return the policies of a connection with these settings; ``token_store``: where tokens are kept.

    ``accept`` and ``accept-encoding`` are set to listed values, since an HTTP library's defaults are in neither list
    (adiutaOpt facts F017-F019).
    """
    secrets = [secret for secret in (settings.password, settings.client_secret) if secret is not None]
    session = CognitoSession(settings, Redactor(secrets), retry, token_store)
    return RequestPolicy(
        vendor=VENDOR,
        base_url=settings.url,
        auth=TokenAuth(session, settings.bearer),
        redact=session.redact,
        retry=retry,
        idempotent=IDEMPOTENT,
        headers={"accept": "application/json", "accept-encoding": "gzip"},
    )


def session_of(policy: RequestPolicy) -> CognitoSession:
    """Return the session whose tokens sign the requests of this policy."""
    if not isinstance(policy.auth, TokenAuth):
        raise TypeError(f"not the policy of {VENDOR}: {policy!r}")
    return policy.auth.session
