"""Applying an OpenAPI Overlay 1.0, strictly: an action whose target matches nothing is stale and an error.

An action whose result is there already is none: what it removes has gone, or merging its update changes nothing.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from openapi_drift.documents.overlay_inlining import write_out
from openapi_drift.documents.overlay_left_out import KEY as LEFT_OUT
from openapi_drift.documents.overlay_left_out import LeftOut, check_values, read_left_out
from openapi_drift.documents.overlay_merge import Merge, unshared
from openapi_drift.documents.overlay_renames import RENAME, rename
from openapi_drift.documents.overlay_targets import Found, Match, find, holder_exists
from openapi_drift.documents.reading import parse_text, read_text
from openapi_drift.errors import SpecsError

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence
    from pathlib import Path

    from openapi_drift.documents.document import Document

_FIELDS = {"target", "description", "update", "remove"}
_STALE = "matches nothing, so it is stale; correct or remove it"


def load_overlay(path: Path) -> dict[str, Any]:
    """An overlay from its file. Raises SpecsError unless it is Overlay 1.0 with a reason for each action."""
    return read_overlay(read_text(path), str(path))


def read_overlay(text: str, name: str) -> dict[str, Any]:
    """The same from its text; `name` is how messages call it."""
    overlay = parse_text(text, name).content
    if not isinstance(overlay, dict) or not str(overlay.get("overlay", "")).startswith("1.0."):
        raise SpecsError(f"{name}: not an Overlay 1.0 document (overlay: 1.0.0)")
    actions = overlay.get("actions")
    read_left_out(overlay, name)
    if not isinstance(actions, list) or not (actions or overlay.get(LEFT_OUT)):
        raise SpecsError(f"{name}: actions is missing or empty")
    for number, action in enumerate(actions, start=1):
        _check_action(f"{name}: action {number}", action)
    return overlay


def _check_action(name: str, action: Any) -> None:
    if not isinstance(action, dict) or not isinstance(action.get("target"), str):
        raise SpecsError(f"{name}: target is missing")
    name = f"{name} ({action['target']})"
    unknown = [key for key in action if key not in _FIELDS and not key.startswith("x-")]
    if unknown:
        raise SpecsError(f"{name}: unknown {', '.join(unknown)}")
    if ("update" in action) + (action.get("remove") is True) + (RENAME in action) != 1:
        raise SpecsError(f"{name}: needs either update or remove: true (or {RENAME}, in adopted.yaml)")
    if RENAME in action and (action["target"] != "$" or not isinstance(action[RENAME], dict)):
        raise SpecsError(f"{name}: {RENAME} is a mapping, and its target is $")
    for key in ("description", "x-evidence"):
        if not action.get(key):
            raise SpecsError(f"{name}: {key} is missing; say why, and where it is known from")


def apply(document: Document, overlay: dict[str, Any], name: str) -> Document:
    """A new document with the overlay's actions applied in order.

    Raises SpecsError with the number and target of each action whose target matches nothing (the document has moved
    on, so the action is stale), or that is something Overlay 1.0 cannot do.
    """
    application = Application(unshared(document), overlay, name)
    for _written in application.run():
        pass
    application.refuse_stale()
    return application.document


@dataclass
class Application:
    """An overlay that is applied to a document in place; the document may share no object between two places.

    ``left_out`` are actions, or places of them, that are not applied. ``yielding``: the document is the vendor's own,
    so what the overlay only infers overwrites nothing. ``stale`` has, after `run`, what could not be applied.
    """

    document: Document
    overlay: dict[str, Any]
    name: str
    left_out: Sequence[LeftOut] = ()
    yielding: bool = False
    stale: list[str] = field(default_factory=list)

    def run(self) -> Iterator[list[str]]:
        """Apply one action after the other, and yield the pointers of what each of them wrote."""
        checks = check_values(self.overlay["actions"])
        for number, (action, check) in enumerate(zip(self.overlay["actions"], checks, strict=True), start=1):
            place = f"{self.name}: action {number} ({action['target']})"
            places = self._places_left_out(check)
            if places is None:
                yield []
                continue
            if RENAME in action:
                yield _renamed(self.document, action, place)
                continue
            try:
                write_out(self.document, action)
                everything = find(self.document, action["target"])
            except SpecsError as error:
                raise SpecsError(f"{place}: {error}") from error
            fitting: list[Match] = []
            for found in everything:
                problem = problem_of(self.document, action, found)
                if not problem:
                    fitting += found.matches
                elif found.name not in places:
                    gone = "" if found.name == action["target"] else f"; {found.name}"
                    self.stale.append(f"{place}{gone}: {problem}")
            yield Merge(self.document, places, self.yielding).write(action, fitting)

    def refuse_stale(self) -> None:
        """Raise one SpecsError for all that could not be applied."""
        if self.stale:
            raise SpecsError("\n".join(self.stale))

    def _places_left_out(self, check: str) -> Collection[str] | None:
        """The places that stay as they are; None: the whole action is left out."""
        places: set[str] = set()
        for entry in self.left_out:
            if entry.check == check:
                if not entry.places:
                    return None
                places.update(entry.places)
        return places


def _renamed(document: Document, action: dict[str, Any], place: str) -> list[str]:
    try:
        return rename(document, action[RENAME])
    except SpecsError as error:
        raise SpecsError(f"{place}: {error}") from error


def problem_of(document: Document, action: dict[str, Any], found: Found) -> str:
    """Return in words why an action cannot do what it says to one name of its target; "" if it can, or need not."""
    if action.get("remove"):
        if not found.matches:
            return "" if holder_exists(document, found) else _STALE
        return "" if all(match.tokens for match in found.matches) else "removes the whole document"
    values = [match.value for match in found.matches]
    if not values:
        return _STALE
    if not all(isinstance(value, dict | list) for value in values):
        return "matches a plain value; Overlay 1.0 targets objects and arrays"
    of_objects = any(isinstance(value, dict) for value in values)
    return "the update of an object must be an object" if of_objects and not isinstance(action["update"], dict) else ""
