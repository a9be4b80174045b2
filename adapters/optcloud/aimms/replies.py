"""Asking AIMMS: an operation is called, and its reply is read as values, or refused with the operation's name.

Null stands for "not given" in what AIMMS replies, though its document names no null.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Protocol, Self, TypeAlias, TypeVar

import msgspec
from attrs import frozen

import aimms_pro_models
from optcloud.aimms.connection import VENDOR, sibling_vendor
from optcloud.core import replies
from optcloud.core.errors import BadRequest, ResponseMismatch
from optcloud.core.flow import Call, Flow, Reply
from optcloud.core.request_checks import find_fault

JsonObject: TypeAlias = dict[str, Any]
T = TypeVar("T")


class GeneratedBody(Protocol):
    """A class of the generated client for what is sent."""

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self: ...


Body = TypeVar("Body", bound=GeneratedBody)


@frozen
class AimmsReply:
    """A reply, and what it answers. Whatever reads it raises `ResponseMismatch`, which keeps the body."""

    reply: Reply
    vendor: str
    operation: str

    @property
    def content(self) -> bytes:
        """The body as received."""
        return self.reply.content

    def read(self, kind: Any) -> Any:
        """Read JSON as a type that msgspec knows."""
        return replies.decode(self.reply, kind, vendor=self.vendor, operation=self.operation)

    def checked(self, shape: Any) -> JsonObject:
        """Return the JSON with its unknown fields, once its known ones are as ``shape`` has them, or null."""

        def check(found: JsonObject) -> JsonObject:
            msgspec.convert(without_nulls(found), shape)
            return found

        return self.built(check)

    def object(self) -> JsonObject:
        """Return a JSON object."""
        found: JsonObject = self.read(dict[str, Any])
        return found

    def objects(self) -> list[JsonObject]:
        """Return the objects of an array, which stands bare, or first in an object."""
        found = array_of(self.read(Any))
        if found is None or not all(isinstance(item, dict) for item in found):
            raise self.mismatch("the reply is no list of objects")
        return found

    def items(self, key: str, kind: Any) -> list[JsonObject]:
        """Return the objects under ``key``, each checked. The list may also be a bare array, null or missing."""
        found = self.read(dict[str, Any] | list[Any] | None)
        listed = found if isinstance(found, list) else (found or {}).get(key) or []
        if fault := find_fault(without_nulls(listed), list[kind]):
            raise self.mismatch(f"{key}{fault.path}: {fault.what}")
        return list(listed)

    def built(self, build: Callable[[JsonObject], T]) -> T:
        """Return what ``build`` makes of a JSON object; it may raise `msgspec.ValidationError`."""
        try:
            return build(self.object())
        except msgspec.ValidationError as error:
            raise self.mismatch(f"the body is not what the document promises: {error}") from error

    def mismatch(self, what: str) -> ResponseMismatch:
        """Make the error for a reply that is not what the document promises."""
        return replies.mismatch(self.reply, what, vendor=self.vendor, operation=self.operation)


def ask(arguments: Mapping[str, Any], service: str = "") -> Flow[AimmsReply]:
    """Call an operation of AIMMS PRO, or of one of its sibling services.

    ``arguments``: those of a generated function (``_get_kwargs``).
    """
    vendor, operation = sibling_vendor(service) if service else VENDOR, arguments["extensions"]["operation"]["id"]
    calls = [Call(arguments)]
    del arguments  # they may hold a secret, and the frame of a flow that waits is in tracebacks
    reply: Reply = yield calls.pop()
    return AimmsReply(reply, vendor, operation)


def body_of(kind: type[Body], what: str, said: Mapping[str, Any]) -> Body:
    """Make a body of AIMMS PRO's generated client. Raises `BadRequest` with the field at fault, before sending."""
    if fault := find_fault(said, getattr(aimms_pro_models, kind.__name__)):
        raise BadRequest(f"{what}: {fault}", vendor=VENDOR)
    return kind.from_dict(said)


def array_of(found: Any) -> list[Any] | None:
    """Return an array, bare or the first one in an object; [] where there is nothing at all, None for all else."""
    if isinstance(found, dict):
        first = next((value for value in found.values() if isinstance(value, list)), None)
        return [] if first is None and not any(found.values()) else first
    return [] if found is None else found if isinstance(found, list) else None


def without_nulls(value: Any) -> Any:
    """Return JSON without the fields that are null."""
    if isinstance(value, dict):
        return {name: without_nulls(part) for name, part in value.items() if part is not None}
    return [without_nulls(part) for part in value] if isinstance(value, list) else value
