"""What Gurobi's licenses and machines say, in whatever form their fields come."""

from __future__ import annotations

import time
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from optcloud.core.secret import Secret
from optcloud.gurobi import models
from optcloud.gurobi.models import License, LicenseWarning, Machine, machine_hours

TODAY = date(2016, 6, 1)
NOW = datetime(2016, 6, 15, 12, tzinfo=UTC)
LICENSE_FIELDS = ("licenseId", "credit", "expiration", "ratePlan")
MACHINE_FIELDS = (
    "_id",
    "state",
    "DNSName",
    "machineType",
    "createTime",
    "region",
    "licenseType",
    "idleShutdown",
    "licenseId",
    "userPassword",
)

ODD_TEXTS = st.text("-+0123456789.,eE_²٣½/: TZJun\n\0\ud800ä", max_size=24)
SCALARS = st.none() | st.booleans() | st.integers() | st.floats() | ODD_TEXTS
NUMERIC_TEXTS = st.from_regex(r"[+-]?[0-9]{1,20}(\.[0-9]*)?([eE][+-]?[0-9]{1,9})?", fullmatch=True)
DATED_TEXTS = st.from_regex(r"[0-9]{4}-?[0-1][0-9]-?[0-3][0-9]([T ][0-9:.,]{0,16}([Z+-][0-9:]{0,5})?)?", fullmatch=True)
JSON = st.recursive(
    SCALARS | NUMERIC_TEXTS | DATED_TEXTS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(ODD_TEXTS, inner, max_size=3),
    max_leaves=6,
)


def license_of(credit: object = "659.56", expiration: object = "2016-12-31", plan: object = "standard") -> License:
    return License.read({"licenseId": 95912, "credit": credit, "expiration": expiration, "ratePlan": plan})


def machine_of(**fields: Any) -> Machine:
    return Machine.read({"_id": "m1", "state": "idle"} | fields)


def concerns(one: License, today: date = TODAY, **options: Any) -> list[str]:
    return [warning.what for warning in one.warnings(today, **options)]


# ---------------------------------------------------------------- anything


@given(st.fixed_dictionaries({}, optional=dict.fromkeys(LICENSE_FIELDS, JSON)))
def test_nothing_in_a_license_is_an_error(reply: dict[str, Any]) -> None:
    one = License.read(reply)
    assert one.reply is reply
    assert one.credit is None or one.credit.is_finite()
    assert all(str(warning) for warning in one.warnings(TODAY))
    assert repr(one)


@given(st.fixed_dictionaries({}, optional=dict.fromkeys(MACHINE_FIELDS, JSON)))
def test_nothing_in_a_machine_is_an_error(reply: dict[str, Any]) -> None:
    one = Machine.read(reply)
    assert one.reply == {name: value for name, value in reply.items() if name != "userPassword"}
    assert one.dns_name != "-"
    assert one.idle_shutdown is None or one.idle_shutdown >= 0
    assert one.created is None or one.created.tzinfo is UTC
    assert one.hours(NOW) is None or machine_hours([one], NOW) >= 0
    assert repr(one)


@given(st.decimals(min_value=-(10**9), max_value=10**9, places=2), st.dates(date(2000, 1, 1), date(2100, 1, 1)))
def test_a_license_reads_the_same_as_numbers_and_as_strings(credit: Decimal, end: date) -> None:
    as_texts = license_of(str(credit), end.isoformat())
    assert (as_texts.credit, as_texts.expiration) == (credit, end)
    as_numbers = License.read({**as_texts.reply, "licenseId": "95912", "credit": float(credit)})
    assert as_numbers == as_texts


@given(st.integers(0, 10**6), st.integers(0, 10**12))
def test_a_machine_reads_the_same_as_numbers_and_as_strings(idle: int, license_id: int) -> None:
    read = [
        machine_of(idleShutdown=given, licenseId=license_id) for given in (idle, float(idle), str(idle), f"{idle}.0")
    ]
    assert {one.idle_shutdown for one in read} == {idle}
    assert machine_of(licenseId=str(license_id)) == machine_of(licenseId=license_id)


@given(st.datetimes(datetime(1980, 1, 1), datetime(2090, 1, 1)), st.integers(-14 * 60, 14 * 60))
def test_a_moment_reads_the_same_in_each_form(when: datetime, shift: int) -> None:
    when = when.replace(microsecond=when.microsecond // 1000 * 1000, tzinfo=UTC)
    there = when.astimezone(timezone(timedelta(minutes=shift)))
    since = round(when.timestamp() * 1000)
    forms = [
        when.isoformat().replace("+00:00", "Z"),
        when.isoformat(" "),
        there.isoformat(),
        f"{when:%Y%m%dT%H%M%S}.{since % 1000:03}Z",
        since,
        str(since),
        f"{since // 1000}.{since % 1000:03}",
        since / 1000,
    ]
    assert {machine_of(createTime=form).created for form in forms} == {when}


# ---------------------------------------------------------------- License


@pytest.mark.parametrize(
    "credit", [None, "", "many", "20 USD", "1,5", "NaN", "Infinity", True, [5], {"of": 5}, "1_0", "²", "١٢", "9" * 65]
)
def test_a_credit_that_cannot_be_read_is_none(credit: object) -> None:
    one = license_of(credit)
    assert one.credit is None
    (warning,) = one.warnings(TODAY)
    assert warning.what == "credit unknown"
    assert ("was not sent" if credit in (None, "") else f"cannot be read: {str(credit)[:40]!r}") in warning.words


@pytest.mark.parametrize(
    "written",
    [
        "2016-06-30",
        " 2016-06-30 ",
        "20160630",
        20160630,
        "2016-06-30T23:59:59.999Z",
        "2016-06-30 23:00:00-07:00",
        1467244800,
        "1467244800000",
    ],
)
def test_a_last_day_in_many_forms(written: object) -> None:
    assert license_of(expiration=written).expiration == date(2016, 6, 30)


@pytest.mark.parametrize(
    "written",
    [None, "", "never", "2016-02-30", "30.6.2016", "06/07/2016", "10", 10, "2016", True, ["2016-06-30"], "9" * 99],
)
def test_a_last_day_that_cannot_be_read_is_none(written: object) -> None:
    one = license_of(expiration=written)
    assert one.expiration is None
    (warning,) = one.warnings(TODAY)
    assert warning.what == "end unknown"
    assert ("was not sent" if written in (None, "") else "cannot be read: ") in warning.words
    assert len(warning.words) < 120


@pytest.mark.parametrize(
    ("credit", "what"),
    [
        ("10.01", []),
        ("10", ["credit low"]),
        ("0.01", ["credit low"]),
        ("0", ["credit used up"]),
        (-3, ["credit used up"]),
    ],
)
def test_credit_is_looked_after(credit: object, what: list[str]) -> None:
    assert concerns(license_of(credit)) == what


def test_what_is_low_can_be_set() -> None:
    assert concerns(license_of("500"), low=Decimal(500)) == ["credit low"]
    assert concerns(license_of("1"), low=Decimal(0)) == []


@pytest.mark.parametrize(("days_left", "what"), [(15, []), (14, ["ends soon"]), (0, ["ends soon"]), (-1, ["ended"])])
def test_the_end_is_looked_after(days_left: int, what: list[str]) -> None:
    assert concerns(license_of(), date(2016, 12, 31) - timedelta(days=days_left)) == what


def test_what_is_near_can_be_set() -> None:
    assert concerns(license_of(), date(2016, 12, 1), near=timedelta(days=30)) == ["ends soon"]
    assert concerns(license_of(), date(2016, 12, 31), near=timedelta(days=-1)) == []


@pytest.mark.parametrize("credit", [None, "", "0", "5", "none"])
def test_a_license_without_charge_does_not_live_by_its_credit(credit: object) -> None:
    assert concerns(license_of(credit, plan="nocharge")) == []
    assert concerns(license_of(credit, "2016-06-02", "nocharge")) == ["ends soon"]


@pytest.mark.parametrize("plan", ["standard", "platinum", None])
def test_any_other_plan_does(plan: object) -> None:
    assert concerns(license_of("0", plan=plan)) == ["credit used up"]


def test_a_warning_names_the_license_and_the_value() -> None:
    assert license_of("2.50", "2016-05-31").warnings(TODAY) == [
        LicenseWarning("95912", "credit low", "license 95912: its credit is low (2.50)"),
        LicenseWarning("95912", "ended", "license 95912: it expired on 2016-05-31"),
    ]


def test_an_unknown_plan_is_kept() -> None:
    assert license_of(plan="platinum").rate_plan == "platinum"


# ---------------------------------------------------------------- Machine


@pytest.mark.parametrize("name", ["-", " - ", "", None, 5, [], {}])
def test_a_name_that_is_not_known_yet(name: object) -> None:
    assert machine_of(DNSName=name).dns_name is None


@pytest.mark.parametrize(
    "idle", [None, "", "soon", -1, "-1", 60.5, "60 minutes", True, [60], float("inf"), 10**10, "²"]
)
def test_an_idle_time_that_cannot_be_read_is_none(idle: object) -> None:
    assert machine_of(idleShutdown=idle).idle_shutdown is None


@pytest.mark.parametrize(
    "written",
    [
        *(None, "", "-", "yesterday", "2016-06-15T99:00Z", "2016-06-15x12:00", True, [], {}),
        *(5, "17", "1512123456789123", "20160615120000", 10**30, float("nan"), "0001-01-01T00:00:00+14:00"),
    ],
)
def test_a_creation_that_cannot_be_read_is_none_and_its_text_is_kept(written: object) -> None:
    one = machine_of(createTime=written)
    assert (one.created, one.hours(NOW)) == (None, None)
    assert one.create_time == ("" if written is None else str(written))


def test_digits_are_seconds_or_milliseconds_never_a_date_and_a_time() -> None:
    """Python reads 1412111312345 as a quarter to midnight in the Middle Ages."""
    assert machine_of(createTime="1412111312345").created == datetime(2014, 9, 30, 21, 8, 32, 345000, UTC)


@pytest.mark.skipif(not hasattr(time, "tzset"), reason="the zone of the process cannot be set here")
def test_a_creation_without_a_zone_is_in_utc_wherever_it_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as elsewhere:
        elsewhere.setenv("TZ", "UTC-9")
        time.tzset()
        created = machine_of(createTime="2016-06-15T10:00:00").created
    time.tzset()
    assert created == datetime(2016, 6, 15, 10, tzinfo=UTC)


def test_hours_are_wall_time_and_never_negative() -> None:
    one = machine_of(createTime="2016-06-15T10:30:00.000Z")
    assert one.hours(NOW) == Decimal("1.5")
    assert one.hours(NOW.astimezone(timezone(timedelta(hours=9)))) == Decimal("1.5")
    assert one.hours(NOW - timedelta(days=1)) == 0
    assert machine_of(createTime="2016-06-15T11:40:00Z").hours(NOW) == Decimal("0.3333")


def test_hours_of_machines_add_up_and_what_is_not_known_counts_for_nothing() -> None:
    times = ["2016-06-15T10:30:00Z", "-", "2016-06-15T11:00:00Z", "2017-01-01T00:00:00Z"]
    assert machine_hours([machine_of(createTime=time) for time in times], NOW) == Decimal("2.5")
    assert machine_hours([], NOW) == 0


@pytest.mark.parametrize("state", [*models.STATES, "error", "configuring", "melting", ""])
def test_a_state_is_of_one_kind_at_most(state: str) -> None:
    one = machine_of(state=state)
    kinds = (one.ready, one.failed, one.leaving)
    assert one.state == state
    assert kinds.count(True) == ((state in models.STATES and state not in models.COMING) or state == "error")


def test_the_kinds_of_states_are_those_of_the_page() -> None:
    kinds = {word: (one.ready, one.failed, one.leaving) for word in models.STATES if (one := machine_of(state=word))}
    assert kinds == {
        **dict.fromkeys(("launching", "pending", "obtaining license"), (False, False, False)),
        **dict.fromkeys(("idle", "running"), (True, False, False)),
        **dict.fromkeys(("killing", "shutting down"), (False, False, True)),
        "launch error": (False, True, False),
    }


@pytest.mark.parametrize(
    ("license_type", "worker"),
    [("distributed worker", True), ("light compute server", False), ("full compute server", False), ("new", False)],
)
def test_workers_are_told_from_servers(license_type: str, worker: bool) -> None:
    assert machine_of(licenseType=license_type).worker is worker


@pytest.mark.parametrize(("sent", "value"), [("fake-password", "fake-password"), (12345, "12345"), (0, "0")])
def test_a_password_is_a_secret(sent: object, value: str) -> None:
    one = machine_of(userPassword=sent)
    assert one.password == Secret(value)
    assert "fake-password" not in repr(one)


@pytest.mark.parametrize("sent", [None, "", [], {"is": "odd"}, False])
def test_no_password(sent: object) -> None:
    assert machine_of(userPassword=sent).password is None


def test_the_versions_that_can_be_launched() -> None:
    assert models.VERSIONS == ("7.0", "7.5", "8.0")
