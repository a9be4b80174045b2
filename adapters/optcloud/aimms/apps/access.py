"""Who may do what with an app, in words: read it, grant, revoke, deny, replace, clear.

An app's entry has a list of authorizations, of which one entity (environment, group or user) may have several; each
change reads the list first and sends it back with this entity's part changed, and nothing else. The vendor has no way
to refuse a list that somebody else changed in between (none is documented). The new portal shows and assigns rights
of groups only; an environment's are those of its group ``<everyone>``.

Scope: PublishApp, and Authentication to look names up. Sources: vendor pages "Managing Apps" and "Users (User
Management)"; facts, section 4.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from enum import IntFlag
from typing import Any, TypeAlias, TypeVar

import msgspec
from attrs import evolve, field, frozen

from aimms_pro.api.application import get_app_info, update_app
from aimms_pro.api.authentication import get_app_access
from aimms_pro.models.pro_app_patch import PROAppPatch
from aimms_pro_models import PROAppPatch as CheckedPatch
from optcloud.aimms.connection import VENDOR
from optcloud.aimms.people import lookup as people
from optcloud.aimms.people.entities import Entity, JsonObject, Whom, mismatch, read_entities
from optcloud.core.errors import BadRequest
from optcloud.core.flow import Call, Flow, Reply
from optcloud.core.replies import decode
from optcloud.core.request_checks import find_fault


class Access(IntFlag):
    """What one may do with an app; the numbers are the vendor's and add up."""

    READ = 4
    WRITE = 2
    EXECUTE = 1
    ALL = 7

    @classmethod
    def of(cls, given: Access | int | str) -> Access:
        """Return the access that a number or words mean: ``read+execute``, ``all``. Raises `BadRequest`."""
        if isinstance(given, int):
            number = int(given)
        else:
            words = given.upper().replace("+", " ").replace("|", " ").replace(",", " ").split()
            number = _union(cls[word] for word in words) if set(words) <= set(cls.__members__) else 0
        if not 0 < number <= cls.ALL:
            raise BadRequest(
                f"access {given!r}: it is made of read (4), write (2) and execute (1), such as read+execute or 5",
                vendor=VENDOR,
            )
        return cls(number)

    def words(self) -> str:
        """Return it in words: ``read+execute``; "" for none."""
        parts = {"read": Access.READ, "write": Access.WRITE, "execute": Access.EXECUTE}
        return "+".join(word for word, one in parts.items() if one in self)


NONE = Access(0)
AnyAccess: TypeAlias = Access | int | str
W = TypeVar("W", bound=Whom)


def _union(parts: Iterable[Access]) -> Access:
    together = NONE
    for one in parts:
        together |= one
    return together


@frozen
class Rule:
    """What an entity is granted and denied."""

    granted: Access = NONE
    denied: Access = NONE


def effective(rules: Iterable[Rule]) -> Access:
    """Return what is allowed where several rules meet. Inferred: what one of them denies, no other grants."""
    rules = list(rules)
    return _union(rule.granted for rule in rules) & ~_union(rule.denied for rule in rules)


@frozen
class AppAccess:
    """The authorizations of one version of an app, in the vendor's words, and the app's entry."""

    app: str
    version: str
    authorizations: tuple[Mapping[str, Any], ...]
    reply: Mapping[str, Any] = field(repr=False)

    @property
    def rules(self) -> dict[int, Rule]:
        """What each entity id is granted and denied."""
        return rules_of(self.authorizations)


@frozen
class AccessChange:
    """What an entity had, and has now; ``who`` is its name where it is known without asking."""

    id: int
    who: Entity | None
    before: Rule
    after: Rule

    def __str__(self) -> str:
        return f"{self.who or f'#{self.id}'}: {_words(self.before)} -> {_words(self.after)}"


@frozen
class AccessReport:
    """What was changed of an app's access, or would be (``dry_run``); no changes: it was so already."""

    app: str
    version: str
    changes: tuple[AccessChange, ...]
    dry_run: bool

    @property
    def differs(self) -> bool:
        """Whether there was something to change."""
        return bool(self.changes)


Authorizations: TypeAlias = tuple[Mapping[str, Any], ...]


class _Authorization(msgspec.Struct):
    authorization: int
    deny: bool
    entity: int


def rules_of(authorizations: Iterable[Mapping[str, Any]]) -> dict[int, Rule]:
    """Return what each entity is granted and denied, in the order of the list."""
    rules: dict[int, Rule] = {}
    for entry in authorizations:
        rule, access = rules.get(entry["entity"], Rule()), Access(entry["authorization"])
        more = (
            evolve(rule, denied=rule.denied | access) if entry["deny"] else evolve(rule, granted=rule.granted | access)
        )
        rules[entry["entity"]] = more
    return rules


def _words(rule: Rule) -> str:
    parts = [rule.granted.words(), f"not {rule.denied.words()}" if rule.denied else ""]
    return ", ".join(part for part in parts if part) or "nothing"


# ---------------------------------------------------------------- read


def read(app: str, version: str) -> Flow[AppAccess]:
    """Return the authorizations of one version of an app. Raises `NotFound`, `ResponseMismatch`."""
    reply: Reply = yield Call(get_app_info._get_kwargs(app, version))
    entry: JsonObject = decode(reply, dict[str, Any], vendor=VENDOR, operation="getAppInfo")
    if "authorizations" not in entry:
        yield from _check_that_there_are_none(app, version, reply)
    return AppAccess(app, version, authorizations_of(entry, reply, "getAppInfo"), entry)


def authorizations_of(entry: Mapping[str, Any], reply: Reply, operation: str) -> Authorizations:
    """Return the authorizations of an app's entry; null and no field are none. Raises `ResponseMismatch`."""
    listed = entry.get("authorizations") or []
    if fault := find_fault(listed, list[_Authorization]):
        raise mismatch(f"authorizations{fault.path}: {fault.what}", reply, operation)
    return tuple(listed)


def _check_that_there_are_none(app: str, version: str, reply: Reply) -> Flow[None]:
    """Make sure that an entry without the field stands for no authorizations: a change would wipe them out."""
    access: Reply = yield Call(get_app_access._get_kwargs(app, version))
    if read_entities(access, "getAppAccess"):
        raise mismatch("the app's entry has no authorizations, but others have access to it", reply, "getAppInfo")


# ---------------------------------------------------------------- change


def grant(app: str, version: str, whom: Whom, access: AnyAccess, *, dry_run: bool = False) -> Flow[AccessReport]:
    """Allow more; what is granted is denied no longer."""
    more = Access.of(access)
    return (
        yield from _change_one(app, version, whom, lambda had: Rule(had.granted | more, had.denied & ~more), dry_run)
    )


def revoke(
    app: str, version: str, whom: Whom, access: AnyAccess = Access.ALL, *, dry_run: bool = False
) -> Flow[AccessReport]:
    """Take back what was granted; what is denied stays denied."""
    less = Access.of(access)
    return (yield from _change_one(app, version, whom, lambda had: Rule(had.granted & ~less, had.denied), dry_run))


def deny(app: str, version: str, whom: Whom, access: AnyAccess, *, dry_run: bool = False) -> Flow[AccessReport]:
    """Refuse, whatever others grant; what is denied is granted no longer."""
    off = Access.of(access)
    return (yield from _change_one(app, version, whom, lambda had: Rule(had.granted & ~off, had.denied | off), dry_run))


def clear(app: str, version: str, whom: Whom | None = None, *, dry_run: bool = False) -> Flow[AccessReport]:
    """Remove all that is said of an entity; of everybody when none is named."""
    if whom is not None:
        return (yield from _change_one(app, version, whom, lambda had: Rule(), dry_run))
    return (yield from _change(app, version, {}, lambda had: {}, dry_run))


def replace(
    app: str, version: str, rights: Mapping[W, Rule | AnyAccess], *, dry_run: bool = False
) -> Flow[AccessReport]:
    """Make the rights of an app exactly these; who is not named has none."""
    rules: dict[int, Rule] = {}
    names: dict[int, Entity | None] = {}
    for whom, right in rights.items():
        number = yield from people.id_of(whom)
        if number in rules:
            raise BadRequest(f"{whom} is named twice: give each entity once", vendor=VENDOR)
        rules[number] = right if isinstance(right, Rule) else Rule(granted=Access.of(right))
        names[number] = people.name_of(whom)
    return (yield from _change(app, version, names, lambda had: rules, dry_run))


def _change_one(app: str, version: str, whom: Whom, rule: Callable[[Rule], Rule], dry_run: bool) -> Flow[AccessReport]:
    number = yield from people.id_of(whom)

    def new(had: dict[int, Rule]) -> dict[int, Rule]:
        return had | {number: rule(had.get(number, Rule()))}

    return (yield from _change(app, version, {number: people.name_of(whom)}, new, dry_run))


def _change(
    app: str,
    version: str,
    names: Mapping[int, Entity | None],
    new: Callable[[dict[int, Rule]], Mapping[int, Rule]],
    dry_run: bool,
) -> Flow[AccessReport]:
    found = yield from read(app, version)
    before, wanted = found.rules, new(found.rules)
    changes = tuple(
        AccessChange(number, names.get(number), before.get(number, Rule()), wanted.get(number, Rule()))
        for number in dict.fromkeys([*before, *wanted])
        if before.get(number, Rule()) != wanted.get(number, Rule())
    )
    if changes and not dry_run:
        body = {"authorizations": rewritten(found.authorizations, {one.id: one.after for one in changes})}
        if fault := find_fault(body, CheckedPatch):
            raise BadRequest(f"access: {fault}", vendor=VENDOR)
        yield Call(update_app._get_kwargs(app, version, body=PROAppPatch.from_dict(body)))
    return AccessReport(app, version, changes, dry_run)


def rewritten(authorizations: Authorizations, changed: Mapping[int, Rule]) -> list[JsonObject]:
    """Return the list with the rules of some entities changed, in their old places; others' entries stay."""
    left = dict(changed)
    entries: list[JsonObject] = []
    for entry in authorizations:
        number = entry["entity"]
        if number not in changed:
            entries.append(dict(entry))
        elif number in left:
            entries += _entries(number, left.pop(number))
    for number, rule in left.items():
        entries += _entries(number, rule)
    return entries


def _entries(number: int, rule: Rule) -> list[JsonObject]:
    sides = ((rule.granted, False), (rule.denied, True))
    return [{"authorization": int(access), "deny": deny, "entity": number} for access, deny in sides if access]
