"""A file of environments, groups and people, read and checked as a whole: every fault at once, each with its mend.

The file's content comes as plain values with the line of each path (`Source`); reading files is the facade's::

    environments:
      ACME:
        description: Planning of Acme            # also: domain, saml_metadata_url, is_default
        groups:
          planners: {description: Those who plan, max_users: 10, members: [ada, OTHER/user:bob]}
        users:
          ada: {full_name: Ada Lovelace, email: ada@acme.test, password_env: ADA_PASSWORD, groups: [planners]}

What is left out is left alone. Members may be named at the group, at the user, or at both.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from difflib import get_close_matches
from typing import Any, TypeAlias

from attrs import field, frozen

from optcloud.aimms.people.values import Entity, Kind
from optcloud.core.errors import ConfigError
from optcloud.core.secret import Secret, as_secret

Path: TypeAlias = tuple[str | int, ...]


@frozen
class RosterFault:
    """What is wrong in a file of people: ``where`` is the file and line, ``path`` the field, ``what`` has the mend."""

    where: str
    path: str
    what: str

    def __str__(self) -> str:
        return ": ".join(part for part in (self.where, self.path, self.what) if part)


class RosterError(ConfigError):
    """A file of people cannot be applied; nothing was written. ``faults`` has all that is wrong."""

    def __init__(self, faults: tuple[RosterFault, ...]) -> None:
        self.faults = faults
        things = "1 fault" if len(faults) == 1 else f"{len(faults)} faults"
        super().__init__(f"{things}, nothing was changed:\n" + "\n".join(f"  {fault}" for fault in faults))


@frozen
class Source:
    """What a file holds: its name (for faults), its content, the line of each path, faults that reading found."""

    name: str
    content: Any = field(repr=False)  # it may hold passwords
    lines: Mapping[Path, int] = field(factory=dict, repr=False)
    faults: tuple[RosterFault, ...] = ()

    def fault(self, path: Path, what: str) -> RosterFault:
        """Return a fault at the nearest line that is known."""
        known = (self.lines[path[:size]] for size in range(len(path), -1, -1) if path[:size] in self.lines)
        line = next(known, None)
        where = self.name if line is None else f"{self.name}:{line}"
        return RosterFault(where, dotted(path), what)


@frozen
class WantedGroup:
    """A group of the file: its fields, and its members where they are given."""

    entity: Entity
    path: Path
    fields: Mapping[str, Any]
    members: tuple[Entity, ...] | None


@frozen
class WantedUser:
    """A user of the file: their fields, and their groups where they are given."""

    entity: Entity
    path: Path
    fields: Mapping[str, Any]
    groups: tuple[Entity, ...] | None
    password: Secret | None


@frozen
class WantedEnvironment:
    """An environment of the file; ``has_groups``, ``has_users``: the section is there, if only empty."""

    entity: Entity
    path: Path
    fields: Mapping[str, Any]
    has_groups: bool
    has_users: bool


@frozen
class Roster:
    """A whole file."""

    source: Source
    environments: Mapping[Entity, WantedEnvironment]
    groups: Mapping[Entity, WantedGroup]
    users: Mapping[Entity, WantedUser]

    def memberships(self) -> dict[tuple[Entity, Entity], Path]:
        """Return each (group, user) that the file wants, and where it says so."""
        pairs: dict[tuple[Entity, Entity], Path] = {}
        for group in self.groups.values():
            for index, member in enumerate(group.members or ()):
                pairs.setdefault((group.entity, member), (*group.path, "members", index))
        for user in self.users.values():
            for index, place in enumerate(user.groups or ()):
                pairs.setdefault((place, user.entity), (*user.path, "groups", index))
        return pairs


def dotted(path: Path) -> str:
    """Write a path: ``environments.ACME.users.ada.groups[0]``."""
    text = ""
    for step in path:
        text += f"[{step}]" if isinstance(step, int) else f".{step}" if text else str(step)
    return text


def read_roster(source: Source, environment: Mapping[str, str]) -> Roster:
    """Check a file's content; ``environment`` has the variables of ``password_env``. Raises `RosterError`."""
    reader = _Reader(source, environment)
    roster = reader.roster()
    if reader.faults:
        raise RosterError(tuple(reader.faults))
    return roster


# Fields, and what they must be. A missing or null field is not given.
_TEXT, _COUNT, _TRUTH, _NAMES, _SECTION = "a text", "a whole number from 0", "true or false", "a list of names", "names"
_FIELDS: Mapping[Kind, Mapping[str, str]] = {
    "environment": {
        "description": _TEXT,
        "domain": _TEXT,
        "saml_metadata_url": _TEXT,
        "is_default": _TRUTH,
        "groups": _SECTION,
        "users": _SECTION,
    },
    "group": {"description": _TEXT, "max_users": _COUNT, "members": _NAMES},
    "user": {"full_name": _TEXT, "email": _TEXT, "password": _TEXT, "password_env": _TEXT, "groups": _NAMES},
}
SHOWN = frozenset(name for fields in _FIELDS.values() for name in fields) - {"password"}
_CHECKS: Mapping[str, Callable[[Any], bool]] = {
    _TEXT: lambda value: isinstance(value, str | Secret),
    _COUNT: lambda value: isinstance(value, int) and not isinstance(value, bool) and value >= 0,
    _TRUTH: lambda value: isinstance(value, bool),
    _NAMES: lambda value: isinstance(value, list),
    _SECTION: lambda value: isinstance(value, Mapping),
}
_APART = ("groups", "users", "members", "password", "password_env")


class _Reader:
    """Collects faults instead of stopping at the first."""

    def __init__(self, source: Source, environment: Mapping[str, str]) -> None:
        self._source = source
        self._variables = environment
        self.faults = list(source.faults)
        self._environments: dict[Entity, WantedEnvironment] = {}
        self._groups: dict[Entity, WantedGroup] = {}
        self._users: dict[Entity, WantedUser] = {}

    def roster(self) -> Roster:
        content = self._source.content
        if not isinstance(content, Mapping):
            self._fault((), "the top must be a mapping with the field environments")
            content = {}
        for name in content:
            if name != "environments":
                self._fault((str(name),), "there is no such field at the top; write everything under environments")
        if "environments" not in content and not self.faults:
            self._fault((), "there is no field environments at the top: nothing to apply")
        for name, path, value in self._named(content.get("environments"), ("environments",)):
            self._environment(name, path, value)
        self._only_one_default()
        return Roster(self._source, self._environments, self._groups, self._users)

    def _fault(self, path: Path, what: str) -> None:
        self.faults.append(self._source.fault(path, what))

    def _named(self, section: Any, path: Path) -> Iterator[tuple[str, Path, Mapping[str, Any]]]:
        """Yield each (name, path, fields) of a section."""
        if section is None:
            return
        if not isinstance(section, Mapping):
            self._fault(path, "must be a mapping from names to their fields")
            return
        for name, value in section.items():
            place = (*path, str(name))
            if not isinstance(name, str) or not name:
                self._fault(place, f"a name must be a text that is not empty: write it in quotes, such as '{name}'")
            elif value is not None and not isinstance(value, Mapping):
                self._fault(place, "must be a mapping of fields")
            else:
                yield name, place, value or {}

    def _checked(self, kind: Kind, path: Path, value: Mapping[str, Any]) -> dict[str, Any]:
        """Return the fields that are given and right."""
        known = _FIELDS[kind]
        fields = {}
        for name, one in value.items():
            if name not in known:
                near = get_close_matches(str(name), known, n=1)
                hint = f"; did you mean {near[0]}?" if near else f"; there are {', '.join(known)}"
                self._fault((*path, str(name)), f"{kind}s have no such field{hint}")
            elif one is not None and not _CHECKS[known[name]](one):
                if known[name] != _SECTION:  # which says more itself
                    got = type(one).__name__
                    self._fault((*path, name), f"must be {known[name]}, got {got}" + _in_quotes(known[name]))
            elif one is not None:
                fields[name] = one
        return fields

    def _environment(self, name: str, path: Path, value: Mapping[str, Any]) -> None:
        entity = Entity(name)
        fields = self._checked("environment", path, value)
        self._environments[entity] = WantedEnvironment(
            entity, path, _plain(fields), "groups" in fields, "users" in fields
        )
        for one, place, content in self._named(value.get("groups"), (*path, "groups")):
            self._group(Entity(name, "group", one), place, content)
        for one, place, content in self._named(value.get("users"), (*path, "users")):
            self._user(Entity(name, "user", one), place, content)

    def _group(self, entity: Entity, path: Path, value: Mapping[str, Any]) -> None:
        fields = self._checked("group", path, value)
        members = self._entities(fields.get("members"), "user", entity.environment, (*path, "members"))
        self._groups[entity] = WantedGroup(entity, path, _plain(fields), members)

    def _user(self, entity: Entity, path: Path, value: Mapping[str, Any]) -> None:
        fields = self._checked("user", path, value)
        groups = self._entities(fields.get("groups"), "group", entity.environment, (*path, "groups"))
        self._users[entity] = WantedUser(entity, path, _plain(fields), groups, self._password(fields, path))

    def _entities(self, names: list[Any] | None, kind: Kind, environment: str, path: Path) -> tuple[Entity, ...] | None:
        if names is None:
            return None
        found: list[Entity] = []
        for index, name in enumerate(names):
            if not isinstance(name, str) or not name:
                self._fault((*path, index), f"must be the name of a {kind} in quotes, got {type(name).__name__}")
                continue
            place, mark, rest = name.partition(f"/{kind}:")
            entity = Entity(place, kind, rest) if mark and place and rest else Entity(environment, kind, name)
            if entity in found:
                self._fault((*path, index), f"{name} is named twice: leave one out")
            found.append(entity)
        return tuple(found)

    def _password(self, fields: Mapping[str, Any], path: Path) -> Secret | None:
        if "password" in fields and "password_env" in fields:
            self._fault((*path, "password_env"), "give password or password_env, not both")
        elif "password_env" in fields:
            value = self._variables.get(fields["password_env"])
            if value:
                return Secret(value)
            self._fault((*path, "password_env"), f"the environment variable {fields['password_env']} is not set")
        return as_secret(fields.get("password"))

    def _only_one_default(self) -> None:
        defaults = [one for one in self._environments.values() if one.fields.get("is_default")]
        for more in defaults[1:]:
            first = defaults[0].entity
            self._fault((*more.path, "is_default"), f"there is one default environment, and {first} is it already")


def _plain(fields: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in fields.items() if name not in _APART}


def _in_quotes(expected: str) -> str:
    return ": write it in quotes" if expected == _TEXT else ""
