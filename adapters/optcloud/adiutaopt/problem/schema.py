"""What the document says of a problem, made ready for checking: a tree of `Node`, one for each place.

The keywords read are those that the schemas of the three problems use (a test holds the document to them): type,
properties, required, additionalProperties, items, minimum, maximum, pattern, deprecated; and the bounds that the
document notes as inferred from a type's name (``x-maximum-by-name``, F084).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import cache
from importlib.resources import files
from typing import Any

import msgspec
from attrs import field, frozen

from optcloud.adiutaopt.planners import Planner
from optcloud.adiutaopt.problem.names import PROPERTIES

_INFERRED = "x-optcloud-inferred"
_NUMBERS = {"integer", "number"}


@frozen(eq=False)
class Node:
    """What may stand at one place. ``inferred``: not in the document, so that what breaks it is a warning only.

    ``extra`` is what properties without a name of their own must satisfy; ``closed``: there must be none. ``open``:
    the document names properties here, and lets others pass. ``by_name`` are bounds that a type's name tells.
    """

    place: tuple[str, ...] = ()
    inferred: bool = False
    types: frozenset[str] | None = None
    properties: Mapping[str, Node] = field(factory=dict, repr=False)
    required: tuple[str, ...] = ()
    extra: Node | None = field(default=None, repr=False)
    closed: bool = False
    open: bool = False
    items: Node | None = field(default=None, repr=False)
    minimum: float | None = None
    maximum: float | None = None
    by_name: tuple[int | None, int | None] = (None, None)
    pattern: re.Pattern[str] | None = None
    examples: tuple[Any, ...] = ()
    deprecated: bool = False

    @property
    def is_anything(self) -> bool:
        """Say whether every value is right here, as far as the node tells."""
        limits = (self.types, self.extra, self.items, self.minimum, self.maximum, self.pattern)
        return not (self.properties or self.required or self.closed) and limits == (None,) * len(limits)


ANYTHING = Node()


@cache
def problem_node(planner: Planner) -> Node:
    """Return the tree of a planner's problem."""
    return node_of({"$ref": f"#/components/schemas/{planner.problem_type.__name__}"}, document_schemas())


@cache
def document_schemas() -> Mapping[str, Any]:
    """Return the schemas of the document that the generated client was made from."""
    document = msgspec.json.decode(files("adiutaopt").joinpath("openapi.json").read_bytes())
    schemas: Mapping[str, Any] = document["components"]["schemas"]
    return schemas


def node_of(
    schema: Mapping[str, Any], schemas: Mapping[str, Any], *, place: tuple[str, ...] = (), inferred: bool = False
) -> Node:
    """Read a schema; ``schemas`` has those that it may refer to, none of them within itself."""
    merged = _resolved(schema, schemas)
    inferred = inferred or bool(merged.get(_INFERRED))
    types = merged.get("type")
    extra = merged.get("additionalProperties", True)
    properties = {
        name: node_of(sub, schemas, place=(*place, name), inferred=inferred)
        for name, sub in merged.get("properties", {}).items()
    }

    def below(sub: Any, step: str) -> Node | None:
        if not isinstance(sub, Mapping) or not sub:
            return None
        return node_of(sub, schemas, place=(*place, step), inferred=inferred)

    return Node(
        place=place,
        inferred=inferred,
        types=None if types is None else frozenset([types] if isinstance(types, str) else types),
        properties=properties,
        required=tuple(merged.get("required", ())),
        extra=below(extra, "*"),
        closed=extra is False,
        open=extra is True and bool(properties),
        items=below(merged.get("items"), "[]"),
        minimum=merged.get("minimum"),
        maximum=merged.get("maximum"),
        by_name=(merged.get("x-minimum-by-name"), merged.get("x-maximum-by-name")),
        pattern=_pattern(merged["pattern"]) if "pattern" in merged else None,
        examples=tuple(merged.get("examples", ())),
        deprecated=bool(merged.get("deprecated")),
    )


def nodes(node: Node) -> Iterator[Node]:
    """Walk over a tree."""
    yield node
    for below in (*node.properties.values(), node.extra, node.items):
        if below is not None:
            yield from nodes(below)


def _resolved(schema: Mapping[str, Any], schemas: Mapping[str, Any]) -> dict[str, Any]:
    """Put what is referred to, and what is inferred of it, in place of the reference; keywords beside it stay."""
    if "$ref" not in schema:
        return dict(schema)
    name = schema["$ref"].rpartition("/")[2]
    merged = {**_resolved(schemas[name], schemas), **{key: value for key, value in schema.items() if key != "$ref"}}
    if name in PROPERTIES:
        merged["properties"] = _with_inferred(merged.get("properties", {}), PROPERTIES[name])
    return merged


def _with_inferred(properties: Mapping[str, Any], inferred: Mapping[str, Any]) -> dict[str, Any]:
    merged = dict(properties)
    for name, schema in inferred.items():
        known = merged.get(name, {})
        if not known.keys() & {"type", "$ref"}:  # what the document says, it says better
            merged[name] = {**known, **schema, _INFERRED: True}
    return merged


def _pattern(text: str) -> re.Pattern[str]:
    r"""Compile a pattern of JSON Schema: its ``$`` is the very end, Python's is also before a last line feed."""
    return re.compile(text[:-1] + r"\Z" if text.endswith("$") and not text.endswith(r"\$") else text)
