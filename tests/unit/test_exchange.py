"""The one road: origin, signing, repeating, renewing, and the errors it raises."""

import logging
from typing import Any

import httpx
import pytest

from optcloud.core.errors import (
    AuthError,
    BadRequest,
    ConfigError,
    OptCloudError,
    RateLimited,
    ReplyError,
    ResponseMismatch,
    ServerError,
    TransportError,
)
from optcloud.core.events import Retrying
from optcloud.core.flow import Flow
from optcloud.core.request_policy import check_address
from optcloud.core.secret import Redactor, Secret
from unit.script import EPOCH, LOST, NEVER_LEFT, NoAuth, Script, json_reply, plain_road

JSON_200 = {"200": ["application/json"], "4XX": ["application/json"]}


def _exchange(script: Script, method: str = "GET", url: str = "/things", **arguments: Any) -> httpx.Response:
    assert script.policy is not None
    described = {"operation": {"id": "getThings", "responses": JSON_200}}
    request = script.request(method, url, extensions=described, **arguments)
    reply: Any = script.run(script.policy.exchange(request))  # type: ignore[arg-type]
    assert isinstance(reply, httpx.Response)
    return reply


# ---------------------------------------------------------------- origin


@pytest.mark.parametrize(
    "url",
    [
        "https://other.test/api/things",
        "https://cloud.test.evil.test/api/things",
        "https://cloud.test:8443/api/things",
        "http://cloud.test/api/things",
        "https://user@cloud.test/api/things",
    ],
)
def test_a_request_for_another_place_is_neither_signed_nor_sent(url: str) -> None:
    auth = NoAuth()
    script = Script(policy=plain_road(auth))
    with pytest.raises(ConfigError, match=r"is not sent with the credentials for https://cloud\.test$"):
        _exchange(script, url=url)
    assert (auth.signed, script.sent) == (0, [])


@pytest.mark.parametrize(
    ("base", "url"),
    [
        ("https://cloud.test:443/api", "https://cloud.test/api/things"),
        ("https://Cloud.Test/api", "https://cloud.test/api/things"),
        ("http://localhost:8080/api", "http://LOCALHOST:8080/api/things"),
        ("http://[::1]:8080/api", "http://[::1]:8080/api/things"),
        ("https://münchen.test/api", "https://xn--mnchen-3ya.test/api/things"),
    ],
)
def test_the_same_place_may_be_written_differently(base: str, url: str) -> None:
    script = Script([json_reply([])], policy=plain_road(base_url=base))
    assert _exchange(script, url=url).status_code == 200


def test_addresses() -> None:
    assert check_address("https://cloud.test/api/", "x.url") == "https://cloud.test/api"
    for good in ("http://localhost:1", "http://127.0.0.1:80/x", "http://[::1]"):
        assert check_address(good, "x.url") == good


@pytest.mark.parametrize(
    ("bad", "why"),
    [
        ("http://cloud.test", "in the clear"),
        ("http://localhost.evil.test", "in the clear"),
        ("ftp://cloud.test", "not an http"),
        ("cloud.test", "not an http"),
        ("https://", "not an http"),
        ("https://[::1", "not an http"),
        ("https://cloud.test:port", "not an http"),
        ("https://me:hush-hush@cloud.test", "do not belong into an address"),
        ("http://me:hush-hush@cloud.test", "do not belong into an address"),
        ("https://cloud.test/api?key=hush-hush", "without"),
        ("https://cloud.test/api#part", "without"),
    ],
)
def test_bad_addresses_name_the_setting_and_show_no_password(bad: str, why: str) -> None:
    with pytest.raises(ConfigError, match=why) as caught:
        check_address(bad, "x.url")
    assert str(caught.value).startswith("x.url: ")
    assert "hush" not in str(caught.value)


# ---------------------------------------------------------------- repeating


def test_a_read_is_repeated_and_signed_anew_each_time() -> None:
    script = Script([LOST, json_reply({}, 503), json_reply({}, 429), json_reply([1])], policy=plain_road())
    assert _exchange(script).json() == [1]
    assert [request.headers["x-attempt"] for request in script.sent] == ["1", "2", "3", "4"]
    assert script.slept == [0.5, 1.0, 2.0]
    retries = [event for event in script.events if isinstance(event, Retrying)]
    assert [event.attempt for event in retries] == [1, 2, 3]
    assert retries[0].operation == "getThings" and "connection reset" in retries[0].reason


def test_the_last_error_is_raised_after_the_last_attempt() -> None:
    script = Script([json_reply({"message": str(n)}, 500) for n in range(4)], policy=plain_road())
    with pytest.raises(ServerError, match="Vendor getThings answered 500: 3"):
        _exchange(script)
    assert len(script.sent) == 4


def test_retry_after_is_honoured() -> None:
    replies = [json_reply({}, 429, **{"retry-after": "7"}), json_reply({}, 503, **{"retry-after": "9"}), json_reply([])]
    script = Script(replies, policy=plain_road())
    _exchange(script)
    assert script.slept == [7, 9]


@pytest.mark.parametrize("fault", [LOST, json_reply({}, 500), json_reply({}, 429)])
def test_a_submit_is_sent_once_when_it_may_have_arrived(fault: Any) -> None:
    script = Script([fault], policy=plain_road())
    with pytest.raises(OptCloudError):
        _exchange(script, "POST", content=b"x")
    assert (len(script.sent), script.slept) == (1, [])


def test_a_submit_that_never_left_is_repeated() -> None:
    script = Script([NEVER_LEFT, NEVER_LEFT, json_reply({})], policy=plain_road())
    assert _exchange(script, "POST", content=b"x").status_code == 200
    assert [request.content for request in script.sent] == [b"x"] * 3


def test_an_idempotent_submit_is_repeated() -> None:
    policy = plain_road(idempotent=frozenset({"getThings"}))
    script = Script([LOST, json_reply({}, 502), json_reply({})], policy=policy)
    assert _exchange(script, "POST", content=b"x").status_code == 200


def test_a_lost_reply_says_so() -> None:
    script = Script([LOST], policy=plain_road())
    with pytest.raises(TransportError, match=r"Vendor getThings: ReadError") as caught:
        _exchange(script, "POST")
    assert (caught.value.sent, caught.value.vendor, caught.value.operation) == ("unknown", "Vendor", "getThings")


# ---------------------------------------------------------------- signing in


def test_credentials_are_renewed_once_and_only_once() -> None:
    auth = NoAuth("fresh", "never used")
    script = Script([json_reply({}, 401), json_reply([])], policy=plain_road(auth))
    assert _exchange(script, "POST").status_code == 200
    assert (auth.signed, auth.tokens, script.slept) == (2, ["fresh"], [])

    auth = NoAuth("fresh", "never used")
    script = Script([json_reply({}, 401), json_reply({"message": "still no"}, 401)], policy=plain_road(auth))
    with pytest.raises(AuthError, match="still no"):
        _exchange(script)
    assert auth.tokens == ["fresh"]


def test_without_anything_to_renew_a_401_is_raised_at_once() -> None:
    script = Script([json_reply({}, 401)], policy=plain_road(NoAuth()))
    with pytest.raises(AuthError):
        _exchange(script)


class FaultyAuth(NoAuth):
    """Raises the given faults, one per attempt to sign; None lets an attempt pass."""

    def __init__(self, *faults: OptCloudError | None) -> None:
        super().__init__("another token")
        self.faults = list(faults)

    def sign(self, request: Any) -> Flow[None]:
        yield from super().sign(request)
        if self.faults and (fault := self.faults.pop(0)):
            raise fault


def test_a_fault_while_signing_in_never_counts_as_sent() -> None:
    script = Script(policy=plain_road(FaultyAuth(LOST)))
    with pytest.raises(TransportError, match="signing in") as caught:
        _exchange(script, "POST")
    assert (caught.value.sent, script.sent) == ("no", [])


@pytest.mark.parametrize("kind", [AuthError, RateLimited, ServerError])
def test_a_refused_sign_in_is_raised_at_once(kind: type[ReplyError]) -> None:
    """Who signs repeats what may be repeated: were it repeated here, too, attempts would multiply."""
    script = Script(policy=plain_road(FaultyAuth(kind("no", status=500))))
    with pytest.raises(kind, match="no"):
        _exchange(script)
    assert (script.sent, script.slept) == ([], [])


def test_a_fault_while_renewing_never_counts_as_sent() -> None:
    auth = FaultyAuth(None, LOST)
    script = Script([json_reply({}, 401)], policy=plain_road(auth))
    with pytest.raises(TransportError, match="signing in") as caught:
        _exchange(script, "POST")
    assert caught.value.sent == "no"


# ---------------------------------------------------------------- replies


def test_an_undocumented_status_is_a_mismatch() -> None:
    for status in (202, 302):
        with pytest.raises(ResponseMismatch, match=f"does not name status {status}"):
            _exchange(Script([json_reply({}, status)], policy=plain_road()))


def test_without_a_description_any_success_is_one() -> None:
    script = Script([httpx.Response(207, html="<p>")], policy=plain_road())
    request = script.request("GET", "/things")
    assert script.policy is not None
    assert script.run(script.policy.exchange(request)).status_code == 207  # type: ignore[arg-type]


def test_an_html_page_in_place_of_json_is_a_mismatch_with_its_body() -> None:
    page = httpx.Response(200, html="<h1>Sign in</h1>", headers={"x-request-id": "r-1"})
    with pytest.raises(ResponseMismatch, match=r"HTML page came in place of application/json \(request id r-1\)") as c:
        _exchange(Script([page], policy=plain_road()))
    assert (c.value.body, c.value.status, c.value.request_id) == (b"<h1>Sign in</h1>", 200, "r-1")


def test_every_header_of_a_refusal_is_kept() -> None:
    reply = json_reply({"message": "no"}, 400, **{"x-amzn-requestid": "abc", "x-more": "1"})
    with pytest.raises(BadRequest, match=r"^Vendor getThings answered 400: no \(request id abc\)$") as caught:
        _exchange(Script([reply], policy=plain_road()))
    assert caught.value.headers["x-more"] == "1"


def test_a_date_in_retry_after_is_compared_with_the_clock() -> None:
    date = "Sat, 07 Nov 2026 09:05:09 GMT"
    assert EPOCH + 8 == 1_794_042_309
    script = Script([json_reply({}, 429, **{"retry-after": date}), json_reply([])], policy=plain_road())
    _exchange(script)
    assert script.slept == [8]


# ---------------------------------------------------------------- secrets


def test_secrets_in_replies_and_faults_do_not_show(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    secret = "p/ss wörd+1"
    policy = plain_road(redact=Redactor([Secret(secret)]))
    echoes: list[Any] = [
        TransportError(f"LocalProtocolError: {secret!r}", sent="unknown"),
        json_reply({"message": f"Invalid: &userPassword=p/ss%20w%C3%B6rd%2B1 {secret}"}, 500),
        httpx.Response(503, text="x" * 295 + secret),  # cut in the middle of the secret
        json_reply({"errors": [secret]}, 400),
    ]
    script = Script(echoes, policy=policy)
    with pytest.raises(BadRequest) as caught:
        _exchange(script)
    shown = [str(caught.value), repr(caught.value), caught.value.message, caplog.text]
    shown += [str(event) for event in script.events]
    assert len(script.events) == 3 and caplog.text.count("next in") == 3
    for text in shown:
        for part in ("p/ss", "rd+1", "w%C3%B6rd", "wörd", "%2B1"):
            assert part not in text
