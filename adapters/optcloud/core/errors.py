"""The errors that optcloud raises, of all clouds.

Every error of optcloud is an `OptCloudError`. A refusal that the vendor would make and that optcloud already sees
before sending is raised as the same class as the vendor's own refusal, with ``status`` None: one ``except`` clause
serves both.

Their tree (modules of a cloud and of the facade add some of their own)::

    OptCloudError
        ConfigError
            CredentialsNotFound
        TransportError
            DeadlineExceeded
        ReplyError
            ApiError
                BadRequest
                AuthError
                Forbidden
                NotFound
                Conflict
                PayloadTooLarge
                UnprocessablePlan
                RateLimited
                ServerError
            ResponseMismatch
        JobError
            JobFailed
            JobGone
            WaitTimeout
        DrawingError
        Unsupported
        NotPortable

Each error survives pickle, copy and deepcopy, so it comes whole out of a process pool (`optcloud.core.error_pickling`).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

from optcloud.core import error_pickling as crossing
from optcloud.core.escaping import escaped

if TYPE_CHECKING:
    from optcloud.core.findings import InputFinding
    from optcloud.core.states import Status

Sent = Literal["no", "unknown"]
JobDetail: TypeAlias = Mapping[str, Any] | str | None
"""A JSON object of the vendor's, a text, or None."""


class OptCloudError(crossing.PortableError):
    """Base of all errors that optcloud raises. As text, what is unprintable in a vendor's words is escaped."""

    def __str__(self) -> str:
        return escaped(super().__str__())


class ConfigError(OptCloudError):
    """A setting, a reference or an address cannot be used; the message names it and says what to do."""


class CredentialsNotFound(ConfigError):
    """Settings that a cloud needs were found nowhere: `what` names all of them, `tried` each place looked at.

    ``needs``: the sentence that says so, where it is not about a single secret.
    """

    def __init__(self, what: str, tried: tuple[str, ...], *, needs: str = "") -> None:
        self.what: str = what
        self.tried: tuple[str, ...] = tried
        places = "\n".join(f"  - {place}" for place in tried)
        head = needs or f"{what} was not found"
        mend = "\noptcloud config init asks for settings and keeps them" if needs else ""
        super().__init__((f"{head}. Places tried, in this order:\n{places}" if tried else head) + mend)


class TransportError(OptCloudError):
    """The wire failed before a whole reply was there.

    ``sent`` is "no" when the request provably never left (it may be repeated), else "unknown": the vendor may have
    acted on it. ``passing`` is False when another attempt would fail in the same way. ``status`` and ``body`` are what
    had come of a reply that broke off: a job's id may be in it. ``hint`` says what to look at, in a sentence; None: it
    is not known.
    """

    def __init__(
        self,
        message: str,
        *,
        sent: Sent,
        vendor: str = "",
        operation: str = "",
        status: int | None = None,
        body: bytes = b"",
        passing: bool = True,
        hint: str | None = None,
    ) -> None:
        self.sent: Sent = sent
        self.hint: str | None = hint
        self.passing: bool = passing
        self.vendor: str = vendor
        self.operation: str = operation
        self.status: int | None = status
        self.body: bytes = body
        super().__init__(message)


class DeadlineExceeded(TransportError):
    """Time was over before a whole reply was there: that of the caller (``timeout=``), or that of a single reply.

    It is not repeated by itself.
    """


class ReplyError(OptCloudError):
    """Base of errors that carry the vendor's reply.

    ``status`` is the HTTP status (None: refused here, before sending), ``body`` the bytes received, ``headers`` the
    reply's headers. None of them is part of the message or the repr, since bodies may hold personal data.
    """

    def __init__(
        self,
        message: str,
        *,
        status: int | None = None,
        vendor: str = "",
        operation: str = "",
        request_id: str | None = None,
        headers: Mapping[str, str] | None = None,
        body: bytes = b"",
    ) -> None:
        self.message: str = message
        self.status: int | None = status
        self.vendor: str = vendor
        self.operation: str = operation
        self.request_id: str | None = request_id
        self.headers: Mapping[str, str] = headers or {}
        self.body: bytes = body
        super().__init__(self._sentence())

    def hide(self, redact: Callable[[str], str]) -> None:
        """Hide a secret in the words of the message; the body is kept as received."""
        self.message = redact(self.message)
        self.args = (self._sentence(),)

    def place(self, vendor: str, operation: str) -> None:
        """Name whose reply it was to what, where that was not known."""
        self.vendor, self.operation = self.vendor or vendor, self.operation or operation
        self.args = (self._sentence(),)

    def say_more(self, words: str) -> None:
        """Add to the words of the message."""
        self.message = f"{self.message}; {words}"
        self.args = (self._sentence(),)

    def _sentence(self) -> str:
        where = " ".join(part for part in (self.vendor, self.operation) if part)
        status = f" answered {self.status}" if self.status is not None else ""
        request = f" (request id {self.request_id})" if self.request_id else ""
        return f"{where}{status}: {self.message}{request}" if where else f"{self.message}{request}"


class ApiError(ReplyError):
    """The request was refused (HTTP status 400 or above), by the vendor or by something on the way to it."""

    by_vendor = False
    """Whether this is a refusal as the vendor documents it, by status and form: whoever else answers proves nothing."""

    @property
    def refused(self) -> bool:
        """Whether nothing was done, provably: the vendor said so itself, or the request was never sent."""
        return self.by_vendor or self.status is None


class BadRequest(ApiError):
    """400 and other 4XX without a class of their own, such as 405: the request is wrong as it stands."""


class AuthError(ApiError):
    """401, or the identity provider refused: who you are was not accepted."""


class Forbidden(ApiError):
    """403: you are known, but not allowed (for AIMMS PRO often a missing scope)."""


class NotFound(ApiError):
    """404 or 410: there is no such thing."""


class Conflict(ApiError):
    """409: not possible in the state the thing is in; ``state`` is that, where it was looked up.

    405, too, for the operations of which the vendor's pages say so: AIMMS, when a task is interrupted or deleted.
    """

    state: Status | None = None


class PayloadTooLarge(ApiError):
    """413: the body exceeds the vendor's limit."""


class UnprocessablePlan(ApiError):
    """422: the problem does not satisfy the schema.

    ``faults`` are all that were found before sending, ``path`` is that of the first; both are empty for a refusal by
    the vendor.
    """

    path: str | None = None
    faults: tuple[InputFinding, ...] = ()


class RateLimited(ApiError):
    """429: too many requests. ``retry_after`` is in seconds, or None."""

    retry_after: float | None = None


class ServerError(ApiError):
    """5XX: the vendor's side failed. ``retry_after`` is in seconds, or None."""

    retry_after: float | None = None


class ResponseMismatch(ReplyError):
    """The reply is not what the document promises: an unnamed status, an HTML page, a body too large or unreadable.

    ``passing`` says that it may have been garbled on its way: a read is repeated.
    """

    passing: bool = False


class JobError(OptCloudError):
    """Base of errors about a job; ``ref`` is its reference, with which it can be resumed.

    Raised for one of many jobs that were waited for, ``ended`` maps the references of those that have ended to their
    statuses, and ``left`` has the references of the others.
    """

    def __init__(
        self, message: str, *, ref: str, ended: Mapping[str, Status] | None = None, left: tuple[str, ...] = ()
    ) -> None:
        self.ref: str = ref
        self.ended: Mapping[str, Status] = ended or {}
        self.left: tuple[str, ...] = left
        super().__init__(f"{message} [{ref}]")


class JobFailed(JobError):
    """The job ended without a result. ``body`` keeps what the vendor answered, ``detail`` the vendor's words.

    ``detail`` is the vendor's JSON object (AIMMS PRO: the task as last seen; adiutaOpt: the ErrorPlan), a text where it
    said no more than that, or None.
    """

    def __init__(self, message: str, *, ref: str, detail: JobDetail = None, body: bytes = b"") -> None:
        self.detail: JobDetail = detail
        self.body: bytes = body
        super().__init__(message, ref=ref)


class JobGone(JobError):
    """The vendor no longer knows the job."""


class WaitTimeout(JobError):
    """The wait ended, not the job: ask again with the same reference."""


class DrawingError(OptCloudError):
    """A picture could not be drawn; what it was to show is as it was."""


class Unsupported(OptCloudError):
    """The vendor has no such function; nothing was sent."""


class NotPortable(OptCloudError, TypeError):
    """This object belongs to its process, so it is neither pickled nor copied; the message says what to hand over."""
