"""Places: JSON pointers (RFC 6901) as text ("" is the whole document, "/paths/~1jobs" a place in it), and lines."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Position:
    """A place in a file as a person opens it; ``line`` counts from 1."""

    file: str
    line: int

    def __str__(self) -> str:
        return f"{self.file}:{self.line}"


def escape(token: str) -> str:
    """Return a token as it stands in a pointer."""
    if "/" in token or "~" in token:  # few tokens have either, and pointers are made by the hundred thousand
        return token.replace("~", "~0").replace("/", "~1")
    return token


def join(pointer: str, *parts: str | int) -> str:
    """Return the pointer of a place below ``pointer``."""
    for part in parts:
        pointer = f"{pointer}/{escape(part) if isinstance(part, str) else part}"
    return pointer


def tokens(pointer: str) -> list[str]:
    """Return the pointer's tokens, unescaped."""
    return [part.replace("~1", "/").replace("~0", "~") for part in pointer.split("/")[1:]]
