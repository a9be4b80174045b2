"""A whole file of people, applied: look at everything, check, plan, then write step by step.

`prune` also removes what the file does not have, and only from sections that the file gives: users and groups of an
environment with a ``users`` or ``groups`` section, members of a group with ``members``, memberships of a user with
``groups``. Environments are never removed, nor are groups that belong to the system.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from functools import partial
from typing import Any

from attrs import evolve, field, frozen

from optcloud.aimms.people import edit, lookup
from optcloud.aimms.people.changes import ApplyError, PeopleChange, PeopleReport
from optcloud.aimms.people.ensure import member_change, planned, write
from optcloud.aimms.people.entities import EVERYONE, AnyEntity, CurrentUser, Entity, Kind
from optcloud.aimms.people.roster import FieldPath, Roster, RosterError, RosterFault, WantedEntity
from optcloud.core.errors import OptCloudError
from optcloud.core.flow import Flow, Notify
from optcloud.core.secret import Hide, not_hidden

_KINDS: tuple[Kind, ...] = ("environment", "group", "user")  # in this order each can be made
ADMINS = Entity("ROOT", "group", "Admin")
SYSTEM_GROUPS = frozenset({ADMINS, Entity("ROOT", "group", "App Publisher")})


@frozen
class _Known:
    """What AIMMS has now of the environments, groups and users that the file is about."""

    entities: dict[Entity, AnyEntity] = field(factory=dict)
    members: dict[Entity, dict[Entity, int]] = field(factory=dict)  # of a group: each user's id
    owner: Entity | None = None  # of the API key; looked up when something may be removed

    def of(self, kind: Kind) -> list[Entity]:
        """Return the names of its environments, groups or users."""
        return [entity for entity in self.entities if entity.kind == kind]


@frozen
class _Step:
    change: PeopleChange
    act: Callable[[], Flow[Any]] = field(repr=False)


def apply(roster: Roster, *, dry_run: bool = False, prune: bool = False, hide: Hide = not_hidden) -> Flow[PeopleReport]:
    """Bring AIMMS to the state that a file of people describes. Each change is sent as an event when it is done.

    Raises `RosterError` before the first write when the file names somebody who does not exist, or would shut out the
    owner of the API key; `ApplyError` with what has been done when a write fails.
    """
    plan = _Plan(roster, (yield from _look(roster, prune=prune)), hide)
    steps = plan.steps(prune=prune)
    if plan.faults:
        raise RosterError(tuple(plan.faults))
    if dry_run:
        return PeopleReport(tuple(step.change for step in steps), dry_run=True)
    return (yield from _carry_out(steps))


def _carry_out(steps: list[_Step]) -> Flow[PeopleReport]:
    done: list[PeopleChange] = []
    for index, step in enumerate(steps):
        try:
            yield from step.act()
        except OptCloudError as cause:
            left = tuple(later.change for later in steps[index + 1 :])
            raise ApplyError(cause, PeopleReport(tuple(done), dry_run=False), step.change, left) from cause
        done.append(evolve(step.change, done=True))
        yield Notify(done[-1])
    return PeopleReport(tuple(done), dry_run=False)


# ---------------------------------------------------------------- look


def _look(roster: Roster, *, prune: bool) -> Flow[_Known]:
    """Read the environments that the file is about, with their groups and users, and the members that matter."""
    known = _Known()
    if prune:
        owner: CurrentUser = yield from lookup.current()
        known = _Known(owner=Entity(owner.environment, "user", owner.name))
    for environment in (yield from lookup.environments()):
        known.entities[environment.entity] = environment
    for place in _environments_in(roster):
        if place in known.entities:
            for group in (yield from lookup.groups(place.environment)):
                known.entities[group.entity] = group
            for user in (yield from lookup.users(place.environment)):
                known.entities[user.entity] = user
    for name in _groups_that_matter(roster, known, prune=prune):
        present = yield from lookup.members(name.environment, name.name)
        known.members[name] = {member.entity: member.id for member in present}
    return known


def _environments_in(roster: Roster) -> Iterable[Entity]:
    """Return the environments of the file and of those whom it names."""
    own = (wanted.entity for wanted in roster.of("environment"))
    named = (Entity(entity.environment) for pair in roster.memberships() for entity in pair)
    return dict.fromkeys([*own, *named])


def _groups_that_matter(roster: Roster, known: _Known, *, prune: bool) -> list[Entity]:
    groups = known.of("group")
    matter = {group for group, _user in roster.memberships()}
    if prune:
        matter |= {wanted.entity for wanted in roster.of("group") if wanted.related is not None}
        # A user with a list of groups is to be in no other group of their environment.
        environments = {wanted.entity.environment for wanted in roster.of("user") if wanted.related is not None}
        matter |= {group for group in groups if group.environment in environments}
    return [group for group in groups if group in matter]


# ---------------------------------------------------------------- plan


class _Plan:
    """The steps from what is there to what is wanted, in an order in which each can be made."""

    def __init__(self, roster: Roster, known: _Known, hide: Hide) -> None:
        self._roster = roster
        self._known = known
        self._hide = hide
        self._memberships = roster.memberships()
        self._ids = {entity: found.id for entity, found in known.entities.items()}
        self.faults: list[RosterFault] = []

    def steps(self, *, prune: bool) -> list[_Step]:
        """Return what is to be done; faults are collected."""
        made = [*self._entities(), *self._members()]
        return [*made, *self._removals()] if prune else made

    def _entities(self) -> Iterator[_Step]:
        for wanted in (wanted for kind in _KINDS for wanted in self._roster.of(kind)):
            change = planned(wanted.entity, self._known.entities.get(wanted.entity), wanted.fields)
            if change.differs:
                yield _Step(change, partial(self._write, wanted, change))

    def _write(self, wanted: WantedEntity, change: PeopleChange) -> Flow[None]:
        written = yield from write(wanted.entity, change, password=wanted.password, hide=self._hide)
        self._ids[wanted.entity] = written.id

    def _members(self) -> Iterator[_Step]:
        for (group, user), path in self._memberships.items():
            self._check(group, path)
            self._check(user, path)
            if user not in self._known.members.get(group, {}):
                yield _Step(member_change(group, user, "add"), partial(self._add, group, user))

    def _add(self, group: Entity, user: Entity) -> Flow[None]:
        yield from edit.add_member(group.environment, group.name, self._ids[user])

    def _check(self, entity: Entity, path: FieldPath) -> None:
        if entity not in self._roster.wanted and entity not in self._known.entities:
            what = f"there is no {entity.kind} {entity}, neither in this file nor at AIMMS: add it or correct the name"
            self.faults.append(self._roster.source.fault(path, what))

    def _removals(self) -> Iterator[_Step]:
        gone = [user for user in self._known.of("user") if self._is_surplus(user)]
        for group, members in self._known.members.items():
            for user, number in members.items():
                if user not in gone and self._is_surplus_member(group, user):
                    self._spare_owner(user, f"take it out of {group}", shuts_out=group == ADMINS)
                    change = member_change(group, user, "remove")
                    yield _Step(change, partial(edit.remove_member, group.environment, group.name, number))
        for user in gone:
            self._spare_owner(user, "delete it", shuts_out=True)
            yield _deletion(user, edit.delete_user)
        for group in self._known.of("group"):
            if self._is_surplus(group):
                yield _deletion(group, edit.delete_group)

    def _spare_owner(self, user: Entity, what: str, *, shuts_out: bool) -> None:
        """Note a fault where pruning would shut out the owner of the API key."""
        if shuts_out and user == self._known.owner:
            words = f"pruning would {what}, but {user} is the owner of the API key: name it in the file"
            path = ("environments", user.environment)
            self.faults.append(self._roster.source.fault(path, words))

    def _is_surplus(self, entity: Entity) -> bool:
        """Whether a group or a user is there that an environment of the file does not list."""
        environment = self._roster.wanted.get(Entity(entity.environment))
        named = entity in self._roster.wanted or any(entity in pair for pair in self._memberships)
        spared = entity.kind == "group" and (entity in SYSTEM_GROUPS or entity.name == EVERYONE)
        return environment is not None and entity.kind in environment.sections and not named and not spared

    def _is_surplus_member(self, group: Entity, user: Entity) -> bool:
        if (group, user) in self._memberships or group.name == EVERYONE or self._is_surplus(group):
            return False
        wanted = (self._roster.wanted.get(group), self._roster.wanted.get(user))
        return any(entity is not None and entity.related is not None for entity in wanted)


def _deletion(entity: Entity, delete: Callable[[str, str], Flow[None]]) -> _Step:
    change = PeopleChange(entity.kind, str(entity), "delete")
    return _Step(change, partial(delete, entity.environment, entity.name))
