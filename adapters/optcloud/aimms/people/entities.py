"""Environments, groups and users of AIMMS PRO as values, the text that names one, and how replies are read.

Sources: vendor page "Users (User Management)"; AIMMS facts 1 (EnvironmentInfo, EntityInfo).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any, Literal, TypeAlias

import msgspec
from attrs import field, frozen

from aimms_pro_models import CurrentUserInfo, EntityInfo, EnvironmentInfo
from optcloud.aimms.connection import VENDOR
from optcloud.aimms.replies import JsonObject, without_nulls
from optcloud.core.errors import BadRequest

Kind: TypeAlias = Literal["environment", "group", "user"]
EVERYONE = "<everyone>"  # a group in each environment of the new portal: its app access is the whole environment's
_MEMBER = re.compile(r"(?P<environment>.+?)/(?P<kind>group|user):(?P<name>.+)", re.DOTALL)


@frozen
class Entity:
    """The name of whom rights are given to: ``ACME``, ``ACME/group:planners`` or ``ACME/user:ada`` as text."""

    environment: str
    kind: Kind = "environment"
    name: str = ""

    @classmethod
    def parse(cls, text: str) -> Entity:
        """Read the text form. Raises `BadRequest` when it names nobody."""
        if match := _MEMBER.fullmatch(text):
            kind: Kind = "group" if match["kind"] == "group" else "user"
            return cls(match["environment"], kind, match["name"])
        if not text or text.endswith(("/group:", "/user:")):
            raise BadRequest(f"{text!r} names nobody: write ENV, ENV/group:NAME or ENV/user:NAME", vendor=VENDOR)
        return cls(text)

    def __str__(self) -> str:
        return self.environment if self.kind == "environment" else f"{self.environment}/{self.kind}:{self.name}"

    def segments(self) -> tuple[str, ...]:
        """Return its names as segments of an address. Raises `BadRequest` for an empty one."""
        environment = need_name(self.environment, "environment")
        return (environment,) if self.kind == "environment" else (environment, need_name(self.name, self.kind))


def need_name(name: str, what: str) -> str:
    """Refuse an empty name: in an address it would mean another operation. Raises `BadRequest`."""
    if not name:
        raise BadRequest(f"{what}: a name is needed, got an empty one", vendor=VENDOR)
    return name


@frozen
class Environment:
    """An environment: its id (also the entity of authorizations), its settings, and the vendor's JSON as ``reply``."""

    id: int
    name: str
    description: str
    domain: str
    saml_metadata_url: str
    is_default: bool
    reply: Mapping[str, Any] = field(repr=False)

    @property
    def entity(self) -> Entity:
        """Its name."""
        return Entity(self.name)


@frozen
class Group:
    """A group; ``users`` and ``max_users`` are counts, None where the vendor does not say."""

    id: int
    environment: str
    name: str
    description: str
    users: int | None
    max_users: int | None
    reply: Mapping[str, Any] = field(repr=False)

    @property
    def entity(self) -> Entity:
        """Its name."""
        return Entity(self.environment, "group", self.name)


@frozen
class User:
    """A user; ``groups`` are the ids of the groups the vendor says they are in."""

    id: int
    environment: str
    name: str
    full_name: str
    email: str
    groups: tuple[int, ...]
    reply: Mapping[str, Any] = field(repr=False)

    @property
    def entity(self) -> Entity:
        """Their name."""
        return Entity(self.environment, "user", self.name)


@frozen
class CurrentUser:
    """Whom the API key belongs to."""

    environment: str
    name: str
    is_admin: bool
    is_app_publisher: bool
    reply: Mapping[str, Any] = field(repr=False)


AnyEntity: TypeAlias = Environment | Group | User
Whom: TypeAlias = Entity | Environment | Group | User | str | int
"""An entity by its name (an `Entity`, or its text), as a value, or by its id (an int, or the text ``#16777095``)."""


# ---------------------------------------------------------------- reading replies


def environment_of(raw: JsonObject) -> Environment:
    """Read EnvironmentInfo. Raises `msgspec.ValidationError`, as all of these do."""
    info = msgspec.convert(without_nulls(raw), EnvironmentInfo)
    words = (info.description or "", info.domain or "", info.samlMetadataUrl or "")
    return Environment(info.id, info.name, *words, is_default=bool(info.isDefault), reply=raw)


def group_of(raw: JsonObject) -> Group:
    """Read the EntityInfo of a group."""
    info = msgspec.convert(without_nulls(raw), EntityInfo)
    users, most = raw.get("curr_users"), raw.get("max_users")
    return Group(info.entity, info.environment.name, info.name, info.description or "", users, most, raw)


def user_of(raw: JsonObject) -> User:
    """Read the EntityInfo of a user.

    Inferred: EntityInfo has no field for the full name of a user; ``description`` is taken for it.
    """
    info = msgspec.convert(without_nulls(raw), EntityInfo)
    full_name = str(raw.get("fullname") or info.description or "")
    groups = tuple(info.groups or ())
    return User(info.entity, info.environment.name, info.name, full_name, info.email or "", groups, raw)


BUILDERS: Mapping[Kind, Callable[[JsonObject], AnyEntity]] = {
    "environment": environment_of,
    "group": group_of,
    "user": user_of,
}


def entity_of(raw: JsonObject) -> AnyEntity:
    """Read an EntityInfo, whatever it is of.

    Inferred: an entity whose id is that of its environment is this environment.
    """
    info = msgspec.convert(without_nulls(raw), EntityInfo)
    if info.isGroup:
        return group_of(raw)
    return environment_of(raw["environment"]) if info.entity == info.environment.id else user_of(raw)


def current_user_of(raw: JsonObject) -> CurrentUser:
    """Read CurrentUserInfo."""
    info = msgspec.convert(without_nulls(raw), CurrentUserInfo)
    rights = {"is_admin": bool(info.isAdmin), "is_app_publisher": bool(info.isAppPublisher)}
    return CurrentUser(info.environment_name or "", info.name or "", **rights, reply=raw)
