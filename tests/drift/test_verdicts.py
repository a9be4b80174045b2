"""Small pairs of documents, each with the answer that HTTP, OpenAPI and JSON Schema give."""

from __future__ import annotations

import json
import re

import pytest

from drift.rule_cases import POLICY
from drift.verdicts import Verdict, verdicts
from openapi_drift.diff.change import Change, Level
from openapi_drift.diff.compare import compare
from openapi_drift.documents.document import load_text

VERDICTS = verdicts()


REFUSED = re.compile(r"(?<!may be )(?<!ignored or )\b(are refused|will be refused|calls fail)\b", re.IGNORECASE)
"""Words that tell of calls that no longer work."""


def told(verdict: Verdict) -> list[Change]:
    """Return what is told of a pair; what follows from other changes is left out."""
    base, revision = (load_text(json.dumps(side), "jobs.json") for side in (verdict.base, verdict.revision))
    return [change for change in compare(base, revision) if change.id not in POLICY]


@pytest.mark.parametrize("verdict", VERDICTS, ids=str)
def test_the_worst_change_is_as_bad_as_the_rules_say(verdict: Verdict) -> None:
    """Each pair is answered with the level that its reason in the table demands."""
    changes = told(verdict)
    said = "\n".join(f"  {change.level.value} {change.id}: {change.text}" for change in changes)
    assert verdict.allows({change.level for change in changes}), f"{verdict.right}, since {verdict.why}; said:\n{said}"


def test_what_is_said_to_be_refused_breaks() -> None:
    """A sentence that says that calls are refused has the level of what breaks; but a draft promises nothing."""
    wrong = {
        f"{change.level.value} {change.id}: {change.text}"
        for verdict in VERDICTS
        for change in told(verdict)
        if REFUSED.search(change.text) and change.level is not Level.BREAKING and "in-draft" not in verdict.name
    }
    assert wrong == set()


def test_no_two_pairs_have_one_name() -> None:
    """Each pair of the table can be called by its name."""
    names = [verdict.name for verdict in VERDICTS]
    assert len(names) == len(set(names))
