"""A solution's tables in CSV, Excel, pandas, polars and Arrow."""

from __future__ import annotations

import csv
import gc
from datetime import date, datetime
from pathlib import Path
from typing import Any

import msgspec
import pytest

from optcloud.adiutaopt.planners import SHIFT
from optcloud.adiutaopt.solution.solution import Solution
from optcloud.core.errors import ConfigError
from optcloud.views import excel
from optcloud.views.tables import Table, TableColumn

TASKS: list[dict[str, Any]] = [
    {"id": 2**63, "name": "=1+1", "date": "2026-03-02", "startTime": "22:00", "endTime": "30:00", "workerID": 7}
    | {"profit": -5, "revenue": 2**53 + 1},
    {"id": 2, "name": 'Grüße, "späte"\x07\nSchicht', "unassignedReason": "nobody"},
]
PLAN = Solution(msgspec.json.encode({"tasks": TASKS, "workers": [{"id": 7, "name": "Ada"}]}), SHIFT)
START, END = datetime(2026, 3, 2, 22), datetime(2026, 3, 3, 6)


def test_csv(tmp_path: Path) -> None:
    with PLAN.to_csv(tmp_path / "plan.csv").open(encoding="utf-8", newline="") as file:
        first, second = csv.DictReader(file)
    assert (first["task"], first["start"], first["end"]) == (str(2**63), "2026-03-02T22:00", "2026-03-03T06:00")
    assert (first["profit"], first["worker_name"], first["date"]) == ("-5", "Ada", "2026-03-02")
    assert (second["task_name"], second["worker"], second["reason"]) == (TASKS[1]["name"], "", "nobody")


@pytest.mark.parametrize(("what", "rows"), [("tasks", 2), ("assigned", 1), ("unassigned", 1), ("workers", 1)])
def test_each_table(tmp_path: Path, what: Any, rows: int) -> None:
    with PLAN.to_csv(tmp_path / "plan.csv", what).open(encoding="utf-8", newline="") as file:
        assert len(list(csv.DictReader(file))) == rows


def test_an_unknown_table(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="'shifts' is none of the tables"):
        PLAN.to_csv(tmp_path / "plan.csv", "shifts")  # type: ignore[arg-type]


def test_pandas() -> None:
    pytest.importorskip("pandas", reason="pandas is not installed")
    frame = PLAN.to_pandas()
    kinds = {name: str(kind) for name, kind in frame.dtypes.items()}
    assert (kinds["task"], kinds["worker"], kinds["profit"]) == ("uint64", "Int64", "Int64")
    assert kinds["start"] == "datetime64[us]"
    assert (int(frame.task[0]), frame.start[0].to_pydatetime(), int(frame.revenue[0])) == (2**63, START, 2**53 + 1)
    assert frame.worker.isna().tolist() == [False, True]
    assert (frame.end - frame.start).dt.total_seconds()[0] == 8 * 3600


def test_polars() -> None:
    polars = pytest.importorskip("polars", reason="polars is not installed")
    frame = PLAN.to_polars()
    assert (frame.schema["task"], frame.schema["worker"]) == (polars.UInt64, polars.Int64)
    assert frame.schema["start"] == polars.Datetime("us")
    assert frame["start"].to_list() == [START, None]
    assert frame["date"].to_list() == [date(2026, 3, 2), None]
    assert frame["task"].to_list() == [2**63, 2]


def test_arrow() -> None:
    pytest.importorskip("pyarrow", reason="pyarrow is not installed")
    table = PLAN.to_arrow()
    assert [str(table.schema.field(name).type) for name in ("task", "worker", "start", "date")] == [
        "uint64",
        "int64",
        "timestamp[us]",
        "date32[day]",
    ]
    assert table["end"].to_pylist() == [END, None]


def test_excel(tmp_path: Path) -> None:
    openpyxl = pytest.importorskip("openpyxl", reason="openpyxl is not installed")
    book = openpyxl.load_workbook(PLAN.to_excel(tmp_path / "plan.xlsx"))
    assert book.sheetnames == ["Assignments", "Unassigned", "Workers"]
    header, row = book["Assignments"].iter_rows()
    cells = {name.value: cell for name, cell in zip(header, row, strict=True)}
    assert (cells["task_name"].value, cells["task_name"].data_type) == ("=1+1", "s")  # no formula
    assert (cells["task"].value, cells["revenue"].value) == (str(2**63), str(2**53 + 1))  # Excel would round them
    assert (cells["start"].value, cells["profit"].value) == (START, -5)
    lost = {name.value: cell.value for name, cell in zip(*book["Unassigned"].iter_rows(), strict=True)}
    assert lost["task_name"] == 'Grüße, "späte"\ufffd\nSchicht'


def test_excel_has_an_end(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("openpyxl", reason="openpyxl is not installed")
    monkeypatch.setattr(excel, "MOST_ROWS", 0)
    with pytest.raises(ConfigError, match="takes 0 rows, and Assignments has 1: write CSV"):
        PLAN.to_excel(tmp_path / "plan.xlsx")
    assert not (tmp_path / "plan.xlsx").exists()


@pytest.mark.parametrize("values", [["a", 1], [2**64, 1], [-1, 2**63]])
def test_what_no_integer_holds_is_text(values: list[Any]) -> None:
    column = TableColumn("id", "id", [*values, None])
    assert (column.exact, column.exactly()) == ("text", [*map(str, values), None])


def test_rows_of_a_table() -> None:
    table = Table("t", (TableColumn("a", "id", [1, 2]), TableColumn("b", "text", ["x", None])))
    assert list(table.rows()) == [(1, "x"), (2, None)]


def test_a_package_that_lacks_something_of_its_own_is_not_called_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    def importing(name: str) -> Any:
        raise ModuleNotFoundError("No module named 'its_engine'", name="its_engine")

    monkeypatch.setattr("optcloud.core.extras.import_module", importing)
    with pytest.raises(ModuleNotFoundError, match="its_engine"):
        PLAN.to_polars()


def test_a_workbook_without_a_place_leaves_nothing_open(tmp_path: Path) -> None:
    """The file is opened before openpyxl begins its sheets, which complain at their end where none was saved."""
    with pytest.raises(FileNotFoundError):
        PLAN.to_excel(tmp_path / "no-folder" / "plan.xlsx")
    gc.collect()  # pytest makes an error of what complains now
