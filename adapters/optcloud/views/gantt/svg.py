"""A drawing as SVG, written here: what stands in an HTML page needs no package that draws.

A browser paints it with letters of its own, so a word's width is estimated, a little too wide rather than too narrow.
"""

from __future__ import annotations

from collections.abc import Iterator
from html import escape
from typing import Any
from unicodedata import combining, east_asian_width

from optcloud.views.gantt.colours import PAPER
from optcloud.views.gantt.drawing import FONT, Drawing

_ANCHORS = {"left": "start", "center": "middle", "right": "end"}
_MIDDLE = 0.3  # of its size a word's baseline lies below its middle
_NARROW, _WIDEST = frozenset(" !'(),-./:;I[]fijlrt|·"), frozenset("%@MWmw—…")


def svg_of(drawing: Drawing) -> str:
    """Return the picture as an element for HTML. Bars are ``graphics-symbol`` with their hint as name."""
    width, height = _number(drawing.width), _number(drawing.height)
    return "\n".join(
        (
            f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" '
            f'viewBox="0 0 {width} {height}" font-family="{escape(FONT)}">',
            f'<rect width="{width}" height="{height}" fill="{PAPER}"/>',
            '<g aria-hidden="true">',
            *(f'<rect {_place(box)} fill="{box["fill"]}"/>' for box in drawing.boxes),
            *map(_line, drawing.lines),
            '</g><g class="mark-rect">',
            *map(_bar, drawing.bars),
            '</g><g class="mark-text" aria-hidden="true">',
            *map(_word, drawing.words),
            "</g></svg>",
        )
    )


def _number(value: float) -> str:
    return str(round(value, 1)).removesuffix(".0")


def _place(box: dict[str, Any]) -> str:
    x, y, width, height = (_number(box[name]) for name in "xywh")
    return f'x="{x}" y="{y}" width="{width}" height="{height}"'


def _line(line: dict[str, Any]) -> str:
    ends = " ".join(f'{to}="{_number(line[of])}"' for to, of in (("x1", "x"), ("y1", "y"), ("x2", "x2"), ("y2", "y2")))
    return f'<line {ends} stroke="{line["stroke"]}" stroke-width="{line["line"]}"/>'


def _bar(bar: dict[str, Any]) -> str:
    on, off = bar["dash"]
    dashes = f' stroke-dasharray="{on} {off}"' if off else ""
    look = f'fill="{bar["fill"]}" stroke="{bar["stroke"]}" stroke-width="{bar["line"]}"{dashes}'
    return f'<rect role="graphics-symbol" aria-label="{escape(bar["hint"])}" {_place(bar)} {look}/>'


def _word(word: dict[str, Any]) -> str:
    size, text = word["size"], word["text"]
    text = fitting(text, size, word["limit"]) if word["limit"] else text
    place = f'x="{_number(word["x"])}" y="{_number(word["y"] + _MIDDLE * size)}"'
    bold = ' font-weight="bold"' if word["weight"] == "bold" else ""
    anchor = f'text-anchor="{_ANCHORS[word["align"]]}"'
    return f'<text {place} {anchor} font-size="{_number(size)}"{bold} fill="{word["fill"]}">{escape(text)}</text>'


def fitting(text: str, size: float, limit: float) -> str:
    """Cut a text to a width, with an ellipsis where something is left out."""
    room = limit / size
    if sum(map(_advance, text)) <= room:
        return text
    return "".join(_begun(text, room - _advance("…"))) + "…"


def _begun(text: str, room: float) -> Iterator[str]:
    for letter in text:
        room -= _advance(letter)
        if room < 0:
            return
        yield letter


def _advance(letter: str) -> float:
    """How wide a letter is in common fonts without serifs, in its size; rather too much than too little."""
    if combining(letter):
        return 0
    if letter > "\uffff" or east_asian_width(letter) in "WF":
        return 1.1
    if letter in _NARROW:
        return 0.36
    if letter in _WIDEST:
        return 1.0
    return 0.74 if letter.isupper() else 0.58
