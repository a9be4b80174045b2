"""Tables as the sheets of an Excel workbook."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any

from optcloud.core.extras import need
from optcloud.core.local_paths import local_path
from optcloud.views.tables import Table, check_rows

MOST_ROWS = 1_048_575  # Excel's own limit, less the header
_EXACT = 10**15  # Excel keeps 15 digits: longer integers go in as text
_UNWRITABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_FIRST_YEAR = 1900  # Excel's calendar begins there
_WIDTHS = {"moment": 17, "date": 12, "text": 22, "id": 12, "integer": 12, "number": 10}


def to_excel(tables: Sequence[Table], path: str | Path) -> Path:
    """Write a workbook with a sheet for each table. Text stays text: what begins with ``=`` is no formula."""
    target = local_path(path)
    openpyxl = need("openpyxl", package="openpyxl", purpose="an Excel file")
    cell = need("openpyxl.cell", package="openpyxl", purpose="an Excel file").WriteOnlyCell
    bold = need("openpyxl.styles", package="openpyxl", purpose="an Excel file").Font(bold=True)
    for table in tables:
        check_rows(table, MOST_ROWS, "a sheet of Excel")
    with target.open("wb") as file:  # before a sheet is begun: one that is never saved complains when it goes
        book = openpyxl.Workbook(write_only=True)
        for table in tables:
            _add_sheet(book, table, cell, bold)
        book.save(file)
    return target


def _add_sheet(book: Any, table: Table, cell: Any, bold: Any) -> None:
    sheet = book.create_sheet(table.title)
    sheet.freeze_panes = "A2"
    for index, column in enumerate(table.columns):
        sheet.column_dimensions[chr(ord("A") + index)].width = _WIDTHS[column.kind]
    header = [cell(sheet, column.name) for column in table.columns]
    for title in header:
        title.font = bold
    sheet.append(header)
    for row in table.rows():
        sheet.append([_value(cell, sheet, value) for value in row])
    sheet.auto_filter.ref = f"A1:{chr(ord('A') + len(table.columns) - 1)}{len(table.columns[0].values) + 1}"


def _value(make_cell: Any, sheet: Any, value: Any) -> Any:
    if isinstance(value, int) and abs(value) >= _EXACT:
        return _text(make_cell, sheet, str(value))
    if isinstance(value, str):
        return _text(make_cell, sheet, _UNWRITABLE.sub("\ufffd", value))
    if isinstance(value, date) and value.year < _FIRST_YEAR:
        return _text(make_cell, sheet, value.isoformat())
    if isinstance(value, date):
        cell = make_cell(sheet, value)
        cell.number_format = "yyyy-mm-dd hh:mm" if isinstance(value, datetime) else "yyyy-mm-dd"
        return cell
    return value


def _text(make_cell: Any, sheet: Any, text: str) -> Any:
    cell = make_cell(sheet, text)
    cell.data_type = "s"
    return cell
