"""The history of jobs as a file: bounded, of all profiles, shared by threads."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path

import pytest

from optcloud.core.events import Polled, Submitted
from optcloud.core.states import State, Status
from optcloud.process import job_history
from optcloud.process.job_history import JobHistory


@pytest.fixture
def history(tmp_path: Path) -> JobHistory:
    return JobHistory(tmp_path / "state" / "jobs.sqlite3", clock=lambda: 1_700_000_000.0)


def refs(history: JobHistory, **wanted: str) -> list[str]:
    return [job.ref for job in history.jobs(**wanted)]  # type: ignore[arg-type]


def test_nothing_is_made_by_reading(history: JobHistory) -> None:
    assert history.jobs() == []
    assert history.find("aimms:p/1") is None
    history.note("aimms:p/1", "failed")
    assert history.path is not None
    assert not history.path.exists()


def test_jobs_of_all_profiles(history: JobHistory) -> None:
    for ref in ("aimms:one/1", "aimms:two/2", "adiutaopt:one/shift/k%3D"):
        history.hear(Submitted(ref, "what\x1b\udc80"))
    assert refs(history) == ["adiutaopt:one/shift/k%3D", "aimms:two/2", "aimms:one/1"]
    assert refs(history, profile="one", cloud="aimms") == ["aimms:one/1"]
    job = history.find("adiutaopt:one/shift/k%3D")
    assert job is not None
    assert (job.what, job.state, job.reference.path) == (r"what\x1b\udc80", "queued", ("shift", "k="))
    assert job.submitted_at == datetime.fromtimestamp(1_700_000_000, UTC)


def test_a_state_is_that_of_the_last_look(history: JobHistory) -> None:
    history.hear(Submitted("aimms:p/1"))
    for state in (State.RUNNING, State.RUNNING, State.FAILED):
        history.hear(Polled("aimms:p/1", Status(state, "word"), 1.0))
    history.hear(Polled("aimms:p/unknown", Status(State.RUNNING, "word"), 1.0))
    assert [(job.ref, job.state) for job in history.jobs()] == [("aimms:p/1", "failed")]


def test_a_job_that_is_submitted_again_is_the_newest(history: JobHistory) -> None:
    for ref in ("adiutaopt:p/shift/a", "adiutaopt:p/shift/b", "adiutaopt:p/shift/a"):
        history.hear(Submitted(ref))
    assert refs(history) == ["adiutaopt:p/shift/a", "adiutaopt:p/shift/b"]


def test_the_oldest_are_forgotten(history: JobHistory, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(job_history, "MOST", 3)
    for number in range(5):
        history.hear(Submitted(f"aimms:p/{number}"))
    assert refs(history) == ["aimms:p/4", "aimms:p/3", "aimms:p/2"]


def test_threads_and_objects_share_a_file(history: JobHistory) -> None:
    assert history.path is not None
    several = [history, JobHistory(history.path), JobHistory(history.path)]
    with ThreadPoolExecutor(6) as pool:
        list(pool.map(lambda number: several[number % 3].hear(Submitted(f"aimms:p/{number}")), range(30)))
    assert sorted(refs(history)) == sorted(f"aimms:p/{number}" for number in range(30))
