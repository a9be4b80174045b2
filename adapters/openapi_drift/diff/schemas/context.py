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
    or a response's status; ``style``, ``explode`` and ``required`` are a parameter's.
    """

    kind: SchemaRole
    name: str
    location: str = ""
    style: str = ""
    explode: bool = False
    required: bool = False


@dataclass(frozen=True, slots=True)
class SchemaScope:
    """What of a context a schema's changes depend on, so that a schema is compared once for all contexts alike.

    ``nested`` tells a schema below the root (a property, an item) from the root; ``typed`` is true where the media type
    tells numbers from text, as JSON does and a query string does not. ``explode``: a list is its name repeated.
    ``turned``: below a `not` or an `if`, where nobody can tell what a change means.
    """

    kind: SchemaRole
    nested: bool = False
    typed: bool = True
    name: str = ""
    location: str = ""
    explode: bool = False
    required: bool = False
    turned: bool = False

    @property
    def request(self) -> bool:
        """Whether the caller sends it (else the caller receives it)."""
        return self.kind in (SchemaRole.REQUEST_BODY, SchemaRole.PARAMETER)

    @property
    def body(self) -> bool:
        return self.kind in (SchemaRole.REQUEST_BODY, SchemaRole.RESPONSE_BODY)

    @property
    def prefix(self) -> str:
        """The first words of the ids here: "request-body", "request-property", "request-parameter-property", ..."""
        if not self.nested:
            return self.kind.value
        return self.kind.value.replace("-body", "-property") if self.body else f"{self.kind.value}-property"

    def below(self, turned: bool = False) -> SchemaScope:
        """The scope of what stands below."""
        turned = turned or self.turned
        return self if self.nested and turned == self.turned else replace(self, nested=True, turned=turned)


def scope_of(context: SchemaContext) -> SchemaScope:
    """Return the scope of a context's root schema."""
    if context.kind in (SchemaRole.REQUEST_BODY, SchemaRole.RESPONSE_BODY):
        media_type = context.name.split(";")[0].strip().lower()
        typed = media_type == "application/json" or media_type.endswith("+json")
        return SchemaScope(context.kind, typed=typed)
    if context.kind is SchemaRole.MODEL:
        return SchemaScope(context.kind)
    return SchemaScope(
        context.kind,
        typed=False,
        name=context.name,
        location=context.location if context.kind is SchemaRole.PARAMETER else "",
        explode=context.explode and context.style == "form",
        required=context.required,
    )
