"""A table of typed columns, handed to whatever reads tables: CSV, Excel, pandas, polars, Arrow."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any, Literal, TypeAlias

from attrs import field, frozen

from optcloud.core.errors import ConfigError
from optcloud.core.extras import need
from optcloud.core.local_paths import local_path
from optcloud.views.notebook import table_html

ColumnKind: TypeAlias = Literal["id", "text", "date", "moment", "integer", "number"]
Exact: TypeAlias = Literal["int64", "uint64", "text", "date", "moment", "number"]
_WHOLE = ("id", "integer")
_FIXED: dict[str, Exact] = {"text": "text", "date": "date", "moment": "moment", "number": "number"}
_INT64 = range(-(2**63), 2**63)
_UINT64 = range(2**64)


@frozen
class TableColumn:
    """One column; None is what is not known. An ``id`` is an integer or a text, and may change from row to row."""

    name: str
    kind: ColumnKind
    values: Sequence[Any] = field(repr=False)

    @property
    def exact(self) -> Exact:
        """The narrowest type that holds each value exactly."""
        if self.kind not in _WHOLE:
            return _FIXED[self.kind]
        known = [value for value in self.values if value is not None]
        if not all(isinstance(value, int) for value in known):
            return "text"
        if all(value in _INT64 for value in known):
            return "int64"
        return "uint64" if all(value in _UINT64 for value in known) else "text"

    def exactly(self) -> list[Any]:
        """Return the values as that type has them."""
        if self.exact != "text":
            return list(self.values)
        return [None if value is None else str(value) for value in self.values]


@frozen
class Table:
    """Columns of the same length, under a title."""

    title: str
    columns: tuple[TableColumn, ...]

    def _repr_html_(self) -> str:
        count = len(self.columns[0].values) if self.columns else 0
        return table_html(self.title, (column.name for column in self.columns), self.rows(), count)

    def rows(self) -> Iterator[tuple[Any, ...]]:
        """Iterate over the rows."""
        return zip(*(column.values for column in self.columns), strict=True)


def to_csv(table: Table, path: str | Path) -> Path:
    """Write CSV in UTF-8: a header, dates and times in ISO 8601, an empty field for what is not known."""
    target = local_path(path)
    with target.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(column.name for column in table.columns)
        writer.writerows([_written(value) for value in row] for row in table.rows())
    return target


def _written(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.isoformat(timespec="minutes")
    return value.isoformat() if isinstance(value, date) else value


def to_pandas(table: Table) -> Any:
    """Return a ``pandas.DataFrame``; integers are nullable (``Int64``) only where some are missing."""
    pandas = need("pandas", package="pandas", purpose="a table for pandas")
    return pandas.DataFrame({column.name: _pandas_series(pandas, column) for column in table.columns})


def _pandas_series(pandas: Any, column: TableColumn) -> Any:
    values, exact = column.exactly(), column.exact
    if exact in ("int64", "uint64"):
        whole = None not in values
        return pandas.Series(values, dtype=exact if whole else {"int64": "Int64", "uint64": "UInt64"}[exact])
    kinds = {"text": "string", "date": "datetime64[us]", "moment": "datetime64[us]", "number": "float64"}
    return pandas.Series(values, dtype=kinds[exact])


def to_polars(table: Table) -> Any:
    """Return a ``polars.DataFrame``."""
    polars = need("polars", package="polars", purpose="a table for polars")
    kinds = {
        "int64": polars.Int64,
        "uint64": polars.UInt64,
        "text": polars.String,
        "date": polars.Date,
        "moment": polars.Datetime("us"),
        "number": polars.Float64,
    }
    return polars.DataFrame([polars.Series(c.name, c.exactly(), dtype=kinds[c.exact]) for c in table.columns])


def to_arrow(table: Table) -> Any:
    """Return a ``pyarrow.Table``."""
    arrow = need("pyarrow", package="optcloud[parquet]", purpose="a table for Arrow")
    kinds = {
        "int64": arrow.int64(),
        "uint64": arrow.uint64(),
        "text": arrow.string(),
        "date": arrow.date32(),
        "moment": arrow.timestamp("us"),
        "number": arrow.float64(),
    }
    return arrow.table({c.name: arrow.array(c.exactly(), type=kinds[c.exact]) for c in table.columns})


def to_parquet(table: Table, path: str | Path) -> Path:
    """Write Parquet and return the path. Raises `ConfigError` without the extra ``parquet``, `OSError`."""
    target = local_path(path)
    need("pyarrow", package="optcloud[parquet]", purpose="a Parquet file")
    parquet = need("pyarrow.parquet", package="optcloud[parquet]", purpose="a Parquet file")
    parquet.write_table(to_arrow(table), target, compression="zstd")
    return target


def check_rows(table: Table, most: int, form: str) -> None:
    """Refuse a table that a form cannot hold, before a file is begun."""
    rows = len(table.columns[0].values)
    if rows > most:
        raise ConfigError(f"{form} takes {most:,} rows, and {table.title} has {rows:,}: write CSV instead")
