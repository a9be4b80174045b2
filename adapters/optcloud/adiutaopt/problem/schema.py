"""What the document says of a problem, made ready for checking, with what is inferred besides.

The keywords read are those that the schemas of the three problems use (a test holds the document to them): type,
properties, required, additionalProperties, items, minimum, maximum, pattern, deprecated; and the bounds that the
document notes as inferred from a type's name (``x-maximum-by-name``, adiutaOpt facts F084).
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Any

import msgspec

from optcloud.adiutaopt.planners import PlannerDescription
from optcloud.adiutaopt.problem.names import PROPERTIES
from optcloud.json_schema.nodes import INFERRED, Compiler, SchemaNode


@cache
def problem_node(planner: PlannerDescription[Any]) -> SchemaNode:
    """Return the tree of a planner's problem."""
    name = planner.problem_type.__name__
    return node_of({"$ref": f"#/components/schemas/{name}"}, document_schemas(planner.client))


@cache
def document_schemas(client: str = "adiutaopt") -> Mapping[str, Any]:
    """Return the schemas of the document that a generated client was made from."""
    document = msgspec.json.decode(files(client).joinpath("openapi.json").read_bytes())
    schemas: Mapping[str, Any] = document["components"]["schemas"]
    return schemas


def node_of(schema: Mapping[str, Any], schemas: Mapping[str, Any]) -> SchemaNode:
    """Read a schema; ``schemas`` has those that it may refer to, none of them within itself."""
    complete = {
        name: {**given, "properties": _with_inferred(given.get("properties", {}), PROPERTIES[name])}
        if name in PROPERTIES
        else given
        for name, given in schemas.items()
    }
    return Compiler({"components": {"schemas": complete}}, limits=True).node(schema, "")


def _with_inferred(properties: Mapping[str, Any], inferred: Mapping[str, Any]) -> dict[str, Any]:
    merged = dict(properties)
    for name, schema in inferred.items():
        known = merged.get(name, {})
        if not known.keys() & {"type", "$ref"}:  # what the document says, it says better
            merged[name] = {**known, **schema, INFERRED: True}
    return merged
