"""Inputs that a program makes: dictionaries, models, bytes, texts, paths, each alone or in a pair with its key."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date, time, timedelta
from decimal import Decimal
from enum import Enum
from operator import index
from pathlib import Path
from typing import Any, TypeAlias
from uuid import UUID

import attrs
import msgspec

from optcloud.batch.inputs.rows import InputRow
from optcloud.core.errors import OptCloudError
from optcloud.core.findings import InputFinding

Encode: TypeAlias = Callable[[Any], bytes]
_KNOWN = (date, time, timedelta, Decimal, UUID, Enum)


def as_json(value: Any) -> bytes:
    """Return a value as JSON, without blanks, fields in their order; the same value gives the same bytes.

    Models of attrs, dataclasses, msgspec and pydantic are objects; times are in ISO 8601, decimals are texts. Raises
    ``TypeError`` or ``ValueError`` for what JSON has not, such as NaN.
    """
    try:
        return json.dumps(value, default=_plain, ensure_ascii=False, allow_nan=False, separators=(",", ":")).encode()
    except UnicodeEncodeError:
        pass
    raise ValueError("a text has half of a surrogate pair in it")  # outside: the first error holds the text


def encode_for(cloud: str) -> Encode:
    """Return what writes values as a cloud reads them: adiutaOpt has forms of its own for dates and times."""
    if cloud != "adiutaopt":
        return as_json
    from optcloud.adiutaopt.problem.problem import problem_json  # noqa: PLC0415 - the other clouds do without

    return problem_json


def value_rows(values: Iterable[Any], encode: Encode, *, pairs: bool = False) -> Iterator[InputRow | InputFinding]:
    """Number the values from 1; ``pairs``: each is a key and a value, else a tuple of two is."""
    return (value_row(number, value, encode, pair=pairs) for number, value in enumerate(values, 1))


def value_row(number: int, value: Any, encode: Encode, *, pair: bool = False) -> InputRow | InputFinding:
    """Return the row of one value: bytes and texts (as UTF-8) as they are, a path for the file, else JSON."""
    place, name, distinct = f"input {number}", number, True
    if isinstance(value, tuple) and (pair or len(value) == 2):
        (name, value), distinct = value, False
    if isinstance(value, bytes | bytearray | memoryview):
        return InputRow(place, name, bytes(value), distinct=distinct)
    try:
        if isinstance(value, str):
            return InputRow(place, name, value.encode(), distinct=distinct)
        if isinstance(value, Path):
            own_name = value.name if distinct else name
            if not value.is_file():
                return InputFinding(f"{place}, {value.name}", "is no file")
            return InputRow(f"{place}, {value.name}", own_name, value, distinct=False)
        plain = value if isinstance(value, dict) else None
        return InputRow(place, name, encode(value), plain, distinct=distinct)
    except (TypeError, ValueError, RecursionError, OptCloudError) as error:
        return InputFinding(place, f"cannot be written as JSON: {_words(error)}", "give what JSON has, or bytes")


def _words(error: Exception) -> str:
    return "a text has half of a surrogate pair in it" if isinstance(error, UnicodeEncodeError) else str(error)


def _plain(value: Any) -> Any:
    """Return what JSON has for a value that it does not know; what stands in it may be unknown again."""
    if isinstance(value, msgspec.Struct) or dataclasses.is_dataclass(value):
        return msgspec.to_builtins(value, enc_hook=_of_others)
    return msgspec.to_builtins(value) if isinstance(value, _KNOWN) else _of_others(value)


def _of_others(value: Any) -> Any:
    if isinstance(value, Mapping):
        return dict(value)
    if attrs.has(type(value)):
        return attrs.asdict(value, recurse=False)
    if callable(dump := getattr(value, "model_dump", None)):  # pydantic
        return dump(mode="json")
    if hasattr(value, "__index__"):  # whole numbers of numpy
        return index(value)
    if callable(tolist := getattr(value, "tolist", None)):  # its other numbers, and arrays
        return tolist()
    if isinstance(value, set | frozenset):
        raise TypeError("a set has no order, so its JSON would change from run to run: write a sorted list")
    raise TypeError(f"a {type(value).__name__} has no form in JSON")
