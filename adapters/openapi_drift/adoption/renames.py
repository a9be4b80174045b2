"""The overlay that brings the vendor's names back to ours, so that what is generated is called as before."""

from __future__ import annotations

import copy
import re
from typing import TYPE_CHECKING, Any

from openapi_drift.adoption.pairing import operations_of
from openapi_drift.adoption.schema_uses import components
from openapi_drift.documents.json_path import json_path
from openapi_drift.documents.overlay_renames import (
    PLACEHOLDER,
    RENAME,
    path_pointer,
    redirected,
    rename,
    schema_pointer,
)
from openapi_drift.documents.pointers import join, tokens
from openapi_drift.documents.references import parts, trail_pointer

if TYPE_CHECKING:
    from collections.abc import Iterator

    from openapi_drift.adoption.pairing import DocumentPairing
    from openapi_drift.documents.document import Document

_BY_ROUTE = "the same method and path in both documents"
_BY_USE = "used at the same places in both documents, or of the same shape"


def adopted_overlay(old: Document, new: Document, pairing: DocumentPairing, source_id: str) -> Document:
    """Return an Overlay 1.0 that renames in ``new`` what ``pairing`` found; its actions are empty if nothing has to be.

    ``old`` is our document, corrected; ``new`` the vendor's as it came.
    """
    names = _names(new, pairing)
    renamed = copy.deepcopy(new)
    rename(renamed, names)
    actions = [
        *_servers(old, renamed, names),
        *_operations(old, renamed, pairing, names),
        *_titles(renamed, pairing, names),
    ]
    if names:
        words = "Schemas, paths and their parameters are called as with us, and stand where they do with us."
        actions.insert(0, _action("$", words, f"{_BY_ROUTE}; {_BY_USE}") | {RENAME: names})
    info = {"title": f"{source_id}: the vendor's names brought back to ours", "version": "1.0.0"}
    return {"overlay": "1.0.0", "info": info, "extends": "openapi.yaml", "actions": actions}


def _action(target: str, description: str, evidence: str) -> dict[str, Any]:
    return {"target": target, "description": description, "x-evidence": evidence}


def _names(new: Document, pairing: DocumentPairing) -> dict[str, str | None]:
    """What `x-rename` takes: from where to where."""
    found: dict[str, str | None] = {}
    schemas = {theirs: ours for ours, theirs in pairing.schemas.items()}
    wanted = {*pairing.schemas, *pairing.out}
    inlined = set(pairing.inline.values())
    for name in components(new):
        to = schemas.get(name, name)
        if name not in schemas and name in wanted:  # something else of the vendor's has our name
            to = _free(f"Vendor{name}", {*components(new), *wanted})
        if to != name and name not in inlined:
            found[schema_pointer(name)] = schema_pointer(to)
    for name, pointers in pairing.out.items():
        found |= dict.fromkeys(pointers, schema_pointer(name))
    for pointer, name in pairing.inline.items():
        found[schema_pointer(name)] = pointer
    for path, to in _paths(new, pairing).items():
        found[path_pointer(path)] = path_pointer(to)
    for pointer, title in pairing.titles.items():
        if title is None:
            found[join(pointer, "title")] = None
    return found


def _free(name: str, taken: set[str]) -> str:
    number = 2
    free = name
    while free in taken:
        free, number = f"{name}{number}", number + 1
    return free


def _paths(new: Document, pairing: DocumentPairing) -> dict[str, str]:
    """The vendor's paths to ours; where a base path moved, also those of operations that only the vendor has."""
    found: dict[str, str] = {}
    for paired in pairing.operations:
        if paired.new not in found and paired.old not in found.values():
            found[paired.new] = paired.old  # where one path is two on the other side, the first counts
    bases = {_base_moved(path, to) for path, to in found.items()} - {("", "")}
    if len(bases) == 1:
        theirs, ours = bases.pop()
        known = {paired.new for paired in pairing.operations}
        for path in new["paths"]:
            if path not in known and path.startswith(theirs):
                found[path] = ours + path.removeprefix(theirs)
    return {path: to for path, to in found.items() if path != to}


def _base_moved(theirs: str, ours: str) -> tuple[str, str]:
    """The base paths in which two paths of one operation differ."""
    bare = PLACEHOLDER.sub("{}", theirs), PLACEHOLDER.sub("{}", ours)
    if bare[0].endswith(bare[1]):
        return bare[0].removesuffix(bare[1]), ""
    if bare[1].endswith(bare[0]):
        return "", bare[1].removesuffix(bare[0])
    return "", ""


def _servers(old: Document, renamed: Document, names: dict[str, str | None]) -> Iterator[dict[str, Any]]:
    """Our servers, where a base path moved between servers and paths."""
    paths = [(tokens(source)[1], tokens(to)[1]) for source, to in names.items() if to and _is_path(source)]
    moved = any(_base_moved(*each) != ("", "") for each in paths)
    if moved and old.get("servers") != renamed.get("servers"):
        words = "A base path stands in the paths of the one document and in the servers of the other."
        if "servers" in renamed:
            yield _action("$.servers", words, _BY_ROUTE) | {"remove": True}
        if "servers" in old:
            yield _action("$", words, _BY_ROUTE) | {"update": {"servers": old["servers"]}}


def _is_path(pointer: str) -> bool:
    return pointer.startswith("/paths/") and pointer.count("/") == 2


def _operations(
    old: Document, renamed: Document, pairing: DocumentPairing, names: dict[str, str | None]
) -> Iterator[dict[str, Any]]:
    """Our operation ids and tags; new operations keep theirs, but for an id that code of ours has another one for."""
    now = {tokens(source)[1]: tokens(to)[1] for source, to in names.items() if to and _is_path(source)}
    ours = {
        (each.method, now.get(each.new, each.new)): old["paths"][each.old][each.method] for each in pairing.operations
    }
    taken = {_plain(operation.get("operationId", "")) for operation in ours.values()} - {""}
    changed: dict[str, str] = {}
    for path, method in operations_of(renamed):
        operation = renamed["paths"][path][method]
        place = join(path_pointer(path), method)
        mine = ours.get((method, path))
        if mine is not None:
            id_, tags = mine.get("operationId"), mine.get("tags") or []
        else:
            id_, tags = _unlike(operation.get("operationId"), taken), operation.get("tags") or []
        yield from _called(renamed, place, operation, id_, tags)
        if operation.get("operationId") and id_ and operation["operationId"] != id_:
            changed[operation["operationId"]] = id_
    yield from _links(renamed, changed)


def _called(
    document: Document, place: str, operation: Any, id_: str | None, tags: list[str]
) -> Iterator[dict[str, Any]]:
    target, update = json_path(document, place), dict[str, Any]()
    if id_ is not None and operation.get("operationId") != id_:
        update["operationId"] = id_
    if (operation.get("tags") or []) != tags:
        if operation.get("tags"):
            words = f"{place}: the vendor's tags are {', '.join(operation['tags'])}; ours name the modules."
            yield _action(f"{target}.tags", words, _BY_ROUTE) | {"remove": True}
        if tags:
            update["tags"] = tags
    if update:
        was = operation.get("operationId", "none")
        words = f"{place}: called {id_ or was} and tagged as with us; the vendor's operationId is {was}."
        yield _action(target, words, _BY_ROUTE) | {"update": update}


def _unlike(id_: str | None, taken: set[str]) -> str | None:
    """An operation id whose function would have the name of another one gets one of its own."""
    if id_ is None or _plain(id_) not in taken:
        return id_
    number = 2
    while _plain(f"{id_}{number}") in taken:
        number += 1
    return f"{id_}{number}"


def _plain(id_: str) -> str:
    return re.sub(r"[\W_]", "", id_).lower()


def _links(renamed: Document, changed: dict[str, str]) -> Iterator[dict[str, Any]]:
    """Links name operations by their ids."""
    for value, trail, _ in parts(renamed):
        pointer = trail_pointer(trail)
        if value.get("operationId") in changed and "responses" not in value and "/links/" in pointer:
            words = f"The link follows the operation {value['operationId']} to its name with us."
            update = {"operationId": changed[value["operationId"]]}
            yield _action(json_path(renamed, pointer), words, _BY_ROUTE) | {"update": update}


def _titles(renamed: Document, pairing: DocumentPairing, names: dict[str, str | None]) -> Iterator[dict[str, Any]]:
    moves = {source: to for source, to in names.items() if to is not None}
    for pointer, title in pairing.titles.items():
        if title is not None:
            place = redirected(pointer, moves)
            words = "The title that ours has: a generated class is called after it."
            yield _action(json_path(renamed, place), words, _BY_USE) | {"update": {"title": title}}
