"""Environments, groups and users of AIMMS PRO as values, the text that names one, and how replies are read.

Sources: vendor page "Users (User Management)"; facts, section 1 (EnvironmentInfo, EntityInfo).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any, Literal, TypeAlias, TypeVar

import msgspec
from attrs import field, frozen

from optcloud.aimms.connection import VENDOR
from optcloud.core import replies
from optcloud.core.errors import BadRequest, ResponseMismatch
from optcloud.core.flow import Reply
from optcloud.core.replies import decode, json_of
from optcloud.core.request_checks import find_fault

JsonObject: TypeAlias = dict[str, Any]
Kind: TypeAlias = Literal["environment", "group", "user"]
T = TypeVar("T")
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


def group_name(environment: str, name: str) -> Entity:
    """Name a group of an environment."""
    return Entity(environment, "group", name)


def user_name(environment: str, name: str) -> Entity:
    """Name a user of an environment."""
    return Entity(environment, "user", name)


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


class _EnvironmentInfo(msgspec.Struct):
    id: int
    name: str
    description: str | None = None
    domain: str | None = None
    samlMetadataUrl: str | None = None  # noqa: N815 - the vendor's word
    isDefault: bool | None = None  # noqa: N815


class _EntityInfo(msgspec.Struct):
    entity: int
    name: str
    environment: _EnvironmentInfo
    description: str | None = None
    email: str | None = None
    groups: list[int] | None = None
    isGroup: bool | None = None  # noqa: N815
    curr_users: int | None = None
    max_users: int | None = None


class _CurrentUserInfo(msgspec.Struct):
    environment_name: str | None = None
    name: str | None = None
    isAdmin: bool | None = None  # noqa: N815
    isAppPublisher: bool | None = None  # noqa: N815


def _environment(raw: JsonObject) -> Environment:
    info = msgspec.convert(raw, _EnvironmentInfo)
    return Environment(
        info.id,
        info.name,
        info.description or "",
        info.domain or "",
        info.samlMetadataUrl or "",
        bool(info.isDefault),
        raw,
    )


def _group(raw: JsonObject) -> Group:
    info = msgspec.convert(raw, _EntityInfo)
    place = info.environment.name
    return Group(info.entity, place, info.name, info.description or "", info.curr_users, info.max_users, raw)


def _user(raw: JsonObject) -> User:
    """Inferred: EntityInfo has no field for the full name of a user; ``description`` is taken for it."""
    info = msgspec.convert(raw, _EntityInfo)
    full_name = raw.get("fullname") or info.description or ""
    groups = tuple(info.groups or ())
    return User(info.entity, info.environment.name, info.name, str(full_name), info.email or "", groups, raw)


def _any_entity(raw: JsonObject) -> AnyEntity:
    """Inferred: an entity whose id is that of its environment is this environment."""
    info = msgspec.convert(raw, _EntityInfo)
    if info.isGroup:
        return _group(raw)
    return _environment(raw["environment"]) if info.entity == info.environment.id else _user(raw)


def _current(raw: JsonObject) -> CurrentUser:
    info = msgspec.convert(raw, _CurrentUserInfo)
    words = (info.environment_name or "", info.name or "")
    return CurrentUser(*words, is_admin=bool(info.isAdmin), is_app_publisher=bool(info.isAppPublisher), reply=raw)


def read_environment(reply: Reply, operation: str) -> Environment:
    """Read EnvironmentInfo. Raises `ResponseMismatch`."""
    return _one(reply, _EnvironmentInfo, _environment, operation)


def read_group(reply: Reply, operation: str) -> Group:
    """Read the EntityInfo of a group. Raises `ResponseMismatch`."""
    return _one(reply, _EntityInfo, _group, operation)


def read_user(reply: Reply, operation: str) -> User:
    """Read the EntityInfo of a user. Raises `ResponseMismatch`."""
    return _one(reply, _EntityInfo, _user, operation)


def read_entity(reply: Reply, operation: str) -> AnyEntity:
    """Read an EntityInfo, whatever it is of. Raises `ResponseMismatch`."""
    return _one(reply, _EntityInfo, _any_entity, operation)


def read_current(reply: Reply, operation: str) -> CurrentUser:
    """Read CurrentUserInfo. Raises `ResponseMismatch`."""
    return _one(reply, _CurrentUserInfo, _current, operation)


def read_environments(reply: Reply, operation: str) -> list[Environment]:
    """Read EnvironmentList. Raises `ResponseMismatch`."""
    return [_environment(raw) for raw in read_list(reply, "environments", _EnvironmentInfo, operation)]


def read_groups(reply: Reply, operation: str) -> list[Group]:
    """Read the EntityInfoList of groups. Raises `ResponseMismatch`."""
    return [_group(raw) for raw in read_list(reply, "entities", _EntityInfo, operation)]


def read_users(reply: Reply, operation: str) -> list[User]:
    """Read the EntityInfoList of users. Raises `ResponseMismatch`."""
    return [_user(raw) for raw in read_list(reply, "entities", _EntityInfo, operation)]


def read_entities(reply: Reply, operation: str) -> list[AnyEntity]:
    """Read an EntityInfoList, whatever it is of. Raises `ResponseMismatch`."""
    return [_any_entity(raw) for raw in read_list(reply, "entities", _EntityInfo, operation)]


def read_list(reply: Reply, key: str, kind: Any, operation: str) -> list[JsonObject]:
    """Return the items under ``key``, each checked; a bare array, null and a missing key are understood, too."""
    raw = decode(reply, dict[str, Any] | list[Any] | None, vendor=VENDOR, operation=operation)
    items = raw if isinstance(raw, list) else (raw or {}).get(key) or []
    if fault := find_fault(items, list[kind]):
        raise mismatch(f"{key}{fault.path}: {fault.what}", reply, operation)
    return list(items)


def mismatch(what: str, reply: Reply, operation: str) -> ResponseMismatch:
    """Return the error that a reply is not what the document promises."""
    return replies.mismatch(reply, what, vendor=VENDOR, operation=operation)


def _one(reply: Reply, kind: Any, build: Callable[[JsonObject], T], operation: str) -> T:
    decode(reply, kind, vendor=VENDOR, operation=operation)  # says what is wrong, and where
    return build(msgspec.json.decode(json_of(reply.content)))
