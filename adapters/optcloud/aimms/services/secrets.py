"""Secrets that AIMMS PRO keeps (secret-manager): a tree of directories and secrets, and who has access to each.

Scope: Secret; only admins see and change access. Sources: vendor pages "Managing Secrets" and "Secrets". The pages name
operations, the two kinds of items and the two accesses, and not one field: all names are inferred, in `FIELDS`.
An item starts with the access of its directory and has its own from then on.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal, TypeAlias, get_args

import msgspec
from attrs import field, frozen

from aimms_secret_manager.api.access import get_access, remove_access, set_access
from aimms_secret_manager.api.item import create_item, delete_item, get_item, update_item
from aimms_secret_manager.client import AuthenticatedClient
from aimms_secret_manager.models.access_entity import AccessEntity
from aimms_secret_manager.models.item import Item as SentItem
from aimms_secret_manager.types import UNSET
from optcloud.aimms.connection import SECRET_MANAGER
from optcloud.aimms.namespaces import NamespaceVerbs
from optcloud.aimms.people.entities import Entity, Environment, Group, User
from optcloud.aimms.services.siblings import (
    JsonObject,
    Sort,
    array_of,
    mismatch,
    read_items,
    read_object,
    refused,
    sorting,
    text_of,
)
from optcloud.core.flow import Call, Flow, Reply
from optcloud.core.secret import Hide, Secret, as_secret, not_hidden
from optcloud.core.verbs import Awaited, Blocking, verb, verb_of

ItemKind: TypeAlias = Literal["directory", "secret"]
ItemRight: TypeAlias = Literal["read", "read_write"]
Holder: TypeAlias = Entity | Group | User | str
ROOT = "/"


@frozen
class _SecretFields:
    """Inferred: what the fields of items and of access are called."""

    kind: str = "type"
    name: str = "name"
    path: str = "path"
    content: str = "content"
    environment: str = "environment_name"
    right: str = "access"


FIELDS = _SecretFields()


@frozen
class Item:
    """A secret, with its ``content``, or a directory, with its ``items`` (of which no content is shown).

    ``reply`` is the vendor's JSON without the content.
    """

    path: str
    kind: ItemKind
    content: Secret | None = field(default=None, repr=False)
    items: tuple[Item, ...] = ()
    reply: Mapping[str, Any] = field(factory=dict, repr=False)

    @property
    def name(self) -> str:
        """The last part of its path; "" for the root."""
        return self.path.rstrip("/").rpartition("/")[2]


@frozen
class ItemAccess:
    """A user's or a group's access to an item."""

    who: Entity
    right: str
    reply: Mapping[str, Any] = field(repr=False)


def _wire(path: str) -> str:
    """Return a path as it is sent: without a slash at either end; the root is a slash (inferred)."""
    parts = path.strip("/")
    if "//" in parts:
        raise refused(f"path {path!r}: a name in it is empty", SECRET_MANAGER)
    return parts or ROOT


def _below(path: str, what: str) -> str:
    wire = _wire(path)
    if wire == ROOT:
        raise refused(f"path {path!r}: the root directory cannot be {what}", SECRET_MANAGER)
    return wire


def _item(raw: JsonObject, path: str) -> Item:
    """Read an item: what has a content, or says that it is a secret, is one."""
    found, inside = raw.get(FIELDS.content), array_of(raw) or []
    kind: ItemKind = "secret" if found is not None or text_of(raw, FIELDS.kind).lower() == "secret" else "directory"
    own = path.strip("/")
    items = tuple(
        _item(item, text_of(item, FIELDS.path) or f"{own}/{text_of(item, FIELDS.name)}".strip("/"))
        for item in inside
        if isinstance(item, dict)
    )
    content = None if found is None else Secret(found if isinstance(found, str) else _json(found))
    kept = {name: value for name, value in raw.items() if name != FIELDS.content}
    return Item(path, kind, content, items if kind == "directory" else (), kept)


def _json(value: Any) -> str:
    return msgspec.json.encode(value).decode()


def get(path: str = ROOT, *, sort: Sort | None = None, hide: Hide = not_hidden) -> Flow[Item]:
    """Return a secret with its content, or a directory with what is in it. Raises `NotFound`."""
    by = sorting(sort)
    reply: Reply = yield Call(get_item._get_kwargs(_wire(path), sort=UNSET if by is None else by))
    item = _item(read_object(reply, SECRET_MANAGER, "getItem"), _wire(path))
    if item.content is not None:
        hide(item.content)
    return item


def create(path: str, content: Secret | str, *, hide: Hide = not_hidden) -> Flow[None]:
    """Create a secret; its directory must be there. Raises `Conflict` when the path is taken (status inferred)."""
    yield _creation(_below(path, "a secret"), content, hide)


def create_directory(path: str) -> Flow[None]:
    """Create a directory; the one that it is in must be there. It starts with the access of that one."""
    yield Call(create_item._get_kwargs(_below(path, "created"), body=SentItem.from_dict({FIELDS.kind: "directory"})))


def update(
    path: str, *, content: Secret | str | None = None, name: str | None = None, hide: Hide = not_hidden
) -> Flow[None]:
    """Change a secret's content, or the name of an item (inferred); what is not given stays."""
    if name is not None and (not name or "/" in name):
        raise refused(f"name {name!r}: an item's name is not empty and has no slash", SECRET_MANAGER)
    if content is None and name is None:
        raise refused("nothing to change was given: a content or a name", SECRET_MANAGER)
    yield _update(_below(path, "changed"), content, name, hide)


def delete(path: str) -> Flow[None]:
    """Delete a secret or an empty directory. Raises `Conflict` for one that is not empty (status inferred)."""
    yield Call(delete_item._get_kwargs(_below(path, "deleted")))


# Made apart, so that the content is no variable of a flow that is waiting, and in no traceback of it.


def _creation(path: str, content: Secret | str, hide: Hide) -> Call:
    body = {FIELDS.kind: "secret", FIELDS.content: _revealed(content, hide)}
    return Call(create_item._get_kwargs(path, body=SentItem.from_dict(body)))


def _update(path: str, content: Secret | str | None, name: str | None, hide: Hide) -> Call:
    body: JsonObject = {} if content is None else {FIELDS.content: _revealed(content, hide)}
    if name is not None:
        body[FIELDS.name] = name
    return Call(update_item._get_kwargs(path, body=SentItem.from_dict(body)))


def _revealed(content: Secret | str, hide: Hide) -> str:
    secret = as_secret(content)
    hide(secret)
    return secret.reveal()


# ---------------------------------------------------------------- access


def access(path: str = ROOT) -> Flow[list[ItemAccess]]:
    """List who has access to an item. Only admins may; raises `Forbidden` for others."""
    reply: Reply = yield Call(get_access._get_kwargs(_wire(path)))
    return [_access(raw, reply) for raw in read_items(reply, SECRET_MANAGER, "getAccess")]


def _access(raw: JsonObject, reply: Reply) -> ItemAccess:
    kind = text_of(raw, FIELDS.kind).lower()
    name = text_of(raw, FIELDS.name)
    if kind not in {"user", "group"} or not name:
        raise mismatch("an access names neither a user nor a group", reply, SECRET_MANAGER, "getAccess")
    who = Entity(text_of(raw, FIELDS.environment), "user" if kind == "user" else "group", name)
    return ItemAccess(who, text_of(raw, FIELDS.right), raw)


def grant(path: str, whom: Holder, right: ItemRight = "read") -> Flow[None]:
    """Give ``"ACME/user:ada"`` or ``"ACME/group:planners"`` access to an item, or change it."""
    if right not in get_args(ItemRight):
        raise refused(f"access {right!r}: there are {' and '.join(get_args(ItemRight))}", SECRET_MANAGER)
    body = _holder(whom) | {FIELDS.right: right}
    yield Call(set_access._get_kwargs(_wire(path), body=AccessEntity.from_dict(body)))


def revoke(path: str, whom: Holder) -> Flow[None]:
    """Take a user's or a group's access to an item."""
    yield Call(remove_access._get_kwargs(_wire(path), body=AccessEntity.from_dict(_holder(whom))))


def _holder(whom: Holder) -> JsonObject:
    if isinstance(whom, Environment):
        raise refused("access to secrets is given to users and groups only", SECRET_MANAGER)
    entity = whom.entity if isinstance(whom, Group | User) else Entity.parse(whom) if isinstance(whom, str) else whom
    if entity.kind == "environment":
        raise refused(
            f"{entity}: access to secrets is given to users and groups only (ENV/user:NAME, ENV/group:NAME)",
            SECRET_MANAGER,
        )
    return {FIELDS.kind: entity.kind, FIELDS.environment: entity.environment, FIELDS.name: entity.name}


# ---------------------------------------------------------------- verbs


class SecretsVerbs(NamespaceVerbs):
    """The verbs of both forms. A content is wrapped before anything can go wrong."""

    def __init__(self, connection: Any, hide: Hide) -> None:
        super().__init__(connection, hide)
        self.client: AuthenticatedClient = connection.generated_client(AuthenticatedClient)
        """The generated client of secret-manager, signed, retried and raising our errors."""

    create_directory = verb_of(create_directory)
    delete = verb_of(delete)
    access = verb_of(access)
    grant = verb_of(grant)
    revoke = verb_of(revoke)

    @verb
    def get(self, path: str = ROOT, *, sort: Sort | None = None) -> Flow[Item]:
        """Return a secret with its content, or a directory with what is in it. Raises `NotFound`."""
        return get(path, sort=sort, hide=self._hide)

    @verb
    def create(self, path: str, content: Secret | str) -> Flow[None]:
        """Create a secret; it starts with the access of its directory. Raises `Conflict` (status inferred)."""
        return create(path, as_secret(content), hide=self._hide)

    @verb
    def update(self, path: str, *, content: Secret | str | None = None, name: str | None = None) -> Flow[None]:
        """Change a secret's content, or the name of an item (inferred); what is not given stays."""
        return update(path, content=as_secret(content), name=name, hide=self._hide)


class Secrets(SecretsVerbs, Blocking):
    """Secrets and directories that AIMMS PRO keeps (secret-manager).

    A path is ``"databases/production"``, the root ``"/"``. Contents are `Secret`: hidden until revealed.
    """


class AsyncSecrets(SecretsVerbs, Awaited):
    """Secrets and directories, as `Secrets`; each verb is awaited."""
