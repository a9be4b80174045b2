"""adiutaOpt: plans while they are calculated, planners of a test's own, 50 MB, the same problem in each coding."""

import gzip
import itertools
import json
import threading
import zlib
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any

import brotli  # type: ignore[import-untyped]
import httpx
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from optcloud.sandbox import AfterPolls, Sandbox
from optcloud_sandbox.adiutaopt import document, routes
from optcloud_sandbox.adiutaopt.compiled_schema import UnknownKeywordError, compiled
from optcloud_sandbox.settings import Limits, Settings
from patience import PATIENCE

JSON = "application/json"
VENDOR = "application/vnd.adiutabyte.adiutaopt.json+"
PLAN: dict[str, Any] = {"meta": {}, "parameters": {}, "tasks": [{"id": 1, "revenue": 5}], "workers": [{"id": 7}]}
TEXT = json.dumps(PLAN).encode()

FAST: dict[str, Callable[[bytes], bytes]] = {
    JSON: bytes,
    f"{VENDOR}gzip": lambda text: gzip.compress(text, 1),
    f"{VENDOR}deflate": lambda text: zlib.compress(text, 1),
    f"{VENDOR}br": lambda text: bytes(brotli.compress(text, quality=1)),
}
BACK: dict[str, Callable[[bytes], bytes]] = {
    JSON: bytes,
    "identity": bytes,
    "gzip": gzip.decompress,
    "deflate": zlib.decompress,
    f"{VENDOR}gzip": gzip.decompress,
    f"{VENDOR}deflate": zlib.decompress,
    f"{VENDOR}br": brotli.decompress,
}


def submit(client: httpx.Client, text: bytes = TEXT, kind: str = JSON) -> httpx.Response:
    return client.post("/shift-description", content=FAST[kind](text), headers={"content-type": kind})


def raw(client: httpx.Client, key: str, accept: str, encoding: str | None = None) -> tuple[httpx.Response, bytes]:
    headers = {"accept": accept} | ({"accept-encoding": encoding} if encoding else {})
    with client.stream("GET", f"/solution/{key}", headers=headers) as reply:
        return reply, b"".join(reply.iter_raw())


@pytest.mark.parametrize("order", list(itertools.permutations(FAST, 2)))
def test_a_problem_is_the_same_in_each_coding(adiutaopt: httpx.Client, order: tuple[str, str]) -> None:
    first, again = (submit(adiutaopt, kind=kind) for kind in order)
    assert (first.status_code, again.status_code) == (201, 200)
    assert first.json() == again.json()
    assert submit(adiutaopt, TEXT.replace(b"5", b"6"), order[1]).status_code == 201


FORMS: dict[int | str, tuple[int, Any]] = {
    202: (202, None),
    204: (204, None),
    404: (404, {"message": "the plan is still in calculation"}),
    "empty": (200, None),
    "accepted": (202, {"message": "in calculation"}),
    "other": (200, {"message": "in calculation"}),
    "text": (200, "in calculation"),
}


@pytest.mark.parametrize("form", FORMS)
def test_still_calculating_has_many_forms(sandbox: Sandbox, adiutaopt: httpx.Client, form: Any) -> None:
    sandbox.settings = Settings(still_calculating=form)
    sandbox.pace = AfterPolls(1)
    key = submit(adiutaopt).json()
    reply = adiutaopt.get(f"/solution/{key}")
    assert (reply.status_code, reply.json() if reply.content else None) == FORMS[form]
    assert adiutaopt.get(f"/solution/{key}").json()["requestID"]


def test_the_forms_come_in_turn_for_each_plan(sandbox: Sandbox, adiutaopt: httpx.Client) -> None:
    sandbox.settings = Settings(still_calculating=(404, "empty", 202))
    sandbox.pace = AfterPolls(4)
    keys = [submit(adiutaopt).json(), submit(adiutaopt, TEXT + b" ").json()]
    for key in keys:
        assert [adiutaopt.get(f"/solution/{key}").status_code for _ in range(4)] == [404, 200, 202, 202]
        assert "requestID" in adiutaopt.get(f"/solution/{key}").json()
    url = f"{sandbox.urls.control}/settings"
    changed = adiutaopt.patch(url, json={"still_calculating": ["text", 204]})
    assert changed.json()["still_calculating"] == ["text", 204]
    key = submit(adiutaopt, TEXT + b"  ").json()
    assert [adiutaopt.get(f"/solution/{key}").status_code for _ in range(3)] == [200, 204, 204]
    for wrong in ([], ["soon"], 500):
        assert adiutaopt.patch(url, json={"still_calculating": wrong}).status_code == 400


def test_unknown_keys_are_404_whatever_the_setting(sandbox: Sandbox, adiutaopt: httpx.Client) -> None:
    sandbox.settings = Settings(still_calculating=202)
    for key in ("nobody==", "%20", "a" * 500):
        assert adiutaopt.get(f"/solution/{key}").status_code == 404


def test_a_planner_of_ones_own(sandbox: Sandbox, adiutaopt: httpx.Client) -> None:
    seen: list[Any] = []

    def plan_with(name: str, problem: dict[str, Any], request_id: str) -> dict[str, Any]:
        seen.append((name, problem))
        return {"requestID": request_id, "tasks": [], "mine": True}

    sandbox.plan_with(plan_with)
    key = submit(adiutaopt).json()
    assert adiutaopt.get(f"/solution/{key}").json()["mine"] is True
    assert seen == [("shift", PLAN)]
    sandbox.plan_with(lambda name, problem, request_id: b'{"as":  "it is"}')
    key = adiutaopt.post("/description", content=TEXT, headers={"content-type": JSON}).json()
    assert adiutaopt.get(f"/solution/{key}").content == b'{"as":  "it is"}'

    def failing(name: str, problem: dict[str, Any], request_id: str) -> dict[str, Any]:
        raise LookupError("missing")

    sandbox.plan_with(failing)
    key = submit(adiutaopt, TEXT + b" ").json()
    reply = adiutaopt.get(f"/solution/{key}")
    assert (reply.status_code, "missing" in reply.json()["message"]) == (500, True)
    sandbox.plan_with(None)
    assert "notice" in adiutaopt.get(f"/solution/{submit(adiutaopt, TEXT + b'  ').json()}").json()["info"]


def problem_of(size: int) -> bytes:
    """A shift problem of `size` bytes or a little more, each task with an integer beyond 2^53 of no known name."""
    day = '"date":"2026-03-02","startTime":"06:00","endTime":"14:00","qualifications":["care"]'
    note = "fifty megabytes " * 100
    tasks = [
        f'{{"id":{n},"revenue":{n},"note":"{note}{n:06}","mine":{2**53 + n},{day}}}'.encode()
        for n in range(1 + size // 1741)
    ]
    text = b'{"meta":{},"parameters":{},"workers":[{"id":1,"qualifications":["care"]}],"tasks":[' + b",".join(tasks)
    return (text + b"]}").ljust(size)


def test_fifty_megabytes_in_and_out(sandbox: Sandbox, adiutaopt: httpx.Client) -> None:
    text = problem_of(50_000_000)
    first = submit(adiutaopt, text, f"{VENDOR}deflate")
    assert (first.status_code, submit(adiutaopt, text, f"{VENDOR}br").status_code) == (201, 200)
    key = sandbox.plant_solution(text)
    for accept in FAST:
        reply, body = raw(adiutaopt, key, accept)
        assert (reply.status_code, reply.headers["content-type"]) == (200, accept)
        assert BACK[accept](body) == text
    for encoding in ("identity", "gzip", "deflate"):
        reply, body = raw(adiutaopt, key, JSON, encoding)
        assert BACK[encoding](body) == text
    sandbox.pace = AfterPolls(1)
    key = first.json()
    while (reply := adiutaopt.get(f"/solution/{key}", headers={"accept": f"{VENDOR}gzip"})).status_code == 202:
        pass
    solution = json.loads(gzip.decompress(reply.content))
    assert len(solution["tasks"]) == len(json.loads(text)["tasks"])
    assert solution["tasks"][-1]["mine"] > 2**53


def test_others_are_served_while_a_problem_is_read(adiutaopt: httpx.Client, monkeypatch: pytest.MonkeyPatch) -> None:
    reading, go_on = threading.Event(), threading.Event()

    def slow_check(planner: str, plan: Any) -> list[dict[str, str]]:
        reading.set()
        assert go_on.wait(PATIENCE)
        return []

    monkeypatch.setattr(routes, "violations", slow_check)
    with ThreadPoolExecutor(1) as pool:
        submitted = pool.submit(submit, adiutaopt)
        assert reading.wait(PATIENCE)
        assert adiutaopt.get("/version").status_code == 200
        assert not submitted.done()
        go_on.set()
        assert submitted.result(30).status_code == 201


def test_beyond_its_looks_the_planner_leaves_the_rest_and_says_so(sandbox: Sandbox, adiutaopt: httpx.Client) -> None:
    sandbox.settings = replace(sandbox.settings, limits=Limits(plan_looks=5))
    plan = PLAN | {"tasks": [{"id": n} for n in range(4)], "workers": [{"id": 7}, {"id": 8}]}
    solution = adiutaopt.get(f"/solution/{submit(adiutaopt, json.dumps(plan).encode()).json()}").json()
    assert [task.get("workerID") for task in solution["tasks"]] == [7, 7, None, None]
    assert "too large" in solution["tasks"][3]["unassignedReason"]


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-3, 2**65) | st.floats(allow_nan=False) | st.text(max_size=3),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from("abcx"), inner, max_size=3),
    max_leaves=8,
)
TYPES = ("object", "array", "string", "integer", "number", "boolean", "null")
SCHEMAS = st.recursive(
    st.sampled_from([True, False, {}])
    | st.fixed_dictionaries({"type": st.sampled_from(TYPES)})
    | st.fixed_dictionaries({"minimum": st.integers(-2, 2)}, optional={"maximum": st.integers(0, 4)}),
    lambda inner: st.fixed_dictionaries(
        {},
        optional={
            "type": st.sampled_from(["object", "array"]),
            "properties": st.dictionaries(st.sampled_from("abc"), inner, max_size=2),
            "required": st.lists(st.sampled_from("abc"), unique=True, max_size=2),
            "additionalProperties": inner,
            "items": inner,
            "allOf": st.lists(inner, min_size=1, max_size=2),
        },
    ),
    max_leaves=6,
)


@given(SCHEMAS, VALUES)
@example({"type": "integer"}, 1.0)
@example({"type": "integer"}, 1.5)
@example({"type": "integer"}, True)
@example({"minimum": 1}, "text")
def test_the_quick_check_agrees_with_jsonschema(schema: Any, value: Any) -> None:
    check = compiled(schema)
    assert (check is None or check(value)) == Draft202012Validator(schema).is_valid(value)


def test_the_quick_check_knows_the_document_and_gives_up_on_what_it_does_not_know() -> None:
    for planner in document.INPUT_SCHEMAS:
        assert document._fast_check(planner) is not None
    with pytest.raises(UnknownKeywordError, match="pattern"):
        compiled({"properties": {"date": {"pattern": "x"}}})
    with pytest.raises(UnknownKeywordError):
        compiled({"type": ["string", "null"]})
