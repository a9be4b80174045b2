"""How AIMMS PRO is reached: the ``apikey`` header on every request, or none at all for a local DEX service."""

from __future__ import annotations

import re

from attrs import evolve, field, frozen

from optcloud.aimms import local_service as local
from optcloud.core.errors import ApiError, AuthError, ConfigError
from optcloud.core.flow import Flow, Request
from optcloud.core.replies import is_json_object
from optcloud.core.request_policy import RequestPolicy
from optcloud.core.retry import RetryPolicy
from optcloud.core.secret import Redactor, Secret
from optcloud.core.settings import AimmsSettings

VENDOR = "AIMMS PRO"
SESSION_MANAGER, SECRET_MANAGER, USER_MANAGER = "session-manager", "secret-manager", "user-manager"
_BASE = re.compile(r"(?P<account>.*)/pro-api/v\d+", re.DOTALL)
# Published for a local service (AIMMS facts 3); that the cloud does the same is inferred.
_STATE_REFUSALS = frozenset({"deleteTask", "interruptTask"})
LARGEST_BODY = 256 * 1024 * 1024  # AIMMS facts 7: 256 MB since PRO 2.48.1; read as binary megabytes (inferred)


@frozen
class Endpoint:
    """Where tasks run: in the cloud, or in a local DEX service, which has no apps; the largest body that it takes."""

    vendor: str = VENDOR
    largest: int = LARGEST_BODY
    local: bool = False


CLOUD = Endpoint()
# Source: the document's Error and ErrorMessage. What the siblings and a local service say is taken for the same.
_ERROR = {"errorId": str, "errorCode": int, "message": str}


@frozen
class ApiKeyAuth:
    """Source: vendor page "AIMMS PRO REST API", API Keys and Scopes: the key goes into the ``apikey`` header."""

    api_key: Secret = field(repr=False)

    def sign(self, request: Request) -> Flow[None]:
        """Set the header."""
        request.headers["apikey"] = self.api_key.reveal()
        yield from ()

    def reject(self, request: Request, error: AuthError) -> Flow[bool]:
        """An API key cannot be renewed from here."""
        yield from ()
        return False


def endpoint_of(settings: AimmsSettings) -> Endpoint:
    """Return where the tasks of a connection with these settings run."""
    return Endpoint(local.VENDOR, settings.local_limit, local=True) if settings.local else CLOUD


def policy(settings: AimmsSettings, retry: RetryPolicy) -> RequestPolicy:
    """Return the policies of a connection with these settings."""
    key = settings.api_key
    return RequestPolicy(
        vendor=VENDOR if key else endpoint_of(settings).vendor,
        base_url=settings.url,
        auth=ApiKeyAuth(key) if key else local.NoKey(settings.url),
        redact=Redactor([key] if key else []),
        retry=retry,
        refuses=_refuses,
        state_refusals=_STATE_REFUSALS,
    )


def _refuses(error: ApiError) -> bool:
    return is_json_object(error.body, _ERROR)


def sibling_vendor(service: str) -> str:
    """Return how a sibling service is called in errors: ``AIMMS session-manager``."""
    return f"AIMMS {service}"


def sibling(own: RequestPolicy, service: str) -> RequestPolicy:
    """Return the request policy of a sibling service of the same account.

    It has the same key, and ``/pro/SERVICE/v1`` in place of ``/pro-api/v2``. Source: AIMMS facts 1 (documented but
    not in the client). Raises `ConfigError` where there is no account, as at a local DEX service.
    """
    base = _BASE.fullmatch(own.base_url)
    if base is None:
        raise ConfigError(
            f"aimms.url: {service} is reached beside an address that ends with /pro-api/v2, which {own.base_url!r} "
            "does not; there is none beside a local AIMMS"
        )
    return evolve(own, vendor=sibling_vendor(service), base_url=f"{base['account']}/pro/{service}/v1")
