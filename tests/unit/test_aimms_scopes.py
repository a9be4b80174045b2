"""Scopes of API keys in all the vendor's spellings."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from optcloud.aimms.keys.scopes import WIRE, KeyScope, Scope, key_scopes, scope_of


@pytest.mark.parametrize(
    ("word", "scope"),
    [
        ("Authentication", Scope.AUTHENTICATION),
        ("PublishApp", Scope.PUBLISH_APP),
        ("Publish App", Scope.PUBLISH_APP),
        ("PublishAimms", Scope.PUBLISH_AIMMS),
        ("PublishAIMMS", Scope.PUBLISH_AIMMS),
        ("Publish AIMMS", Scope.PUBLISH_AIMMS),
        ("Tasks", Scope.TASKS),
        ("Task", Scope.TASKS),
        ("APIKey", Scope.API_KEY),
        ("API Key", Scope.API_KEY),
        ("api-key", Scope.API_KEY),
        ("Session", Scope.SESSION),
        ("Secret", Scope.SECRET),
        ("User", Scope.USER),
        ("Account", Scope.ACCOUNT),
        ("Sessions", None),
        ("", None),
    ],
)
def test_every_spelling(word: str, scope: Scope | None) -> None:
    assert scope_of(word) is scope
    assert KeyScope(word).known is (scope is not None)


def test_what_is_sent() -> None:
    assert [one.word for one in key_scopes(["Task", Scope.API_KEY, "tasks", "Publish AIMMS"])] == [
        "Tasks",
        "APIKey",
        "PublishAimms",
    ]
    assert key_scopes("Task") == (KeyScope("Tasks"),)
    assert key_scopes([KeyScope("Task")]) == (KeyScope("Task"),)  # exactly this word
    unknown = key_scopes(["Solve Quantum"])[0]
    assert (unknown.word, unknown.scope, unknown.known, str(unknown)) == ("Solve Quantum", None, False, "Solve Quantum")
    assert str(KeyScope("API Key")) == "APIKey"
    assert set(WIRE) == set(Scope)


@given(st.sampled_from(Scope), st.randoms())
def test_capitals_and_blanks_make_no_difference(scope: Scope, random: object) -> None:
    word = "".join(letter.upper() if random.random() < 0.5 else f" {letter}" for letter in scope.value)  # type: ignore[attr-defined]
    assert scope_of(word) is scope


@given(st.text())
def test_no_word_is_lost(word: str) -> None:
    (one,) = key_scopes([word])
    assert one.word == word if one.scope is None else one.word == WIRE[one.scope]
