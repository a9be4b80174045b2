"""A document with its overlay applied: each place knows the file, vendor's or overlay, that a person would open."""

from __future__ import annotations

import json
from dataclasses import dataclass, field

from openapi_drift.documents.document import LoadedDocument
from openapi_drift.documents.pointers import Position, join, tokens
from openapi_drift.documents.reading import parse_text
from openapi_drift.documents.references import check_references


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Overlaid(LoadedDocument):
    """A loaded document whose content is the corrected one."""

    raw: LoadedDocument
    overlay: str
    touched: dict[str, int] = field(repr=False)
    written: frozenset[str] = field(repr=False)
    """The places directly above those that the overlay wrote."""

    def position(self, pointer: str) -> Position:
        """Return the vendor's line, or, for what the overlay wrote, the line of its action."""
        line = self.action_line(pointer)
        return self.raw.position(pointer) if line is None else Position(self.overlay, line)

    def action_line(self, pointer: str) -> int | None:
        """Return the line of the action that wrote this place last; None: none did."""
        prefix, line = "", self.touched.get("")
        for token in tokens(pointer):
            prefix = join(prefix, token)
            line = self.touched.get(prefix, line)
        return line

    def written_below(self, pointer: str) -> bool:
        """Tell whether the overlay wrote this place or something directly in it."""
        return pointer in self.written or self.action_line(pointer) is not None


def overlaid(raw: LoadedDocument, overlay_text: str, overlay_name: str, name: str) -> Overlaid:
    """Apply an overlay. Raises SpecsError as `openapi_drift.documents.overlay` does, a stale action among it."""
    from openapi_drift.documents.overlay import apply_in_place, read_overlay  # noqa: PLC0415  not always needed

    overlay = read_overlay(overlay_text, overlay_name)
    parsed = parse_text(overlay_text, overlay_name, "yaml")
    assert isinstance(parsed.lines, dict)  # noqa: S101  YAML's  # nosec B101
    line_of = parsed.lines[id(parsed.content["actions"])]
    content, touched = json.loads(json.dumps(raw.content)), dict[str, int]()
    for number, pointers in enumerate(apply_in_place(content, overlay, overlay_name)):
        touched.update(dict.fromkeys(pointers, line_of[str(number)]))
    written = frozenset(pointer.rpartition("/")[0] for pointer in touched)
    document = Overlaid(name, content, {}, raw=raw, overlay=overlay_name, touched=touched, written=written)
    check_references(document)
    return document
