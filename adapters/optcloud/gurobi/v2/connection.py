"""How Gurobi Instant Cloud v2 is reached, and how references name its pools.

Two headers on each request, over HTTPS only (Gurobi v2 facts 1).
"""

from __future__ import annotations

from attrs import field, frozen

from optcloud.core.errors import AuthError, ConfigError
from optcloud.core.flow import Flow, Request
from optcloud.core.reference import Reference
from optcloud.core.replies import is_json_object
from optcloud.core.request_policy import RequestPolicy
from optcloud.core.retry import RetryPolicy
from optcloud.core.secret import Redactor, Secret
from optcloud.core.settings import GurobiSettings

VENDOR = "Gurobi Instant Cloud v2"
ACCESS_ID, SECRET_KEY = "X-GUROBI-ACCESS-ID", "X-GUROBI-SECRET-KEY"
_POOL = "pool"  # the first part of a pool's path; no machine's id is as short (Gurobi facts 4: inferred)


@frozen
class KeyAuth:
    """Sends access id and secret key. There is nothing to sign: no date, no order of parameters."""

    access_id: str
    secret_key: Secret = field(repr=False)

    def sign(self, request: Request) -> Flow[None]:
        """Set both headers."""
        request.headers[ACCESS_ID] = self.access_id
        request.headers[SECRET_KEY] = self.secret_key.reveal()
        yield from ()

    def reject(self, request: Request, error: AuthError) -> Flow[bool]:
        """A key cannot be renewed from here."""
        yield from ()
        return False


def policy(settings: GurobiSettings, retry: RetryPolicy) -> RequestPolicy:
    """Return the policies of a connection with these settings. Raises `ConfigError` for a key that no header holds.

    No write is repeated: which of them may be is not published. Refusals are a 400 with a JSON object; other statuses
    are not published, so they prove nothing.
    """
    _check_header("access_id", Secret(settings.access_id))
    _check_header("secret_key", settings.secret_key)
    return RequestPolicy(
        vendor=VENDOR,
        base_url=settings.url,
        auth=KeyAuth(settings.access_id, settings.secret_key),
        redact=Redactor([settings.secret_key]),
        retry=retry,
        refuses=lambda error: error.status == 400 and is_json_object(error.body),
        headers={"accept": "application/json"},
    )


def _check_header(name: str, value: Secret) -> None:
    """Refuse here what httpx would refuse with the value in its error."""
    if not _fits_a_header(value.reveal()):
        raise ConfigError(
            f"gurobi.{name}: a header cannot hold it: it is empty, or has a line break, a space at an end or a sign "
            "that is not ASCII; copy it anew from the Instant Cloud Manager"
        )


def _fits_a_header(value: str) -> bool:
    return bool(value) and value.isascii() and value.isprintable() and value == value.strip()


def pool_reference(profile: str, pool_id: str) -> Reference:
    """Return ``gurobi:PROFILE/pool/ID``. References of API v1 list the ids of machines."""
    return Reference("gurobi", profile, (_POOL, pool_id))


def is_pool(reference: Reference) -> bool:
    """Say whether a reference names a pool."""
    return len(reference.path) == 2 and reference.path[0] == _POOL
