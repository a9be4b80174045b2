"""What an answer of adiutaOpt's solution endpoint means."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from optcloud.adiutaopt.solution_rule import NEW_KEY, Answer, AnswerMeaning, SolutionRule, default_rule, top_level_keys


@pytest.mark.parametrize(
    ("answer", "outcome"),
    [
        (Answer(200, "application/json", b'{"tasks": [], "workers": []}'), AnswerMeaning.PLAN),
        (Answer(200, "", b' {"workers": [1], "x": {}, "tasks": [{}]} '), AnswerMeaning.PLAN),
        (Answer(200, "", b'{"workers": [], "tasks": [], "errors": [], "recovery": [1]}'), AnswerMeaning.PLAN),
        (Answer(200, "application/json", b'{"errors": []}'), AnswerMeaning.ERROR_PLAN),
        (Answer(200, "application/json", b'{"tasks": [], "planErrors": []}'), AnswerMeaning.ERROR_PLAN),
        (Answer(200, "application/json", b'{"recovery": [1]}'), AnswerMeaning.ERROR_PLAN),
        (Answer(202, "", b""), AnswerMeaning.CALCULATING),
        (Answer(202, "text/html", b"<p>"), AnswerMeaning.CALCULATING),
        (Answer(204, "", b""), AnswerMeaning.CALCULATING),
        (Answer(200, "application/json", b""), AnswerMeaning.CALCULATING),
        (Answer(200, "application/json", b" \r\n"), AnswerMeaning.CALCULATING),
        (Answer(200, "application/json", b"{}"), AnswerMeaning.CALCULATING),
        (Answer(200, "application/json", b'{"message": "in calculation"}'), AnswerMeaning.CALCULATING),
        (Answer(200, "application/json", b'{"tasks": []}'), AnswerMeaning.CALCULATING),
        (Answer(200, "application/json", b"null"), AnswerMeaning.CALCULATING),
        (Answer(200, "application/json", b'"calculating"'), AnswerMeaning.CALCULATING),
        (Answer(404, "application/json", b"{}", 0.0), AnswerMeaning.CALCULATING),
        (Answer(404, "application/json", b"{}", NEW_KEY - 1), AnswerMeaning.CALCULATING),
        (Answer(404, "application/json", b"{}", NEW_KEY), AnswerMeaning.UNEXPECTED),
        (Answer(200, "text/html", b"<p>"), AnswerMeaning.UNEXPECTED),
        (Answer(200, "application/json", b'{"tasks": ['), AnswerMeaning.UNEXPECTED),
        (Answer(200, "application/json", b'[{"tasks": '), AnswerMeaning.UNEXPECTED),
        (Answer(200, "application/json", b"wait"), AnswerMeaning.UNEXPECTED),
        (Answer(200, "application/json", b'"\xff"'), AnswerMeaning.UNEXPECTED),
        (Answer(500, "application/json", b'{"tasks": [], "workers": []}'), AnswerMeaning.UNEXPECTED),
        (Answer(401, "", b""), AnswerMeaning.UNEXPECTED),
        (Answer(302, "", b""), AnswerMeaning.UNEXPECTED),
    ],
)
def test_the_default_rule(answer: Answer, outcome: AnswerMeaning) -> None:
    assert default_rule(answer) is outcome


@given(st.integers(100, 599), st.sampled_from(["application/json", "text/html", ""]), st.binary())
def test_the_default_rule_has_a_word_for_everything(status: int, kind: str, body: bytes) -> None:
    assert default_rule(Answer(status, kind, body)) in AnswerMeaning


@pytest.mark.parametrize(
    ("changes", "answer"),
    [
        ({"not_yet": frozenset({425})}, Answer(425, "", b"")),
        ({"new_key": 900.0}, Answer(404, "", b"", 899.0)),
        ({"error_words": ("fault",)}, Answer(200, "", b'{"errors": []}')),
        ({"plan_keys": frozenset({"result"})}, Answer(200, "", b'{"tasks": [], "workers": []}')),
    ],
)
def test_each_part_can_be_set(changes: dict[str, Any], answer: Answer) -> None:
    assert SolutionRule(**changes)(answer) is AnswerMeaning.CALCULATING
    assert default_rule(answer) is not AnswerMeaning.CALCULATING


def test_keys_are_those_of_the_top_level() -> None:
    assert top_level_keys(b'{"a": {"b": [1, {"c": 2}]}, "\\u0064": 1}') == frozenset({"a", "d"})
    assert top_level_keys(b"[{}]") == frozenset() and top_level_keys(b"{") is None
