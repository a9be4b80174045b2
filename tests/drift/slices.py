"""A document cut into small ones: each operation with what it reaches, so that a change is compared in little time."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from typing import Any

from drift.openapi_kinds import METHODS, Path, walk
from openapi_drift.documents.pointers import tokens


def slices(document: dict[str, Any]) -> Iterator[tuple[dict[str, Any], list[Path]]]:
    """Yield small documents, each with those of its paths that no slice before it has: every path comes once."""
    seen: set[Path] = set()
    for part in _parts(document):
        paths = [path for path, _, _ in walk(part) if path not in seen]
        seen.update(paths)
        yield part, paths


def _parts(document: dict[str, Any]) -> Iterator[dict[str, Any]]:
    shared = {key: value for key, value in document.items() if key not in ("paths", "webhooks", "components")}
    components = document.get("components", {})
    reached: set[tuple[str, str]] = set()
    for group in ("paths", "webhooks"):
        for name, item in document.get(group, {}).items():
            common = {key: value for key, value in item.items() if key not in METHODS}
            for method in [method for method in METHODS if method in item]:
                kept = {**shared, "paths": {}, group: {name: {**common, method: item[method]}}}
                needed = _needed(kept, components)
                reached |= needed
                yield _with(kept, components, needed)
    one = {**shared, "paths": dict(list(document.get("paths", {}).items())[:1])}
    for group, entries in components.items():
        for name in entries:
            if (group, name) not in reached:
                needed = {(group, name)} | _needed({**one, "components": {group: {name: entries[name]}}}, components)
                yield _with(one, components, needed)


def _with(kept: dict[str, Any], components: dict[str, Any], needed: set[tuple[str, str]]) -> dict[str, Any]:
    chosen = {
        group: {name: entry for name, entry in entries.items() if (group, name) in needed}
        for group, entries in components.items()
    }
    return copy.deepcopy({**kept, "components": {group: entries for group, entries in chosen.items() if entries}})


def _needed(value: Any, components: dict[str, Any]) -> set[tuple[str, str]]:
    """Return the components that a document's parts refer to, and those in turn; schemes of access by their names."""
    found: set[tuple[str, str]] = set()
    waiting = [value]
    while waiting:
        current = waiting.pop()
        for group, name in _named(current, components):
            if (group, name) not in found and name in components.get(group, {}):
                found.add((group, name))
                waiting.append(components[group][name])
    return found


def _named(value: Any, components: dict[str, Any]) -> Iterator[tuple[str, str]]:
    if isinstance(value, str) and value.startswith("#/components/"):
        _, group, name = [*tokens(value[1:]), ""][:3]
        yield group, name
    elif isinstance(value, dict):
        for key, item in value.items():
            if key == "security" and isinstance(item, list):
                yield from (("securitySchemes", name) for entry in item for name in entry)
            yield from _named(item, components)
    elif isinstance(value, list):
        for item in value:
            yield from _named(item, components)
