"""Targets that lead through references: what is referred to is written out where an action looks for it.

A vendor may at any time say a parameter, a body or a response once and refer to it. A correction of one operation then
finds a reference in its place, and must not change what others refer to. Schemas stay references: their names count.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from jsonpath_ng import Child, DatumInContext, Fields, JSONPath  # type: ignore[import-untyped]
from jsonpath_ng.ext.filter import Filter  # type: ignore[import-untyped]

from openapi_drift.documents.overlay_merge import unshared
from openapi_drift.documents.overlay_targets import parsed
from openapi_drift.documents.references import find_reference, reference

if TYPE_CHECKING:
    from openapi_drift.documents.document import Document

_SCHEMAS = "#/components/schemas/"


@dataclass(frozen=True)
class WrittenOut:
    """A reference that was replaced by what it leads to, and can be put back."""

    holder: Any
    key: str | int
    written: dict[str, Any]

    def put_back(self) -> None:
        """Undo it."""
        self.holder[self.key] = self.written


def write_out(document: Document, action: dict[str, Any]) -> list[WrittenOut]:
    """Replace the references that an action's target leads through, and those that its update would be merged into."""
    path = parsed(action["target"])
    replaced = list(_on_the_way(document, path))
    if "update" in action:
        replaced += [each for datum in path.find(document) for each in _replaced(document, datum)]
    return replaced


def _on_the_way(document: Document, path: JSONPath) -> list[WrittenOut]:
    if not isinstance(path, Child):
        return []
    replaced = _on_the_way(document, path.left)
    for datum in path.left.find(document):
        if isinstance(path.right, Filter) and isinstance(datum.value, list):
            for index, item in enumerate(datum.value):
                behind = _behind(document, item)
                if behind is not None and path.right.find([behind]):
                    replaced.append(_replace(datum.value, index, behind))
        elif isinstance(path.right, Fields) and not path.right.find(datum):
            replaced += [each for each in _replaced(document, datum) if path.right.find(each.holder[each.key])]
    return replaced


def _replaced(document: Document, datum: DatumInContext) -> list[WrittenOut]:
    behind = _behind(document, datum.value)
    if behind is None or datum.context is None:
        return []
    key = datum.path.fields[0] if isinstance(datum.path, Fields) else datum.path.index
    return [_replace(datum.context.value, key, behind)]


def _behind(document: Document, value: Any) -> dict[str, Any] | None:
    """What a reference to anything but a schema leads to."""
    target = reference(value)
    if target is None or target.startswith(_SCHEMAS):
        return None
    behind = find_reference(document, target)
    return behind if isinstance(behind, dict) else None


def _replace(holder: Any, key: str | int, behind: dict[str, Any]) -> WrittenOut:
    done = WrittenOut(holder, key, holder[key])
    holder[key] = unshared(behind)
    return done
