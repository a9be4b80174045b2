"""A file of environments, groups and people, read and checked as a whole: every fault at once, each with a hint.

The file's content comes as plain values with the line of each path (`RosterSource`, which
`optcloud.aimms.people.file` reads from disk)::

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

from optcloud.aimms.people.entities import Entity, Kind
from optcloud.core.errors import ConfigError
from optcloud.core.secret import Secret, as_secret

FieldPath: TypeAlias = tuple[str | int, ...]


@frozen
class RosterFault:
    """What is wrong in a file of people: ``where`` is the file and line, ``path`` the field, ``what`` has the hint."""

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
class RosterSource:
    """What a file holds: its name (for faults), its content, the line of each path, faults that reading found."""

    name: str
    content: Any = field(repr=False)  # it may hold passwords
    lines: Mapping[FieldPath, int] = field(factory=dict, repr=False)
    faults: tuple[RosterFault, ...] = ()

    def fault(self, path: FieldPath, what: str) -> RosterFault:
        """Return a fault at the nearest line that is known."""
        known = (self.lines[path[:size]] for size in range(len(path), -1, -1) if path[:size] in self.lines)
        line = next(known, None)
        where = self.name if line is None else f"{self.name}:{line}"
        return RosterFault(where, dotted(path), what)


@frozen
class WantedEntity:
    """What the file says of an environment, a group or a user.

    ``related`` has the members of a group or the groups of a user, None where the file does not list them;
    ``sections`` says whether an environment lists its groups and its users, if only none.
    """

    entity: Entity
    path: FieldPath
    fields: Mapping[str, Any]
    related: tuple[Entity, ...] | None = None
    password: Secret | None = None
    sections: frozenset[Kind] = frozenset()


@frozen
class Roster:
    """A whole file."""

    source: RosterSource
    wanted: Mapping[Entity, WantedEntity]

    def of(self, kind: Kind) -> list[WantedEntity]:
        """Return its environments, its groups or its users."""
        return [wanted for wanted in self.wanted.values() if wanted.entity.kind == kind]

    def memberships(self) -> dict[tuple[Entity, Entity], FieldPath]:
        """Return each (group, user) that the file wants, and where it says so."""
        pairs: dict[tuple[Entity, Entity], FieldPath] = {}
        for group in self.of("group"):
            for index, member in enumerate(group.related or ()):
                pairs.setdefault((group.entity, member), (*group.path, "members", index))
        for user in self.of("user"):
            for index, joined in enumerate(user.related or ()):
                pairs.setdefault((joined, user.entity), (*user.path, "groups", index))
        return pairs


def dotted(path: FieldPath) -> str:
    """Write a path: ``environments.ACME.users.ada.groups[0]``."""
    text = ""
    for step in path:
        text += f"[{step}]" if isinstance(step, int) else f".{step}" if text else str(step)
    return text


def read_roster(source: RosterSource, environment: Mapping[str, str]) -> Roster:
    """Check a file's content; ``environment`` has the variables of ``password_env``. Raises `RosterError`."""
    reader = _RosterReader(source, environment)
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
COLUMNS = tuple(dict.fromkeys(name for fields in _FIELDS.values() for name in fields if fields[name] != _SECTION))
SHOWN = frozenset(name for fields in _FIELDS.values() for name in fields) - {"password"}
_CHECKS: Mapping[str, Callable[[Any], bool]] = {
    _TEXT: lambda value: isinstance(value, str | Secret),
    _COUNT: lambda value: isinstance(value, int) and not isinstance(value, bool) and value >= 0,
    _TRUTH: lambda value: isinstance(value, bool),
    _NAMES: lambda value: isinstance(value, list),
    _SECTION: lambda value: isinstance(value, Mapping),
}
_SECTIONS: Mapping[Kind, str] = {"group": "groups", "user": "users"}
_APART = ("groups", "users", "members", "password", "password_env")


class _RosterReader:
    """Collects faults instead of stopping at the first."""

    def __init__(self, source: RosterSource, environment: Mapping[str, str]) -> None:
        self._source = source
        self._variables = environment
        self.faults = list(source.faults)
        self._wanted: dict[Entity, WantedEntity] = {}

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
        roster = Roster(self._source, self._wanted)
        self._only_one_default(roster.of("environment"))
        return roster

    def _fault(self, path: FieldPath, what: str) -> None:
        self.faults.append(self._source.fault(path, what))

    def _named(self, section: Any, path: FieldPath) -> Iterator[tuple[str, FieldPath, Mapping[str, Any]]]:
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

    def _checked(self, kind: Kind, path: FieldPath, value: Mapping[str, Any]) -> dict[str, Any]:
        """Return the fields that are given and right."""
        known = _FIELDS[kind]
        fields = {}
        for name, given in value.items():
            if name not in known:
                near = get_close_matches(str(name), known, n=1)
                hint = f"; did you mean {near[0]}?" if near else f"; there are {', '.join(known)}"
                self._fault((*path, str(name)), f"{kind}s have no such field{hint}")
            elif given is not None and not _CHECKS[known[name]](given):
                if known[name] != _SECTION:  # which says more itself
                    quotes = ": write it in quotes" if known[name] == _TEXT else ""
                    self._fault((*path, name), f"must be {known[name]}, got {type(given).__name__}{quotes}")
            elif given is not None:
                fields[name] = given
        return fields

    def _environment(self, name: str, path: FieldPath, value: Mapping[str, Any]) -> None:
        entity = Entity(name)
        fields = self._checked("environment", path, value)
        sections = frozenset(kind for kind, section in _SECTIONS.items() if section in fields)
        self._wanted[entity] = WantedEntity(entity, path, _plain(fields), sections=sections)
        for kind, section in _SECTIONS.items():
            for member, member_path, content in self._named(value.get(section), (*path, section)):
                self._member(Entity(name, kind, member), member_path, content)

    def _member(self, entity: Entity, path: FieldPath, value: Mapping[str, Any]) -> None:
        """Read a group or a user of an environment."""
        fields = self._checked(entity.kind, path, value)
        other: Kind = "user" if entity.kind == "group" else "group"
        listed = "members" if entity.kind == "group" else "groups"
        related = self._entities(fields.get(listed), other, entity.environment, (*path, listed))
        password = self._password(fields, path)
        self._wanted[entity] = WantedEntity(entity, path, _plain(fields), related, password)

    def _entities(
        self, names: list[Any] | None, kind: Kind, environment: str, path: FieldPath
    ) -> tuple[Entity, ...] | None:
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

    def _password(self, fields: Mapping[str, Any], path: FieldPath) -> Secret | None:
        if "password" in fields and "password_env" in fields:
            self._fault((*path, "password_env"), "give password or password_env, not both")
        elif "password_env" in fields:
            value = self._variables.get(fields["password_env"])
            if value:
                return Secret(value)
            self._fault((*path, "password_env"), f"the environment variable {fields['password_env']} is not set")
        return as_secret(fields.get("password"))

    def _only_one_default(self, environments: list[WantedEntity]) -> None:
        defaults = [environment for environment in environments if environment.fields.get("is_default")]
        for more in defaults[1:]:
            first = defaults[0].entity
            self._fault((*more.path, "is_default"), f"there is one default environment, and {first} is it already")


def _plain(fields: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in fields.items() if name not in _APART}
