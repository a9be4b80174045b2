"""A document with its overlays applied: each place knows the file, vendor's or overlay, that a person would open."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from openapi_drift.documents.document import LoadedDocument
from openapi_drift.documents.pointers import Position, join, tokens
from openapi_drift.documents.reading import parse_text
from openapi_drift.documents.references import check_references

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from openapi_drift.documents.overlay_left_out import LeftOut


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Overlaid(LoadedDocument):
    """A loaded document whose content is the corrected one."""

    raw: LoadedDocument
    touched: dict[str, Position] = field(repr=False)
    written: frozenset[str] = field(repr=False)
    """The places directly above those that the overlays wrote."""

    def position(self, pointer: str) -> Position:
        """Return the vendor's line, or, for what an overlay wrote, the line of its action."""
        return self.action(pointer) or self.raw.position(pointer)

    def action(self, pointer: str) -> Position | None:
        """Return where the action stands that wrote this place last; None: none did."""
        prefix, action = "", self.touched.get("")
        for token in tokens(pointer):
            prefix = join(prefix, token)
            action = self.touched.get(prefix, action)
        return action

    def written_below(self, pointer: str) -> bool:
        """Tell whether an overlay wrote this place or something directly in it."""
        return pointer in self.written or self.action(pointer) is not None


def overlaid(
    raw: LoadedDocument, overlays: Iterable[tuple[str, str]], name: str, *, downloaded: bool = False
) -> Overlaid:
    """Apply overlays, each a text and its name, in order; the first may say what of the next one is left out.

    Raises SpecsError as `openapi_drift.documents.overlay` does, for stale actions among it.
    """
    from openapi_drift.documents.overlay import Application, read_overlay  # noqa: PLC0415  not always needed
    from openapi_drift.documents.overlay_left_out import read_left_out  # noqa: PLC0415

    content, touched = json.loads(json.dumps(raw.content)), dict[str, Position]()
    left_out: Sequence[LeftOut] = ()
    for text, file in overlays:
        overlay, parsed = read_overlay(text, file), parse_text(text, file, "yaml")
        assert isinstance(parsed.lines, dict)  # noqa: S101  YAML's  # nosec B101
        line_of = parsed.lines.get(id(parsed.content["actions"]), {})
        application = Application(content, overlay, file, left_out, yielding=downloaded)
        for number, pointers in enumerate(application.run()):
            touched.update(dict.fromkeys(pointers, Position(file, line_of[str(number)])))
        application.refuse_stale()
        left_out = read_left_out(overlay, file)
    written = frozenset(pointer.rpartition("/")[0] for pointer in touched)
    document = Overlaid(name, content, {}, raw=raw, touched=touched, written=written)
    check_references(document)
    return document
