"""Names of a document for which the generators write code that is broken: refused, with their place."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from openapi_drift.documents.escaping import visible
from openapi_drift.documents.pointers import join
from openapi_drift.documents.references import parts, trail_pointer
from openapi_drift.errors import SpecsError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from openapi_drift.documents.document import Document

_NO_STRUCT_FIELD = re.compile(r'["\\\x00-\x1f]')  # msgspec's rule
_MEMBERS = frozenset({"to_dict", "from_dict", "to_multipart", "additional_properties", "additional_keys"})
_MODEL_VARIABLES = frozenset({"cls", "d", "field_dict", "files", "prop", "prop_name", "src_dict"})
_FUNCTION_VARIABLES = frozenset({"body", "cookies", "headers", "params"})
_PLACES = frozenset({"cookie", "header", "path", "query"})
_HINT = "an overlay can rename or remove it"


def refuse_for_models(document: Document, package: str) -> None:
    """Raise SpecsError for a property or schema that no Struct can have, or be."""
    for kind, name, place in _names(document):
        if kind == "properties" and _NO_STRUCT_FIELD.search(name):
            why = "models cannot have a name with a quote, a backslash or a control character"
            raise _refusal(package, f"the property at {place}: {why}")
        if kind == "schemas" and "." in name:
            raise _refusal(package, f"the schema at {place}: models are one module, so that no name can have a dot")


def refuse_for_client(document: Document, package: str, identifier: Callable[[str], str]) -> None:
    """Raise SpecsError for a name that, as an ``identifier``, takes the place of what generated code needs."""
    for kind, name, place in _names(document):
        written = identifier(name)
        if kind == "properties" and written in _MEMBERS | _MODEL_VARIABLES:
            raise _refusal(package, f"the property at {place}: generated models use the name {written} themselves")
        if kind == "parameters" and written in _FUNCTION_VARIABLES:
            raise _refusal(package, f"the parameter at {place}: generated functions use the name {written} themselves")


def _refusal(package: str, words: str) -> SpecsError:
    return SpecsError(f"{package}: {words}; {_HINT}")


def _names(document: Document) -> Iterator[tuple[str, str, str]]:
    """The names that become names in code: "properties", "schemas" or "parameters", the name, and its place."""
    for value, trail, names_of in parts(document):
        if names_of in ("properties", "schemas"):
            pointer = trail_pointer(trail)
            yield from ((names_of, name, visible(join(pointer, name))) for name in value)
        elif _is_parameter(value):
            yield "parameters", value["name"], visible(trail_pointer(trail))


def _is_parameter(value: Document) -> bool:
    is_one = isinstance(value.get("name"), str) and ("schema" in value or "content" in value)
    return is_one and value.get("in") in _PLACES
