"""Gurobi Instant Cloud v1: the signature over raw bytes, the documented messages, machines and their states."""

import base64
import hashlib
import hmac
from datetime import UTC, datetime

import pytest

from optcloud.sandbox import AfterPolls, AfterSeconds, Sandbox
from optcloud_sandbox.gurobi.signature import signature
from sandbox_server.raw_clients import GurobiClient

ID = "id=FakeAccessId00000"


def test_the_vector_on_the_vendors_page() -> None:
    assert signature("key", b"The quick brown fox jumps over the lazy dog") == "3nybhbi3iqa8ino29wqQcBydtNk="


def test_licenses(gurobi: GurobiClient) -> None:
    first = gurobi.get("licenses").json()[0]
    assert set(first) == {"licenseId", "credit", "expiration", "ratePlan"}
    assert first["ratePlan"] in ("nocharge", "standard")


@pytest.mark.parametrize(
    "fields",
    [
        pytest.param("numMachines=1&licenseType=light%20compute%20server", id="C and Python: %20"),
        pytest.param("numMachines=1&licenseType=light+compute+server", id="Java: plus"),
        pytest.param("numMachines=1&userPassword=a%2fb%c3%a9", id="C#: lower-case hex"),
        pytest.param("numMachines=1&userPassword=a/b:c;d@e", id="C: value left raw"),
        pytest.param("userPassword=&numMachines=1", id="an empty value"),
    ],
)
def test_every_samples_encoding_is_verified_as_it_came(gurobi: GurobiClient, fields: str) -> None:
    assert gurobi.launch(fields).status_code == 200


def test_decoded_values_reach_the_machine(gurobi: GurobiClient) -> None:
    machine = gurobi.launch("numMachines=1&licenseType=full+compute%20server&userPassword=a%2Fb").json()[0]
    assert (machine["licenseType"], machine["userPassword"]) == ("full compute server", "a/b")


def test_parameter_order_is_part_of_the_signature(gurobi: GurobiClient) -> None:
    signed = gurobi.headers("POST", f"{ID}&numMachines=1")
    sent = f"numMachines=1&{ID}"
    reply = gurobi.http.post(f"{gurobi.sandbox.urls.gurobi}/launch", content=sent, headers=signed)
    assert reply.status_code == 400
    assert reply.text == f"Invalid Signature: StringToSign is POST&{sent}&{signed['x-gurobi-date']}"
    assert gurobi.post("launch", sent).status_code == 200  # the same order, signed as sent


def test_an_encoding_changed_on_the_way_breaks_the_signature(gurobi: GurobiClient) -> None:
    signed = gurobi.headers("POST", f"{ID}&numMachines=1&licenseType=light%20compute%20server")
    sent = f"{ID}&numMachines=1&licenseType=light+compute+server"
    reply = gurobi.http.post(f"{gurobi.sandbox.urls.gurobi}/launch", content=sent, headers=signed)
    assert reply.text.startswith("Invalid Signature")


@pytest.mark.parametrize(
    "date",
    ["%Y-%m-%dT%H:%M:%SZ", "%Y-%m-%dT%H:%M:%S.123456+00:00", "%Y-%m-%dT%H::%MZ"],
    ids=["C and C#", "Python", "Java, malformed"],
)
def test_the_samples_date_forms(gurobi: GurobiClient, date: str) -> None:
    gurobi.date = datetime.now(UTC).strftime(date)
    assert gurobi.get("licenses").status_code == 200


@pytest.mark.parametrize("date", ["now", "yesterday", "2011-10-08T07:07:09Z", "2026-13-45T99:99:99Z"])
def test_a_date_far_off_or_unreadable_is_skewed(gurobi: GurobiClient, date: str) -> None:
    gurobi.date = date
    assert gurobi.get("licenses").text == "Too large of time skew"


def test_the_clock_turned_forward_makes_real_dates_skewed(sandbox: Sandbox, gurobi: GurobiClient) -> None:
    gurobi.date = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    sandbox.turn(14 * 60)
    assert gurobi.get("licenses").status_code == 200
    sandbox.turn(2 * 60)
    assert gurobi.get("licenses").text == "Too large of time skew"


def test_messages_in_the_order_of_the_page(gurobi: GurobiClient) -> None:
    url = gurobi.sandbox.urls.gurobi
    signed = gurobi.headers("GET", ID)
    assert gurobi.http.post(f"{url}/licenses").text == "Endpoint requires a GET"
    assert gurobi.http.get(f"{url}/kill").text == "Endpoint requires a POST"
    unsigned = gurobi.http.get(f"{url}/machines?{ID}", headers={"x-gurobi-date": gurobi.now()})
    assert unsigned.text == "Missing X-Gurobi-Signature Header"
    undated = gurobi.http.get(f"{url}/machines?{ID}", headers={"x-gurobi-signature": signed["x-gurobi-signature"]})
    assert undated.text == "Missing X-Gurobi-Date Header"
    assert gurobi.get("machines", "id=Somebody").text == "Invalid User Id"
    assert gurobi.get("machines", "").text == "Invalid User Id"
    gurobi.secret_key = "Another_Fake_Key"
    assert gurobi.get("machines").text.startswith("Invalid Signature")


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ("region=us-east-1", "Invalid Number of Machines"),
        ("numMachines=0", "Invalid Number of Machines"),
        ("numMachines=two", "Invalid Number of Machines"),
        ("numMachines=1&licenseType=distributed%20worker", "Invalid License Type"),
        ("numMachines=1&region=mars-1", "Invalid Region"),
        ("numMachines=1&machineType=c5.large", "Invalid Machine Type"),
        ("numMachines=1&licenseId=1", "Invalid License Id"),
        ("numMachines=1&idleShutdown=soon", "Invalid Idle Shutdown"),
        ("numMachines=1&GRBVersion=12.0", "Invalid Gurobi Version"),
    ],
)
def test_a_wrong_order_is_refused_whole(gurobi: GurobiClient, fields: str, message: str) -> None:
    reply = gurobi.launch(fields)
    assert (reply.status_code, reply.text) == (400, message)
    assert gurobi.get("machines").json() == []


def test_launch_defaults_and_workers(gurobi: GurobiClient) -> None:
    first, second, third = gurobi.launch("numMachines=3").json()
    assert {
        key: first[key] for key in ("machineType", "region", "licenseType", "idleShutdown", "licenseId", "DNSName")
    } == {
        "machineType": "c4.2xlarge",
        "region": "us-east-1",
        "licenseType": "light compute server",
        "idleShutdown": 60,
        "licenseId": "95912",
        "DNSName": "-",
    }
    assert first["userPassword"]
    assert second["licenseType"] == third["licenseType"] == "distributed worker"
    assert len({first["_id"], second["_id"], third["_id"]}) == 3


def test_states_up_and_down_by_polls(sandbox: Sandbox, gurobi: GurobiClient) -> None:
    sandbox.pace = AfterPolls(3)
    machine = gurobi.launch().json()[0]
    assert machine["state"] == "launching"
    seen = [gurobi.get("machines").json()[0] for _ in range(4)]
    assert [found["state"] for found in seen] == ["launching", "pending", "obtaining license", "idle"]
    assert [found["DNSName"] == "-" for found in seen] == [True, True, False, False]
    killed = gurobi.post("kill", f"{ID}&machineIds=%5B%22{machine['_id']}%22%5D").json()
    assert [found["state"] for found in killed] == ["killing"]
    assert [gurobi.states() for _ in range(4)] == [["killing"], ["killing"], ["shutting down"], []]


def test_states_by_the_clock(sandbox: Sandbox, gurobi: GurobiClient) -> None:
    sandbox.pace = AfterSeconds(90)
    gurobi.launch()
    states = []
    for _ in range(4):
        states += gurobi.states()
        sandbox.turn(30)
    assert states == ["launching", "pending", "obtaining license", "idle"]


def test_an_idle_machine_shuts_down_by_itself(sandbox: Sandbox, gurobi: GurobiClient) -> None:
    gurobi.launch("numMachines=1&idleShutdown=5")
    assert gurobi.states() == ["idle"]
    sandbox.turn(4 * 60)
    assert gurobi.states() == ["idle"]
    sandbox.turn(61)
    assert gurobi.states() == ["shutting down"]
    assert gurobi.states() == []


@pytest.mark.parametrize("ids", ["", "%5B%5D", "%5B1%5D", "abc", "%22abc%22", '["nobody"]', "%7B%7D"])
def test_kill_needs_a_json_array_of_known_ids(gurobi: GurobiClient, ids: str) -> None:
    reply = gurobi.post("kill", f"{ID}&machineIds={ids}")
    assert (reply.status_code, reply.text) == (400, "Invalid Machine Ids")


def test_kill_with_one_unknown_id_kills_none(gurobi: GurobiClient) -> None:
    machine = gurobi.launch().json()[0]["_id"]
    assert gurobi.post("kill", f'{ID}&machineIds=["{machine}","nobody"]').status_code == 400
    assert gurobi.states() == ["idle"]


def test_launch_errors_on_demand(sandbox: Sandbox, gurobi: GurobiClient) -> None:
    sandbox.fail_launches(1)
    assert [machine["state"] for machine in gurobi.launch("numMachines=2").json()] == ["launch error", "launching"]
    assert gurobi.states() == ["launch error", "idle"]


def test_the_signature_is_hmac_sha1_of_the_text(gurobi: GurobiClient) -> None:
    digest = hmac.new(b"k", b"GET&id=x&d", hashlib.sha1).digest()
    assert signature("k", b"GET&id=x&d") == base64.b64encode(digest).decode()
