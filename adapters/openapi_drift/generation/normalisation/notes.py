"""What a step of the normalisation says about a document, so that nothing is changed or left out in silence."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, order=True, slots=True)
class Note:
    """A place of the document that is generated otherwise than it is written.

    ``lost``: something that the document says is missing in the generated code; else it is there in a wider type, or
    under another name, and what travels stays the same.
    """

    place: str
    reason: str
    lost: bool = False

    def __str__(self) -> str:
        return f"{self.place}: {self.reason}"
