"""Killing what processes that died have left: what is in the ledger and in the machine list, and never anything else.

A machine is killed when its id is in an entry of the ledger that nobody holds, or when its password is, provably, of
our own making for such an entry. Where the person chose the password of a launch whose reply never came, nothing
proves which machines are of it: that is told, and left to the person.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable
from functools import partial
from typing import Literal, TypeVar

from attrs import frozen

from optcloud.core.errors import OptCloudError
from optcloud.core.events import ALSO_AN_EVENT, MachinesReaped, ReapFailed
from optcloud.core.flow import Flow, Instant, Notify, ReadClock, RunBlocking
from optcloud.gurobi.ledger import LaunchEntry, is_marked
from optcloud.gurobi.machines import MachineRequests
from optcloud.gurobi.models import Machine

logger = logging.getLogger("optcloud")
T = TypeVar("T")
LATE = 3600.0
"""Seconds after which a launch of unknown fate counts as one that never was.

A signature is good for a limited time, so the vendor refuses what arrives much later; how limited is not published
(inferred).
"""
LAG = 300.0
"""Seconds for which a machine that was launched may be missing in the list and yet come to be (inferred)."""


@frozen
class Reaped:
    """What was found. ``killed``: machines, as last seen.

    ``awaited``: launches whose machines did not show up; they are looked for again at the next start. ``unproven``:
    those of them with a password of the person's choice: look yourself. ``kept``: what the person wants to run on.
    ``held``: what living processes, or other hosts, hold.
    """

    killed: tuple[Machine, ...] = ()
    awaited: tuple[LaunchEntry, ...] = ()
    unproven: tuple[LaunchEntry, ...] = ()
    kept: tuple[LaunchEntry, ...] = ()
    held: tuple[LaunchEntry, ...] = ()


def begun(account: MachineRequests, flow: Flow[T]) -> Flow[T]:
    """Run a flow; before the first of all that an account is asked, kill what processes that died have left."""
    if not account.has_begun:
        account.has_begun = True
        yield from reap_first(account)
    return (yield from flow)


def reap_first(account: MachineRequests) -> Flow[None]:
    """Reap before something else that must not fail for it: an error is told (`ReapFailed`) and logged."""
    try:
        entries: list[LaunchEntry] = yield RunBlocking(account.ledger.claim)
        if entries:
            yield from _reap_claimed(account, entries)
    except OptCloudError as error:
        logger.warning("what processes that died may have left could not be killed: %s", error, extra=ALSO_AN_EVENT)
        yield Notify(ReapFailed(str(error)))


def reap(account: MachineRequests, hosts: tuple[str, ...]) -> Flow[Reaped]:
    """Kill what nobody holds; ``hosts``: other hosts whose processes are all dead, as the person knows.

    Raises what reading the list or killing raises; nothing is forgotten then.
    """
    claimed: list[LaunchEntry] = yield RunBlocking(partial(account.ledger.claim, hosts))
    killed, awaited, listed = yield from _reap_claimed(account, claimed)
    yield from _forget_ended(account, listed)
    names = {entry.launch for entry in awaited}
    others = [entry for entry in (yield RunBlocking(account.ledger.entries)) if entry.launch not in names]
    return Reaped(
        killed=tuple(killed),
        awaited=tuple(entry for entry in awaited if _waits_as(entry) == "awaited"),
        unproven=tuple(entry for entry in awaited if _waits_as(entry) == "unproven"),
        kept=tuple(entry for entry in others if entry.fate == "kept"),
        held=tuple(entry for entry in others if entry.fate != "kept"),
    )


def survey(account: MachineRequests, hosts: tuple[str, ...]) -> Flow[Reaped]:
    """Say what `reap` would do now: ``killed`` would be killed. Nothing is claimed, killed or forgotten."""
    entries: list[LaunchEntry] = yield RunBlocking(account.ledger.entries)
    listed = yield from account.machines()
    by_fate: dict[str, list[LaunchEntry]] = {"awaited": [], "unproven": [], "kept": [], "held": []}
    killed: list[Machine] = []
    for entry in entries:
        found = _found(entry, listed)
        settled = yield from _is_settled(entry, found)
        if entry.fate == "kept":
            by_fate["kept"] += [] if settled and not found else [entry]
        elif not _is_left(entry, hosts):
            by_fate["held"].append(entry)
        else:
            killed += [machine for machine in found if not machine.leaving]
            if not settled:
                by_fate[_waits_as(entry)].append(entry)
    return Reaped(killed=tuple(killed), **{fate: tuple(those) for fate, those in by_fate.items()})


def _is_left(entry: LaunchEntry, hosts: tuple[str, ...]) -> bool:
    """Say whether `reap` would claim it. What locks of other hosts say is found out by claiming only."""
    return entry.fate == "given up" or not entry.alive or entry.owner.rpartition(" on ")[2] in hosts


def _waits_as(entry: LaunchEntry) -> Literal["awaited", "unproven"]:
    return "unproven" if entry.marker is None and not entry.ids else "awaited"


def _found(entry: LaunchEntry, listed: list[Machine]) -> list[Machine]:
    return [machine for machine in listed if machine.id in entry.ids or is_marked(entry, machine.password)]


def _reap_claimed(
    account: MachineRequests, entries: list[LaunchEntry]
) -> Flow[tuple[list[Machine], list[LaunchEntry], list[Machine]]]:
    """Settle what was claimed; return what was killed, what is still awaited, and the machine list."""
    killed: list[Machine] = []
    unsettled = {entry.launch: entry for entry in entries}
    try:
        listed = yield from account.machines()
        for entry in entries:
            found = _found(entry, listed)
            killed += yield from _kill(account, entry, found)
            if (yield from _is_settled(entry, found)):
                yield RunBlocking(partial(account.ledger.close, entry.launch))
                del unsettled[entry.launch]
    except GeneratorExit:
        raise
    except BaseException:
        yield from _give_up(account, unsettled)
        raise
    yield from _give_up(account, unsettled)
    return killed, list(unsettled.values()), listed


def _give_up(account: MachineRequests, unsettled: Iterable[str]) -> Flow[None]:
    """Let whoever comes next take them up."""
    for name in unsettled:
        yield RunBlocking(partial(account.ledger.give_up, name))


def _forget_ended(account: MachineRequests, listed: list[Machine]) -> Flow[None]:
    """Forget machines that were kept and have ended since."""
    now: Instant = yield ReadClock()
    there = {machine.id for machine in listed}
    for entry in (yield RunBlocking(account.ledger.entries)):
        ended = [machine_id for machine_id in entry.ids if machine_id not in there]
        if entry.fate == "kept" and ended and now.wall - entry.at > LAG:
            yield RunBlocking(partial(account.ledger.gone, ended))


def _kill(account: MachineRequests, entry: LaunchEntry, found: list[Machine]) -> Flow[list[Machine]]:
    living = [machine.id for machine in found if not machine.leaving]
    if not living:
        return []
    logger.warning(
        "killing machines that %s left: %s", entry.owner or "a process", ", ".join(living), extra=ALSO_AN_EVENT
    )
    killed = yield from account.give_back(living)
    yield Notify(MachinesReaped(tuple(living), entry.owner))
    return killed


def _is_settled(entry: LaunchEntry, found: list[Machine]) -> Flow[bool]:
    """Say whether nothing more of a launch can show up."""
    now: Instant = yield ReadClock()
    if len(found) >= (len(entry.ids) or entry.count):
        return True
    return now.wall - entry.at > (LAG if entry.ids else LATE)


def say_not_killed(ref: str, error: OptCloudError, raised: BaseException | None) -> None:
    """Say that machines may still run and cost, beside the error that came first; without one, raise ``error``."""
    words = f"the machines may still run and cost money; kill them: {ref}"
    logger.error("%s (%s)", words, error, extra=ALSO_AN_EVENT)
    if raised is None:
        error.add_note(words)
        raise error
    raised.add_note(f"{words} ({error})")
