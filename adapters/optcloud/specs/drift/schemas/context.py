"""Where a schema stands: that decides the ids of its changes."""

from __future__ import annotations

import enum
from dataclasses import dataclass


class Kind(enum.Enum):
    """Whose schema it is."""

    REQUEST_BODY = "request-body"
    RESPONSE_BODY = "response-body"
    PARAMETER = "request-parameter"
    HEADER = "response-header"


@dataclass(frozen=True, slots=True)
class Context:
    """Whose schema it is, and what people call it.

    ``name`` is a parameter's or header's name, or a body's media type; ``location`` a parameter's "query", "path", ...
    or a response's status. ``style`` and ``explode`` are a parameter's (OpenAPI's defaults filled in).
    """

    kind: Kind
    name: str
    location: str = ""
    style: str = ""
    explode: bool = False
