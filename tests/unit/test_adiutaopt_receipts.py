"""What is kept of a submitted problem: its receipt, and what it is good for."""

import hashlib
import json
from pathlib import Path

import msgspec
import pytest
from attrs import evolve

from optcloud.adiutaopt import planners
from optcloud.adiutaopt.account import PINNING, AdiutaOptAccount
from optcloud.adiutaopt.plans.encoding import GZIP, PLAIN
from optcloud.adiutaopt.plans.receipts import Receipt, moment
from optcloud.adiutaopt.solution_rule import NEW_KEY, default_rule
from optcloud.core.errors import ConfigError, JobFailed, JobGone
from optcloud.core.events import AlreadyKnown, Pinned, Submitted
from optcloud.core.states import State
from unit.script import EPOCH, json_reply
from unit.test_adiutaopt_plans import ACCOUNT, ERROR_PLAN, JOB, KEY, PLAN, PROBLEM, script


def test_a_receipt_says_what_was_sent_and_whether_it_was_known(tmp_path: Path) -> None:
    document = msgspec.json.encode(PROBLEM)
    answers = [json_reply({"message": "wait"}), json_reply(PLAN | {"requestID": "r-17"})]
    cloud = script(json_reply(KEY, 201), json_reply(KEY, 200), *answers)
    new = cloud._run(ACCOUNT.submit(planners.SHIFT, document)).receipt
    assert new == Receipt(
        ref="adiutaopt:prod/shift/c29tZSBwaHJhc2U%3D%3D",
        key=KEY,
        planner="shift",
        input_hash=hashlib.sha256(document).hexdigest(),
        input_bytes=len(document),
        sent_bytes=len(document),
        media_type=PLAIN,
        known=False,
        submitted_at="2026-11-07T09:05:01.000+00:00",
    )
    cloud.events.clear()
    plan = cloud._run(ACCOUNT.submit(planners.SHIFT, PROBLEM, version="2024-10-01_0", coding="gzip"))
    told = [Pinned("adiutaOpt", "2024-10-01_0", PINNING), Submitted(new.ref), AlreadyKnown(new.ref)]
    assert cloud.events == told
    receipt = plan.receipt
    assert (receipt.known, receipt.input_hash, receipt.version) == (True, new.input_hash, "2024-10-01_0")
    assert receipt.media_type == GZIP and receipt.sent_bytes == len(cloud.sent[-1].content) != receipt.input_bytes
    cloud._run(plan.poll())
    assert plan.receipt == receipt  # no requestID yet
    cloud.run(plan.poll())
    assert plan.receipt.request_id == "r-17"
    assert Receipt.load(plan.receipt.save(tmp_path / "receipt.json")) == plan.receipt
    assert ACCOUNT.resume(plan.receipt).receipt == plan.receipt


def test_an_error_plan_tells_its_request_id() -> None:
    with pytest.raises(JobFailed, match="requestID for support is r-18"):
        script(json_reply(ERROR_PLAN | {"requestID": "r-18"})).run(JOB.result())
    job = ACCOUNT.plan(JOB.reference)
    script(json_reply(PLAN | {"requestID": 5})).run(job.poll())
    assert job.receipt.request_id is None


def test_a_receipt_tells_an_unknown_key_from_a_new_one() -> None:
    unknown = json_reply({"message": "unknown"}, 404)
    young, old = (evolve(JOB.receipt, submitted_at=moment(EPOCH - age)) for age in (NEW_KEY - 1, NEW_KEY))
    assert script(unknown).run(ACCOUNT.resume(young).poll()).state is State.RUNNING
    with pytest.raises(JobGone):
        script(unknown).run(ACCOUNT.resume(old).poll())
    assert script(unknown).run(JOB.poll()).state is State.RUNNING  # nobody knows since when


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        "{}",
        '{"ref": "adiutaopt:prod/shift/KEY", "key": "OTHER", "planner": "shift"}',
        '{"ref": "nonsense", "key": "KEY", "planner": "shift"}',
        '{"ref": "adiutaopt:prod/shift/KEY", "key": "KEY", "planner": "shift", "submitted_at": "yesterday"}',
        '{"ref": "adiutaopt:prod/shift/KEY", "key": "KEY", "planner": "shift", "known": "yes"}',
    ],
)
def test_what_is_no_receipt_is_refused(text: str, tmp_path: Path) -> None:
    file = tmp_path / "receipt.json"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(ConfigError):
        Receipt.load(file)


def test_receipts_of_later_versions_can_be_read(tmp_path: Path) -> None:
    file = JOB.receipt.save(tmp_path / "receipt.json")
    file.write_text(json.dumps(json.loads(file.read_text(encoding="utf-8")) | {"new": 1}), encoding="utf-8")
    assert Receipt.load(file) == JOB.receipt


def test_a_receipt_of_another_profile_is_refused() -> None:
    with pytest.raises(ConfigError, match="not of the profile 'dev'"):
        AdiutaOptAccount("dev", default_rule).resume(JOB.receipt)
