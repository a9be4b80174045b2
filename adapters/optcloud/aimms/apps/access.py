"""Who may do what with an app, in words: read it, grant, revoke, deny, replace, clear.

Each change reads the list of authorizations first and sends it back with one entity's part changed, and nothing else.
The vendor has no way to refuse a list that somebody else changed in between (none is documented). The new portal shows
and assigns rights of groups only; an environment's are those of its group ``<everyone>``.

Scope: PublishApp, and Authentication to look names up. Sources: vendor pages "Managing Apps" and "Users (User
Management)"; AIMMS facts 4.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Protocol

from attrs import frozen

from aimms_pro.api.application import update_app
from aimms_pro.models.pro_app_patch import PROAppPatch
from optcloud.aimms.apps.access_rules import Access, AnyAccess, Rule, read, rewritten
from optcloud.aimms.apps.access_tables import what, who
from optcloud.aimms.connection import VENDOR
from optcloud.aimms.namespaces import NamespaceVerbs
from optcloud.aimms.people import lookup as people
from optcloud.aimms.people.entities import Entity, Whom
from optcloud.aimms.replies import body_of
from optcloud.core.errors import BadRequest
from optcloud.core.flow import Call, Flow
from optcloud.core.verbs import Awaited, Blocking, verb_of


class Rights(Protocol):
    """Who may do what: a mapping such as ``{"ACME/group:planners": "read+execute"}``."""

    def items(self) -> Iterable[tuple[Whom, Rule | AnyAccess]]:
        """Return the pairs of the mapping."""


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


def _words(rule: Rule) -> str:
    parts = [rule.granted.words(), f"not {rule.denied.words()}" if rule.denied else ""]
    return ", ".join(part for part in parts if part) or "nothing"


def grant(app: str, version: str, whom: Whom, right: AnyAccess, *, dry_run: bool = False) -> Flow[AccessReport]:
    """Allow more; what is granted is denied no longer. Returns what changed."""
    more = Access.of(right)
    return _change_one(app, version, whom, lambda had: Rule(had.granted | more, had.denied & ~more), dry_run)


def revoke(
    app: str, version: str, whom: Whom, right: AnyAccess = Access.ALL, *, dry_run: bool = False
) -> Flow[AccessReport]:
    """Take back what was granted; what is denied stays denied. Returns what changed."""
    less = Access.of(right)
    return _change_one(app, version, whom, lambda had: Rule(had.granted & ~less, had.denied), dry_run)


def deny(app: str, version: str, whom: Whom, right: AnyAccess, *, dry_run: bool = False) -> Flow[AccessReport]:
    """Refuse, whatever others grant; what is denied is granted no longer. Returns what changed."""
    off = Access.of(right)
    return _change_one(app, version, whom, lambda had: Rule(had.granted & ~off, had.denied | off), dry_run)


def clear(app: str, version: str, whom: Whom | None = None, *, dry_run: bool = False) -> Flow[AccessReport]:
    """Remove all that is said of an entity; of everybody when none is named. Returns what changed."""
    if whom is not None:
        return _change_one(app, version, whom, lambda had: Rule(), dry_run)
    return _change(app, version, {}, lambda had: {}, dry_run)


def replace(app: str, version: str, rights: Rights, *, dry_run: bool = False) -> Flow[AccessReport]:
    """Make the rights of an app exactly these; who is not named has none. Returns what changed."""
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
        authorizations = rewritten(found.authorizations, {change.id: change.after for change in changes})
        body = body_of(PROAppPatch, "access", {"authorizations": authorizations})
        yield Call(update_app._get_kwargs(app, version, body=body))
    return AccessReport(app, version, changes, dry_run)


class AppRightsVerbs(NamespaceVerbs):
    """What can be asked about access to apps."""

    read = verb_of(read)
    who = verb_of(who)
    what = verb_of(what)
    grant = verb_of(grant)
    revoke = verb_of(revoke)
    deny = verb_of(deny)
    replace = verb_of(replace)
    clear = verb_of(clear)


class AppRights(AppRightsVerbs, Blocking):
    """Who may do what with apps.

    Whom a verb is about: ``"ACME"`` is an environment, ``"ACME/group:planners"`` a group, ``"ACME/user:ada"`` a user;
    an id (an int, or ``"#16777095"``) and values of `oc.aimms.people` will do, too. An access: ``Access.READ |
    Access.EXECUTE``, ``"read+execute"`` or 5.
    """


class AsyncAppRights(AppRightsVerbs, Awaited):
    """Who may do what with apps (as `AppRights`); each verb is awaited."""
