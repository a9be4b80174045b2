"""Secrets never show."""

import copy
import json
import pickle
from urllib.parse import quote, quote_plus

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from optcloud.core.secret import MASK, Redactor, Secret
from optcloud.core.settings import AdiutaOptSettings, AimmsSettings, GurobiSettings

SECRETS = st.text(st.characters(exclude_categories=["Cs"]), min_size=4, max_size=20).filter(
    lambda text: text not in "Secret('***')" and MASK not in text
)


@given(SECRETS)
def test_a_secret_hides_itself(value: str) -> None:
    secret = Secret(value)
    shown = [str(secret), repr(secret), f"{secret}", f"{secret!r}", "%s" % secret, "{}".format(secret)]  # noqa: UP031, UP032
    assert shown == [MASK, f"Secret({MASK!r})", MASK, f"Secret({MASK!r})", MASK, MASK]
    assert secret.reveal() == value


@given(SECRETS, st.text(max_size=10), st.text(max_size=10))
def test_no_planted_secret_survives_in_any_usual_form(value: str, before: str, after: str) -> None:
    redact = Redactor([Secret(value)])
    forms = {
        value,
        quote(value),
        quote(value, safe=""),
        quote_plus(value),
        json.dumps(value)[1:-1],
        json.dumps(value, ensure_ascii=False)[1:-1],
        repr(value)[1:-1],
    }
    for form in forms:
        assume(form not in before + after)
        shown = redact(f"{before}|{form}|{after}")
        assert form not in shown.replace(MASK, "")
        assert MASK in shown


def test_percent_encoding_in_lower_case_is_hidden_too() -> None:
    redact = Redactor([Secret("p/ss wörd+1")])
    for form in ("p%2fss%20w%c3%b6rd%2b1", "p/ss%20w%c3%b6rd%2b1", "p%2Fss+w%C3%B6rd%2B1"):
        assert redact(f"&userPassword={form}&") == f"&userPassword={MASK}&"


def test_a_longer_secret_is_hidden_whole() -> None:
    redact = Redactor([Secret("abcd")])
    redact.add(Secret("abcdefgh"))
    assert redact("abcdefgh abcd") == f"{MASK} {MASK}"


def test_short_words_are_left_alone() -> None:
    assert Redactor([Secret("the"), Secret("")])("the end") == "the end"


@given(SECRETS | st.text(min_size=4))
def test_a_secret_is_pickled_and_copied_out_of_sight(value: str) -> None:
    """It comes across, and nothing that shows or searches a pickle finds it."""
    secret = Secret(value)
    empty = pickle.dumps(Secret(""), 0) + pickle.dumps(Secret(""))
    for protocol in range(pickle.HIGHEST_PROTOCOL + 1):
        data = pickle.dumps(secret, protocol)
        assert pickle.loads(data).reveal() == value
        if value.isascii() and value.encode() not in empty:
            assert value.encode() not in data
    assert copy.copy(secret) is copy.deepcopy(secret) is secret
    with pytest.raises(TypeError):
        vars(secret)


def test_secrets_are_equal_by_value_and_false_when_empty() -> None:
    assert Secret("a") == Secret("a") != Secret("b")
    assert Secret("a") != "a"
    assert len({Secret("a"), Secret("a")}) == 1
    assert Secret("a") and not Secret("")


def test_settings_show_no_secrets() -> None:
    hush = "hush-hush"
    for settings in (
        AimmsSettings(url="https://a.test", api_key=hush),
        GurobiSettings(access_id="id", secret_key=hush),
        AdiutaOptSettings(
            url="https://a.test",
            username="u",
            password=hush,
            user_pool_id="eu_x",
            client_id="c",
            cognito_url="https://i.test",
        ),
    ):
        assert hush not in repr(settings) + str(settings)
        assert MASK in repr(settings)
