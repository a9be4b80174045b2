"""API v2 of Gurobi on the sandbox, through both drivers: pools are started, waited for and scaled; keys are refused."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from optcloud.core.errors import (
    AuthError,
    BadRequest,
    ConfigError,
    NotFound,
    TransportError,
    Unsupported,
    WaitTimeout,
)
from optcloud.core.flow import Flow
from optcloud.core.reference import Reference
from optcloud.core.settings import GurobiSettings
from optcloud.gurobi.v2.account import GurobiV2Account
from optcloud.gurobi.v2.connection import policy
from optcloud.sandbox import Fault, Sandbox
from optcloud.transport.asynchronous import AsyncConnection
from optcloud.transport.blocking import Connection
from optcloud.transport.httpx_mapping import DriverConfig
from optcloud_sandbox.gurobi.callers import ACCOUNT_KEY, LICENSE_KEY
from sandbox.facades import FAST, QUICK_RETRY, launched

DEFAULT = "95912-default"
Run = Callable[[Flow[Any]], Any]
Opener = Callable[..., tuple[GurobiV2Account, Run]]


@pytest.fixture(params=["blocking", "asyncio"])
def connect(request: pytest.FixtureRequest, sandbox: Sandbox) -> Iterator[Opener]:
    """A function that connects with a key: the account, and what runs its flows."""
    opened: list[Any] = []
    loop = asyncio.new_event_loop()

    def connecting(access_id: str = ACCOUNT_KEY.access_id, secret_key: str = ACCOUNT_KEY.secret_key) -> Any:
        url = f"{sandbox.urls.gurobi}/v2"
        way = policy(GurobiSettings(api="v2", url=url, access_id=access_id, secret_key=secret_key), QUICK_RETRY)
        account = GurobiV2Account("prod", way.redact)
        if request.param == "blocking":
            blocking = Connection(way, DriverConfig())
            opened.append(blocking.close)
            return account, blocking.run
        connection = AsyncConnection(way, DriverConfig())
        opened.append(lambda: loop.run_until_complete(connection.aclose()))
        return account, lambda flow: loop.run_until_complete(connection.run(flow))

    yield connecting
    for close in opened:
        close()
    loop.close()


@pytest.fixture
def cloud(connect: Opener) -> tuple[GurobiV2Account, Run]:
    return connect()


def starts(sandbox: Sandbox) -> int:
    return len([entry for entry in sandbox.journal() if entry.method == "POST" and entry.path.endswith("/machines")])


def test_a_pool_from_its_making_to_its_end_by_itself(cloud: tuple[GurobiV2Account, Run], stepwise: Sandbox) -> None:
    account, run = cloud
    pool = run(account.create_pool("fresh", machine_type="c4.large", compute_servers=2, idle_shutdown=5))
    assert pool.id == "95912-fresh"
    assert run(pool.machines()) == []
    machines = run(pool.start_and_wait(pace=FAST))
    assert [(one.machine_type, one.ready, one.idle_shutdown) for one in machines] == [("c4.large", True, 5)] * 2
    assert starts(stepwise) > 1
    assert len(stepwise.gurobi.machines()) == 2  # however often it was asked for
    assert [one.id for one in run(pool.members())] == [one.id for one in machines]
    assert run(pool.details()).compute_servers == 2
    stepwise.turn(6 * 60)
    assert stepwise.gurobi.alive() == []


def test_starting_once_says_whether_it_is_ready(cloud: tuple[GurobiV2Account, Run], sandbox: Sandbox) -> None:
    account, run = cloud
    pool = account.pool(DEFAULT)
    assert [run(pool.start()), run(pool.start())] == [False, True]
    assert starts(sandbox) == 2


def test_a_wait_that_is_over_leaves_the_pool_alone(cloud: tuple[GurobiV2Account, Run], stepwise: Sandbox) -> None:
    account, run = cloud
    with pytest.raises(WaitTimeout, match="last seen: starting") as caught:
        run(account.pool(DEFAULT).start_and_wait(timeout=0))
    again = account.attach(Reference.parse(caught.value.ref))
    assert [one.ready for one in run(again.start_and_wait(pace=FAST))] == [True]
    assert len(stepwise.gurobi.machines()) == 1


def test_a_lost_start_is_not_sent_again_by_itself(cloud: tuple[GurobiV2Account, Run], sandbox: Sandbox) -> None:
    account, run = cloud
    sandbox.faults.add(Fault("drop-after", path="/machines$", times=1))
    with pytest.raises(TransportError, match="may be starting") as caught:
        run(account.pool(DEFAULT).start())
    assert (caught.value.sent, starts(sandbox)) == ("unknown", 1)
    assert len(sandbox.gurobi.alive()) == 1


def test_a_wait_goes_on_through_lost_replies(cloud: tuple[GurobiV2Account, Run], sandbox: Sandbox) -> None:
    account, run = cloud
    sandbox.faults.add(Fault("drop-after", path="/machines$"), Fault("status", path="/machines$", status=503))
    assert len(run(account.pool(DEFAULT).start_and_wait(pace=FAST))) == 1
    assert len(sandbox.gurobi.machines()) == 1


def test_scaling_and_listing(cloud: tuple[GurobiV2Account, Run], sandbox: Sandbox) -> None:
    account, run = cloud
    pool = account.pool(DEFAULT)
    run(pool.scale(3))
    machines = run(pool.start_and_wait(pace=FAST))
    assert len(machines) == 3
    listed = run(account.machines())
    assert {one.id for one in listed} == {one.id for one in machines}
    one = run(account.machine(machines[0].id))
    assert (one.id, one.created) == (machines[0].id, machines[0].created)
    assert one.created is not None


def test_licenses(cloud: tuple[GurobiV2Account, Run]) -> None:
    account, run = cloud
    assert [(one.id, str(one.credit)) for one in run(account.licenses())] == [("95912", "659.56"), ("95913", "20.0")]


def test_a_license_key_reaches_its_license_only(connect: Opener) -> None:
    account, run = connect(LICENSE_KEY.access_id, LICENSE_KEY.secret_key)
    assert [one.id for one in run(account.licenses())] == ["95913"]
    with pytest.raises(NotFound, match="there is no pool 95912-default"):
        run(account.pool(DEFAULT).details())


def test_a_key_of_v1_is_refused_without_being_shown(connect: Opener, sandbox: Sandbox) -> None:
    known = sandbox.credentials
    account, run = connect(known.gurobi_access_id, known.gurobi_secret_key)
    with pytest.raises(AuthError, match="there is no such API v2 key") as caught:
        run(account.licenses())
    assert known.gurobi_secret_key not in str(caught.value)
    assert len(sandbox.journal()) == 1


def test_the_vendors_words_of_a_refusal(cloud: tuple[GurobiV2Account, Run], sandbox: Sandbox) -> None:
    account, run = cloud
    with pytest.raises(BadRequest, match="Invalid Machine Type"):
        run(account.create_pool("fresh", machine_type="abacus"))
    with pytest.raises(BadRequest, match="does not know the field region"):
        run(account.create_pool("fresh", more={"region": "us-east-1"}))
    with pytest.raises(NotFound, match="not published"):
        run(account.call("DELETE", f"/pools/{DEFAULT}/machines"))
    assert len(sandbox.journal()) == 3


# ---------------------------------------------------------------- by the facade


@pytest.fixture
def second(open_cloud: Callable[..., Any], sandbox: Sandbox) -> Any:
    """The facade with a key of v2."""
    url, key = f"{sandbox.urls.gurobi}/v2", ACCOUNT_KEY
    settings = {"api": "v2", "url": url, "access_id": key.access_id, "secret_key": key.secret_key}
    return open_cloud(gurobi=settings)


def test_the_facade_speaks_v2_by_the_verbs_of_v1(second: Any) -> None:
    assert "95912" in [one.id for one in second.gurobi.licenses()]
    pool = second.gurobi.pools.attach(DEFAULT)
    assert pool.ref == f"gurobi:default/pool/{DEFAULT}"
    machines = pool.start_and_wait(pace=FAST)
    assert [one.id for one in second.gurobi.machines()] == [one.id for one in machines]
    assert second.gurobi.machine(machines[0].id).id == machines[0].id
    assert second.attach(pool.ref).details().id == DEFAULT
    assert second.gurobi.call("get", f"/pools/{DEFAULT}")


def test_a_pool_of_ones_own_is_made_and_scaled(second: Any, sandbox: Sandbox) -> None:
    pool = second.gurobi.pools.create("small", compute_servers=1)
    pool.start_and_wait(pace=FAST)
    pool.scale(2)
    assert pool.details().compute_servers == 2
    assert [one.id for one in pool.members()] == [one.id for one in pool.machines()]


def test_what_is_not_published_is_said_and_nothing_is_sent(second: Any, sandbox: Sandbox) -> None:
    pool = second.gurobi.pools.attach(DEFAULT)
    gurobi = second.gurobi
    attempts: list[Callable[[], Any]] = [
        lambda: launched(gurobi.launch(1)),
        lambda: gurobi.kill(["m1"]),
        gurobi.reap,
        gurobi.survey,
        gurobi.pools.list,
        pool.kill,
        pool.delete,
        pool.__enter__,
    ]
    for attempt in attempts:
        with pytest.raises(Unsupported, match="not published"):
            attempt()
    assert sandbox.journal() == []


def test_each_api_says_what_the_other_has(second: Any, open_cloud: Callable[..., Any], sandbox: Sandbox) -> None:
    first = open_cloud()
    with pytest.raises(Unsupported, match='api = "v2"'):
        _ = first.gurobi.pools
    with pytest.raises(Unsupported, match="licenses, machines, launch and kill"):
        first.gurobi.call("get", "/pools")
    with pytest.raises(ConfigError, match="it names a pool of API v2"):
        first.attach(f"gurobi:default/pool/{DEFAULT}")
    with pytest.raises(ConfigError, match='api = "v1"'):
        second.attach("gurobi:default/m1/m2")
    with pytest.raises(NotFound, match="machine 'nowhere'"):
        first.gurobi.machine("nowhere")


def test_there_is_no_document_to_hold_v2_to_so_nothing_is_observed(
    open_cloud: Callable[..., Any], sandbox: Sandbox, tmp_path: Path
) -> None:
    url, key = f"{sandbox.urls.gurobi}/v2", ACCOUNT_KEY
    settings = {"api": "v2", "url": url, "access_id": key.access_id, "secret_key": key.secret_key}
    watched = open_cloud(gurobi=settings, observe=tmp_path / "observed.jsonl")
    assert watched.gurobi.licenses()
    assert list(tmp_path.iterdir()) == []
