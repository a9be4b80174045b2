"""One thing that a document did not know, and which names may be written down."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Literal, NamedTuple

Kind = Literal["field", "word", "status", "media", "null", "type", "missing", "body"]

HIDDEN = "*"  # in place of a name or word that may be data
_FIELD = re.compile(r"[@$]?[A-Za-z_][A-Za-z0-9_-]{0,39}")
_WORD = re.compile(r"[A-Za-z]+(?:[-_][A-Za-z]+){0,2}")
_WORDS = re.compile(r"[A-Za-z]+(?:[-_ ][A-Za-z]+){0,2}")
_MEDIA_TYPE = re.compile(r"[a-z0-9.+-]{1,40}/[a-z0-9.+-]{1,60}")
_LONGEST_WORD = 32
_MOST_DIGITS = 3  # more are a number, a date or a key


class Observation(NamedTuple):
    """What a look at one value of a reply found.

    ``pointer``: RFC 6901, the part of the document that is not true. ``place``: where in the reply, with ``[]`` for
    items and ``*`` for keys of maps. ``name``: the field or word. ``found``: the JSON type found. ``known``: the words
    that an adapter or an open list of the document knows there.
    """

    kind: Kind
    pointer: str
    place: str
    name: str = ""
    found: str = ""
    known: tuple[str, ...] = ()


class Shape(NamedTuple):
    """An observation with the reply that it belongs to: all that is ever written down."""

    operation: str
    status: str
    media: str
    observation: Observation


def field_name(name: str, redact: Callable[[str], str]) -> str:
    """Return the name, or `HIDDEN` when it does not look like one a developer gave: keys of maps are data."""
    looks_given = _FIELD.fullmatch(name) and sum(map(str.isdigit, name)) <= _MOST_DIGITS
    return name if looks_given and redact(name) == name else HIDDEN


def word(text: str, redact: Callable[[str], str], *, spaced: bool) -> str:
    """Return a word of a vendor's vocabulary, or `HIDDEN` when it may be free text, a name or a key.

    ``spaced``: the known words have spaces, so this one may.
    """
    pattern = _WORDS if spaced else _WORD
    shown = len(text) <= _LONGEST_WORD and pattern.fullmatch(text) and redact(text) == text
    return text if shown else HIDDEN


def media_type_name(name: str, redact: Callable[[str], str]) -> str:
    """Return the media type, or ``*/*`` when there is none or it does not look like one."""
    looks_given = _MEDIA_TYPE.fullmatch(name) and sum(map(str.isdigit, name)) <= _MOST_DIGITS
    return name if looks_given and redact(name) == name else "*/*"
