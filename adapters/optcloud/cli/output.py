"""What the command line prints on stdout: tables and lines for people, JSON for programs, bytes as received.

Texts from outside are escaped (`optcloud.core.escaping`), so that they cannot steer a terminal. What a person asks for
as it is, a task's result or its log, goes into a pipe or a file as it is; a terminal shows it escaped.
"""

from __future__ import annotations

import shutil
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

from optcloud.cli.tables import Columns, FittedTable, plain, separated
from optcloud.core.escaping import escaped, json_text

if TYPE_CHECKING:
    from optcloud.cli.messages import Messages

_PIPE_WIDTH = 200  # nobody reads a pipe by eye: cells are not folded there


class Output:
    """Data of one command. What is to be said about them goes to ``messages``."""

    def __init__(self, messages: Messages) -> None:
        self.as_json = False
        self._messages = messages

    def data(self, value: Any, *lines: str) -> None:
        """Print a value as JSON, or, for people, the lines."""
        if self.as_json:
            self.json(value)
        self.lines(*lines)

    def lines(self, *lines: str) -> None:
        """Print lines for people; with --json, nothing."""
        for line in () if self.as_json else lines:
            print(escaped(line), flush=True)

    def json(self, value: Any) -> None:
        """Print JSON, in UTF-8 whatever the locale; unprintable signs are escaped as JSON does it."""
        self.raw(json_text(value, indent=2).encode() + b"\n")

    def raw(self, content: bytes) -> None:
        """Write bytes as they are."""
        sys.stdout.flush()
        sys.stdout.buffer.write(content)
        sys.stdout.buffer.flush()

    def streamed(self, save: Callable[[Path], object]) -> None:
        """Write what ``save`` puts into a file, as `received` does. A pipe gets it piece by piece: it may be large."""
        with TemporaryDirectory(prefix="optcloud-") as folder:
            file = Path(folder) / "content"
            save(file)
            if sys.stdout.isatty():
                self.received(file.read_bytes())
                return
            sys.stdout.flush()
            with file.open("rb") as content:
                shutil.copyfileobj(content, sys.stdout.buffer)
            sys.stdout.buffer.flush()

    def received(self, content: bytes) -> None:
        """Write what a vendor sent, as it is; a terminal gets its line end, and nothing that is not text."""
        if not sys.stdout.isatty():
            self.raw(content)
            return
        try:
            text = content.decode()
        except UnicodeDecodeError:
            print(f"{len(content):,} bytes that are not text: save them with --output FILE")
        else:
            print(escaped(text.replace("\r\n", "\n")).rstrip("\n"))

    def fields(self, record: Mapping[str, Any]) -> None:
        """Print one record: as JSON, or a line for each field that is not empty."""
        if self.as_json:
            self.json(record)
            return
        for name, value in record.items():
            if value not in (None, "", [], {}):
                shown = escaped(plain(value)).replace("\n", "\n  ")
                print(f"{escaped(name).replace('_', ' ')}: {shown}", flush=True)

    def labelled(self, label: str, text: str, *, style: str, width: int) -> None:
        """Print a label and the text beside it; a terminal shows the label in a style and folds the text there."""
        lines = escaped(text)
        if not sys.stdout.isatty():
            print(label.ljust(width) + lines.replace("\n", "\n" + " " * width), flush=True)
            return
        from rich.table import Table  # noqa: PLC0415 - only for people
        from rich.text import Text  # noqa: PLC0415

        grid = Table.grid()
        grid.add_column(width=width)
        grid.add_column(overflow="fold")
        grid.add_row(Text(label, style), Text(lines))
        show(grid)

    def table(self, columns: Columns, records: Iterable[Mapping[str, Any]], *, empty: str) -> None:
        """Print a table for people, in a pipe, too: a part of a page that is read."""
        width = _width()
        table = FittedTable(columns, records, width)
        if table.rows == 0:
            print(empty)
            return
        table.draw(lambda drawn, needed: show(drawn, max(width, needed)))
        if table.hidden:
            titles = ", ".join(column.title for column in table.hidden)
            words = f"{len(table.hidden)} {'column' if len(table.hidden) == 1 else 'columns'} hidden ({titles})"
            self._messages.say(
                f"{words}: widen the terminal to {table.needed} columns, or --json",
                event="columns hidden",
                hidden=[column.field for column in table.hidden],
            )

    def records(
        self, columns: Columns, records: Sequence[Mapping[str, Any]], *, empty: str, limit: int | None = None
    ) -> None:
        """Print a list: all fields as JSON, else the ``columns``, as a table or, in a pipe, as tab-separated values.

        Of more than ``limit`` records the first are printed, and it is said that there are more.
        """
        listed = list(records[:limit])
        if self.as_json:
            self.json(listed)
        elif sys.stdout.isatty():
            self.table(columns, listed, empty=empty)
        else:
            print("\n".join(separated(columns, listed)), flush=True)
            if not listed:
                self._messages.say(empty, event="empty")
        if len(listed) < len(records):
            words = f"{len(listed)} shown, more with --limit"
            self._messages.say(words, event="more", shown=len(listed))


def pick(value: object, *names: str) -> dict[str, Any]:
    """Return attributes of an object as a record."""
    return {name: getattr(value, name) for name in names}


def show(renderable: object, width: int | None = None) -> None:
    """Print something of rich on stdout."""
    from rich.console import Console  # noqa: PLC0415 - only for people

    Console(file=sys.stdout, width=_width() if width is None else width, highlight=False).print(renderable)


def _width() -> int:
    return shutil.get_terminal_size().columns if sys.stdout.isatty() else _PIPE_WIDTH
