"""What the vendor does not say about its solution endpoint, as one replaceable rule.

Not published (adiutaOpt facts F053-F056): how "still calculating" looks, and by what an ErrorPlan is told from a plan.
The defaults below are inferred; hand your own `SolutionRule`, or any function from an `Answer` to an `AnswerMeaning`,
to ``OptCloud(adiutaopt_rule=…)`` when you know better. README.md beside this file says how to find out.
"""

from __future__ import annotations

import enum
from collections.abc import Callable, Mapping
from typing import TypeAlias

import msgspec
from attrs import field, frozen

from optcloud.core.replies import UNREADABLE

NEW_KEY = 300.0  # seconds for which a 404 counts as "not yet" (inferred)


class AnswerMeaning(enum.Enum):
    """What an answer of the solution endpoint is."""

    CALCULATING = "calculating"
    PLAN = "plan"
    ERROR_PLAN = "error plan"
    UNEXPECTED = "unexpected"


@frozen
class Answer:
    """An answer of the solution endpoint, of any status.

    ``age``: seconds since the problem was submitted where that is known (`optcloud.adiutaopt.plans.receipts`), else
    since this wait began. ``headers`` have names in small letters, or do not care.
    """

    status: int
    media_type: str
    body: bytes = field(repr=False)
    age: float = 0.0
    headers: Mapping[str, str] = field(factory=dict, repr=False)


Rule: TypeAlias = Callable[[Answer], AnswerMeaning]


@frozen(kw_only=True)
class SolutionRule:
    """A 200 with a plan or an ErrorPlan is the end; some other answers mean "not yet"; all else is an error. Inferred.

    ``plan_keys``: the top-level keys that a plan has, all of them (``tasks`` and ``workers`` are required in a solved
    plan, says the vendor's page, adiutaOpt facts F043). ``error_words``: an object that is no plan and has a key with
    one of these in it, in whatever case, is an ErrorPlan (adiutaOpt facts F055 knows ``recovery``; adiutaOpt facts F057
    entries of errors). ``not_yet``: statuses of a calculation that goes on; so do a 404 while the key is younger than
    ``new_key`` seconds, and a 200 without a body or with JSON that is neither plan nor ErrorPlan.
    """

    plan_keys: frozenset[str] = frozenset({"tasks", "workers"})
    error_words: tuple[str, ...] = ("error", "recovery")
    not_yet: frozenset[int] = frozenset({202, 204})
    new_key: float = NEW_KEY

    def __call__(self, answer: Answer) -> AnswerMeaning:
        """Say what an answer means."""
        if answer.status in self.not_yet or (answer.status == 404 and answer.age < self.new_key):
            return AnswerMeaning.CALCULATING
        if answer.status != 200 or answer.media_type == "text/html":
            return AnswerMeaning.UNEXPECTED
        if not answer.body or answer.body.isspace():
            return AnswerMeaning.CALCULATING
        keys = top_level_keys(answer.body)
        if keys is None:
            return AnswerMeaning.UNEXPECTED
        if self.plan_keys <= keys:
            return AnswerMeaning.PLAN
        named = any(word in key.lower() for key in keys for word in self.error_words)
        return AnswerMeaning.ERROR_PLAN if named else AnswerMeaning.CALCULATING


default_rule = SolutionRule()


def top_level_keys(body: bytes) -> frozenset[str] | None:
    """Return the keys of a JSON object, its values passed over; none of other JSON; None for what is no JSON."""
    try:
        try:
            return frozenset(msgspec.json.decode(body, type=dict[str, msgspec.Raw]))
        except msgspec.ValidationError:  # no object, seen from its first letter: the rest is not read yet
            msgspec.json.decode(body)
            return frozenset()
    except UNREADABLE:
        return None
