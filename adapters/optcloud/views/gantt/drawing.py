"""Boxes, lines and words, and the Vega specification of them, which vl-convert draws without a browser or a network.

For a page, `optcloud.views.gantt.svg` writes them without it.
"""

from __future__ import annotations

import re
from typing import Any, NamedTuple

from attrs import define, field

from optcloud.views.gantt.colours import INK

FONT = "Helvetica, Arial, Liberation Sans, DejaVu Sans, sans-serif"
_WIDE = 0.56  # of its size a letter is wide, about; Vega measures exactly and cuts what does not fit
SEPARATOR = " · "
_LONGEST = 200  # letters of a word: more are in no picture
_LONGEST_HINT = 2000
# Control characters, lone surrogates and noncharacters: no XML holds them, and native code aborts on some.
_UNDRAWABLE = re.compile(
    "[\x00-\x1f\x7f-\x9f\ud800-\udfff\ufdd0-\ufdef"
    + "".join(chr(plane * 0x10000 + last) for plane in range(17) for last in (0xFFFE, 0xFFFF))
    + "]"
)
_BEYOND = re.compile("[\U00010000-\U0010ffff]")


class Box(NamedTuple):
    """A rectangle."""

    x: float
    y: float
    width: float
    height: float

    def of_mark(self) -> dict[str, Any]:
        """Return Vega's channels; a tenth of a pixel is exact enough."""
        return {name: round(value, 1) for name, value in zip("xywh", self, strict=True)}


@define
class Drawing:
    """A sheet of a size in CSS pixels (1/96 inch); what is drawn later lies above, words above all."""

    width: float
    height: float
    boxes: list[dict[str, Any]] = field(factory=list, repr=False)
    bars: list[dict[str, Any]] = field(factory=list, repr=False)
    lines: list[dict[str, Any]] = field(factory=list, repr=False)
    words: list[dict[str, Any]] = field(factory=list, repr=False)

    def box(self, place: Box, fill: str) -> None:
        """Fill a rectangle in the background."""
        self.boxes.append(place.of_mark() | {"fill": fill})

    def bar(self, place: Box, *, colour: str, outlined: bool, hint: tuple[str, ...]) -> None:
        """Draw a bar, filled or only outlined; the hint becomes its accessible name."""
        look = {"fill": "#FFFFFF" if outlined else colour, "stroke": colour, "dash": [3, 2] if outlined else [1, 0]}
        more = {"hint": shown(SEPARATOR.join(hint), _LONGEST_HINT), "line": 1.6 if outlined else 0.6}
        self.bars.append(place.of_mark() | more | look)

    def across(self, x: float, x2: float, y: float, colour: str, width: float = 0.6) -> None:
        """Draw a line from left to right."""
        self._line(x, y, x2, y, colour, width)

    def down(self, x: float, y: float, y2: float, colour: str, width: float = 0.6) -> None:
        """Draw a line from top to bottom."""
        self._line(x, y, x, y2, colour, width)

    def _line(self, *ends_and_look: Any) -> None:
        x, y, x2, y2, colour, width = ends_and_look
        ends = {"x": round(x, 1), "y": round(y, 1), "x2": round(x2, 1), "y2": round(y2, 1)}
        self.lines.append(ends | {"stroke": colour, "line": width})

    def text(
        self,
        x: float,
        y: float,
        text: str,
        size: float,
        *,
        fill: str = INK,
        align: str = "left",
        bold: bool = False,
        limit: float = 0,
    ) -> None:
        """Write a word, centred in height at ``y``; with a ``limit`` it is cut to that width, with an ellipsis."""
        text = shown(text)
        if limit and _BEYOND.search(text):  # Vega would cut such a letter in two, and fail
            text, limit = _cut(text, size, limit), 0
        style = {"size": size, "fill": fill, "align": align, "weight": "bold" if bold else "normal"}
        if limit and width_of(text, size) < 0.8 * limit:
            limit = 0  # it fits for sure: Vega takes long to measure
        self.words.append({"x": round(x, 1), "y": round(y, 1), "text": text, "limit": round(limit, 1)} | style)

    def spec(self) -> dict[str, Any]:
        """Return the Vega specification."""
        data = {"boxes": self.boxes, "lines": self.lines, "bars": self.bars, "words": self.words}
        return {
            "$schema": "https://vega.github.io/schema/vega/v6.json",
            "width": self.width,
            "height": self.height,
            "padding": 0,
            "autosize": "none",
            "background": "#FFFFFF",
            "data": [{"name": name, "values": values} for name, values in data.items()],
            "marks": _MARKS,
        }


def shown(text: str, longest: int = _LONGEST) -> str:
    """Return a text as it can be drawn: what cannot be is replaced, and what is too long is cut."""
    text = text if len(text) <= longest else text[: longest - 1] + "…"
    return _UNDRAWABLE.sub(lambda found: " " if found[0] in "\t\n\r" else "\ufffd", text)


def _cut(text: str, size: float, limit: float) -> str:
    room = int(limit / (size * _WIDE * 2))  # such letters are about twice as wide
    return text if len(text) <= room else text[: max(room - 1, 0)] + "…"


def width_of(text: str, size: float) -> float:
    """Estimate how wide a text is."""
    return len(text) * size * _WIDE


def _fields(*names: str, **renamed: str) -> dict[str, Any]:
    pairs = {name: name for name in names} | renamed
    return {channel: {"field": name} for channel, name in pairs.items()}


def _mark(kind: str, data: str, encoded: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"type": kind, "from": {"data": data}, "encode": {"enter": encoded}} | more


_MARKS = [
    _mark("rect", "boxes", _fields("x", "y", "fill", width="w", height="h"), aria=False),
    _mark("rule", "lines", _fields("x", "y", "x2", "y2", "stroke", strokeWidth="line"), aria=False),
    _mark(
        "rect",
        "bars",
        _fields(
            "x",
            "y",
            "fill",
            "stroke",
            width="w",
            height="h",
            strokeWidth="line",
            strokeDash="dash",
            description="hint",
        ),
    ),
    _mark(
        "text",
        "words",
        _fields("x", "y", "text", "fill", "align", "limit", fontSize="size", fontWeight="weight")
        | {"baseline": {"value": "middle"}, "font": {"value": FONT}},
        aria=False,
    ),
]
