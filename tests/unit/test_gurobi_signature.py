"""The v1 signature, against the vendor's vector and an independent reading of the bytes that go out."""

import base64
import hashlib
import hmac
from typing import Any
from urllib.parse import parse_qsl

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.hmac import HMAC
from hypothesis import given
from hypothesis import strategies as st

from optcloud.clouds.gurobi.connection import road
from optcloud.clouds.gurobi.signature import date_header, encode_parameters, sign, string_to_sign
from optcloud.core.redact import Secret
from optcloud.core.settings import GurobiSettings
from unit.script import EPOCH, RETRY, Script, json_reply

TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
SECRET = "not/a+real key"


def test_the_vendors_vector() -> None:
    assert sign("The quick brown fox jumps over the lazy dog", Secret("key")) == "3nybhbi3iqa8ino29wqQcBydtNk="


@given(TEXT, TEXT.filter(bool))
def test_it_is_hmac_sha1(text: str, key: str) -> None:
    other = HMAC(key.encode(), hashes.SHA1())
    other.update(text.encode())
    assert base64.b64decode(sign(text, Secret(key))) == other.finalize()


@given(st.lists(st.tuples(st.sampled_from(["id", "machineIds", "userPassword"]), TEXT), min_size=1))
def test_parameters_are_encoded_without_loss_and_in_order(parameters: list[tuple[str, str]]) -> None:
    encoded = encode_parameters(parameters)
    assert parse_qsl(encoded, keep_blank_values=True) == parameters
    assert encoded.isascii() and "+" not in encoded and " " not in encoded


def test_the_encoding_of_the_vendors_samples() -> None:
    assert encode_parameters([("licenseType", "light compute server"), ("machineIds", '["a","b"]')]) == (
        "licenseType=light%20compute%20server&machineIds=%5B%22a%22%2C%22b%22%5D"
    )
    assert encode_parameters([("x", "a/b~ü")]) == "x=a/b~%C3%BC"


def test_the_string_to_sign() -> None:
    assert string_to_sign("POST", "id=a&n=1", "D") == "POST&id=a&n=1&D"
    assert string_to_sign("GET", "", "D") == "GET&D"


def test_the_date_has_neither_fraction_nor_offset() -> None:
    assert date_header(1_318_057_629.999) == "2011-10-08T07:07:09Z"
    assert date_header(EPOCH) == "2026-11-07T09:05:01Z"


def signed(*requests: Any) -> Script:
    settings = GurobiSettings(access_id="id", secret_key=SECRET)
    return Script(requests, road=road(settings, RETRY))


def check(request: Any) -> None:
    """Verify as a server must: over the raw bytes received, in their order."""
    raw = request.content if request.method == "POST" else request.url.query
    date = request.headers["x-gurobi-date"].encode()
    text = b"&".join([request.method.encode(), raw, date])
    expected = base64.b64encode(hmac.new(SECRET.encode(), text, hashlib.sha1).digest()).decode()
    assert request.headers["x-gurobi-signature"] == expected


@given(st.lists(st.tuples(st.sampled_from(["id", "b", "a"]), TEXT), min_size=1, max_size=4), st.booleans())
def test_what_is_signed_is_what_goes_out(parameters: list[tuple[str, str]], form: bool) -> None:
    encoded = encode_parameters(parameters)
    cloud = signed(json_reply([]))
    assert cloud.road is not None
    if form:
        request = cloud.request("POST", "/launch", content=encoded.encode())
    else:
        request = cloud.request("GET", f"/machines?{encoded}")
    cloud.run(cloud.road.exchange(request))  # type: ignore[arg-type]
    check(cloud.sent[0])


def test_parameters_that_httpx_encoded_are_signed_as_sent() -> None:
    cloud = signed(json_reply([]))
    assert cloud.road is not None
    cloud.run(cloud.road.exchange(cloud.request("GET", "/machines", params={"id": "a b/ü&=+"})))  # type: ignore[arg-type]
    check(cloud.sent[0])


def test_each_attempt_is_signed_with_its_own_date() -> None:
    cloud = signed(json_reply({}, 503), json_reply({}, 503), json_reply([]))
    assert cloud.road is not None
    cloud.run(cloud.road.exchange(cloud.request("GET", "/machines?id=a")))  # type: ignore[arg-type]
    dates = [request.headers["x-gurobi-date"] for request in cloud.sent]
    assert dates == ["2026-11-07T09:05:01Z", "2026-11-07T09:05:01Z", "2026-11-07T09:05:02Z"]
    for request in cloud.sent:
        check(request)
