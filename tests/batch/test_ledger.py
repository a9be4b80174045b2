"""What the ledger promises, on each store: the cases that a person would ask about by name."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path

import pytest

from batch.ledgers import ACCOUNT, SteadyClock, armed, ended, inputs, sent, states, with_batch
from optcloud.batch.jobs import Ending, JobInput, JobState, Timings
from optcloud.batch.ledger.ledger import JobLedger
from optcloud.batch.ledger.rows import AccountLimits, Added
from optcloud.batch.store.files import SMALL
from optcloud.core.errors import ConfigError


@pytest.fixture
def clock() -> SteadyClock:
    return SteadyClock()


@pytest.fixture
def jobs(store: str, clock: SteadyClock) -> Iterator[JobLedger]:
    with JobLedger.open(store, clock=clock) as opened:
        yield opened


def test_the_same_batch_again_is_the_same(jobs: JobLedger) -> None:
    first = jobs.create("spring", account="a", spec={"cloud": "none", "n": [1]}, timings=Timings(send=7.0), priority=2)
    again = jobs.create("spring", account="a", spec={"n": [1], "cloud": "none"}, timings=Timings(), chunk=7)
    assert again == first == jobs.batch("spring")
    assert (first.timings.send, first.chunk, first.priority, first.stopped) == (7.0, 100, 2, False)
    assert [batch.name for batch in jobs.batches()] == ["spring"]
    with pytest.raises(ConfigError, match=r"batch 'spring' is there with other jobs to run \(n differs\)"):
        jobs.create("spring", account="a", spec={"cloud": "none", "n": [2]}, timings=Timings())
    with pytest.raises(ConfigError, match="is there for a, not for b"):
        jobs.create("spring", account="b", spec={"cloud": "none", "n": [1]}, timings=Timings())
    with pytest.raises(ConfigError, match="has no batch 'autumn'; it has 'spring'"):
        jobs.counts("autumn")


@pytest.mark.parametrize(
    ("name", "spec", "chunk", "fault"),
    [
        ("", {}, 1, "no text"),
        ("a\0b", {}, 1, "NUL"),
        ("\ud800", {}, 1, "surrogate"),
        ("x" * 501, {}, 1, "501 characters"),
        ("a", {"x": {1}}, 1, "plain JSON"),
        ("a", {"x": float("nan")}, 1, "plain JSON"),
        ("a", {}, 0, "1 or more"),
    ],
)
def test_what_no_batch_can_be(jobs: JobLedger, name: str, spec: dict[str, object], chunk: int, fault: str) -> None:
    with pytest.raises(ConfigError, match=fault):
        jobs.create(name, account="a", spec=spec, timings=Timings(), chunk=chunk)
    assert jobs.batches() == []


def test_jobs_are_added_once_and_inputs_come_back(jobs: JobLedger) -> None:
    with_batch(jobs, 3)
    file = JobInput(None, "/data/big.json", "AB" * 32)
    assert jobs.add("spring", [*inputs(4), ("file", file), ("file", file)]) == Added(2, 4)
    assert jobs.input("spring", "k3") == JobInput(b"input 3", None, hashlib.sha256(b"input 3").hexdigest())
    assert jobs.input("spring", "file") == JobInput(None, "/data/big.json", "ab" * 32)
    with pytest.raises(ConfigError, match="job 'k1' is there with another input"):
        jobs.add("spring", [("k1", JobInput(b"else"))])
    with pytest.raises(ConfigError, match="job 'k9' has neither bytes nor a file"):
        jobs.add("spring", [("k9", JobInput(None, "/data/big.json"))])
    with pytest.raises(ConfigError, match="no job 'k9'"):
        jobs.input("spring", "k9")
    for key in ("", "a\0b", "k" * 501):
        with pytest.raises(ConfigError, match="key: "):
            jobs.add("spring", [(key, JobInput(b""))])
    assert [row.key for row in jobs.rows("spring")] == ["k0", "k1", "k2", "k3", "file"]


def test_pages_of_jobs_are_streamed(jobs: JobLedger, monkeypatch: pytest.MonkeyPatch) -> None:
    for module in ("batches", "outcomes", "reading"):
        monkeypatch.setattr(f"optcloud.batch.ledger.{module}._PAGE", 2)
    with_batch(jobs, 5, chunk=2)
    assert [row.key for row in jobs.rows("spring")] == ["k0", "k1", "k2", "k3", "k4"]
    assert [row.key for row in jobs.rows("spring", keys=["k4", "k0", "k2"])] == ["k0", "k4", "k2"]
    assert [row.key for row in jobs.rows("spring", chunk=1)] == ["k2", "k3"]
    assert [row.chunk for row in jobs.rows("spring")] == [0, 0, 1, 1, 2]
    armed(jobs)
    assert [row.key for row in jobs.rows("spring", states=[JobState.ARMED])] == ["k0"]
    assert jobs.open_chunks("spring") == [0, 1, 2]


def test_a_limit_holds_over_all_batches_of_the_account(jobs: JobLedger) -> None:
    with_batch(jobs, name="spring")
    with_batch(jobs, name="summer")
    with_batch(jobs, name="other", account="another account")
    jobs.set_limits(ACCOUNT, most=4)
    assert jobs.limits(ACCOUNT) == AccountLimits(4, None)
    assert jobs.limits("unheard of") == AccountLimits()
    assert len(sent(jobs, "spring", most=3)) == 3
    arming = jobs.arm("summer", 0, jobs.take("summer", 0), 3)
    assert ([job.key for job in arming.jobs], arming.reason) == (["k0"], "limit")
    assert arming.wait > 0
    assert armed(jobs, "summer", most=3) == []
    assert len(armed(jobs, "other", most=5)) == 5
    ended(jobs, ["k0", "k1"])
    assert len(armed(jobs, "summer", most=3)) == 2


def test_a_rate_holds_in_any_second(jobs: JobLedger, clock: SteadyClock) -> None:
    with_batch(jobs, 20)
    jobs.set_limits(ACCOUNT, per_second=4)
    times: list[float] = []
    epoch = jobs.take("spring", 0)
    for _ in range(40):
        arming = jobs.arm("spring", 0, epoch, 3)
        times += [job.armed_at for job in arming.jobs]
        if not arming.jobs and arming.reason == "rate":
            assert arming.wait <= 1.0
        clock.now += 0.125
    assert len(times) == 20
    assert max(sum(0 <= time - first < 1 for time in times) for first in times) == 4
    jobs.set_limits(ACCOUNT, per_second=0.5)
    with_batch(jobs, name="slow")
    clock.now += 100
    assert (len(armed(jobs, "slow", most=5)), len(armed(jobs, "slow", most=5))) == (1, 0)
    clock.now += 1.5
    arming = jobs.arm("slow", 0, jobs.take("slow", 0), 5)
    assert (arming.jobs, arming.reason, arming.wait) == ((), "rate", 0.5)


@pytest.mark.parametrize(("most", "per_second"), [(-1, None), (None, 0), (None, -2), (None, float("inf"))])
def test_what_no_limit_can_be(jobs: JobLedger, most: int | None, per_second: float | None) -> None:
    with pytest.raises(ConfigError, match="limit: "):
        jobs.set_limits(ACCOUNT, most=most, per_second=per_second)


def test_a_higher_priority_goes_first_while_it_is_worked(jobs: JobLedger, clock: SteadyClock) -> None:
    with_batch(jobs, 3, name="urgent", priority=1, chunk=1)
    with_batch(jobs, 9, name="spring")
    jobs.set_limits(ACCOUNT, most=4)
    assert armed(jobs, "spring") == ["k0"], "nobody works the urgent one"
    assert armed(jobs, "urgent") == ["k0"]
    # Two more may run, and the urgent one wants both.
    arming = jobs.arm("spring", 0, jobs.take("spring", 0), 5)
    assert (arming.jobs, arming.reason) == ((), "limit")
    jobs.set_limits(ACCOUNT, most=5)
    assert armed(jobs, "spring", most=5) == ["k1"], "what the urgent one does not want"
    jobs.stop("urgent")
    jobs.set_limits(ACCOUNT, most=6)
    assert len(armed(jobs, "spring", most=2)) == 2
    jobs.go_on("urgent")
    jobs.set_limits(ACCOUNT, most=7)
    assert armed(jobs, "spring") == []
    clock.now += 61
    assert armed(jobs, "spring") == ["k4"], "its workers have not asked for a minute"


def test_who_owned_a_chunk_before_arms_nothing(jobs: JobLedger) -> None:
    with_batch(jobs, 4, chunk=2)
    first, second = jobs.take("spring", 0), jobs.take("spring", 0)
    assert jobs.arm("spring", 0, first, 1).reason == "not the owner"
    assert jobs.arm("spring", 1, second, 1).reason == "not the owner", "an epoch is of one chunk"
    assert len(jobs.arm("spring", 0, second, 1).jobs) == 1
    with pytest.raises(ConfigError, match="chunk 2: the batch has chunks 0 to 1"):
        jobs.take("spring", 2)


def test_nothing_is_armed_of_a_batch_that_is_stopped(jobs: JobLedger) -> None:
    with_batch(jobs)
    jobs.stop("spring")
    assert jobs.batch("spring").stopped
    assert jobs.arm("spring", 0, jobs.take("spring", 0), 1).reason == "stopped"
    jobs.go_on("spring")
    assert armed(jobs) == ["k0"]


def test_a_reference_that_comes_late_is_noted_as_a_twin(jobs: JobLedger) -> None:
    with_batch(jobs)
    armed(jobs)
    assert jobs.unsent("spring", "k0", 1, "not seen")
    assert not jobs.unsent("spring", "k0", 1, "not seen")
    armed(jobs)
    assert not jobs.sent("spring", "k0", 1, "late")
    assert jobs.sent("spring", "k0", 2, "second")
    assert jobs.sent("spring", "k0", 2, "second"), "brought twice"
    assert not jobs.sent("spring", "k0", 2, "third")
    assert not jobs.sent("spring", "k0", 3, "never armed")
    assert not jobs.sent("spring", "stranger", 1, "x")
    view = jobs.view(ACCOUNT)
    assert view.refs(["late", "second", "third", "never armed", "x"]) == {"late", "second", "third"}
    assert [(it.attempt, it.ref) for it in view.attempts(0, jobs.now())] == [(1, "late"), (2, "second"), (2, "third")]
    assert jobs.in_flight("spring") == [("k0", "second")]


@pytest.mark.parametrize("judged", ["unsent", "hold", "send again"])
def test_a_reference_of_an_attempt_that_was_judged_too_early_is_the_jobs(jobs: JobLedger, judged: str) -> None:
    with_batch(jobs)
    armed(jobs)
    if judged == "unsent":
        jobs.unsent("spring", "k0", 1, "not seen")
    else:
        jobs.hold("spring", "k0", 1, "cannot tell", ["a", "b"])
    if judged == "send again":
        jobs.resolve("spring", "k0", send_again=True)
    assert jobs.sent("spring", "k0", 1, "it is")
    assert jobs.in_flight("spring") == [("k0", "it is")]
    assert next(jobs.rows("spring")).candidates == ()


def test_what_was_taken_back_is_not_sent_by_an_old_reply(jobs: JobLedger) -> None:
    with_batch(jobs)
    sent(jobs)
    assert not jobs.take_back("spring", "k0", "another")
    assert jobs.take_back("spring", "k0", "ref-k0")
    assert not jobs.sent("spring", "k0", 1, "ref-k0")
    assert states(jobs)["k0"] == "new"


def test_what_was_taken_back_is_new_though_another_worker_saw_that_it_is_gone(jobs: JobLedger) -> None:
    with_batch(jobs)
    sent(jobs)
    assert ended(jobs, ["k0"], JobState.GONE) == 1
    assert jobs.take_back("spring", "k0", "ref-k0")
    (row,) = jobs.rows("spring", keys=["k0"])
    assert (row.state, row.ref, row.sent, row.ended) == (JobState.NEW, None, None, None)


def test_a_late_reference_of_an_earlier_attempt_is_the_job_s_before_it_is_sent_again(jobs: JobLedger) -> None:
    """Else it would be sent once more, though it is there."""
    with_batch(jobs, 1)
    for attempt in (1, 2):
        assert armed(jobs) == ["k0"]
        assert jobs.unsent("spring", "k0", attempt, "not there")
    assert jobs.sent("spring", "k0", 1, "late")
    assert jobs.in_flight("spring") == [("k0", "late")]
    assert armed(jobs) == []
    assert jobs.sent("spring", "k0", 1, "late")  # as by a call that is repeated
    assert ended_as(jobs, "late") == 1
    assert jobs.retry("spring") == 1
    assert not jobs.sent("spring", "k0", 1, "late")
    assert states(jobs)["k0"] == "new"


def ended_as(ledger: JobLedger, ref: str) -> int:
    return ledger.end("spring", [Ending("k0", ref, JobState.FAILED)])


def test_endings_fit_by_key_and_reference(jobs: JobLedger) -> None:
    with_batch(jobs)
    sent(jobs, most=3)
    endings = [
        Ending("k2", "ref-k2", JobState.GONE, "deleted"),
        Ending("k0", "ref-k0", JobState.OK, "done", "fine\0\ud800", b"result", "text/plain", 1.5, 2.5),
        Ending("k1", "another", JobState.OK),
        Ending("k3", "ref-k3", JobState.OK),
    ]
    assert jobs.end("spring", endings) == 2
    assert jobs.end("spring", endings) == 0
    assert states(jobs) == {"k0": "ok", "k1": "sent", "k2": "gone", "k3": "new", "k4": "new"}
    row = next(jobs.rows("spring"))
    assert (row.word, row.message, row.result, row.result_path) == ("done", "fine\ufffd?", b"result", None)
    assert (row.started, row.ended, row.content_type) == (1.5, 2.5, "text/plain")
    assert row.result_sha256 == hashlib.sha256(b"result").hexdigest()
    gone = next(iter(jobs.rows("spring", keys=["k2"])))
    assert (gone.ended, gone.result, gone.result_sha256) == (jobs.now(), None, None)
    with pytest.raises(ValueError, match="sent is no end"):
        jobs.end("spring", [Ending("k1", "ref-k1", JobState.SENT)])


def test_large_results_are_files(store: str, tmp_path: Path) -> None:
    large = b"x" * SMALL
    sha256 = hashlib.sha256(large).hexdigest()
    with JobLedger.open(store, files=tmp_path / "results") as jobs:
        with_batch(jobs)
        sent(jobs, most=2)
        assert ended(jobs, ["k0", "k1"], result=large) == 2
        first, second = list(jobs.rows("spring", states=[JobState.OK]))
        assert first.result is None
        assert first.result_path == second.result_path == str(tmp_path / "results" / sha256[:2] / sha256)
        assert Path(first.result_path).read_bytes() == large
    (tmp_path / "results").rename(tmp_path / "elsewhere")
    with JobLedger.open(store, files=tmp_path / "elsewhere") as jobs:
        path = next(jobs.rows("spring")).result_path
        assert path is not None
        assert Path(path).read_bytes() == large


def test_what_failed_is_new_again_and_its_result_forgotten(jobs: JobLedger) -> None:
    with_batch(jobs)
    sent(jobs, most=4)
    ended(jobs, ["k0", "k1"], JobState.FAILED, result=b"why", word="failed")
    ended(jobs, ["k2"], JobState.GONE)
    ended(jobs, ["k3"])
    assert jobs.retry("spring", keys=["k0", "k2", "k3"]) == 1
    assert jobs.retry("spring", failed=False, gone=True) == 1
    assert states(jobs) == {"k0": "new", "k1": "failed", "k2": "new", "k3": "ok", "k4": "new"}
    row = next(jobs.rows("spring"))
    assert (row.result, row.ref, row.word, row.ended, row.attempt) == (None, None, "", None, 1)
    assert armed(jobs, most=2) == ["k0", "k2"]
    assert [job.attempt for job in jobs.unknown("spring")] == [2, 2]


def test_a_person_decides_about_held_jobs(jobs: JobLedger) -> None:
    with_batch(jobs)
    sent(jobs)
    armed(jobs, most=2)
    for key in ("k1", "k2"):
        assert jobs.hold("spring", key, 1, "cannot tell", ["a", "b"])
    row = next(iter(jobs.rows("spring", states=[JobState.HELD])))
    assert (row.message, row.candidates) == ("cannot tell", ("a", "b"))
    with pytest.raises(ConfigError, match="'ref-k0' is job 'k0' of batch 'spring'"):
        jobs.resolve("spring", "k1", ref="ref-k0")
    with pytest.raises(ConfigError, match="say either"):
        jobs.resolve("spring", "k1")
    with pytest.raises(ConfigError, match="job 'k0' is sent, not held"):
        jobs.resolve("spring", "k0", send_again=True)
    with pytest.raises(ConfigError, match="no job 'k9'"):
        jobs.resolve("spring", "k9", send_again=True)
    jobs.resolve("spring", "k1", ref="a")
    jobs.resolve("spring", "k2", send_again=True)
    assert jobs.in_flight("spring") == [("k0", "ref-k0"), ("k1", "a")]
    assert armed(jobs) == ["k2"]


def test_a_refused_job_has_failed(jobs: JobLedger) -> None:
    with_batch(jobs)
    armed(jobs)
    assert not jobs.refuse("spring", "k0", 2, "bad input")
    assert jobs.refuse("spring", "k0", 1, "bad input")
    row = next(jobs.rows("spring"))
    assert (row.state, row.message, row.ended) == (JobState.FAILED, "bad input", jobs.now())
