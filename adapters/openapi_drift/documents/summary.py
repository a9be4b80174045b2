"""A short summary of what changed between two versions of a document."""

from __future__ import annotations

from typing import Any

from openapi_drift.documents.document import METHODS, Document
from openapi_drift.documents.escaping import visible


def summarize(old: Document, new: Document) -> list[str]:
    """Lines such as "+ operation GET /tasks", "- schema Task", "~ servers"; empty if the documents say the same.

    + added, - removed, ~ changed in itself (not through what it refers to).
    """
    lines = []
    if old["info"]["version"] != new["info"]["version"]:
        lines.append(f"~ version {old['info']['version']} -> {new['info']['version']}")
    before, after = _parts(old, new), _parts(new, old)
    for name in sorted({*before, *after}):
        if name not in before:
            lines.append(f"+ {name}")
        elif name not in after:
            lines.append(f"- {name}")
        elif before[name] != after[name]:
            lines.append(f"~ {name}")
    return list(map(visible, lines))


def _parts(document: Document, other: Document) -> dict[str, Any]:
    """All of a document but its version, in parts that have a name each; paths of one side are told by operations."""
    parts: dict[str, Any] = {key: value for key, value in document.items() if key not in ("paths", "components")}
    parts["info"] = {key: value for key, value in document["info"].items() if key != "version"}
    for path, item in document["paths"].items():
        operations = [method for method in METHODS if isinstance(item, dict) and method in item]
        parts |= {f"operation {method.upper()} {path}": item[method] for method in operations}
        beside = {key: item[key] for key in item if key not in operations} if isinstance(item, dict) else item
        if (beside and path in other["paths"]) or not operations:
            parts[f"path {path}"] = beside
    components = document.get("components")
    for kind, entries in components.items() if isinstance(components, dict) else ():
        named = entries.items() if isinstance(entries, dict) else [("", entries)]
        parts |= {f"{_SINGULAR.get(kind, kind)} {name}".strip(): entry for name, entry in named}
    return parts


_SINGULAR = {"schemas": "schema", "securitySchemes": "security scheme", "parameters": "parameter"}
