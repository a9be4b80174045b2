"""The progress line of a terminal: what goes on, since when, and a bar while bytes are sent or received."""

from __future__ import annotations

from rich.console import Console, RenderableType
from rich.progress import (
    BarColumn,
    DownloadColumn,
    Progress,
    ProgressColumn,
    SpinnerColumn,
    Task,
    TextColumn,
    TimeElapsedColumn,
)
from rich.text import Text


class KnownTotal(ProgressColumn):
    """A column that is there only while it is known how much there is to do."""

    def __init__(self, column: ProgressColumn) -> None:
        self._column = column
        super().__init__()

    def render(self, task: Task) -> RenderableType:
        """Render the column, or nothing."""
        return Text("") if task.total is None else self._column.render(task)


def progress_line() -> Progress:
    """Return the line, on stderr; it is gone when it ends."""
    return Progress(
        SpinnerColumn(),
        TextColumn("{task.description}", markup=False),
        KnownTotal(BarColumn(bar_width=24)),
        KnownTotal(DownloadColumn(binary_units=True)),
        TimeElapsedColumn(),
        console=Console(stderr=True),
        transient=True,
        redirect_stdout=False,  # data stays on stdout
        redirect_stderr=False,
    )
