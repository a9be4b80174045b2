"""What a vendor says steers no terminal: not in tables, lines, progress, talk, results or JSON."""

from __future__ import annotations

import io
import json
import re
import sys

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from optcloud.cli.messages import Messages
from optcloud.cli.output import Output
from optcloud.cli.tables import name_column, text_column
from optcloud.core.errors import NotFound
from optcloud.core.events import MachineChanged, Polled
from optcloud.core.states import State, Status

WORDS = "\x1b]0;title\x07\x9b2J\u202eevil\u2028x\x7f [bold]y[/bold] \x1b[31mz\x1b[0m"
SHOWN = r"\x1b]0;title\x07\x9b2J\u202eevil\u2028x\x7f [bold]y[/bold] \x1b[31mz\x1b[0m"
OURS = re.compile("\x1b\\[[0-9;?]*[A-Za-z]")  # what rich draws with


class Stream(io.TextIOWrapper):
    """A stream in memory that may say it is a terminal."""

    def __init__(self, *, terminal: bool) -> None:
        super().__init__(io.BytesIO(), encoding="utf-8", write_through=True)
        self._terminal = terminal

    def isatty(self) -> bool:
        return self._terminal

    def written(self) -> str:
        buffer = self.buffer
        assert isinstance(buffer, io.BytesIO)
        return buffer.getvalue().decode()


@pytest.fixture(params=[True, False], ids=["terminal", "pipe"])
def terminal(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> bool:
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setenv("COLUMNS", "200")
    return bool(request.param)


def taken_over(monkeypatch: pytest.MonkeyPatch, *, terminal: bool) -> Stream:
    """Put a stream in place of stdout; in the test itself, since pytest puts its own there before."""
    stream = Stream(terminal=terminal)
    monkeypatch.setattr("sys.stdout", stream)
    return stream


def quiet(text: str) -> bool:
    return OURS.sub("", text).replace("\n", "").replace("\t", "").isprintable()


def test_data_for_people(terminal: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    """Lines, fields, tables and their titles show what steers as escapes, and take no markup from it."""
    stdout = taken_over(monkeypatch, terminal=terminal)
    out = Output(Messages())
    out.data(None, WORDS)
    out.fields({"state": WORDS, WORDS: "value"})
    columns = (name_column("Name", "name"), text_column(WORDS, "words"))
    for print_table in (out.table, out.records):
        print_table(columns, [{"name": WORDS, "words": WORDS}], empty="none")
    out.labelled("label", WORDS, style="bold", width=8)
    text = OURS.sub("", stdout.written())
    assert quiet(stdout.written())
    assert text.count(SHOWN) == (10 if terminal else 9)  # the header of a pipe has no titles


def test_a_field_makes_no_line_of_its_own(terminal: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    """A line end in a value cannot pretend to be the next field."""
    stdout = taken_over(monkeypatch, terminal=terminal)
    Output(Messages()).fields({"error_message": "x\nstate: succeeded"})
    assert stdout.written() == "error message: x\n  state: succeeded\n"


def test_json_is_the_data(terminal: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    """Programs get what the vendor said, by JSON's own escapes, on a terminal and in a pipe."""
    stdout = taken_over(monkeypatch, terminal=terminal)
    out = Output(Messages())
    out.as_json = True
    out.data({"words": WORDS + "\ud800"})
    assert json.loads(stdout.written()) == {"words": WORDS + "\ud800"}
    assert quiet(stdout.written())


def test_a_result_is_raw_in_a_pipe_and_escaped_on_a_terminal(terminal: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    """Who asks for a result gets its bytes; a terminal is shown them escaped."""
    stdout = taken_over(monkeypatch, terminal=terminal)
    Output(Messages()).received(WORDS.encode())
    Output(Messages()).streamed(lambda path: path.write_bytes(WORDS.encode()))
    expected = f"{SHOWN}\n" if stdout.isatty() else WORDS
    assert stdout.written() == expected * 2


def test_talk(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is told of events and errors is escaped, in lines and in JSON."""
    for as_json in (False, True):
        stream = Stream(terminal=False)
        monkeypatch.setattr("sys.stderr", stream)
        talk = Messages()
        talk.as_json = as_json
        talk.hear(MachineChanged("gurobi:p/1", WORDS, "", WORDS))
        error = NotFound(WORDS, vendor="Vendor")
        error.add_note(WORDS)
        talk.error(error)
        talk.prompt(WORDS)
        assert quiet(stream.written())
        assert stream.written().count(SHOWN.replace("\\", "\\\\") if as_json else SHOWN) >= 1


@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(words=st.text(max_size=12) | st.just(WORDS + "\n"))
def test_the_progress_line(monkeypatch: pytest.MonkeyPatch, words: str) -> None:
    """A state's word stays on the one line of progress, escaped, and is no markup."""
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setenv("COLUMNS", "300")
    with monkeypatch.context() as patched:
        stream = Stream(terminal=True)
        patched.setattr(sys, "stderr", stream)
        talk = Messages()
        with talk.progress(words):
            assert talk._progress is not None
            talk.hear(Polled("aimms:p/1", Status(State.RUNNING, words), 1.0))
            assert talk._progress.tasks[0].description.isprintable() or "\u3000" in words or "\xa0" in words
            talk._progress.refresh()
    left = OURS.sub("", stream.written()).replace("\r", "").replace("\n", "")
    assert all(sign.isprintable() or sign.isspace() for sign in left)
