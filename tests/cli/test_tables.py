"""Lists: ids whole at any width of a terminal, columns left out by rank, tab-separated values in a pipe."""

from __future__ import annotations

import csv
import io
import json
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cli.test_hostile_words import Stream
from optcloud.cli.messages import Messages
from optcloud.cli.output import Output
from optcloud.cli.tables import Column, Columns, name_column, text_column
from optcloud.core.escaping import escaped

REF = "aimms:default/6f1c0a52-2b9e-4c0b-9a51-d6c1b7f2a9e4"
COLUMNS = (
    name_column("Reference", "ref"),
    Column("State", "state"),
    Column("App", "app", 3),
    text_column("Message", "message", 4),
    Column("Service", "service", 2),
)
RECORD = {"ref": REF, "state": "running", "app": "Scheduling", "service": "solve", "message": "it runs " * 9}


def printed(
    monkeypatch: pytest.MonkeyPatch,
    columns: Columns,
    records: list[dict[str, Any]],
    *,
    width: int | None,
    limit: int | None = None,
) -> tuple[str, str]:
    """What a list prints on stdout and stderr; ``width``: of a terminal, None for a pipe."""
    with monkeypatch.context() as patched:
        patched.setenv("COLUMNS", str(width))
        patched.setenv("NO_COLOR", "1")
        patched.setenv("TERM", "dumb")
        stdout, stderr = Stream(terminal=width is not None), Stream(terminal=False)
        patched.setattr("sys.stdout", stdout)
        patched.setattr("sys.stderr", stderr)
        Output(Messages()).records(columns, records, empty="none", limit=limit)
    return stdout.written(), stderr.written()


@pytest.mark.parametrize(
    ("width", "titles", "hidden"),
    [
        (170, ["Reference", "State", "App", "Message", "Service"], None),
        (110, ["Reference", "State", "App", "Message", "Service"], None),  # the message is folded
        (80, ["Reference", "State", "App", "Service"], "1 column hidden (Message): widen the terminal to 154 columns"),
        (79, ["Reference", "State", "Service"], "2 columns hidden (App, Message): widen the terminal to 154 columns"),
        (60, ["Reference", "State"], "3 columns hidden (App, Message, Service)"),
        (40, ["Reference"], "4 columns hidden (State, App, Message, Service)"),
    ],
)
def test_a_narrow_terminal_loses_columns(
    monkeypatch: pytest.MonkeyPatch, width: int, titles: list[str], hidden: str | None
) -> None:
    """Those that matter least go first; the id stays on one line, also where the terminal is narrower."""
    out, said = printed(monkeypatch, COLUMNS, [RECORD], width=width)
    lines = out.splitlines()
    assert lines[0].split() == titles
    assert REF in lines[1]
    assert max(map(len, lines)) <= max(width, len(REF))
    assert said.startswith(hidden) if hidden else said == ""


SIGNS = st.text(max_size=60) | st.text("ab \u4e2d\u0301\u200b\t\n", max_size=60)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    width=st.integers(20, 160),
    rows=st.lists(st.tuples(SIGNS, SIGNS, SIGNS, SIGNS), min_size=1, max_size=4),
    ranks=st.lists(st.integers(1, 3), min_size=3, max_size=3),
    folds=st.lists(st.booleans(), min_size=3, max_size=3),
)
def test_ids_are_whole_at_any_width(
    monkeypatch: pytest.MonkeyPatch, width: int, rows: list[tuple[str, ...]], ranks: list[int], folds: list[bool]
) -> None:
    """And what is not shown is said."""
    fields = ("id", "one", "two", "three")
    columns = [name_column("Id", "id")] + [
        Column(name.title(), name, rank, fold) for name, rank, fold in zip(fields[1:], ranks, folds, strict=True)
    ]
    out, said = printed(monkeypatch, columns, [dict(zip(fields, row, strict=True)) for row in rows], width=width)
    head, *lines = out.split("\n")
    for row in rows:
        assert any(line.startswith(escaped(row[0], keep="")) for line in lines)
    shown = head.split()
    for column in columns[1:]:
        assert (column.title in shown) != (column.title in said)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows=st.lists(st.lists(st.text(max_size=20) | st.none() | st.integers(), min_size=3, max_size=3), max_size=5))
def test_a_pipe_gets_tab_separated_values(monkeypatch: pytest.MonkeyPatch, rows: list[list[Any]]) -> None:
    """The header has the names of the fields as --json; one line a record, whatever is in it; no quotes."""
    columns = [Column(f"Title {number}", f"field_{number}") for number in range(3)]
    records = [{column.field: value for column, value in zip(columns, row, strict=True)} for row in rows]
    out, said = printed(monkeypatch, columns, records, width=None)
    header, *read = csv.reader(io.StringIO(out, newline=""), delimiter="\t", quoting=csv.QUOTE_NONE)
    assert header == ["field_0", "field_1", "field_2"]
    assert read == [["" if value is None else escaped(str(value), keep="") for value in row] for row in rows]
    assert len(out.splitlines()) == len(rows) + 1
    assert said == ("" if rows else "none\n")


def test_cells_of_a_pipe_are_escaped(monkeypatch: pytest.MonkeyPatch) -> None:
    row = {"a": 'one\ttwo\nthree "four"', "b": True}
    out, _ = printed(monkeypatch, [Column("A", "a"), Column("B", "b")], [row], width=None)
    assert out == 'a\tb\none\\ttwo\\nthree "four"\tyes\n'


@pytest.mark.parametrize("width", [80, None])
def test_a_list_that_is_cut_says_so(monkeypatch: pytest.MonkeyPatch, width: int | None) -> None:
    records = [{"ref": f"ref-{number}"} for number in range(3)]
    out, said = printed(monkeypatch, [name_column("Reference", "ref")], records, width=width, limit=2)
    assert [line.strip() for line in out.splitlines()[1:]] == ["ref-0", "ref-1"]
    assert said == "2 shown, more with --limit\n"
    assert printed(monkeypatch, [name_column("Reference", "ref")], records, width=width, limit=3)[1] == ""


def test_json_is_cut_at_the_same_place(capsys: pytest.CaptureFixture[str]) -> None:
    messages = Messages()
    out = Output(messages)
    messages.as_json = out.as_json = True
    out.records(COLUMNS, [RECORD] * 3, empty="none", limit=2)
    told = capsys.readouterr()
    assert json.loads(told.out) == [RECORD] * 2
    assert json.loads(told.err) == {"event": "more", "shown": 2}
