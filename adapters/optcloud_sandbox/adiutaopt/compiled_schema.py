"""A JSON Schema turned into a Python function that says yes or no, a hundred times as fast as a validator of paths.

It knows the keywords that the document's input schemas use, and gives up on any other: then everything is left to
jsonschema, as is the naming of what is wrong.
"""

from collections.abc import Callable, Mapping
from typing import Any

Check = Callable[[Any], bool]

ANNOTATIONS = ("title", "description", "deprecated", "default", "example", "examples", "format", "$comment")
KEYWORDS = ("type", "allOf", "properties", "additionalProperties", "required", "items", "minimum", "maximum")


class UnknownKeywordError(Exception):
    """The schema has a keyword that nobody taught this module."""


def compiled(schema: Any) -> Check | None:
    """A check that agrees with jsonschema; None for a schema without any constraint. UnknownKeywordError otherwise."""
    if schema is True or schema == {}:
        return None
    if schema is False:
        return lambda _: False
    for keyword in schema:
        if keyword not in KEYWORDS and keyword not in ANNOTATIONS and not keyword.startswith("x-"):
            raise UnknownKeywordError(keyword)
    found = [_type(schema), _number(schema), _object(schema), _array(schema)]
    found += [compiled(part) for part in schema.get("allOf", [])]
    checks = [check for check in found if check is not None]
    if len(checks) <= 1:
        return checks[0] if checks else None
    return lambda value: all(check(value) for check in checks)


def _is_integer(value: Any) -> bool:
    if isinstance(value, float):
        return value.is_integer()  # 1.0 is an integer to JSON Schema
    return isinstance(value, int) and not isinstance(value, bool)


_TYPES: dict[str, Check] = {
    "object": lambda value: isinstance(value, dict),
    "array": lambda value: isinstance(value, list),
    "string": lambda value: isinstance(value, str),
    "boolean": lambda value: isinstance(value, bool),
    "null": lambda value: value is None,
    "integer": _is_integer,
    "number": lambda value: isinstance(value, int | float) and not isinstance(value, bool),
}


def _type(schema: Mapping[str, Any]) -> Check | None:
    name = schema.get("type")
    if name is None:
        return None
    if not isinstance(name, str):
        raise UnknownKeywordError("type")
    return _TYPES[name]


def _number(schema: Mapping[str, Any]) -> Check | None:
    least, most = schema.get("minimum"), schema.get("maximum")
    if least is None and most is None:
        return None
    is_number = _TYPES["number"]

    def within(value: Any) -> bool:
        return not is_number(value) or ((least is None or value >= least) and (most is None or value <= most))

    return within


def _object(schema: Mapping[str, Any]) -> Check | None:
    required = tuple(schema.get("required", ()))
    properties = schema.get("properties", {})
    constrained = [(name, check) for name, part in properties.items() if (check := compiled(part)) is not None]
    further = compiled(schema.get("additionalProperties", True))
    if not required and not constrained and further is None:
        return None

    def fits(value: Any) -> bool:
        if not isinstance(value, dict):
            return True
        if not all(name in value for name in required):
            return False
        for name, check in constrained:
            if name in value and not check(value[name]):
                return False
        return further is None or all(further(item) for name, item in value.items() if name not in properties)

    return fits


def _array(schema: Mapping[str, Any]) -> Check | None:
    check = compiled(schema.get("items", True))
    if check is None:
        return None
    return lambda value: not isinstance(value, list) or all(map(check, value))
