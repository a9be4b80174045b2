"""The effective document of adiutaOpt, and requests judged by its JSON Schemas (F031: a violation is a 422)."""

import json
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from optcloud_sandbox.adiutaopt.quick import Check, UnknownKeywordError, compiled

if TYPE_CHECKING:
    from jsonschema.protocols import Validator

MOST_VIOLATIONS = 20

INPUT_SCHEMAS = {"mixed": "MixedPlannerInputPlan", "shift": "ShiftPlannerInputPlan", "floor": "FloorPlannerInputPlan"}


@cache
def document() -> dict[str, Any]:
    """The OpenAPI 3.1 document that the generated client was made from."""
    loaded: dict[str, Any] = json.loads(files("adiutaopt").joinpath("openapi.json").read_bytes())
    return loaded


def violations(planner: str, plan: Any) -> list[dict[str, str]]:
    """What is wrong with a problem, at most 20 items of {"path", "message"}; empty when it is valid."""
    is_valid = _quick_check(planner)
    if is_valid is not None and is_valid(plan):
        return []
    found = []
    for error in _validator(planner).iter_errors(plan):
        path = "/" + "/".join(str(step) for step in error.absolute_path)
        found.append({"path": path, "message": error.message[:300]})
        if len(found) == MOST_VIOLATIONS:
            break
    return found


@cache
def _quick_check(planner: str) -> Check | None:
    try:
        return compiled(_schema(planner))
    except UnknownKeywordError:  # a newer document: slower, not wrong
        return None


@cache
def _validator(planner: str) -> "Validator":
    from jsonschema import Draft202012Validator  # noqa: PLC0415 - a tenth of a second, only for those who submit

    return Draft202012Validator(_schema(planner))


def _schema(planner: str) -> Any:
    return _inlined(document()["components"]["schemas"][INPUT_SCHEMAS[planner]])


def _inlined(schema: Any) -> Any:
    """`schema` with the schemas it refers to in place of the references, which take most of the time to follow.

    RecursionError for a schema that contains itself; the document has none.
    """
    if isinstance(schema, list):
        return [_inlined(item) for item in schema]
    if not isinstance(schema, dict):
        return schema
    kept = {name: _inlined(value) for name, value in schema.items() if name != "$ref"}
    if "$ref" not in schema:
        return kept
    referred = _inlined(document()["components"]["schemas"][schema["$ref"].rpartition("/")[2]])
    return {**kept, "allOf": [*kept.get("allOf", []), referred]} if kept else referred
