"""Nothing changes unseen: whatever value of a document becomes another one, the comparison finds something.

In the suite each document gives a sample, another one for each value of OPTCLOUD_POINTERS ("all": every change of
every pointer, some minutes). What is found silent is printed with its place.
"""

from __future__ import annotations

import json
import os
import random
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from drift.edits import Edit, edits
from drift.made_documents import documents
from drift.openapi_kinds import walk
from drift.plain_form import plain, text
from drift.rich_documents import DOCUMENTS as RICH
from drift.slices import slices
from drift.test_fuzz import FUZZ
from openapi_drift.diff.compare import compare
from openapi_drift.documents.document import load, load_text
from openapi_drift.errors import SpecsError
from openapi_drift.sources import load_sources

ROOT = Path(__file__).parents[2]
DOCUMENTS = {
    **{source.id: load(source.document).content for source in load_sources(ROOT).values()},
    **{f"rich: {name}": document for name, document in RICH.items()},
}
CHOICE = os.environ.get("OPTCLOUD_POINTERS", "0")
SAMPLE = 120


@cache
def cases(id_: str) -> list[tuple[dict[str, Any], Edit]]:
    """Return the changes of a document, each with the small part of it that it is made in."""
    found = [(part, edit) for part, paths in slices(DOCUMENTS[id_]) for edit in edits(part, set(paths))]
    return found if CHOICE == "all" else random.Random(CHOICE).sample(found, min(SAMPLE, len(found)))


def unseen(document: dict[str, Any], edit: Edit) -> bool:
    """Return whether a change that means something is found by nobody. A document that is refused is seen."""
    changed = edit.applied(document)
    if text(plain(document)) == text(plain(changed)):
        return False
    try:
        return not compare(*(load_text(json.dumps(side), "jobs.json") for side in (document, changed)))
    except SpecsError:
        return False


@pytest.mark.parametrize("id_", DOCUMENTS)
@pytest.mark.timeout(900)
def test_each_change_of_a_document_is_found(id_: str) -> None:
    """No value of a document becomes another one without a word."""
    silent = [str(edit) for part, edit in cases(id_) if unseen(part, edit)]
    assert not silent, f"{len(silent)} of {len(cases(id_))}:\n" + "\n".join(silent)


def test_every_pointer_of_every_document_is_reached() -> None:
    """The parts that documents are cut into have all of their places."""
    for document in DOCUMENTS.values():
        cut = {path for part, paths in slices(document) for path in paths if part}
        assert {path for path, _, _ in walk(document)} <= cut


@given(document=documents(), data=st.data())
@settings(FUZZ, max_examples=6, phases=[Phase.generate])
def test_each_change_of_a_made_document_is_found(document: dict[str, Any], data: st.DataObject) -> None:
    """No value of any document becomes another one without a word."""
    possible = [(part, edit) for part, paths in slices(document) for edit in edits(part, set(paths))]
    for part, edit in data.draw(st.lists(st.sampled_from(possible), max_size=8)):
        assert not unseen(part, edit), str(edit)
