"""What `reap` would do, on scripted replies: the same as it does, and without doing it."""

from typing import Any

import pytest

from optcloud.gurobi.ledger import LaunchEntry
from optcloud.gurobi.reaping import LAG, LATE, Reaped, survey
from unit.memory_ledger import MemoryLedger
from unit.script import json_reply
from unit.test_gurobi_reaping import PASSWORD, account, entry, kills, machine

FIELDS = ("killed", "awaited", "unproven", "kept", "held")
Entries = list[LaunchEntry]


def names(found: Reaped) -> dict[str, list[str]]:
    ids = {field: [one.launch for one in getattr(found, field)] for field in FIELDS[1:]}
    return {"killed": [one.id for one in found.killed], **ids}


def surveyed(
    entries: Entries, listed: list[dict[str, Any]], dead: list[str], *hosts: str
) -> tuple[MemoryLedger, dict[str, list[str]]]:
    ledger = MemoryLedger(*entries, dead=dead)
    before = ledger.entries()
    cloud, flows = account(ledger, json_reply(listed))
    found = cloud.run(survey(flows, hosts))
    assert kills(cloud) == []
    assert len(cloud.sent) == 1
    assert ledger.entries() == before
    return ledger, names(found)


def nothing_but(**found: list[str]) -> dict[str, list[str]]:
    return {field: [] for field in FIELDS} | found


@pytest.mark.parametrize(
    ("one", "listed", "dead", "found"),
    [
        (entry("a", "m1"), [machine("m1"), machine("other")], True, {"killed": ["m1"]}),
        (entry("a", "m1"), [machine("m1", "killing")], True, {}),
        (entry("a"), [machine("m1", "pending", PASSWORD)], True, {"killed": ["m1"]}),
        (entry("a"), [], True, {"awaited": ["a"]}),
        (entry("a", age=LATE + 1), [], True, {}),
        (entry("a", "m1"), [], True, {"awaited": ["a"]}),
        (entry("a", "m1", age=LAG + 1), [], True, {}),
        (entry("a", "m1", "m2", count=2), [machine("m2")], True, {"killed": ["m2"], "awaited": ["a"]}),
        (entry("a", marked=False), [machine("m1", "idle", PASSWORD)], True, {"unproven": ["a"]}),
        (entry("a", "m1"), [machine("m1")], False, {"held": ["a"]}),
        (entry("a", "m1", fate="given up"), [machine("m1")], False, {"killed": ["m1"]}),
        (entry("a", "m1", fate="kept"), [machine("m1")], True, {"kept": ["a"]}),
        (entry("a", "m1", fate="kept"), [], True, {"kept": ["a"]}),
        (entry("a", "m1", fate="kept", age=LAG + 1), [], True, {}),
    ],
)
def test_what_would_become_of_a_launch(
    one: LaunchEntry, listed: list[dict[str, Any]], dead: bool, found: dict[str, list[str]]
) -> None:
    _, said = surveyed([one], listed, ["a"] if dead else [])
    assert said == nothing_but(**found)


@pytest.mark.parametrize(("hosts", "found"), [((), {"held": ["a"]}), (("here",), {"killed": ["m1"]})])
def test_hosts_whose_processes_are_dead(hosts: tuple[str, ...], found: dict[str, list[str]]) -> None:
    _, said = surveyed([entry("a", "m1")], [machine("m1")], [], *hosts)
    assert said == nothing_but(**found)


def killing(ids: list[str]) -> list[dict[str, Any]]:
    return [machine(one, "killing") for one in ids]


def test_reap_then_does_just_that() -> None:
    entries = [entry("a", "m1"), entry("b"), entry("c", "m3", fate="kept"), entry("d", "m4"), entry("e", marked=False)]
    dead = ["a", "b", "e"]
    listed = [machine(f"m{number}") for number in range(6)]
    _, said = surveyed(entries, listed, dead)
    cloud, flows = account(MemoryLedger(*entries, dead=dead), json_reply(listed), json_reply(killing(["m1"])))
    assert names(cloud.run(flows.reap())) == said
    assert all(said.values())
