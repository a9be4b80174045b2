"""What the vendor answers to a problem: the plan as received, and what a person wants to see of it.

Sources: vendor page "ShiftPlanner v6.0.0"; adiutaOpt facts F043-F048, 12.
"""

from __future__ import annotations

from datetime import date
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Generic, TypeVar, overload

import msgspec
from attrs import define, evolve, field

from optcloud.adiutaopt.connection import VENDOR
from optcloud.adiutaopt.planners import SHIFT, PlannerDescription, PlanT
from optcloud.adiutaopt.solution.assignments import Assignment, FieldsFound, Rows, Worker, read_rows
from optcloud.adiutaopt.solution.diff import SolutionDifference, compare
from optcloud.adiutaopt.solution.field_names import WORDS, SolutionWords
from optcloud.adiutaopt.solution.summary import Summary, summarize
from optcloud.adiutaopt.solution.tables import What, table_of
from optcloud.core.errors import ResponseMismatch
from optcloud.core.local_paths import local_path
from optcloud.core.replies import UNREADABLE

if TYPE_CHECKING:
    import adiutaopt_models as models
    from optcloud.adiutaopt.solution.chart import By, Colour
LoadedT = TypeVar("LoadedT")


class _Head(msgspec.Struct):
    """What is said of the whole plan; tasks and workers are passed over unread."""

    requestID: Any = None  # noqa: N815 - the vendor's name
    meta: Any = None
    statistics: Any = None
    info: Any = None


@define
class Solution(Generic[PlanT]):
    """A solved plan: ``raw`` is the JSON as received (nothing is lost), ``plan`` its typed view, built on first touch.

    The type of ``plan`` is the planner's output plan of `adiutaopt_models`; fields it does not know are in ``raw``.
    `assignments`, `unassigned`, `workers`, `summary`, `diff`, the exports and the picture are read by ``words``, the
    table of field names, most of which are inferred: `fields` says what was found.
    """

    raw: bytes = field(repr=False)
    planner: PlannerDescription[PlanT]
    words: SolutionWords = field(default=WORDS, repr=False, eq=False)

    @overload
    @classmethod
    def load(cls, path: str | Path) -> Solution[models.ShiftPlannerOutputPlan]: ...
    @overload
    @classmethod
    def load(cls, path: str | Path, planner: PlannerDescription[LoadedT]) -> Solution[LoadedT]: ...
    @classmethod
    def load(cls, path: str | Path, planner: PlannerDescription[Any] = SHIFT) -> Solution[Any]:
        """Return a solution that was saved. It is read on first touch."""
        return Solution(local_path(path).read_bytes(), planner)

    @cached_property
    def plan(self) -> PlanT:
        """Decode the plan. Raises `ResponseMismatch` (with the body kept) where it contradicts the document."""
        try:
            return msgspec.json.decode(self.raw, type=self.planner.plan_type)
        except UNREADABLE as error:
            raise ResponseMismatch(
                f"the plan is not what the document promises: {error}", vendor=VENDOR, body=self.raw
            ) from error

    def json(self) -> Any:
        """Decode the plan as plain Python objects, with all fields."""
        return msgspec.json.decode(self.raw)

    def save(self, path: str | Path) -> Path:
        """Write the bytes as received and return the path."""
        target = local_path(path)
        target.write_bytes(self.raw)
        return target

    def read_as(self, words: SolutionWords) -> Solution[PlanT]:
        """Return the same solution, read by other field names."""
        return evolve(self, words=words)

    @cached_property
    def rows(self) -> Rows:
        """All tasks and workers as rows, and under which names they were found.

        Raises `ResponseMismatch` where ``tasks`` or ``workers`` is not an array of objects.
        """
        return read_rows(self.raw, self.words)

    @property
    def fields(self) -> FieldsFound:
        """Under which names the fields were found, what was not found, and what could not be read."""
        return self.rows.fields

    @cached_property
    def assignments(self) -> tuple[Assignment, ...]:
        """The tasks that somebody does, in the order received."""
        return tuple(row for row in self.rows.tasks if row.assigned)

    @cached_property
    def unassigned(self) -> tuple[Assignment, ...]:
        """The tasks that nobody does, with the ``reason`` where the solution gives one."""
        return tuple(row for row in self.rows.tasks if not row.assigned)

    @property
    def workers(self) -> tuple[Worker, ...]:
        """The workers in the order received, those without a task, too."""
        return self.rows.workers

    @cached_property
    def head(self) -> dict[str, Any]:
        """``requestID``, ``meta``, ``statistics`` and ``info`` as received, without reading the rest."""
        try:
            return msgspec.structs.asdict(msgspec.json.decode(self.raw, type=_Head))
        except UNREADABLE as error:
            raise ResponseMismatch(f"the plan is not a JSON object: {error}", vendor=VENDOR, body=self.raw) from error

    def summary(self) -> Summary:
        """Count tasks, hours and profit, in all and for each worker; with the vendor's statistics as received."""
        return summarize(self.rows, self.head)

    def _repr_html_(self) -> str | None:
        try:
            return self.summary()._repr_html_() + table_of(self.rows, self.summary, "tasks")._repr_html_()
        except ResponseMismatch:  # it cannot be read: the repr is shown
            return None

    def diff(self, other: Solution[Any]) -> SolutionDifference:
        """Say what became of this solution's tasks in another one, by their ids. Raises `ResponseMismatch`."""
        return compare(self.rows, other.rows)

    def to_csv(self, path: str | Path, what: What = "tasks") -> Path:
        """Write one table as CSV: ``tasks`` (all), ``assigned``, ``unassigned`` or ``workers``."""
        from optcloud.views.tables import to_csv  # noqa: PLC0415 - on first use

        return to_csv(table_of(self.rows, self.summary, what), path)

    def to_parquet(self, path: str | Path, what: What = "tasks") -> Path:
        """Write one table as Parquet. Needs the extra ``parquet`` (`ConfigError`). Raises `OSError`."""
        from optcloud.views.tables import to_parquet  # noqa: PLC0415 - on first use

        return to_parquet(table_of(self.rows, self.summary, what), path)

    def to_excel(self, path: str | Path) -> Path:
        """Write a workbook of three sheets: assignments, unassigned, workers. Needs openpyxl (`ConfigError`)."""
        from optcloud.views.excel import to_excel  # noqa: PLC0415 - on first use

        whats: tuple[What, ...] = ("assigned", "unassigned", "workers")
        return to_excel([table_of(self.rows, self.summary, what) for what in whats], path)

    def to_pandas(self, what: What = "tasks") -> Any:
        """Return a ``pandas.DataFrame`` of one table. Needs pandas (`ConfigError`)."""
        from optcloud.views.tables import to_pandas  # noqa: PLC0415 - on first use

        return to_pandas(table_of(self.rows, self.summary, what))

    def to_polars(self, what: What = "tasks") -> Any:
        """Return a ``polars.DataFrame`` of one table. Needs polars (`ConfigError`)."""
        from optcloud.views.tables import to_polars  # noqa: PLC0415 - on first use

        return to_polars(table_of(self.rows, self.summary, what))

    def to_arrow(self, what: What = "tasks") -> Any:
        """Return a ``pyarrow.Table`` of one table. Needs pyarrow (`ConfigError`)."""
        from optcloud.views.tables import to_arrow  # noqa: PLC0415 - on first use

        return to_arrow(table_of(self.rows, self.summary, what))

    def gantt(
        self,
        path: str | Path,
        by: By = "worker",
        *,
        colour: Colour = "auto",
        title: str | None = None,
        first: date | None = None,
        last: date | None = None,
        language: str = "en",
        paper: str | None = None,
        across: bool | None = None,
        dpi: int | None = None,
    ) -> list[Path]:
        """Draw who works when, and return the files: ``.html``, ``.svg``, ``.png`` or ``.pdf``, by the path's ending.

        ``by`` worker: a row each, days as columns. ``by`` day: a section each, hours as columns. ``colour`` by kind,
        qualification or name of the tasks; auto takes the first of these that the solution has. ``first`` and ``last``
        narrow the days; ``language`` is en or de. ``paper`` (A4 to A0; not HTML) fits the picture to sheets, ``across``
        or upright, on as many as keep it legible: several files, numbered. ``dpi`` is for PNG.

        All but HTML needs the extra ``pictures``. Raises `ConfigError` for a wish that cannot be, `ResponseMismatch`
        where no task has a start and an end that can be read, `DrawingError` where drawing fails (in a process of its
        own).
        """
        from optcloud.adiutaopt.solution.chart import Wish, chart_of  # noqa: PLC0415 - on first use
        from optcloud.views.gantt.files import form_of, write  # noqa: PLC0415 - on first use
        from optcloud.views.gantt.sheet import Paper  # noqa: PLC0415 - on first use

        target = local_path(path)
        form_of(target)  # before a large plan is read
        wish = Wish(by=by, colour=colour, title=title, first=first, last=last, language=language)
        chart = chart_of(self.rows, wish, title=self._title())
        sheet = None if paper is None else Paper(paper, across)
        return write(chart, target, language=language, paper=sheet, dpi=dpi)

    def _title(self) -> str:
        """The name in the plan's ``meta`` (inferred), else that of the planner."""
        meta = self.head["meta"]
        names = [meta.get(name) for name in self.words.plan_name] if isinstance(meta, dict) else []
        return next((name for name in names if isinstance(name, str) and name), f"adiutaOpt {self.planner.name} plan")
