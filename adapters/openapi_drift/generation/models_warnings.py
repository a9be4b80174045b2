"""Warnings of datamodel-code-generator as findings: each is a sentence, at best with a schema's name or pointer."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from openapi_drift.documents.document import LoadedDocument
from openapi_drift.documents.pointers import join
from openapi_drift.documents.references import exists, parts, trail_pointer
from openapi_drift.generation.findings import Finding

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from openapi_drift.documents.document import Document

_SCHEMAS = "/components/schemas"
_FORMAT = re.compile(r"format of (?P<format>.*) not understood for '(?P<type>\w+)' - using default", re.DOTALL)
_UNDECODABLE = re.compile(r"msgspec cannot decode (?:the (?:discriminated )?(?:union|enum) )?(?P<name>[^\s:]+): its ")
_POINTER = re.compile(r"#(?P<pointer>(?:/[^/\s:]+)+)")


def models_findings(id_: str, document: Document, warnings: Iterable[str]) -> Iterator[Finding]:
    """Yield what the models do not say as the document does; without a place, the warning is its own words."""
    loaded = LoadedDocument("document", document, {})
    for text in warnings:
        if match := _FORMAT.fullmatch(text):
            places = list(_of_format(document, match["format"], match["type"]))
            yield from (Finding(id_, "models", place, f"the format {match['format']}", text) for place in places)
            if places:
                continue
        place = _place(loaded, text)
        if place is None:
            words = " ".join(text.split())
            yield Finding(id_, "models", words, "an exact type", "the generator says so and names no place")
        else:
            yield Finding(id_, "models", place, "an exact type", text)


def _of_format(document: Document, format_: str, type_: str) -> Iterator[str]:
    for value, trail, names_of in parts(document):
        if not names_of and repr(value.get("format")) == format_ and type_ in _types(value.get("type")):
            place = trail_pointer(trail)
            if place.startswith(f"{_SCHEMAS}/"):  # the models are of these only
                yield place


def _types(types: object) -> tuple[object, ...]:
    return tuple(types) if isinstance(types, list) else (types,)


def _place(document: LoadedDocument, text: str) -> str | None:
    if match := _UNDECODABLE.match(text):
        place = join(_SCHEMAS, match["name"])
        return place if exists(document, f"#{place}") else None
    for match in _POINTER.finditer(text):
        if exists(document, match[0]):
            return match["pointer"]
    return None
