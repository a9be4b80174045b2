"""Categories of apps: list, create, rename, delete, make sure of one.

Sources: vendor page "AIMMS Application Management", App Categories; AIMMS facts 6.1. There is always a default
category, "other"; an app without one belongs to it.
"""

from __future__ import annotations

from typing import Any, TypeAlias

import msgspec
from attrs import frozen

from aimms_pro.api.application import (
    create_application_category,
    delete_application_category,
    get_all_application_categories,
    update_application_category,
)
from aimms_pro.models.pro_app_category import PROAppCategory
from optcloud.aimms.connection import VENDOR
from optcloud.aimms.namespaces import NamespaceVerbs
from optcloud.aimms.replies import ask
from optcloud.core.errors import BadRequest, Conflict, NotFound
from optcloud.core.flow import Call, Flow
from optcloud.core.replies import decode
from optcloud.core.unknown_outcome import looked_up
from optcloud.core.verbs import Awaited, Blocking, verb_of

# The vendor's document, its client's comment and the server disagree about the list (AIMMS facts 6.1): all are read.
_WRAPPERS = ("applications", "application_categories")


@frozen
class Category:
    """A category; the name is what apps refer to it by."""

    id: str
    name: str


WhichCategory: TypeAlias = Category | str
"""A category, or the name of one."""


class _CategoryEntry(msgspec.Struct):
    id: str
    value: str

    @property
    def category(self) -> Category:
        return Category(self.id, self.value)


class _WrappedCategories(msgspec.Struct):
    applications: list[_CategoryEntry] | msgspec.UnsetType | None = msgspec.UNSET
    application_categories: list[_CategoryEntry] | msgspec.UnsetType | None = msgspec.UNSET


def list_categories() -> Flow[list[Category]]:
    """List the categories, in the vendor's order."""
    answer = yield from ask(get_all_application_categories._get_kwargs())
    read: Any = answer.read(list[_CategoryEntry] | _WrappedCategories)
    if isinstance(read, list):
        return [entry.category for entry in read]
    wrapped = [getattr(read, wrapper) for wrapper in _WRAPPERS]
    if all(entries is msgspec.UNSET for entries in wrapped):
        raise answer.mismatch("no list of categories is in the reply")
    return [entry.category for entries in wrapped for entry in entries or []]


def create(name: str) -> Flow[Category]:
    """Create a category. Sent once; when the reply is lost, `ensure` tells whether it is there."""
    arguments = create_application_category._get_kwargs(body=PROAppCategory(value=_checked(name)))
    note = f"the category may have been created; oc.aimms.apps.categories.ensure({name!r}) looks first"
    reply = yield from looked_up(Call(arguments), note)
    entry: _CategoryEntry = decode(reply, _CategoryEntry, vendor=VENDOR, operation="createApplicationCategory")
    return entry.category


def ensure(name: str) -> Flow[Category]:
    """Return the category of this name, created if there is none."""
    _checked(name)
    found = [category for category in (yield from list_categories()) if category.name == name]
    return found[0] if found else (yield from create(name))


def rename(category: WhichCategory, name: str) -> Flow[Category]:
    """Give a category, or the one of this name, another name.

    Raises `NotFound`, or `Conflict` when several have the name that is given. Whether the apps in it follow is not
    published: look with ``apps.list``.
    """
    body = PROAppCategory(value=_checked(name))
    known = yield from _resolved(category)
    yield Call(update_application_category._get_kwargs(known.id, body=body))
    return Category(known.id, name)


def delete(category: WhichCategory) -> Flow[None]:
    """Delete a category, or the one of this name.

    Raises `NotFound`, or `Conflict` when several have the name that is given.
    """
    known = yield from _resolved(category)
    yield Call(delete_application_category._get_kwargs(known.id))


def _resolved(category: WhichCategory) -> Flow[Category]:
    if isinstance(category, Category):
        return category
    listed = yield from list_categories()
    found = [known for known in listed if known.name == category]
    if not found:
        names = ", ".join(known.name for known in listed) or "none"
        raise NotFound(f"there is no category {category!r}; there are: {names}", vendor=VENDOR)
    if len(found) > 1:
        ids = ", ".join(match.id for match in found)
        raise Conflict(f"{len(found)} categories are called {category!r}: give one of the list ({ids})", vendor=VENDOR)
    return found[0]


def _checked(name: str) -> str:
    if not name.strip():
        raise BadRequest("category: a name is needed", vendor=VENDOR)
    return name


class CategoriesVerbs(NamespaceVerbs):
    """What can be asked of the categories of apps."""

    list = verb_of(list_categories)
    create = verb_of(create)
    ensure = verb_of(ensure)
    rename = verb_of(rename)
    delete = verb_of(delete)


class Categories(CategoriesVerbs, Blocking):
    """Categories of apps."""


class AsyncCategories(CategoriesVerbs, Awaited):
    """Categories of apps; each verb is awaited."""
