"""Tables of access: who can do what with an app, and what one person can do with all of them.

What the group ``<everyone>`` of an environment may do, all of its groups may (vendor page "Users"). Inferred: a user's
rights are those of the user, of the groups they are in, of their environment and of the environments of these groups
together (`optcloud.aimms.apps.access_rules.effective` says which wins).
"""

from __future__ import annotations

from collections.abc import Mapping

import msgspec
from attrs import field, frozen

from aimms_pro.api.authentication import get_entity_app_access
from optcloud.aimms.apps.access_rules import Access, Rule, authorizations_of, effective, read, rules_of
from optcloud.aimms.people import lookup as people
from optcloud.aimms.people.entities import EVERYONE, AnyEntity, Entity, Environment, Group, User
from optcloud.aimms.replies import ask
from optcloud.core.flow import Flow


@frozen
class Right:
    """One line of a table: what somebody may do with one version of an app.

    ``rules`` has what is said of them and of the groups and the environment that they are in, by name (by ``#id``
    where there is no name); ``who`` is None for an id that AIMMS no longer knows.
    """

    app: str
    version: str
    id: int
    who: Entity | None
    rules: Mapping[str, Rule] = field(factory=dict)

    @property
    def access(self) -> Access:
        """What they may do; deny beats allow (inferred)."""
        return effective(self.rules.values())


def who(app: str, version: str, *, persons: bool = False) -> Flow[list[Right]]:
    """List who has rights of their own on an app; with ``persons``, each user whom these come down to."""
    found = yield from read(app, version)
    rules = found.rules
    entities: dict[int, AnyEntity | None] = {}
    for number in rules:
        entities[number] = yield from people.unless_missing(people.entity(number))
    if persons:
        return (yield from _persons(app, version, rules, entities))
    rights = []
    for number, rule in rules.items():
        entity = entities[number]
        name = None if entity is None else entity.entity
        rights.append(Right(app, version, number, name, {_label(number, name): rule}))
    return rights


def _persons(
    app: str, version: str, rules: Mapping[int, Rule], entities: Mapping[int, AnyEntity | None]
) -> Flow[list[Right]]:
    persons: dict[int, Entity] = {}
    said: dict[int, dict[str, Rule]] = {}
    for number, entity in entities.items():
        for user in (yield from _users(entity)):
            persons[user.id] = user.entity
            said.setdefault(user.id, {})[_label(number, None if entity is None else entity.entity)] = rules[number]
    return [Right(app, version, number, persons[number], found) for number, found in said.items()]


def _users(entity: AnyEntity | None) -> Flow[list[User]]:
    """Return the users that an entity stands for."""
    match entity:
        case User():
            return [entity]
        case Group() if entity.name != EVERYONE:
            return (yield from people.members(entity.environment, entity.name))
        case Environment() | Group():
            return (yield from _all_users(entity.entity.environment))
    return []


def _all_users(environment: str) -> Flow[list[User]]:
    """Return the users of an environment and of its groups, some of whom are of other environments."""
    users = yield from people.users(environment)
    for group in (yield from people.groups(environment)):
        users += yield from people.members(environment, group.name)
    return users


def what(environment: str, user: str) -> Flow[list[Right]]:
    """List the apps that one person has rights on, by themselves, their groups or their environment."""
    person = yield from people.user(environment, user)
    groups = yield from _groups_of(person)
    entities: list[User | Group] = [person, *groups]
    names = {entity.id: entity.entity for entity in entities}
    for entity in entities:
        names[entity.reply["environment"]["id"]] = Entity(entity.environment)
    for environment_name in dict.fromkeys(entity.environment for entity in entities):
        # The group that stands for an environment: older platforms have none.
        if everyone := (yield from people.unless_missing(people.group(environment_name, EVERYONE))):
            names[everyone.id] = everyone.entity
    apps: dict[tuple[str, str], dict[str, Rule]] = {}
    for number in names:
        for app, rules in (yield from _apps_of(number)):
            mine = {str(name): rules[known] for known, name in names.items() if known in rules}
            apps.setdefault(app, {}).update(mine)
    return [Right(*app, person.id, person.entity, rules) for app, rules in apps.items()]


def _groups_of(person: User) -> Flow[list[Group]]:
    """Return a user's groups; those of their environment are looked through where AIMMS does not say."""
    found = []
    if "groups" in person.reply:
        for number in person.groups:
            entity = yield from people.unless_missing(people.entity(number))
            if isinstance(entity, Group):
                found.append(entity)
        return found
    for group in (yield from people.groups(person.environment)):
        members = yield from people.members(group.environment, group.name)
        if any(member.id == person.id for member in members):
            found.append(group)
    return found


def _apps_of(number: int) -> Flow[list[tuple[tuple[str, str], dict[int, Rule]]]]:
    """Return the apps that an entity has access to, each with all of its rules."""
    answer = yield from ask(get_entity_app_access._get_kwargs(number))
    return [
        ((entry["project"]["name"], entry["project"]["version"]), rules_of(authorizations_of(entry, answer)))
        for entry in answer.items("applications", _AccessedApp)
    ]


def _label(number: int, name: Entity | None) -> str:
    return f"#{number}" if name is None else str(name)


class _AccessedProject(msgspec.Struct):
    name: str
    version: str


class _AccessedApp(msgspec.Struct):
    project: _AccessedProject
