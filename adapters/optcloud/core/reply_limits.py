"""How large a reply may be, and how long it may take: what a hostile or broken server can cost."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from attrs import frozen

from optcloud.core.errors import ConfigError

MEGA = 1024 * 1024
LARGEST_ERROR = MEGA


@frozen(kw_only=True)
class ReplyLimits:
    """The largest replies that are taken, in bytes once their coding (gzip, deflate, br) is undone, and their time.

    ``reply``: replies that the document describes as JSON. ``result``: all others, such as a task's response, a file
    of the storage or a log, in memory or on the way into a file; the default is what AIMMS PRO documents. Bodies of
    errors may have 1 MB. Larger ones raise `ResponseMismatch`. ``reply_time`` and ``result_time``: within how many
    seconds the whole of a reply must have come since the request was sent, else `DeadlineExceeded` is raised; left
    out, 5 and 60 times the ``timeout`` of one attempt (5 minutes and an hour, as ``timeout`` is by default).
    """

    reply: int = 64 * MEGA
    result: int = 256 * MEGA
    reply_time: float | None = None
    result_time: float | None = None

    def __attrs_post_init__(self) -> None:
        for name in ("reply", "result", "reply_time", "result_time"):
            value = getattr(self, name)
            if value is not None and not value > 0:
                raise ConfigError(f"limits: {name}={value!r} must be above 0")

    def size(self, *, is_result: bool, status: int) -> int:
        """Return the largest body, in bytes."""
        if status >= 400:
            return LARGEST_ERROR
        return self.result if is_result else self.reply

    def seconds(self, *, is_result: bool, timeout: float) -> float:
        """Return how long the whole reply may take; ``timeout`` is that of one attempt."""
        given = self.result_time if is_result else self.reply_time
        return given if given is not None else timeout * (60 if is_result else 5)


def is_result(responses: Mapping[str, Iterable[str]] | None) -> bool:
    """Say whether the document promises something else than JSON, such as the bytes of a file."""
    if responses is None:
        return False
    promised = [kind for status, kinds in responses.items() if status.startswith("2") for kind in kinds]
    return any(not kind.partition(";")[0].strip().endswith(("/json", "+json")) for kind in promised)
