"""The thorough check of a problem: all that is the matter, with its path."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection
from difflib import get_close_matches
from typing import Any

from attrs import define, field

from optcloud.adiutaopt.problem.names import EITHER_OR, INSTEAD
from optcloud.adiutaopt.problem.values import impossible
from optcloud.core.findings import InputFinding, path_text
from optcloud.json_schema.nodes import ANYTHING, SchemaNode
from optcloud.json_schema.quick import Tolerated
from optcloud.json_schema.walk import TYPES, SchemaWalk, Steps

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
class ProblemWalk(SchemaWalk):
    """Findings so far. ``tolerated``: what has been warned of often enough not to be looked for again."""

    unknown = ANYTHING  # impossible dates are looked for everywhere

    faults: list[InputFinding] = field(factory=list)
    warnings: list[InputFinding] = field(factory=list)
    tolerated: set[Tolerated] = field(factory=set)
    _seen: Counter[Tolerated] = field(factory=Counter)

    def visit(self, node: SchemaNode, value: Any, path: Steps) -> None:
        """Check a value and all that is in it."""
        if isinstance(value, str):
            self._text(node, value, path)
        SchemaWalk.visit(self, node, value, path)

    def wrong_type(self, node: SchemaNode, value: Any, path: Steps) -> None:
        """Note a value of another type."""
        wanted = " or ".join(_WORDS[name] for name in sorted(node.types or ()))
        self._breaks(node, path, f"{_WORDS[TYPES[type(value)]]} stands here", f"write {wanted}")

    def fields(self, node: SchemaNode, value: Collection[str], path: Steps) -> None:
        """Check which fields an object has; their names are enough."""
        for name in node.required:
            if name not in value:
                self._breaks(node, (*path, name), "is required, and missing", f"add {name}")
        for name in value:
            known = node.properties.get(name)
            if known is None:
                self._unknown_field(node, name, path)
            elif known.deprecated:
                instead = INSTEAD.get(name, "leave it out")
                self.warn(Tolerated(known.at, "deprecated"), (*path, name), "is deprecated", instead, most=1)
        for first, second in EITHER_OR:
            if first in value and second in value and {first, second} <= node.properties.keys():
                what = f"{first} is there, too, and which of them counts is not stated"
                twice = Tolerated(node.properties[second].at, "either-or")
                self.warn(twice, (*path, second), what, f"leave out {first} or {second}")

    def _unknown_field(self, node: SchemaNode, name: str, path: Steps) -> None:
        if node.closed:
            self._breaks(node, (*path, name), "is no field of this object", _meant(name, node) or "leave it out")
        elif node.is_open:
            hint = _meant(name, node) or "it is sent as it is"
            unknown = Tolerated(node.at, "field", name)
            self.warn(unknown, (*path, name), "the document names no such field", hint, most=1)

    def warn(self, of: Tolerated, path: Steps, what: str, hint: str, *, most: int = MOST_OF_A_KIND) -> None:
        """Warn, unless it has been done so often for this place that the rest would drown in it."""
        if of in self.tolerated:
            return
        self._seen[of] += 1
        if self._seen[of] == most:
            self.tolerated.add(of)
            if most > 1:
                hint = f"{hint}; {most} are named, the rest not looked for"
        self.warnings.append(InputFinding(path_text(path), what, hint))

    def fault(self, path: Steps, what: str, hint: str) -> None:
        """Note what the document, or the vendor, does not allow."""
        self.faults.append(InputFinding(path_text(path), what, hint))

    def _breaks(self, node: SchemaNode, path: Steps, what: str, hint: str) -> None:
        if node.inferred:
            self.warn(Tolerated(node.at, "value"), path, what, f"{hint} ({INFERRED})")
        else:
            self.fault(path, what, hint)

    def _text(self, node: SchemaNode, value: str, path: Steps) -> None:
        if why := impossible(value):
            self.fault(path, f"{value!r} is not a day of the calendar", why)
        if node.pattern is not None and not node.pattern.search(value):
            example = f", such as {node.examples[0]}" if node.examples else ""
            self._breaks(
                node, path, f"{value[:40]!r} does not have the form asked for{example}", "write it in that form"
            )

    def scalar(self, node: SchemaNode, value: Any, path: Steps) -> None:
        """Check the bounds of a number."""
        if isinstance(value, str | bool):
            return
        low, high = node.minimum, node.maximum
        if low is not None and value < low:
            self._breaks(node, path, f"{value} is too small", f"write {low} or more")
        if high is not None and value > high:
            self._breaks(node, path, f"{value} is too large", f"write {high} or less")
        low, high = node.by_name
        if (low is not None and value < low) or (high is not None and value > high):
            self.warn(Tolerated(node.at, "by name"), path, f"{value} does not fit into 64 bits", INFERRED)


def _meant(name: str, node: SchemaNode) -> str:
    close = get_close_matches(name, node.properties, n=1, cutoff=0.75)
    by_case = [known for known in node.properties if known.lower() == name.lower()]
    meant = (by_case or close)[:1]
    return f"was {meant[0]} meant?" if meant else ""
