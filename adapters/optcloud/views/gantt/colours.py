"""Colours that people with any colour vision tell apart.

Source: M. Okabe and K. Ito, "Color Universal Design", 2008: their palette without black, which is for text.
"""

from __future__ import annotations

from collections.abc import Iterable

PALETTE = ("#56B4E9", "#E69F00", "#009E73", "#CC79A7", "#0072B2", "#F0E442", "#D55E00")
OTHERS = "#B8BEC6"
INK, FAINT, GRID = "#1B2430", "#5B6675", "#D5DAE1"
WEEKEND, ZEBRA, STRIP, PAPER, WARNING = "#E4E8EF", "#F6F7F9", "#DDE5EF", "#FFFFFF", "#B3261E"
OPEN_LANE = "#FDF3F2"


def of_kinds(kinds: Iterable[str]) -> dict[str, str]:
    """Give the first kinds a colour each, and what is left over the same grey."""
    listed = list(kinds)
    own = len(PALETTE) if len(listed) <= len(PALETTE) else len(PALETTE) - 1
    return {kind: PALETTE[index] if index < own else OTHERS for index, kind in enumerate(listed)}


def ink_on(colour: str) -> str:
    """Return black or white, whichever reads better (WCAG 2.1, relative luminance)."""
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    luminance = 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
    return INK if (luminance + 0.05) / 0.066 >= 1.05 / (luminance + 0.05) else PAPER
