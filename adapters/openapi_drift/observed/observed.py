"""What the observer wrote down (`optcloud.observe.record` says how), read and put into words.

Counts are lower bounds: of long replies only a part is looked at, and what a process had not yet written when it was
killed is lost.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from importlib.resources import files
from pathlib import Path
from typing import Any, Literal, get_args

from openapi_drift.errors import SpecsError

Kind = Literal["field", "word", "status", "media", "null", "type", "missing", "body"]
HIDDEN = "*"
# The generated packages that carry one.
DOCUMENTS = ("aimms_pro", "aimms_user_manager", "aimms_session_manager", "aimms_secret_manager", "adiutaopt")
_TEXTS = ("vendor", "document", "version", "operation", "status", "media", "kind", "pointer", "place", "name", "found")


@dataclass(frozen=True, slots=True)
class Observed:
    """One shape, of all lines that tell of it.

    ``document`` is the generated package whose document was looked at, ``version`` that document's. ``found`` are JSON
    types, ``known`` the words known there, ``first`` and ``last`` days. ``name`` is ``*`` where it may be data.
    """

    vendor: str
    document: str
    version: str
    operation: str
    status: str
    media: str
    kind: Kind
    pointer: str
    place: str
    name: str
    found: tuple[str, ...]
    known: tuple[str, ...]
    count: int
    first: str
    last: str

    @property
    def text(self) -> str:
        """What came, in a sentence without values."""
        types, shown = " or ".join(self.found), self.name if self.name != HIDDEN else "(not shown: it may be data)"
        sentences: dict[Kind, str] = {
            "field": f"field {shown}{f' ({types})' if types else ''} at {self.place} is not documented",
            "word": f"word {shown} at {self.place} is not among the known ones",
            "status": f"status {self.status}{f' with {self.media}' if self.media else ''} is not documented",
            "media": f"status {self.status} came as {self.media}, which is not documented",
            "null": f"{self.place} was null, which is not documented",
            "type": f"{self.place} was {types}, which is not documented",
            "missing": f"{self.place} is documented as always there, and was not",
            "body": f"status {self.status} came as {self.media}, but was {types}",
        }
        return sentences[self.kind]

    @property
    def hint(self) -> str:
        """What to do about it."""
        if self.document not in DOCUMENTS:
            return "the vendor has no document: tell optcloud's developers"
        written = f"document it at {self.pointer} (--write-overlay writes it)"
        if self.kind == "body":
            return "no document can make this true: tell the vendor"
        if self.kind == "word":
            if self.name == HIDDEN:
                return f"look at a reply yourself, and add the word at {self.pointer}"
            return f"{written}; if optcloud acts on this field, say there what the word means (states.py of that cloud)"
        return written

    @property
    def evidence(self) -> str:
        """How often, when and where it was seen, for an overlay's x-evidence."""
        times = "once" if self.count == 1 else f"at least {self.count} times"
        days = f"on {self.first}" if self.first == self.last else f"between {self.first} and {self.last}"
        return f"observed {times} {days} in replies of {self.vendor} to {self.operation}"

    def as_dict(self) -> dict[str, Any]:
        """Return it as JSON objects, sentences included."""
        return asdict(self) | {"text": self.text, "hint": self.hint}


def read_shapes(path: Path) -> list[Observed]:
    """Read a file of shapes, by vendor and operation. Raises SpecsError with the line for what is none."""
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        why = error.strerror if isinstance(error, OSError) else "it is not UTF-8 text"
        raise SpecsError(f"{path}: cannot be read ({why}); the observer writes it: OPTCLOUD_OBSERVE={path}") from error
    records = [_record(line, f"{path}:{number}") for number, line in enumerate(lines, start=1) if line.strip()]
    merged: dict[tuple[str, ...], list[dict[str, Any]]] = {}
    for record in records:
        key = tuple(record[name] for name in _TEXTS if name not in {"found", "version"})
        merged.setdefault(key, []).append(record)
    shapes = [_merge(same) for same in merged.values()]
    return sorted(
        shapes, key=lambda shape: (shape.vendor, shape.operation, shape.status, shape.kind, shape.place, shape.name)
    )


def _record(line: str, place: str) -> dict[str, Any]:
    try:
        record = json.loads(line)
    except ValueError as error:
        raise SpecsError(f"{place}: not JSON ({error}); a line that was cut off can be removed") from error
    if not isinstance(record, dict):
        raise SpecsError(f"{place}: not a shape of the observer")
    faulty = [name for name in (*_TEXTS, "first", "last") if not isinstance(record.get(name), str)]
    faulty += [] if isinstance(record.get("count"), int) else ["count"]
    faulty += [] if record.get("kind") in get_args(Kind) else ["kind"]
    if faulty:
        raise SpecsError(f"{place}: not a shape of the observer: {faulty[0]} is missing or not known")
    return record


def _merge(records: list[dict[str, Any]]) -> Observed:
    latest = max(records, key=lambda record: str(record["last"]))
    return Observed(
        **{name: latest[name] for name in _TEXTS if name != "found"},
        found=_sorted(record["found"] for record in records),
        known=_sorted(word for record in records for word in record.get("known") or ()),
        count=sum(record["count"] for record in records),
        first=min(record["first"] for record in records),
        last=latest["last"],
    )


def _sorted(words: Iterable[str]) -> tuple[str, ...]:
    return tuple(sorted({word for word in words if word}))


def effective_document(name: str) -> dict[str, Any]:
    """Return the document with its overlay that a generated package carries. Raises SpecsError for another name."""
    if name not in DOCUMENTS:
        raise SpecsError(f"{name}: not a document that the observer looks at; these are {', '.join(DOCUMENTS)}")
    document: dict[str, Any] = json.loads(files(name).joinpath("openapi.json").read_bytes())
    return document
