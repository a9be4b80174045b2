"""Machines of Gurobi Instant Cloud on scripted replies: launch once, wait, kill."""

import json
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qs

import httpx
import pytest

from optcloud.clouds.gurobi.connection import road
from optcloud.clouds.gurobi.machines import GurobiAccount, PoolFlows
from optcloud.clouds.gurobi.models import License, Machine
from optcloud.core.errors import (
    AuthError,
    BadRequest,
    JobFailed,
    OptCloudError,
    ResponseMismatch,
    ServerError,
    TransportError,
    WaitTimeout,
)
from optcloud.core.events import Submitted
from optcloud.core.pace import Pace
from optcloud.core.redact import MASK, Secret
from optcloud.core.reference import Reference
from optcloud.core.settings import GurobiSettings
from unit.script import LOST, NEVER_LEFT, RETRY, Script, Scripted, json_reply

PACE = Pace(first=1, factor=1, jitter=0)
SETTINGS = GurobiSettings(access_id="an/access id", secret_key="not-a-real-key")


def account(*replies: Scripted) -> tuple[Script, GurobiAccount]:
    way = road(SETTINGS, RETRY)
    return Script(replies, road=way), GurobiAccount("prod", SETTINGS.access_id, way.redact)


def machine(name: str, state: str = "idle", **more: Any) -> dict[str, Any]:
    dns = "-" if state in {"launching", "pending"} else f"{name}.test"
    return {"_id": name, "state": state, "DNSName": dns, "licenseType": "light compute server"} | more


def listing(*states: str) -> httpx.Response:
    return json_reply([machine(f"m{number}", state) for number, state in enumerate(states, 1) if state != "gone"])


def form(request: httpx.Request) -> dict[str, str]:
    return {name: values[0] for name, values in parse_qs(request.content.decode(), strict_parsing=True).items()}


# ---------------------------------------------------------------- read


def test_lists_carry_the_access_id() -> None:
    cloud, flows = account(json_reply([{"licenseId": 95912, "credit": "1.5", "expiration": "2016-06-30", "new": 1}]))
    (one,) = cloud.run(flows.licenses())
    assert one == License("95912", "1.5", "2016-06-30", "", {})
    assert one.reply["new"] == 1
    assert str(cloud.sent[0].url) == "https://cloud.gurobi.com/api/licenses?id=an/access%20id"


def test_machines_are_read_tolerantly() -> None:
    first = machine("m1", "launching", idleShutdown="60", userPassword="hush-hush", licenseId=7)
    cloud, flows = account(json_reply([first, {"_id": "m2", "state": "melting"}]))
    one, two = cloud.run(flows.machines())
    assert (one.dns_name, one.idle_shutdown, one.license_id, one.ready) == (None, 60, "7", False)
    assert (two.id, two.state, two.dns_name, two.password, two.idle_shutdown) == ("m2", "melting", None, None, None)
    assert one.password == Secret("hush-hush")
    assert "hush-hush" not in repr(one) + str(one)
    assert flows.redact("it is hush-hush") == f"it is {MASK}"


@pytest.mark.parametrize(("state", "ready"), [("idle", True), ("running", True), ("pending", False), ("x", False)])
def test_a_machine_is_ready_when_it_takes_jobs(state: str, ready: bool) -> None:
    assert Machine.read(machine("m", state)).ready is ready


def test_a_refused_signature_is_an_auth_error_without_the_secret() -> None:
    cloud, flows = account(httpx.Response(400, text="Invalid Signature. StringToSign: GET&id=not-a-real-key"))
    with pytest.raises(AuthError, match="Invalid Signature") as caught:
        cloud.run(flows.machines())
    assert "not-a-real-key" not in str(caught.value)


# ---------------------------------------------------------------- launch


def test_launch_sends_what_was_said_and_a_password_of_its_own() -> None:
    cloud, flows = account(json_reply([machine("m2"), machine("m1")]))
    options: Any = {"machine_type": "c4.large", "license_type": "full compute server", "idle_shutdown": 5}
    pool = cloud.run(flows.launch(2, region="eu-west-1", license_id="7", version="8.0", **options))
    assert str(pool.reference) == "gurobi:prod/m2/m1"
    assert cloud.events == [Submitted("gurobi:prod/m2/m1")]
    (sent,) = cloud.sent
    sent_form = form(sent)
    password = sent_form.pop("userPassword")
    assert len(password) >= 20 and flows.redact(password) == MASK
    assert (sent.method, sent.url.path) == ("POST", "/api/launch")
    assert sent.headers["content-type"] == "application/x-www-form-urlencoded"
    assert sent_form == {
        "id": "an/access id",
        "numMachines": "2",
        "licenseType": "full compute server",
        "licenseId": "7",
        "region": "eu-west-1",
        "idleShutdown": "5",
        "machineType": "c4.large",
        "GRBVersion": "8.0",
    }


def test_a_launch_says_only_what_was_said() -> None:
    cloud, flows = account(json_reply([machine("m1")]))
    cloud.run(flows.launch(1, password="hush/hush 1"))
    assert form(cloud.sent[0]) == {"id": "an/access id", "numMachines": "1", "userPassword": "hush/hush 1"}
    assert cloud.sent[0].content.startswith(b"id=an/access%20id&numMachines=1&")
    assert flows.redact("&userPassword=hush/hush%201") == f"&userPassword={MASK}"


@pytest.mark.parametrize(
    ("count", "options", "message"),
    [
        (0, {}, "count: 0 machines"),
        (-1, {}, "count: -1 machines"),
        (1, {"machine_type": "c9.huge"}, "machine_type: 'c9.huge' is none of c4.large"),
        (1, {"region": "mars"}, "region: 'mars' is none of us-east-1"),
        (1, {"license_type": "distributed worker"}, "license_type: 'distributed worker' is none of light"),
        (1, {"idle_shutdown": 0}, "idle_shutdown: 0 is not a number of minutes above 0"),
    ],
)
def test_wrong_words_are_refused_before_sending(count: int, options: Any, message: str) -> None:
    cloud, flows = account()
    with pytest.raises(BadRequest, match=message) as caught:
        cloud.run(flows.launch(count, **options))
    assert caught.value.status is None and cloud.sent == []


def test_a_launch_that_never_left_is_repeated() -> None:
    cloud, flows = account(NEVER_LEFT, json_reply([machine("m1")]))
    assert cloud.run(flows.launch(1)).reference.path == ("m1",)
    passwords = {form(request)["userPassword"] for request in cloud.sent}
    assert len(cloud.sent) == 2 and len(passwords) == 1


def own_machines(cloud: Script, *others: dict[str, Any], count: int = 2) -> Callable[[Any], httpx.Response]:
    """The list as a server gives it that did launch ``count`` machines with the password it was sent."""

    def answer(_request: Any) -> httpx.Response:
        password = form(cloud.sent[0])["userPassword"]
        launched = [machine(f"m{number}", userPassword=password) for number in range(1, count + 1)]
        return json_reply([*others, *launched])

    return answer


UNKNOWN_FATES = [
    LOST,
    json_reply({"message": "gateway"}, 504),
    httpx.Response(200, content=b'[{"_id": "m1'),
    httpx.Response(200, html="<h1>Sorry</h1>"),
    json_reply([{}, {}]),
    json_reply([]),
    json_reply([], 202),
]


def of_one_kind(fate: Any) -> type[OptCloudError]:
    if isinstance(fate, TransportError):
        return TransportError
    return ServerError if fate.status_code >= 500 else ResponseMismatch


@pytest.mark.parametrize("fate", UNKNOWN_FATES)
def test_a_launch_of_unknown_fate_is_found_by_its_own_password(fate: Scripted) -> None:
    cloud, flows = account()
    cloud.replies = [fate, own_machines(cloud, machine("other", userPassword="another"), machine("none"))]
    pool = cloud.run(flows.launch(2))
    assert str(pool.reference) == "gurobi:prod/m1/m2"
    assert [request.url.path for request in cloud.sent] == ["/api/launch", "/api/machines"]


@pytest.mark.parametrize("fate", UNKNOWN_FATES)
@pytest.mark.parametrize("count", [0, 1, 3])
def test_otherwise_the_error_says_how_to_look_and_nothing_is_sent_again(fate: Scripted, count: int) -> None:
    cloud, flows = account()
    cloud.replies = [fate, own_machines(cloud, machine("other", "running"), count=count)]
    with pytest.raises(of_one_kind(fate)) as caught:
        cloud.run(flows.launch(2))
    text = str(caught.value)
    assert "the launch may have happened and was not sent again" in text
    assert f"{count} of 2 machines" in text and "other (running)" in text and "machines()" in text
    assert f"kill({[f'm{number}' for number in range(1, count + 1)]!r})" in text
    assert [request.url.path for request in cloud.sent] == ["/api/launch", "/api/machines"]
    assert form(cloud.sent[0])["userPassword"] not in text


def test_a_lost_launch_is_an_unknown_one() -> None:
    cloud, flows = account(LOST, json_reply([]))
    with pytest.raises(TransportError) as caught:
        cloud.run(flows.launch(1))
    assert (caught.value.sent, caught.value.operation) == ("unknown", "launch")
    assert isinstance(caught.value.__cause__, TransportError)


def test_a_given_password_proves_nothing() -> None:
    cloud, flows = account(LOST)
    cloud.replies.append(own_machines(cloud, count=1))
    with pytest.raises(TransportError, match="1 of 1 machines with its password") as caught:
        cloud.run(flows.launch(1, password="same-as-ever"))
    assert "same-as-ever" not in str(caught.value)


@pytest.mark.parametrize("trouble", [json_reply({"message": "down"}, 500), LOST])
def test_when_looking_fails_too_the_launch_is_what_is_reported(trouble: Scripted) -> None:
    cloud, flows = account(LOST, *[trouble] * 4)
    with pytest.raises(TransportError, match="could not be read either") as caught:
        cloud.run(flows.launch(1))
    assert (caught.value.sent, caught.value.operation) == ("unknown", "launch")
    assert [request.url.path for request in cloud.sent].count("/api/launch") == 1


def test_a_refused_launch_needs_no_look() -> None:
    cloud, flows = account(httpx.Response(400, text="Invalid License Id"))
    with pytest.raises(BadRequest, match="Invalid License Id"):
        cloud.run(flows.launch(1))


# ---------------------------------------------------------------- ready, kill


def pool(*states: httpx.Response, size: int = 2) -> tuple[Script, PoolFlows]:
    cloud, flows = account(*states)
    ids = tuple(f"m{number}" for number in range(1, size + 1))
    return cloud, PoolFlows(flows, Reference("gurobi", "prod", ids))


def test_ready_when_all_are() -> None:
    cloud, flows = pool(
        listing("launching"),  # the second is not in the list yet
        listing("pending", "launching"),
        listing("idle", "obtaining license"),
        listing("idle", "provisioning quantum"),  # a word that nobody knows is not ready yet
        listing("running", "idle"),
    )
    machines = cloud.run(flows.wait_ready(pace=PACE))
    assert [(one.id, one.state) for one in machines] == [("m1", "running"), ("m2", "idle")]
    assert len(cloud.slept) == 4


@pytest.mark.parametrize("state", ["launch error", "error", "killing", "shutting down", "gone"])
def test_a_machine_that_is_lost_ends_the_wait(state: str) -> None:
    cloud, flows = pool(listing("idle", "pending"), listing("idle", state))
    with pytest.raises(JobFailed, match=f"a machine cannot be had: idle, {state}") as caught:
        cloud.run(flows.wait_ready(pace=PACE))
    assert caught.value.ref == "gurobi:prod/m1/m2"


def test_the_wait_has_an_end() -> None:
    cloud, flows = pool(*[listing("pending", "pending")] * 3)
    with pytest.raises(WaitTimeout, match="last seen: pending, pending"):
        cloud.run(flows.wait_ready(timeout=2, pace=PACE))


def test_others_machines_are_left_alone() -> None:
    cloud, flows = pool(listing("idle", "idle", "launch error"))
    assert [one.id for one in cloud.run(flows.wait_ready())] == ["m1", "m2"]


@pytest.mark.parametrize("verb", ["wait_ready", "machines"])
def test_the_compute_server_comes_first_in_whatever_order_they_are_listed(verb: str) -> None:
    worker = {"licenseType": "distributed worker"}
    listed = [machine("m3", **worker), machine("m2"), machine("m1", **worker)]
    cloud, flows = pool(json_reply(listed[:2] if verb == "wait_ready" else listed), size=3)
    if verb == "wait_ready":
        cloud.replies.append(json_reply(listed))
    machines = cloud.run(getattr(flows, verb)())
    assert [one.id for one in machines] == ["m2", "m1", "m3"]


def test_kill_is_repeated() -> None:
    cloud, flows = pool()
    cloud.replies = [LOST, json_reply({}, 502), json_reply([machine("m1", "killing")])]
    assert [one.state for one in cloud.run(flows.kill())] == ["killing"]
    assert [json.loads(form(request)["machineIds"]) for request in cloud.sent] == [["m1", "m2"]] * 3
    assert cloud.sent[0].content == b"id=an/access%20id&machineIds=%5B%22m1%22%2C%22m2%22%5D"


def test_one_id_is_one_machine() -> None:
    cloud, flows = account(json_reply([]))
    cloud.run(flows.kill("m17"))
    assert json.loads(form(cloud.sent[0])["machineIds"]) == ["m17"]
