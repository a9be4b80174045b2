"""How Gurobi Instant Cloud v1 is reached: each request is signed over its own encoded parameters and the date."""

from __future__ import annotations

from urllib.parse import urlsplit

from attrs import field, frozen

from optcloud.clouds.gurobi.signature import date_header, sign, string_to_sign
from optcloud.core.errors import AuthError
from optcloud.core.exchange import Road
from optcloud.core.flow import Flow, Instant, ReadClock, Request
from optcloud.core.redact import Redactor, Secret
from optcloud.core.retry import RetryPolicy
from optcloud.core.settings import GurobiSettings

VENDOR = "Gurobi Instant Cloud"
KILL = "kill"  # killing the same machines again changes nothing, so it may be repeated
# Every refusal is a 400 (vendor page, API Errors); these say that the caller was not accepted.
NAMED_REFUSALS = {
    "Missing X-Gurobi-Signature Header": AuthError,
    "Missing X-Gurobi-Date Header": AuthError,
    "Too large of time skew": AuthError,
    "Invalid User Id": AuthError,
    "Invalid Signature": AuthError,
}


@frozen
class SignatureAuth:
    """Signs the raw query (GET) or form body (POST), anew for each attempt, since the date is part of it."""

    secret_key: Secret = field(repr=False)

    def sign(self, request: Request) -> Flow[None]:
        """Set ``X-Gurobi-Date`` and ``X-Gurobi-Signature``."""
        now: Instant = yield ReadClock()
        date = date_header(now.wall)
        sent = request.content.decode() if request.method == "POST" else urlsplit(str(request.url)).query
        request.headers["X-Gurobi-Date"] = date
        request.headers["X-Gurobi-Signature"] = sign(string_to_sign(request.method, sent, date), self.secret_key)

    def reject(self, request: Request, error: AuthError) -> Flow[bool]:
        """A secret key cannot be renewed from here."""
        yield from ()
        return False


def road(settings: GurobiSettings, retry: RetryPolicy) -> Road:
    """Return the policies of a connection with these settings."""
    return Road(
        vendor=VENDOR,
        base_url=settings.url,
        auth=SignatureAuth(settings.secret_key),
        redact=Redactor([settings.secret_key]),
        retry=retry,
        idempotent=frozenset({KILL}),
        named_refusals=NAMED_REFUSALS,
        headers={"accept": "application/json"},
    )
