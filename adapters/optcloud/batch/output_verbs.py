"""What became of the jobs of a batch: one by one, as files, as a picture."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from optcloud.batch.handle import BatchHandle
from optcloud.batch.jobs import JobState
from optcloud.batch.results.pages import ResultPages
from optcloud.core.flow import Flow, Pages
from optcloud.core.verbs import pages, verb

if TYPE_CHECKING:
    from optcloud.batch.results.results import JobResult


class OutputVerbs(BatchHandle):
    """What a batch can be asked about its jobs."""

    @pages
    def results(
        self, *, states: Iterable[JobState] = (JobState.OK,), follow: bool = False
    ) -> Pages[tuple[str, JobResult]]:
        """Iterate over pairs of key and result, in the order of ending; again later, the same and more.

        ``states``: of which jobs; the result tells its state. ``follow``: wait for more until each job has ended or is
        held; somebody else must work the batch meanwhile.
        """
        return ResultPages(self._ask, self.name, tuple(JobState(state) for state in states), follow=follow)

    @pages
    def failures(self) -> Pages[tuple[str, JobResult]]:
        """Iterate over pairs of key and result of the jobs that failed, are gone, or are held; they say why."""
        return ResultPages(self._ask, self.name, (JobState.FAILED, JobState.GONE, JobState.HELD))

    @verb
    def to_parquet(self, path: str | Path) -> Flow[Path]:
        """Write all jobs as Parquet, a row each. Needs the extra ``parquet``. Raises `ConfigError`, `OSError`."""
        from optcloud.batch.results.tables import to_parquet  # noqa: PLC0415 - brings pyarrow

        return self._ask(lambda ledger: to_parquet(ledger.rows(self.name), path))

    @verb
    def to_csv(self, path: str | Path) -> Flow[Path]:
        """Write all jobs as CSV, a row each. Raises `ConfigError` (there is no such folder), `OSError`."""
        from optcloud.batch.results.tables import to_csv  # noqa: PLC0415

        return self._ask(lambda ledger: to_csv(ledger.rows(self.name), path))

    @verb
    def to_folder(self, path: str | Path) -> Flow[Path]:
        """Write the results as files into a folder, which is made, with a table of all jobs.

        Raises `ConfigError` (the folder's own folder is not there), `OSError`.
        """
        from optcloud.batch.results.folder import to_folder  # noqa: PLC0415

        return self._ask(lambda ledger: to_folder(ledger.rows(self.name), path))

    @verb
    def picture(self, path: str | Path) -> Flow[Path]:
        """Draw the run into a page that needs nothing else: jobs by state over time, and how long they ran.

        Needs the extra ``pictures``. Raises `ConfigError`, `OSError`.
        """
        from optcloud.batch.results.picture import picture  # noqa: PLC0415 - brings the charting library

        return self._ask(lambda ledger: picture(ledger.rows(self.name), path, title=self.name, now=ledger.now()))
