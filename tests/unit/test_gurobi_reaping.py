"""Killing what dead processes left, on scripted replies: what is theirs, and nothing else."""

import json
from typing import Any
from urllib.parse import parse_qs

import httpx
import pytest

from optcloud.core.errors import TransportError
from optcloud.core.events import MachinesKilled, MachinesReaped, ReapFailed
from optcloud.core.secret import Secret
from optcloud.core.settings import GurobiSettings
from optcloud.gurobi.account import GurobiAccount
from optcloud.gurobi.connection import policy
from optcloud.gurobi.ledger import LaunchEntry, marker_of
from optcloud.gurobi.reaping import LAG, LATE, Reaped
from unit.memory_ledger import MemoryLedger
from unit.script import EPOCH, LOST, RETRY, Script, Scripted, json_reply

SETTINGS = GurobiSettings(access_id="id", secret_key="not-a-real-key")
PASSWORD = "fake-password-of-our-own-making"


def entry(name: str, *ids: str, marked: bool = True, count: int = 1, age: float = 0.0, **more: Any) -> LaunchEntry:
    marker = marker_of(name, Secret(PASSWORD)) if marked else None
    return LaunchEntry(name, count, EPOCH - age, marker, {}, ids=ids, owner="pid 1 on here", **more)


def account(ledger: MemoryLedger, *replies: Scripted) -> tuple[Script, GurobiAccount]:
    way = policy(SETTINGS, RETRY)
    return Script(replies, policy=way), GurobiAccount("prod", SETTINGS.access_id, way.redact, ledger)


def machine(name: str, state: str = "idle", password: str = "another") -> dict[str, Any]:
    return {"_id": name, "state": state, "userPassword": password}


def kills(cloud: Script) -> list[list[str]]:
    sent = [parse_qs(one.content.decode()) for one in cloud.sent if one.url.path.endswith("/kill")]
    return [json.loads(form["machineIds"][0]) for form in sent]


def test_an_empty_ledger_costs_no_request() -> None:
    cloud, flows = account(MemoryLedger(), json_reply([]))
    cloud.run(flows.begun(flows.machines()))
    assert [one.url.path for one in cloud.sent] == ["/api/machines"]


def test_machines_of_a_dead_process_are_killed_by_id_and_no_others() -> None:
    ledger = MemoryLedger(entry("dead", "m1", "m2", count=2), entry("alive", "m3"), dead=["dead"])
    listed = [machine("m1"), machine("m2", "killing"), machine("m3"), machine("stranger")]
    cloud, flows = account(ledger, json_reply(listed), json_reply([machine("m1", "killing")]))
    found = cloud.run(flows.reap())
    assert kills(cloud) == [["m1"]]
    assert [one.id for one in found.killed] == ["m1"]
    assert [one.launch for one in found.held] == ["alive"]
    assert [one.launch for one in ledger.entries()] == ["alive"]
    assert [one for one in cloud.events if not isinstance(one, MachinesKilled)] == [
        MachinesReaped(("m1",), "pid 1 on here")
    ]


def test_a_launch_whose_reply_never_came_is_known_by_its_password() -> None:
    ledger = MemoryLedger(entry("dead"), dead=["dead"])
    listed = [machine("stranger"), machine("m1", "pending", PASSWORD)]
    cloud, flows = account(ledger, json_reply(listed), json_reply([machine("m1", "killing")]))
    assert [one.id for one in cloud.run(flows.reap()).killed] == ["m1"]
    assert ledger.entries() == []


def test_a_password_proves_the_launch_it_was_made_for_only() -> None:
    other = entry("dead")
    ledger = MemoryLedger(LaunchEntry("other", 1, EPOCH, other.marker, {}), dead=["other"])
    cloud, flows = account(ledger, json_reply([machine("m1", "idle", PASSWORD)]))
    assert cloud.run(flows.reap()).killed == ()


@pytest.mark.parametrize(("age", "left"), [(0, True), (LATE - 1, True), (LATE + 1, False)])
def test_what_does_not_show_up_is_awaited_until_it_cannot_come(age: float, left: bool) -> None:
    ledger = MemoryLedger(entry("dead", age=age), dead=["dead"])
    cloud, flows = account(ledger, json_reply([]))
    found = cloud.run(flows.reap())
    assert bool(found.awaited) is left
    assert ledger.fates() == (["given up"] if left else [])


@pytest.mark.parametrize(("age", "left"), [(LAG - 1, True), (LAG + 1, False)])
def test_a_machine_may_be_listed_late(age: float, left: bool) -> None:
    ledger = MemoryLedger(entry("dead", "m1", age=age), dead=["dead"])
    cloud, flows = account(ledger, json_reply([]))
    cloud.run(flows.reap())
    assert bool(ledger.entries()) is left


def test_the_rest_of_a_pool_is_looked_for() -> None:
    ledger = MemoryLedger(entry("dead", count=2), dead=["dead"])
    cloud, flows = account(
        ledger, json_reply([machine("m1", "idle", PASSWORD)]), json_reply([machine("m1", "killing")])
    )
    cloud.run(flows.reap())
    assert ledger.fates() == ["given up"]


def test_a_password_of_the_persons_choice_proves_nothing_and_is_told() -> None:
    ledger = MemoryLedger(entry("dead", marked=False), dead=["dead"])
    cloud, flows = account(ledger, json_reply([machine("m1", "idle", PASSWORD)]))
    found = cloud.run(flows.reap())
    assert (found.killed, [one.launch for one in found.unproven], found.awaited) == ((), ["dead"], ())
    assert kills(cloud) == []


def test_what_was_kept_runs_on() -> None:
    ledger = MemoryLedger(entry("kept", "m1", fate="kept", age=LAG + 1), dead=[])
    cloud, flows = account(ledger, json_reply([machine("m1")]))
    assert [one.launch for one in cloud.run(flows.reap()).kept] == ["kept"]
    cloud.replies = [json_reply([])]
    assert cloud.run(flows.reap()) == Reaped()
    assert ledger.entries() == []


@pytest.mark.parametrize("trouble", [[LOST] * 4, [json_reply([machine("m1")]), *[LOST] * 8]])
def test_when_it_fails_nothing_is_forgotten(trouble: list[Scripted]) -> None:
    ledger = MemoryLedger(entry("dead", "m1"), dead=["dead"])
    cloud, flows = account(ledger, *trouble)
    with pytest.raises(TransportError):
        cloud.run(flows.reap())
    assert ledger.fates() == ["given up"]
    cloud.replies = [json_reply([machine("m1")]), json_reply([machine("m1", "killing")])]
    assert [one.id for one in cloud.run(flows.reap()).killed] == ["m1"]


def test_an_interrupt_forgets_nothing_either() -> None:
    ledger = MemoryLedger(entry("dead", "m1"), entry("dead too", "m2"), dead=["dead", "dead too"])
    cloud, flows = account(ledger, KeyboardInterrupt())
    with pytest.raises(KeyboardInterrupt):
        cloud.run(flows.reap())
    assert ledger.fates() == ["given up", "given up"]


def test_at_the_start_a_failure_is_told_and_the_call_goes_on() -> None:
    ledger = MemoryLedger(entry("dead", "m1"), dead=["dead"])
    cloud, flows = account(ledger, *[LOST] * 4, json_reply([]))
    assert cloud.run(flows.begun(flows.licenses())) == []
    assert [type(one) for one in cloud.events if isinstance(one, ReapFailed)] == [ReapFailed]
    assert ledger.fates() == ["given up"]


def test_only_the_first_call_reaps() -> None:
    ledger = MemoryLedger()
    cloud, flows = account(ledger, json_reply([]))
    cloud.run(flows.begun(flows.licenses()))
    ledger.open["late"] = entry("late", "m1", fate="given up")
    cloud.replies = [json_reply([])]
    cloud.run(flows.begun(flows.licenses()))
    assert [one.url.path for one in cloud.sent] == ["/api/licenses"] * 2


def test_a_machine_that_is_neither_killed_nor_listed_may_be_listed_later() -> None:
    ledger = MemoryLedger(entry("mine", "m1", "m2", count=2, fate="launched"))
    refused = httpx.Response(400, text="Invalid Machine Ids")
    cloud, flows = account(ledger, refused, json_reply([machine("m1")]), json_reply([machine("m1", "killing")]))
    cloud.run(flows.give_back(["m1", "m2"]))
    assert [(one.fate, one.ids) for one in ledger.entries()] == [("given up", ("m2",))]
    cloud.replies = [json_reply([machine("m2", "pending")]), json_reply([machine("m2", "killing")])]
    assert [one.id for one in cloud.run(flows.reap()).killed] == ["m2"]
    assert ledger.entries() == []
