"""The thorough check: walks over values as JSON gives them and collects all that is the matter, with its path.

It takes several times as long as the quick one (`problem_types`), which calls it where it meets something unusual.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection
from difflib import get_close_matches
from typing import Any

from attrs import define, field

from optcloud.adiutaopt.problem.names import EITHER_OR, INSTEAD
from optcloud.adiutaopt.problem.schema import ANYTHING, Node
from optcloud.adiutaopt.problem.values import impossible
from optcloud.core.findings import InputFinding, path_text

Steps = tuple[str | int, ...]
Kind = tuple[tuple[str, ...], str]  # a place of the schema, and what is warned of there
MOST_OF_A_KIND = 100
INFERRED = "inferred: the document does not say so; it is sent as it is"
_WORDS = {
    "integer": "a whole number",
    "number": "a number",
    "string": "text",
    "boolean": "true or false",
    "array": "a list",
    "object": "an object",
    "null": "null",
}


@define
class Walk:
    """Findings so far. ``tolerated``: what has been warned of often enough not to be looked for again."""

    faults: list[InputFinding] = field(factory=list)
    warnings: list[InputFinding] = field(factory=list)
    tolerated: set[Kind] = field(factory=set)
    _seen: Counter[Kind] = field(factory=Counter)

    def visit(self, node: Node, value: Any, path: Steps) -> None:
        """Check a value and all that is in it."""
        if isinstance(value, str):
            self._text(node, value, path)
        if node.types is not None and not _is_one_of(node.types, value):
            wanted = " or ".join(_WORDS[name] for name in sorted(node.types))
            self._breaks(node, path, f"{_kind_of(value)} stands here", f"write {wanted}")
            node = ANYTHING  # impossible dates are looked for all the same
        if isinstance(value, dict):
            self.fields(node, value, path)
            for name, below in value.items():
                self.visit(node.properties.get(name) or node.extra or ANYTHING, below, (*path, name))
        elif isinstance(value, list):
            for index, below in enumerate(value):
                self.visit(node.items or ANYTHING, below, (*path, index))
        elif isinstance(value, int | float) and not isinstance(value, bool):
            self._number(node, value, path)

    def fields(self, node: Node, names: Collection[str], path: Steps) -> None:
        """Check which fields an object has."""
        for name in node.required:
            if name not in names:
                self._breaks(node, (*path, name), "is required, and missing", f"add {name}")
        for name in names:
            known = node.properties.get(name)
            if known is not None:
                if known.deprecated:
                    self.warn((*node.place, name), "deprecated", (*path, name), "is deprecated", _instead(name), most=1)
            elif node.closed:
                self._breaks(node, (*path, name), "is no field of this object", _meant(name, node) or "leave it out")
            elif node.open:
                hint = _meant(name, node) or "it is sent as it is"
                self.warn(
                    (*node.place, name), "unknown", (*path, name), "the document names no such field", hint, most=1
                )
        for one, other in EITHER_OR:
            if one in names and other in names and {one, other} <= node.properties.keys():
                what, hint = (
                    f"{one} is there, too, and which of them counts is not stated",
                    f"leave out {one} or {other}",
                )
                self.warn((*node.place, other), "either-or", (*path, other), what, hint)

    def warn(
        self, place: tuple[str, ...], kind: str, path: Steps, what: str, hint: str, *, most: int = MOST_OF_A_KIND
    ) -> None:
        """Warn, unless it has been done so often for this place that the rest would drown in it."""
        key = (place, kind)
        if key in self.tolerated:
            return
        self._seen[key] += 1
        if self._seen[key] == most:
            self.tolerated.add(key)
            if most > 1:
                hint = f"{hint}; {most} are named, the rest not looked for"
        self.warnings.append(InputFinding(path_text(path), what, hint))

    def fault(self, path: Steps, what: str, hint: str) -> None:
        """Note what the document, or the vendor, does not allow."""
        self.faults.append(InputFinding(path_text(path), what, hint))

    def _breaks(self, node: Node, path: Steps, what: str, hint: str) -> None:
        if node.inferred:
            self.warn(node.place, "value", path, what, f"{hint} ({INFERRED})")
        else:
            self.fault(path, what, hint)

    def _text(self, node: Node, value: str, path: Steps) -> None:
        if why := impossible(value):
            self.fault(path, f"{value!r} is not a day of the calendar", why)
        if node.pattern is not None and not node.pattern.search(value):
            example = f", such as {node.examples[0]}" if node.examples else ""
            self._breaks(
                node, path, f"{value[:40]!r} does not have the form asked for{example}", "write it in that form"
            )

    def _number(self, node: Node, value: float, path: Steps) -> None:
        low, high = node.minimum, node.maximum
        if low is not None and value < low:
            self._breaks(node, path, f"{value} is too small", f"write {low} or more")
        if high is not None and value > high:
            self._breaks(node, path, f"{value} is too large", f"write {high} or less")
        low, high = node.by_name
        if (low is not None and value < low) or (high is not None and value > high):
            self.warn(node.place, "by name", path, f"{value} does not fit into 64 bits", INFERRED)


def _is_one_of(types: frozenset[str], value: Any) -> bool:
    kind = _type_of(value)
    if kind in types or (kind == "integer" and "number" in types):
        return True
    return kind == "number" and "integer" in types and float(value).is_integer()  # 1.0 is an integer in JSON Schema


def _type_of(value: Any) -> str:
    for kind, name in ((bool, "boolean"), (int, "integer"), (float, "number"), (str, "string"), (dict, "object")):
        if isinstance(value, kind):
            return name
    return "null" if value is None else "array"


def _kind_of(value: Any) -> str:
    return _WORDS[_type_of(value)]


def _meant(name: str, node: Node) -> str:
    close = get_close_matches(name, node.properties, n=1, cutoff=0.75)
    by_case = [known for known in node.properties if known.lower() == name.lower()]
    meant = (by_case or close)[:1]
    return f"was {meant[0]} meant?" if meant else ""


def _instead(name: str) -> str:
    return INSTEAD.get(name, "leave it out")
