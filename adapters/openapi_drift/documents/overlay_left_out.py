"""Actions of an overlay that are left out for one document: `x-left-out` of the `adopted.yaml` beside it.

An entry names an action by its target and by a check value of what it does, so that an action that is edited counts
again, and of two equal ones each is one. With `places`, the action is applied but for these: JSON pointers, and names
of the target that nothing matches.
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from openapi_drift.errors import SpecsError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

KEY = "x-left-out"
_TEXTS = ("target", "check", "verdict", "reason")


@dataclass(frozen=True)
class LeftOut:
    """One entry. No ``places``: all of the action."""

    target: str
    check: str
    verdict: str
    reason: str
    places: tuple[str, ...] = ()

    def as_dict(self) -> dict[str, Any]:
        """Return it as it is written."""
        texts: dict[str, Any] = {key: getattr(self, key) for key in _TEXTS}
        return texts | ({"places": list(self.places)} if self.places else {})


def check_values(actions: Iterable[Mapping[str, Any]]) -> list[str]:
    """Return what tells each action from all others: a hash of what it does, and which one it is of equal ones."""
    seen: Counter[str] = Counter()
    values = []
    for action in actions:
        value = _check_value(action)
        seen[value] += 1
        values.append(value if seen[value] == 1 else f"{value}-{seen[value]}")
    return values


def _check_value(action: Mapping[str, Any]) -> str:
    does = {key: action[key] for key in ("target", "update", "remove") if key in action}
    text = json.dumps(does, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:12]


def read_left_out(adopted: Mapping[str, Any], name: str) -> list[LeftOut]:
    """Return the entries of an overlay's `x-left-out`. Raises SpecsError for one that is not of this form."""
    entries = adopted.get(KEY, [])
    if not isinstance(entries, list):
        raise SpecsError(f"{name}: {KEY} must be a list")
    return [_entry(entry, f"{name}: {KEY} {number}") for number, entry in enumerate(entries, start=1)]


def _entry(entry: Any, name: str) -> LeftOut:
    if not isinstance(entry, dict):
        raise SpecsError(f"{name}: must have {', '.join(_TEXTS)}")
    lacks = [key for key in _TEXTS if not isinstance(entry.get(key), str) or not entry[key]]
    unknown = [key for key in entry if key not in (*_TEXTS, "places")]
    places = entry.get("places", [])
    if lacks or unknown or not isinstance(places, list) or not all(isinstance(place, str) for place in places):
        what = f"lacks {', '.join(lacks)}" if lacks else f"unknown {', '.join(unknown)}" if unknown else ""
        raise SpecsError(f"{name}: {what or 'places must be a list of texts'}")
    return LeftOut(entry["target"], entry["check"], entry["verdict"], entry["reason"], tuple(places))


def unmatched(entries: Iterable[LeftOut], overlay: Mapping[str, Any], name: str) -> list[str]:
    """Return in words which entries name no action of the overlay, so that they leave nothing out."""
    there = set(check_values(overlay["actions"]))
    return [
        f"{name}: {KEY} {number} ({entry.target}): names no action of the overlay as it is now, so it leaves nothing "
        "out; remove it, or adopt the document again"
        for number, entry in enumerate(entries, start=1)
        if entry.check not in there
    ]
