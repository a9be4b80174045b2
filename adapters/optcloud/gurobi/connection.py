"""How Gurobi Instant Cloud v1 is reached: each request is signed over its own encoded parameters and the date.

Where this machine's clock is off, the server's refusal tells by how much; it is corrected for from then on.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from urllib.parse import parse_qs, urlsplit

from attrs import define, field, frozen

from optcloud.core.errors import ApiError, AuthError
from optcloud.core.events import ALSO_AN_EVENT, ClockOff
from optcloud.core.flow import Flow, Instant, Notify, ReadClock, Reply, Request
from optcloud.core.process_bound import renew_in_child
from optcloud.core.request_policy import RequestPolicy
from optcloud.core.retry import RetryPolicy, http_date
from optcloud.core.secret import Redactor, Secret
from optcloud.core.settings import GurobiSettings
from optcloud.gurobi import signature
from optcloud.gurobi.errors import (
    NAMED_REFUSALS,
    RESOLUTION,
    InvalidSignature,
    InvalidUserId,
    Refusal,
    TimeSkewTooLarge,
    off_by,
)
from optcloud.gurobi.signature import date_header, sign, string_to_sign
from optcloud.gurobi.signature_comparison import SignedText, compare

logger = logging.getLogger("optcloud")
VENDOR = signature.VENDOR
_END = 253_370_764_800.0  # the year 9999: there are no dates after it
KILL = "kill"  # killing the same machines again changes nothing, so it may be repeated
DATE, SIGNATURE = "X-Gurobi-Date", "X-Gurobi-Signature"


@define(eq=False)
class SignatureAuth:
    """Signs the raw query (GET) or form body (POST), anew for each attempt, since the date is part of it."""

    secret_key: Secret = field(repr=False)
    offset: float = 0.0
    """Seconds that this machine's clock is behind the server's (negative: ahead); 0 until a refusal tells."""
    _lock: threading.Lock = field(factory=threading.Lock, init=False, repr=False)

    def __attrs_post_init__(self) -> None:
        renew_in_child(self)

    def after_fork(self) -> None:
        """Make the lock anew: who held it may not be in this process."""
        self._lock = threading.Lock()

    def sign(self, request: Request) -> Flow[None]:
        """Set ``X-Gurobi-Date`` and ``X-Gurobi-Signature``."""
        now: Instant = yield ReadClock()
        date = date_header(now.wall + self.offset)
        request.headers[DATE] = date
        request.headers[SIGNATURE] = sign(
            string_to_sign(request.method, sent_parameters(request), date), self.secret_key
        )

    def reject(self, request: Request, error: AuthError) -> Flow[bool]:
        """Learn the server's time from a refusal of the date. A secret key cannot be renewed from here."""
        if not isinstance(error, TimeSkewTooLarge):
            return False
        behind = yield from _behind(error)
        if behind is None:
            return False
        if self._learn(behind):
            words = "this machine's clock %s that of %s (%+.0f s); corrected for"
            logger.warning(words, off_by(behind), VENDOR, behind, extra=ALSO_AN_EVENT)
            yield Notify(ClockOff(VENDOR, behind))
        return True

    def _learn(self, behind: float) -> bool:
        """Take another offset over; False: it is known, as where several requests are refused at once."""
        with self._lock:
            if abs(behind - self.offset) < RESOLUTION:
                return False
            self.offset = behind
            return True


@frozen
class SignedRequestPolicy(RequestPolicy):
    """The policy of API v1: refusals also tell what is known here: the clock, the text that was signed."""

    def exchange(self, request: Request) -> Flow[Reply]:
        """Send a request and return the reply. Raises the classes of `optcloud.gurobi.errors` too."""
        try:
            return (yield from RequestPolicy.exchange(self, request))
        except ApiError as error:
            yield from self._explain(error, request)
            raise

    def _explain(self, error: ApiError, request: Request) -> Flow[None]:
        date = request.headers.get(DATE, "")
        match error:
            case TimeSkewTooLarge():
                behind = yield from _behind(error)
                error.measure(behind, date)
            case InvalidSignature():
                ours = SignedText.sent(request.method, sent_parameters(request), date)
                error.compare(compare(ours, error.body, self.redact))
            case InvalidUserId():
                given = parse_qs(sent_parameters(request)).get("id", [""])
                error.look_at(given[0])


def sent_parameters(request: Request) -> str:
    """Return the parameters as they go over the wire: the form of a POST, else the query."""
    return request.content.decode() if request.method == "POST" else urlsplit(str(request.url)).query


def _behind(error: TimeSkewTooLarge) -> Flow[float | None]:
    """Return how many seconds this machine's clock is behind that of a refusal; None: it tells no time."""
    server_time = http_date(error.headers.get("date", ""))
    if server_time is None or not 0 < server_time < _END:
        return None
    now: Instant = yield ReadClock()
    return server_time - now.wall


def policy(settings: GurobiSettings, retry: RetryPolicy) -> RequestPolicy:
    """Return the policies of a connection with these settings."""
    return SignedRequestPolicy(
        vendor=VENDOR,
        base_url=settings.url,
        auth=SignatureAuth(settings.secret_key),
        redact=Redactor([settings.secret_key]),
        retry=retry,
        idempotent=frozenset({KILL}),
        named_refusals=NAMED_REFUSALS,
        refuses=lambda error: isinstance(error, Refusal) and error.is_documented,
        headers={"accept": "application/json"},
        connections=None,  # killing machines waits for nobody
    )


def offset_of(policy: RequestPolicy) -> Callable[[], float]:
    """Return what tells how many seconds this machine's clock is behind the server's, as far as it is known then."""
    auth = auth_of(policy)
    return lambda: auth.offset


def auth_of(policy: RequestPolicy) -> SignatureAuth:
    """Return what signs the requests of this policy."""
    if not isinstance(policy.auth, SignatureAuth):
        raise TypeError(f"not the policy of {VENDOR}, API v1: {policy!r}")
    return policy.auth
