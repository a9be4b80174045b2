"""Problems and plans of adiutaOpt on scripted replies."""

import json
from pathlib import Path
from typing import Any

import httpx
import msgspec
import pytest

from optcloud.adiutaopt import planners
from optcloud.adiutaopt.account import MAY_EXIST, AdiutaOptAccount
from optcloud.adiutaopt.connection import IDEMPOTENT
from optcloud.adiutaopt.plans.encoding import PLAIN, Coding, codecs, compress
from optcloud.adiutaopt.plans.plan import PlanFlows
from optcloud.adiutaopt.solution.solution import Solution
from optcloud.adiutaopt.solution_rule import NEW_KEY, Answer, AnswerMeaning, default_rule
from optcloud.core.errors import (
    ApiError,
    AuthError,
    ConfigError,
    JobFailed,
    JobGone,
    ResponseMismatch,
    ServerError,
    TransportError,
    UnprocessablePlan,
    Unsupported,
    WaitTimeout,
)
from optcloud.core.events import Submitted
from optcloud.core.polling import Pace
from optcloud.core.reference import Reference
from optcloud.core.states import State
from unit.script import LOST, NEVER_LEFT, RETRY, NoAuth, Script, Scripted, json_reply, plain_road

PACE = Pace(first=1, factor=1, jitter=0)
PROBLEM: dict[str, Any] = {"meta": {"name": "n"}, "parameters": {}, "tasks": [{"id": 1}], "workers": []}
PLAN: dict[str, Any] = {"tasks": [{"id": 1, "revenue": 5}], "workers": [], "meta": {}, "parameters": {}}
PLAN |= {"statistics": {}, "info": {}, "backendVersion": {}, "newField": "kept"}
ERROR_PLAN = {"errors": [{"id": 17}], "recovery": [1]}
ACCOUNT = AdiutaOptAccount("prod", default_rule)
KEY = "c29tZSBwaHJhc2U=="
JOB = ACCOUNT.plan(Reference("adiutaopt", "prod", ("shift", KEY)))


def script(*replies: Scripted, auth: Any = None) -> Script:
    headers = {"accept": "application/json", "accept-encoding": "gzip"}
    way = plain_road(auth or NoAuth(), vendor="adiutaOpt", idempotent=IDEMPOTENT, retry=RETRY, headers=headers)
    return Script(replies, policy=way)


# ---------------------------------------------------------------- submit


@pytest.mark.parametrize(
    ("planner", "path"),
    [
        (planners.SHIFT, "/api/shift-description"),
        (planners.MIXED, "/api/description"),
        (planners.FLOOR, "/api/floor-description"),
    ],
)
def test_each_planner_has_its_address(planner: planners.PlannerDescription, path: str) -> None:
    cloud = script(json_reply(KEY, 201))
    plan = cloud.run(ACCOUNT.submit(planner, PROBLEM))
    assert str(plan.reference) == f"adiutaopt:prod/{planner.name}/c29tZSBwaHJhc2U%3D%3D"
    assert plan.planner is planner
    assert cloud.events == [Submitted(str(plan.reference))]
    (sent,) = cloud.sent
    assert (sent.method, sent.url.path, sent.headers["content-type"]) == ("POST", path, PLAIN)
    assert (sent.headers["accept"], sent.headers["accept-encoding"]) == ("application/json", "gzip")
    assert "adiutaopt-version" not in sent.headers
    assert json.loads(sent.content) == PROBLEM


def test_a_package_can_be_pinned() -> None:
    cloud = script(json_reply(KEY))
    cloud.run(ACCOUNT.submit(planners.SHIFT, PROBLEM, version="2024-10-01_0"))
    assert cloud.sent[0].headers["adiutaopt-version"] == "2024-10-01_0"


@pytest.mark.parametrize(
    ("problem", "path"),
    [
        (PROBLEM | {"tasks": [{"revenue": 1}] * 17 + [{"revenue": -1}]}, "tasks[17].revenue"),
        ({"meta": {}, "parameters": {}, "tasks": []}, "workers"),
        (b"not JSON", ""),
    ],
)
def test_a_faulty_problem_is_refused_before_sending(problem: Any, path: str) -> None:
    cloud = script()
    with pytest.raises(UnprocessablePlan, match="does not satisfy the schema") as caught:
        cloud.run(ACCOUNT.submit(planners.SHIFT, problem))
    assert (caught.value.path, caught.value.status) == (path, None)
    assert path in str(caught.value) and cloud.sent == []


def test_a_submit_is_repeated_since_the_vendor_makes_it_idempotent() -> None:
    cloud = script(LOST, json_reply({}, 503), json_reply(KEY))
    cloud.run(ACCOUNT.submit(planners.MIXED, PROBLEM))
    assert len({request.content for request in cloud.sent}) == 1 and len(cloud.sent) == 3


@pytest.mark.parametrize(
    ("body", "key"),
    [(b'"abc=="', "abc=="), (b" abc==\n", "abc=="), (b'"a\\u002Fb c"', "a/b c"), (b'"\xc3\xbc"', "ü")],
)
def test_the_key_is_a_json_string_or_the_bare_text(body: bytes, key: str) -> None:
    plan = script(httpx.Response(201, content=body)).run(ACCOUNT.submit(planners.SHIFT, PROBLEM))
    assert plan.reference.path == ("shift", key)
    assert Reference.parse(str(plan.reference)) == plan.reference


@pytest.mark.parametrize(
    "body", [b"", b'""', b'{"key": "x"}', b"[1]", b"two words", b"<p>", b'"cut', b'"\xff"', b"\xff", b"x" * 2000]
)
def test_without_a_key_the_error_says_that_submitting_again_is_safe(body: bytes) -> None:
    with pytest.raises(ResponseMismatch, match="the reply has no key") as caught:
        script(httpx.Response(200, content=body)).run(ACCOUNT.submit(planners.SHIFT, PROBLEM))
    assert caught.value.body == body and caught.value.__notes__ == [MAY_EXIST]


@pytest.mark.parametrize(
    ("replies", "noted"),
    [([LOST] * 4, True), ([json_reply({}, 503)] * 4, True), ([NEVER_LEFT] * 4, False), ([json_reply({}, 422)], False)],
)
def test_an_error_says_how_to_get_a_key_that_may_exist(replies: list[Any], noted: bool) -> None:
    with pytest.raises((TransportError, ApiError)) as caught:
        script(*replies).run(ACCOUNT.submit(planners.SHIFT, PROBLEM))
    assert (MAY_EXIST in getattr(caught.value, "__notes__", [])) is noted


def test_the_key_of_a_reply_that_is_not_as_promised_is_not_lost() -> None:
    plan = script(httpx.Response(201, html='"abc=="')).run(ACCOUNT.submit(planners.SHIFT, PROBLEM))
    assert (plan.receipt.key, plan.receipt.known) == ("abc==", False)
    plan = script(httpx.Response(202, json="abc==")).run(ACCOUNT.submit(planners.SHIFT, PROBLEM))
    assert plan.receipt.key == "abc=="
    for page in (httpx.Response(200, html="<h1>Sign in</h1>"), httpx.Response(200, html="wait"), json_reply("k", 302)):
        with pytest.raises(ResponseMismatch) as caught:
            script(page).run(ACCOUNT.submit(planners.SHIFT, PROBLEM))
        assert MAY_EXIST in caught.value.__notes__


# ---------------------------------------------------------------- wait and result


def test_the_solution_is_waited_for_and_fetched_once() -> None:
    cloud = script(json_reply({}, 404), httpx.Response(202), json_reply({}), json_reply(PLAN))
    solution = cloud.run(JOB.result(pace=PACE))
    assert len(cloud.sent) == 4  # the plan of the last look is the result
    assert {request.url.raw_path for request in cloud.sent} == {b"/api/solution/c29tZSBwaHJhc2U%3D%3D"}
    assert all(request.headers["accept"] == "application/json" for request in cloud.sent)
    assert solution.json() == PLAN and solution.plan.tasks[0].revenue == 5


def test_poll_and_wait_say_how_it_stands() -> None:
    assert script(json_reply({})).run(JOB.poll()).state is State.RUNNING
    assert script(json_reply(PLAN)).run(JOB.poll()).word == "plan"
    assert script(json_reply({}), json_reply(ERROR_PLAN)).run(JOB.wait(pace=PACE)).state is State.FAILED


def test_an_error_plan_is_a_failure_with_its_content() -> None:
    with pytest.raises(JobFailed, match="ErrorPlan") as caught:
        script(json_reply(ERROR_PLAN)).run(JOB.result())
    assert caught.value.detail == ERROR_PLAN and json.loads(caught.value.body) == ERROR_PLAN
    assert caught.value.ref == "adiutaopt:prod/shift/c29tZSBwaHJhc2U%3D%3D"


def test_a_key_that_stays_unknown_is_gone() -> None:
    cloud = script(*[json_reply({"message": "unknown"}, 404)] * 301)
    with pytest.raises(JobGone):
        cloud.run(JOB.wait(pace=PACE))
    assert cloud.now == NEW_KEY


def test_a_wait_goes_on_through_the_vendors_trouble() -> None:
    # Each look is itself repeated; four refusals in a row are one look that failed.
    cloud = script(*[json_reply({}, 503)] * 4, *[LOST] * 4, json_reply(PLAN))
    assert cloud.run(JOB.wait(pace=PACE)).state is State.SUCCEEDED


def test_a_time_out_leaves_the_calculation_alone() -> None:
    with pytest.raises(WaitTimeout, match="last seen: calculating"):
        script(json_reply({}), json_reply({})).run(JOB.result(timeout=1, pace=PACE))


@pytest.mark.parametrize(
    ("reply", "kind"),
    [
        (json_reply({"message": "expired"}, 401), AuthError),
        (httpx.Response(200, html="<h1>Sign in</h1>"), ResponseMismatch),
        (httpx.Response(200, content=b'{"tasks": ['), ResponseMismatch),
    ],
)
def test_what_the_rule_does_not_expect_is_raised(reply: httpx.Response, kind: type[Exception]) -> None:
    with pytest.raises(kind) as caught:
        script(reply).run(JOB.wait())
    assert caught.value.body == reply.content  # type: ignore[attr-defined]


class Refusing(NoAuth):
    """A sign-in that fails with a status that would mean "not yet" at the solution endpoint."""

    def sign(self, request: Any) -> Any:
        yield from ()
        raise AuthError("ResourceNotFoundException", status=404, vendor="Amazon Cognito")


def test_a_refused_sign_in_is_no_answer_of_the_solution_endpoint() -> None:
    cloud = script(auth=Refusing())
    with pytest.raises(AuthError, match="ResourceNotFound"):
        cloud.run(JOB.wait())
    assert cloud.slept == []


def test_a_rule_of_ones_own() -> None:
    asked: list[Answer] = []

    def rule(answer: Answer) -> AnswerMeaning:
        asked.append(answer)
        if answer.status == 409:
            return AnswerMeaning.CALCULATING
        return AnswerMeaning.ERROR_PLAN if answer.status == 422 else default_rule(answer)

    job = PlanFlows(JOB.reference, rule, JOB.receipt)
    cloud = script(json_reply({}, 409), json_reply({}, 409), httpx.Response(422, text="no such worker"))
    with pytest.raises(JobFailed) as caught:
        cloud.run(job.result(pace=PACE))
    assert caught.value.detail == "no such worker"
    assert [(answer.status, answer.age) for answer in asked] == [(409, 0), (409, 1), (422, 2)]


def test_headers_are_told_to_the_rule() -> None:
    asked: list[Answer] = []

    def rule(answer: Answer) -> AnswerMeaning:
        asked.append(answer)
        return AnswerMeaning.CALCULATING

    job = PlanFlows(JOB.reference, rule, JOB.receipt)
    cloud = script(json_reply({}, x="1"), json_reply({}, 418, x="2"))
    for _look in range(2):
        cloud._run(job.poll())
    assert [(answer.status, answer.headers["x"]) for answer in asked] == [(200, "1"), (418, "2")]


@pytest.mark.parametrize("coding", ["gzip", "deflate", "br"])
def test_a_solution_may_come_by_each_media_type(coding: Coding) -> None:
    raw, codec = msgspec.json.encode(PLAN), codecs(coding)[0]
    content = compress(raw, codec, 10_000).content
    reply = httpx.Response(200, content=content, headers={"content-type": codec.media_type})
    assert script(reply).run(JOB.result()).raw == raw


def test_whole_numbers_of_64_bits_are_exact_and_no_version_is_enforced() -> None:
    most, least = 2**64 - 1, -(2**63)
    numbers = PLAN | {"tasks": [{"revenue": most, "profit": least}], "backendVersion": {"version": "v9.9.9"}}
    solution = script(json_reply(numbers)).run(JOB.result())
    assert (solution.plan.tasks[0].revenue, solution.plan.tasks[0].profit) == (most, least)
    assert solution.json() == numbers and solution.plan.backendVersion.version == "v9.9.9"


def test_solutions_keep_every_field_and_the_bytes(tmp_path: Path) -> None:
    raw = msgspec.json.encode(PLAN)
    solution = Solution(raw, planners.SHIFT)
    assert solution.plan is solution.plan
    assert solution.json()["newField"] == "kept"
    assert solution.save(tmp_path / "plan.json").read_bytes() == raw
    assert "kept" not in repr(solution)
    for body in (b'{"tasks": 5}', b'{"requestID": "\xff"}'):
        with pytest.raises(ResponseMismatch, match="not what the document promises") as caught:
            _ = Solution(body, planners.SHIFT).plan
        assert caught.value.body == body


@pytest.mark.parametrize("verb", ["stop", "cancel", "delete"])
def test_what_the_vendor_does_not_offer_is_unsupported(verb: str) -> None:
    with pytest.raises(Unsupported, match=f"cannot {verb} a calculation"):
        script().run(getattr(JOB, verb)())


@pytest.mark.parametrize("path", [("shift",), ("tour", "KEY"), ("shift", "KEY", "more")])
def test_a_reference_that_is_no_plans_is_refused(path: tuple[str, ...]) -> None:
    with pytest.raises(ConfigError, match="one looks like adiutaopt:default/shift/KEY"):
        ACCOUNT.plan(Reference("adiutaopt", "default", path))


# ---------------------------------------------------------------- versions


@pytest.mark.parametrize(
    ("planner", "prefix"), [(planners.SHIFT, "shift-"), (planners.MIXED, ""), (planners.FLOOR, "floor-")]
)
def test_versions_and_packages(planner: planners.PlannerDescription, prefix: str) -> None:
    cloud = script(json_reply({"schema": "v6.0.0", "new": 1}))
    assert cloud.run(ACCOUNT.versions(planner)).schema == "v6.0.0"
    assert cloud.sent[0].url.path == f"/api/{prefix}version"
    cloud = script(json_reply([{"Name": "a"}, {"Name": "b"}]))
    assert [item.Name for item in cloud.run(ACCOUNT.packages(planner))] == ["a", "b"]
    assert cloud.sent[0].url.path == f"/api/{prefix}packages-list"
    with pytest.raises(ResponseMismatch):
        script(json_reply([{"name": "a"}])).run(ACCOUNT.packages(planner))
    with pytest.raises(ServerError):
        script(*[json_reply({}, 500)] * 4).run(ACCOUNT.versions(planner))
