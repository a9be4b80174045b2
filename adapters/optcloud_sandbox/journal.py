"""What the sandbox was asked: an entry a request, without bodies, header or query values, hence without secrets."""

from collections import deque
from dataclasses import asdict, dataclass
from typing import Any

KEPT_ENTRIES = 100_000
LONGEST = 2000  # characters of a path that are kept


@dataclass
class Entry:
    """One request.

    `time` is in seconds since the epoch by the sandbox's clock, sizes are in bytes. `status` is None as long as no
    reply was sent, and stays None when the connection was dropped. `parameters` are names of query parameters.
    `operation` is set for Cognito, whose requests all go to one path.
    """

    number: int
    time: float
    vendor: str
    method: str
    path: str
    parameters: tuple[str, ...] = ()
    operation: str | None = None
    request_type: str | None = None
    request_size: int = 0
    status: int | None = None
    response_type: str | None = None
    response_size: int = 0
    fault: str | None = None

    def as_dict(self) -> dict[str, Any]:
        return asdict(self)


class Journal:
    """The last 100,000 requests, oldest first."""

    def __init__(self) -> None:
        self._entries: deque[Entry] = deque(maxlen=KEPT_ENTRIES)
        self._count = 0

    def open(self, time: float, vendor: str, method: str, path: str) -> Entry:
        self._count += 1
        entry = Entry(self._count, time, vendor, method, path[:LONGEST])
        self._entries.append(entry)
        return entry

    def entries(self) -> list[Entry]:
        return list(self._entries)

    def clear(self) -> None:
        self._entries.clear()
        self._count = 0
