"""Tasks of AIMMS PRO on scripted replies."""

import json
from io import BytesIO
from pathlib import Path
from typing import Any

import httpx
import pytest
from attrs import evolve

from optcloud.aimms.connection import CLOUD, policy
from optcloud.aimms.tasks import task_flows as tasks
from optcloud.aimms.tasks.result import SavedResult, TaskResult
from optcloud.aimms.tasks.states import status_of
from optcloud.core.errors import (
    BadRequest,
    ConfigError,
    Conflict,
    JobFailed,
    JobGone,
    NotFound,
    PayloadTooLarge,
    ResponseMismatch,
    ServerError,
    TransportError,
    WaitTimeout,
)
from optcloud.core.events import Submitted
from optcloud.core.polling import Pace
from optcloud.core.reference import Reference
from optcloud.core.settings import AimmsSettings
from optcloud.core.states import State
from unit.script import LOST, NEVER_LEFT, RETRY, Script, Scripted, json_reply
from unit.submitting import submit

KEY = "not-a-real-key"
PACE = Pace(first=1, factor=1, jitter=0)
TASK = tasks.task_of(Reference("aimms", "prod", ("6f1c",)))


def script(*replies: Scripted) -> Script:
    settings = AimmsSettings(url="https://acme.aimms.cloud/pro-api/v2", api_key=KEY)
    return Script(replies, policy=policy(settings, RETRY))


def task(state: str, **more: Any) -> httpx.Response:
    return json_reply({"id": "6f1c", "state": state, "errorMessage": None} | more)


# ---------------------------------------------------------------- submit


@pytest.mark.parametrize(
    ("version", "path"),
    [(None, "/pro-api/v2/tasks/My%20App/solve%2Fit"), ("1.4", "/pro-api/v2/tasks/My%20App/1.4/solve%2Fit")],
)
def test_submit_takes_the_latest_or_a_given_version(version: str | None, path: str) -> None:
    cloud = script(task("queued"))
    job = cloud.run(submit("prod", "My App", "solve/it", version=version))
    assert str(job.reference) == "aimms:prod/6f1c"
    assert cloud.events == [Submitted("aimms:prod/6f1c")]
    (sent,) = cloud.sent
    assert (sent.method, sent.url.raw_path.decode()) == ("POST", path)
    assert (sent.headers["apikey"], sent.headers["accept"]) == (KEY, "application/json")
    assert sent.content == b"" and "content-type" not in sent.headers


@pytest.mark.parametrize(
    ("given", "content_type", "body", "sent_type"),
    [
        ({"a": [1, "ü"]}, None, '{"a":[1,"ü"]}'.encode(), "application/json"),
        ([1, 2], None, b"[1,2]", "application/json"),
        ({}, None, b"{}", "application/json"),
        ("grün", None, "grün".encode(), "text/plain; charset=utf-8"),
        (b"\x00\xff", None, b"\x00\xff", "application/octet-stream"),
        (b"PAR1", "application/vnd.apache.parquet", b"PAR1", "application/vnd.apache.parquet"),
        ("a;b", "text/csv", b"a;b", "text/csv"),
    ],
)
def test_any_input_is_sent_with_its_type(given: Any, content_type: str | None, body: bytes, sent_type: str) -> None:
    cloud = script(task("queued"))
    cloud.run(submit("prod", "app", "svc", input=given, content_type=content_type))
    assert (cloud.sent[0].content, cloud.sent[0].headers["content-type"]) == (body, sent_type)


@pytest.mark.parametrize(
    ("name", "sent_type"),
    [("in.json", "application/json"), ("in.CSV", "text/csv"), ("in.bin", "application/octet-stream")],
)
def test_a_path_is_sent_as_it_is(tmp_path: Path, name: str, sent_type: str) -> None:
    file = tmp_path / name
    file.write_bytes(b'{"as": "it is"}\n')
    cloud = script(task("queued"))
    cloud.run(submit("prod", "app", "svc", input=file))
    assert (cloud.sent[0].content, cloud.sent[0].headers["content-type"]) == (b'{"as": "it is"}\n', sent_type)


def test_any_mapping_is_json() -> None:
    from types import MappingProxyType

    cloud = script(task("queued"))
    cloud.run(submit("prod", "app", "svc", input=MappingProxyType({"a": 1})))
    assert (cloud.sent[0].content, cloud.sent[0].headers["content-type"]) == (b'{"a":1}', "application/json")


@pytest.mark.parametrize("wrong", ["csv", "text/csv\r\nx: y", "text/", ""])
def test_a_content_type_that_is_none_is_refused_before_sending(wrong: str) -> None:
    with pytest.raises(BadRequest, match=r"content_type: .* is no media type; one looks like text/csv"):
        script().run(submit("prod", "app", "svc", input=b"x", content_type=wrong))


def test_too_much_input_is_refused_before_sending() -> None:
    assert CLOUD.largest == 256 * 1024 * 1024
    small = evolve(CLOUD, largest=1000)
    cloud = script()
    for much in (b"x" * 1234, "x" * 1234, ["x" * 1230], BytesIO(b"x" * 1234)):
        with pytest.raises(PayloadTooLarge, match="the input has 1,234 bytes, 234 more than AIMMS PRO") as caught:
            cloud.run(submit("prod", "app", "svc", input=much, endpoint=small))
        assert caught.value.status is None
    assert cloud.sent == []
    script(task("queued")).run(submit("prod", "app", "svc", input=b"x" * 1000, endpoint=small))


@pytest.mark.parametrize(
    ("body", "known"),
    [
        (b'{"id": "t-1", "state": "queued"', "t-1"),  # cut
        (b'{"state": "queued", "id" : "t-1", "x": "\xff"}', "t-1"),  # not UTF-8
        (b'{"owner": {"id": "u-1"}, "id": "t-1"}', "t-1"),  # another id comes first
        (b'{"id": 17}', "17"),
    ],
)
def test_the_id_is_taken_from_whatever_came(body: bytes, known: str) -> None:
    job = script(httpx.Response(200, content=body)).run(submit("prod", "app", "svc"))
    assert job.reference.path == (known,)


def test_a_success_that_the_document_does_not_name_loses_no_job() -> None:
    job = script(json_reply({"id": "t-1"}, 201)).run(submit("prod", "app", "svc"))
    assert job.reference.path == ("t-1",)


@pytest.mark.parametrize(
    "reply",
    [
        json_reply({"state": "queued"}),
        json_reply({"id": ""}),
        json_reply([]),
        httpx.Response(200, content=b""),
        httpx.Response(200, html='<script>{"id": "x"}</script>'),
        httpx.Response(302, json={"id": "x"}),
    ],
)
def test_without_an_id_the_reply_is_kept(reply: httpx.Response) -> None:
    with pytest.raises(ResponseMismatch) as caught:
        script(reply).run(submit("prod", "app", "svc"))
    assert caught.value.body == reply.content


def test_a_lost_reply_is_never_sent_again() -> None:
    cloud = script(LOST)
    with pytest.raises(TransportError) as caught:
        cloud.run(submit("prod", "app", "svc", input={}))
    assert (caught.value.sent, len(cloud.sent), caught.value.operation) == ("unknown", 1, "createTaskLatestVersion")


def test_a_server_error_on_submit_is_not_repeated_but_what_never_left_is() -> None:
    cloud = script(json_reply({"message": "oops"}, 502))
    with pytest.raises(ServerError, match="oops"):
        cloud.run(submit("prod", "app", "svc"))
    cloud = script(NEVER_LEFT, task("queued"))
    assert cloud.run(submit("prod", "app", "svc", input=b"x")).reference.path == ("6f1c",)
    assert [request.content for request in cloud.sent] == [b"x", b"x"]


# ---------------------------------------------------------------- look, wait, result


@pytest.mark.parametrize(
    ("reply", "state", "word"),
    [
        ({"state": "queued"}, State.QUEUED, "queued"),
        ({"state": "assigned"}, State.QUEUED, "assigned"),
        ({"state": "running"}, State.RUNNING, "running"),
        ({"state": "Solving"}, State.RUNNING, "Solving"),
        ({"state": "completed"}, State.SUCCEEDED, "completed"),
        ({"state": "failed", "errorMessage": "why"}, State.FAILED, "failed"),
        ({"status": "executing"}, State.RUNNING, "executing"),
        ({"status": "interrupted"}, State.CANCELLED, "interrupted"),
        ({"status": "finished"}, State.SUCCEEDED, "finished"),
        ({"state": "pondering"}, State.UNKNOWN, "pondering"),
        ({"state": None}, State.UNKNOWN, ""),
        ({}, State.UNKNOWN, ""),
    ],
)
def test_words_of_both_versions_and_unknown_ones(reply: dict[str, Any], state: State, word: str) -> None:
    status = status_of(reply)
    assert (status.state, status.word, status.reply) == (state, word, reply)
    assert status.message == reply.get("errorMessage")


def test_poll_looks_once() -> None:
    cloud = script(task("solving"))
    assert cloud.run(TASK.poll()).state is State.RUNNING
    assert str(cloud.sent[0].url) == "https://acme.aimms.cloud/pro-api/v2/tasks/6f1c"


def test_the_result_is_asked_for_only_after_success() -> None:
    response = httpx.Response(200, content=b"\x00\x01", headers={"content-type": "application/octet-stream"})
    cloud = script(task("queued"), task("solving"), task("completed"), response)
    result = cloud.run(TASK.result(pace=PACE))
    assert (result.bytes, result.content_type) == (b"\x00\x01", "application/octet-stream")
    assert [request.url.path.rpartition("/")[2] for request in cloud.sent] == ["6f1c", "6f1c", "6f1c", "response"]


def test_the_response_is_saved_as_received(tmp_path: Path) -> None:
    response = httpx.Response(200, content=b"\x00\x01", headers={"content-type": "application/x-own"})
    saved = script(task("completed"), response).run(TASK.save(tmp_path / "out"))
    assert saved == SavedResult(tmp_path / "out", 2, "application/x-own")
    assert saved.path.read_bytes() == b"\x00\x01"


def test_a_place_where_nothing_can_be_saved_is_named_before_the_wait(tmp_path: Path) -> None:
    cloud = script()
    for target, error in ((tmp_path, IsADirectoryError), (tmp_path / "no" / "out", FileNotFoundError)):
        with pytest.raises(error):
            cloud.run(TASK.save(target))
    assert cloud.sent == []


def test_a_failed_task_leaves_no_file(tmp_path: Path) -> None:
    with pytest.raises(JobFailed):
        script(task("failed")).run(TASK.save(tmp_path / "out"))
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("status", [302, 307])
def test_a_response_that_lies_elsewhere_is_fetched_from_there(status: int, tmp_path: Path) -> None:
    blob = "https://blob.test/responses/1?sig=not-a-real-signature"
    for take in (TASK.result(), TASK.save(tmp_path / "out")):
        moved = httpx.Response(status, headers={"location": blob})
        cloud = script(task("completed"), moved, httpx.Response(200, content=b"far"))
        cloud.run(take)
        assert [fetch.address.reveal() for fetch in cloud.fetches] == [blob]
    assert cloud.fetches[0].save_to == tmp_path / "out"


@pytest.mark.parametrize("headers", [{}, {"location": "/login"}, {"location": "javascript:1"}])
def test_a_redirection_to_no_address_is_a_mismatch(headers: dict[str, str]) -> None:
    with pytest.raises(ResponseMismatch, match="does not name status 302"):
        script(task("completed"), httpx.Response(302, headers=headers)).run(TASK.result())


def test_an_address_beside_another_status_is_not_gone_to() -> None:
    with pytest.raises(ResponseMismatch, match="does not name status 201"):
        headers = {"location": "https://elsewhere.test/1"}
        script(task("completed"), httpx.Response(201, headers=headers)).run(TASK.result())


@pytest.mark.parametrize(("word", "message"), [("failed", "the solver gave up"), ("interrupted", None)])
def test_a_failed_task_raises_with_the_vendors_message_and_asks_for_no_result(word: str, message: str | None) -> None:
    cloud = script(task(word, errorMessage=message, returnCode=3))
    with pytest.raises(JobFailed, match=f"ended as {word}: {message or 'no message'}") as caught:
        cloud.run(TASK.result())
    assert caught.value.ref == "aimms:prod/6f1c"
    assert isinstance(caught.value.detail, dict) and caught.value.detail["returnCode"] == 3


def test_a_time_out_leaves_the_task_alone() -> None:
    cloud = script(task("solving"), task("solving"))
    with pytest.raises(WaitTimeout, match="last seen: solving") as caught:
        cloud.run(TASK.result(timeout=1, pace=PACE))
    assert {request.method for request in cloud.sent} == {"GET"}
    assert caught.value.ref == "aimms:prod/6f1c"


def test_results_can_be_read_and_saved(tmp_path: Path) -> None:
    result = TaskResult('{"a": "ü"}'.encode(), "application/json")
    assert (result.json(), result.text()) == ({"a": "ü"}, '{"a": "ü"}')
    assert result.save(tmp_path / "out").read_bytes() == result.bytes
    assert "ü" not in repr(result)
    latin = TaskResult("ü".encode("latin-1"), 'text/csv; charset="ISO-8859-1"')
    assert (latin.text(), latin.text("cp1252")) == ("ü", "ü")
    for content_type in ("text/csv", "text/csv; charset=utf-8", "text/csv; charset=klingon"):
        with pytest.raises(ResponseMismatch, match=r"is not (utf-8|klingon)") as mismatch:
            TaskResult(b"\xfc", content_type).text()
        assert mismatch.value.body == b"\xfc"
    for body in (b"{", b'"\xff"'):
        with pytest.raises(ResponseMismatch, match="not JSON") as caught:
            TaskResult(body, "text/plain").json()
        assert caught.value.body == body


# ---------------------------------------------------------------- interrupt, delete, gone


@pytest.mark.parametrize(("verb", "word"), [("stop", "interrupt-solve"), ("cancel", "interrupt-execution")])
def test_interrupts_say_which(verb: str, word: str) -> None:
    cloud = script(httpx.Response(200))
    cloud.run(getattr(TASK, verb)())
    (sent,) = cloud.sent
    assert (sent.method, sent.url.path, json.loads(sent.content)) == (
        "PUT",
        "/pro-api/v2/tasks/6f1c",
        {"setstatus": word},
    )


def test_a_page_in_place_of_nothing_is_no_success() -> None:
    with pytest.raises(ResponseMismatch):
        script(httpx.Response(200, html="<h1>Sign in</h1>")).run(TASK.cancel())


def test_delete() -> None:
    cloud = script(httpx.Response(200))
    cloud.run(TASK.delete())
    assert cloud.sent[0].method == "DELETE"


@pytest.mark.parametrize(
    ("allow", "kind"), [("GET, DELETE", Conflict), ("get,delete", Conflict), ("GET, PUT", BadRequest)]
)
def test_a_405_that_lists_other_methods_is_of_the_address(allow: str, kind: type[Exception]) -> None:
    """Where the server says that it does not take the method, the state of the task is not in question."""
    refused = json_reply({"message": "not now"}, 405, Allow=allow)
    looks = [json_reply({"id": "6f1c", "state": "solving"})] if kind is Conflict else []
    with pytest.raises(kind, match="not now") as caught:
        script(refused, *looks).run(TASK.delete())
    assert type(caught.value) is kind


@pytest.mark.parametrize("verb", ["stop", "cancel", "delete"])
@pytest.mark.parametrize(
    "refusal", [(405, "not now"), (409, "busy"), (400, "Task is already completed"), (400, "wrong state")]
)
def test_a_refused_verb_tells_the_state_and_the_vendors_words(verb: str, refusal: tuple[int, str]) -> None:
    status, words = refusal
    cloud = script(json_reply({"message": words}, status), task("solving"))
    with pytest.raises(Conflict, match=rf"answered {status}: {words} .the task is solving.") as caught:
        cloud.run(getattr(TASK, verb)())
    assert caught.value.state is not None and caught.value.state.word == "solving"
    assert (caught.value.status, caught.value.body) == (status, json_reply({"message": words}).content)
    assert [request.method for request in cloud.sent] == ["DELETE" if verb == "delete" else "PUT", "GET"]


@pytest.mark.parametrize(
    "looked", [httpx.Response(404, json={"message": "gone"}), httpx.Response(403, json={}), httpx.Response(200)]
)
def test_a_look_that_fails_hides_no_refusal(looked: httpx.Response) -> None:
    with pytest.raises(Conflict, match=r"answered 405: not now$") as caught:
        script(json_reply({"message": "not now"}, 405), looked).run(TASK.delete())
    assert caught.value.state is None


@pytest.mark.parametrize(
    ("status", "words"), [(400, "setstatus must be one of two words"), (428, "the state must be named by If-Match")]
)
def test_a_bad_request_about_something_else_stays_one(status: int, words: str) -> None:
    with pytest.raises(BadRequest, match=words):
        script(json_reply({"message": words}, status)).run(TASK.stop())


@pytest.mark.parametrize("verb", ["poll", "wait", "result", "stop", "cancel", "delete"])
@pytest.mark.parametrize("status", [404, 410])
def test_an_unknown_task_is_gone(verb: str, status: int) -> None:
    with pytest.raises(JobGone, match="no such task") as caught:
        script(json_reply({"message": "no such task"}, status)).run(getattr(TASK, verb)())
    assert caught.value.ref == "aimms:prod/6f1c"


def test_a_gateway_that_knows_no_task_says_nothing_of_it() -> None:
    with pytest.raises(NotFound):
        script(httpx.Response(404, html="<h1>404 Not Found</h1>")).run(TASK.poll())


def test_another_jobs_reference_is_refused() -> None:
    with pytest.raises(ConfigError, match="is not a task"):
        tasks.task_of(Reference("aimms", "prod", ("shift", "KEY")))


@pytest.mark.parametrize("body", [b'{"id": "6f1c", "appName": "Sch', b'{"id":"6f1c"'])
def test_a_reply_that_broke_off_after_the_id_loses_no_task(body: bytes) -> None:
    broken = TransportError("ReadError: reset", sent="unknown", status=200, body=body)
    assert Script([broken]).run(submit("p", "App", "solve")).reference.path == ("6f1c",)


@pytest.mark.parametrize(("status", "body"), [(200, b'{"i'), (500, b'{"id": "6f1c"'), (None, b"")])
def test_a_reply_that_broke_off_before_the_id_is_the_error_that_it_is(status: int | None, body: bytes) -> None:
    broken = TransportError("ReadError: reset", sent="unknown", status=status, body=body)
    with pytest.raises(TransportError):
        Script([broken]).run(submit("p", "App", "solve"))


@pytest.mark.parametrize("error", [TransportError("reset", sent="unknown"), ServerError("gateway", status=502)])
def test_a_task_that_may_exist_is_said_to_be_looked_for(error: Exception) -> None:
    with pytest.raises(type(error)) as caught:
        Script([error]).run(submit("p", "App", "solve"))
    assert any("may have been created" in note for note in caught.value.__notes__)


def test_a_task_that_cannot_exist_is_not_looked_for() -> None:
    refused = TransportError("ConnectError: refused", sent="no")
    with pytest.raises(TransportError) as caught:
        Script([refused]).run(submit("p", "App", "solve"))
    assert not hasattr(caught.value, "__notes__")
