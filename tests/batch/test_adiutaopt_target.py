"""Jobs of a batch on adiutaOpt, on replies that are made up: what each reply makes of a job, and what is watched."""

from __future__ import annotations

import asyncio
import gzip
import hashlib
import json
import os
import zlib
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from typing import Any

import httpx
import pytest
from attrs import evolve

from optcloud import AsyncOptCloud, OptCloud, Secret
from optcloud.adiutaopt.plans import encoding
from optcloud.adiutaopt.plans.encoding import DEFLATE, GZIP, PLAIN, PLAIN_LIMIT
from optcloud.batch.jobs import (
    Adopt,
    ArmedJob,
    Hold,
    JobInput,
    JobState,
    LookAgain,
    NeverArrived,
    NotSent,
    Refused,
    Sent,
    Timings,
    UnknownFate,
)
from optcloud.batch.targets.adiutaopt import AdiutaOptTarget
from optcloud.batch.targets.adiutaopt_watch import MOST_PER_SECOND, TOGETHER
from optcloud.batch.targets.submitting import PAUSE
from optcloud.core.errors import AuthError, ConfigError, Forbidden, ServerError, TransportError
from unit.script import EPOCH, NoAuth
from unit.test_drivers import Turned

PROBLEM = json.dumps({"meta": {}, "parameters": {}, "tasks": [{"id": "t"}], "workers": [{"id": "w"}]}).encode()
PLAN = {"tasks": [], "workers": [], "requestID": "r-1"}
TIMINGS = Timings(send=5.0)
VIEW: Any = None  # nothing is read of it
SETTINGS = {
    "url": "https://adiuta.test/api",
    "username": "planner@example.invalid",
    "password": Secret("not-a-password"),
    "user_pool_id": "eu-central-1_AbCdEfGhI",
    "client_id": "abc",
}
Reply = httpx.Response | Exception | Callable[[httpx.Request], httpx.Response]


class Vendor:
    """Answers with the replies given, one after the other; the last one for good."""

    def __init__(self, *replies: Reply) -> None:
        self.replies = list(replies)
        self.asked: list[httpx.Request] = []

    async def handle(self, request: httpx.Request) -> httpx.Response:
        await request.aread()
        self.asked.append(request)
        reply = self.replies.pop(0) if len(self.replies) > 1 else self.replies[0]
        if isinstance(reply, Exception):
            raise reply
        return (
            reply(request)
            if callable(reply)
            else httpx.Response(reply.status_code, content=reply.content, headers=reply.headers)
        )


class Clock(Turned):
    """Dozing turns it, once nothing else goes on."""

    async def doze_async(self, seconds: float, alarm: Any) -> None:
        for _ in range(50):
            await asyncio.sleep(0)
            if alarm._names:
                return
        self.seconds += seconds


def target_at(vendor: Vendor, *, planner: str = "shift", **changes: Any) -> AdiutaOptTarget:
    oc = AsyncOptCloud(adiutaopt=SETTINGS | changes, config_file=os.devnull, clock=Clock())
    made = AdiutaOptTarget.of(getattr(oc.adiutaopt, planner))
    transport = made._connection._transport
    transport._inner = httpx.MockTransport(vendor.handle)
    transport._policy = evolve(transport._policy, auth=NoAuth())
    return made


def clock_of(made: AdiutaOptTarget) -> Any:
    return made._connection._driver_config.clock


def armed(key: str = "a", content: bytes | None = PROBLEM, **file: Any) -> ArmedJob:
    return ArmedJob("b", key, 1, EPOCH, 1, JobInput(content, **file))


def answer(value: Any, status: int = 200, **headers: str) -> httpx.Response:
    return httpx.Response(status, json=value, headers=headers)


def sent(vendor: Vendor, content: bytes = PROBLEM, **changes: Any) -> Any:
    return asyncio.run(target_at(vendor, **changes).send(armed(), content, TIMINGS))


# ---------------------------------------------------------------- what it is made of


@pytest.mark.parametrize("kind", [OptCloud, AsyncOptCloud])
def test_the_spec_makes_the_same_target_and_has_no_secret(kind: Any) -> None:
    oc = kind(adiutaopt=SETTINGS, config_file=os.devnull)
    made = AdiutaOptTarget.of(oc.adiutaopt.mixed, version="2024-10-01_0")
    spec = json.loads(json.dumps(made.spec()))
    assert spec == made.spec()
    assert (spec["cloud"], spec["planner"], spec["profile"]) == ("adiutaopt", "mixed", "default")
    assert spec["account"] == made.account
    assert made.account.startswith("adiutaopt:https://adiuta.test/api#")
    for secret in ("not-a-password", "planner@example.invalid"):
        assert secret not in json.dumps(spec)
    there = AsyncOptCloud(adiutaopt=SETTINGS, config_file=os.devnull)
    assert AdiutaOptTarget.from_spec(there, spec).spec() == spec


@pytest.mark.parametrize("other", [{"url": "https://elsewhere.test/api"}, {"username": "somebody"}])
def test_another_account_is_refused(other: dict[str, Any]) -> None:
    spec = target_at(Vendor(answer("k"))).spec()
    there = AsyncOptCloud(adiutaopt=SETTINGS | other, config_file=os.devnull)
    with pytest.raises(ConfigError, match="another account does not know its plans"):
        AdiutaOptTarget.from_spec(there, spec)


def test_an_unknown_planner_is_refused() -> None:
    with pytest.raises(ConfigError, match="'night' is none of adiutaOpt's planners: shift, mixed, floor"):
        AdiutaOptTarget.from_spec(None, {"planner": "night"})


def test_references_have_the_profile_of_the_batch() -> None:
    made = target_at(Vendor(answer("k", 201)))
    oc = AsyncOptCloud(adiutaopt=SETTINGS, config_file=os.devnull)
    there = AdiutaOptTarget.from_spec(oc, made.spec() | {"profile": "prod"})
    there._connection = made._connection
    assert asyncio.run(there.send(armed(), PROBLEM, TIMINGS)) == Sent("adiutaopt:prod/shift/k")


def test_a_blocking_client_cannot_work_it() -> None:
    made = AdiutaOptTarget.of(OptCloud(adiutaopt=SETTINGS, config_file=os.devnull).adiutaopt.shift)
    with pytest.raises(TypeError, match="AsyncOptCloud"):
        asyncio.run(made.send(armed(), PROBLEM, TIMINGS))


# ---------------------------------------------------------------- the bytes


@pytest.mark.parametrize(
    ("content", "media_type"),
    [
        (PROBLEM, PLAIN),
        (b" \n" + PROBLEM, PLAIN),
        (gzip.compress(PROBLEM, mtime=0), GZIP),
        (zlib.compress(PROBLEM), DEFLATE),
        (zlib.compress(PROBLEM, 9), DEFLATE),
    ],
)
@pytest.mark.parametrize("installed", [True, False])
def test_the_bytes_of_the_ledger_go_over_the_wire(
    content: bytes, media_type: str, installed: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever is installed, and in each attempt."""
    if not installed:
        monkeypatch.setattr(encoding, "_installed", lambda _name: None)
    vendor = Vendor(answer("k", 201), answer("k"))
    made = target_at(vendor)

    async def both() -> list[Any]:
        first = await made.send(armed(), content, TIMINGS)
        return [first, *await made.reconcile([armed(content=content)], VIEW, TIMINGS)]

    assert asyncio.run(both()) == [Sent("adiutaopt:default/shift/k"), Adopt("a", 1, "adiutaopt:default/shift/k")]
    assert [(request.content, request.headers["content-type"]) for request in vendor.asked] == [
        (content, media_type)
    ] * 2


def test_a_large_problem_is_to_be_compressed_by_who_gives_it() -> None:
    vendor = Vendor(answer("k", 201))
    large = PROBLEM + b" " * PLAIN_LIMIT
    outcome = sent(vendor, large)
    assert isinstance(outcome, Refused)
    assert "gzip problem.json" in outcome.reason
    assert vendor.asked == []
    assert isinstance(sent(vendor, gzip.compress(large)), Sent)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b'{"meta": {}, "parameters": {}, "tasks": [{}, 7], "workers": []}', "tasks[1]"),
        (b'{"meta": {}}', "tasks"),
        (b"[]", "object"),
        (b"", "not JSON"),
        (b"\x0b\x02\x80brotli", "not JSON"),
        (gzip.compress(b'{"meta": {}}', mtime=0), "tasks"),
        (gzip.compress(PROBLEM, mtime=0)[:-9], "is not gzip, as its first bytes say: it ends early"),
        (b"\x1f\x8b" + PROBLEM, "is not gzip, as its first bytes say"),
    ],
)
def test_what_is_no_problem_is_refused_before_it_is_sent(content: bytes, words: str) -> None:
    vendor = Vendor(answer("k", 201))
    outcome = sent(vendor, content)
    assert isinstance(outcome, Refused)
    assert words in outcome.reason
    assert vendor.asked == []


# ---------------------------------------------------------------- what a reply makes of a submit


REF = "adiutaopt:default/shift/k"


@pytest.mark.parametrize(
    ("reply", "outcome"),
    [
        (answer("k", 201), Sent(REF)),
        (answer("k", 200), Sent(REF)),
        (httpx.Response(502, json="k"), UnknownFate),
        (httpx.ConnectError("refused"), NotSent),
        (httpx.ReadError("reset"), UnknownFate),
        (httpx.ReadTimeout("slow"), UnknownFate),
        (httpx.WriteError("reset"), UnknownFate),
        (answer({"message": "later"}, 429), NotSent),
        (answer({"message": "down"}, 503), UnknownFate),
        (httpx.Response(200, html="<html>who are you</html>"), UnknownFate),
        (answer({"no": "key"}, 201), UnknownFate),
        (answer({"message": "no"}, 422), Refused),
        (answer({"message": "no"}, 400), Refused),
        (answer({"message": "no"}, 413), Refused),
        (httpx.Response(413, html="<html>too large</html>"), UnknownFate),
        (answer({"message": "no"}, 404), NotSent),
    ],
)
def test_a_reply(reply: Reply, outcome: Any) -> None:
    vendor = Vendor(reply)
    came = sent(vendor)
    assert came == outcome if isinstance(outcome, Sent) else isinstance(came, outcome), came
    assert len(vendor.asked) == (1 if not isinstance(reply, httpx.ConnectError) else 4)


def test_a_lost_reply_is_not_forgotten_for_an_error_that_comes_later() -> None:
    """Sent once only: else a refused connection after a lost reply would tell that nothing was sent."""
    vendor = Vendor(httpx.ReadError("reset"), httpx.ConnectError("refused"))
    assert isinstance(sent(vendor), UnknownFate)
    assert len(vendor.asked) == 1


@pytest.mark.parametrize(("headers", "pause"), [({}, PAUSE), ({"retry-after": "17"}, 17.0)])
def test_the_vendor_says_how_long_to_wait(headers: dict[str, str], pause: float) -> None:
    outcome = sent(Vendor(answer({"message": "later"}, 429, **headers)))
    assert isinstance(outcome, NotSent)
    assert outcome.pause == pause


@pytest.mark.parametrize(("status", "kind"), [(401, AuthError), (403, Forbidden)])
def test_what_each_job_would_meet_is_raised(status: int, kind: type[Exception]) -> None:
    with pytest.raises(kind):
        sent(Vendor(answer({"message": "no"}, status)))


def test_a_send_is_over_in_time() -> None:
    made = target_at(Vendor(answer("k")))
    clock = clock_of(made)

    def slow(_: httpx.Request) -> httpx.Response:
        clock.seconds += TIMINGS.send + 1
        raise httpx.ConnectError("refused")

    vendor = Vendor(slow)
    made._connection._transport._inner = httpx.MockTransport(vendor.handle)
    assert isinstance(asyncio.run(made.send(armed(), PROBLEM, TIMINGS)), NotSent)
    assert len(vendor.asked) == 1, "no time for another attempt"


# ---------------------------------------------------------------- what looking comes to


def reconciled(vendor: Vendor, *jobs: ArmedJob) -> Any:
    return asyncio.run(target_at(vendor).reconcile(jobs, VIEW, TIMINGS))


def test_a_resend_is_repeated_where_the_wire_fails() -> None:
    vendor = Vendor(httpx.ReadError("reset"), answer("k"))
    assert reconciled(vendor, armed()) == [Adopt("a", 1, REF)]


def test_a_file_is_sent_again(tmp_path: Path) -> None:
    path = tmp_path / "p.json"
    path.write_bytes(PROBLEM)
    digest = hashlib.sha256(PROBLEM).hexdigest()
    vendor = Vendor(answer("k"))
    assert reconciled(vendor, armed(content=None, path=str(path), sha256=digest)) == [Adopt("a", 1, REF)]
    assert vendor.asked[0].content == PROBLEM


@pytest.mark.parametrize(
    ("change", "words"), [(Path.unlink, "No such file"), (lambda path: path.write_bytes(b"{}"), "has changed")]
)
def test_a_file_that_is_no_more_is_held(tmp_path: Path, change: Callable[[Path], Any], words: str) -> None:
    path = tmp_path / "p.json"
    path.write_bytes(PROBLEM)
    change(path)
    vendor = Vendor(answer("k"))
    (verdict,) = reconciled(vendor, armed(content=None, path=str(path), sha256=hashlib.sha256(PROBLEM).hexdigest()))
    assert isinstance(verdict, Hold)
    assert words in verdict.reason
    assert vendor.asked == []


def test_what_the_vendor_refuses_it_refused_the_first_time() -> None:
    (verdict,) = reconciled(Vendor(answer({"message": "no"}, 422)), armed())
    assert isinstance(verdict, NeverArrived)


def test_some_that_fail_are_looked_at_again() -> None:
    def by_problem(request: httpx.Request) -> httpx.Response:
        return answer("k") if b"good" in request.content else answer({"message": "down"}, 503)

    good = PROBLEM.replace(b'"t"', b'"good"')
    verdicts = reconciled(Vendor(by_problem), armed("bad"), armed("good", good))
    assert isinstance(verdicts[0], LookAgain)
    assert verdicts[1] == Adopt("good", 1, REF)


def test_where_all_fail_the_failure_is_told_and_few_are_tried() -> None:
    vendor = Vendor(answer({"message": "down"}, 503))
    with pytest.raises(ServerError):
        reconciled(vendor, *(armed(str(number)) for number in range(100)))
    assert len(vendor.asked) <= TOGETHER * 2 * 4


def test_a_sign_in_that_fails_decides_nothing() -> None:
    with pytest.raises(AuthError):
        reconciled(Vendor(answer({"message": "no"}, 401)), armed())


def test_nothing_can_be_cancelled() -> None:
    assert asyncio.run(target_at(Vendor(answer("k"))).cancel(REF, running=True)) is False


@pytest.mark.parametrize("status", [404, 400])
def test_settling_proves_the_sign_in_only(status: int) -> None:
    asyncio.run(target_at(Vendor(answer({"message": "no such address"}, status))).settle())


@pytest.mark.parametrize(("reply", "kind"), [(answer({}, 401), AuthError), (httpx.ConnectError("no"), TransportError)])
def test_settling_tells_what_is_wrong(reply: Reply, kind: type[Exception]) -> None:
    with pytest.raises(kind):
        asyncio.run(target_at(Vendor(reply)).settle())


# ---------------------------------------------------------------- watching


def all_ended(vendor: Vendor, *refs: str, most: int = 1000) -> tuple[AdiutaOptTarget, list[Any]]:
    """Watch until each has ended."""
    made = target_at(vendor)

    async def watched() -> list[Any]:
        made.watch(refs)
        found: list[Any] = []
        for _ in range(most):
            if len(found) == len(refs):
                break
            found += await made.ended()
        return [await made.ending("key", ref, how) for ref, how in found]

    return made, asyncio.run(watched())


def test_a_plan_is_the_result() -> None:
    vendor = Vendor(httpx.Response(202), httpx.Response(202), answer(PLAN))
    made, (ending,) = all_ended(vendor, REF)
    assert (ending.key, ending.ref, ending.state, ending.word) == ("key", REF, JobState.OK, "plan")
    assert json.loads(ending.result) == PLAN
    assert ending.content_type == "application/json"
    assert len(vendor.asked) == 3, "the plan came with the look: it is fetched once"
    assert len(made._watching()) == 0


def test_an_error_plan_is_kept_with_the_words_for_support() -> None:
    content = {"errors": [{"id": 17, "worker": "anna"}], "requestID": "r-9", "recovery": []}
    _, (ending,) = all_ended(Vendor(answer(content)), REF)
    assert (ending.state, ending.word) == (JobState.FAILED, "error plan")
    assert ending.message.endswith("requestID for support: r-9")
    assert "anna" not in ending.message
    assert json.loads(ending.result) == content


def test_a_new_key_may_be_unknown_for_a_while_and_is_gone_then() -> None:
    vendor = Vendor(answer({"message": "unknown"}, 404))
    made, (ending,) = all_ended(vendor, REF)
    assert ending.state is JobState.GONE
    assert ending.result is None
    assert clock_of(made).seconds >= 300


def test_a_reference_of_something_else_is_gone() -> None:
    _, endings = all_ended(Vendor(answer(PLAN)), "aimms:default/1", "nonsense")
    assert {ending.state for ending in endings} == {JobState.GONE}


def test_what_cannot_be_understood_for_long_has_failed() -> None:
    vendor = Vendor(httpx.Response(200, html="<html>moved</html>"))
    made, (ending,) = all_ended(vendor, REF)
    assert (ending.state, ending.word) == (JobState.FAILED, "not understood")
    assert clock_of(made).seconds >= 900


def test_looks_that_all_fail_are_told_and_go_on() -> None:
    vendor = Vendor(*[answer({"message": "down"}, 503)] * 4, answer(PLAN))
    made = target_at(vendor)

    async def watched() -> Any:
        made.watch([REF])
        with pytest.raises(ServerError):
            await made.ended()
        return await made.ended()

    ((ref, _),) = asyncio.run(watched())
    assert ref == REF


def test_one_that_fails_among_others_is_no_matter() -> None:
    def by_key(request: httpx.Request) -> httpx.Response:
        return answer(PLAN) if request.url.path.endswith("good") else answer({"message": "down"}, 503)

    vendor, good = Vendor(by_key), "adiutaopt:default/shift/good"
    made = target_at(vendor)

    async def watched() -> Any:
        made.watch([REF, good])
        return await made.ended()

    assert [ref for ref, _ in asyncio.run(watched())] == [good]


def test_older_plans_are_looked_at_more_rarely() -> None:
    vendor = Vendor(httpx.Response(202))
    made = target_at(vendor)
    at: list[float] = []
    clock = clock_of(made)

    def noted(_: httpx.Request) -> httpx.Response:
        at.append(clock.seconds)
        return httpx.Response(202)

    vendor.replies = [noted]

    async def watched() -> None:
        made.watch([REF])
        while clock.seconds < 1000:
            assert await made.ended() == []

    asyncio.run(watched())
    pauses = [after - before for before, after in pairwise(at)]
    assert pauses[0] < 2 < 50 < pauses[-1] < 70
    assert len(at) < 30


def test_looks_are_bounded() -> None:
    go = asyncio.Event()

    class Waiting(Vendor):
        async def handle(self, request: httpx.Request) -> httpx.Response:
            self.asked.append(request)
            await go.wait()
            return answer(PLAN)

    vendor = Waiting(answer(PLAN))
    made = target_at(vendor)

    async def watched() -> int:
        made.watch([f"adiutaopt:default/shift/{number}" for number in range(40)])
        waiting = asyncio.ensure_future(made.ended())
        while clock_of(made).seconds < 100:
            await asyncio.sleep(0)
        begun = len(vendor.asked)
        go.set()
        found = list(await waiting)
        while len(found) < 40:
            found += await made.ended()
        return begun

    assert asyncio.run(watched()) == TOGETHER
    assert len(vendor.asked) == 40


def test_many_plans_are_looked_at_more_rarely() -> None:
    vendor = Vendor(httpx.Response(202))
    made = target_at(vendor)

    async def watched() -> None:
        made.watch([f"adiutaopt:default/shift/{number}" for number in range(3000)])
        while clock_of(made).seconds < 30:
            await made.ended()

    asyncio.run(watched())
    assert 0.7 * 30 * MOST_PER_SECOND < len(vendor.asked) < 1.3 * 30 * MOST_PER_SECOND


def test_solutions_that_fill_memory_hold_up_the_next_looks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("optcloud.batch.targets.adiutaopt_watch.MOST_HELD", 1)
    made = target_at(Vendor(answer(PLAN)))

    async def watched() -> list[int]:
        made.watch([f"adiutaopt:default/shift/{number}" for number in range(40)])
        handed = [len(await made.ended())]
        while sum(handed) < 40:
            handed.append(len(await made.ended()))
        return handed

    assert max(asyncio.run(watched())) <= TOGETHER


def test_a_cancelled_wait_loses_nothing() -> None:
    go = asyncio.Event()

    class Waiting(Vendor):
        async def handle(self, request: httpx.Request) -> httpx.Response:
            await go.wait()
            return answer(PLAN)

    made = target_at(Waiting(answer(PLAN)))

    async def watched() -> Any:
        made.watch([REF])
        waiting = asyncio.ensure_future(made.ended())
        while not made._watching()._looks:
            await asyncio.sleep(0)
        waiting.cancel()
        with pytest.raises(asyncio.CancelledError):
            await waiting
        go.set()
        return await made.ended()

    assert [ref for ref, _ in asyncio.run(watched())] == [REF]


def test_closing_breaks_off_the_looks() -> None:
    class Never(Vendor):
        async def handle(self, request: httpx.Request) -> httpx.Response:
            await asyncio.Event().wait()
            raise AssertionError

    made = target_at(Never(answer(PLAN)))

    async def closed() -> None:
        made.watch([REF])
        waiting = asyncio.ensure_future(made.ended())
        while not made._watching()._looks:
            await asyncio.sleep(0)
        waiting.cancel()
        await asyncio.gather(waiting, return_exceptions=True)
        (look,) = made._watching()._looks
        await made.close()
        assert look.cancelled()

    asyncio.run(closed())


def test_a_reference_of_two_jobs_is_looked_at_once_and_again_when_it_is_asked_for_again() -> None:
    vendor = Vendor(answer(PLAN))
    made = target_at(vendor)

    async def watched() -> list[str]:
        made.watch([REF])
        made.watch([REF])
        first = await made.ended()
        made.watch([REF])
        return [ref for ref, _ in [*first, *await made.ended()]]

    assert asyncio.run(watched()) == [REF, REF]
    assert len(vendor.asked) == 2
