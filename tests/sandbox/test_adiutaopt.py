"""adiutaOpt end to end: sign-in by SRP, problems, plans and error plans; blocking and asyncio."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

import adiutaopt_models as models
from optcloud import AuthError, JobFailed, PayloadTooLarge, State, TransportError, UnprocessablePlan, Unsupported
from optcloud.adiutaopt.plans import encoding
from optcloud.adiutaopt.plans.receipts import Receipt
from optcloud.core.events import AlreadyKnown
from optcloud.sandbox import Fault, Sandbox
from sandbox.facades import FAST, Opener

PROBLEM = {
    "meta": {},
    "parameters": {},
    "tasks": [{"id": "early", "revenue": 7}, {"id": "late"}],
    "workers": [{"id": "anna", "costsPerMinute": 1}],
}


def submits(sandbox: Sandbox) -> list[Any]:
    return [entry for entry in sandbox.journal() if entry.path.endswith("description")]


def sign_ins(sandbox: Sandbox) -> list[str | None]:
    return [entry.operation for entry in sandbox.journal() if entry.vendor == "cognito"]


def test_a_problem_as_mapping_bytes_path_and_model_gives_a_plan(cloud: Any, sandbox: Sandbox, tmp_path: Path) -> None:
    file = tmp_path / "problem.json"
    file.write_text(json.dumps(PROBLEM), encoding="utf-8")
    model = models.ShiftPlannerInputPlan(
        meta=models.ShiftPlannerMeta(),
        parameters={},
        tasks=[models.ShiftPlannerInputTask(revenue=7)],
        workers=[models.ShiftPlannerInputWorker()],
    )
    for problem in (PROBLEM, json.dumps(PROBLEM).encode(), file, str(file), model):
        solution = cloud.adiutaopt.shift.submit(problem).result(pace=FAST)
        assert isinstance(solution.plan, models.ShiftPlannerOutputPlan)
    assert sign_ins(sandbox) == ["InitiateAuth", "RespondToAuthChallenge"]


def test_nothing_of_the_plan_is_lost(cloud: Any, tmp_path: Path) -> None:
    solution = cloud.adiutaopt.shift.submit(PROBLEM).result(pace=FAST)
    assert {task["id"] for task in solution.json()["tasks"]} == {"early", "late"}
    assert json.loads(solution.save(tmp_path / "plan.json").read_bytes()) == solution.json()


def test_mixed_and_floor_problems_go_to_their_own_planners(cloud: Any, sandbox: Sandbox) -> None:
    for planner in (cloud.adiutaopt.mixed, cloud.adiutaopt.floor):
        assert planner.submit(PROBLEM).result(pace=FAST).json()["tasks"]
    assert [entry.path.rpartition("/")[2] for entry in submits(sandbox)] == ["description", "floor-description"]


def test_calculating_is_running(cloud: Any, stepwise: Sandbox) -> None:
    job = cloud.adiutaopt.shift.submit(PROBLEM)
    assert job.poll().state is State.RUNNING
    assert job.wait(pace=FAST).state is State.SUCCEEDED


def test_an_error_plan_raises_job_failed_with_its_content(cloud: Any) -> None:
    impossible = {**PROBLEM, "tasks": [{"id": "early", "date": "2026-02-31"}]}
    job = cloud.adiutaopt.shift.submit(impossible, strict=False)
    with pytest.raises(JobFailed) as caught:
        job.result(pace=FAST)
    assert "2026-02-31" in json.dumps(caught.value.detail)
    assert caught.value.ref == job.ref
    assert json.loads(caught.value.body) == caught.value.detail


def test_the_same_problem_gives_the_same_key(cloud: Any) -> None:
    assert cloud.adiutaopt.shift.submit(PROBLEM).ref == cloud.adiutaopt.shift.submit(PROBLEM).ref


def test_a_submit_whose_reply_was_lost_is_repeated_and_yields_the_same_key(cloud: Any, sandbox: Sandbox) -> None:
    sandbox.faults.add(Fault("drop-after", method="POST", path="shift-description"))
    job = cloud.adiutaopt.shift.submit(PROBLEM)
    assert [entry.status for entry in submits(sandbox)] == [None, 200]
    assert job.ref == cloud.adiutaopt.shift.submit(PROBLEM).ref


def test_a_large_problem_goes_compressed(cloud: Any, sandbox: Sandbox) -> None:
    large = {**PROBLEM, "tasks": [{"id": f"task-{number}", "note": "x" * 500} for number in range(12_000)]}
    assert cloud.adiutaopt.shift.submit(large).ref
    (entry,) = submits(sandbox)
    assert entry.request_type == "application/vnd.adiutabyte.adiutaopt.json+gzip"
    assert entry.request_size < 4_500_000


def test_faults_are_found_before_sending(cloud: Any, sandbox: Sandbox) -> None:
    tasks = [{"id": "fine"}] * 17 + [{"id": "bad", "revenue": -1}]
    with pytest.raises(UnprocessablePlan, match="revenue") as caught:
        cloud.adiutaopt.shift.submit({**PROBLEM, "tasks": tasks})
    assert caught.value.path == "tasks[17].revenue"
    with pytest.raises(UnprocessablePlan, match="workers"):
        cloud.adiutaopt.shift.submit({"meta": {}, "parameters": {}, "tasks": []})
    assert submits(sandbox) == []


def test_what_the_vendor_does_not_offer_is_unsupported(cloud: Any) -> None:
    job = cloud.adiutaopt.shift.submit(PROBLEM)
    for verb in (job.stop, job.cancel, job.delete):
        with pytest.raises(Unsupported):
            verb()


def test_versions_and_packages(cloud: Any) -> None:
    assert cloud.adiutaopt.shift.version().schema
    names = [package.Name for package in cloud.adiutaopt.shift.packages()]
    assert names
    assert cloud.adiutaopt.shift.submit(PROBLEM, version=names[0]).ref


def test_a_wrong_password_is_named(open_cloud: Opener, sandbox: Sandbox) -> None:
    environment = sandbox.environment()
    settings = {
        name: environment[f"OPTCLOUD_ADIUTAOPT_{name.upper()}"]
        for name in ("url", "username", "user_pool_id", "client_id", "cognito_url")
    }
    cloud = open_cloud(adiutaopt={**settings, "password": "fake-and-wrong"})
    with pytest.raises(AuthError, match="NotAuthorized"):
        cloud.adiutaopt.shift.submit(PROBLEM)
    assert submits(sandbox) == []


def test_an_expired_token_is_renewed_once_and_unnoticed(cloud: Any, sandbox: Sandbox) -> None:
    cloud.adiutaopt.shift.version()
    sandbox.turn(3700)  # the client's own clock still calls the token valid
    assert cloud.adiutaopt.shift.version().schema
    assert sign_ins(sandbox) == ["InitiateAuth", "RespondToAuthChallenge", "InitiateAuth"]
    refused = [entry.status for entry in sandbox.journal() if entry.vendor == "adiutaopt"]
    assert refused == [200, 401, 200]


def test_an_expired_token_that_cannot_be_renewed_is_named(cloud: Any, sandbox: Sandbox) -> None:
    cloud.adiutaopt.shift.version()
    sandbox.turn(3700)
    sandbox.add_cognito_user(sandbox.credentials.username, "fake-and-changed-meanwhile")
    sandbox.turn(365 * 86_400)  # the refresh token has ended too
    with pytest.raises(AuthError):
        cloud.adiutaopt.shift.version()


def test_bare_token_as_a_setting(open_cloud: Opener, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPTCLOUD_ADIUTAOPT_BEARER", "false")
    assert open_cloud().adiutaopt.shift.version().schema


def test_sign_in_faults_do_not_count_as_a_sent_problem(open_cloud: Opener, sandbox: Sandbox) -> None:
    sandbox.faults.add(Fault("drop-before", vendor="cognito", times=None))
    with pytest.raises(TransportError, match="signing in") as caught:
        open_cloud().adiutaopt.shift.submit(PROBLEM)
    assert caught.value.sent == "no"
    assert submits(sandbox) == []


def test_too_large_even_compressed_says_by_how_much(
    cloud: Any, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    import random

    monkeypatch.setattr(encoding, "PLAIN_LIMIT", 60_000)  # a hundredth: the slowest codecs take their time
    monkeypatch.setattr(encoding, "COMPRESSED_LIMIT", 45_000)
    noise = random.Random(1).randbytes(70_000).hex()
    with pytest.raises(PayloadTooLarge, match="more than adiutaOpt takes"):
        cloud.adiutaopt.shift.submit({**PROBLEM, "client": {"noise": noise}})
    assert submits(sandbox) == []


def test_the_same_problem_again_is_known_and_told(open_cloud: Opener, tmp_path: Path) -> None:
    told: list[object] = []
    cloud = open_cloud(on_event=told.append)
    first, again = (cloud.adiutaopt.shift.submit(PROBLEM) for _ in range(2))
    assert (first.known, again.known) == (False, True)
    assert (first.key, first.input_hash) == (again.key, again.input_hash)
    assert told.count(AlreadyKnown(again.ref)) == 1
    again.result(pace=FAST)
    assert again.request_id and again.receipt.request_id == again.request_id
    resumed = open_cloud().adiutaopt.resume(Receipt.load(again.receipt.save(tmp_path / "receipt.json")))
    assert resumed.receipt == again.receipt and resumed.poll().state is State.SUCCEEDED


@pytest.mark.parametrize("coding", ["gzip", "deflate", "br"])
def test_each_coding_is_taken_by_the_vendor(coding: str, cloud: Any, sandbox: Sandbox) -> None:
    plain = cloud.adiutaopt.shift.submit(PROBLEM)
    assert cloud.adiutaopt.shift.submit(PROBLEM, coding=coding).key == plain.key
    assert submits(sandbox)[-1].request_type == f"application/vnd.adiutabyte.adiutaopt.json+{coding}"


@pytest.mark.parametrize("form", [202, 204, 404, "empty", "accepted", "other", "text"])
def test_however_calculating_looks_the_plan_is_waited_for(form: Any, cloud: Any, stepwise: Sandbox) -> None:
    stepwise.settings = replace(stepwise.settings, still_calculating=form)
    plan = cloud.adiutaopt.shift.submit(PROBLEM)
    assert plan.poll().state is State.RUNNING
    assert plan.result(5, pace=FAST).json()["requestID"] == plan.request_id
