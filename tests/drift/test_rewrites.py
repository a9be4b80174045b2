"""What means the same is silent, however it is written; and a real change is told through any rewriting.

The suite tries some hundred rewrites; OPTCLOUD_REWRITES=2000 tries as many.
"""

from __future__ import annotations

import copy
import json
import os
import random
from functools import cache
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drift import made_documents, real_changes
from drift.rewrites import REWRITES, Document, applied
from drift.rich_documents import DOCUMENTS as RICH
from drift.rule_cases import POLICY
from drift.slices import slices
from drift.test_fuzz import DOCUMENTS, FUZZ
from openapi_drift.diff.change import Change, Level
from openapi_drift.diff.compare import compare
from openapi_drift.documents.document import load, load_text
from openapi_drift.sources import load_sources

ROOT = Path(__file__).parents[2]
COUNT = int(os.environ.get("OPTCLOUD_REWRITES", "200"))
ROUNDS = 10


def only_a_name(change: Change) -> bool:
    """Return whether a change is that there is a component more or less: its name does not travel.

    It is told for the sake of generated models, which have that name.
    """
    one_side = change.base is None or change.revision is None
    unreached = change.level is Level.INFO and not change.path and "no operation reaches it" in change.text
    return change.id == "api-schema-removed" or (unreached and one_side)


@cache
def documents() -> list[Document]:
    """Return the operations of the vendors' documents, each with what it reaches, and the rich documents."""
    vendors = [part for source in load_sources(ROOT).values() for part, _ in slices(load(source.document).content)]
    return [*vendors, *list(RICH.values()) * (len(vendors) // 4)]


def found(base: Document, revision: Document) -> list[Change]:
    sides = [load_text(json.dumps(side), "jobs.json") for side in (base, revision)]
    return [change for change in compare(*sides) if change.id not in POLICY and not only_a_name(change)]


def rewritten(document: Document, chance: random.Random, count: int) -> tuple[Document, list[str]]:
    """Return the document with up to so many rewrites, and their names."""
    names = []
    for _ in range(count):
        name = chance.choice(list(REWRITES))
        new = copy.deepcopy(document)
        if applied(name, new, chance):
            document = new
            names.append(name)
    return document, names


@pytest.mark.parametrize("number", range(ROUNDS))
@pytest.mark.timeout(300)
def test_what_means_the_same_is_silent(number: int) -> None:
    """Rewrites, one or several on one document, are no change, neither there nor back."""
    tried = 0
    while tried < COUNT // ROUNDS:
        tried += 1
        chance = random.Random(f"{number} {tried}")
        document = chance.choice(documents())
        same, names = rewritten(document, chance, chance.choice([1, 2, 5]))
        for base, revision in ((document, same), (same, document)):
            told = [f"{change.level.value} {change.id}: {change.text}" for change in found(base, revision)]
            assert told == [], f"round {number}, {tried}: {names}"


@pytest.mark.parametrize("name", REWRITES)
def test_each_rewrite_alone_is_silent(name: str) -> None:
    """Each way of writing the same finds places in the documents, and is silent at them."""
    chance = random.Random(name)
    places = 0
    for document in chance.sample(documents(), len(documents())):
        same = copy.deepcopy(document)
        if not applied(name, same, chance):
            continue
        assert found(document, same) == []
        assert found(same, document) == []
        places += 1
        if places == 8:
            break
    assert places


@given(
    document=st.one_of(DOCUMENTS, made_documents.documents()),
    seed=st.integers(0, 10**6),
    name=st.sampled_from(sorted(REWRITES)),
)
@FUZZ
def test_a_made_document_rewritten_is_silent(document: Document, seed: int, name: str) -> None:
    """A document of any kind says the same after a rewrite."""
    same = copy.deepcopy(document)
    if applied(name, same, random.Random(seed)):
        assert found(document, same) == []
        assert found(same, document) == []


@pytest.mark.parametrize("change", real_changes.CHANGES, ids=lambda change: change.__name__)
def test_a_real_change_is_told_through_any_rewriting(change: real_changes.RealChange) -> None:
    """A change that breaks is told as without the rewriting around it: the same ids, levels and operations."""
    tried = 0
    for number in range(200):
        chance = random.Random(f"{change.__name__} {number}")
        document = chance.choice(documents())
        new = real_changes.changed(document, change, chance)
        if new is None:
            continue
        disguised, names = rewritten(new, chance, 3)
        expected, told = ({_told(item) for item in found(document, side)} for side in (new, disguised))
        assert any(level == "breaking" for level, *_ in expected), f"{number}"
        assert told == expected, f"{number}: {names}"
        tried += 1
        if tried == max(5, COUNT // 50):
            break
    assert tried


def _told(change: Change) -> tuple[str, ...]:
    id_ = change.id.replace("request-default-parameter-to-existing-path", "request-parameter")  # said at the path
    return change.level.value, id_, change.method, change.path.replace("X}", "}")
