"""Words of a document or a file's name made safe to show: none steers a terminal, and all can be seen."""

from __future__ import annotations

import json
import re
from typing import Any

_NOT_ASCII = re.compile(r"[^\n -~]")


def visible(text: str, keep: str = "") -> str:
    r"""Return the text with control characters, line ends and the like written as escapes: ``\x1b``, ``\u2028``."""
    if text.isprintable():
        return text
    return "".join(sign if sign.isprintable() or sign in keep else _escape(ord(sign)) for sign in text)


def _escape(code: int) -> str:
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"


def json_text(value: Any) -> str:
    """Return a value as JSON for files and pipes, in which all that cannot be seen stays an escape of JSON's."""
    return _NOT_ASCII.sub(_in_json, json.dumps(value, indent=2, ensure_ascii=False)) + "\n"


def _in_json(match: re.Match[str]) -> str:
    sign = match[0]
    return sign if sign.isprintable() else json.dumps(sign)[1:-1]
