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

from optcloud.aimms.people import flows as people
from optcloud.aimms.people.changes import ApplyError, Change, Report
from optcloud.aimms.people.ensure import (
    member_change,
    planned,
    write_environment,
    write_group,
    write_user,
)
from optcloud.aimms.people.flows import Hide, _not_hidden
from optcloud.aimms.people.roster import Path, Roster, RosterError, RosterFault
from optcloud.aimms.people.values import EVERYONE, CurrentUser, Entity, Environment, Group, User
from optcloud.core.errors import OptCloudError
from optcloud.core.flow import Flow, Notify

ADMINS = Entity("ROOT", "group", "Admin")
SYSTEM_GROUPS = frozenset({ADMINS, Entity("ROOT", "group", "App Publisher")})


@frozen
class _Known:
    """What AIMMS has of what the file is about."""

    environments: dict[Entity, Environment] = field(factory=dict)
    groups: dict[Entity, Group] = field(factory=dict)
    users: dict[Entity, User] = field(factory=dict)
    members: dict[Entity, dict[Entity, int]] = field(factory=dict)  # of a group: each user's id
    owner: Entity | None = None  # of the API key; looked up when something may be removed


@frozen
class _Step:
    change: Change
    act: Callable[[], Flow[Any]] = field(repr=False)


def apply(roster: Roster, *, dry_run: bool = False, prune: bool = False, hide: Hide = _not_hidden) -> Flow[Report]:
    """Make a file of people so. Each change done is also told as an event.

    Raises `RosterError` before the first write when the file names who does not exist, or would shut the owner of the
    API key out; `ApplyError` with what has been done when a write fails.
    """
    known = yield from _look(roster, prune=prune)
    plan = _Plan(roster, known, hide)
    steps = plan.steps(prune=prune)
    if plan.faults:
        raise RosterError(tuple(plan.faults))
    if dry_run:
        return Report(tuple(step.change for step in steps), dry_run=True)
    return (yield from _carry_out(steps))


def _carry_out(steps: list[_Step]) -> Flow[Report]:
    done: list[Change] = []
    for index, step in enumerate(steps):
        try:
            yield from step.act()
        except OptCloudError as cause:
            left = tuple(one.change for one in steps[index + 1 :])
            raise ApplyError(cause, Report(tuple(done), dry_run=False), step.change, left) from cause
        done.append(evolve(step.change, done=True))
        yield Notify(done[-1])
    return Report(tuple(done), dry_run=False)


# ---------------------------------------------------------------- look


def _look(roster: Roster, *, prune: bool) -> Flow[_Known]:
    """Read the environments that the file is about, with their groups and users, and the members that matter."""
    known = _Known()
    if prune:
        owner: CurrentUser = yield from people.current()
        known = _Known(owner=Entity(owner.environment, "user", owner.name))
    for environment in (yield from people.environments()):
        known.environments[environment.entity] = environment
    for place in _places(roster):
        if place in known.environments:
            known.groups.update({one.entity: one for one in (yield from people.groups(place.environment))})
            known.users.update({one.entity: one for one in (yield from people.users(place.environment))})
    for group in _groups_that_matter(roster, known, prune=prune):
        present = yield from people.members(group.environment, group.name)
        known.members[group] = {one.entity: one.id for one in present}
    return known


def _places(roster: Roster) -> Iterable[Entity]:
    """Return the environments of the file and of those whom it names."""
    named = (Entity(one.environment) for pair in roster.memberships() for one in pair)
    return dict.fromkeys([*roster.environments, *named])


def _groups_that_matter(roster: Roster, known: _Known, *, prune: bool) -> list[Entity]:
    wanted = {group for group, _user in roster.memberships()}
    wanted |= {one.entity for one in roster.groups.values() if prune and one.members is not None}
    if prune:  # who is to be in these groups only may be in any other
        places = {one.entity.environment for one in roster.users.values() if one.groups is not None}
        wanted |= {group for group in known.groups if group.environment in places}
    return [group for group in known.groups if group in wanted]


# ---------------------------------------------------------------- plan


class _Plan:
    """The steps from what is there to what is wanted, in an order in which each can be made."""

    def __init__(self, roster: Roster, known: _Known, hide: Hide) -> None:
        self._roster = roster
        self._known = known
        self._hide = hide
        self._wanted = roster.memberships()
        self._ids = {entity: user.id for entity, user in known.users.items()}
        self.faults: list[RosterFault] = []

    def steps(self, *, prune: bool) -> list[_Step]:
        """Return what is to be done; faults are collected."""
        made = [*self._environments(), *self._groups(), *self._users(), *self._members()]
        return [*made, *self._removals()] if prune else made

    def _environments(self) -> Iterator[_Step]:
        for entity, wanted in self._roster.environments.items():
            change = planned(entity, self._known.environments.get(entity), wanted.fields)
            if change.differs:
                yield _Step(change, partial(write_environment, entity.environment, change))

    def _groups(self) -> Iterator[_Step]:
        for entity, wanted in self._roster.groups.items():
            change = planned(entity, self._known.groups.get(entity), wanted.fields)
            if change.differs:
                yield _Step(change, partial(write_group, entity.environment, entity.name, change))

    def _users(self) -> Iterator[_Step]:
        for entity, wanted in self._roster.users.items():
            change = planned(entity, self._known.users.get(entity), wanted.fields)
            if change.differs:
                yield _Step(change, partial(self._write_user, entity, change))

    def _write_user(self, entity: Entity, change: Change) -> Flow[None]:
        password = self._roster.users[entity].password
        user = yield from write_user(entity.environment, entity.name, change, password, self._hide)
        self._ids[entity] = user.id

    def _members(self) -> Iterator[_Step]:
        for (group, user), path in self._wanted.items():
            self._check(group, self._roster.groups, self._known.groups, path)
            self._check(user, self._roster.users, self._known.users, path)
            if user not in self._known.members.get(group, {}):
                change = member_change(group, user, "add")
                yield _Step(change, partial(self._add, group, user))

    def _add(self, group: Entity, user: Entity) -> Flow[None]:
        yield from people.add_member(group.environment, group.name, self._ids[user])

    def _check(self, entity: Entity, wanted: Any, known: Any, path: Path) -> None:
        if entity not in wanted and entity not in known:
            what = f"there is no {entity.kind} {entity}, neither in this file nor at AIMMS: add it or correct the name"
            self.faults.append(self._roster.source.fault(path, what))

    def _removals(self) -> Iterator[_Step]:
        gone = [user for user in self._known.users if self._is_surplus_user(user)]
        for group, members in self._known.members.items():
            for user, number in members.items():
                if user not in gone and self._is_surplus_member(group, user):
                    self._spare_owner(user, f"take it out of {group}", concerns=group == ADMINS)
                    change = member_change(group, user, "remove")
                    yield _Step(change, partial(people.remove_member, group.environment, group.name, number))
        for user in gone:
            self._spare_owner(user, "delete it", concerns=True)
            yield _Step(Change("user", str(user), "delete"), partial(people.remove_user, user.environment, user.name))
        for group in self._known.groups:
            if self._is_surplus_group(group):
                yield _Step(
                    Change("group", str(group), "delete"), partial(people.remove_group, group.environment, group.name)
                )

    def _spare_owner(self, user: Entity, what: str, *, concerns: bool) -> None:
        if concerns and user == self._known.owner:
            words = f"pruning would {what}, but {user} is the owner of the API key: name it in the file"
            path = ("environments", user.environment)
            self.faults.append(self._roster.source.fault(path, words))

    def _is_surplus_user(self, user: Entity) -> bool:
        place = self._roster.environments.get(Entity(user.environment))
        named = user in self._roster.users or any(user == one for _group, one in self._wanted)
        return place is not None and place.has_users and not named

    def _is_surplus_group(self, group: Entity) -> bool:
        place = self._roster.environments.get(Entity(group.environment))
        named = group in self._roster.groups or any(group == one for one, _user in self._wanted)
        spared = group in SYSTEM_GROUPS or group.name == EVERYONE
        return place is not None and place.has_groups and not named and not spared

    def _is_surplus_member(self, group: Entity, user: Entity) -> bool:
        if (group, user) in self._wanted or group.name == EVERYONE or self._is_surplus_group(group):
            return False
        wanted_group, wanted_user = self._roster.groups.get(group), self._roster.users.get(user)
        listed = wanted_group is not None and wanted_group.members is not None
        return listed or (wanted_user is not None and wanted_user.groups is not None)
