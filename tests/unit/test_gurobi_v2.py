"""API v2 of Gurobi Instant Cloud on scripted replies: what is known goes out as it was seen, the rest is refused."""

import json
import string
from collections.abc import Callable
from itertools import product
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import quote

import httpx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from optcloud.core.errors import (
    AuthError,
    BadRequest,
    ConfigError,
    NotFound,
    ResponseMismatch,
    ServerError,
    TransportError,
    Unsupported,
    WaitTimeout,
)
from optcloud.core.events import Polled
from optcloud.core.flow import Flow
from optcloud.core.polling import Pace
from optcloud.core.reference import Reference
from optcloud.core.secret import MASK
from optcloud.core.settings import GurobiSettings
from optcloud.gurobi.launch_options import IDLE_SHUTDOWN
from optcloud.gurobi.v2 import connection, unpublished
from optcloud.gurobi.v2.account import GurobiV2Account
from optcloud.gurobi.v2.connection import policy
from optcloud.gurobi.v2.models import read_license, read_machine, read_members
from optcloud.gurobi.v2.pool_flows import NamedPoolFlows
from optcloud.gurobi.v2.pool_options import pool_body
from unit.script import LOST, NEVER_LEFT, RETRY, Script, Scripted, json_reply

T = TypeVar("T")
KEY = "not-a-real-secret-key"
SETTINGS = GurobiSettings(api="v2", url="https://cloud.test/api/v2", access_id="an-access-id", secret_key=KEY)
FIELDS = st.sampled_from(["id", "_id", "machineId", "createdAt", "state", "credit"])
JSON = st.recursive(st.none() | st.booleans() | st.floats() | st.text(), lambda one: st.lists(one, max_size=2))
PACE = Pace(first=2, factor=1, jitter=0)
STARTING, READY = httpx.Response(202), httpx.Response(200)
POOL = "999999-pool5"


def account(*replies: Scripted) -> tuple[Script, GurobiV2Account]:
    way = policy(SETTINGS, RETRY)
    return Script(replies, policy=way), GurobiV2Account("prod", way.redact)


def pool(*replies: Scripted) -> tuple[Script, NamedPoolFlows]:
    cloud, flows = account(*replies)
    return cloud, flows.pool(POOL)


def answered(cloud: Script, flow: Flow[T], *replies: Scripted) -> T:
    cloud.replies[:] = replies
    return cloud.run(flow)


def asked(cloud: Script) -> list[tuple[str, str]]:
    return [(request.method, str(request.url).removeprefix("https://cloud.test/api/v2")) for request in cloud.sent]


# ---------------------------------------------------------------- reaching it


def test_each_request_carries_the_two_headers_and_no_signature() -> None:
    cloud, flows = account(json_reply([]))
    cloud.run(flows.licenses())
    (request,) = cloud.sent
    assert request.headers["X-GUROBI-ACCESS-ID"] == "an-access-id"
    assert request.headers["X-GUROBI-SECRET-KEY"] == KEY
    assert not {"x-gurobi-signature", "x-gurobi-date"} & set(request.headers)


def test_the_vendors_own_address_and_https_only() -> None:
    assert GurobiSettings(api="v2", access_id="id", secret_key=KEY).url == "https://cloud.gurobi.com/api/v2"
    with pytest.raises(ConfigError, match="in the clear"):
        GurobiSettings(api="v2", url="http://cloud.gurobi.com/api/v2", access_id="id", secret_key=KEY)


@pytest.mark.parametrize("key", ["", " fake", "fake\n", "fäke", "fa\x00ke"], ids=repr)
def test_a_key_that_no_header_holds_is_named_and_not_shown(key: str) -> None:
    for name, other in (("access_id", "secret_key"), ("secret_key", "access_id")):
        words: dict[str, Any] = {name: key, other: "fine"}
        with pytest.raises(ConfigError, match=f"gurobi.{name}: a header cannot hold it") as caught:
            policy(GurobiSettings(api="v2", **words), RETRY)
        assert not key.strip() or key.strip() not in str(caught.value)


def test_the_secret_never_shows() -> None:
    cloud, flows = account(json_reply({"message": f"no key {KEY}"}, 401))
    with pytest.raises(AuthError) as caught:
        cloud.run(flows.licenses())
    assert MASK in str(caught.value)
    shown = (
        repr(cloud.policy) + repr(connection.KeyAuth("id", SETTINGS.secret_key)) + repr(SETTINGS) + str(caught.value)
    )
    assert KEY not in shown


def test_the_vendors_words_are_kept_whatever_the_object_is_called() -> None:
    cloud, flows = account(json_reply({"faults": ["no such machine type"]}, 400))
    with pytest.raises(BadRequest, match="no such machine type") as caught:
        cloud.run(flows.create_pool("fresh"))
    assert caught.value.status == 400
    assert json.loads(caught.value.body) == {"faults": ["no such machine type"]}


def test_reads_are_repeated_and_writes_never() -> None:
    cloud, flows = account(httpx.Response(503), LOST, json_reply([]))
    assert cloud.run(flows.licenses()) == []
    writes: list[Callable[[GurobiV2Account], Flow[Any]]] = [
        lambda one: one.pool(POOL).start(),
        lambda one: one.pool(POOL).scale(2),
        lambda one: one.create_pool("fresh"),
        lambda one: one.call("POST", "/anything"),
    ]
    for write, (fault, kind) in product(writes, [(LOST, TransportError), (httpx.Response(503), ServerError)]):
        cloud, flows = account(fault, json_reply({}))
        with pytest.raises(kind):
            cloud._run(write(flows))
        assert [request.method for request in cloud.sent].count("POST") == 1


# ---------------------------------------------------------------- licenses and machines


def test_licenses_by_the_names_that_were_seen() -> None:
    cloud, flows = account(json_reply([{"id": "999999", "credit": 12.5, "new": 1}]))
    (one,) = cloud.run(flows.licenses())
    assert (one.id, float(one.credit or 0), one.rate_plan) == ("999999", 12.5, "")
    assert one.reply == {"id": "999999", "credit": 12.5, "new": 1}
    assert asked(cloud) == [("GET", "/licenses")]


def test_machines_of_one_pool_and_of_all() -> None:
    cloud, flows = account()
    (one,) = answered(cloud, flows.machines(POOL), json_reply([{"machineId": "m-1", "state": "configuring"}]))
    assert (one.id, one.state, one.ready) == ("m-1", "configuring", False)
    assert answered(cloud, flows.machines(), json_reply([])) == []
    assert asked(cloud) == [("GET", f"/machines?poolId={POOL}"), ("GET", "/machines")]


def test_one_machine() -> None:
    cloud, flows = account()
    one = answered(cloud, flows.machine("m/1"), json_reply({"createdAt": "2026-11-07T09:00:00Z"}))
    assert one.create_time == "2026-11-07T09:00:00Z"
    assert one.created is not None
    with pytest.raises(NotFound, match="gone"):
        answered(cloud, flows.machine("m-1"), json_reply({"message": "gone"}, 404))
    assert asked(cloud)[0] == ("GET", "/machines/m%2F1")


def test_a_password_of_a_machine_is_hidden_from_then_on() -> None:
    cloud, flows = account(json_reply([{"machineId": "m", "userPassword": "fake-machine-password"}]))
    (one,) = cloud.run(flows.machines())
    assert "fake-machine-password" not in repr(one)
    assert flows.redact("it is fake-machine-password") == f"it is {MASK}"


def test_names_of_v2_go_before_those_of_v1_and_empty_ones_do_not_count() -> None:
    assert read_machine({"_id": "internal", "machineId": "m-1"}).id == "m-1"
    assert read_machine({"_id": "m-1", "machineId": "", "id": None}).id == "m-1"
    assert read_machine({"id": "m-1"}).id == "m-1"
    assert read_license({"licenseId": 7}).id == "7"


@settings(deadline=None)
@given(st.dictionaries(FIELDS, JSON))
def test_reading_stands_anything(reply: dict[str, Any]) -> None:
    assert read_machine(reply).reply is reply
    assert read_license(reply).reply is reply
    read_members({"computeServers": reply, "others": [reply]})


def test_a_pools_machines_with_the_compute_servers_first() -> None:
    listed = {"workers": [{"machineId": "w"}, "?"], "size": 2, "computeServers": [{"machineId": "c"}, {"no": 1}]}
    cloud, flows = pool(json_reply(listed))
    assert [one.id for one in cloud.run(flows.members())] == ["c", "w"]
    assert asked(cloud) == [("GET", f"/pools/{POOL}/machines")]


# ---------------------------------------------------------------- pools


def test_the_configuration_of_a_pool() -> None:
    reply = {"name": "pool5", "machineType": "x", "nbComputeServers": 2, "nbDistributedWorkers": 0, "jobHistory": True}
    cloud, flows = pool(json_reply(reply | {"idleShutdown": 20, "jobLimit": True, "region": "here"}))
    found = cloud.run(flows.details())
    assert (found.id, found.name, found.machine_type, found.compute_servers) == (POOL, "pool5", "x", 2)
    assert (found.distributed_workers, found.job_limit, found.idle_shutdown) == (0, None, 20)
    assert found.job_history is True
    assert found.reply["region"] == "here"


def test_creating_a_pool_sends_the_fields_that_were_seen() -> None:
    cloud, flows = account(httpx.Response(201, headers={"location": f"/api/v2/pools/{POOL}"}))
    made = cloud.run(
        flows.create_pool(
            "pool5",
            machine_type="x",
            compute_servers=2,
            distributed_workers=0,
            job_limit=1,
            job_history=True,
            idle_shutdown=20,
            more={"region": "here"},
        )
    )
    assert (made.id, str(made.reference)) == (POOL, f"gurobi:prod/pool/{POOL}")
    assert json.loads(cloud.sent[0].content) == {
        "name": "pool5",
        "machineType": "x",
        "nbComputeServers": 2,
        "nbDistributedWorkers": 0,
        "jobLimit": 1,
        "jobHistory": True,
        "idleShutdown": 20,
        "region": "here",
    }
    assert cloud.sent[0].headers["content-type"] == "application/json"


def test_only_idle_shutdown_has_a_default_of_ours() -> None:
    assert pool_body("p", {}) == {"name": "p", "idleShutdown": IDLE_SHUTDOWN}
    assert pool_body("p", {"machine_type": None, "idle_shutdown": None}) == pool_body("p", {})


@pytest.mark.parametrize(
    ("name", "options", "words"),
    [
        ("pool-5", {}, "name: 'pool-5' is not letters and digits"),
        ("", {}, "name"),
        ("pööl", {}, "name"),
        ("p", {"compute_servers": 0}, "compute_servers: 0"),
        ("p", {"compute_servers": True}, "compute_servers: True"),
        ("p", {"distributed_workers": -1}, "distributed_workers: -1"),
        ("p", {"job_limit": "2"}, "job_limit: '2'"),
        ("p", {"job_limit": 0}, "job_limit: 0"),
        ("p", {"idle_shutdown": 0}, "idle_shutdown: 0"),
        ("p", {"job_history": 1}, "job_history: 1"),
        ("p", {"machine_type": ""}, "machine_type: ''"),
        ("p", {"region": "here"}, "region: there is no such option"),
        ("p", {"more": {"name": "q"}}, "more: name has an option of its own"),
        ("p", {"more": {"idleShutdown": 0}}, "more: idleShutdown has an option of its own"),
    ],
)
def test_a_wrong_pool_is_refused_before_sending(name: str, options: Any, words: str) -> None:
    cloud, flows = account()
    with pytest.raises(BadRequest, match=words) as caught:
        cloud.run(flows.create_pool(name, **options))
    assert caught.value.status is None
    assert cloud.sent == []


@pytest.mark.parametrize("place", [None, "", "/api/v2/pools/", "/api/v2/machines/1", "/api/v2/pools/a/b"], ids=repr)
def test_a_created_pool_without_a_place_is_a_mismatch(place: str | None) -> None:
    cloud, flows = account(httpx.Response(201, headers={} if place is None else {"location": place}))
    with pytest.raises(ResponseMismatch, match="no Location names the new pool"):
        cloud.run(flows.create_pool("p"))


@settings(deadline=None, max_examples=50)
@given(st.text(string.ascii_letters + string.digits + " -/%ü").map("p{}".format).filter(lambda text: "%2" not in text))
def test_any_id_that_the_vendor_gives_comes_back_as_one_part_of_the_path(pool_id: str) -> None:
    place = f"https://cloud.test/api/v2/pools/{quote(pool_id, safe='')}"
    cloud, flows = account()
    made = answered(cloud, flows.create_pool("p"), httpx.Response(201, headers={"location": place}))
    assert made.id == pool_id
    answered(cloud, made.details(), json_reply({}))
    assert str(cloud.sent[1].url) == place
    assert flows.attach(Reference.parse(str(made.reference))).id == pool_id


@pytest.mark.parametrize("pool_id", ["", ".", "..", "a\nb", "%2e%2e", "a/..", "\ud800"])
def test_an_id_that_would_address_something_else(pool_id: str) -> None:
    _, flows = account()
    with pytest.raises(BadRequest, match=r"^Gurobi Instant Cloud v2: id: "):
        flows.pool(pool_id)


def test_starting_says_whether_it_is_ready() -> None:
    cloud, flows = pool()
    assert answered(cloud, flows.start(), STARTING) is False
    assert answered(cloud, flows.start(), READY) is True
    assert asked(cloud) == [("POST", f"/pools/{POOL}/machines")] * 2
    assert [request.content for request in cloud.sent] == [b"", b""]


def test_start_and_wait_sends_the_start_until_it_is_ready() -> None:
    cloud, flows = pool(STARTING, LOST, httpx.Response(503), STARTING, READY, json_reply([{"machineId": "m-1"}]))
    assert [one.id for one in cloud.run(flows.start_and_wait(pace=PACE))] == ["m-1"]
    assert asked(cloud) == [("POST", f"/pools/{POOL}/machines")] * 5 + [("GET", f"/machines?poolId={POOL}")]
    assert cloud.slept == [2, 2, 2, 2]
    assert [event.status.word for event in cloud.events if isinstance(event, Polled)] == ["starting"] * 2 + ["ready"]


def test_start_and_wait_ends_with_a_refusal_and_at_its_time() -> None:
    cloud, flows = pool(json_reply({"message": "no credit"}, 400))
    with pytest.raises(BadRequest, match="no credit"):
        cloud.run(flows.start_and_wait(pace=PACE))
    cloud, flows = pool(STARTING, STARTING, STARTING)
    with pytest.raises(WaitTimeout, match="last seen: starting") as caught:
        cloud.run(flows.start_and_wait(timeout=4, pace=PACE))
    assert caught.value.ref == f"gurobi:prod/pool/{POOL}"


def test_a_lost_start_says_that_it_may_cost() -> None:
    cloud, flows = pool(LOST, json_reply({"computeServers": [{"machineId": "m-1"}]}))
    with pytest.raises(
        TransportError, match=f"{POOL} may be starting, and cost money; its machines now: m-1"
    ) as caught:
        cloud.run(flows.start())
    assert caught.value.sent == "unknown"
    cloud, flows = pool(*[NEVER_LEFT] * RETRY.attempts)
    with pytest.raises(TransportError) as caught:
        cloud.run(flows.start())
    assert caught.value.sent == "no"
    assert "cost" not in str(caught.value)


def test_a_lost_creation_says_how_to_look() -> None:
    cloud, flows = account(LOST)
    with pytest.raises(TransportError, match=r"was not asked for again: look with pool\('LICENSE-fresh'\)") as caught:
        cloud.run(flows.create_pool("fresh"))
    assert caught.value.sent == "unknown"
    cloud, flows = account(*[NEVER_LEFT] * RETRY.attempts)
    with pytest.raises(TransportError) as caught:
        cloud.run(flows.create_pool("fresh"))
    assert caught.value.sent == "no"


def test_scaling() -> None:
    cloud, flows = pool(httpx.Response(204))
    cloud.run(flows.scale(3))
    assert asked(cloud) == [("POST", f"/pools/{POOL}/scaling?n=3")]
    for count in (0, -1, True):
        with pytest.raises(BadRequest, match="compute_servers"):
            cloud.run(flows.scale(count))
    assert len(cloud.sent) == 1


def test_a_page_in_place_of_json_is_a_mismatch() -> None:
    cloud, flows = pool(httpx.Response(200, html="<html>sign in</html>"), json_reply({}, 403))
    with pytest.raises(ResponseMismatch, match=r"HTML page came .* its machines now: not to be had"):
        cloud.run(flows.start())
    cloud, other = account(json_reply({"not": "a list"}))
    with pytest.raises(ResponseMismatch):
        cloud.run(other.machines())


# ---------------------------------------------------------------- what is not known


@pytest.mark.parametrize(
    ("verb", "words"),
    [
        (lambda one: one.launch(2), "launching machines one by one.* create a pool and start it"),
        (lambda one: one.launch(2, machine_type="x"), "launching machines"),
        (lambda one: one.kill(["m-1"]), "terminating machines.* idle shutdown"),
        (lambda one: one.pools(), "listing pools.* each license has a pool named default"),
        (lambda one: one.delete_pool(POOL), "deleting a pool"),
        (lambda one: one.pool(POOL).delete(), "deleting a pool"),
        (lambda one: one.pool(POOL).stop(), "terminating a pool's machines"),
        (lambda one: one.pool(POOL).kill(), "terminating a pool's machines"),
        (lambda one: one.pool(POOL).wait_ready(timeout=1), "without starting it"),
        (lambda one: one.pool(POOL).check_with(), "`with`"),
    ],
)
def test_what_is_not_published_is_not_guessed(verb: Callable[[GurobiV2Account], Any], words: str) -> None:
    cloud, flows = account()
    with pytest.raises(Unsupported, match=f"{words}.*swagger"):
        cloud.run(verb(flows))
    assert cloud.sent == []


def test_a_pool_is_no_context_manager() -> None:
    assert not hasattr(NamedPoolFlows, "__enter__")


def test_every_gap_is_in_the_facts() -> None:
    facts = " ".join(Path(unpublished.__file__).with_name("FACTS.md").read_text(encoding="utf-8").split())
    _, _, told = facts.partition("so `Unsupported` here: ")
    gaps = told.partition(".")[0]
    for gap in (
        unpublished.LAUNCHING,
        unpublished.KILLING,
        unpublished.LISTING_POOLS,
        unpublished.DELETING_A_POOL,
        unpublished.STOPPING_A_POOL,
    ):
        assert gap in gaps


def test_a_reference_of_v1_is_told_from_a_pool() -> None:
    _, flows = account()
    with pytest.raises(ConfigError, match="launched by API v1"):
        flows.attach(Reference("gurobi", "prod", ("m1", "m2")))
    with pytest.raises(ConfigError, match="launched by API v1"):
        flows.attach(Reference("gurobi", "prod", ("pool",)))


def test_what_the_vendors_reference_says_can_be_sent() -> None:
    cloud, flows = account()
    deleting = flows.call("delete", f"/pools/{POOL}/machines", query={"now": "yes"})
    assert answered(cloud, deleting, json_reply({"gone": [1]})) == {"gone": [1]}
    assert answered(cloud, flows.call("PUT", f"/pools/{POOL}", body={"jobLimit": 2}), httpx.Response(204)) is None
    assert answered(cloud, flows.call("GET", "/pools"), json_reply([])) == []
    with pytest.raises(NotFound, match="DELETE /pools/x answered 404: no pool"):
        answered(cloud, flows.call("delete", "/pools/x"), json_reply({"message": "no pool"}, 404))
    assert asked(cloud)[:2] == [("DELETE", f"/pools/{POOL}/machines?now=yes"), ("PUT", f"/pools/{POOL}")]
    assert json.loads(cloud.sent[1].content) == {"jobLimit": 2}
    assert all(request.headers["X-GUROBI-SECRET-KEY"] == KEY for request in cloud.sent)


@pytest.mark.parametrize(
    "path", ["pools", "//elsewhere.test/pools", "https://elsewhere.test/", "/pools?x=1", "/p#x", ""]
)
def test_a_call_stays_below_the_address(path: str) -> None:
    cloud, flows = account()
    with pytest.raises(BadRequest, match="is not a path"):
        cloud.run(flows.call("GET", path))
    assert cloud.sent == []
