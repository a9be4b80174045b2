"""Which components can be reached from the operations of a document, directly or through other components."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

from openapi_drift.documents.pointers import join, tokens
from openapi_drift.documents.references import parts, reference

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from openapi_drift.documents.document import LoadedDocument


Component = tuple[str, str]
"""A component's kind, such as "schemas", and its name."""


def reached_components(document: LoadedDocument, others: Iterable[Component]) -> set[Component]:
    """Return the components that paths, webhooks and ``others`` refer to, and what those refer to."""
    content = document.content
    components = content.get("components")
    found: set[Component] = set()
    waiting: list[Any] = [content.get(key) for key in ("paths", "webhooks")]
    waiting += [_entry(components, other) for other in others]
    while waiting:
        value = waiting.pop()
        if not isinstance(value, dict | list):
            continue
        for component in _named(value):
            if component not in found:
                found.add(component)
                waiting.append(_entry(components, component))
    return found


def _entry(components: Any, component: Component) -> Any:
    entries = components.get(component[0]) if isinstance(components, dict) else None
    return entries.get(component[1]) if isinstance(entries, dict) else None


def _named(value: Any) -> Iterator[Component]:
    for target in targets({"": value}):
        path = tokens(target)
        if path[:1] == ["components"] and len(path) > 2:
            yield path[1], path[2]


def targets(value: dict[str, Any]) -> Iterator[str]:
    """Yield the pointers of what a part of a document names, by reference or as a discriminator's schema."""
    for part, _, _ in parts(value):
        discriminator = part.get("discriminator")
        mapping = discriminator.get("mapping") if isinstance(discriminator, dict) else None
        names = list(map(str, mapping.values())) if isinstance(mapping, dict) else []
        for word in (reference(part) or "", *names):
            if word.startswith("#"):
                yield unquote(word[1:])
            elif word and "/" not in word:
                yield join("/components/schemas", word)
