"""How values show themselves in a notebook: as small tables of HTML, made of what is known, without a request."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from html import escape
from itertools import islice
from typing import Any

import attrs

from optcloud.core.escaping import escaped

LONGEST = 20  # rows of a table
WIDEST = 200  # letters of a cell


class ShownAsTable:
    """A value of attrs that a notebook shows as its fields: those that its repr has, secrets masked as there."""

    __slots__ = ()

    def _repr_html_(self) -> str:
        fields: Any = attrs.fields(type(self))  # type: ignore[arg-type]  # of a class of attrs
        return record_html(type(self).__name__, {each.name: getattr(self, each.name) for each in fields if each.repr})


def record_html(title: str, fields: Mapping[str, object]) -> str:
    """Return a table of names and values."""
    return _table(
        title, "".join(f"<tr><th>{_cell(name)}</th><td>{_cell(value)}</td></tr>" for name, value in fields.items())
    )


def table_html(title: str, names: Iterable[str], rows: Iterable[Iterable[object]], count: int) -> str:
    """Return a table of the first rows of ``count``, which says so where there are more."""
    head = "".join(f"<th>{_cell(name)}</th>" for name in names)
    shown = ("".join(f"<td>{_cell(value)}</td>" for value in row) for row in islice(rows, LONGEST))
    body = f"<tr>{head}</tr>" + "".join(f"<tr>{row}</tr>" for row in shown)
    return _table(f"{title} ({min(count, LONGEST)} of {count})" if count > LONGEST else title, body)


def _table(title: str, body: str) -> str:
    return f"<table><caption>{_cell(title)}</caption>{body}</table>"


def _cell(value: object) -> str:
    text = escaped("" if value is None else str(value))
    return escape(text if len(text) <= WIDEST else text[: WIDEST - 1] + "…")
