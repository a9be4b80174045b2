"""`$ref`: following references inside a document, and saying where one leads nowhere."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

from optcloud.specs.drift.pointers import join, tokens
from optcloud.specs.errors import SpecsError

if TYPE_CHECKING:
    from optcloud.specs.drift.reading import LoadedDocument

_DATA = frozenset({"example", "examples", "default", "enum", "const"})
"""Keys whose values are data, not parts of the document: a `$ref` in there is just a word."""


def reference(value: Any) -> str | None:
    """Return a value's `$ref`, if it is one."""
    if isinstance(value, dict):
        target = value.get("$ref")
        return target if isinstance(target, str) else None
    return None


def follow(document: LoadedDocument, value: Any, pointer: str) -> tuple[Any, str]:
    """Return what a value is after its references, and the pointer of that real place.

    Raises SpecsError, with file and line, for a reference that leads nowhere, out of the document or in a circle.
    """
    seen: set[str] = set()
    while (target := reference(value)) is not None:
        if target in seen:
            raise _error(document, pointer, f"the reference {target!r} refers to itself in a circle")
        seen.add(target)
        value, pointer = _look_up(document, target, pointer)
    return value, pointer


def exists(document: LoadedDocument, target: str) -> bool:
    """Return whether a reference leads somewhere in a document."""
    try:
        _look_up(document, target, "")
    except SpecsError:
        return False
    return True


def _look_up(document: LoadedDocument, target: str, pointer: str) -> tuple[Any, str]:
    if not target.startswith("#"):
        raise _error(
            document, pointer, f"the reference {target!r} leads out of the document; bundle the documents first"
        )
    path = unquote(target[1:])
    value: Any = document.content
    for token in tokens(path):
        if isinstance(value, dict) and token in value:
            value = value[token]
        elif (
            isinstance(value, list)
            and token.isascii()
            and token.isdigit()
            and len(token) < 9
            and int(token) < len(value)
        ):
            value = value[int(token)]
        else:
            raise _error(document, pointer, f"the reference {target!r} leads nowhere")
    if path and not path.startswith("/"):
        raise _error(document, pointer, f"the reference {target!r} is no JSON pointer")
    return value, join("", *tokens(path))


def _error(document: LoadedDocument, pointer: str, problem: str) -> SpecsError:
    return SpecsError(f"{document.position(join(pointer, '$ref'))}: {problem}")


def check_references(document: LoadedDocument) -> None:
    """Follow each reference of the document once. Raises SpecsError for the first that cannot be followed."""
    seen: set[int] = set()
    work: list[tuple[Any, str]] = [(document.content, "")]
    while work:
        value, pointer = work.pop()
        if not isinstance(value, dict | list) or id(value) in seen:
            continue
        seen.add(id(value))
        if reference(value) is not None:
            follow(document, value, pointer)
        entries = enumerate(value) if isinstance(value, list) else value.items()
        named = pointer.endswith(("/properties", "/patternProperties", "/schemas", "/$defs"))
        for key, item in entries:
            if isinstance(item, dict | list) and (named or not (key in _DATA or str(key).startswith("x-"))):
                work.append((item, join(pointer, key)))
