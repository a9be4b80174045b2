"""Texts from outside, shown so that they steer nothing: no terminal, no line, no direction of reading.

Escaped, as Python writes them (``\\x1b``, ``\\u202e``), are control characters (C0, DEL, C1), marks of direction, signs
without width (of the joiners in a name or an emoji, too: with one of them two names look the same), separators of lines
and paragraphs, halves of surrogate pairs, private and unassigned signs. Letters of all scripts and spaces of all widths
stay. A backslash stays one: the escapes are for people; programs read JSON.
"""

from __future__ import annotations

import json
import re
from typing import Any
from unicodedata import category

_LONGEST = 80
LONGEST_LINE = 300


def escaped(text: str, keep: str = "\n\t") -> str:
    """Return the text with its unprintable signs escaped, but for those of ``keep``."""
    if text.isprintable():
        return text
    return "".join(sign if sign in keep or _is_plain(sign) else repr(sign)[1:-1] for sign in text)


def shown(value: str) -> str:
    """Return a value in quotes, on one line, escaped and cut to what a message can hold."""
    return repr(value if len(value) <= _LONGEST else value[:_LONGEST] + "…")


def one_line(text: str, longest: int = LONGEST_LINE) -> str:
    """Return somebody's words as one line of at most so many signs, escaped, for logs and telemetry."""
    words = escaped(" ".join(text.split()), keep="")
    return words if len(words) <= longest else f"{words[:longest]}…"


def json_text(value: Any, *, indent: int | None = None, default: Any = None) -> str:
    """Return a value as JSON in which what `escaped` would escape is a ``\\uXXXX`` of JSON's own."""
    text = json.dumps(value, indent=indent, ensure_ascii=False, default=default)
    return text if text.isprintable() else re.sub(r"[^\x20-\x7e\n]", _in_json, text)


def _in_json(match: re.Match[str]) -> str:
    return match[0] if _is_plain(match[0]) else json.dumps(match[0])[1:-1]


def _is_plain(sign: str) -> bool:
    return sign.isprintable() or category(sign) == "Zs"
