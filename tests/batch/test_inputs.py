"""Inputs of a batch: what is written comes back, in constant memory; what is wrong is named with place and mend."""

from __future__ import annotations

import asyncio
import csv
import hashlib
import io
import json
import tracemalloc
from collections.abc import AsyncIterator, Callable, Iterator
from datetime import UTC, date, datetime, time
from decimal import Decimal
from pathlib import Path
from typing import Any

import attrs
import msgspec
import pyarrow
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from pyarrow import parquet

from optcloud.batch.inputs import json as json_inputs
from optcloud.batch.inputs import rows
from optcloud.batch.inputs.inputs import read_inputs, read_inputs_async
from optcloud.batch.inputs.rows import LONGEST_KEY, InputsError, SeenKeys, key_fault
from optcloud.batch.inputs.values import encode_for
from optcloud.batch.jobs import JobInput
from optcloud.batch.store.contents import SMALL, KeptFileError, content_of
from optcloud.batch.store.store import StoreUnavailable
from optcloud.core.errors import ConfigError

TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=8)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.floats(allow_nan=False, allow_infinity=False) | TEXTS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner, max_size=3),
    max_leaves=8,
)
OBJECTS = st.lists(st.dictionaries(TEXTS, VALUES, max_size=4), max_size=8)
NAMES = TEXTS.filter(lambda text: bool(text) and text.isprintable())


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("inputs")


def written(path: Path, content: str | bytes) -> Path:
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def contents(source: Any, **options: Any) -> list[bytes]:
    return [content_of(one) for _, one in read_inputs(source, **options)]


def faults(source: Any, **options: Any) -> list[str]:
    """Return the faults that stop reading, each as its text."""
    with pytest.raises(InputsError) as raised:
        list(read_inputs(source, **options))
    return [str(fault) for fault in raised.value.faults]


# ------------------------------------------------------------ what is written comes back


@given(OBJECTS, st.sampled_from(["\n", "\r\n", "\n\n  "]), st.booleans(), st.booleans())
def test_json_lines_come_back_byte_by_byte(folder: Path, rows: list[Any], end: str, mark: bool, plain: bool) -> None:
    lines = [json.dumps(row, ensure_ascii=plain).encode() for row in rows]
    path = written(folder / "rows.jsonl", (b"\xef\xbb\xbf" if mark else b"") + end.encode().join(lines))
    assert contents(path) == lines


@given(OBJECTS, st.sampled_from([None, 1]), st.booleans())
def test_items_of_an_array_come_back_as_they_are_written(
    folder: Path, rows: list[Any], indent: int | None, plain: bool
) -> None:
    path = written(folder / "rows.json", json.dumps(rows, indent=indent, ensure_ascii=plain))
    found = contents(path)
    assert [json.loads(content) for content in found] == rows
    assert all(content.decode() in path.read_text("utf-8") for content in found)


@example([0.5, -1e-300, 12, 1e300, True, "ä\U0001f600\\"], 1)
@given(st.lists(VALUES, max_size=4), st.integers(1, 5))
def test_an_array_may_be_read_in_pieces_of_any_size(folder: Path, rows: list[Any], size: int) -> None:
    path = written(folder / "rows.json", json.dumps(rows, ensure_ascii=False, indent=size % 2))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(json_inputs, "_PIECE", size)
        assert [json.loads(content) for content in contents(path)] == rows
        path.write_bytes(path.read_bytes() + b"\n  x")
        (found,) = faults(path)
    lines = path.read_text("utf-8").split("\n")
    assert found.startswith(f"rows.json, line {len(lines)}, column 3: more stands after the array")


@given(st.lists(NAMES, min_size=1, max_size=4, unique=True), st.data(), st.sampled_from(",;\t"), st.booleans())
def test_csv_comes_back_as_objects_of_texts(
    folder: Path, names: list[str], data: st.DataObject, mark: str, bom: bool
) -> None:
    names = ["id " + name.replace(",", "").replace(";", "") + str(number) for number, name in enumerate(names)] + ["z"]
    fields = TEXTS.map(lambda text: text.replace("\r", ""))
    rows = data.draw(st.lists(st.lists(fields, min_size=len(names), max_size=len(names)), max_size=5))
    text = io.StringIO()
    writer = csv.writer(text, delimiter=mark, lineterminator="\n")
    writer.writerows([names, *rows])
    path = written(folder / "rows.csv", ("\ufeff" if bom else "") + text.getvalue())
    assert [json.loads(content) for content in contents(path)] == [dict(zip(names, row, strict=True)) for row in rows]


@given(
    st.lists(
        st.fixed_dictionaries(
            {
                "text": st.none() | TEXTS,
                "whole": st.none() | st.integers(-(2**53), 2**53),
                "number": st.none() | st.floats(allow_nan=False, allow_infinity=False),
                "list": st.lists(TEXTS, max_size=2),
                "object": st.fixed_dictionaries({"a": st.booleans()}),
            }
        ),
        max_size=5,
    )
)
def test_parquet_comes_back_as_objects(folder: Path, rows: list[dict[str, Any]]) -> None:
    schema = pyarrow.schema(
        {
            "text": pyarrow.string(),
            "whole": pyarrow.int64(),
            "number": pyarrow.float64(),
            "list": pyarrow.list_(pyarrow.string()),
            "object": pyarrow.struct({"a": pyarrow.bool_()}),
        }
    )
    parquet.write_table(pyarrow.Table.from_pylist(rows, schema=schema), folder / "rows.parquet")
    found = list(read_inputs(folder / "rows.parquet"))
    assert [json.loads(content_of(one)) for _, one in found] == rows
    assert [key for key, _ in found] == [str(number) for number in range(1, len(rows) + 1)]


def test_parquet_writes_times_decimals_bytes_and_what_is_missing_as_the_docs_say(tmp_path: Path) -> None:
    row = {"t": datetime(2026, 3, 2, 8, tzinfo=UTC), "d": Decimal("1.10"), "b": b"\xff", "n": float("nan")}
    parquet.write_table(pyarrow.Table.from_pylist([row]), tmp_path / "rows.parquet")
    assert contents(tmp_path / "rows.parquet") == [b'{"t":"2026-03-02T08:00:00Z","d":"1.10","b":"/w==","n":null}']


def test_a_folder_gives_each_file_as_it_is(tmp_path: Path) -> None:
    (tmp_path / "in" / "b").mkdir(parents=True)
    (tmp_path / "in" / ".git").mkdir()
    for name in ("c.json", "b/a.bin", "b/ä", ".DS_Store", ".git/config", "a"):
        written(tmp_path / "in" / name, b"\xff" + name.encode())
    (tmp_path / "in" / "loop").symlink_to(tmp_path / "in", target_is_directory=True)
    found = {key: content_of(one) for key, one in read_inputs(tmp_path / "in")}
    assert list(found) == ["a", "b/a.bin", "b/ä", "c.json"]
    assert all(content == b"\xff" + key.encode() for key, content in found.items())


@attrs.frozen
class Scenario:
    name: str
    day: date


class Shift(msgspec.Struct):
    worker: int
    notes: str | msgspec.UnsetType = msgspec.UNSET


def test_what_a_program_makes(tmp_path: Path) -> None:
    file = written(tmp_path / "one.xml", b"<a/>")
    given_ = [{"b": 1, "a": "ä"}, Scenario("x", date(2026, 3, 2)), Shift(7), b"\xff", "words", file, ("k", {"z": []})]
    found = list(read_inputs(iter(given_)))
    assert [key for key, _ in found] == ["1", "2", "3", "4", "5", "one.xml", "k"]
    assert [content_of(one) for _, one in found] == [
        '{"b":1,"a":"ä"}'.encode(),
        b'{"name":"x","day":"2026-03-02"}',
        b'{"worker":7}',
        b"\xff",
        b"words",
        b"<a/>",
        b'{"z":[]}',
    ]
    assert contents({"k": [1, 2], 7: ("a", "b")}) == [b"[1,2]", b'["a","b"]']
    assert contents([Scenario("x", date(2026, 3, 2))], encode=lambda value: value.name.encode()) == [b"x"]


def test_values_are_written_as_the_cloud_reads_them() -> None:
    value = {"startTime": time(8), "date": date(2026, 3, 2)}
    assert contents([value], encode=encode_for("aimms")) == [b'{"startTime":"08:00:00","date":"2026-03-02"}']
    assert contents([value], encode=encode_for("adiutaopt")) == [b'{"startTime":"08:00","date":"2026-03-02"}']
    assert contents([Shift(7)], encode=encode_for("adiutaopt")) == [b'{"worker":7}']
    (found,) = faults([{"a": datetime(2026, 3, 2)}], encode=encode_for("adiutaopt"))
    assert found.startswith("input 1: cannot be written as JSON: ")
    assert "a: a datetime is two fields to the vendor" in found


def test_an_asynchronous_iterable_gives_the_same(tmp_path: Path) -> None:
    async def values() -> AsyncIterator[Any]:
        for number in (1, 2, 2, 1):
            yield {"id": number, "x": number if number == 2 else object}

    async def read() -> list[str]:
        return [key async for key, _ in read_inputs_async(values(), key="id", encode=lambda v: str(v["x"]).encode())]

    assert asyncio.run(read()) == ["1", "2", "2", "1"]

    async def faulty() -> AsyncIterator[Any]:
        yield {"id": 1, "x": 1}
        yield {"id": 1, "x": 2}

    async def read_faulty() -> None:
        async for _ in read_inputs_async(faulty(), key="id"):
            pass

    with pytest.raises(InputsError, match="input 2, field 'id': '1' stood before, with another content: input 1"):
        asyncio.run(read_faulty())


# ------------------------------------------------------------ keys


def test_keys_are_fields_line_numbers_or_names(tmp_path: Path) -> None:
    lines = written(tmp_path / "a.jsonl", '{"id": 7}\n\n{"id": "b c"}\n{"id": -1}\n')
    table = written(tmp_path / "a.csv", 'id,text\n007,"a\nb"\n8,c\n')
    assert [key for key, _ in read_inputs(lines)] == ["1", "3", "4"]
    assert [key for key, _ in read_inputs(lines, key="id")] == ["7", "b c", "-1"]
    assert [key for key, _ in read_inputs(table)] == ["2", "4"]  # where each row begins, as an editor numbers it
    assert [key for key, _ in read_inputs(str(table), key="id")] == ["007", "8"]


def test_the_same_key_with_the_same_content_is_the_same_job(tmp_path: Path) -> None:
    path = written(tmp_path / "a.jsonl", '{"id": 7}\n{"id": 7}\n')
    assert contents(path, key="id") == [b'{"id": 7}'] * 2
    assert faults(written(tmp_path / "b.jsonl", '{"id": 7}\n{"id":"7"}\n'), key="id") == [
        "b.jsonl, line 2, field 'id': '7' stood before, with another content: b.jsonl, line 1; "
        "give each job its own key"
    ]


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("{}", "field 'id': is missing; the object has none"),
        ('{"ID": 1, "x": 2}', "field 'id': is missing; there is 'ID', 'x'"),
        ("[1]", "field 'id': is missing; only a JSON object has fields"),
        (
            '{"id": null}',
            "field 'id': is null, which is no key; a key is a text or an integer, another one for",
        ),
        ('{"id": 1.5}', "field 'id': is a float, which is no key"),
        ('{"id": true}', "field 'id': is a bool, which is no key"),
        ('{"id": " "}', "field 'id': is empty"),
        ('{"id": "a\\nb"}', "field 'id': 'a\\nb' has a control character"),
        ('{"id": "%s"}' % ("x" * (LONGEST_KEY + 1)), "field 'id': has 401 characters; a key has 400 at most"),
    ],
)
def test_a_bad_key_is_named_with_file_line_field_and_mend(tmp_path: Path, line: str, words: str) -> None:
    path = written(tmp_path / "a.jsonl", f'{{"id": "ok"}}\n{line}\n')
    (found,) = faults(path, key="id")
    assert found.startswith(f"a.jsonl, line 2, {words}")


def test_no_room_for_the_keys_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    seen = SeenKeys()
    seen._database.execute("pragma max_page_count = 3")
    monkeypatch.setattr(rows, "SeenKeys", lambda: seen)
    with pytest.raises(StoreUnavailable, match="the folder for temporary files, TMPDIR: database or disk is full"):
        list(read_inputs([{"id": f"{number:0300}"} for number in range(200)], key="id"))


@given(st.text() | st.integers() | st.none() | st.floats() | st.binary())
def test_a_key_that_is_taken_is_one_line_of_text(key: Any) -> None:
    if not key_fault(key):
        assert 0 < len(str(key)) <= LONGEST_KEY
        assert len(str(key).splitlines()) == 1
        assert str(key).encode()


# ------------------------------------------------------------ what is wrong


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("a.jsonl", '{"a": 1}\n{"a" 1}', "a.jsonl, line 2, column 6: not JSON: Expecting ':' delimiter; mend the text"),
        ("a.jsonl", '\n  {"ä": nope}', "a.jsonl, line 2, column 9: not JSON: Expecting value"),
        ("a.jsonl", '{"ä": NaN}', "a.jsonl, line 1, column 7: not JSON: JSON is malformed"),
        ("a.jsonl", b'{"a": "\xe4"}', "a.jsonl, line 1, column 8: not JSON: the text is not UTF-8"),
        ("a.jsonl", "[" * 5000, "a.jsonl, line 1: not JSON: it is nested too deeply"),
        ("a.json", '[1,\n {"a": "b}]', "a.json, line 2, column 8: not JSON: Unterminated string"),
        ("a.json", "[1,\n 2", "a.json, line 2, column 3: a comma or the end of the array is missing"),
        ("a.json", "[1 2]", "a.json, line 1, column 4: a comma or the end of the array is missing"),
        ("a.json", "[1] 2", "a.json, line 1, column 5: more stands after the array"),
        ("a.json", '{"a": 1}\n{"a": 2}', "a.json, line 1, column 1: a JSON file of inputs has one array"),
        ("a.json", "[" * 5000, "a.json, line 1, column 2: not JSON: an item is nested too deeply"),
        ("a.json", b'["\xe4"]', "a.json, after line 1: is not UTF-8"),
        ("a.csv", "a,b\n1,2\n3\n", "a.csv, line 3: has 1 fields, and the header 2; put a text with the delimiter"),
        ("a.csv", 'a,b\n1,"2\n3,4\n', "a.csv, line 2: begins a row whose quotes are not closed; close them"),
        ("a.csv", 'a,b\n1,"2"3\n', "a.csv, line 2: begins a row that is not CSV"),
        ("a.csv", f'a,b\n1,"{"x" * 200_000}', "a.csv, line 2: begins a row with a field of more than 131,072"),
        ("a.csv", b"a,b\n1,2\n\xe4,3\n", "a.csv, line 3: is not UTF-8; save the file as CSV in UTF-8"),
        ("a.csv", "a,a\n1,2\n", "a.csv, line 1: the header has 'a' twice"),
        ("a.csv", "a,\n1,2\n", "a.csv, line 1: the header has no name for field 2"),
        ("a.csv", "", "a.csv, line 1: is empty: a header with the names of the fields is needed"),
        ("a.parquet", "PAR2", "a.parquet: cannot be read: "),
    ],
)
def test_a_broken_file_is_named_with_place_and_mend(
    tmp_path: Path, name: str, content: str | bytes, words: str
) -> None:
    (found,) = faults(written(tmp_path / name, content))
    assert found.startswith(words)


def test_nothing_is_given_of_a_file_with_a_fault_and_the_first_few_are_told(tmp_path: Path) -> None:
    path = written(tmp_path / "a.jsonl", '{"id": 1}\n' + "nope\n" * 9)
    rows = read_inputs(path, key="id")
    with pytest.raises(InputsError) as raised:
        next(rows)
    assert [fault.path for fault in raised.value.faults] == [f"a.jsonl, line {n}, column 1" for n in range(2, 7)]
    assert str(raised.value).count("\n  a.jsonl, line") == 5
    assert str(raised.value).startswith(
        "the inputs have errors; correct them, and add them again (the first 5 errors are shown):\n"
    )
    written(path, '{"id": 1}\n{"id": 2}\n')  # mended: it goes on
    assert [key for key, _ in read_inputs(path, key="id")] == ["1", "2"]


def test_an_iterable_stops_at_its_first_fault() -> None:
    taken = []

    def values() -> Iterator[Any]:
        for number in range(9):
            taken.append(number)
            yield {"id": number} if number < 3 else {"id": float("nan")}

    rows = read_inputs(values(), key="id")
    assert [next(rows)[0] for _ in range(3)] == ["0", "1", "2"]
    with pytest.raises(InputsError, match=r"input 4: cannot be written as JSON: .*; give what JSON has, or bytes"):
        next(rows)
    assert taken == [0, 1, 2, 3]


@pytest.mark.parametrize(
    ("value", "words"),
    [
        ({"a": {1, 2}}, "a set has no order"),
        ({"a": object()}, "a object has no form in JSON"),
        ({"a": "\ud800"}, "a text has half of a surrogate pair in it"),
        ("\ud800", "a text has half of a surrogate pair in it"),
        (Path("nowhere"), "input 1, nowhere: is no file"),
        ((None, {}), "input 1: is null, which is no key"),
    ],
)
def test_what_no_input_can_be(value: Any, words: str) -> None:
    (found,) = faults([value])
    assert words in found


@pytest.mark.parametrize(
    ("source", "words"),
    [
        ("nowhere.jsonl", "there is no file or folder 'nowhere.jsonl'"),
        (b"{}", "a bytes is no source of inputs"),
        (7, "a int is no source of inputs"),
        (io.StringIO("{}"), "an open file was given for inputs: give its path"),
        (pyarrow.table({"a": [1]}), "a Table is a table: give its rows"),
    ],
)
def test_what_no_source_can_be(source: Any, words: str) -> None:
    with pytest.raises(ConfigError, match=words):
        read_inputs(source)


def test_a_file_of_another_kind_names_those_that_are_known(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"'a.xlsx': the end of a name .* \.jsonl, \.ndjson, \.json, \.csv"):
        read_inputs(written(tmp_path / "a.xlsx", ""))


# ------------------------------------------------------------ large ones


def test_large_lines_become_files_named_by_their_check_value(tmp_path: Path) -> None:
    small, large = b'"%s"' % (b"x" * (SMALL - 3)), b'"%s"' % (b"x" * (SMALL - 2))
    path = written(tmp_path / "a.jsonl", small + b"\n" + large + b"\n" + large)
    (_, first), (_, second), (_, third) = read_inputs(path, files=tmp_path / "files")
    assert first == JobInput(small)
    digest = hashlib.sha256(large).hexdigest()
    assert second == third == JobInput(None, str(tmp_path / "files" / digest[:2] / digest), digest)
    assert [one.name for one in (tmp_path / "files").rglob("*") if one.is_file()] == [digest]
    assert content_of(second) == large
    assert [one.content for _, one in read_inputs(path)] == [small, large, large]  # no folder: they stay bytes


def test_large_files_stay_where_they_lie_and_are_checked(tmp_path: Path) -> None:
    path = written(tmp_path / "a.bin", bytes(SMALL))
    ((_, kept),) = read_inputs([path], files=tmp_path / "files")
    assert (kept.content, kept.path) == (None, str(path))
    assert content_of(kept) == bytes(SMALL)
    written(path, bytes(SMALL + 1))
    with pytest.raises(KeptFileError, match=r"a\.bin', has changed since it was noted: put it back"):
        content_of(kept)
    path.unlink()
    with pytest.raises(KeptFileError, match=r"a\.bin', cannot be read \(No such file or directory\)"):
        content_of(kept)


def test_a_folder_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    written(tmp_path / "files", "no folder")
    large = b"x" * SMALL
    with pytest.raises(StoreUnavailable, match=r"files: an input of 65,536 bytes cannot be written: .*Mend that"):
        list(read_inputs([large], files=tmp_path / "files"))


# ------------------------------------------------------------ memory


def _lines(path: Path, count: int) -> None:
    with path.open("w") as file:
        file.writelines(f'{{"id": {number}, "text": "{"x" * 200}"}}\n' for number in range(count))


def _array(path: Path, count: int) -> None:
    with path.open("w") as file:
        file.write("[")
        file.writelines(f'{{"id": {number}, "text": "{"x" * 200}"}},\n' for number in range(count - 1))
        file.write('{"id": -1}]')


def _table(path: Path, count: int) -> None:
    with path.open("w") as file:
        file.write("id,text\n")
        file.writelines(f"{number},{'x' * 200}\n" for number in range(count))


def _parquet(path: Path, count: int) -> None:
    with parquet.ParquetWriter(path, pyarrow.schema({"id": pyarrow.int64(), "text": pyarrow.string()})) as writer:
        for begin in range(0, count, 1000):
            numbers = range(begin, begin + 1000)
            writer.write_table(pyarrow.table({"id": list(numbers), "text": [f"{n}" * 40 for n in numbers]}))


@pytest.mark.parametrize(
    ("name", "write"), [("a.jsonl", _lines), ("a.json", _array), ("a.csv", _table), ("a.parquet", _parquet)]
)
def test_memory_does_not_grow_with_the_rows(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, write: Callable[[Path, int], None]
) -> None:
    monkeypatch.setattr(json_inputs, "_PIECE", 64 * 1024)
    count = 10_000  # more than 2 MB of text; pyarrow's and SQLite's own memory is not seen here
    write(tmp_path / name, count)
    tracemalloc.start()
    try:
        assert sum(1 for _ in read_inputs(tmp_path / name, key="id")) == count
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak < 1_000_000
