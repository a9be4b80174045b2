"""Results of a batch: one by one, as a table, as files; names of files never leave the folder."""

from __future__ import annotations

import csv
import hashlib
import json
import pickle
import sys
import tracemalloc
from base64 import b64decode
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyarrow import parquet

from batch.made_rows import BEGIN, made_row
from optcloud.batch.jobs import JobState
from optcloud.batch.ledger.rows import JobRow
from optcloud.batch.results import tables
from optcloud.batch.results.folder import INDEX, end_of, file_name
from optcloud.batch.results.results import JobResult, write_results
from optcloud.batch.store.contents import KeptFileError
from optcloud.core.errors import ConfigError, JobError, JobFailed, JobGone, ResponseMismatch

FORMULA = '=cmd|"/c calc"!A1\nnext'
KEYS = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=12) | st.sampled_from(
    ["..", ".", "/", "../../etc/passwd", "C:\\x", "CON", "nul.txt", "a", "A", "a.json", "results", "results.csv", "-x"]
)
TEXTS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=8)
TIMES = st.none() | st.floats(0, 4e9, allow_nan=False)
ROWS = st.lists(
    st.builds(
        made_row,
        key=KEYS,
        state=st.sampled_from(JobState),
        attempt=st.integers(0, 9),
        ref=st.none() | TEXTS,
        word=TEXTS,
        message=TEXTS,
        added=st.floats(0, 4e9, allow_nan=False),
        armed=TIMES,
        started=TIMES,
        ended=TIMES,
        result=st.none() | st.binary(max_size=8) | TEXTS.map(str.encode),
        content_type=st.sampled_from(["application/json", "text/csv; charset=utf-8", "image/png", "", "text/plain"]),
    ),
    max_size=6,
    unique_by=lambda row: row.key,
)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("results")


def table_of(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def large(path: Path, **more: Any) -> JobRow:
    """Return a row whose result is a file."""
    path.write_bytes(b"large")
    return made_row(result=None, result_path=str(path), result_sha256=hashlib.sha256(b"large").hexdigest(), **more)


# ------------------------------------------------------------ tables


def moment(seconds: float | None) -> datetime | None:
    return None if seconds is None else datetime.fromtimestamp(round(seconds * 1e6) / 1e6, UTC)


@given(ROWS)
def test_parquet_holds_each_job_and_its_result(folder: Path, rows: list[JobRow]) -> None:
    path = write_results(iter(rows), folder / "results.parquet")
    found = parquet.read_table(path).to_pylist()
    assert len(found) == len(rows)
    for record, row in zip(found, rows, strict=True):
        assert (record["key"], record["state"], record["attempts"]) == (row.key, row.state, row.attempt)
        assert (record["ref"], record["word"], record["message"]) == (row.ref, row.word, row.message)
        content = record["result_binary"] if record["result"] is None else record["result"].encode()
        assert content == row.result
        for name in ("added", "armed", "sent", "started", "ended"):
            wanted = moment(getattr(row, name))
            assert record[name] == wanted or abs((record[name] - wanted).total_seconds()) < 2e-6


def test_parquet_has_types_also_without_jobs(tmp_path: Path) -> None:
    schema = parquet.read_table(write_results([], tmp_path / "results.parquet")).schema
    assert {name: str(schema.field(name).type) for name in ("key", "attempts", "ended", "result_binary")} == {
        "key": "string",
        "attempts": "int32",
        "ended": "timestamp[us, tz=UTC]",
        "result_binary": "binary",
    }


@given(ROWS)
def test_csv_holds_each_job_and_its_result(folder: Path, rows: list[JobRow]) -> None:
    found = table_of(write_results(iter(rows), folder / "results.csv"))
    assert [record["key"] for record in found] == [row.key for row in rows]
    assert [record["message"] for record in found] == [row.message for row in rows]
    for record, row in zip(found, rows, strict=True):
        assert (record["result"].encode() or b64decode(record["result_binary"])) == (row.result or b"")


def test_csv_has_times_in_utc_and_texts_as_they_are(tmp_path: Path) -> None:
    path = write_results([made_row("=1+1", message=FORMULA, started=None)], tmp_path / "results.csv")
    (record,) = table_of(path)
    assert (record["key"], record["message"]) == ("=1+1", FORMULA)  # as they are: see the module's words
    assert (record["ended"], record["started"]) == ("2026-11-30T00:53:24.000Z", "")


def test_a_large_result_is_a_path_in_tables(tmp_path: Path) -> None:
    row = large(tmp_path / "r")
    (record,) = parquet.read_table(write_results([row], tmp_path / "results.parquet")).to_pylist()
    assert (record["result"], record["result_binary"], record["result_path"]) == (None, None, str(tmp_path / "r"))
    (texts,) = table_of(write_results([row], tmp_path / "results.csv"))
    assert texts["result_path"] == str(tmp_path / "r")


@pytest.mark.parametrize("name", ["results.parquet", "results.csv"])
def test_what_was_there_stays_until_the_new_one_is_whole(tmp_path: Path, name: str) -> None:
    write_results([made_row("old")], tmp_path / name)
    before = (tmp_path / name).read_bytes()

    def broken() -> Iterator[JobRow]:
        yield made_row("new")
        raise OSError("the store is gone")

    with pytest.raises(OSError, match="the store is gone"):
        write_results(broken(), tmp_path / name)
    assert [path.name for path in tmp_path.iterdir()] == [name]
    assert (tmp_path / name).read_bytes() == before


def test_a_table_is_written_in_constant_memory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tables, "_GROUP_ROWS", 500)
    for name in ("results.parquet", "results.csv"):
        tracemalloc.start()
        try:
            write_results((made_row(str(n), result=b"%d" % n * 200) for n in range(20_000)), tmp_path / name)
            peak = tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()
        assert peak < 6_000_000  # of 20 MB
    assert parquet.ParquetFile(tmp_path / "results.parquet").num_row_groups == 40
    assert len(table_of(tmp_path / "results.csv")) == 20_000


def test_parquet_needs_its_extra(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    with pytest.raises(ConfigError, match=r'pip install "optcloud\[parquet\]"'):
        write_results([], tmp_path / "results.parquet")
    assert list(tmp_path.iterdir()) == []


def test_another_end_of_the_name_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"'results\.xlsx': results are written to \.parquet or \.csv, or"):
        write_results([], tmp_path / "results.xlsx")


# ------------------------------------------------------------ a folder


@given(ROWS)
def test_names_of_files_never_leave_the_folder_and_never_meet(
    tmp_path_factory: pytest.TempPathFactory, rows: list[JobRow]
) -> None:
    outer = tmp_path_factory.mktemp("outer")
    (outer / "in").mkdir()
    write_results(iter(rows), outer / "in" / "out")
    assert [path.name for path in outer.iterdir()] == ["in"]
    assert [path.name for path in (outer / "in").iterdir()] == ["out"]
    names = sorted(path.name for path in (outer / "in" / "out").iterdir())
    found = table_of(outer / "in" / "out" / INDEX)
    assert names == sorted([INDEX, *(record["file"] for record in found if record["file"])])
    assert len({name.lower() for name in names}) == len(names)
    for record, row in zip(found, rows, strict=True):
        assert record["key"] == row.key
        assert bool(record["file"]) == (row.result is not None)
        if record["file"]:
            assert (outer / "in" / "out" / record["file"]).read_bytes() == row.result
            assert not record["file"].startswith(("-", "."))


@given(KEYS, st.sampled_from([".json", ".bin"]), st.integers(0, 2))
def test_a_name_is_one_of_any_system(key: str, end: str, mark: int) -> None:
    name = file_name(key, end, mark=mark)
    assert name == Path(name).name
    assert name.isascii()
    assert name.endswith(end)
    assert not set(name) & set('<>:"/\\|?*')
    assert len(name) < 120
    assert name.partition(".")[0].upper() not in {"CON", "NUL", "COM1", "LPT1", "AUX", "PRN", ""}


def test_plain_keys_are_names() -> None:
    assert file_name("scenario-7", ".json") == "scenario-7.json"
    assert file_name("case.json", ".json") == "case.json"
    assert file_name("north/7", ".json").startswith("north_7-")
    assert [end_of(kind) for kind in ("Application/JSON; charset=utf-8", "application/problem+json", "")] == [
        ".json",
        ".json",
        ".bin",
    ]


def test_a_folder_has_large_results_too_and_checks_them(tmp_path: Path) -> None:
    row = large(tmp_path / "r", key="big", content_type="text/plain")
    write_results([row], tmp_path / "out")
    assert (tmp_path / "out" / "big.txt").read_bytes() == b"large"
    (tmp_path / "r").write_bytes(b"other")
    with pytest.raises(KeptFileError, match=r"the result of job 'big', .*, has changed since it was noted"):
        write_results([row], tmp_path / "out")
    assert (tmp_path / "out" / "big.txt").read_bytes() == b"large"
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == ["big.txt", INDEX]


def test_a_folder_of_before_is_brought_up_to_date(tmp_path: Path) -> None:
    write_results([made_row("a"), made_row("b", JobState.SENT, result=None)], tmp_path)
    write_results([made_row("a", result=b"2"), made_row("b", result=b"3")], tmp_path)
    assert {path.name: path.read_bytes() for path in tmp_path.glob("*.json")} == {"a.json": b"2", "b.json": b"3"}
    assert [record["file"] for record in table_of(tmp_path / INDEX)] == ["a.json", "b.json"]


# ------------------------------------------------------------ one by one


def test_a_result_is_read_as_the_vendor_says() -> None:
    result = JobResult.of(made_row(result=b'\xef\xbb\xbf{"a": [1]}'))
    assert result.json() == {"a": [1]}
    assert result.raise_for_state() is result
    assert (result.added, result.ended) == (moment(BEGIN), moment(BEGIN + 4))
    assert JobResult.of(made_row(result=b"\xe4", content_type="text/plain; charset=latin-1")).text() == "ä"
    assert JobResult.of(made_row(result=None)).bytes == b""
    assert JobResult.of(made_row(result=b"")).bytes == b""
    with pytest.raises(KeptFileError, match="job 'a': its result of 70000 bytes is not kept here"):
        _ = JobResult.of(made_row(key="a", result=None, message="its result of 70000 bytes is not kept here")).bytes
    assert pickle.loads(pickle.dumps(result)) == result
    assert "[1]" not in repr(result)


def test_a_result_that_is_not_what_it_should_be_keeps_its_bytes() -> None:
    result = JobResult.of(made_row("x y", result=b"\xff"))
    with pytest.raises(ResponseMismatch, match=r"the result of job 'x y' is not JSON") as raised:
        result.json()
    assert raised.value.body == b"\xff"
    with pytest.raises(ResponseMismatch, match=r"\(application/json\) is not utf-8"):
        result.text()


def test_a_large_result_is_read_from_its_file_and_checked(tmp_path: Path) -> None:
    result = JobResult.of(large(tmp_path / "r"))
    assert (result.bytes, result.path) == (b"large", tmp_path / "r")
    (tmp_path / "r").write_bytes(b"other")
    with pytest.raises(KeptFileError, match="has changed"):
        _ = result.bytes
    (tmp_path / "r").unlink()
    with pytest.raises(KeptFileError, match="cannot be read"):
        _ = result.bytes


@pytest.mark.parametrize(
    ("state", "kind", "words"),
    [
        (JobState.FAILED, JobFailed, r"job 'a' has failed: sorry \[aimms:prod/6f1c\]"),
        (JobState.GONE, JobGone, r"job 'a' is gone: sorry"),
        (JobState.HELD, JobError, r"job 'a' is held until a person decides: sorry"),
        (JobState.SENT, JobError, r"job 'a' has not ended: it is sent"),
        (JobState.NEW, JobError, r"job 'a' has not ended: it is new"),
    ],
)
def test_a_job_without_a_result_says_why(state: JobState, kind: type[JobError], words: str) -> None:
    result = JobResult.of(made_row(state=state, message="sorry", result=None))
    for ask in (result.raise_for_state, lambda: result.bytes, result.json):
        with pytest.raises(kind, match=words):
            ask()
    assert json.loads(JobResult.of(made_row(state=JobState.FAILED, result=b"1")).bytes) == 1
