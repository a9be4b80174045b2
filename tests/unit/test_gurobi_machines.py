"""Machines of Gurobi Instant Cloud on scripted replies: list, wait, kill."""

import json
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any
from urllib.parse import parse_qs

import httpx
import pytest

from optcloud.core.errors import (
    AuthError,
    BadRequest,
    JobFailed,
    ResponseMismatch,
    WaitTimeout,
)
from optcloud.core.events import CostWarning, MachineChanged, MachinesKilled
from optcloud.core.polling import Pace
from optcloud.core.reference import Reference
from optcloud.core.secret import MASK, Secret
from optcloud.core.settings import GurobiSettings
from optcloud.gurobi.account import GurobiAccount
from optcloud.gurobi.connection import policy
from optcloud.gurobi.errors import InvalidMachineIds
from optcloud.gurobi.models import License, Machine
from optcloud.gurobi.pool_flows import PoolFlows
from unit.script import EPOCH, LOST, RETRY, Script, Scripted, json_reply

PACE = Pace(first=1, factor=1, jitter=0)
SETTINGS = GurobiSettings(access_id="an/access id", secret_key="not-a-real-key")


def account(*replies: Scripted) -> tuple[Script, GurobiAccount]:
    way = policy(SETTINGS, RETRY)
    return Script(replies, policy=way), GurobiAccount("prod", SETTINGS.access_id, way.redact)


def killing(*names: str) -> httpx.Response:
    return json_reply([machine(name, "killing") for name in names])


def machine(name: str, state: str = "idle", **more: Any) -> dict[str, Any]:
    dns = "-" if state in {"launching", "pending"} else f"{name}.test"
    return {"_id": name, "state": state, "DNSName": dns, "licenseType": "light compute server"} | more


def listing(*states: str) -> httpx.Response:
    return json_reply([machine(f"m{number}", state) for number, state in enumerate(states, 1) if state != "gone"])


def form(request: httpx.Request) -> dict[str, str]:
    return {name: values[0] for name, values in parse_qs(request.content.decode(), strict_parsing=True).items()}


# ---------------------------------------------------------------- read


def test_lists_carry_the_access_id() -> None:
    cloud, flows = account(json_reply([{"licenseId": 95912, "credit": "1.5", "expiration": "2016-06-30", "new": 1}]))
    (one,) = cloud.run(flows.licenses())
    assert one == License("95912", "1.5", "2016-06-30", "", {})
    assert one.reply["new"] == 1
    assert str(cloud.sent[0].url) == "https://cloud.gurobi.com/api/licenses?id=an/access%20id"


def test_machines_are_read_tolerantly() -> None:
    first = machine("m1", "launching", idleShutdown="60", userPassword="hush-hush", licenseId=7)
    cloud, flows = account(json_reply([first, {"_id": "m2", "state": "melting"}]))
    one, two = cloud.run(flows.machines())
    assert (one.dns_name, one.idle_shutdown, one.license_id, one.ready) == (None, 60, "7", False)
    assert (two.id, two.state, two.dns_name, two.password, two.idle_shutdown) == ("m2", "melting", None, None, None)
    assert one.password == Secret("hush-hush")
    assert "hush-hush" not in repr(one) + str(one)
    assert flows.redact("it is hush-hush") == f"it is {MASK}"


@pytest.mark.parametrize(("state", "ready"), [("idle", True), ("running", True), ("pending", False), ("x", False)])
def test_a_machine_is_ready_when_it_takes_jobs(state: str, ready: bool) -> None:
    assert Machine.read(machine("m", state)).ready is ready


def test_a_refused_signature_is_an_auth_error_without_the_secret() -> None:
    cloud, flows = account(httpx.Response(400, text="Invalid Signature. StringToSign: GET&id=not-a-real-key"))
    with pytest.raises(AuthError, match="Invalid Signature") as caught:
        cloud.run(flows.machines())
    assert "not-a-real-key" not in str(caught.value)


# ---------------------------------------------------------------- ready, kill


def pool(*states: httpx.Response, size: int = 2) -> tuple[Script, PoolFlows]:
    cloud, flows = account(*states)
    ids = tuple(f"m{number}" for number in range(1, size + 1))
    return cloud, PoolFlows(flows, Reference("gurobi", "prod", ids))


def test_ready_when_all_are() -> None:
    cloud, flows = pool(
        listing("launching"),  # the second is not in the list yet
        listing("pending", "launching"),
        listing("idle", "obtaining license"),
        listing("idle", "provisioning quantum"),  # a word that nobody knows is not ready yet
        listing("running", "idle"),
    )
    machines = cloud.run(flows.wait_ready(pace=PACE))
    assert [(one.id, one.state) for one in machines] == [("m1", "running"), ("m2", "idle")]
    assert len(cloud.slept) == 4


@pytest.mark.parametrize("state", ["launch error", "error", "killing", "shutting down", "gone"])
def test_a_machine_that_is_lost_ends_the_wait(state: str) -> None:
    cloud, flows = pool(listing("idle", "pending"), listing("idle", state))
    with pytest.raises(JobFailed, match=f"a machine cannot be had: idle, {state}") as caught:
        cloud.run(flows.wait_ready(pace=PACE))
    assert caught.value.ref == "gurobi:prod/m1/m2"


def test_the_wait_has_an_end() -> None:
    cloud, flows = pool(*[listing("pending", "pending")] * 3)
    with pytest.raises(WaitTimeout, match="last seen: pending, pending"):
        cloud.run(flows.wait_ready(timeout=2, pace=PACE))


def test_others_machines_are_left_alone() -> None:
    cloud, flows = pool(listing("idle", "idle", "launch error"))
    assert [one.id for one in cloud.run(flows.wait_ready())] == ["m1", "m2"]


@pytest.mark.parametrize("verb", ["wait_ready", "machines"])
def test_the_compute_server_comes_first_in_whatever_order_they_are_listed(verb: str) -> None:
    worker = {"licenseType": "distributed worker"}
    listed = [machine("m3", **worker), machine("m2"), machine("m1", **worker)]
    cloud, flows = pool(json_reply(listed[:2] if verb == "wait_ready" else listed), size=3)
    if verb == "wait_ready":
        cloud.replies.append(json_reply(listed))
    machines = cloud.run(getattr(flows, verb)())
    assert [one.id for one in machines] == ["m2", "m1", "m3"]


def test_a_machine_that_is_never_listed_counts_as_gone() -> None:
    cloud, flows = pool(*[listing("idle")] * 62)
    with pytest.raises(JobFailed, match="idle, gone") as caught:
        cloud.run(flows.wait_ready(pace=PACE))
    assert caught.value.detail == "m2: gone"


def test_each_change_of_state_is_told_once() -> None:
    cloud, flows = pool(listing("pending", "pending"), listing("pending", "idle"), listing("idle", "idle"))
    cloud.run(flows.wait_ready(pace=PACE))
    told = [(one.machine, one.was, one.state) for one in cloud.events if isinstance(one, MachineChanged)]
    assert told == [
        ("m1", "", "pending"),
        ("m2", "", "pending"),
        ("m2", "pending", "idle"),
        ("m1", "pending", "idle"),
    ]


def test_kill_is_repeated_when_the_wire_fails() -> None:
    cloud, flows = pool()
    cloud.replies = [LOST, json_reply({}, 502), killing("m1", "m2")]
    assert [one.state for one in cloud.run(flows.kill())] == ["killing", "killing"]
    assert [json.loads(form(request)["machineIds"]) for request in cloud.sent] == [["m1", "m2"]] * 3
    assert cloud.sent[0].content == b"id=an/access%20id&machineIds=%5B%22m1%22%2C%22m2%22%5D"


NOT_THERE = httpx.Response(400, text="Invalid Machine Ids")


def test_a_machine_that_has_gone_by_itself_does_not_keep_the_others_alive() -> None:
    cloud, flows = pool(NOT_THERE, listing("gone", "idle"), killing("m2"))
    assert [one.id for one in cloud.run(flows.kill())] == ["m2"]
    assert json.loads(form(cloud.sent[-1])["machineIds"]) == ["m2"]


@pytest.mark.parametrize("states", [[], ["shutting down", "killing"], ["launch error", "gone"]])
def test_nothing_is_left_to_kill(states: list[str]) -> None:
    cloud, flows = pool(NOT_THERE, listing(*states))
    assert cloud.run(flows.kill()) == []


def test_what_the_vendor_did_not_kill_is_killed_again() -> None:
    cloud, flows = pool(killing("m1"), listing("killing", "idle"), killing("m2"))
    assert sorted(one.id for one in cloud.run(flows.kill())) == ["m1", "m2"]


@pytest.mark.parametrize("answer", [NOT_THERE, json_reply([])])
def test_a_machine_that_cannot_be_killed_is_an_error(answer: httpx.Response) -> None:
    cloud, flows = pool(*[answer, listing("idle")] * 5, size=1)
    with pytest.raises((InvalidMachineIds, ResponseMismatch)):
        cloud.run(flows.kill())


def test_killing_tells_the_machine_hours() -> None:
    created = datetime.fromtimestamp(EPOCH - 5400, UTC).isoformat()
    cloud, flows = pool(json_reply([machine(name, "killing", createTime=created) for name in ("m1", "m2")]))
    cloud.run(flows.kill())
    assert cloud.events == [MachinesKilled(("m1", "m2"), Decimal(3))]


def test_one_id_is_one_machine() -> None:
    cloud, flows = account(killing("m17"))
    cloud.run(flows.kill("m17"))
    assert json.loads(form(cloud.sent[0])["machineIds"]) == ["m17"]


@pytest.mark.parametrize("ids", [[], [""], ["m1", ""]])
def test_killing_nothing_is_refused_before_sending(ids: list[str]) -> None:
    cloud, flows = account()
    with pytest.raises(BadRequest, match="ids"):
        cloud.run(flows.kill(ids))
    assert cloud.sent == []


# ---------------------------------------------------------------- what it costs


def test_idle_shutdown_that_is_off_is_told_and_told_again_each_hour() -> None:
    cloud, flows = account()

    def reminders(after: float) -> int:
        cloud.now += after
        before = len(cloud.events)
        cloud.replies = [json_reply([machine("m1", idleShutdown=0), machine("m2", idleShutdown=60)])]
        cloud.run(flows.machines())
        return len([one for one in cloud.events[before:] if isinstance(one, CostWarning) and "m1" in one.words])

    assert [reminders(0), reminders(60), reminders(3600), reminders(10)] == [1, 0, 1, 0]


def test_a_license_that_ends_is_told() -> None:
    cloud, flows = account(json_reply([{"licenseId": "1", "credit": "500", "expiration": "2026-11-09"}]))
    cloud.run(flows.licenses())
    assert [one.words for one in cloud.events if isinstance(one, CostWarning)] != []
