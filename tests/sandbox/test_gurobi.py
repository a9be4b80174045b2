"""Gurobi Instant Cloud v1 end to end; blocking and asyncio. Every mistake here would cost money by the hour."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from optcloud import AuthError, BadRequest, JobFailed, OptCloud, TransportError, WaitTimeout
from optcloud.sandbox import Fault, Sandbox
from sandbox.facades import FAST, Opener, launched


def launches(sandbox: Sandbox) -> int:
    return sum(entry.path.endswith("/launch") for entry in sandbox.journal())


def alive(cloud: Any) -> list[str]:
    return [machine.state for machine in cloud.gurobi.machines() if machine.state not in {"killing", "shutting down"}]


def test_ready_inside_and_killed_on_the_way_out(cloud: Any) -> None:
    with cloud.gurobi.launch(2, machine_type="c4.4xlarge", idle_shutdown=30) as pool:
        first, second = pool.machines()
        assert len(pool.servers) == 2
        assert (first.license_type, second.license_type) == ("light compute server", "distributed worker")
        assert (first.machine_type, first.idle_shutdown) == ("c4.4xlarge", 30)
        assert first.ready
        assert second.ready
        assert pool.password.reveal()
    assert alive(cloud) == []


def test_killed_whatever_happens_inside(cloud: Any) -> None:
    with pytest.raises(KeyboardInterrupt), cloud.gurobi.launch(1):
        raise KeyboardInterrupt
    assert alive(cloud) == []


def test_killed_when_they_do_not_get_ready(cloud: Any, sandbox: Sandbox) -> None:
    sandbox.fail_launches(1)
    with pytest.raises(JobFailed, match="launch error"), cloud.gurobi.launch(2):
        raise AssertionError("never ready")
    assert [state for state in alive(cloud) if state != "launch error"] == []


def test_killed_when_time_runs_out(cloud: Any, stepwise: Sandbox) -> None:
    with pytest.raises(WaitTimeout), cloud.gurobi.launch(1, ready_timeout=0):
        raise AssertionError("never ready")
    assert alive(cloud) == []


def test_killing_is_repeated_when_the_wire_fails(cloud: Any, sandbox: Sandbox) -> None:
    with cloud.gurobi.launch(1):
        sandbox.faults.add(Fault("drop-after", path="/kill"), Fault("drop-before", path="/kill"))
    assert alive(cloud) == []


def test_a_kill_that_fails_says_what_still_runs(cloud: Any, sandbox: Sandbox) -> None:
    sandbox.faults.add(Fault("drop-before", path="/kill", times=None))
    with pytest.raises(TransportError) as caught, cloud.gurobi.launch(1) as pool:
        ref = pool.ref
    assert any(ref in note for note in caught.value.__notes__)
    assert len(alive(cloud)) == 1


def test_licenses(cloud: Any) -> None:
    assert {one.rate_plan for one in cloud.gurobi.licenses()} <= {"standard", "nocharge"}


def test_a_lost_reply_to_a_launch_is_reconciled_and_never_sent_again(cloud: Any, sandbox: Sandbox) -> None:
    sandbox.faults.add(Fault("drop-after", path="/launch"))
    pool = launched(cloud.gurobi.launch(1))
    assert launches(sandbox) == 1
    assert [machine.id for machine in cloud.gurobi.machines()] == pool.ref.rpartition("/")[2].split(",")
    pool.kill()


def test_a_lost_launch_with_a_password_of_the_persons_choice_is_adopted_where_all_fits(
    cloud: Any, sandbox: Sandbox
) -> None:
    sandbox.faults.add(Fault("drop-after", path="/launch"))
    pool = launched(cloud.gurobi.launch(1, password="fake-shared-password", settle=0))
    assert [machine.id for machine in cloud.gurobi.machines()] == list(pool.ids)
    assert launches(sandbox) == 1


def test_machines_that_were_there_before_are_never_adopted(cloud: Any, sandbox: Sandbox) -> None:
    launched(cloud.gurobi.launch(1, password="fake-shared-password"))
    sandbox.faults.add(Fault("drop-before", path="/launch"))
    with pytest.raises(TransportError, match="not sent again") as caught:
        launched(cloud.gurobi.launch(1, password="fake-shared-password", settle=0))
    assert caught.value.sent == "unknown"
    assert "fake-shared-password" not in str(caught.value)
    assert len(alive(cloud)) == 1


def test_a_launch_that_never_arrived_is_told_from_one_that_did(cloud: Any, sandbox: Sandbox) -> None:
    sandbox.faults.add(Fault("drop-before", path="/launch"))
    with pytest.raises(TransportError, match="0 of 1 machines"):
        launched(cloud.gurobi.launch(1, settle=0))
    assert launches(sandbox) == 1
    assert cloud.gurobi.machines() == []


def test_words_are_checked_before_anything_is_sent(cloud: Any, sandbox: Sandbox) -> None:
    for options in ({"region": "moon-1"}, {"machine_type": "c4.huge"}, {"idle_shutdown": -1}):
        with pytest.raises(BadRequest, match=next(iter(options))):
            launched(cloud.gurobi.launch(1, **options))
    with pytest.raises(BadRequest, match="count"):
        launched(cloud.gurobi.launch(0))
    assert sandbox.journal() == []


def test_a_wrong_secret_and_an_unknown_id_are_named(open_cloud: Opener, sandbox: Sandbox) -> None:
    url, known = sandbox.urls.gurobi, sandbox.credentials.gurobi_access_id
    with pytest.raises(AuthError, match="Invalid Signature"):
        open_cloud(gurobi={"url": url, "access_id": known, "secret_key": "fake-and-wrong"}).gurobi.machines()
    with pytest.raises(AuthError, match="Invalid User Id"):
        open_cloud(gurobi={"url": url, "access_id": "Nobody", "secret_key": "fake"}).gurobi.machines()


def test_parameters_reordered_after_signing_are_refused(sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch) -> None:
    """The signature covers the order: swap two parameters on the way, and the named error comes back."""
    for name, value in sandbox.environment().items():
        monkeypatch.setenv(name, value)

    class Swapping(httpx.HTTPTransport):
        def handle_request(self, request: httpx.Request) -> httpx.Response:
            if request.method == "POST":
                first, second, *others = request.content.split(b"&")
                swapped = b"&".join([second, first, *others])
                request = httpx.Request("POST", request.url, headers=request.headers, content=swapped)
            return super().handle_request(request)

    with OptCloud() as cloud:
        cloud.gurobi._connection.client._transport._inner = Swapping()  # type: ignore[attr-defined]
        with pytest.raises(AuthError, match="Invalid Signature"):
            cloud.gurobi.launch(1)
        assert cloud.gurobi.machines() == []


def test_a_reference_finds_the_pool_again(cloud: Any, open_cloud: Opener) -> None:
    pool = launched(cloud.gurobi.launch(2))
    again = open_cloud().attach(pool.ref)
    assert [machine.ready for machine in again.wait_ready(pace=FAST)] == [True, True]
    again.kill()
    assert alive(cloud) == []
