"""What may differ without meaning anything for a caller: the one list of fields that no report is made of.

Everything else that differs is reported, by a rule or as `unexplained-change`. The order of keys, and of lists that are
sets (`parameters`, `tags`, `required`, `enum`, `security`, the alternatives of a schema), means nothing either.
"""

from __future__ import annotations

from typing import Any

ANNOTATIONS = frozenset({"title", "summary", "description", "example", "examples", "externalDocs", "$comment"})
"""Fields for people, in whatever object or schema they stand."""

OF_DOCUMENT = frozenset({"openapi", "tags", "x-tagGroups"})
"""Fields of the document itself: how its version of OpenAPI is written, and what is told of its tags."""

OF_INFO = frozenset({"termsOfService", "contact", "license"})
"""Fields of `info`."""

KNOWN_EXTENSIONS = frozenset({"x-stability-level", "x-sunset", "x-extensible-enum"})
"""Extensions that change what callers may rely on. What others say is between a document and one of its tools."""


def is_meaningless(field: str) -> bool:
    """Return whether a field of any object says nothing to a caller: an annotation, or an unknown extension."""
    return field in ANNOTATIONS or (field.startswith("x-") and field not in KNOWN_EXTENSIONS)


def meaningful(value: Any) -> Any:
    """Return a value of a document without the fields that mean nothing, at any depth. Not for data, nor for names."""
    if isinstance(value, dict):
        return {key: meaningful(item) for key, item in value.items() if not is_meaningless(str(key))}
    return [meaningful(item) for item in value] if isinstance(value, list) else value
