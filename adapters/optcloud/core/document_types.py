"""Strict when sending: values are checked against the document's types, and a fault is named by its path."""

from __future__ import annotations

import re
from typing import Any

import msgspec
from attrs import frozen

from optcloud.core.replies import UNREADABLE
from optcloud.core.request_checks import HALF_A_PAIR, unencodable

_PATH = re.compile(r" - at `\$\.?(?P<path>[^`]*)`$")


@frozen
class Fault:
    """What is wrong, and where: ``tasks[17].revenue``, or "" for the value as a whole."""

    what: str
    path: str

    def __str__(self) -> str:
        return f"{self.path}: {self.what}" if self.path else self.what


def find_fault(value: Any, kind: Any) -> Fault | None:
    """Return the first fault of a value (JSON bytes, or Python objects) as an instance of ``kind``, or None."""
    try:
        if isinstance(value, bytes):
            msgspec.json.decode(value, type=kind)
        else:
            msgspec.convert(value, kind)
    except msgspec.ValidationError as error:
        text = str(error)
        match = _PATH.search(text)
        return Fault(text, "") if match is None else Fault(text[: match.start()], match["path"])
    except UNREADABLE as error:
        return Fault(f"not JSON: {error}", "")
    except UnicodeEncodeError:  # raised where text stands in place of something else
        return Fault(f"the text has {HALF_A_PAIR}", unencodable({"": value}))
    return None
