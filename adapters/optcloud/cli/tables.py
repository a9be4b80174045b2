"""Tables of records: for people as wide as their terminal, for programs as tab-separated values.

What names a record (its id) is never cut or folded, so that it can be copied in one piece. Where a terminal is too
narrow, whole columns are left out, those that matter least first.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

from optcloud.core.escaping import escaped

if TYPE_CHECKING:
    from rich.table import Table

_GAP = 2  # blanks between two columns
_LEAST_FOLDED = 20  # signs, below which a text that is folded is hard to read


@dataclass(frozen=True)
class Column:
    """A column: its title for people, the field of a record that it shows, and how much it matters.

    ``rank`` 0 is for what names the record: always shown, on one line, whole. Of the others the terminal shows what
    fits, by rank and then from the left. ``folds``: a text that may take several lines.
    """

    title: str
    field: str
    rank: int = 1
    folds: bool = False


name_column = partial(Column, rank=0)
text_column = partial(Column, folds=True)
Columns = Sequence[Column]
Record = Mapping[str, Any]


def plain(value: Any) -> str:
    """Return a value as people read it: nothing for None, yes or no, lists and mappings with commas."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, Mapping):
        return ", ".join(f"{key}={item}" for key, item in value.items())
    if isinstance(value, list | tuple):
        return ", ".join(map(plain, value))
    return str(value)


def separated(columns: Columns, records: Iterable[Record]) -> list[str]:
    """Return tab-separated lines: the names of the fields, then one line a record.

    There are no quotes: a tab, a line end or another unprintable sign in a value is escaped (``\\t``, ``\\n``).
    """
    rows = [[escaped(plain(record.get(column.field)), keep="") for column in columns] for record in records]
    return ["\t".join(cells) for cells in [[column.field for column in columns], *rows]]


class FittedTable:
    """A table as it fits into so many signs a line. ``hidden``: the columns that did not fit."""

    def __init__(self, columns: Columns, records: Iterable[Record], width: int) -> None:
        self._cells = [[_cell(column, record) for column in columns] for record in records]
        self._titles = [escaped(column.title, keep="") for column in columns]
        natural = [_width([self._titles[index], *(row[index] for row in self._cells)]) for index in range(len(columns))]
        self._columns, self._natural, self._width = columns, natural, width
        self.rows = len(self._cells)
        self._shown = self._fit()
        self.needed = _joined(natural)
        """How wide a terminal shows all columns, and folds nothing."""
        self.hidden = [column for index, column in enumerate(columns) if index not in self._shown]

    def _fit(self) -> dict[int, int]:
        """Return the widths of the columns that are shown, by their places."""
        chosen = {index: self._natural[index] for index, column in enumerate(self._columns) if column.rank == 0}
        others = [(column.rank, index) for index, column in enumerate(self._columns) if column.rank]
        for _rank, index in sorted(others):
            natural = self._natural[index]
            least = min(natural, _LEAST_FOLDED) if self._columns[index].folds else natural
            if _joined([*chosen.values(), least]) <= self._width:
                chosen[index] = least
        for index, least in chosen.items():  # what is left is for the texts
            left = max(self._width - _joined(chosen.values()), 0)
            chosen[index] = min(self._natural[index], least + left)
        return dict(sorted(chosen.items()))

    def draw(self, show: Callable[[Table, int], object]) -> None:
        """Draw it by rich, at the width that is given: no narrower than the ids, which a terminal continues."""
        from rich.table import Table  # noqa: PLC0415 - only for people
        from rich.text import Text  # noqa: PLC0415

        table = Table(box=None, padding=(0, _GAP, 0, 0), pad_edge=False)
        for index, width in self._shown.items():
            folds = self._columns[index].folds
            table.add_column(
                Text(self._titles[index]), width=width, no_wrap=not folds, overflow="fold" if folds else "ignore"
            )
        for row in self._cells:
            table.add_row(*(Text(row[index]) for index in self._shown))
        show(table, _joined(self._shown.values()))


def _cell(column: Column, record: Record) -> str:
    return escaped(plain(record.get(column.field)), keep="\n" if column.folds else "")


def _width(texts: Iterable[str]) -> int:
    from rich.cells import cell_len  # noqa: PLC0415 - only for people

    return max((cell_len(line) for text in texts for line in text.split("\n")), default=0)


def _joined(widths: Iterable[int]) -> int:
    listed = list(widths)
    return sum(listed) + _GAP * (len(listed) - 1)
