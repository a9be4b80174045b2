"""How much one document may hold, so that no text takes a machine's memory or hours of its time."""

from __future__ import annotations

MAX_BYTES = 64 * 2**20
"""Of a document's text; the largest that vendors publish have about half of it."""

MAX_DEPTH = 200
"""Collections in one another."""

MAX_VALUES = 2_000_000
"""Of a document with its aliases written out; a long text counts once more for each `TEXT_LENGTH` characters."""

TEXT_LENGTH = 64

MAX_DIGITS = 400
"""Of an integer; a longer one stays text."""


def size(number: int) -> str:
    """Return a number of bytes as people write it: "64 MiB"."""
    return f"{number // 2**20} MiB" if number >= 2**20 else f"{number:,} bytes"
