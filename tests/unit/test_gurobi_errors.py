"""What Gurobi's refusals become: named errors with a mend, a clock that is corrected, two texts side by side."""

from __future__ import annotations

import asyncio
import json
import logging
import threading
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from email.utils import formatdate
from typing import Any
from urllib.parse import quote, quote_plus

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from optcloud.core.clock import SystemClock
from optcloud.core.errors import ApiError, AuthError, BadRequest, ServerError, TransportError
from optcloud.core.events import ClockOff
from optcloud.core.flow import Instant
from optcloud.core.secret import MASK
from optcloud.core.settings import GurobiSettings
from optcloud.gurobi import errors
from optcloud.gurobi.connection import auth_of, offset_of, policy
from optcloud.gurobi.errors import (
    NAMED_REFUSALS,
    InvalidSignature,
    InvalidUserId,
    Refusal,
    TimeSkewTooLarge,
)
from optcloud.gurobi.signature import date_header, encode_parameters
from optcloud.gurobi.signature_comparison import MARK
from optcloud.transport.asynchronous import AsyncTransport
from optcloud.transport.blocking import Transport
from optcloud.transport.httpx_mapping import DriverConfig
from patience import PATIENCE
from unit.script import EPOCH, LOST, RETRY, Script, Scripted, json_reply, plain_road

SECRET = "not-a-real/secret+key"
SETTINGS = GurobiSettings(access_id="an id", secret_key=SECRET)
DATE = "2026-11-07T09:05:01Z"  # of EPOCH
HOUR = 3600.0
VENDOR = "Gurobi Instant Cloud"
SKEW = "Too large of time skew"


def cloud_of(*replies: Scripted) -> Script:
    return Script(replies, policy=policy(SETTINGS, RETRY))


def ask(cloud: Script, parameters: list[tuple[str, str]] | None = None, verb: str = "POST") -> Any:
    """Send a request as the flows do."""
    assert cloud.policy is not None
    encoded = encode_parameters(parameters or [("id", "an id")])
    extensions = {"operation": {"id": "launch", "responses": {"200": ["application/json"]}}}
    where = {"content": encoded.encode()} if verb == "POST" else {}
    url = "/launch" if verb == "POST" else f"/machines?{encoded}"
    return cloud.run(cloud.policy.exchange(cloud.request(verb, url, extensions=extensions, **where)))  # type: ignore[arg-type]


def refused(
    body: str,
    parameters: list[tuple[str, str]] | None = None,
    status: int = 400,
    headers: Mapping[str, str] | None = None,
) -> Any:
    """Return the error of a request that is refused so."""
    with pytest.raises(ApiError) as caught:
        ask(cloud_of(httpx.Response(status, text=body, headers=headers)), parameters)
    return caught.value


# ---------------------------------------------------------------- named


FORMS: dict[str, Callable[[str], str]] = {
    "plain": str,
    "lower": str.lower,
    "upper": str.upper,
    "spaces": lambda words: "\n  " + "  ".join(words.split()) + " \r\n",
    "more": lambda words: f"{words}: and more",
    "message": lambda words: json.dumps({"message": words}),
    "error": lambda words: json.dumps({"error": f" {words} ", "code": 7}),
    "string": json.dumps,
    "page": lambda words: f"<html><body><p>{words}</p></body></html>",
}


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("words", NAMED_REFUSALS)
def test_each_message_has_an_error_of_its_own(words: str, form: str) -> None:
    error = refused(FORMS[form](words))
    assert type(error) is NAMED_REFUSALS[words]
    assert isinstance(error, Refusal)
    assert (error.status, error.vendor, error.operation) == (400, VENDOR, "launch")
    assert error.body == FORMS[form](words).encode()
    assert error.hint in str(error)
    assert len(error.hint) > 30


def test_who_was_not_accepted_and_what_is_wrong_are_told_apart() -> None:
    caller = {kind for kind in NAMED_REFUSALS.values() if issubclass(kind, AuthError)}
    assert {kind.__name__ for kind in caller} == {
        "MissingSignature",
        "MissingDate",
        "TimeSkewTooLarge",
        "InvalidUserId",
        "InvalidSignature",
    }
    assert all(issubclass(kind, BadRequest) for kind in NAMED_REFUSALS.values() if kind not in caller)
    assert len(set(NAMED_REFUSALS.values())) == 13
    assert all(getattr(errors, kind.__name__) is kind for kind in NAMED_REFUSALS.values())


def test_the_sentence_has_the_vendors_words_and_the_mend() -> None:
    said = str(refused("Invalid Region", headers={"x-request-id": "r1"}))
    assert said.startswith(
        f"{VENDOR} launch answered 400: Invalid Region (request id r1). region: give one of us-east-1"
    )


def test_it_may_be_raised_before_sending() -> None:
    error = errors.InvalidRegion("region: 'moon-1'", vendor=VENDOR)
    assert (error.status, str(error)) == (None, f"{VENDOR}: region: 'moon-1'. {errors.InvalidRegion.hint}")


@pytest.mark.parametrize(("body", "status", "kind"), [("Invalid Moon", 400, BadRequest), ("No", 401, AuthError)])
def test_words_that_the_page_does_not_have(body: str, status: int, kind: type[ApiError]) -> None:
    error = refused(body, status=status)
    assert type(error) is kind
    assert not isinstance(error, Refusal)


def test_a_failure_of_the_server_is_none_whatever_it_says() -> None:
    """It may have launched all the same."""
    assert type(refused("Invalid Region", status=500)) is ServerError


@pytest.mark.parametrize(
    ("access_id", "hint"),
    [
        ("6F1C2E3A-0000-4000-8000-123456789abc", "API v2"),
        ("fake" * 10 + "key", "swapped"),
        ("an id ", "white space"),
        ("", "None arrived"),
    ],
)
def test_an_access_id_that_explains_itself(access_id: str, hint: str) -> None:
    error = refused("Invalid User Id", [("id", access_id)])
    assert hint in str(error)
    assert not access_id.strip() or access_id.strip() not in str(error)
    assert InvalidUserId.hint in str(error)


def test_an_access_id_that_explains_nothing() -> None:
    assert refused("Invalid User Id").hint == InvalidUserId.hint


# ---------------------------------------------------------------- clocks


def too_skewed(off: float | str) -> httpx.Response:
    """A refusal whose Date is that of a server which is ``off`` seconds ahead of the script's clock."""
    date = off if isinstance(off, str) else formatdate(EPOCH + off, usegmt=True)
    return httpx.Response(400, text=SKEW, headers={"date": date})


@pytest.mark.parametrize("verb", ["GET", "POST"])
@pytest.mark.parametrize(("off", "words"), [(HOUR, "3600 s behind"), (-86_400.0, "86400 s ahead of")])
def test_a_clock_that_is_off_is_corrected_for(
    off: float, words: str, verb: str, caplog: pytest.LogCaptureFixture
) -> None:
    cloud = cloud_of(too_skewed(off), json_reply([]), json_reply([]))
    with caplog.at_level(logging.WARNING, "optcloud"):
        ask_twice(cloud, verb)
    assert cloud.events == [ClockOff(VENDOR, off)]
    assert [request.headers["x-gurobi-date"] for request in cloud.sent] == [
        DATE,
        date_header(EPOCH + off),
        date_header(EPOCH + off),
    ]
    (record,) = caplog.records
    assert words in record.getMessage()
    assert cloud.policy is not None
    assert offset_of(cloud.policy)() == auth_of(cloud.policy).offset == off
    assert len({request.headers["x-gurobi-signature"] for request in cloud.sent}) == 2


def ask_twice(cloud: Script, verb: str) -> None:
    replies, cloud.replies = cloud.replies, cloud.replies[:-1]
    ask(cloud, verb=verb)
    cloud.replies = replies[-1:]
    ask(cloud, verb=verb)


def test_a_clock_that_changes_is_corrected_anew() -> None:
    cloud = cloud_of(too_skewed(HOUR), json_reply([]))
    ask(cloud)
    cloud.replies = [too_skewed(0), json_reply([])]  # as when somebody has set it meanwhile
    ask(cloud)
    assert cloud.events == [ClockOff(VENDOR, HOUR), ClockOff(VENDOR, 0)]
    assert cloud.sent[-1].headers["x-gurobi-date"] == DATE


@pytest.mark.parametrize("off", [HOUR, -HOUR, 0.0])
def test_refused_again_it_says_by_how_much(off: float) -> None:
    cloud = cloud_of(too_skewed(off), too_skewed(off))
    with pytest.raises(TimeSkewTooLarge, match="NTP") as caught:
        ask(cloud)
    assert caught.value.seconds == off
    said = {HOUR: "is 3600 s behind that", -HOUR: "is 3600 s ahead of that", 0: "agrees with that"}[off]
    assert f"clock {said} of the server" in str(caught.value)
    assert date_header(EPOCH + off) in str(caught.value)
    assert len(cloud.sent) == 2


UNREADABLE = ["", "soon", "Sat, 07 Nov 2026", "Fri, 31 Dec 9999 23:59:59 GMT", "Thu, 01 Jan 1970 00:00:00 GMT"]


@pytest.mark.parametrize("date", [*UNREADABLE, "Sat, 07 Nov 99999 09:05:01 GMT", f"Sat, 07 Nov {10**30} 09:05:01 GMT"])
def test_without_a_date_that_can_be_read_it_is_not_sent_again(date: str) -> None:
    cloud = cloud_of(too_skewed(date))
    with pytest.raises(TimeSkewTooLarge, match="cannot be known") as caught:
        ask(cloud)
    assert caught.value.seconds is None
    assert DATE in str(caught.value)
    assert "Set this machine's clock" in str(caught.value)
    assert cloud.events == []
    assert auth_of(cloud.policy).offset == 0  # type: ignore[arg-type]


def test_without_a_date_at_all() -> None:
    assert "cannot be known" in str(refused(SKEW))


def test_a_launch_that_is_lost_after_a_correction_is_not_sent_a_third_time() -> None:
    cloud = cloud_of(too_skewed(HOUR), LOST)
    with pytest.raises(TransportError) as caught:
        ask(cloud)
    assert caught.value.sent == "unknown"
    assert len(cloud.sent) == 2


def test_another_refusal_corrects_nothing() -> None:
    cloud = cloud_of(httpx.Response(400, text="Invalid User Id", headers={"date": formatdate(EPOCH + HOUR)}))
    with pytest.raises(InvalidUserId):
        ask(cloud)
    assert auth_of(cloud.policy).offset == 0  # type: ignore[arg-type]


def test_a_wrong_key_shows_after_the_clock_is_corrected() -> None:
    cloud = cloud_of(too_skewed(HOUR), httpx.Response(400, text="Invalid Signature"))
    with pytest.raises(InvalidSignature) as caught:
        ask(cloud)
    assert caught.value.ours.endswith(date_header(EPOCH + HOUR))


@given(st.floats(-1e9, 1e9))
def test_any_offset_is_learned_to_the_second(off: float) -> None:
    cloud = cloud_of(too_skewed(off), json_reply([]))
    ask(cloud)
    offset = auth_of(cloud.policy).offset  # type: ignore[arg-type]
    assert offset == pytest.approx(off if abs(off) >= errors.RESOLUTION else 0, abs=errors.RESOLUTION)


def test_a_road_to_elsewhere_has_no_offset() -> None:
    with pytest.raises(TypeError, match="not the policy of Gurobi"):
        offset_of(plain_road())


class Late(SystemClock):
    """A clock that stands, an hour behind the server's."""

    def now(self) -> Instant:
        return Instant(0, EPOCH - HOUR)


class Server:
    """Refuses dates that are a minute off. The first ``together`` requests are answered when all have come."""

    def __init__(self, together: int) -> None:
        self.together = threading.Barrier(together)
        self.dates: list[str] = []
        self._lock = threading.Lock()

    def answer(self, request: httpx.Request) -> httpx.Response:
        date = request.headers["x-gurobi-date"]
        with self._lock:
            self.dates.append(date)
        sent = datetime.strptime(date, "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC).timestamp()
        if abs(sent - EPOCH) > 60:
            return httpx.Response(400, text=SKEW, headers={"date": formatdate(EPOCH, usegmt=True)})
        return json_reply([])

    def answer_together(self, request: httpx.Request) -> httpx.Response:
        reply = self.answer(request)
        if reply.status_code == 400:
            self.together.wait(PATIENCE)
        return reply

    async def answer_in_turn(self, request: httpx.Request) -> httpx.Response:
        reply = self.answer(request)
        await asyncio.sleep(0)
        return reply


def test_threads_that_are_refused_at_once_are_told_once() -> None:
    server, events = Server(4), list[object]()
    way = policy(SETTINGS, RETRY)
    inner = httpx.MockTransport(server.answer_together)
    transport = Transport(way, DriverConfig(clock=Late(), notify=events.append), inner=inner)
    with httpx.Client(transport=transport, base_url=SETTINGS.url) as client:
        threads = [threading.Thread(target=client.get, args=("/machines?id=x",)) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert client.get("/machines?id=x").json() == []
    assert events == [ClockOff(VENDOR, HOUR)]
    assert sorted(server.dates) == [date_header(EPOCH - HOUR)] * 4 + [DATE] * 5


def test_tasks_that_are_refused_at_once_are_told_once() -> None:
    server, events = Server(1), list[object]()

    async def main() -> None:
        way = policy(SETTINGS, RETRY)
        inner = httpx.MockTransport(server.answer_in_turn)
        transport = AsyncTransport(way, DriverConfig(clock=Late(), notify=events.append), inner=inner)
        async with httpx.AsyncClient(transport=transport, base_url=SETTINGS.url) as client:
            await asyncio.gather(*(client.get("/machines?id=x") for _ in range(4)))
            assert (await client.get("/machines?id=x")).json() == []

    asyncio.run(main())
    assert events == [ClockOff(VENDOR, HOUR)]
    assert sorted(server.dates) == [date_header(EPOCH - HOUR)] * 4 + [DATE] * 5


# ---------------------------------------------------------------- signatures


ASKED = [("id", "an id"), ("licenseType", "light compute server"), ("userPassword", "hush hush&id=7"), ("region", "eu")]
OURS = f"POST&id=an%20id&licenseType=light%20compute%20server&userPassword={MASK}&region=eu&{DATE}"
HIDDEN = quote(dict(ASKED)["userPassword"])


def mismatch(text: str, parameters: list[tuple[str, str]] | None = None) -> InvalidSignature:
    error = refused(f"Invalid Signature: StringToSign is {text}", parameters or ASKED)
    assert isinstance(error, InvalidSignature)
    assert "hush" not in str(error) + repr(error) + error.ours + error.theirs + error.message
    return error


def test_the_same_text_means_another_key() -> None:
    error = mismatch(OURS.replace(MASK, HIDDEN))
    assert error.ours == error.theirs == OURS
    assert "another secret key" in error.cause
    assert error.cause in str(error) and OURS in str(error)
    assert MARK not in str(error)


CAUSES: dict[str, tuple[Callable[[str], str], str]] = {
    "plus": (lambda text: text.replace("%20", "+"), "the value of id, licenseType, userPassword is encoded in another"),
    "lower hex": (lambda text: text.replace("%26id%3D", "%26id%3d"), "the value of userPassword is encoded in another"),
    "raw": (lambda text: text.replace(HIDDEN, "hush hush&id=7"), "the value of userPassword is encoded in another way"),
    "order": (
        lambda text: text.replace("&region=eu", "").replace("POST&", "POST&region=eu&"),
        "the parameters are in another order",
    ),
    "value": (lambda text: text.replace("=eu", "=us"), "the value of region was changed"),
    "missing": (lambda text: text.replace("id=an%20id&", ""), "id is missing"),
    "added": (lambda text: text.replace("&region", "&trace=1&region"), "trace was added"),
    "verb": (lambda text: text.replace("POST", "GET"), "the verb is GET, not POST"),
    "date": (lambda text: text.replace("09:05", "10:05"), f"the date is 2026-11-07T10:05:01Z, not {DATE}"),
    "no date": (lambda text: text.replace("&" + DATE, ""), f"the date is missing, not {DATE}"),
    "joint": (lambda text: text.replace("&region", "&&region"), "the texts are joined in another way"),
    "password": (lambda text: text.replace(HIDDEN, "other"), "the value of userPassword was changed."),
    "cut": (
        lambda text: text.replace(HIDDEN, "hush%20hu&sh"),
        "the value of userPassword was changed; what comes after it cannot be told from it",
    ),
}


@pytest.mark.parametrize("cause", CAUSES)
def test_the_likely_cause(cause: str) -> None:
    change, words = CAUSES[cause]
    error = mismatch(change(OURS.replace(MASK, HIDDEN)))
    assert words in error.cause
    assert "something on the way" in error.cause
    assert str(error).count(error.cause) == 1


@pytest.mark.parametrize("spelled", ["50%41+1 &", "50%2541+1%20%26", "50%2541%2b1+%26"], ids=["raw", "mixed", "plus"])
def test_another_spelling_is_told_from_another_value(spelled: str) -> None:
    error = refused(f"Invalid Signature: POST&userPassword={spelled}&{DATE}", [("userPassword", "50%41+1 &")])
    assert "the value of userPassword is encoded in another way." in error.cause


def test_the_first_difference_is_marked_in_both_texts() -> None:
    said = str(mismatch(OURS.replace(MASK, HIDDEN).replace("=light%20", "=light+")))
    assert f"licenseType=light{MARK}%20compute" in said
    assert f"licenseType=light{MARK}+compute" in said
    flat = " ".join(said.split())
    assert f"signed here: POST&id=an%20id&licenseType=light{MARK}%20" in flat, "read in a log of one line too"


def test_a_difference_that_is_masked_is_named_only() -> None:
    error = mismatch(OURS.replace(MASK, "hush+hush&id=7"))
    assert error.ours == error.theirs == OURS
    assert "userPassword" in error.cause and MARK not in str(error)


def test_long_texts_are_shown_where_they_differ() -> None:
    ids = json.dumps([f"machine{number}" for number in range(300)])
    asked = [("id", "an id"), ("machineIds", ids)]
    error = mismatch(f"POST&{encode_parameters(asked)}&{DATE}".replace("machine222%22", "machine222%27"), asked)
    assert f"machine222%2{MARK}2" in str(error) and f"machine222%2{MARK}7" in str(error)
    assert len(str(error)) < 1500 < len(error.ours)
    assert error.theirs.count("machine") == 301


WRAPPED: dict[str, Callable[[str], str]] = {
    "colon": lambda text: f"Invalid Signature: {text}",
    "sentence": lambda text: f'Invalid Signature. StringToSign was "{text}".',
    "lines": lambda text: f"Invalid Signature\n\n{text}\n",
    "message": lambda text: json.dumps({"message": f"Invalid Signature: {text}"}),
    "fields": lambda text: json.dumps({"error": "Invalid Signature", "details": [{"stringToSign": text}]}),
    "string": lambda text: json.dumps(f"Invalid Signature: {text}"),
    "page": lambda text: f"<html><p>Invalid Signature: <b>{text.replace('&', '&amp;')}</b></p></html>",
}


@pytest.mark.parametrize("wrapped", WRAPPED)
def test_the_servers_text_is_found_in_any_reply(wrapped: str) -> None:
    error = refused(WRAPPED[wrapped](OURS.replace(MASK, HIDDEN)), ASKED)
    assert error.theirs == OURS
    assert "another secret key" in error.cause


def test_a_reply_that_shows_no_text() -> None:
    error = refused("Invalid Signature, so there & then", ASKED)
    assert (error.ours, error.theirs) == (OURS, "")
    assert "does not show" in str(error) and OURS in str(error)
    assert "there & then" not in str(error), "words that were not understood may hold a password"


def test_a_query_is_compared_too() -> None:
    cloud = cloud_of(httpx.Response(400, text=f"Invalid Signature: GET&id=an+id&{DATE}"))
    with pytest.raises(InvalidSignature) as caught:
        ask(cloud, verb="GET")
    assert (caught.value.ours, caught.value.theirs) == (f"GET&id=an%20id&{DATE}", f"GET&id=an+id&{DATE}")


def test_signs_that_steer_a_terminal_are_escaped() -> None:
    error = mismatch(OURS.replace(MASK, HIDDEN).replace("eu", "\x1b[31m\u202e\nforged line"))
    assert r"\x1b[31m\u202e\nforged line" in str(error)
    assert "\x1b[31m\u202e\nforged line" in error.theirs


def test_names_that_nobody_sent_are_neither_a_flood_nor_a_forgery() -> None:
    more = "".join(f"&extra{number}\n=1" for number in range(1000))
    said = str(mismatch(OURS.replace(MASK, HIDDEN).replace("&id=", f"{more}&id=")))
    assert r"extra0\n, extra1\n, extra2\n, extra3\n, extra4\n … was added" in said
    assert len(said) < 1500 and len(said.splitlines()) == 3


@pytest.mark.parametrize(
    "form", [str, quote, lambda text: quote(text, safe=""), lambda text: quote(text, safe="").lower()]
)
def test_the_secret_key_never_shows(form: Callable[[str], str]) -> None:
    error = mismatch(OURS.replace(MASK, HIDDEN).replace("=eu", "=" + form(SECRET)))
    assert "not-a-real" not in str(error) + repr(error) + error.ours + error.theirs
    assert f"region={MASK}" in error.theirs


def test_a_secret_that_becomes_known_later_is_hidden_too() -> None:
    error = mismatch(OURS.replace("=eu", "=us"))
    error.hide(lambda text: text.replace("light", MASK))
    assert "light" not in str(error) + error.ours + error.theirs
    assert error.ours == OURS.replace("light", MASK)


# ---------------------------------------------------------------- passwords, in whatever spelling


JOINTS = st.sampled_from(
    ["&", "=", " ", "+", "%", "&region=", "&id=", "&x=", "userPassword=", "ü€", "\n", "<b>", "'\"", "/"]
)
PASSWORDS = st.lists(JOINTS, min_size=1, max_size=5).map(
    lambda joints: "Hush" + "".join(f"{joint}Hush{number}" for number, joint in enumerate(joints))
)
SPELLINGS: dict[str, Callable[[str], str]] = {
    "raw": str,
    "percent": quote,
    "lower hex": lambda text: quote(text).replace("%C3%BC", "%c3%bc").replace("%26", "%26").replace("%3D", "%3d"),
    "all hex": lambda text: "".join(f"%{byte:02x}" for byte in text.encode()),
    "plus": quote_plus,
    "twice": lambda text: quote(quote(text)),
    "latin": lambda text: text.encode().decode("latin-1"),
    "unquoted": lambda text: text.replace("%", "").replace("+", " "),
    "cut": lambda text: text[:-1],
    "folded": lambda text: text.replace("\n", " "),
}
OTHERS = [("id", "an id"), ("region", "eu"), ("licenseType", "light compute server")]


@given(PASSWORDS, st.sampled_from(list(SPELLINGS)), st.integers(0, 3), st.permutations([0, 1, 2, 3]), st.booleans())
def test_a_password_never_shows(password: str, spelling: str, at: int, order: list[int], drops: bool) -> None:
    """However the server writes it, wherever it stands, and when parameters of the same names as parts of it go."""
    asked = [*OTHERS[:at], ("userPassword", password), *OTHERS[at:]]
    theirs = [asked[place] for place in order if not drops or asked[place][0] != "region"]
    written = [
        f"{name}={SPELLINGS[spelling](value) if name == 'userPassword' else quote(value)}" for name, value in theirs
    ]
    error = refused("Invalid Signature: " + "&".join(["POST", *written, DATE]), asked)
    assert isinstance(error, InvalidSignature)
    assert error.theirs
    for shown in (str(error), repr(error), error.ours, error.theirs, error.cause, error.message):
        assert "Hush" not in shown


@given(PASSWORDS, st.sampled_from(["raw", "percent", "plus", "all hex"]))
def test_what_stands_around_a_password_is_shown(password: str, spelling: str) -> None:
    asked = [*OTHERS[:2], ("userPassword", password), OTHERS[2]]
    changed = [f"{name}={quote(value).replace('eu', 'us')}" for name, value in asked]
    changed[2] = f"userPassword={SPELLINGS[spelling](password)}"
    error = refused("Invalid Signature: " + "&".join(["POST", *changed, DATE]), asked)
    assert error.theirs == f"POST&id=an%20id&region=us&userPassword={MASK}&licenseType=light%20compute%20server&{DATE}"
    assert "the value of region was changed" in error.cause


@pytest.mark.parametrize("password", ["a", "xy", "p&q", "-"])
def test_a_short_password_is_masked_by_its_place(password: str) -> None:
    error = refused(f"Invalid Signature: POST&id=1&userPassword={password}&region=2&{DATE}", [
        ("id", "1"), ("userPassword", password), ("region", "2")
    ])  # fmt: skip
    assert error.ours == error.theirs == f"POST&id=1&userPassword={MASK}&region=2&{DATE}"


@pytest.mark.parametrize("guise", ["user_pass=h-u&sh", "user_pass=h-u&region=sh", "password", "userPassword: h-u&sh"])
def test_a_password_in_another_guise_is_masked(guise: str) -> None:
    error = refused(f"Invalid Signature: POST&id=an+id&{guise}&{DATE}", ASKED)
    assert error.theirs == f"POST&id=an+id&{'&'.join(MASK for _ in guise.split('&'))}&{DATE}"
    assert "something" in error.cause and "sh" not in error.cause


def test_a_password_that_turns_up_elsewhere_is_masked() -> None:
    error = mismatch(OURS.replace(MASK, HIDDEN).replace("=eu", f"=eu{HIDDEN}"))
    assert error.theirs == OURS.replace("=eu", f"=eu{MASK}")


def test_the_end_of_a_password_is_not_taken_for_a_parameter() -> None:
    asked = [("region", "eu"), ("userPassword", "hush&region=eu")]
    error = refused(f"Invalid Signature: POST&region=eu&userPassword=HUSH&region=eu&{DATE}", asked)
    assert error.theirs == f"POST&region=eu&userPassword={MASK}&{DATE}"


def test_the_body_is_kept_as_received() -> None:
    text = f"Invalid Signature: {OURS.replace(MASK, HIDDEN)}"
    assert refused(text, ASKED).body.decode() == text
