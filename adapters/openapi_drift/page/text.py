"""The text of a page as lines that know whether they are items of a list, and how deep; from HTML or plain text."""

from __future__ import annotations

import re
from dataclasses import dataclass
from html.parser import HTMLParser

_UNSEEN = frozenset({"script", "style", "template", "noscript", "title"})
_LISTS = frozenset({"ul", "ol", "dl", "table"})
_ITEMS = frozenset({"li", "dt", "tr"})
_CELLS = frozenset({"td", "th", "dd"})
_HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
_BLOCKS = _HEADINGS | {"article", "blockquote", "body", "br", "div", "footer", "header", "hr", "p", "pre", "section"}
_HIDDEN_SIGNS = re.compile("[\u00ad\u200b-\u200d\u2060\ufeff]")
_BULLET = re.compile(r"^(\s*)[\u2022\u25e6\u25aa*+-]\s+(.*)$")


@dataclass(frozen=True)
class PageLine:
    """One line. ``depth`` counts the lists around it; ``item``: it begins an item of the innermost."""

    text: str
    depth: int = 0
    item: bool = False


def lines_of(text: str) -> list[PageLine]:
    """Return the lines that a reader of the page sees, white space and typographic signs evened out."""
    if not re.search(r"<\s*(!doctype|html|body|p|div|ul|table)\b", text, re.IGNORECASE):
        return _plain_lines(text)
    reader = _PageParser()
    reader.feed(text)
    reader.close()
    reader.end_line()
    return reader.lines


def even(text: str) -> str:
    """The text with one space for any white space, plain dashes, and without signs that do not show."""
    text = re.sub("[\u2010-\u2015\u2212]", "-", _HIDDEN_SIGNS.sub("", text))
    return re.sub(r"\s+", " ", text).strip()


def _plain_lines(text: str) -> list[PageLine]:
    """Bullets make items, their indentation the depth."""
    found: list[PageLine] = []
    indents: list[int] = []
    for raw in text.splitlines():
        bullet = _BULLET.match(raw)
        if bullet:
            indents = [*(indent for indent in indents if indent < len(bullet[1])), len(bullet[1])]
        elif raw[:1].strip():
            indents = []
        content = even(bullet[2] if bullet else raw)
        if content:
            found.append(PageLine(content, len(indents), item=bullet is not None))
    return found


class _PageParser(HTMLParser):
    """HTML, however it is marked up: lists, definitions and table rows are items, inline tags do not matter."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.lines: list[PageLine] = []
        self._pieces: list[str] = []  # a page may have millions, so that they are joined once
        self._said = False
        self._depth = self._unseen = 0
        self._item = False

    def end_line(self) -> None:
        """Keep what was read since the last line."""
        text = even("".join(self._pieces))
        self._pieces.clear()
        self._said = False
        if text:
            self.lines.append(PageLine(text, self._depth, self._item))
            self._item = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _UNSEEN:
            self._unseen += 1
        elif self._unseen:
            return
        elif tag in _CELLS:
            self._pieces += [" - "] if self._said else []
        elif tag in _LISTS | _ITEMS | _BLOCKS:
            self.end_line()
            self._depth += tag in _LISTS
            self._item = self._item or tag in _ITEMS

    def handle_endtag(self, tag: str) -> None:
        if tag in _UNSEEN:
            self._unseen = max(0, self._unseen - 1)
        elif self._unseen:
            return
        elif tag in (_LISTS | _ITEMS | _BLOCKS) - {"dt"}:  # what a dd says belongs to its dt
            self.end_line()
            self._depth = max(0, self._depth - (tag in _LISTS))
            self._item = False if tag in _LISTS | _ITEMS else self._item

    def handle_data(self, data: str) -> None:
        if not self._unseen:
            self._pieces.append(data)
            self._said = self._said or bool(data.strip())
