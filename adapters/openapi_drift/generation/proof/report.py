"""What a proof found, in words."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

NO_FUNCTION = "no function was generated"
_MOST = 400  # characters of an example


@dataclass(frozen=True)
class ProofFinding:
    """One thing that is not as the document says: where (an operation or a schema's place), what, the example."""

    package: str
    place: str
    words: str
    example: str = ""

    def __str__(self) -> str:
        example = f"; example: {self.example}" if self.example else ""
        return f"{self.package}: {self.place}: {self.words}{example}"


@dataclass
class ProofReport:
    """The findings for a package or an entry, what could not be tried, with the reason, and how much was."""

    findings: list[ProofFinding] = field(default_factory=list)
    untried: list[str] = field(default_factory=list)
    counts: dict[str, int] = field(default_factory=dict)

    def add(self, package: str, place: str, words: str, example: Any = None) -> None:
        """Add a finding, once for each place and words."""
        shown = "" if example is None else shortened(example)
        if not any((one.package, one.place, one.words) == (package, place, words) for one in self.findings):
            self.findings.append(ProofFinding(package, place, words, shown))

    def accept(self, reasons: Mapping[str, str]) -> None:
        """Turn operations that may be missing, by sources.toml, from findings into what was not tried."""
        missing = [one for one in self.findings if one.words == NO_FUNCTION and one.place in reasons]
        self.findings = [one for one in self.findings if one not in missing]
        self.untried += [f"{one.package}: {one.place}: accepted as missing: {reasons[one.place]}" for one in missing]

    def count(self, what: str, number: int = 1) -> None:
        self.counts[what] = self.counts.get(what, 0) + number

    def include(self, other: ProofReport) -> None:
        """Add all that another one says."""
        self.findings += other.findings
        self.untried += other.untried
        for what, number in other.counts.items():
            self.count(what, number)

    def lines(self, id_: str) -> list[str]:
        """Return all that it says, for people."""
        tried = ", ".join(f"{number} {what}" for what, number in self.counts.items())
        found = f"{len(self.findings)} findings" if self.findings else "proven"
        return [
            f"{id_}: {found} ({tried})",
            *(f"  {finding}" for finding in self.findings),
            *(f"  not tried: {words}" for words in self.untried),
        ]

    def to_json(self) -> str:
        return json.dumps(asdict(self))

    @classmethod
    def from_json(cls, text: str) -> ProofReport:
        data = json.loads(text)
        return cls([ProofFinding(**one) for one in data["findings"]], data["untried"], data["counts"])


def shortened(value: Any) -> str:
    """Return a value as JSON, a long one cut."""
    text = json.dumps(value, ensure_ascii=False, default=repr)
    return text if len(text) <= _MOST else f"{text[:_MOST]}... ({len(text)} characters)"


def said(error: BaseException) -> str:
    """Return an error with its cause: the first line of each."""
    words = " ".join(str(error).strip().partition("\n")[0].split())[:300]  # generated errors go on with the reply
    cause = error.__cause__
    return f"{type(error).__name__}: {words}" + (f" (from {said(cause)})" if cause is not None else "")
