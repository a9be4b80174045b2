"""Where a schema stands: that decides the ids of its changes and whether they break anyone."""

from __future__ import annotations

import enum
from dataclasses import dataclass, replace


class SchemaRole(enum.Enum):
    """Whose schema it is."""

    REQUEST_BODY = "request-body"
    RESPONSE_BODY = "response-body"
    PARAMETER = "request-parameter"
    HEADER = "response-header"
    MODEL = "model"
    """A component by itself, whoever uses it."""


@dataclass(frozen=True, slots=True)
class SchemaContext:
    """Whose schema it is.

    ``name`` is a parameter's or header's name, or a body's media type; ``location`` a parameter's "query", "path", ...
    or a response's status; ``style``, ``explode`` and ``required`` are a parameter's; ``media_type`` is that of a
    parameter or header that has one instead of a style.
    """

    kind: SchemaRole
    name: str
    location: str = ""
    style: str = ""
    explode: bool = False
    required: bool = False
    media_type: str = ""


@dataclass(frozen=True, slots=True)
class SchemaScope:
    """What of a context a schema's changes depend on, so that a schema is compared once for all contexts alike.

    ``nested`` tells a schema below the root (a property, an item) from the root; ``typed`` is true where the media type
    tells numbers from text, as JSON does and a query string does not; ``xml`` where it is XML. ``style`` is a
    parameter's, "" where it has a media type; ``explode``: a list is its name repeated. ``is_property`` is true
    directly below `properties`. ``travels`` is false below what this direction does not send. ``direction_unknown`` is
    true below `not` and `if`, where more values that fit inside may be fewer outside.
    """

    kind: SchemaRole
    nested: bool = False
    typed: bool = True
    name: str = ""
    location: str = ""
    explode: bool = False
    required: bool = False
    style: str = ""
    xml: bool = False
    is_property: bool = False
    travels: bool = True
    direction_unknown: bool = False

    @property
    def request(self) -> bool:
        """Whether the caller sends it (else the caller receives it)."""
        return self.kind in (SchemaRole.REQUEST_BODY, SchemaRole.PARAMETER)

    @property
    def body(self) -> bool:
        return self.kind in (SchemaRole.REQUEST_BODY, SchemaRole.RESPONSE_BODY)

    @property
    def in_request_header(self) -> bool:
        return self.kind is SchemaRole.PARAMETER and self.location == "header"

    @property
    def prefix(self) -> str:
        """The first words of the ids here: "request-body", "request-property", "request-parameter-property", ..."""
        if not self.nested:
            return self.kind.value
        return self.kind.value.replace("-body", "-property") if self.body else f"{self.kind.value}-property"

    @property
    def unsent(self) -> str:
        """The flag of what does not travel in this direction; "" where there is none."""
        return {SchemaRole.REQUEST_BODY: "readOnly", SchemaRole.RESPONSE_BODY: "writeOnly"}.get(self.kind, "")

    def below(self, key: str = "", *, travels: bool = True, direction_unknown: bool = False) -> SchemaScope:
        """The scope of what stands below, under that keyword of a schema that travels or does not."""
        is_property = key == "properties"
        travels, direction_unknown = (
            self.travels and travels,
            self.direction_unknown or direction_unknown or key in _INVERTING,
        )
        said = (self.nested, self.is_property, self.travels, self.direction_unknown)
        if said == (True, is_property, travels, direction_unknown):
            return self
        return replace(self, nested=True, is_property=is_property, travels=travels, direction_unknown=direction_unknown)


_INVERTING = ("not", "if")


def scope_of(context: SchemaContext) -> SchemaScope:
    """Return the scope of a context's root schema."""
    if context.kind in (SchemaRole.REQUEST_BODY, SchemaRole.RESPONSE_BODY):
        media_type = _essence(context.name)
        return SchemaScope(context.kind, typed=_is(media_type, "json"), xml=_is(media_type, "xml"))
    if context.kind is SchemaRole.MODEL:
        return SchemaScope(context.kind)
    style = "" if context.media_type else context.style
    return SchemaScope(
        context.kind,
        typed=_is(_essence(context.media_type), "json"),
        name=context.name,
        location=context.location if context.kind is SchemaRole.PARAMETER else "",
        explode=context.explode and style == "form",
        required=context.required,
        style=style,
        xml=_is(_essence(context.media_type), "xml"),
    )


def _essence(media_type: str) -> str:
    return media_type.split(";", maxsplit=1)[0].strip().lower()


def _is(media_type: str, word: str) -> bool:
    return media_type.endswith((f"/{word}", f"+{word}"))
