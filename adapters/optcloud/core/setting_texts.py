"""What the text of a setting may hold: white space and line ends come in by copying, and no header can carry them.

A key goes into headers and signatures: no white space, only characters of Latin-1 that can be seen. A name (an account,
a user, an address) may be of any script, without white space. A password goes out verbatim, so it may hold spaces, but
no line end and no control character; the same is asked of a path, which may have bytes that are not UTF-8. The text
itself is never shown.
"""

from __future__ import annotations

import os
import unicodedata
from typing import Literal, TypeAlias

TextKind: TypeAlias = Literal["key", "name", "password", "path"]
_BYTE_ORDER_MARK = "\ufeff"
_JOINERS = frozenset("\u200c\u200d")  # Persian and Hindi are written with them, and emoji
_LINE_ENDS = frozenset("\r\n\v\f\x85\u2028\u2029")


def fault_in(text: str, kind: TextKind) -> str | None:
    """Say what such a text may not hold, and where it stands, or return None."""
    for at, character in enumerate(text):
        if (what := _fault(character, kind)) is not None:
            where = "at its beginning" if at == 0 else "within it" if text[at:].strip() else "at its end"
            return f"{what} {where}"
    return None


def _fault(character: str, kind: TextKind) -> str | None:
    if character in _LINE_ENDS:
        return "a line end"
    category = unicodedata.category(character)
    if category == "Cs" and not (kind == "path" and _stands_for_a_byte(character)):
        return "bytes that are not UTF-8 text"
    if category == "Cc" and character != "\t":
        return "a control character"
    if character == _BYTE_ORDER_MARK:
        return "a byte order mark"
    return None if kind == "path" else _fault_of_a_word(character, category, kind)


def _stands_for_a_byte(character: str) -> bool:
    """Say whether it is what a name of a file has in the place of a byte that is not UTF-8 (`os.fsdecode`)."""
    try:
        return bool(os.fsencode(character))
    except UnicodeEncodeError:
        return False


def _fault_of_a_word(character: str, category: str, kind: TextKind) -> str | None:
    if character == "\t":
        return "a tab"
    if kind == "password":
        return None
    if character.isspace():
        return "white space"
    if category == "Cf" and not (kind == "name" and character in _JOINERS):
        return "a character that cannot be seen"
    if kind == "key" and character > "\xff":
        return "a character that headers cannot carry (it is not in Latin-1)"
    return None
