"""Files of accepted changes."""

from __future__ import annotations

import datetime
import json
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from drift_reports.examples import ADDED, BODY, CHANGES, REMOVED, SHARED, side
from openapi_drift.checks.acceptances import Acceptance, apply, read
from openapi_drift.diff.change import Change, Level
from openapi_drift.diff.compare import compare
from openapi_drift.documents.document import load_text
from openapi_drift.errors import SpecsError
from openapi_drift.reports.report import sentence

TODAY = datetime.date(2027, 1, 31)


def entry(id_: str, operation: str | None = None, pointer: str | None = None, text: str | None = None) -> Acceptance:
    return Acceptance("f.toml: entry 1", id_, "fine", operation, pointer, text)


def test_both_formats_say_the_same(tmp_path: Path) -> None:
    toml, yaml = tmp_path / "a.toml", tmp_path / "a.yaml"
    toml.write_text('[[accepted]]\nid = "x"\nreason = "why"\noperation = "GET /*"\nexpires = 2027-01-31\n')
    yaml.write_text("accepted:\n- {id: x, reason: why, operation: GET /*, expires: 2027-01-31}\n")
    (first,), (second,) = read(toml), read(yaml)
    assert first == Acceptance(f"{toml}: entry 1 (x)", "x", "why", "GET /*", None, None, TODAY)
    assert first.expires == second.expires
    assert (first.id, first.operation) == (second.id, second.operation)


def test_an_empty_list_accepts_nothing(tmp_path: Path) -> None:
    (tmp_path / "a.yml").write_text("accepted: []\n")
    assert read(tmp_path / "a.yml") == []


@pytest.mark.parametrize(
    ("acceptance", "covered"),
    [
        (entry(SHARED[0].id), SHARED),
        (entry(SHARED[0].id, operation="GET /tasks"), SHARED[:1]),
        (entry(SHARED[0].id, operation="GET *"), SHARED[:2]),
        (entry(SHARED[0].id, operation="* /tasks/{id}"), SHARED[1:]),
        (entry(SHARED[0].id, pointer="/components/schemas/Task/*"), SHARED),
        (entry(SHARED[0].id, pointer="/components/schemas/Task/properties/state"), SHARED),
        (entry(SHARED[0].id, pointer="/components/schemas/Task"), []),
        (entry(SHARED[0].id, pointer="/paths/*"), []),
        (entry(BODY.id, operation="interruptTask"), [BODY]),
        (entry(BODY.id, operation="PUT /tasks/.id."), []),
        (entry("request-body-*"), []),
        (entry(SHARED[0].id, text="Property `state` may  now also be `paused`"), SHARED),
        (entry(SHARED[0].id, text="Property `state` *."), SHARED),
        (entry(SHARED[0].id, text="Property `state`"), []),
    ],
)
def test_what_an_entry_covers(acceptance: Acceptance, covered: list[object]) -> None:
    outcome = apply([acceptance], CHANGES, TODAY)
    assert [each.change for each in outcome.accepted] == covered
    assert len(outcome.changes) + len(outcome.accepted) == len(CHANGES)
    assert bool(outcome.problems) == (not covered)


def unexplained(name: str, was: str, became: str) -> Change:
    pointer = f"/components/schemas/{name}/unevaluatedItems"
    text = f"The body has another `unevaluatedItems`: `{became}` instead of `{was}`"
    return Change(
        "unexplained-change", Level.WARNING, text, base=side(pointer, 3, "old.yaml"), revision=side(pointer, 4)
    )


def test_an_unexplained_change_is_accepted_alone(tmp_path: Path) -> None:
    """By its place and both sides' values; another place, or the same with another value, is still news."""
    seen = unexplained("A", "1", "2")
    others = [unexplained("B", "1", "2"), unexplained("A", "1", "3"), unexplained("A", "0", "2")]
    path = tmp_path / "a.toml"
    pointer = "/components/schemas/A/unevaluatedItems"
    path.write_text(
        f'[[accepted]]\nid = "{seen.id}"\nreason = "looked at"\npointer = "{pointer}"\ntext = "{seen.text}."\n'
    )
    outcome = apply(read(path), [seen, *others], TODAY)
    assert [each.change for each in outcome.accepted] == [seen]
    assert outcome.changes == others
    assert outcome.problems == []


LETTERS = st.text('ab* \u00a0\t`"', max_size=6)
LONG = st.tuples(st.sampled_from(["", "a" * 57, "a " * 40]), LETTERS, st.sampled_from(["", "a" * 57])).map("".join)


@pytest.mark.parametrize(
    "place",
    [
        "unheard: %s",
        "paths: {/a: {get: {unheard: %s}}}",
        "paths: {/a: {get: {requestBody: {content: {a/json: {schema: {unheard: %s}}}}}}}",
    ],
)
@given(values=st.lists(LONG, min_size=3, max_size=3, unique=True))
@settings(deadline=None, max_examples=60)
@example(["a", "a" * 100 + "b", "a" * 100 + "c"])
@example(["a", "b  b", "b b"])
@example(["a", "b*", "bc"])
def test_no_unexplained_change_is_accepted_with_another(place: str, values: list[str]) -> None:
    """However alike two values are, the sentence of one says nothing of the other; outside schemas and inside."""
    base, seen, other = (load_text("openapi: 3.1.0\n" + place % json.dumps(value), "a.yaml") for value in values)
    (known,), (news,) = compare(base, seen), compare(base, other)
    assert known.base is not None
    accepted = Acceptance("f.toml: entry 1", known.id, "looked at", pointer=known.base.pointer, text=sentence(known))
    assert known.id == news.id == "unexplained-change"
    assert (accepted.covers(known), accepted.covers(news)) == (True, False)


def test_an_entry_that_matches_nothing_is_reported() -> None:
    assert apply([entry("nosuch")], CHANGES, TODAY).problems == [
        "f.toml: entry 1 matches no change; remove it, or correct its id, operation, pointer or text"
    ]


@pytest.mark.parametrize(("days", "counts"), [(0, True), (-1, False)])
def test_an_entry_counts_on_its_last_day_and_not_after(days: int, counts: bool) -> None:
    last = TODAY + datetime.timedelta(days=days)
    acceptance = Acceptance("f.toml: entry 1 (x)", ADDED.id, "fine", expires=last)
    outcome = apply([acceptance], CHANGES, TODAY)
    assert (ADDED in outcome.changes) is not counts
    assert list(outcome.problems) == (
        []
        if counts
        else ["f.toml: entry 1 (x) expired on 2027-01-30 and accepts no longer; adapt to the change, or renew it"]
    )


def test_of_two_entries_the_one_in_force_gives_the_reason() -> None:
    old = Acceptance("entry 1", REMOVED.id, "old", expires=datetime.date(2020, 1, 1))
    new = Acceptance("entry 2", REMOVED.id, "new")
    outcome = apply([old, new], CHANGES, TODAY)
    assert [each.reason for each in outcome.accepted] == ["new"]
    assert len(outcome.problems) == 1


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ('accept = []\n', "must have `accepted` and nothing else"),
        ('accepted = []\nmore = 1\n', "must have `accepted` and nothing else"),
        ('accepted = ["x"]\n', "entry 1: must be a table with id and reason, is 'x'"),
        ('[[accepted]]\nreason = "why"\n', "entry 1: id is missing; it is the word after each change"),
        ('[[accepted]]\nid = "x"\n', r"entry 1 \(x\): reason is missing; say why"),
        ('[[accepted]]\nid = "x"\nreason = "  "\n', r"\(x\): reason must be a text that is not empty, is '  '"),
        ('[[accepted]]\nid = "x"\nreason = "y"\noperation = 3\n', r"\(x\): operation must be a text"),
        ('[[accepted]]\nid = "x"\nreason = "y"\nwhy = 3\n', r"\(x\): unknown why; there are: id, reason, operation"),
        ('[[accepted]]\nid = "x"\nreason = "y"\nexpires = "soon"\n', r"expires must be a date such as 2027-01-31"),
        ('[[accepted]]\nid = "x"\nreason = "y"\nexpires = 2027-01-31T00:00:00\n', r"expires must be a date"),
        ('[[accepted]]\nid = "unexplained-change"\nreason = "y"\n', r"pointer is missing; no rule judges"),
        ('[[accepted]]\nid = "unexplained-change"\nreason = "y"\npointer = "/x"\n', r"text is missing; no rule judges"),
        ('[[accepted]]\nid = "unexplained-change"\nreason = "y"\npointer = "/x"\ntext = " "\n', r"text must be a text"),
        ('[[accepted]\n', r"a.toml: .*line 1"),
    ],
)  # fmt: skip
def test_a_bad_file_says_entry_field_and_mend(tmp_path: Path, text: str, words: str) -> None:
    path = tmp_path / "a.toml"
    path.write_text(text)
    with pytest.raises(SpecsError, match=words) as caught:
        read(path)
    assert str(caught.value).startswith(str(path))


def test_a_file_that_is_not_there_or_of_another_kind(tmp_path: Path) -> None:
    with pytest.raises(SpecsError, match=r"a.toml: cannot be read: No such file"):
        read(tmp_path / "a.toml")
    (tmp_path / "a.txt").write_text("")
    with pytest.raises(SpecsError, match=r"a.txt: must end in .toml, .yaml or .yml"):
        read(tmp_path / "a.txt")
    for name in ("b.toml", "b.yaml"):
        (tmp_path / name).write_text("# nothing is accepted\n")
        assert read(tmp_path / name) == []
    (tmp_path / "a.yaml").write_text("accepted: [\n")
    with pytest.raises(SpecsError, match=r"a.yaml:2: is not YAML"):
        read(tmp_path / "a.yaml")
