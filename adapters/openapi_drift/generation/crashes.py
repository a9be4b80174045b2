"""A generator that ends with an error: which operations or schemas it stumbles over, by trying with fewer of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from openapi_drift.documents.document import METHODS, Document
from openapi_drift.documents.pointers import join
from openapi_drift.generation.findings import Finding, Generator
from openapi_drift.generation.tools import GeneratorFailedError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

_RUNS = 60  # at most, for one package

Part = tuple[str, str, str]
"""An operation ("paths", path, method) or a schema ("components", "schemas", name)."""


def run_without_crashing(
    id_: str, generator: Generator, document: Document, run: Callable[[Document], Any]
) -> tuple[Any, list[Finding]]:
    """Return what ``run`` gives for the document, and what had to be left out for it: each operation or schema.

    Raises the generator's GeneratorFailedError if it fails without any of them too, or with too many of them.
    """
    return _Search(id_, generator, document, run).result()


class _Search:
    def __init__(self, id_: str, generator: Generator, document: Document, run: Callable[[Document], Any]) -> None:
        self._id, self._generator, self._document, self._run = id_, generator, document, run
        self._runs = 0
        self._left_out: list[Part] = []

    def result(self) -> tuple[Any, list[Finding]]:
        findings: list[Finding] = []
        while True:
            try:
                return self._run(_without(self._document, self._left_out)), findings
            except GeneratorFailedError as error:
                part = self._culprit(error)
                findings.append(self._finding(part, str(error)))
                self._left_out.append(part)

    def _culprit(self, error: GeneratorFailedError) -> Part:
        """The first part with which it fails. Only schemas are left if it fails without any operation."""
        operations, schemas = _operations(self._document), _schemas(self._document)
        for all_of_them, always_out in ((operations, ()), (schemas, operations)):
            parts = [part for part in all_of_them if part not in self._left_out]
            if parts and not self._fails([*parts, *always_out], error):
                return self._first(parts, always_out, error)
        raise error

    def _first(self, parts: list[Part], always_out: Sequence[Part], error: GeneratorFailedError) -> Part:
        passing, failing = 0, len(parts)  # with so many of the parts
        while failing - passing > 1:
            middle = (passing + failing) // 2
            if self._fails([*parts[middle:], *always_out], error):
                failing = middle
            else:
                passing = middle
        return parts[failing - 1]

    def _fails(self, out: Sequence[Part], error: GeneratorFailedError) -> bool:
        if self._runs == _RUNS:
            raise error
        self._runs += 1
        try:
            self._run(_without(self._document, [*self._left_out, *out]))
        except GeneratorFailedError:
            return True
        return False

    def _finding(self, part: Part, reason: str) -> Finding:
        kind, name, method = part
        if kind == "paths":
            operation = f"{method.upper()} {name}"
            return Finding(self._id, self._generator, join("", *part), "the operation", reason, operation)
        return Finding(self._id, self._generator, join("", *part), "the schema", reason)


def _operations(document: Document) -> list[Part]:
    items = [(path, item) for path, item in document["paths"].items() if isinstance(item, dict)]
    return [("paths", path, method) for path, item in items for method in METHODS if method in item]


def _schemas(document: Document) -> list[Part]:
    components = document.get("components")
    schemas = components.get("schemas") if isinstance(components, dict) else None
    return [("components", "schemas", name) for name in schemas] if isinstance(schemas, dict) else []


def _without(document: Document, parts: Sequence[Part]) -> Document:
    """The document less some parts; what is not changed is shared."""
    if not parts:
        return document
    operations = {part[1:] for part in parts if part[0] == "paths"}
    schemas = {part[2] for part in parts if part[0] == "components"}
    paths = {
        path: {key: value for key, value in item.items() if (path, key) not in operations}
        if isinstance(item, dict)
        else item
        for path, item in document["paths"].items()
    }
    less = {**document, "paths": paths}
    if schemas:
        kept = {name: schema for name, schema in document["components"]["schemas"].items() if name not in schemas}
        less["components"] = {**document["components"], "schemas": kept}
    return less
