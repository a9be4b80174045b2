"""What a task says while it runs: lines of its log, and the intermediate status that a local DEX service hands out."""

from contextvars import ContextVar
from dataclasses import dataclass

from optcloud_sandbox.clock import SandboxClock
from optcloud_sandbox.parsing import writable


@dataclass(frozen=True)
class LogLine:
    """`time` in seconds of the sandbox's clock."""

    time: float
    level: str
    message: str


class TaskReport:
    """The report of one run. A service writes it from its own thread, hence only appends and assignments."""

    def __init__(self, clock: SandboxClock) -> None:
        self._clock = clock
        self.lines: list[LogLine] = []
        self.latest_status: tuple[bytes, str] | None = None

    def now(self) -> float:
        return self._clock.now()

    def log(self, message: str, level: str = "info") -> None:
        """A further line of the task's log."""
        self.lines.append(LogLine(self._clock.now(), writable(level), writable(message)))

    def status(self, data: bytes, content_type: str = "application/json") -> None:
        """The intermediate status from now on, instead of the one before (DEX: `status-data-path`)."""
        self.latest_status = (data, content_type)


CURRENT: ContextVar[TaskReport] = ContextVar("optcloud_sandbox.report")


def this_run() -> TaskReport:
    """The report of the task whose service runs in this thread; LookupError outside one."""
    return CURRENT.get()
