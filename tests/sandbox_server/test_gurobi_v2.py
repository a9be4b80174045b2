"""Gurobi Instant Cloud v2 on the raw wire: keys in headers, JSON refusals, pools on the same fleet as v1."""

from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from optcloud.sandbox import AfterPolls, Sandbox
from optcloud_sandbox.gurobi.callers import ACCOUNT_KEY, LICENSE_KEY, Key
from sandbox_server.raw_clients import GurobiClient

PLAIN: Any = {"verify": False, "trust_env": False}
POOL = "95912-default"
POLLS = AfterPolls(4)


def headers(key: Key) -> dict[str, str]:
    return {"X-GUROBI-ACCESS-ID": key.access_id, "X-GUROBI-SECRET-KEY": key.secret_key}


@pytest.fixture
def v2(sandbox: Sandbox) -> Iterator[httpx.Client]:
    base = f"{sandbox.urls.gurobi}/v2"
    with httpx.Client(base_url=base, headers=headers(ACCOUNT_KEY), timeout=10, **PLAIN) as client:
        yield client


def refused(reply: httpx.Response) -> tuple[int, str]:
    assert reply.headers["content-type"] == "application/json"
    return reply.status_code, reply.json()["message"]


def make(v2: httpx.Client, name: str = "big", **fields: Any) -> str:
    reply = v2.post("/pools", json={"name": name, **fields})
    assert reply.status_code == 201, reply.text
    return reply.headers["location"].removeprefix("/api/v2/pools/")


def test_keys_of_v2_only(sandbox: Sandbox, v2: httpx.Client) -> None:
    known = sandbox.credentials
    assert v2.get("/licenses").status_code == 200
    wrong: tuple[dict[str, str], ...] = (
        {},
        {"X-GUROBI-ACCESS-ID": ACCOUNT_KEY.access_id},
        {"X-GUROBI-SECRET-KEY": ACCOUNT_KEY.secret_key},
        headers(Key(known.gurobi_access_id, known.gurobi_secret_key)),
        headers(Key(ACCOUNT_KEY.access_id, LICENSE_KEY.secret_key)),
        headers(Key(ACCOUNT_KEY.access_id, ACCOUNT_KEY.secret_key + "\xe9")),
    )
    for carried in wrong:
        raw = {name: value.encode("latin-1") for name, value in carried.items()}
        for method, path in (("GET", "licenses"), ("POST", f"pools/{POOL}/machines"), ("DELETE", "anything")):
            reply = httpx.request(method, f"{v2.base_url}{path}", headers=raw, **PLAIN)  # type: ignore[arg-type]
            assert refused(reply)[0] == 401
    assert sandbox.gurobi.machines() == []


def test_keys_of_v2_do_not_open_v1(gurobi: GurobiClient) -> None:
    gurobi.secret_key = ACCOUNT_KEY.secret_key
    assert gurobi.get("machines", f"id={ACCOUNT_KEY.access_id}").text == "Invalid User Id"


def test_a_license_key_reaches_its_license_only(v2: httpx.Client) -> None:
    v2.post(f"/pools/{POOL}/machines")
    (machine,) = v2.get("/machines").json()
    assert {one["id"] for one in v2.get("/licenses").json()} == {"95912", "95913"}
    v2.headers.update(headers(LICENSE_KEY))
    assert [one["id"] for one in v2.get("/licenses").json()] == ["95913"]
    assert v2.get("/machines").json() == []
    assert refused(v2.get(f"/machines/{machine['machineId']}"))[0] == 404
    assert refused(v2.post(f"/pools/{POOL}/machines"))[0] == 404
    assert make(v2) == "95913-big"


def test_licenses_as_seen_in_a_client(v2: httpx.Client) -> None:
    first = v2.get("/licenses").json()[0]
    assert (first["id"], first["credit"]) == ("95912", 659.56)
    assert "licenseId" not in first


def test_starting_answers_202_until_it_is_ready(sandbox: Sandbox, v2: httpx.Client) -> None:
    sandbox.pace = POLLS
    seen = [v2.post(f"/pools/{POOL}/machines").status_code for _ in range(6)]
    assert seen == [202, 202, 202, 202, 202, 200]
    assert len(sandbox.gurobi.machines()) == 1  # however often it was asked for


def test_states_in_the_words_of_v2(sandbox: Sandbox, v2: httpx.Client) -> None:
    sandbox.pace = POLLS
    v2.post(f"/pools/{POOL}/machines")
    states = [v2.get("/machines", params={"poolId": POOL}).json()[0]["state"] for _ in range(5)]
    assert states == ["launching", "launching", "pending", "starting", "idle"]


def test_one_machine_and_a_pools_machines(sandbox: Sandbox, v2: httpx.Client) -> None:
    pool = make(v2, nbComputeServers=2, nbDistributedWorkers=1)
    v2.post(f"/pools/{pool}/machines")
    members = v2.get(f"/pools/{pool}/machines").json()
    assert [len(members[kind]) for kind in ("computeServers", "distributedWorkers")] == [2, 2]
    machine_id = members["computeServers"][0]["machineId"]
    machine = v2.get(f"/machines/{machine_id}").json()
    assert (machine["machineId"], machine["licenseType"]) == (machine_id, "light compute server")
    assert machine["createdAt"].endswith("Z")
    assert not {"_id", "userPassword", "DNSName"} & set(machine)
    assert refused(v2.get("/machines/nobody"))[0] == 404
    assert len(v2.get("/machines", params={"poolId": pool}).json()) == 4
    assert v2.get("/machines", params={"poolId": POOL}).json() == []
    assert refused(v2.get("/machines", params={"poolId": "95912-none"}))[0] == 404


def test_v1_sees_and_kills_the_same_machines_and_a_start_makes_up_for_them(
    sandbox: Sandbox, v2: httpx.Client, gurobi: GurobiClient
) -> None:
    v2.post(f"/pools/{POOL}/machines")
    first = gurobi.get("machines").json()[0]["_id"]
    gurobi.post("kill", f'id=FakeAccessId00000&machineIds=["{first}"]')
    assert v2.post(f"/pools/{POOL}/machines").status_code == 202
    assert v2.post(f"/pools/{POOL}/machines").status_code == 200
    (left,) = sandbox.gurobi.alive()
    assert left.id != first


def test_a_machine_that_is_listed_late_is_not_launched_twice(sandbox: Sandbox, v2: httpx.Client) -> None:
    sandbox.gurobi.script_launch(unlisted_reads=3)
    for _ in range(4):
        v2.post(f"/pools/{POOL}/machines")
    assert len(sandbox.gurobi.machines()) == 1


def test_a_pool_ends_by_its_idle_shutdown(sandbox: Sandbox, v2: httpx.Client) -> None:
    pool = make(v2, idleShutdown=5)
    v2.post(f"/pools/{pool}/machines")
    assert v2.post(f"/pools/{pool}/machines").status_code == 200
    sandbox.turn(5 * 60)
    assert [one.ended_by for one in sandbox.gurobi.machines()] == ["idle"]


def test_scaling_holds_from_the_next_start(sandbox: Sandbox, v2: httpx.Client) -> None:
    v2.post(f"/pools/{POOL}/machines")
    assert v2.post(f"/pools/{POOL}/scaling", params={"n": 3}).status_code == 200
    assert len(sandbox.gurobi.machines()) == 1
    assert v2.post(f"/pools/{POOL}/machines").status_code == 202
    assert v2.post(f"/pools/{POOL}/machines").status_code == 200
    assert len(sandbox.gurobi.machines()) == 3
    assert v2.get(f"/pools/{POOL}").json()["nbComputeServers"] == 3
    for wrong in ("0", "-1", "x", "", "101"):
        assert refused(v2.post(f"/pools/{POOL}/scaling", params={"n": wrong}))[0] == 400


def test_a_pool_as_it_was_made(v2: httpx.Client) -> None:
    given: dict[str, Any] = {"machineType": "c4.large", "nbComputeServers": 2, "nbDistributedWorkers": 0, "jobLimit": 1}
    pool = make(v2, jobHistory=True, idleShutdown=20, **given)
    assert pool == "95912-big"
    assert v2.get(f"/pools/{pool}").json() == {"name": "big", "jobHistory": True, "idleShutdown": 20} | given
    assert refused(v2.get("/pools/95912-small"))[0] == 404
    assert refused(v2.get("/pools/1-default"))[0] == 404


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (b"", "the body is not JSON"),
        (b"[]", "the body must be a JSON object"),
        (b"{}", "name must be alphanumeric"),
        (b'{"name": "a-b"}', "name must be alphanumeric"),
        (b'{"name": "default"}', "there is a pool 95912-default already"),
        (b'{"name": "p", "region": "us-east-1"}', "does not know the field region"),
        (b'{"name": "p", "nbComputeServers": 0}', "nbComputeServers must be a number, 1 or more"),
        (b'{"name": "p", "idleShutdown": "20"}', "idleShutdown must be a number"),
        (b'{"name": "p", "jobLimit": true}', "jobLimit must be a number"),
        (b'{"name": "p", "jobHistory": 1}', "jobHistory must be true or false"),
        (b'{"name": "p", "machineType": 4}', "machineType must be a text"),
        (b'{"name": "p", "machineType": "abacus"}', "Invalid Machine Type"),
        (b'{"name": "p", "nbComputeServers": 50, "nbDistributedWorkers": 2}', "100 machines at most"),
    ],
)
def test_a_wrong_pool_is_refused_with_an_object(v2: httpx.Client, body: bytes, words: str) -> None:
    status, said = refused(v2.post("/pools", content=body))
    assert status == 400
    assert words in said


def test_what_is_not_published_is_not_served(sandbox: Sandbox, v2: httpx.Client) -> None:
    v2.post(f"/pools/{POOL}/machines")
    for method, path in (
        ("GET", "/pools"),
        ("POST", "/machines"),
        ("DELETE", f"/pools/{POOL}"),
        ("DELETE", f"/pools/{POOL}/machines"),
        ("PUT", f"/pools/{POOL}"),
        ("GET", "/"),
    ):
        assert "not published" in refused(v2.request(method, path))[1]
    assert len(sandbox.gurobi.alive()) == 1


def test_a_reset_forgets_pools(sandbox: Sandbox, v2: httpx.Client) -> None:
    pool = make(v2)
    sandbox.reset()
    assert refused(v2.get(f"/pools/{pool}"))[0] == 404


def test_keys_do_not_show() -> None:
    assert ACCOUNT_KEY.secret_key not in repr(ACCOUNT_KEY)
