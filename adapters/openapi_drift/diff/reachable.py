"""Which components can be reached from the operations of a document, directly or through other components."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

from openapi_drift.documents.pointers import join, tokens
from openapi_drift.documents.references import parts

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
    """Yield the components that a part of a document names, by reference or as a discriminator's schema."""
    for part, _, _ in parts({"": value}):
        words = [part.get("$ref")]
        mapping = part.get("mapping")
        if isinstance(mapping, dict):
            words += [
                word if "/" in str(word) else join("#/components/schemas", str(word)) for word in mapping.values()
            ]
        for word in words:
            path = tokens(unquote(word[1:])) if isinstance(word, str) and word.startswith("#/components/") else []
            if len(path) > 2:
                yield path[1], path[2]
