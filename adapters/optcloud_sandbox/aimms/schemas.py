"""JSON Schemas that several operations share, and the check that names the field at fault."""

from collections.abc import Mapping
from typing import Any

from optcloud_sandbox.refusal import Refusal

STRING = {"type": "string"}
NAME = {"type": "string", "minLength": 1, "pattern": "^[^/]+$"}  # a slash could not be written in a path (inferred)
AUTHORIZATIONS = {
    # EntityAuthorization: a sum of read 4, write 2, execute 1 (facts, section 4).
    "type": "array",
    "items": {
        "type": "object",
        "required": ["authorization", "deny", "entity"],
        "properties": {
            "authorization": {"type": "integer", "minimum": 1, "maximum": 7},
            "deny": {"type": "boolean"},
            "entity": {"type": "integer"},
        },
    },
}

Authorization = dict[str, Any]


def check(data: object, schema: Mapping[str, Any], what: str) -> None:
    """Refusal 400 naming the field when `data` violates `schema`."""
    from jsonschema import Draft202012Validator  # noqa: PLC0415 - a tenth of a second, only for those who send bodies
    from jsonschema.exceptions import best_match  # noqa: PLC0415

    error = best_match(Draft202012Validator(schema).iter_errors(data))
    if error is not None:
        raise Refusal(400, f"{what}{''.join(f'/{step}' for step in error.absolute_path)}: {error.message[:300]}")
