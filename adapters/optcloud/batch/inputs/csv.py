"""Inputs from CSV: the first line has the names, and each row becomes a JSON object of texts."""

from __future__ import annotations

import csv
import re
from codecs import BOM_UTF8
from collections.abc import Iterator
from pathlib import Path

import msgspec

from optcloud.batch.inputs.json import file_lines
from optcloud.batch.inputs.rows import InputRow
from optcloud.core.escaping import shown
from optcloud.core.findings import InputFinding

_QUOTED = re.compile('"(?:[^"]|"")*"')
_DELIMITERS = (",", ";", "\t")


def csv_rows(path: Path) -> Iterator[InputRow | InputFinding]:
    """Each row as a JSON object of texts, as they stand in the file: ``007`` stays ``"007"``. Empty lines are none.

    UTF-8, with or without a byte order mark. What parts the fields, the header tells: comma, semicolon or tabulator.
    A row is numbered by the line on which it begins; the header's is 1.
    """
    with path.open("rb") as file:
        lines = (_text(number, line) for number, line in enumerate(file_lines(file), 1))
        begins = 1
        try:
            first = next(lines, "")
            reader = csv.reader(_again(first, lines), delimiter=_delimiter(first), strict=True)
            header = next(reader, [])
            if fault := _header_fault(header):
                yield InputFinding(f"{path.name}, line 1", fault)
                return
            begins = reader.line_num + 1
            for fields in reader:
                place = f"{path.name}, line {begins}"
                if len(fields) == len(header):
                    row = dict(zip(header, fields, strict=True))
                    yield InputRow(place, begins, msgspec.json.encode(row), row)
                elif fields:
                    yield InputFinding(
                        place,
                        f"has {len(fields)} fields, and the header {len(header)}",
                        'put a text with the delimiter in it into quotes: "…"',
                    )
                begins = reader.line_num + 1
        except _NotText as error:
            yield InputFinding(f"{path.name}, line {error.args[0]}", "is not UTF-8", "save the file as CSV in UTF-8")
        except csv.Error as error:
            what, hint = _words(error)
            yield InputFinding(f"{path.name}, line {begins}", what, hint)


class _NotText(Exception):  # noqa: N818 - it does not leave this module
    """A line is not UTF-8: its number."""


def _text(number: int, line: bytes) -> str:
    try:
        return line.removeprefix(BOM_UTF8 if number == 1 else b"").decode()
    except UnicodeDecodeError:
        raise _NotText(number) from None


def _again(first: str, rest: Iterator[str]) -> Iterator[str]:
    yield first
    yield from rest


def _delimiter(header: str) -> str:
    bare = _QUOTED.sub("", header)
    return max(_DELIMITERS, key=bare.count)  # the first of those that are equal


def _header_fault(header: list[str]) -> str:
    if not header:
        return "is empty: a header with the names of the fields is needed"
    if "" in header:
        return f"the header has no name for field {header.index('') + 1}"
    twice = [name for name in header if header.count(name) > 1]
    return f"the header has {shown(twice[0])} twice" if twice else ""


def _words(error: csv.Error) -> tuple[str, str]:
    if "field larger" in str(error):
        return (
            f"begins a row with a field of more than {csv.field_size_limit():,} characters",
            "close its quotes, if they are open; else write such inputs as JSON lines or Parquet",
        )
    if "unexpected end" in str(error):
        return "begins a row whose quotes are not closed", 'close them; a quote within quotes is written twice: ""'
    return f"begins a row that is not CSV: {error}", 'a quote within quotes is written twice: ""'
