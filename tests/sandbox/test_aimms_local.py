"""One script on the desk and in the cloud: the same verbs against a local DEX service, blocking and asyncio."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from optcloud import Conflict, Forbidden, JobFailed, JobGone, State, Unsupported
from optcloud.sandbox import Sandbox, this_run
from sandbox.facades import FAST, Opener


@pytest.fixture
def desk(open_cloud: Opener, sandbox: Sandbox) -> Any:
    """The cloud's key is there too, and is not used: a local service would fail on it."""
    return open_cloud(aimms={"local": True, "url": sandbox.urls.dex})


@pytest.fixture(params=["cloud", "desk"])
def either(request: pytest.FixtureRequest, open_cloud: Opener, sandbox: Sandbox) -> Any:
    return open_cloud() if request.param == "cloud" else open_cloud(aimms={"local": True, "url": sandbox.urls.dex})


def script(oc: Any, folder: Path) -> list[Any]:
    """What a person writes, with nothing in it that tells where it runs."""
    job = oc.aimms.run("Sandbox", "echo", input={"n": 1})
    result = job.result(pace=FAST)
    saved = job.save(folder / "out.json")
    listed = [status.state for reference, status in oc.aimms.tasks(app="Sandbox") if str(reference) == job.ref]
    job.delete()
    return [result.json(), result.content_type, saved.path.read_bytes(), saved.size, listed]


def test_one_script_runs_in_both_places(either: Any, tmp_path: Path) -> None:
    body = b'{"n":1}'
    assert script(either, tmp_path) == [{"n": 1}, "application/json", body, len(body), [State.SUCCEEDED]]


def test_a_reference_is_resumed_on_the_desk(desk: Any) -> None:
    job = desk.aimms.run("any app", "echo", version="any version", input="hello")
    assert job.ref.startswith("aimms:default/")
    assert desk.attach(job.ref).result(pace=FAST).text() == "hello"


def test_stop_keeps_what_was_found_and_cancel_does_not(desk: Any, stepwise: Sandbox) -> None:
    for verb, state in (("stop", State.SUCCEEDED), ("cancel", State.FAILED)):
        job = desk.aimms.run("Sandbox", "solve", input={"assignment": {"costs": [[1]]}})
        until_running(job)
        getattr(job, verb)()
        assert job.wait(pace=FAST).state is state


def until_running(job: Any) -> None:
    for _look in range(20):
        if job.poll().state is State.RUNNING:
            return
    raise AssertionError(f"never running, last seen {job.poll()}")


def test_a_refused_verb_tells_the_state(either: Any, stepwise: Sandbox) -> None:
    job = either.aimms.run("Sandbox", "solve", input={"assignment": {"costs": [[1]]}})
    until_running(job)
    with pytest.raises(Conflict, match=r"the task is (running|solving)") as caught:
        job.delete()
    assert caught.value.state is not None and caught.value.state.state is State.RUNNING
    assert caught.value.body, "the vendor's own words are kept"
    job.wait(pace=FAST)


def test_unknown_services_and_tasks_are_named(desk: Any) -> None:
    with pytest.raises(Forbidden, match="no-such-service"):
        desk.aimms.run("Sandbox", "no-such-service")
    job = desk.aimms.run("Sandbox", "echo", input={})
    job.wait(pace=FAST)
    job.delete()
    for verb in (job.poll, job.result, job.delete, job.intermediate):
        with pytest.raises(JobGone):
            verb()


def test_a_failing_procedure_raises_with_its_message(either: Any, sandbox: Sandbox, tmp_path: Path) -> None:
    def broken(_data: bytes, _content_type: str) -> bytes:
        raise ValueError("no feasible schedule")

    sandbox.register("Planning", "broken", broken)
    job = either.aimms.run("Planning", "broken", input={})
    with pytest.raises(JobFailed, match="no feasible schedule"):
        job.result(pace=FAST)
    with pytest.raises(JobFailed, match="no feasible schedule"):
        job.save(tmp_path / "out", pace=FAST)
    assert list(tmp_path.iterdir()) == []
    sandbox.forget_services()


def test_the_intermediate_status_is_what_the_service_wrote_last(desk: Any, sandbox: Sandbox) -> None:
    def telling(data: bytes, _content_type: str) -> bytes:
        if data:
            this_run().status(data, "application/x-own")
        return b"done"

    sandbox.register("Planning", "telling", telling)
    job, silent = (desk.aimms.run("Planning", "telling", input=data) for data in (b"\x00 gap", b""))
    assert (job.result(pace=FAST).bytes, silent.result(pace=FAST).bytes) == (b"done", b"done")
    written = job.intermediate()
    assert (written.bytes, written.content_type) == (b"\x00 gap", "application/x-own")
    assert silent.intermediate() is None
    sandbox.forget_services()


def test_what_only_one_place_has_is_said(desk: Any, cloud: Any) -> None:
    for given in ({"after": "1 hour"}, {"hook": "https://mine.test/hook"}):
        with pytest.raises(Unsupported, match=next(iter(given))):
            desk.aimms.run("Sandbox", "echo", **given)
    with pytest.raises(Unsupported, match="runs tasks and knows nothing else"):
        desk.aimms.apps.list()
    with pytest.raises(Unsupported, match="no intermediate status"):
        cloud.aimms.run("Sandbox", "echo", input={}).intermediate()
