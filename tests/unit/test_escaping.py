"""Texts from outside are shown so that they steer nothing."""

import json
from typing import Any
from unicodedata import category

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from optcloud.core.errors import BadRequest, JobFailed, ReplyError, TransportError
from optcloud.core.escaping import escaped, json_text, shown
from optcloud.core.replies import refusal

HOSTILE = {
    "CSI": "\x1b[31mred",
    "OSC, title": "\x1b]0;title\x07",
    "OSC, clipboard": "\x1b]52;c;aGk=\x1b\\",
    "C1 CSI": "\x9b2J",
    "DEL": "a\x7f",
    "NUL": "a\x00b",
    "carriage return": "good\rbad",
    "backspace": "ab\x08c",
    "override": "\u202egnp.exe",
    "isolate": "\u2066a\u2069",
    "mark": "\u200fa",
    "zero width": "a\u200bb",
    "joiner": "a\u200db",
    "byte order mark": "\ufeffa",
    "line separator": "a\u2028b\u2029c",
    "next line": "a\x85b",
    "half a pair": "\ud800",
    "tag": "\U000e0041",
    "private": "\ue000",
}
signs = st.characters(exclude_categories=[]) | st.sampled_from("".join(HOSTILE.values()))
texts = st.text(signs, max_size=20)


def steers(text: str) -> bool:
    return any(not sign.isprintable() and category(sign) != "Zs" for sign in text)


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_what_steers_is_escaped(text: str) -> None:
    """Each kind of unprintable sign is shown as Python writes it."""
    assert steers(text) and not steers(escaped(text))
    assert escaped(text).isascii()


@pytest.mark.parametrize("text", ["Grüße", "日本　語", "a\xa0b", "עברית", "naïve 👍", "C:\\x1b", "[bold]x[/]"])
def test_what_is_to_be_read_stays(text: str) -> None:
    """Letters of any script, spaces of any width and signs that only look like commands stay."""
    assert escaped(text) == text


@given(texts)
def test_no_text_steers(text: str) -> None:
    """Whatever comes, nothing unprintable is left, but line ends and tabs where they are kept."""
    assert not steers(escaped(text, keep=""))
    assert not steers(escaped(text).replace("\n", "").replace("\t", ""))
    assert escaped(escaped(text)) == escaped(text)
    assert shown(text).isprintable()


@given(st.recursive(texts | st.integers() | st.none(), lambda inner: st.lists(inner) | st.dictionaries(texts, inner)))
def test_json_keeps_the_data_and_steers_nothing(value: Any) -> None:
    """JSON says the same with its own escapes, in UTF-8, also of halves of surrogate pairs."""
    for indent in (None, 2):
        text = json_text(value, indent=indent)
        assert not steers(text.replace("\n", ""))
        assert json.loads(text.encode()) == value


@given(texts)
def test_errors_show_vendors_words_escaped(words: str) -> None:
    """The text of an error steers nothing, wherever the vendor put its words."""
    body, request_id = json.dumps({"message": words}), words.encode(errors="replace")
    reply = httpx.Response(400, text=body, headers={"x-request-id": request_id})
    error = refusal(reply, vendor="Vendor", operation="op", responses=None, wall=0.0)
    assert isinstance(error, ReplyError)
    assert not steers(str(error)) and not steers(error.message)
    for one in (TransportError(words, sent="no"), JobFailed(words, ref="a:b/c"), BadRequest(words, operation=words)):
        assert str(one) == escaped(one.args[0])
