"""How many tasks run at once: the REST license profile of an account, the single session of a local DEX service."""

from collections.abc import Callable
from concurrent.futures import Executor

from optcloud_sandbox.aimms.runs import Run
from optcloud_sandbox.pace import Pace


class Gate:
    """Lets runs begin in the order of their creation, at most `limit()` at a time; None is no limit.

    Runs created without a limit are not held, whatever the limit becomes.
    """

    def __init__(self, limit: Callable[[], int | None]) -> None:
        self._limit = limit
        self._held: list[Run] = []
        self._active: list[Run] = []

    def add(self, run: Run) -> None:
        limit = self._limit()
        if limit is None:
            return
        if run.job.is_due() and not self._is_awaited() and len(self._active) < limit:
            self._active.append(run)
        else:
            run.job.held = True
            self._held.append(run)

    def _is_awaited(self) -> bool:
        return any(run.job.is_due() for run in self._held)

    def active(self) -> list[Run]:
        return self._active

    def advance(self, pace: Pace, workers: Executor) -> None:
        """Let the next ones begin. A place that became free is taken at the first look after that, not before."""
        for run in self._active:
            run.look(pace, workers, counts=False)
        self._active = [run for run in self._active if not (run.finished() or run.deleted)]
        if not self._held:
            return
        self._held = [run for run in self._held if not (run.finished() or run.deleted)]
        limit = self._limit()
        free = len(self._held) if limit is None else limit - len(self._active)
        if free <= 0:
            return
        for run in [run for run in self._held if limit is None or run.job.is_due()][:free]:
            run.job.release()
            self._held.remove(run)
            self._active.append(run)
