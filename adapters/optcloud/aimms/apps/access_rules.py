"""The authorizations of an app: who may read, write and execute it; granted or denied.

An app's entry has a list of authorizations, of which one entity (environment, group or user) may have several. Here
they are added up to a rule for each entity. Sources: vendor pages "Managing Apps" and "Users (User Management)"; AIMMS
facts 4.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from enum import IntFlag
from typing import Any, TypeAlias

from attrs import evolve, field, frozen

from aimms_pro.api.application import get_app_info
from aimms_pro.api.authentication import get_app_access
from aimms_pro_models import EntityAuthorization
from optcloud.aimms.connection import VENDOR
from optcloud.aimms.people.lookup import ENTITIES
from optcloud.aimms.replies import AimmsReply, JsonObject, ask
from optcloud.core.errors import BadRequest
from optcloud.core.flow import Flow
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
        return "+".join(word for word, part in parts.items() if part in self)


NONE = Access(0)
AnyAccess: TypeAlias = Access | int | str
Authorizations: TypeAlias = tuple[Mapping[str, Any], ...]


def _union(parts: Iterable[Access]) -> Access:
    together = NONE
    for part in parts:
        together |= part
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
    authorizations: Authorizations
    reply: Mapping[str, Any] = field(repr=False)

    @property
    def rules(self) -> dict[int, Rule]:
        """What each entity id is granted and denied."""
        return rules_of(self.authorizations)


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


def read(app: str, version: str) -> Flow[AppAccess]:
    """Return the authorizations of one version of an app. Raises `NotFound`, `ResponseMismatch`."""
    answer = yield from ask(get_app_info._get_kwargs(app, version))
    entry = answer.object()
    if "authorizations" not in entry:
        yield from _check_that_there_are_none(app, version, answer)
    return AppAccess(app, version, authorizations_of(entry, answer), entry)


def authorizations_of(entry: Mapping[str, Any], answer: AimmsReply) -> Authorizations:
    """Return the authorizations of an app's entry; null and no field are none. Raises `ResponseMismatch`."""
    listed = entry.get("authorizations") or []
    if fault := find_fault(listed, list[EntityAuthorization]):
        raise answer.mismatch(f"authorizations{fault.path}: {fault.what}")
    return tuple(listed)


def _check_that_there_are_none(app: str, version: str, answer: AimmsReply) -> Flow[None]:
    """Make sure that an entry without the field stands for no authorizations: a change would wipe them out."""
    access = yield from ask(get_app_access._get_kwargs(app, version))
    if access.items(*ENTITIES):
        raise answer.mismatch("the app's entry has no authorizations, but others have access to it")


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
