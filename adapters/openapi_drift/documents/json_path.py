"""Writing a JSON pointer as the JSONPath that an overlay's target is."""

from __future__ import annotations

from typing import Any

from openapi_drift.documents.pointers import tokens

_OPERATORS = frozenset({"where", "wherenot", "flatten", "parent", "and", "or", "not", "in"})  # of JSONPath's dialects


def json_path(document: dict[str, Any], pointer: str) -> str:
    """Write a pointer to a place of a document as the JSONPath that means it. Raises KeyError if there is none."""
    path, part = "$", document
    for token in tokens(pointer):
        if isinstance(part, list):
            path += f"[{token}]"
            part = part[int(token)]
            continue
        quote = '"' if "'" in token else "'"
        plain = token.isascii() and token.isidentifier() and token not in _OPERATORS
        path += f".{token}" if plain else f"[{quote}{token}{quote}]"
        part = part[token]
    return path
