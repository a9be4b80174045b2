"""Gurobi's cloud in the sandbox: launches by script, idle machines, credit, licenses, accounts, figures of machines."""

import hashlib
from collections.abc import Iterator
from dataclasses import asdict, replace
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any

import httpx
import pytest

from optcloud.sandbox import AfterPolls, AfterSeconds, Fault, MachineRecord, Sandbox, Step
from optcloud_sandbox.settings import GurobiSettings, Settings
from sandbox_server.raw_clients import GurobiClient

HOUR = 3600.0


@pytest.fixture
def control(sandbox: Sandbox) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=sandbox.urls.control, trust_env=False, verify=False, timeout=10) as client:
        yield client


def ids(gurobi: GurobiClient, count: int = 1, fields: str = "") -> list[str]:
    reply = gurobi.launch(f"numMachines={count}{fields}")
    assert reply.status_code == 200, reply.text
    return [machine["_id"] for machine in reply.json()]


def kill(gurobi: GurobiClient, *machine_ids: str) -> httpx.Response:
    text = ",".join(f'"{one}"' for one in machine_ids)
    return gurobi.post("kill", f"id={gurobi.access_id}&machineIds=[{text}]")


def credit(gurobi: GurobiClient) -> list[Any]:
    return [entry["credit"] for entry in gurobi.get("licenses").json()]


# Launches by script


def test_the_second_machine_fails_after_pending(sandbox: Sandbox, gurobi: GurobiClient) -> None:
    sandbox.gurobi.script_launch([None, [("pending", 30), "launch error"]])
    first, second = gurobi.launch("numMachines=2").json()
    assert (first["state"], second["state"]) == ("launching", "launching")
    assert gurobi.states() == ["idle", "pending"]
    sandbox.turn(30)
    assert gurobi.states() == ["idle", "launch error"]
    assert [one.id for one in sandbox.gurobi.alive()] == [first["_id"]]
    assert [one.ended_by for one in sandbox.gurobi.machines()] == [None, "error"]
    sandbox.turn(HOUR / 2)
    assert gurobi.states() == ["idle", "launch error"]  # it stays in the list


def test_a_machine_vanishes_without_a_word(sandbox: Sandbox, gurobi: GurobiClient) -> None:
    sandbox.gurobi.script_launch([[Step("pending", reads=2), "gone"]])
    machine = ids(gurobi)[0]
    assert [gurobi.states() for _ in range(3)] == [["pending"], ["pending"], []]
    assert kill(gurobi, machine).text == "Invalid Machine Ids"
    record = sandbox.gurobi.machines()[0]
    assert (record.state, record.ended_by, record.kill) == ("gone", "script", None)


def test_unknown_words_on_the_way_to_idle(sandbox: Sandbox, gurobi: GurobiClient) -> None:
    sandbox.gurobi.script_launch(others=[("configuring", 20), ("starting", 20)])
    ids(gurobi, 2)
    seen = []
    for _ in range(3):
        seen.append([(one["state"], one["DNSName"] == "-") for one in gurobi.get("machines").json()])
        sandbox.turn(20)
    assert seen == [[("configuring", True)] * 2, [("starting", True)] * 2, [("idle", False)] * 2]


def test_an_error_drops_out_of_the_list_after_two_minutes(sandbox: Sandbox, gurobi: GurobiClient) -> None:
    sandbox.gurobi.script_launch([[("pending", 30), "error"]])
    ids(gurobi)
    sandbox.turn(30)
    assert (gurobi.states(), sandbox.gurobi.alive()) == (["error"], [])
    sandbox.turn(118)
    assert gurobi.states() == ["error"]
    sandbox.turn(2)
    assert gurobi.states() == []


def test_steps_that_nobody_saw_have_passed(sandbox: Sandbox, gurobi: GurobiClient) -> None:
    sandbox.gurobi.script_launch([[("pending", 30), ("obtaining license", 30), ("idle", 60), "gone"]])
    ids(gurobi)
    sandbox.turn(119)
    assert gurobi.states() == ["idle"]
    sandbox.turn(2)
    assert gurobi.states() == []
    record = sandbox.gurobi.machines()[0]
    assert record.ended_at == pytest.approx(record.launched_at + 120, abs=0.01)


def test_reads_are_counted_anew_for_each_step(sandbox: Sandbox, gurobi: GurobiClient) -> None:
    sandbox.gurobi.script_launch([[Step("pending", reads=2), Step("starting", reads=2), Step("obtaining license", 1)]])
    ids(gurobi)
    assert [gurobi.states()[0] for _ in range(5)] == ["pending"] * 2 + ["starting"] * 2 + ["obtaining license"]


def test_a_job_holds_the_script_up(sandbox: Sandbox, gurobi: GurobiClient) -> None:
    sandbox.gurobi.script_launch([[("idle", 60), "gone"]])
    machine = ids(gurobi)[0]
    sandbox.gurobi.start_job(machine)
    sandbox.turn(HOUR)
    assert gurobi.states() == ["running"]
    sandbox.gurobi.end_job(machine)
    assert gurobi.states() == ["idle"]
    sandbox.turn(60)
    assert gurobi.states() == []


def test_a_machine_stuck_in_pending_can_be_killed(sandbox: Sandbox, gurobi: GurobiClient) -> None:
    sandbox.gurobi.script_launch([["pending"]])
    machine = ids(gurobi)[0]
    sandbox.turn(10 * HOUR)
    assert gurobi.states() == ["pending"]
    assert kill(gurobi, machine).json()[0]["state"] == "killing"
    assert gurobi.states() == []


def test_machines_missing_from_some_reads_of_the_list(sandbox: Sandbox, gurobi: GurobiClient) -> None:
    sandbox.gurobi.script_launch(unlisted_reads=2)
    machine = ids(gurobi)[0]
    assert len(sandbox.gurobi.alive()) == 1
    assert [gurobi.states() for _ in range(3)] == [[], [], ["idle"]]
    assert kill(gurobi, machine).status_code == 200


def test_machines_of_a_lost_reply_appear_later(sandbox: Sandbox, gurobi: GurobiClient) -> None:
    sandbox.gurobi.script_launch(unlisted_seconds=20)
    sandbox.faults.add(Fault("drop-after", path="/launch$"))
    with pytest.raises(httpx.TransportError):
        gurobi.launch("numMachines=2")
    assert (gurobi.states(), len(sandbox.gurobi.alive())) == ([], 2)
    sandbox.turn(19)
    assert gurobi.states() == []
    sandbox.turn(1)
    assert gurobi.states() == ["idle", "idle"]


def test_an_unlisted_machine_can_be_killed_by_who_knows_its_id(sandbox: Sandbox, gurobi: GurobiClient) -> None:
    sandbox.gurobi.script_launch(unlisted_seconds=20)
    assert kill(gurobi, *ids(gurobi)).status_code == 200
    assert sandbox.gurobi.alive() == []


def test_scripts_are_taken_in_turn_by_launches_that_are_carried_out(sandbox: Sandbox, gurobi: GurobiClient) -> None:
    sandbox.gurobi.script_launch(others=["one"], times=2)
    sandbox.gurobi.script_launch(others=["two"], times=None)
    assert gurobi.launch("numMachines=0").status_code == 400
    for _ in range(4):
        ids(gurobi)
    assert gurobi.states() == ["one", "one", "two", "two"]
    sandbox.reset()
    ids(gurobi)
    assert gurobi.states() == ["idle"]


@pytest.mark.parametrize(
    ("script", "says"),
    [
        ({"machines": [["pending", "idle"]]}, "only the last step may last"),
        ({"machines": [[("gone", 5), ("idle", 5)]]}, "only the last step"),
        ({"machines": [[]]}, "at least one step"),
        ({"machines": ["pending"]}, "must be a list"),
        ({"machines": [[{"state": "pending", "seconds": 1, "reads": 1}]]}, "not both"),
        ({"machines": [[("pending", -1)]]}, "0 or more"),
        ({"machines": [[{"state": "pending", "reads": 0}]]}, "1 or more"),
        ({"machines": [[""]]}, "must be a word"),
        ({"times": 0}, "times must be"),
        ({"unlisted_reads": -1}, "unlisted_reads"),
    ],
)
def test_a_script_that_cannot_be_is_refused(
    sandbox: Sandbox, control: httpx.Client, script: dict[str, Any], says: str
) -> None:
    with pytest.raises(ValueError, match=says):
        sandbox.gurobi.script_launch(**script)
    reply = control.post("gurobi/launch-scripts", json=script)
    assert (reply.status_code, says in reply.json()["message"]) == (400, True)


# Idle machines and jobs


def test_an_idle_machine_that_nobody_looks_at_is_gone_by_the_clock(sandbox: Sandbox, gurobi: GurobiClient) -> None:
    sandbox.pace = AfterSeconds(90)
    ids(gurobi, 1, "&idleShutdown=5")
    sandbox.turn(90 + 299)
    assert len(sandbox.gurobi.alive()) == 1
    sandbox.turn(2)
    assert gurobi.states() == ["shutting down"]
    sandbox.turn(90)
    assert gurobi.states() == []
    record = sandbox.gurobi.machines()[0]
    assert record.ended_at == pytest.approx(record.launched_at + 390, abs=0.01)
    assert (record.ended_by, record.killed_at) == ("idle", None)


def test_the_figures_need_no_reads_of_the_list(sandbox: Sandbox, gurobi: GurobiClient) -> None:
    ids(gurobi, 3)
    sandbox.turn(HOUR + 1)
    assert sandbox.gurobi.alive() == []


def test_an_idle_shutdown_of_0_is_never(sandbox: Sandbox, gurobi: GurobiClient) -> None:
    ids(gurobi, 1, "&idleShutdown=0")
    sandbox.turn(100 * HOUR)
    assert gurobi.states() == ["idle"]


def test_a_machine_with_a_job_does_not_shut_down(sandbox: Sandbox, gurobi: GurobiClient) -> None:
    machine = ids(gurobi)[0]
    sandbox.gurobi.start_job(machine)
    sandbox.turn(10 * HOUR)
    assert gurobi.states() == ["running"]
    sandbox.gurobi.end_job(machine)
    sandbox.turn(HOUR - 5)
    assert gurobi.states() == ["idle"]
    sandbox.turn(6)
    assert gurobi.states() == ["shutting down"]


def test_a_machine_with_a_job_is_killed_all_the_same(sandbox: Sandbox, gurobi: GurobiClient) -> None:
    machine = ids(gurobi)[0]
    sandbox.gurobi.start_job(machine)
    kill(gurobi, machine)
    assert sandbox.gurobi.alive() == []


def test_jobs_need_a_machine_in_the_right_state(sandbox: Sandbox, gurobi: GurobiClient) -> None:
    sandbox.pace = AfterPolls(3)
    machine = ids(gurobi)[0]
    with pytest.raises(ValueError, match=r"idle machine, and .* is launching"):
        sandbox.gurobi.start_job(machine)
    with pytest.raises(ValueError, match="no job runs on"):
        sandbox.gurobi.end_job(machine)
    with pytest.raises(ValueError, match="no machine 'nobody'"):
        sandbox.gurobi.start_job("nobody")


# Licenses and credit


def test_credit_runs_down_by_machine_hours_until_they_end(sandbox: Sandbox, gurobi: GurobiClient) -> None:
    machines = ids(gurobi, 2, "&idleShutdown=0")
    sandbox.turn(3 * HOUR)
    assert credit(gurobi) == ["653.56", "20.00"]
    kill(gurobi, machines[0])
    sandbox.turn(HOUR)
    assert credit(gurobi) == ["652.56", "20.00"]
    assert gurobi.states() == ["idle"]  # the one killed is gone, its hours are not
    assert credit(gurobi) == ["652.56", "20.00"]
    sandbox.settings = replace(sandbox.settings, gurobi=GurobiSettings(credit_per_hour=10))
    assert credit(gurobi) == ["589.56", "20.00"]


def test_a_launch_on_a_license_used_up_is_refused(sandbox: Sandbox, gurobi: GurobiClient) -> None:
    sandbox.gurobi.set_licenses([{"licenseId": "7", "credit": "1.50", "expiration": "2031-01-31"}])
    ids(gurobi, 1, "&idleShutdown=0")
    sandbox.turn(HOUR)
    ids(gurobi)
    sandbox.turn(HOUR)
    reply = gurobi.launch()
    assert (reply.status_code, reply.text) == (400, "License Credit Used Up")
    assert credit(gurobi) == ["0.00"]
    assert len(sandbox.gurobi.machines()) == 2


def test_a_launch_on_an_expired_license_is_refused(sandbox: Sandbox, gurobi: GurobiClient) -> None:
    last_day = datetime.now(UTC).date()
    entry = {"licenseId": "7", "credit": "9", "ratePlan": "nocharge", "expiration": last_day.isoformat()}
    yesterday = entry | {"licenseId": "3", "expiration": f"{last_day - timedelta(1)}T23:59:59.000Z"}
    sandbox.gurobi.set_licenses([entry, yesterday])
    assert gurobi.launch("numMachines=1&licenseId=7").status_code == 200
    assert gurobi.launch().text == "License Expired"  # 3 is the smallest
    sandbox.turn(24 * HOUR)
    assert gurobi.launch("numMachines=1&licenseId=7").text == "License Expired"


def test_licenses_keep_the_forms_they_were_given(sandbox: Sandbox, gurobi: GurobiClient) -> None:
    given = [
        {"licenseId": 100, "credit": 12.5, "expiration": "soon", "ratePlan": "standard"},
        {"licenseId": 99, "credit": "7", "expiration": "2031-01-31T00:00:00.000Z", "ratePlan": "nocharge"},
    ]
    sandbox.gurobi.set_licenses(given)
    assert gurobi.get("licenses").json() == [given[0], given[1] | {"credit": "7.00"}]
    assert gurobi.launch("numMachines=1&licenseId=100").json()[0]["licenseId"] == 100
    assert gurobi.launch().json()[0]["licenseId"] == 99  # the smallest as a number, not as text


def test_new_licenses_start_with_the_credit_given(sandbox: Sandbox, gurobi: GurobiClient) -> None:
    ids(gurobi, 1, "&idleShutdown=0")
    sandbox.turn(5 * HOUR)
    sandbox.gurobi.set_licenses([{"licenseId": "95912", "credit": "9", "expiration": "2031-01-31"}])
    assert credit(gurobi) == ["9.00"]
    sandbox.turn(HOUR)
    assert credit(gurobi) == ["8.00"]


@pytest.mark.parametrize(
    "entry",
    [
        {"licenseId": "7", "credit": "1"},
        {"licenseId": "7", "credit": "much", "expiration": "2031-01-31"},
        {"licenseId": "7", "credit": "1", "expiration": "2031-01-31", "colour": "red"},
    ],
)
def test_a_license_with_a_wrong_field_is_refused(sandbox: Sandbox, entry: dict[str, str]) -> None:
    with pytest.raises(ValueError, match=r"license needs|credit must be"):
        sandbox.gurobi.set_licenses([entry])
    with pytest.raises(ValueError, match="no account with access_id"):
        sandbox.gurobi.set_licenses([], access_id="Nobody")


# Accounts and figures


def test_an_account_sees_and_kills_its_own_machines_only(sandbox: Sandbox, http: httpx.Client) -> None:
    sandbox.add_gurobi_account("FakeOtherAccess00", "Fake_Other_Key")
    one, other = GurobiClient(sandbox, http), GurobiClient(sandbox, http)
    other.access_id, other.secret_key = "FakeOtherAccess00", "Fake_Other_Key"
    machine, foreign = ids(one)[0], ids(other)[0]
    sandbox.turn(HOUR / 2)
    assert [found["_id"] for found in other.get("machines").json()] == [foreign]
    assert kill(other, machine).text == "Invalid Machine Ids"
    assert (credit(one), credit(other)) == (["659.06", "20.00"], ["659.06", "20.00"])
    assert [(record.id, record.account) for record in sandbox.gurobi.alive()] == [
        (machine, one.access_id),
        (foreign, other.access_id),
    ]
    other.secret_key = sandbox.credentials.gurobi_secret_key
    assert other.get("machines").text.startswith("Invalid Signature")


def test_an_account_has_one_key(sandbox: Sandbox) -> None:
    with pytest.raises(ValueError, match="already"):
        sandbox.add_gurobi_account(sandbox.credentials.gurobi_access_id, "Fake_Other_Key")
    with pytest.raises(ValueError, match="neither of them empty"):
        sandbox.add_gurobi_account("FakeOtherAccess00", "")


def test_each_machine_is_told_with_who_launched_and_who_killed_it(
    sandbox: Sandbox, gurobi: GurobiClient, control: httpx.Client
) -> None:
    gurobi.http.headers["user-agent"] = "launcher/1"
    first, second = ids(gurobi, 2, "&userPassword=fake%20marker%20%C3%A9")
    third = ids(gurobi)[0]
    gurobi.http.headers["user-agent"] = "killer/1"
    sandbox.turn(60)
    kill(gurobi, second)
    kill(gurobi, second, third)
    told = sandbox.gurobi.machines()
    assert [(one.id, one.launch, one.kill, one.alive) for one in told] == [
        (first, 1, None, True),
        (second, 1, 1, False),
        (third, 2, 2, False),
    ]
    digest = hashlib.sha256("fake marker é".encode()).hexdigest()
    assert [one.password_sha256 == digest for one in told] == [True, True, False]
    assert {(one.launch_agent, one.kill_agent) for one in told} == {("launcher/1", None), ("launcher/1", "killer/1")}
    assert told[1].launch_peer == told[1].kill_peer  # one connection
    assert told[1].killed_at == told[1].ended_at == pytest.approx(told[1].launched_at + 60, abs=5)
    assert control.get("gurobi/machines").json() == [asdict(one) for one in told]
    assert [MachineRecord(**one).id for one in control.get("gurobi/machines?alive=true").json()] == [first]
    assert "fake marker" not in control.get("gurobi/machines").text
    assert gurobi.states() == ["idle"]
    assert [one.state for one in sandbox.gurobi.machines()] == ["idle", "gone", "gone"]


def test_thousands_of_machines_do_not_slow_the_list_down(sandbox: Sandbox, gurobi: GurobiClient) -> None:
    for _ in range(30):
        kill(gurobi, *ids(gurobi, 100))
        assert gurobi.states() == []
    assert (len(sandbox.gurobi.machines()), sandbox.gurobi.alive()) == (3000, [])


def test_all_of_it_over_http(gurobi: GurobiClient, control: httpx.Client) -> None:
    account = {"access_id": "FakeOtherAccess00", "secret_key": "Fake_Other_Key"}
    assert control.post("gurobi/accounts", json=account).status_code == 204
    entry = {"licenseId": 7, "credit": 3, "expiration": "2031-01-31"}
    assert control.put("gurobi/licenses", json={"licenses": [entry], "access_id": "FakeOtherAccess00"}).is_success
    script = {"machines": [None, [["pending", 30], "launch error"], [{"state": "pending", "reads": 1}, "gone"]]}
    assert control.post("gurobi/launch-scripts", json=script).status_code == 204
    gurobi.access_id, gurobi.secret_key = account.values()
    assert gurobi.get("licenses").json() == [entry | {"ratePlan": "standard"}]
    machine = ids(gurobi, 3)[0]
    assert gurobi.states() == ["idle", "pending", "pending"]
    assert control.post("gurobi/jobs", json={"machine": machine, "running": True}).status_code == 204
    assert control.post("gurobi/jobs", json={"machine": machine, "running": True}).status_code == 400
    control.post("clock", json={"turn": 30})
    assert gurobi.states() == ["running", "launch error"]
    assert control.post("gurobi/jobs", json={"machine": machine, "running": False}).status_code == 204
    assert gurobi.states() == ["idle", "launch error"]
    assert [one["state"] for one in control.get("gurobi/machines").json()] == ["idle", "launch error", "gone"]


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("POST", "launch-scripts", {"colour": "red"}),
        ("POST", "launch-scripts", [1]),
        ("POST", "jobs", {"machine": "x"}),
        ("POST", "accounts", {"access_id": "x"}),
        ("PUT", "licenses", {}),
        ("PUT", "licenses", {"licenses": [{}]}),
    ],
)
def test_what_the_control_plane_cannot_use_is_a_400(control: httpx.Client, method: str, path: str, body: Any) -> None:
    assert control.request(method, f"gurobi/{path}", json=body).status_code == 400


# Settings


@pytest.mark.parametrize(
    ("form", "content_type", "body"),
    [
        ("text", "text/plain; charset=utf-8", b"Endpoint requires a GET"),
        ("string", "application/json", b'"Endpoint requires a GET"'),
        ("object", "application/json", b'{"message":"Endpoint requires a GET"}'),
    ],
)
def test_the_form_of_errors_is_a_setting(
    sandbox: Sandbox, gurobi: GurobiClient, form: Any, content_type: str, body: bytes
) -> None:
    sandbox.settings = Settings(gurobi=GurobiSettings(errors=form))
    reply = gurobi.post("licenses", "")
    assert (reply.status_code, reply.headers["content-type"], reply.content) == (400, content_type, body)


def test_the_skew_is_a_setting_and_replies_tell_the_sandboxs_time(
    gurobi: GurobiClient, control: httpx.Client, sandbox: Sandbox
) -> None:
    gurobi.date = (datetime.now(UTC) - timedelta(seconds=100)).strftime("%Y-%m-%dT%H:%M:%SZ")
    control.patch("settings", json={"gurobi": {"skew": 60}})
    reply = gurobi.get("licenses")
    assert reply.text == "Too large of time skew"
    assert abs(parsedate_to_datetime(reply.headers["date"]).timestamp() - sandbox.now()) < 5
    control.patch("settings", json={"gurobi": {"skew": None}})
    assert gurobi.get("licenses").status_code == 200
    gurobi.date = "yesterday"
    assert gurobi.get("licenses").text == "Too large of time skew"


@pytest.mark.parametrize("off", [3600, -3600])
def test_the_vendors_clock_may_be_off_either_way(sandbox: Sandbox, gurobi: GurobiClient, off: float) -> None:
    sandbox.settings = Settings(gurobi=GurobiSettings(clock_off=off))
    reply = gurobi.get("machines")
    assert reply.text == "Too large of time skew"
    told = parsedate_to_datetime(reply.headers["date"])
    assert abs(told.timestamp() - off - sandbox.now()) < 5
    gurobi.date = told.strftime("%Y-%m-%dT%H:%M:%SZ")
    created = datetime.fromisoformat(gurobi.launch().json()[0]["createTime"])
    assert abs((created - told).total_seconds()) < 5
    assert sandbox.gurobi.machines()[0].launched_at == pytest.approx(sandbox.now(), abs=5)
    elsewhere = gurobi.http.get(f"{sandbox.urls.control}/clock")
    assert abs(parsedate_to_datetime(elsewhere.headers["date"]).timestamp() - sandbox.now()) < 5


@pytest.mark.parametrize(
    "wrong", [{"errors": "html"}, {"skew": -1}, {"credit_per_hour": -1}, {"error_listed": -1}], ids=str
)
def test_a_setting_out_of_range_is_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=f"gurobi.{next(iter(wrong))} must be"):
        GurobiSettings(**wrong)
