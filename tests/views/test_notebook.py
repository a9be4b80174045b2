"""Values in a notebook: escaped, short, without secrets and without a request."""

from __future__ import annotations

import json
from html.parser import HTMLParser
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from optcloud import OptCloud, Secret, Solution
from optcloud.adiutaopt.planners import SHIFT
from optcloud.gurobi.models import Machine
from optcloud.views.notebook import LONGEST, record_html, table_html

HOSTILE = st.text() | st.sampled_from(["<script>alert(1)</script>", "</td><b>", "&lt;", "\x1b[31m", '" onclick="x'])


class Tags(HTMLParser):
    """The tags of a text, and whether any has attributes."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(f"{tag} with attributes" if attrs else tag)


def only_a_table(text: str) -> bool:
    return Tags(text).tags <= {"table", "caption", "tr", "th", "td"} and "\x1b" not in text


@given(HOSTILE, st.dictionaries(HOSTILE, HOSTILE), st.lists(st.tuples(HOSTILE, HOSTILE)))
def test_nothing_that_is_shown_is_more_than_text(title: str, fields: Any, rows: Any) -> None:
    assert only_a_table(record_html(title, fields))
    assert only_a_table(table_html(title, (title, title), rows, len(rows)))


@given(HOSTILE)
def test_a_solution_with_hostile_names(name: str) -> None:
    content = json.dumps({"tasks": [{"id": 1, "name": name}], "workers": [{"id": 2, "name": name}]}).encode()
    shown = Solution(content, SHIFT)._repr_html_()
    assert shown is not None and only_a_table(shown)


def test_a_solution_that_cannot_be_read_falls_back_to_its_repr() -> None:
    assert Solution(b"no JSON", SHIFT)._repr_html_() is None


def test_what_is_long_is_cut_and_says_so() -> None:
    shown = table_html("Tasks", ["n"], ([number] for number in range(1000)), 1000)
    assert shown.count("<td>") == LONGEST and f"({LONGEST} of 1000)" in shown
    assert len(record_html("A", {"b": "c" * 10_000})) < 500


def test_secrets_are_masked_and_nothing_is_asked() -> None:
    machine = Machine.read({"_id": "m1", "userPassword": "fake-password", "state": "idle"})
    assert machine.password == Secret("fake-password")
    assert "m1" in machine._repr_html_() and "fake-password" not in machine._repr_html_()
    with OptCloud("prod", gurobi={"access_id": "fake", "secret_key": "fake-secret-key"}) as oc:
        assert "gurobi:prod/m1" in oc.attach("gurobi:prod/m1")._repr_html_()
