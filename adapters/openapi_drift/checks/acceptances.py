"""Changes that somebody has accepted: a file of ids with reasons, so that a check speaks of what is new only.

TOML, or YAML of the same shape::

    [[accepted]]
    id = "request-parameter-removed"       # as reported; oasdiff's
    operation = "GET /tasks/{id}"          # optional: or its operationId; * stands for anything
    pointer = "/paths/*/get/parameters/*"  # optional: the place, in either document
    text = "Query parameter `old` *"       # optional: its sentence
    reason = "nobody sends it"
    expires = 2027-01-31                   # optional: the last day on which it counts

For `unexplained-change` pointer and text must be there as reported, and `*` stands for itself in them: the id says
nothing, and the sentence has both sides' values.
"""

from __future__ import annotations

import datetime
import re
import tomllib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from openapi_drift.diff.change import UNEXPLAINED, Change
from openapi_drift.documents.reading import parse_text, read_text
from openapi_drift.errors import SpecsError
from openapi_drift.reports.report import Accepted, operation, sentence

_FIELDS = ("id", "reason", "operation", "pointer", "text", "expires")


@dataclass(frozen=True)
class Acceptance:
    """One entry of the file. ``name`` is where it stands, for messages; patterns are None where all will do."""

    name: str
    id: str
    reason: str
    operation: str | None = None
    pointer: str | None = None
    text: str | None = None
    expires: datetime.date | None = None

    def covers(self, change: Change) -> bool:
        """Tell whether it is about this change, expired or not."""
        pointers = [side.pointer for side in (change.base, change.revision) if side]
        sentences = [sentence(change), sentence(change)[:-1]]
        matches = _is_one_of if self.id == UNEXPLAINED else _matches
        return (
            self.id == change.id
            and (self.operation is None or _matches(self.operation, [operation(change), change.operation_id]))
            and (self.pointer is None or matches(self.pointer, pointers))
            and (self.text is None or matches(" ".join(self.text.split()), sentences))
        )


@dataclass(frozen=True)
class AcceptanceOutcome:
    """What is left after the acceptances, what they cover, and sentences on those that need a look."""

    changes: Sequence[Change]
    accepted: Sequence[Accepted]
    problems: Sequence[str]


def apply(acceptances: Sequence[Acceptance], changes: Iterable[Change], today: datetime.date) -> AcceptanceOutcome:
    """Tell accepted changes from the others. An acceptance counts up to and including its day of expiry."""
    left, accepted = [], []
    used: set[int] = set()
    by_id: dict[str, list[int]] = {}
    for number, acceptance in enumerate(acceptances):
        by_id.setdefault(acceptance.id, []).append(number)
    for change in changes:
        covering = [number for number in by_id.get(change.id, ()) if acceptances[number].covers(change)]
        used.update(covering)
        reasons = [acceptances[number].reason for number in covering if not _expired(acceptances[number], today)]
        if reasons:
            accepted.append(Accepted(change, reasons[0]))
        else:
            left.append(change)
    problems = [
        _problem(acceptance, used=number in used)
        for number, acceptance in enumerate(acceptances)
        if number not in used or _expired(acceptance, today)
    ]
    return AcceptanceOutcome(left, accepted, problems)


def read(path: Path) -> list[Acceptance]:
    """Read the file; an empty one accepts nothing.

    Raises SpecsError that names entry and field, and what to write instead.
    """
    content = _content(path) or {"accepted": []}
    if not isinstance(content, dict) or set(content) != {"accepted"} or not isinstance(content["accepted"], list):
        raise SpecsError(f"{path}: must have `accepted` and nothing else, a list of entries with id and reason")
    return [_acceptance(f"{path}: entry {number}", entry) for number, entry in enumerate(content["accepted"], start=1)]


def _content(path: Path) -> Any:
    if path.suffix not in (".toml", ".yaml", ".yml"):
        raise SpecsError(f"{path}: must end in .toml, .yaml or .yml")
    text = read_text(path)
    if path.suffix == ".toml":
        try:
            return tomllib.loads(text)
        except tomllib.TOMLDecodeError as error:
            raise SpecsError(f"{path}: {error}") from error
    said = [line for line in text.splitlines() if line.strip() and not line.lstrip().startswith("#")]
    return parse_text(text, str(path), "yaml").content if said else None


def _acceptance(name: str, entry: Any) -> Acceptance:
    if not isinstance(entry, dict):
        raise SpecsError(f"{name}: must be a table with id and reason, is {entry!r}")
    if isinstance(entry.get("id"), str):
        name = f"{name} ({entry['id']})"
    unknown = [str(key) for key in entry if key not in _FIELDS]
    if unknown:
        raise SpecsError(f"{name}: unknown {', '.join(unknown)}; there are: {', '.join(_FIELDS)}")
    required = {"id", "reason"} | (_PRECISE.keys() if entry.get("id") == UNEXPLAINED else set())
    for key in _FIELDS:
        if key == "expires" or (key not in entry and key not in required):
            continue
        if key not in entry:
            raise SpecsError(f"{name}: {key} is missing; {_WHY[key]}")
        if not isinstance(entry[key], str) or not entry[key].strip():
            raise SpecsError(f"{name}: {key} must be a text that is not empty, is {entry[key]!r}")
    return Acceptance(name, **entry | {"expires": _date(name, entry.get("expires"))})


_PRECISE = dict.fromkeys(("pointer", "text"), "no rule judges such a change, so name the one you mean, as reported")
_WHY = {"id": "it is the word after each change in the report", "reason": "say why the change does no harm"} | _PRECISE


def _date(name: str, value: Any) -> datetime.date | None:
    if value is None:
        return None
    if isinstance(value, datetime.date) and not isinstance(value, datetime.datetime):
        return value
    try:
        return datetime.date.fromisoformat(value)
    except (TypeError, ValueError):
        raise SpecsError(f"{name}: expires must be a date such as 2027-01-31, is {value!r}") from None


def _expired(acceptance: Acceptance, today: datetime.date) -> bool:
    return acceptance.expires is not None and acceptance.expires < today


def _problem(acceptance: Acceptance, *, used: bool) -> str:
    if not used:
        return f"{acceptance.name} matches no change; remove it, or correct its id, operation, pointer or text"
    return f"{acceptance.name} expired on {acceptance.expires} and accepts no longer; adapt to the change, or renew it"


def _is_one_of(text: str, texts: Iterable[str]) -> bool:
    return text in texts


def _matches(pattern: str, texts: Iterable[str]) -> bool:
    expression = ".*".join(map(re.escape, pattern.split("*")))
    return any(re.fullmatch(expression, text, re.DOTALL) for text in texts)
