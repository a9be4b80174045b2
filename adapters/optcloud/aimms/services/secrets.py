"""Secrets that AIMMS PRO keeps (secret-manager): a tree of directories and secrets, and who has access to each.

Scope: Secret; only admins see and change access. Sources: vendor pages "Managing Secrets" and "Secrets". The pages name
operations, the two kinds of items and the two accesses, and not one field: all names are inferred, in `FIELDS`.
An item starts with the access of its directory and has its own from then on.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal, TypeAlias, get_args

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
from optcloud.aimms.replies import AimmsReply, JsonObject, array_of, ask
from optcloud.aimms.services.siblings import Sort, as_text, refused, sorting, text_of
from optcloud.core.flow import Call, Flow
from optcloud.core.secret import Hide, Secret, as_secret
from optcloud.core.verbs import Awaited, Blocking, verb_of
from optcloud.handles.verb_from import verb_from

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
    content = None if found is None else Secret(as_text(found))
    kept = {name: value for name, value in raw.items() if name != FIELDS.content}
    return Item(path, kind, content, items if kind == "directory" else (), kept)


def get(hide: Hide, path: str = ROOT, *, sort: Sort | None = None) -> Flow[Item]:
    """Return a secret with its content, or a directory with what is in it. Raises `NotFound`."""
    by = sorting(sort)
    answer = yield from ask(get_item._get_kwargs(_wire(path), sort=UNSET if by is None else by), SECRET_MANAGER)
    item = _item(answer.object(), _wire(path))
    if item.content is not None:
        hide(item.content)
    return item


def create(hide: Hide, path: str, content: Secret | str) -> Flow[None]:
    """Create a secret; its directory must be there, whose access it starts with.

    Raises `Conflict` when the path is taken (status inferred).
    """
    return _send(create_item, path, "a secret", {FIELDS.kind: "secret", FIELDS.content: as_secret(content)}, hide)


def create_directory(path: str) -> Flow[None]:
    """Create a directory; the one that it is in must be there. It starts with the access of that one."""
    yield Call(create_item._get_kwargs(_below(path, "created"), body=SentItem.from_dict({FIELDS.kind: "directory"})))


def update(hide: Hide, path: str, *, content: Secret | str | None = None, name: str | None = None) -> Flow[None]:
    """Change a secret's content, or the name of an item (inferred); what is not given stays."""
    return _send(update_item, path, "changed", {FIELDS.content: as_secret(content), FIELDS.name: name}, hide)


def _send(operation: Any, path: str, what: str, fields: Mapping[str, Secret | str | None], hide: Hide) -> Flow[None]:
    """Send an item. Its content is in no frame of a flow that waits, and so in no traceback."""
    name = fields.get(FIELDS.name)
    if isinstance(name, str) and (not name or "/" in name):
        raise refused(f"name {name!r}: an item's name is not empty and has no slash", SECRET_MANAGER)
    if not any(value is not None for value in fields.values()):
        raise refused("nothing to change was given: a content or a name", SECRET_MANAGER)
    yield Call(operation._get_kwargs(_below(path, what), body=_sent(fields, hide)))


def _sent(fields: Mapping[str, Secret | str | None], hide: Hide) -> SentItem:
    said: JsonObject = {name: value for name, value in fields.items() if value is not None}
    for name, value in said.items():
        if isinstance(value, Secret):
            hide(value)
            said[name] = value.reveal()
    return SentItem.from_dict(said)


def delete(path: str) -> Flow[None]:
    """Delete a secret or an empty directory. Raises `Conflict` for one that is not empty (status inferred)."""
    yield Call(delete_item._get_kwargs(_below(path, "deleted")))


# ---------------------------------------------------------------- access


def access(path: str = ROOT) -> Flow[list[ItemAccess]]:
    """List who has access to an item. Only admins may; raises `Forbidden` for others."""
    answer = yield from ask(get_access._get_kwargs(_wire(path)), SECRET_MANAGER)
    return [_access(item, answer) for item in answer.objects()]


def _access(raw: JsonObject, answer: AimmsReply) -> ItemAccess:
    kind = text_of(raw, FIELDS.kind).lower()
    name = text_of(raw, FIELDS.name)
    if kind not in {"user", "group"} or not name:
        raise answer.mismatch("an access names neither a user nor a group")
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
    """The verbs of both forms."""

    def __init__(self, connection: Any, hide: Hide) -> None:
        super().__init__(connection, hide)
        self.client: AuthenticatedClient = connection.generated_client(AuthenticatedClient)
        """The generated client of secret-manager, signed, retried and raising our errors."""

    get = verb_from("_hide", get)
    create = verb_from("_hide", create)
    create_directory = verb_of(create_directory)
    update = verb_from("_hide", update)
    delete = verb_of(delete)
    access = verb_of(access)
    grant = verb_of(grant)
    revoke = verb_of(revoke)


class Secrets(SecretsVerbs, Blocking):
    """Secrets and directories that AIMMS PRO keeps (secret-manager).

    A path is ``"databases/production"``, the root ``"/"``. Contents are `Secret`: hidden until revealed.
    """


class AsyncSecrets(SecretsVerbs, Awaited):
    """Secrets and directories, as `Secrets`; each verb is awaited."""
