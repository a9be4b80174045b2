"""What the vendor does not say about its solution endpoint, as one replaceable rule.

Not published (facts F053-F055): how "still calculating" looks, and by what an ErrorPlan is told from a plan. The
default below is inferred and tolerant; hand your own rule to ``OptCloud(adiutaopt_rule=…)`` when you know better.
"""

from __future__ import annotations

import enum
from collections.abc import Callable
from typing import TypeAlias

import msgspec
from attrs import field, frozen

from optcloud.core.replies import UNREADABLE

NEW_KEY = 300.0  # seconds for which a 404 counts as "not yet" (inferred)


class Outcome(enum.Enum):
    """What an answer of the solution endpoint is."""

    CALCULATING = "calculating"
    PLAN = "plan"
    ERROR_PLAN = "error plan"
    UNEXPECTED = "unexpected"


@frozen
class Answer:
    """An answer of the solution endpoint, of any status. ``age``: seconds since this wait began."""

    status: int
    media_type: str
    body: bytes = field(repr=False)
    age: float = 0.0


Rule: TypeAlias = Callable[[Answer], Outcome]


class _Keys(msgspec.Struct):
    """The top-level keys that tell a plan; their values are passed over unread."""

    tasks: msgspec.Raw = msgspec.Raw()
    workers: msgspec.Raw = msgspec.Raw()


def default_rule(answer: Answer) -> Outcome:
    """Inferred: a 200 with ``tasks`` and ``workers`` is a plan (a solved plan requires both, says the vendor's page).

    A 200 with another, non-empty object is an ErrorPlan. 202, 204 and an empty or other JSON body mean "not yet", and
    so does 404 while the key may be too new to be known.
    """
    if answer.status in {202, 204} or (answer.status == 404 and answer.age < NEW_KEY):
        return Outcome.CALCULATING
    if answer.status != 200 or answer.media_type == "text/html":
        return Outcome.UNEXPECTED
    text = answer.body.strip()
    if not text.startswith(b"{") or text == b"{}":
        return Outcome.CALCULATING if _is_json_or_empty(text) else Outcome.UNEXPECTED
    try:
        keys = msgspec.json.decode(text, type=_Keys)
    except UNREADABLE:
        return Outcome.UNEXPECTED
    return Outcome.PLAN if bytes(keys.tasks) and bytes(keys.workers) else Outcome.ERROR_PLAN


def _is_json_or_empty(text: bytes) -> bool:
    if text:
        try:
            msgspec.json.decode(text)
        except UNREADABLE:
            return False
    return True
