"""Logs in each shape that they may have, as they grow; and figures as received."""

import json
from pathlib import Path
from typing import Any

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from optcloud.aimms.tasks import task_flows as tasks
from optcloud.aimms.tasks.logs import LogEntry, Logs, entries_of, save_log, stats
from optcloud.core.errors import JobGone, NotFound, ResponseMismatch, ServerError
from optcloud.core.flow import Call
from optcloud.core.polling import Pace
from optcloud.core.reference import Reference
from unit.script import Script, json_reply
from unit.test_aimms_tasks import script, task

TASK = tasks.task_of(Reference("aimms", "prod", ("6f1c", "2")))
PACE = Pace(first=1, factor=1, jitter=0)


def text(words: str) -> httpx.Response:
    return httpx.Response(200, text=words)


def followed(*replies: Any) -> list[str]:
    """The entries as they come, batches apart."""
    cloud, logs, seen = script(*replies), Logs(TASK, follow=True, pace=PACE), []
    while (batch := cloud._run(logs.next())) is not None:
        seen.append(" ".join(map(str, batch)))
    assert not cloud.replies
    return seen


def test_lines() -> None:
    assert [entry.text for entry in entries_of(b"one\r\ntwo\n\nlast")] == ["one", "two", "", "last"]
    assert [entry.text for entry in entries_of(b"one\ntw", whole=False)] == ["one"]
    assert entries_of(b"") == []
    assert [entry.text for entry in entries_of(b"\xff\n7\n")] == ["\ufffd", "7"]


@pytest.mark.parametrize(
    "body",
    [
        b'{"at": 1}\n{"at": 2}\n',
        b'[{"at": 1}, {"at": 2}]',
        b'{"total": 2, "lines": [{"at": 1}, {"at": 2}]}',
        b'["{\\"at\\": 1}", "{\\"at\\": 2}"]',
        b'"{\\"at\\": 1}\\n{\\"at\\": 2}"',
    ],
)
def test_entries_of_json_have_fields_in_each_shape(body: bytes) -> None:
    assert [entry.fields for entry in entries_of(body)] == [{"at": 1}, {"at": 2}]
    assert [str(entry) for entry in entries_of(body)] == ['{"at": 1}', '{"at": 2}']


@given(st.binary(max_size=60) | st.text(max_size=60).map(str.encode))
def test_no_log_makes_it_fail(body: bytes) -> None:
    assert all(isinstance(entry, LogEntry) for entry in entries_of(body))


@given(
    st.recursive(
        st.none() | st.integers() | st.text(), lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner)
    )
)
def test_no_json_makes_it_fail(value: Any) -> None:
    entries_of(json.dumps(value).encode())


def test_the_log_so_far_is_one_request_that_says_which_run() -> None:
    cloud, logs = script(text("a\nb")), Logs(TASK)
    assert list(map(str, cloud._run(logs.next()) or [])) == ["a", "b"]
    assert cloud.run(logs.next()) is None
    assert cloud.sent[0].url.raw_path.decode().endswith("/tasks/6f1c/logs?groupIndex=2")


def test_following_tells_each_entry_once_until_the_task_has_ended() -> None:
    assert followed(
        task("queued"),
        json_reply({"message": "no log"}, 404),
        task("running"),
        text("a\nb\nhal"),
        task("solving"),
        text("a\nb\nhalf\n"),
        task("solving"),
        text("a\nb\nhalf\n"),
        task("completed"),
        text("a\nb\nhalf\nend"),
    ) == ["", "a b", "half", "", "end"]


def test_a_log_that_lost_its_beginning_goes_on_where_it_overlaps() -> None:
    replies = [text("a\nb\nc\n"), text("b\nc\nd\n"), text(""), text("b\nc\nd\nx\n")]
    states = [task("running")] * 3 + [task("completed")]
    assert followed(*[one for pair in zip(states, replies, strict=True) for one in pair]) == ["a b c", "d", "", "x"]


def test_following_goes_on_through_faults_that_pass() -> None:
    busy = [json_reply({"message": "busy"}, 503)] * 4
    assert followed(*busy, task("running"), *busy, task("completed"), text("a")) == ["", "", "a"]
    with pytest.raises(ServerError):
        script(*busy).run(Logs(TASK).next())


@pytest.mark.parametrize("follow", [True, False])
def test_a_task_that_is_gone_is_told_from_a_log_that_is_not_there(follow: bool) -> None:
    missing = json_reply({"message": "nothing here"}, 404)
    with pytest.raises(JobGone):
        script(*[missing] * (1 if follow else 2)).run(Logs(TASK, follow=follow).next())
    if not follow:
        with pytest.raises(NotFound, match="nothing here"):
            script(missing, task("completed")).run(Logs(TASK).next())


def test_a_task_that_ended_without_a_log_ends_the_following() -> None:
    assert followed(task("completed"), json_reply({}, 404)) == [""]


def test_a_log_is_downloaded_into_a_file() -> None:
    flow = save_log(TASK, "task.log")
    call = next(flow)
    assert isinstance(call, Call)
    assert call.save_to == Path("task.log")
    assert call.arguments["url"] == "/tasks/6f1c/logs/download"
    assert call.arguments["params"] == {"groupIndex": 2}
    with pytest.raises(StopIteration) as done:
        flow.send(text(""))
    assert done.value.value == Path("task.log")


@pytest.mark.parametrize("figures", [{"queued": 3}, [1, 2], 7])
def test_figures_come_as_received(figures: Any) -> None:
    for current, path in ((False, "/stats"), (True, "/stats/current")):
        cloud: Script = script(json_reply(figures))
        assert cloud.run(stats(current=current)) == figures
        assert cloud.sent[0].url.path.endswith(path)
    with pytest.raises(ResponseMismatch):
        script(text("no figures")).run(stats())
