"""What is not in the generated packages although a document has it, and which of that `sources.toml` accepts."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal, Protocol

from openapi_drift.documents.escaping import visible
from openapi_drift.documents.pointers import tokens
from openapi_drift.errors import SpecsError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from openapi_drift.sources import DocumentSource

Generator = Literal["client", "models"]
_OPERATION_DEPTH = 3  # of slashes in a pointer such as /paths/~1x/put
_REGISTRY = "specs/sources.toml"


class ChangeNote(Protocol):
    """What was changed in a document before a generator read it."""

    @property
    def place(self) -> str: ...
    @property
    def reason(self) -> str: ...
    @property
    def lost(self) -> bool: ...


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that a document has, and that a generated package has not, or not as the document says it.

    ``place`` is the JSON pointer of what is ``missing``, or a generator's own words where they name no place;
    ``operation`` is "PUT /x" for a place in an operation. A finding without a place cannot be accepted. One that is
    not ``lost`` needs no acceptance: it is there in other words.
    """

    document: str
    generator: Generator
    place: str
    missing: str
    reason: str
    operation: str | None = None
    lost: bool = True

    @property
    def keys(self) -> tuple[str, ...]:
        """The keys of `[<id>.accepted]` that accept this, the closest one first."""
        operation = (visible(self.operation),) if self.operation else ()
        return (visible(self.place), *operation) if self.place else ()

    @property
    def words(self) -> str:
        """The finding as one line."""
        where = ""
        if self.operation and self.place.count("/") > _OPERATION_DEPTH:
            where = f"{self.operation}, {self.place}: "
        elif self.operation or self.place:
            where = f"{self.operation or self.place}: "
        missing = f"{self.missing}: " if self.missing else ""
        return visible(f"{self.document}, {self.generator}: {where}{missing}{' '.join(self.reason.split())}")


@dataclass(frozen=True, slots=True)
class JudgedFindings:
    """Findings against what `sources.toml` accepts.

    ``accepted`` counts, for each document with acceptances, the findings of each key: 0 is a key that matches nothing.
    ``remarks`` need no acceptance.
    """

    unaccepted: tuple[Finding, ...] = ()
    remarks: tuple[Finding, ...] = ()
    accepted: Mapping[str, Mapping[str, int]] = field(default_factory=dict)

    def refuse(self) -> None:
        """Raise SpecsError for what is not accepted: a line each, and what can be done."""
        if not self.unaccepted:
            return
        if len(self.unaccepted) == 1 and not self.unaccepted[0].keys:
            raise SpecsError(self.unaccepted[0].reason)
        lines = [f"  {line}" for line in self.lines]
        raise SpecsError("\n".join([f"{self.summary}; nothing was written:", *lines, *self._help()]))

    @property
    def lines(self) -> list[str]:
        """What is not accepted, a line each."""
        return [finding.words for finding in self.unaccepted]

    @property
    def summary(self) -> str:
        """How much is not accepted."""
        documents = sorted({finding.document for finding in self.unaccepted})
        of = documents[0] if len(documents) == 1 else f"{len(documents)} documents"
        return f"{_parts(len(self.unaccepted))} of {of} cannot be generated"

    @property
    def acceptances(self) -> list[str]:
        """What is to be said of the acceptances: how much they were for, and which match nothing."""
        counts = [count for keys in self.accepted.values() for count in keys.values()]
        stale = [(id_, key) for id_, keys in self.accepted.items() for key, count in keys.items() if not count]
        return [
            *([f"{_parts(sum(counts))} of documents left out, as {_REGISTRY} accepts"] if any(counts) else []),
            *(f"{_REGISTRY}: [{id_}.accepted] {_quoted(key)} matches nothing; remove it" for id_, key in stale),
        ]

    def _help(self) -> list[str]:
        lines = ["Correct the document with specs/<id>/overlay.yaml, or generate all the rest with --keep-going."]
        first = next((finding for finding in self.unaccepted if finding.keys), None)
        if first is not None:
            lines += [
                f"What nobody needs is accepted in {_REGISTRY}, by its operation or its place, with a reason:",
                f"  [{first.document}.accepted]",
                f'  {_quoted(first.keys[0])} = "why nobody needs it"',
            ]
        return lines


def change_findings(id_: str, generator: Generator, notes: Iterable[ChangeNote]) -> Iterator[Finding]:
    """Yield what was changed in a document for its generator."""
    from openapi_drift.documents.document import METHODS  # noqa: PLC0415  needs the extra codegen

    for note in notes:
        path = tokens(note.place)
        in_operation = len(path) >= _OPERATION_DEPTH and path[0] == "paths" and path[2] in METHODS
        operation = f"{path[2].upper()} {path[1]}" if in_operation else None
        yield Finding(id_, generator, note.place, "", note.reason, operation, note.lost)


def judge(findings: Iterable[Finding], sources: Mapping[str, DocumentSource]) -> JudgedFindings:
    """Sort findings into accepted and not. The closest key counts."""
    counts = {source.id: dict.fromkeys(source.accepted, 0) for source in sources.values() if source.accepted}
    unaccepted, remarks = [], []
    for finding in dict.fromkeys(findings):
        if not finding.lost:
            remarks.append(finding)
            continue
        keys = counts.get(finding.document, {})
        key = next((key for key in finding.keys if key in keys), None)
        if key is None:
            unaccepted.append(finding)
        else:
            keys[key] += 1
    return JudgedFindings(tuple(unaccepted), tuple(remarks), counts)


def _parts(count: int) -> str:
    return f"{count} part" + ("s" if count != 1 else "")


def _quoted(key: str) -> str:
    """A key as TOML; all of its signs are printable."""
    return json.dumps(key, ensure_ascii=False)
