"""Submitting a job's task: what each reply, and each fault, comes to; and what replies teach about marks."""

from __future__ import annotations

import asyncio
from typing import Any

import httpx
import pytest
from attrs import evolve

from batch.simulated_aimms import SimulatedAimms, SimulatedLedger
from optcloud.aimms.connection import policy
from optcloud.aimms.tasks.service import AimmsService
from optcloud.batch.jobs import ArmedJob, JobInput, NotSent, Refused, SendOutcome, Sent, Timings, UnknownFate
from optcloud.batch.targets.aimms_marks import Marks
from optcloud.batch.targets.aimms_submits import ALONE, FACT, TaskSubmits
from optcloud.core.errors import AuthError, ConfigError, Forbidden
from optcloud.core.flow import Flow, Instant
from optcloud.core.settings import AimmsSettings
from unit.script import LOST, NEVER_LEFT, RETRY, Script, Scripted, json_reply

SERVICE = AimmsService(app="Scheduling", service="solve", version="1.4")
MARKER = 1_800_000_004_127
SHOWN = "2027-01-15 08:00:04.127000"
TIMINGS = Timings(start=2, send=10, skew=2)
ERROR = {"errorId": "x", "errorCode": 7, "message": "no"}


def job(marker: int = MARKER) -> ArmedJob:
    return ArmedJob("spring", "k1", 1, marker / 1000 - 4, marker, JobInput(b"{}"))


def submits(*replies: Scripted, service: AimmsService = SERVICE) -> tuple[TaskSubmits, Script]:
    settings = AimmsSettings(url="https://acme.aimms.cloud/pro-api/v2", api_key="not-a-real-key")
    script = Script(replies, policy=policy(settings, RETRY))

    async def run(flow: Flow[Any]) -> Any:
        await asyncio.sleep(0)
        return script._run(flow)

    return TaskSubmits(service, run), script


def sent(made: TaskSubmits, content: bytes = b'{"scenario": 1}', marker: int = MARKER) -> SendOutcome:
    return asyncio.run(made.send(job(marker), content, TIMINGS))


def task(**fields: Any) -> httpx.Response:
    return json_reply({"id": "6f1c", "createdAt": "2027-01-15 08:00:00.500000", "scheduleFor": SHOWN} | fields)


def test_a_job_is_sent_for_its_moment_with_its_bytes() -> None:
    made, script = submits(task())
    assert sent(made) == Sent("aimms:default/6f1c")
    (request,) = script.sent
    assert request.url.path.endswith("/tasks/Scheduling/1.4/solve")
    assert dict(request.url.params) == {"scheduleFor": "2027-01-15 08:00:04.127 +00:00"}
    assert (request.content, request.headers["content-type"]) == (b'{"scenario": 1}', "application/json")


def test_a_service_that_must_not_wait_gets_no_moment() -> None:
    made, script = submits(task(scheduleFor=None), service=AimmsService(app="S", service="s", version="1", mark=False))
    assert sent(made, b"\x00") == Sent("aimms:default/6f1c")
    assert "scheduleFor" not in script.sent[0].url.params
    assert script.sent[0].headers["content-type"] == "application/octet-stream"
    assert made.marks is Marks.UNPROVEN


@pytest.mark.parametrize(
    ("reply", "kind"),
    [
        (LOST, UnknownFate),
        (json_reply(ERROR, 503), UnknownFate),
        (httpx.Response(502, text="<html>bad gateway</html>"), UnknownFate),
        (httpx.Response(400, text="<html>a proxy</html>"), UnknownFate),
        (httpx.Response(404, text="<html>a proxy</html>"), UnknownFate),
        (httpx.Response(200, text="<html>please sign in</html>"), UnknownFate),
        (json_reply({"state": "queued"}), UnknownFate),
        (json_reply(ERROR, 400), Refused),
        (json_reply(ERROR, 413), Refused),
        (json_reply(ERROR, 409), Refused),
        (json_reply(ERROR, 429), NotSent),
        (json_reply(ERROR, 408), NotSent),
        (ValueError("a fault of ours"), UnknownFate),
    ],
    ids=str,
)
def test_what_a_fault_comes_to(reply: Scripted, kind: type) -> None:
    made, script = submits(reply)
    assert type(sent(made)) is kind
    assert len(script.sent) == 1


def test_what_never_left_is_repeated_and_then_not_sent() -> None:
    made, script = submits(*[NEVER_LEFT] * 4)
    outcome = sent(made)
    assert type(outcome) is NotSent
    assert len(script.sent) == 4


def test_what_never_left_is_repeated_within_the_time_of_the_send_only() -> None:
    made, script = submits(*[NEVER_LEFT] * 4)
    outcome = asyncio.run(made.send(job(), b"{}", Timings(start=2, send=1, skew=2)))
    assert type(outcome) is NotSent
    assert len(script.sent) == 2
    assert script.now <= 1


def test_the_pause_that_the_vendor_asks_for_is_handed_on() -> None:
    made, _ = submits(json_reply(ERROR, 429, **{"retry-after": "7"}))
    outcome = sent(made)
    assert isinstance(outcome, NotSent)
    assert outcome.pause == 7


@pytest.mark.parametrize(("status", "kind"), [(401, AuthError), (403, Forbidden), (404, ConfigError)])
def test_what_each_job_would_meet_is_raised(status: int, kind: type[Exception]) -> None:
    made, _ = submits(json_reply(ERROR, status))
    with pytest.raises(kind):
        sent(made)


def test_an_id_in_a_broken_reply_is_a_task() -> None:
    made, _ = submits(
        httpx.Response(502, text='{"id": "6f1c", "appN'), httpx.Response(201, text='{"id": "6f1c", "ap'), task()
    )
    assert type(sent(made)) is UnknownFate
    assert sent(made) == Sent("aimms:default/6f1c")


class FullLedger(SimulatedLedger):
    def set_fact(self, name: str, value: str) -> None:
        raise OSError("the disk is full")


def test_a_task_whose_submit_teaches_nothing_was_sent_all_the_same() -> None:
    made, _ = submits(task())
    made.ledger = FullLedger(SimulatedAimms())
    assert sent(made) == Sent("aimms:default/6f1c")


# ---------------------------------------------------------------- marks


@pytest.mark.parametrize(
    ("fields", "looks", "learnt"),
    [
        ({}, 0, "proven"),
        ({"scheduleFor": "2027-01-15 08:00:04"}, 0, "refused"),
        ({"scheduleFor": "2027-01-15 09:00:04.127000"}, 0, "refused"),
        ({"scheduleFor": None}, 1, "refused"),
        # It arrived after its moment, and shows when it did: nothing is learnt.
        ({"scheduleFor": "2027-01-15 08:00:05.250001", "createdAt": "2027-01-15 08:00:05.250000"}, 0, None),
        ({"scheduleFor": "2027-01-15 08:00:05.250001", "createdAt": "2027-01-15 10:30:05.250000"}, 0, None),
    ],
)
def test_the_first_job_shows_what_marks_are_worth(fields: dict[str, Any], looks: int, learnt: str | None) -> None:
    made, script = submits(task(**fields), *[task(**fields)] * looks)
    made.ledger = ledger = SimulatedLedger(SimulatedAimms())
    assert sent(made) == Sent("aimms:default/6f1c")
    assert ledger.facts.get(FACT) == learnt
    assert [request.method for request in script.sent] == ["POST"] + ["GET"] * looks


def test_a_moment_of_whole_hundredths_proves_nothing() -> None:
    made, _ = submits(task(scheduleFor="2027-01-15 08:00:04.120000"))
    sent(made, marker=1_800_000_004_120)
    assert made.marks is Marks.UNPROVEN


def test_a_look_that_fails_leaves_the_job_sent() -> None:
    made, _ = submits(task(scheduleFor=None), json_reply(ERROR, 404))
    assert sent(made) == Sent("aimms:default/6f1c")
    assert made.marks is Marks.UNPROVEN


def test_one_moment_that_is_another_refuses_marks_for_good() -> None:
    made, _ = submits(task(), task(scheduleFor="2027-01-15 08:00:04.126999"), task())
    made.ledger = ledger = SimulatedLedger(SimulatedAimms())
    for _number in range(3):
        sent(made)
    assert (made.marks, ledger.facts[FACT]) == (Marks.REFUSED, "refused")


def test_the_first_goes_alone_and_the_others_when_it_is_back() -> None:
    made, _ = submits()
    under_way, most, gate = 0, 0, asyncio.Event()

    async def slow(*given: Any, **words: Any) -> SendOutcome:
        nonlocal under_way, most
        under_way += 1
        most = max(most, under_way)
        await gate.wait()
        made.marks = Marks.PROVEN
        under_way -= 1
        return Sent("aimms:default/6f1c")

    async def four() -> list[SendOutcome]:
        tasks = [asyncio.ensure_future(made.send(job(), b"{}", TIMINGS)) for _ in range(4)]
        for _ in range(20):
            await asyncio.sleep(0)
        assert most == 1
        gate.set()
        return await asyncio.gather(*tasks)

    made._submit = slow  # type: ignore[method-assign]
    assert asyncio.run(four()) == [Sent("aimms:default/6f1c")] * 4


def test_who_waits_for_the_first_too_long_has_sent_nothing() -> None:
    made, script = submits()

    async def waiting() -> SendOutcome:
        await made._alone.acquire()
        return await made.send(job(), b"{}", Timings(start=2, send=0.01, skew=2))

    assert type(asyncio.run(waiting())) is NotSent
    assert script.sent == []


def test_after_some_that_prove_nothing_jobs_are_sent_together() -> None:
    late = task(scheduleFor="2027-01-15 08:00:05.250001", createdAt="2027-01-15 08:00:05.250000")
    made, _ = submits(*[late] * (ALONE + 1))
    for _number in range(ALONE):
        assert made._to_be_alone()
        sent(made)
    assert not made._to_be_alone()
    sent(made)


def test_what_another_worker_has_learnt_is_taken_over() -> None:
    made, _ = submits(task())
    made.ledger = ledger = SimulatedLedger(SimulatedAimms())
    ledger.facts[FACT] = "refused"
    sent(made)
    assert made.marks is Marks.REFUSED


def test_a_process_that_was_held_up_sends_nothing_any_more() -> None:
    """It slept meanwhile, and one of its clocks did, too."""
    made, script = submits()
    plain, readings = made._run, 0

    async def held_up(flow: Flow[Any]) -> Any:
        nonlocal readings
        found = await plain(flow)
        if isinstance(found, Instant):
            readings += 1
            return found if readings == 1 else evolve(found, wall=found.wall + 3600)
        return found

    made._run = held_up
    assert type(sent(made)) is NotSent
    assert script.sent == []


def test_a_store_that_cannot_be_asked_holds_up_no_submit() -> None:
    made, _ = submits(task())
    made.ledger = SilentLedger(SimulatedAimms())
    assert sent(made) == Sent("aimms:default/6f1c")


class SilentLedger(SimulatedLedger):
    def fact(self, name: str) -> str | None:
        raise OSError("the server is down")


def test_a_word_of_a_newer_optcloud_proves_nothing() -> None:
    assert Marks.of_fact("proven") is Marks.PROVEN
    assert Marks.of_fact("half proven") is Marks.UNPROVEN
    assert Marks.of_fact(None) is Marks.UNPROVEN
