"""A document with its overlay applied: each place knows the file, vendor's or overlay, that a person would open."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from openapi_drift.documents.document import LoadedDocument
from openapi_drift.documents.pointers import Position, join, tokens
from openapi_drift.documents.reading import parse_text
from openapi_drift.documents.references import check_references

if TYPE_CHECKING:
    from collections.abc import Iterator


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
    from openapi_drift.documents.overlay import read_overlay, steps  # noqa: PLC0415  slow to import, and not always needed

    overlay = read_overlay(overlay_text, overlay_name)
    parsed = parse_text(overlay_text, overlay_name, "yaml")
    assert isinstance(parsed.lines, dict)  # noqa: S101  YAML's  # nosec B101
    line_of = parsed.lines[id(parsed.content["actions"])]
    content, touched = raw.content, dict[str, int]()
    for number, changed in enumerate(steps(raw.content, overlay, overlay_name)):
        for pointer in _differences(content, changed, ""):
            touched[pointer] = line_of[str(number)]
        content = changed
    written = frozenset(pointer.rpartition("/")[0] for pointer in touched)
    document = Overlaid(name, content, {}, raw=raw, overlay=overlay_name, touched=touched, written=written)
    check_references(document)
    return document


def _differences(old: Any, new: Any, pointer: str) -> Iterator[str]:
    """Pointers of what the new value has and the old has not, each as high up as it differs as a whole."""
    if isinstance(old, dict) and isinstance(new, dict):
        for key, value in new.items():
            if key not in old:
                yield join(pointer, key)
            else:
                yield from _differences(old[key], value, join(pointer, key))
    elif isinstance(old, list) and isinstance(new, list):
        for index, value in enumerate(new):
            if index < len(old):
                yield from _differences(old[index], value, join(pointer, index))
            else:
                yield join(pointer, index)
    elif type(old) is not type(new) or old != new:
        yield pointer
