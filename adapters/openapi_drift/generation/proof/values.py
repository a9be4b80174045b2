"""Between JSON and the values that a generated client takes and gives, by the types that it declares."""

from __future__ import annotations

import datetime
import io
import types
import typing
import uuid
from dataclasses import dataclass, field
from typing import Any

from openapi_drift.generation.proof.report import said


class UnfitError(Exception):
    """No type that the client declares takes the value."""


@dataclass
class ValueMaker:
    """Makes the declared values of one package from JSON; ``files`` is its File, ``reasons`` why models refused."""

    files: type
    reasons: list[str] = field(default_factory=list)

    def make(self, annotation: Any, value: Any) -> Any:
        """Return a JSON value as the declared type. Raises UnfitError."""
        found = self.ways(annotation, value)
        if not found:
            raise UnfitError("; ".join([f"{annotation} takes no {type(value).__name__}", *self.reasons]))
        return found[0]

    def ways(self, annotation: Any, value: Any) -> list[Any]:
        """Return each way in which a declared type, which may be a union, takes a JSON value."""
        origin, arguments = typing.get_origin(annotation), typing.get_args(annotation)
        if origin in (typing.Union, types.UnionType):
            kinds = sorted(arguments, key=lambda one: one is Any)
            return [made for one in kinds for made in self.ways(one, value)]
        if origin is typing.Literal:
            return [value] if any(value == word and type(value) is type(word) for word in arguments) else []
        if origin is list:
            return self._items(arguments[0], value)
        if annotation is self.files:
            return [self.files(payload=io.BytesIO(value), file_name="a.bin")] if isinstance(value, bytes) else []
        if hasattr(annotation, "from_dict"):
            return self._models(annotation, value)
        return _plain(annotation, value)

    def _items(self, annotation: Any, value: Any) -> list[Any]:
        if not isinstance(value, list):
            return []
        ways = [self.ways(annotation, item) for item in value]
        return [[found[0] for found in ways]] if all(ways) else []

    def _models(self, kind: Any, value: Any) -> list[Any]:
        try:
            return [kind.from_dict(value)] if isinstance(value, dict) else []
        except Exception as error:  # noqa: BLE001  generated code: any error is a reason
            self.reasons.append(said(error))
            return []


def _plain(annotation: Any, value: Any) -> list[Any]:
    if annotation is Any or value is None:
        return [value] if annotation in (Any, None, type(None)) else []
    if isinstance(value, str) and annotation in (datetime.datetime, datetime.date, uuid.UUID):
        try:
            return [uuid.UUID(value) if annotation is uuid.UUID else annotation.fromisoformat(value)]
        except ValueError:
            return []
    if annotation is float and isinstance(value, int) and not isinstance(value, bool):
        return [value]
    return [value] if isinstance(annotation, type) and type(value) is annotation else []


def as_json(value: Any) -> Any:
    """Return what a client gave as JSON."""
    if hasattr(value, "to_dict"):
        return value.to_dict()
    if isinstance(value, list):
        return [as_json(item) for item in value]
    if isinstance(value, datetime.datetime | datetime.date):
        return value.isoformat()
    if isinstance(value, uuid.UUID):
        return str(value)
    return value.read() if hasattr(value, "payload") else value
