"""What holds for whatever overlay on whatever document: nothing is lost, nothing is silent, nothing depends on luck."""

from __future__ import annotations

import copy
import json
import re
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from openapi_drift.documents.overlay import Application, apply
from openapi_drift.documents.overlay_meaning import meaning
from openapi_drift.documents.overlay_sorting import sort_actions, sort_and_apply
from openapi_drift.errors import SpecsError

Json = Any
KEYS = st.sampled_from(["a", "b", "c", "d"])
SCALARS = st.sampled_from([0, 1, True, False, None, "x", "y"])
PARAMETERS = st.lists(st.sampled_from(["n", "m", "o"]), max_size=3, unique=True).map(
    lambda names: [{"name": name, "in": "query", "schema": {}} for name in names]
)
LISTS = st.lists(SCALARS, max_size=2, unique_by=repr)
OBJECTS: st.SearchStrategy[dict[str, Any]] = st.deferred(
    lambda: st.dictionaries(
        KEYS, st.one_of(SCALARS, OBJECTS, st.lists(SCALARS, max_size=2, unique_by=repr)), max_size=3
    )
)
WITH_PARAMETERS = st.builds(
    lambda item, parameters: {**item, "parameters": parameters} if parameters else item, OBJECTS, PARAMETERS
)
DOCUMENTS = st.fixed_dictionaries({"a": WITH_PARAMETERS, "b": WITH_PARAMETERS, "c": OBJECTS})
QUICK = settings(max_examples=40, deadline=None)


def places(value: Json, path: tuple[str, ...] = ()) -> list[tuple[tuple[str, ...], Json]]:
    """All objects and lists that are reached by names, with their paths."""
    if not isinstance(value, dict):
        return [(path, value)] if isinstance(value, list) else []
    named = [(key, item) for key, item in value.items() if key != "x-inferred"]
    return [(path, value), *(found for key, item in named for found in places(item, (*path, key)))]


def leaves(value: Json, path: tuple[str, ...] = ()) -> dict[tuple[str, ...], Json]:
    """All values that are no objects, by their paths."""
    if not isinstance(value, dict):
        return {path: value}
    return {key: leaf for name, item in value.items() for key, leaf in leaves(item, (*path, name)).items()}


def target_of(path: tuple[str, ...]) -> str:
    return ".".join(("$", *path))


def above(path: tuple[str, ...], targets: list[tuple[str, ...]]) -> bool:
    """Whether a place is, or holds, what an action targets or writes."""
    return any(target[: len(path)] == path for target in targets)


@st.composite
def overlays(draw: st.DrawFn, document: Json, inferred: bool | None = None) -> dict[str, Any]:
    """An overlay whose actions fit a document, each after the ones before it; none undoes what another one does.

    ``inferred``: whether updates are marked so; None: some are.
    """
    actions: list[dict[str, Any]] = []
    targets: list[tuple[str, ...]] = []
    for _ in range(draw(st.integers(1, 4))):
        path, value = draw(st.sampled_from([place for place in places(document) if place[0]]))
        removable = inferred is None and not above(path, targets)
        steps: list[dict[str, Any]] = []
        if removable and draw(st.booleans()):
            steps.append({"target": target_of(path), "remove": True})
            targets.append(path)
            if draw(st.booleans()):  # and another value in its place
                put = {path[-1]: draw(st.one_of(SCALARS, OBJECTS))}
                steps.append({"target": target_of(path[:-1]), "update": put})
        elif isinstance(value, dict):
            mark = {"x-inferred": ["it"]} if inferred or (inferred is None and draw(st.booleans())) else {}
            update = {key: item for key, item in draw(WITH_PARAMETERS).items() if not above((*path, key), targets)}
            steps.append({"target": target_of(path), "update": {**update, **mark}})
            targets += [path, *((*path, key) for key in update)]
        else:
            items = PARAMETERS if path[-1] == "parameters" else LISTS
            mark = {"x-inferred": ["it"]} if inferred else {}
            steps.append({"target": target_of(path), "update": draw(items), **mark})
            targets.append(path)
        if not places(apply(document, {"actions": steps}, "o"))[1:]:
            break
        document = apply(document, {"actions": steps}, "o")
        actions += steps
    return {"actions": actions or [{"target": "$.a", "update": {"a": 1}}]}


@st.composite
def corrected(draw: st.DrawFn, inferred: bool | None = None) -> tuple[Json, dict[str, Any]]:
    document = draw(DOCUMENTS)
    return document, draw(overlays(document, inferred))


@QUICK
@given(corrected())
def test_what_has_the_overlay_already_needs_none_of_it(made: tuple[Json, dict[str, Any]]) -> None:
    """All actions are no longer needed, whether the old document is known or not, and nothing changes."""
    document, overlay = made
    result = apply(document, overlay, "o")
    for old in (None, document):
        actions, after = sort_and_apply(old, result, overlay, "o")
        assert {action.verdict for action in actions} == {"no longer needed"}, list(map(str, actions))
        assert after == result


@QUICK
@given(corrected())
def test_the_document_of_the_overlay_needs_all_that_changes_it(made: tuple[Json, dict[str, Any]]) -> None:
    """Against the document that it was written for, nothing is superseded and the outcome is that of applying."""
    document, overlay = made
    for old in (None, document):
        actions, after = sort_and_apply(old, document, overlay, "o", downloaded=False)
        assert {action.verdict for action in actions} <= {"needed", "no longer needed"}, list(map(str, actions))
        assert meaning(after) == meaning(apply(document, overlay, "o"))


@QUICK
@given(corrected(), DOCUMENTS)
def test_what_the_vendor_says_by_now_is_never_overwritten(made: tuple[Json, dict[str, Any]], new: Json) -> None:
    """Each value that is neither as before nor the overlay's stays, and no sorting leaves a trace on what it read."""
    old, overlay = made
    before = copy.deepcopy((old, new, overlay))
    actions, after = sort_and_apply(old, new, overlay, "o")
    assert (old, new, overlay) == before
    was, result = leaves(old), leaves(after)
    for path, value in leaves(new).items():
        if isinstance(value, list):
            known: list[Json] = was[path] if isinstance(was.get(path), list) else []
            assert all(item in result.get(path, known) for item in value if item not in known)
        elif path not in was or repr(was[path]) != repr(value):
            assert repr(result.get(path)) == repr(value), (path, list(map(str, actions)))


@QUICK
@given(corrected(inferred=True), DOCUMENTS)
def test_what_is_inferred_only_adds_to_the_vendors_own_document(made: tuple[Json, dict[str, Any]], new: Json) -> None:
    """Without an old document to compare with: whatever the vendor says stays, and lists only get objects."""
    _, overlay = made
    application = Application(copy.deepcopy(new), overlay, "o", yielding=True)
    for _written in application.run():
        pass
    result = leaves(application.document)
    for path, value in leaves(new).items():
        if isinstance(value, list):
            assert result[path][: len(value)] == value
            assert all(isinstance(item, dict) for item in result[path][len(value) :])
        elif value != {}:
            assert repr(result[path]) == repr(value)


@QUICK
@given(corrected(), DOCUMENTS, st.booleans())
def test_what_is_left_out_gives_the_sorted_document(
    made: tuple[Json, dict[str, Any]], new: Json, old_known: bool
) -> None:
    """Generation, which knows no old document, comes to the same by the entries of `x-left-out`."""
    old, overlay = made
    actions, after = sort_and_apply(old if old_known else None, new, overlay, "o")
    left_out = [action.left_out for action in actions if action.left_out]
    application = Application(copy.deepcopy(new), overlay, "o", left_out, yielding=True)
    for _written in application.run():
        pass
    assert application.document == after, list(map(str, actions))
    assert application.stale == []


@QUICK
@given(corrected(), DOCUMENTS)
def test_nothing_stale_is_silent(made: tuple[Json, dict[str, Any]], new: Json) -> None:
    """An action that finds nothing is told, by its number, in one error with all the others."""
    _, overlay = made
    told = {
        action.number
        for action in sort_actions(None, new, overlay, "o", downloaded=False)
        if action.verdict == "to look at"
    }
    try:
        apply(new, overlay, "o")
        stale = set()
    except SpecsError as error:
        stale = {int(number) for number in re.findall(r"^o: action (\d+) ", str(error), re.MULTILINE)}
    assert told == stale


@QUICK
@given(corrected(), DOCUMENTS)
def test_sorting_is_deterministic(made: tuple[Json, dict[str, Any]], new: Json) -> None:
    old, overlay = made
    first, second = (
        [(str(action), action.places) for action in sort_actions(one, other, third, "o")]
        for one, other, third in ((old, new, overlay), json.loads(json.dumps((old, new, overlay))))
    )
    assert first == second
