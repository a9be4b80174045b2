"""A short summary of what changed between two versions of a document."""

from __future__ import annotations

from typing import Any

from openapi_drift.documents.document import METHODS, Document
from openapi_drift.documents.escaping import visible


def summarize(old: Document, new: Document) -> list[str]:
    """Lines such as "+ operation GET /tasks", "- schema Task", "~ schema Task"; empty if none of these changed.

    + added, - removed, ~ changed in itself (not through what it refers to).
    """
    lines = []
    if old["info"]["version"] != new["info"]["version"]:
        lines.append(f"~ version {old['info']['version']} -> {new['info']['version']}")
    for kind, before, after in (
        ("operation", _operations(old), _operations(new)),
        ("schema", _schemas(old), _schemas(new)),
    ):
        for name in sorted({*before, *after}):
            if name not in before:
                lines.append(f"+ {kind} {name}")
            elif name not in after:
                lines.append(f"- {kind} {name}")
            elif before[name] != after[name]:
                lines.append(f"~ {kind} {name}")
    return list(map(visible, lines))


def _operations(document: Document) -> dict[str, Any]:
    return {
        f"{method.upper()} {path}": (item[method], item.get("parameters"))
        for path, item in document["paths"].items()
        for method in METHODS
        if isinstance(item, dict) and method in item
    }


def _schemas(document: Document) -> dict[str, Any]:
    components = document.get("components")
    schemas = components.get("schemas") if isinstance(components, dict) else None
    return schemas if isinstance(schemas, dict) else {}
