"""API keys on scripted replies and a clock: dates in all spellings, a year ahead at most, no secret lost or shown."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any

import httpx
import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

from optcloud.aimms.keys import keys
from optcloud.aimms.keys.expiry import expiration_day, expiry_of
from optcloud.aimms.keys.scopes import KeyScope, Scope
from optcloud.core.errors import BadRequest, Forbidden, NotFound, ResponseMismatch
from optcloud.core.secret import Secret
from unit.script import LOST, NEVER_LEFT, Script, json_reply
from unit.test_aimms_tasks import script

SECRET = "not-a-real-key-42"
TODAY = date(2026, 11, 7)  # what the script's clock says
MADE = {"keyName": "ci", "expirationDate": "2026-12-01T00:00", "scopes": [{"scope": "Tasks"}], "secret": SECRET}


def day(year: int, month: int, number: int) -> datetime:
    return datetime(year, month, number, tzinfo=UTC)


def sent(cloud: Script) -> Any:
    return json.loads(cloud.sent[-1].content)


# ---------------------------------------------------------------- dates


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2023-10-21", day(2023, 10, 21)),
        ("2023-10-21T00:00", day(2023, 10, 21)),
        ("2023-10-21T00:00:00", day(2023, 10, 21)),
        ("2023-10-21 00:00:00.000000", day(2023, 10, 21)),
        ("2023-10-21T00:00:00Z", day(2023, 10, 21)),
        (" 2023-10-21T02:00:00+02:00 ", day(2023, 10, 21)),
        ("21-10-2023", None),
        ("", None),
        ("never", None),
    ],
)
def test_dates_in_all_spellings(text: str, moment: datetime | None) -> None:
    assert expiry_of(text) == moment
    (key,) = script(json_reply({"keys": [{"keyName": "k", "expirationDate": text}]})).run(keys.list_keys())
    assert (key.expires, key.expiration_date) == (moment, text)


@given(st.datetimes(timezones=st.just(UTC)))
def test_a_date_survives_its_text(moment: datetime) -> None:
    assert expiry_of(moment.isoformat()) == moment == expiry_of(moment.replace(tzinfo=None).isoformat())


@pytest.mark.parametrize(
    ("expires", "expected"),
    [
        (date(2026, 12, 1), "2026-12-01"),
        ("2027-01-31", "2027-01-31"),
        ("2027-01-31T12:00", "2027-01-31"),
        (datetime(2027, 1, 31, 23, 30), "2027-01-31"),
        (datetime(2027, 2, 1, 0, 30, tzinfo=timezone(timedelta(hours=1))), "2027-01-31"),
        (timedelta(days=30), "2026-12-07"),
        (timedelta(days=365), "2027-11-07"),
        (date(2027, 11, 7), "2027-11-07"),
        (TODAY, "2026-11-07"),
    ],
)
def test_a_day_within_a_year_is_sent(expires: Any, expected: str) -> None:
    cloud = script(json_reply(MADE))
    cloud.run(keys.create("ci", expires, ["Task", Scope.API_KEY]))
    assert (cloud.sent[0].method, cloud.sent[0].url.path) == ("POST", "/pro-api/v2/api-keys")
    scopes = [{"scope": "Tasks"}, {"scope": "APIKey"}]
    assert sent(cloud) == {"keyName": "ci", "expirationDate": expected, "scopes": scopes}


@pytest.mark.parametrize(
    ("expires", "message"),
    [
        (date(2027, 11, 8), "2027-11-08 is more than a year ahead; the latest is 2027-11-07"),
        (timedelta(days=366), "more than a year ahead"),
        (timedelta.max, "is no date"),
        (date(2026, 11, 6), r"in the past \(today is 2026-11-07\)"),
        (timedelta(days=-1), "in the past"),
        ("next year", "is no date such as"),
    ],
)
def test_other_days_are_refused_before_sending(expires: Any, message: str) -> None:
    with pytest.raises(BadRequest, match=message) as caught:
        script().run(keys.create("ci", expires, ["Tasks"]))
    assert caught.value.status is None and "expirationDate" in str(caught.value)


def test_a_year_from_a_leap_day_ends_before_march() -> None:
    now = datetime(2028, 2, 29, 12, tzinfo=UTC)
    assert expiration_day("2029-02-28", now) == date(2029, 2, 28)
    with pytest.raises(BadRequest):
        expiration_day("2029-03-01", now)


@given(st.datetimes(timezones=st.just(UTC), max_value=datetime(9000, 1, 1)), st.integers(0, 365))
def test_up_to_365_days_are_never_refused(now: datetime, days: int) -> None:
    assert expiration_day(timedelta(days=days), now) == (now + timedelta(days=days)).date()


# ---------------------------------------------------------------- create, list, delete


def test_the_secret_is_a_secret_and_nowhere_else() -> None:
    hidden: list[Secret] = []
    key = script(json_reply({**MADE, "newerField": 1})).run(
        keys.create("ci", TODAY, [KeyScope("Task"), "Quantum"], hide=hidden.append)
    )
    assert key.secret == Secret(SECRET) and hidden == [key.secret]
    assert SECRET not in repr(key) + str(key) + repr(dict(key.reply))
    assert key.reply["newerField"] == 1 and key.expires == day(2026, 12, 1) and key.unknown_scopes == ()


def test_words_of_scopes_are_kept_and_unknown_ones_flagged() -> None:
    scopes = [{"scope": "Publish AIMMS"}, {"scope": "Quantum"}]
    (key,) = script(json_reply([{"keyName": "k", "scopes": scopes, "secret": None}])).run(keys.list_keys())
    assert [(one.word, one.scope) for one in key.scopes] == [
        ("Publish AIMMS", Scope.PUBLISH_AIMMS),
        ("Quantum", None),
    ]
    assert key.unknown_scopes == ("Quantum",) and key.secret is None


@pytest.mark.parametrize(
    "reply",
    [
        json_reply(MADE, 201),  # a status that the document does not name
        httpx.Response(200, content=json.dumps(MADE).encode()[:-1]),  # cut
        json_reply({"secret": SECRET}),
        json_reply({"secret": SECRET, "keyName": 7, "scopes": "?"}),
    ],
)
def test_a_secret_is_not_lost_with_the_rest_of_the_reply(reply: httpx.Response) -> None:
    key = script(reply).run(keys.create("ci", "2026-12-01", ["Tasks"]))
    assert (key.secret, key.name, key.scopes) == (Secret(SECRET), "ci", (KeyScope("Tasks"),))
    assert key.expires == day(2026, 12, 1)


@pytest.mark.parametrize(
    "reply",
    [
        json_reply({"keyName": "ci", "secret": ""}),
        json_reply([]),
        httpx.Response(200),
        httpx.Response(200, text="<p>ok"),
    ],
)
def test_a_key_without_its_secret_is_said(reply: httpx.Response) -> None:
    with pytest.raises(ResponseMismatch, match="'ci' was created, but its secret is not in the reply: delete it"):
        script(reply).run(keys.create("ci", TODAY, ["Tasks"]))


def test_other_statuses_without_a_secret_are_the_errors_they_are() -> None:
    with pytest.raises(ResponseMismatch, match="does not name status 302"):
        script(httpx.Response(302)).run(keys.create("ci", TODAY, ["Tasks"]))
    with pytest.raises(Forbidden):
        script(json_reply({"message": "no"}, 403)).run(keys.create("ci", TODAY, ["Tasks"]))


def test_creating_is_sent_once() -> None:
    with pytest.raises(Exception, match="connection reset"):
        script(LOST).run(keys.create("ci", TODAY, ["Tasks"]))
    assert script(NEVER_LEFT, json_reply(MADE)).run(keys.create("ci", TODAY, ["Tasks"])).name == "ci"


@pytest.mark.parametrize(
    ("flow", "message"),
    [
        (lambda: keys.create("", TODAY, ["Tasks"]), "keyName: a name is needed"),
        (lambda: keys.create("ci", TODAY, []), "scopes: a key needs one at least"),
        (lambda: keys.create("ci", TODAY, ["Tasks"], account=""), "account: a name is needed"),
        (lambda: keys.delete(""), "key: a name is needed"),
        (lambda: keys.delete("ci", account=""), "account: a name is needed"),
        (lambda: keys.create(7, TODAY, ["Tasks"]), "keyName: .*str"),  # type: ignore[arg-type]
    ],
)
def test_faults_are_seen_before_sending(flow: Any, message: str) -> None:
    with pytest.raises(BadRequest, match=message):
        script().run(flow())


def test_keys_of_an_account() -> None:
    cloud = script(json_reply(MADE))
    cloud.run(keys.create("ci", TODAY, ["Tasks"], account="ac/me"))
    assert cloud.sent[0].url.raw_path == b"/pro-api/v2/api-keys/ac%2Fme"
    cloud = script(httpx.Response(200))
    cloud.run(keys.delete("c i", account="acme"))
    assert (cloud.sent[0].method, cloud.sent[0].url.raw_path) == ("DELETE", b"/pro-api/v2/api-keys/acme/c%20i")
    cloud = script(httpx.Response(200))
    cloud.run(keys.delete("ci"))
    assert cloud.sent[0].url.raw_path == b"/pro-api/v2/api-keys/ci"


def test_what_expires_soon() -> None:
    listed = [("late", "2027-01-01"), ("odd", "soon"), ("soon", "2026-11-20T00:00"), ("gone", "2026-01-01")]
    reply = {"keys": [{"keyName": name, "expirationDate": text} for name, text in listed]}
    found = script(json_reply(reply)).run(keys.expiring(timedelta(days=30)))
    assert [key.name for key in found] == ["gone", "soon", "odd"]


# ---------------------------------------------------------------- rotate


def listed(*names: str) -> httpx.Response:
    scopes = [{"scope": "Task"}, {"scope": "Quantum"}]
    return json_reply({"keys": [{"keyName": name, "expirationDate": "2026-12-01", "scopes": scopes} for name in names]})


@pytest.mark.parametrize(
    ("name", "there", "old", "new", "until"),
    [
        ("ci", ["ci"], "ci", "ci-2026-11-07", "2027-02-05"),
        ("ci-2025-11-07", ["ci-2025-11-07"], "ci-2025-11-07", "ci-2026-11-07", "2027-11-07"),
        ("ci", ["ci", "ci-2026-11-07"], "ci", "ci-2026-11-07-2", "2027-02-05"),
        ("ci-2026-11-07", ["ci-2026-11-07"], "ci-2026-11-07", "ci-2026-11-07-2", "2026-12-01"),
        ("ci-2026-11-07-2", ["ci-2026-11-07-2", "ci-2026-11-07"], "ci-2026-11-07-2", "ci-2026-11-07-3", "2026-12-01"),
        ("ci", ["ci-2026-11-06-2", "ci-2026-11-06-10", "x"], "ci-2026-11-06-10", "ci-2026-11-07", "2026-12-02"),
        ("ci-2026-01-01", ["ci-2026-09-02", "ci-x"], "ci-2026-09-02", "ci-2026-11-07", "2027-02-05"),
    ],
)
def test_the_new_key_has_the_same_scopes_in_the_same_words_and_as_long_a_life(
    name: str, there: list[str], old: str, new: str, until: str
) -> None:
    """Each key ends on 2026-12-01: the day in a name tells how long it was made for."""
    cloud = script(listed(*there), json_reply(MADE))
    replaced = cloud.run(keys.replacement(name))
    assert (replaced.old, replaced.lifetime_known) == (old, old != "ci")
    assert sent(cloud) == {"keyName": new, "expirationDate": until, "scopes": [{"scope": "Task"}, {"scope": "Quantum"}]}


@pytest.mark.parametrize(("left", "life"), [(-3, 90), (0, 90), (90, 90), (91, 180), (181, 365), (365, 365)])
def test_a_usual_life_is_no_shorter_than_what_is_left(left: int, life: int) -> None:
    key = evolve(new_key(), expires=datetime(2026, 11, 7, tzinfo=UTC) + timedelta(days=left))
    assert keys._usual_life(key, datetime(2026, 11, 7, tzinfo=UTC)) == timedelta(days=life)


def test_the_new_key_as_it_is_wanted() -> None:
    cloud = script(listed("ci"), json_reply(MADE))
    cloud.run(keys.replacement("ci", expires=timedelta(days=1), scopes=["session"], new_name="x"))
    assert sent(cloud) == {"keyName": "x", "expirationDate": "2026-11-08", "scopes": [{"scope": "Session"}]}
    with pytest.raises(NotFound, match="there is no API key 'other'; there are ci"):
        script(listed("ci")).run(keys.replacement("other"))


def new_key() -> keys.ApiKey:
    return script(json_reply(MADE)).run(keys.create("ci", TODAY, ["Tasks"]))


@pytest.mark.parametrize(
    ("reply", "old", "both"),
    [
        (httpx.Response(200), "deleted", False),
        (json_reply({"message": "gone"}, 404), "deleted", False),
        (json_reply({"message": "no"}, 403), "alive", True),
        (json_reply({"message": "oops"}, 500), "unknown", True),
        (httpx.Response(204), "unknown", True),  # a status that the document does not name
        (LOST, "unknown", True),
    ],
)
def test_what_became_of_the_old_key(reply: Any, old: str, both: bool) -> None:
    replaced = keys._Replacement(new_key(), "ci", lifetime_known=True)
    rotation = script(reply).run(keys.retire(replaced, replaced.key))
    assert rotation.old == "ci"
    assert (rotation.old_key, rotation.both_live, rotation.new.secret) == (old, both, Secret(SECRET))
    assert (rotation.trouble is not None) is both and SECRET not in repr(rotation)
