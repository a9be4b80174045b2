"""A vendor's page without a document behind it, checked against a small table: `specs/<id>/contract.toml`.

What the page no longer names is breaking. What looks like a new member of a known list is a warning, where the page's
lists can be told apart. Each finding names the line of the table.
"""

from __future__ import annotations

import re
from functools import cached_property
from typing import TYPE_CHECKING, Any

from openapi_drift.diff.change import Change, Direction, Level
from openapi_drift.errors import NotCheckedError
from openapi_drift.page.text import PageLine, lines_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from openapi_drift.page.table import PageContract

_HEADING = 60  # characters; a longer line is a sentence
_NAME = re.compile(r"[A-Za-z_]\w*")


def compare_page(contract: PageContract, page: str) -> list[Change]:
    """Compare the table with the page's text (HTML or plain). Breaking changes come first.

    Raises NotCheckedError when the page is another one, such as a sign-in page: it names none of the endpoints.
    """
    changes = _Comparison(contract, lines_of(page)).changes()
    order = {level: index for index, level in enumerate(Level)}  # stable: the table's order within a level
    return sorted(changes, key=lambda change: order[change.level])


class _Comparison:
    def __init__(self, contract: PageContract, lines: list[PageLine]) -> None:
        self._contract = contract
        self._lines = lines
        named = [name for name, entry in contract.endpoints.items() if self._names(entry["path"], lines)]
        if not named:
            raise NotCheckedError(
                f"{contract.url}: names no endpoint of {contract.name}; perhaps a sign-in page, or the page has moved"
            )

    def changes(self) -> list[Change]:
        return [
            *self._terms(),
            *(change for name in self._contract.endpoints for change in self._endpoint(name)),
            *self._new_endpoints(),
            *self._errors(),
        ]

    def _terms(self) -> Iterator[Change]:
        for table, level in (("terms", Level.BREAKING), ("notices", Level.WARNING)):
            for group, words in self._contract.table.get(table, {}).items():
                for word in words:
                    yield from self._term(word, (table, group, word), level)

    def _term(self, word: str, keys: tuple[str, ...], level: Level) -> Iterator[Change]:
        """A word that must be there, or, as a warning, one that is news."""
        named = self._names(word, self._lines, ignore_case=True)
        if named and level is Level.WARNING:
            yield self._change("page-notice-added", f"the page says now `{word}`", keys, level=level)
        elif not named and level is Level.BREAKING:
            yield self._change("page-term-removed", f"the page no longer names `{word}` ({keys[1]})", keys)

    def _endpoint(self, name: str) -> Iterator[Change]:
        entry = self._contract.endpoints[name]
        keys = ("endpoints", name)
        if not self._names(entry["path"], self._lines):
            yield self._change(
                "page-endpoint-removed", f"the page no longer names the endpoint `{entry['path']}`", keys
            )
            return
        yield from self._method(name, entry)
        section = self._section(name)
        for kind, place in (("parameters", Direction.REQUEST), ("fields", Direction.RESPONSE)):
            if kind in entry:
                yield from self._list(section, entry[kind], (*keys, kind), place)

    def _method(self, name: str, entry: dict[str, Any]) -> Iterator[Change]:
        """A row ``licenses GET``, or a sentence "a GET request to /api/licenses"."""
        method, path = entry["method"], re.escape(entry["path"])
        pattern = re.compile(
            rf"^\W*(?:{path}|{name})\W+([A-Z]+)\b|\b([A-Z]+) request to {path}(?![\w/])|\b([A-Z]+) {path}(?![\w/])"
        )
        found = {word for line in self._lines for groups in pattern.findall(line.text) for word in groups if word}
        others = sorted(found - {method})
        keys = ("endpoints", name, "method")
        if others:
            words = f"the page says {', '.join(others)} for `{entry['path']}` where it said {method}"
            yield self._change("page-method-changed", words, keys)
        elif not found:
            yield self._change("page-method-removed", f"the page no longer says {method} for `{entry['path']}`", keys)

    def _list(
        self, section: list[PageLine], known: dict[str, Any], keys: tuple[str, ...], place: Direction
    ) -> Iterator[Change]:
        """Parameters or fields: each an item of the section that begins with its name."""
        kind = keys[-1].removesuffix("s")
        blocks = {name: block for name in known if (block := _block(section, name))}
        for name, said in known.items():
            here = (*keys, name)
            block = blocks.get(name, [])
            if not block and not self._names(name, section):
                yield self._change(f"page-{kind}-removed", f"the page no longer names the {kind} `{name}`", here, place)
                continue
            yield from self._said_of(name, said, block or section, here, place)
        if len(blocks) * 2 >= len(known) and blocks:
            depth = next(iter(blocks.values()))[0].depth
            heads = [_head(line.text) for line in section if line.item and line.depth == depth]
            for head in heads:
                if head not in known and _NAME.fullmatch(head):
                    words = f"the page names a new {kind} `{head}`"
                    yield self._change(f"page-{kind}-added", words, keys, place, Level.WARNING)

    def _said_of(
        self, name: str, said: dict[str, Any], block: list[PageLine], keys: tuple[str, ...], place: Direction
    ) -> Iterator[Change]:
        text = " ".join(line.text for line in block)
        required = re.search(r"\b(is|are) required\b|\(required\)|\bmandatory\b", text) is not None
        if place is Direction.REQUEST and required and not said.get("required") and block[0].item:
            yield self._change(
                "page-parameter-became-required", f"the page says that `{name}` is required", keys, place
            )
        default = said.get("default")
        if default is not None and not re.search(rf"\bdefault(s to|:| is)?\W+{re.escape(default)}(?![\w-])", text):
            words = f"the page no longer says that `{name}` defaults to `{default}`"
            yield self._change("page-default-changed", words, (*keys, "default"), place, Level.WARNING)
        words_keys = (*keys, "words")
        yield from self._words(said.get("words", []), block, words_keys, place=place, what=f"value of `{name}`")

    def _words(
        self, known: list[str], block: list[PageLine], keys: tuple[str, ...], *, place: Direction, what: str
    ) -> Iterator[Change]:
        """Members of a list: told apart where the page has it as a list, else looked for anywhere in the block."""
        kind = "word" if keys[-1] == "words" else "error"
        members = _members(block)
        as_list = sum(word in members for word in known) * 2 >= len(known)
        for word in known:
            if not (word in members if as_list else self._names(word, block)):
                yield self._change(
                    f"page-{kind}-removed", f"the page no longer names the {what} `{word}`", (*keys, word), place
                )
        for member in members if as_list and known else ():
            if member not in known:
                words = f"the page names a new {what}: `{member}`"
                yield self._change(f"page-{kind}-added", words, keys, place, Level.WARNING)

    def _new_endpoints(self) -> Iterator[Change]:
        known = {entry["path"] for entry in self._contract.endpoints.values()}
        text = "\n".join(line.text for line in self._lines)
        for path in sorted(set(re.findall(rf"(?<![\w.]){re.escape(self._prefix)}/\w+", text)) - known):
            words = f"the page names a new endpoint `{path}`"
            yield self._change("page-endpoint-added", words, ("endpoints",), level=Level.WARNING)

    def _errors(self) -> Iterator[Change]:
        start = max(self._starts.values(), default=0)
        heading = next(
            (
                number
                for number, line in enumerate(self._lines)
                if number > start and not line.item and len(line.text) <= _HEADING and "error" in line.text.lower()
            ),
            0,
        )
        messages = self._contract.messages
        yield from self._words(
            messages, self._lines[heading:], ("errors", "messages"), place=Direction.RESPONSE, what="error message"
        )

    @cached_property
    def _prefix(self) -> str:
        """What the paths begin with: ``/api``."""
        first = next(iter(self._contract.endpoints.values()))
        return str(first["path"]).rpartition("/")[0]

    @cached_property
    def _starts(self) -> dict[str, int]:
        """Where the section of each endpoint starts: at a heading that is its path."""
        found = {}
        for name, entry in self._contract.endpoints.items():
            for number, line in enumerate(self._lines):
                if not line.item and len(line.text) <= len(entry["path"]) + 10 and self._names(entry["path"], [line]):
                    found[name] = number
                    break
        return found

    def _section(self, name: str) -> list[PageLine]:
        start = self._starts.get(name)
        if start is None:
            return self._lines
        ending = re.compile(rf"^\W*([A-Z]+ )?{re.escape(self._prefix)}/\w+\W*$|\bErrors?$")
        ends = [
            number
            for number, line in enumerate(self._lines)
            if number > start and not line.item and len(line.text) <= _HEADING and ending.search(line.text)
        ]
        return self._lines[start : min(ends, default=len(self._lines))]

    def _names(self, word: str, lines: list[PageLine], *, ignore_case: bool = False) -> bool:
        flags = re.IGNORECASE if ignore_case else 0
        pattern = re.compile(rf"(?<![\w.-]){re.escape(word)}(?![\w-]|\.\w)", flags)
        return any(pattern.search(line.text) for line in lines)

    def _change(
        self,
        id_: str,
        text: str,
        keys: tuple[str, ...],
        place: Direction = Direction.BOTH,
        level: Level = Level.BREAKING,
    ) -> Change:
        name = keys[1] if keys[0] == "endpoints" and len(keys) > 1 else ""
        entry = self._contract.endpoints.get(name, {})
        return Change(
            id_,
            level,
            text,
            method=entry.get("method", ""),
            path=entry.get("path", ""),
            operation_id=name,
            place=place,
            base=self._contract.side(*keys),
        )


def _block(section: list[PageLine], name: str) -> list[PageLine]:
    """The item that begins with a name, with all that belongs to it."""
    for start, line in enumerate(section):
        if line.item and _head(line.text) == name:
            end = start + 1
            while end < len(section) and not (section[end].item and section[end].depth <= line.depth):
                end += 1
            return section[start:end]
    return []


def _members(block: list[PageLine]) -> list[str]:
    """The heads of the items one level below the block's first line; of an errors section, of its first list."""
    first = block[0].depth if block and block[0].item else -1
    deeper = [line for line in block[1:] if line.item and line.depth > first]
    depth = min((line.depth for line in deeper), default=0)
    return [_head(line.text) for line in deeper if line.depth == depth]


def _head(text: str) -> str:
    """What an item is about: the text before a colon or a dash."""
    return re.split(r":(?:\s|$)| - ", text, maxsplit=1)[0].strip()
