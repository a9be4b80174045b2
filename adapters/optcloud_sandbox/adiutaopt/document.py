"""Problems checked by the JSON Schemas of adiutaOpt's effective document.

Source: adiutaOpt facts F031: a violation is a 422.
"""

from functools import cache
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

from optcloud_sandbox.adiutaopt.compiled_schema import Check, UnknownKeywordError, compiled
from optcloud_sandbox.documents import document, inlined
from optcloud_sandbox.json_schemas import as_json_schema

if TYPE_CHECKING:
    from jsonschema.protocols import Validator

MOST_VIOLATIONS = 20

INPUT_SCHEMAS = {"mixed": "MixedPlannerInputPlan", "shift": "ShiftPlannerInputPlan", "floor": "FloorPlannerInputPlan"}


def violations(planner: str, plan: Any) -> list[dict[str, str]]:
    """What is wrong with a problem, at most 20 items of {"path", "message"}; empty when it is valid."""
    is_valid = _fast_check(planner)
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
def _fast_check(planner: str) -> Check | None:
    try:
        return compiled(as_json_schema(_schema(planner)))
    except UnknownKeywordError:  # a newer document: slower, not wrong
        return None


@cache
def _validator(planner: str) -> "Validator":
    from jsonschema import Draft202012Validator  # noqa: PLC0415 - a tenth of a second, only for those who submit

    return Draft202012Validator(as_json_schema(_schema(planner)))


def _schema(planner: str) -> Any:
    own = f"adiutaopt_{planner}"  # the vendor has one document for each planner
    schemas = document(own if find_spec(own) else "adiutaopt")["components"]["schemas"]
    return inlined(schemas[INPUT_SCHEMAS[planner]], schemas)
