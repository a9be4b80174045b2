"""Gurobi on faults: each verb on each fault, once and as long as it lasts; and what runs, and costs, afterwards."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import partial
from typing import Any

import pytest

from optcloud import Pace
from optcloud.sandbox import Sandbox
from sandbox.facades import Blocked, launched
from sandbox.matrix import OUTCOME, TIMES, Ending, Two, Verb, disturbed, judge, undisturbed
from unit.memory_ledger import MemoryLedger

SHORT = Pace(first=0.005, longest=0.01, patience=0.05)
PASSWORD = "fake-shared-password"
UNKNOWN = "the launch may have happened and was not sent again"
Known = dict[tuple[str, str], Any]


def two_machines(cloud: Any, _prepared: Any = None, **options: Any) -> Any:
    return launched(cloud.gurobi.launch(2, settle=0, **options))


def block(cloud: Any, _prepared: Any) -> list[bool]:
    with cloud.gurobi.launch(2, settle=0, pace=SHORT) as pool:
        return [machine.ready for machine in pool.machines()]


def left(cloud: Any) -> None:
    """Machines of a process that is no more: it is as if their launch had been given up."""
    two_machines(cloud)
    ledger = bare(cloud).gurobi._account.ledger
    for entry in ledger.entries():
        ledger.give_up(entry.launch)


def of_pool(verb: Callable[[Any], Any]) -> Callable[[Any, Any], Any]:
    """A call on the pool that was prepared."""
    return lambda _cloud, pool: verb(pool)


def on(verb: Callable[[Any], Any]) -> Callable[[Any, Any], Any]:
    """A call on ``oc.gurobi``."""
    return lambda cloud, _prepared: verb(cloud.gurobi)


def bare(cloud: Any) -> Any:
    return cloud._inner if isinstance(cloud, Blocked) else cloud


# ``idempotent`` is said of kills. How often a launch was sent, `check_launches` looks at.
LAUNCH = partial(Verb, seen=lambda pool: len(pool.ids), idempotent=True)
LAUNCHES = [
    LAUNCH("launch", two_machines),
    LAUNCH("launch, the launch itself", two_machines, path="/launch$"),
    LAUNCH("launch, password", partial(two_machines, password=PASSWORD)),
    LAUNCH("launch, password, the launch itself", partial(two_machines, password=PASSWORD), path="/launch$"),
    LAUNCH("launch, license_id", partial(two_machines, license_id="95912")),
    Verb("with", block, idempotent=True),
    Verb("with, the list", block, path="/machines$", idempotent=True),
    Verb("with, the kill", block, path="/kill$", idempotent=True),
]
OTHERS = [
    Verb("licenses", on(lambda gurobi: [one.id for one in gurobi.licenses()])),
    Verb("machines", on(lambda gurobi: len(gurobi.machines())), prepare=two_machines),
    Verb("kill(ids)", lambda cloud, pool: len(cloud.gurobi.kill(pool.ids)), prepare=two_machines, idempotent=True),
    Verb("reap", on(lambda gurobi: len(gurobi.reap().killed)), prepare=left, idempotent=True),
    Verb("pool.machines", of_pool(lambda pool: len(pool.machines())), prepare=two_machines),
    Verb("pool.wait_ready", of_pool(lambda pool: len(pool.wait_ready(pace=SHORT))), prepare=two_machines),
    Verb("pool.kill", of_pool(lambda pool: pool.kill() is None), prepare=two_machines, idempotent=True),
]


@pytest.fixture(scope="module")
def known() -> Known:
    """What is right, by verb and form of the facade."""
    return {}


@pytest.fixture(autouse=True)
def ledger_of_both(two: Two) -> None:
    """A ledger in memory: what a file holds through power cuts would take most of the time here."""
    forget(two)


def forget(two: Two) -> None:
    ledger = MemoryLedger()
    for cloud in (two.patient, two.impatient):
        bare(cloud).gurobi._account.ledger = ledger


@pytest.mark.parametrize(("fault", "times"), TIMES)
@pytest.mark.parametrize("verb", LAUNCHES, ids=lambda verb: verb.name)
def test_a_verb_that_launches(
    verb: Verb, fault: str, times: int | None, two: Two, sandbox: Sandbox, known: Known, record_property: Any
) -> None:
    ending = ended(verb, fault, times, two, sandbox, known)
    check_launches(ending, sandbox)
    check_that_nothing_is_left(verb, two.patient, ending, sandbox)
    note(record_property, verb, fault, judge(verb, ending, known[verb.name, two.form]))


# Both forms of the facade run the same flows; what they add to them, launches and blocks show above.
@pytest.mark.parametrize("two", ["blocking"], indirect=True)
@pytest.mark.parametrize(("fault", "times"), TIMES)
@pytest.mark.parametrize("verb", OTHERS, ids=lambda verb: verb.name)
def test_a_verb(
    verb: Verb, fault: str, times: int | None, two: Two, sandbox: Sandbox, known: Known, record_property: Any
) -> None:
    ending = ended(verb, fault, times, two, sandbox, known)
    if ending.error is not None and "kill" in verb.name:
        pool_of(two.patient, [one.id for one in sandbox.gurobi.machines()]).kill()
    two.patient.gurobi.reap()
    killing = "kill" in verb.name or verb.name == "reap"
    assert len(sandbox.gurobi.alive()) == (0 if killing or verb.name == "licenses" else 2)
    note(record_property, verb, fault, judge(verb, ending, known[verb.name, two.form]))


def ended(verb: Verb, fault: str, times: int | None, two: Two, sandbox: Sandbox, known: Known) -> Ending:
    form = (verb.name, two.form)
    if form not in known:
        known[form] = undisturbed(verb, two.patient, sandbox)
        forget(two)
    return disturbed(verb, two, sandbox, "gurobi", fault, times)


def check_launches(ending: Ending, sandbox: Sandbox) -> None:
    """At most one was sent, and at most one was carried out."""
    assert sum(count for (_, path), count in ending.writes.items() if path.endswith("/launch")) <= 1
    assert len({machine.launch for machine in sandbox.gurobi.machines()}) <= 1


def check_that_nothing_is_left(verb: Verb, cloud: Any, ending: Ending, sandbox: Sandbox) -> None:
    """Whatever came of it: a pool that is at hand runs, and after an error nothing does that is not told of."""
    running = {machine.id for machine in sandbox.gurobi.alive()}
    if ending.error is None:
        assert len(running) == (0 if verb.call is block else 2)
        held = [entry for entry in bare(cloud).gurobi._account.ledger.entries() if entry.fate == "launched"]
        assert {one for entry in held for one in entry.ids} == running
        return
    if UNKNOWN in str(ending.error):
        check_that_it_is_found(verb, cloud, running)
    elif verb.call is block and running:
        assert any("may still run" in words for words in ending.error.__notes__)
        pool_of(cloud, running).kill()
    elif verb.call is not block:  # refused, or it never left
        assert not sandbox.gurobi.machines()
    assert not sandbox.gurobi.alive()
    assert not cloud.gurobi.reap().held


def check_that_it_is_found(verb: Verb, cloud: Any, running: set[str]) -> None:
    """A launch of unknown fate: where the person chose the password, what runs is left to the person."""
    reaped = cloud.gurobi.reap()
    assert bool(reaped.unproven) == (verb.name.startswith("launch, password"))
    if reaped.unproven and running:
        cloud.gurobi.kill(running)
    assert {one.id for one in reaped.killed} == (set() if reaped.unproven else running)


def pool_of(cloud: Any, ids: Iterable[str]) -> Any:
    return cloud.attach("gurobi:default/" + "/".join(ids))


def note(record_property: Any, verb: Verb, fault: str, word: str) -> None:
    record_property(OUTCOME, {"cloud": "Gurobi Instant Cloud", "verb": verb.name, "fault": fault, "word": word})
