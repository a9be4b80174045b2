"""What is given from outside, read so that nothing hostile gets further: JSON, whole numbers, typed choices."""

import json
import math
import re
from collections.abc import Mapping
from dataclasses import fields
from typing import TYPE_CHECKING, Any, Literal, NoReturn, TypeVar, get_args, get_origin, get_type_hints

from optcloud_sandbox.refusal import Refusal

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

T = TypeVar("T", bound="DataclassInstance")

MOST_JSON = 1_000_000  # bytes of a JSON object or a form that is no task and no plan: the sandbox's own guard
MOST_DEPTH = 100  # of arrays and objects inside each other
MOST_DIGITS = 18  # of a number in a path or a query
LONGEST_INTEGER = 400  # digits of an integer in JSON
MOST_VALUES = 8_000_000  # of all arrays and objects together: each takes up to a hundred bytes of memory

_SURROGATE = re.compile(r"\\u[dD][89a-fA-F]")


def read_json(text: str | bytes) -> Any:
    """The value of a JSON text in UTF-8 (RFC 8259); ValueError for any other.

    Also refused is what would surprise further on: NaN and infinite numbers, lone surrogates, integers of more than 400
    digits, more than 100 levels, more than 8,000,000 values. A float without a fraction is an integer, as in JSON
    Schema.
    """
    decoded = text.decode("utf-8-sig") if isinstance(text, bytes) else text
    if decoded.count(",") + decoded.count("[") + decoded.count("{") > MOST_VALUES:
        raise ValueError(f"there are more than {MOST_VALUES} values")
    try:
        data = json.loads(decoded, parse_constant=_no_number, parse_float=_number, parse_int=_integer)
    except RecursionError as error:
        raise ValueError(f"arrays and objects are nested more than {MOST_DEPTH} levels deep") from error
    _check_depth(data)
    if _SURROGATE.search(decoded):
        json.dumps(data, ensure_ascii=False).encode()  # UnicodeEncodeError, a ValueError, for a lone one
    return data


def json_object(text: bytes, what: str = "the body", *, name: str | None = None) -> dict[str, Any]:
    """An object of at most 1,000,000 bytes; Refusal 413 or 400, under the vendor's `name` for it."""
    if len(text) > MOST_JSON:
        raise Refusal(413, f"{what} must not exceed {MOST_JSON} bytes, got {len(text)}", name=name)
    try:
        data = read_json(text)
    except ValueError as error:
        raise Refusal(400, f"{what} is not JSON: {error}", name=name) from error
    if not isinstance(data, dict):
        raise Refusal(400, f"{what} must be a JSON object", name=name)
    return data


def _check_depth(data: Any) -> None:
    level = [data]
    for _ in range(MOST_DEPTH + 1):
        level = [
            inner
            for value in level
            if isinstance(value, dict | list)
            for inner in (value.values() if isinstance(value, dict) else value)
            if isinstance(inner, dict | list)
        ]
        if not level:
            return
    raise ValueError(f"arrays and objects are nested more than {MOST_DEPTH} levels deep")


def _no_number(name: str) -> NoReturn:
    raise ValueError(f"{name} is no number")


def _integer(text: str) -> int:
    if len(text) > LONGEST_INTEGER:
        raise ValueError(f"an integer has more than {LONGEST_INTEGER} digits")
    return int(text)


def _number(text: str) -> int | float:
    number = float(text)
    if math.isinf(number):
        raise ValueError(f"{text[:40]} is too large for a number")
    return int(number) if number.is_integer() and abs(number) < 2**53 else number


def whole_number(text: str, least: int = 0, most: int | None = None) -> int | None:
    """The integer that these ASCII digits are; None for other text, more than 18 digits, or one out of bounds."""
    if not text.isascii() or not text.isdigit() or len(text) > MOST_DIGITS:
        return None
    number = int(text)
    return number if least <= number and (most is None or number <= most) else None


def check_words(kind: type[T], values: Mapping[str, Any], prefix: str = "") -> None:
    """ValueError names the field of a dataclass whose type lists the words it may be, and that is another word."""
    for name, hint in get_type_hints(kind).items():
        words = [word for part in (hint, *get_args(hint)) if get_origin(part) is Literal for word in get_args(part)]
        if words and isinstance(values.get(name), str | int) and values[name] not in words:
            raise ValueError(f"{prefix}{name} must be one of {', '.join(map(str, words))}, got {values[name]!r}")


def typed(kind: type[T], values: Mapping[str, Any]) -> T:
    """A dataclass of these values; ValueError names the field that does not exist or is of another type."""
    import msgspec  # noqa: PLC0415 - only for those who script something

    known = {field.name for field in fields(kind)}
    if strangers := sorted(set(values) - known):
        raise ValueError(f"there is no field {', '.join(strangers)}; there are {', '.join(sorted(known))}")
    check_words(kind, values)
    try:
        return msgspec.convert(dict(values), kind)
    except msgspec.ValidationError as error:
        raise ValueError(str(error)) from error


def writable(text: str) -> str:
    """`text` with lone surrogates escaped: what a planted function says may hold some, and no reply can."""
    return text.encode("utf-8", "backslashreplace").decode()
