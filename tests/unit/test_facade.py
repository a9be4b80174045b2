"""The blocking and the asyncio facade offer the same; both keep their promises around the flows."""

import asyncio
import inspect
import subprocess
import sys
import typing
from pathlib import Path
from typing import Any

import httpx
import pytest

import optcloud
from optcloud import client as facade
from optcloud.adiutaopt import cloud as adiutaopt
from optcloud.adiutaopt import user_session as adiutaopt_session
from optcloud.adiutaopt.plans import job as adiutaopt_plan
from optcloud.aimms import cloud as aimms
from optcloud.aimms.apps import access as aimms_access
from optcloud.aimms.apps import apps as aimms_apps
from optcloud.aimms.keys import keys as aimms_keys
from optcloud.aimms.people import people as aimms_people
from optcloud.aimms.services import directory as aimms_directory
from optcloud.aimms.services import secrets as aimms_secrets
from optcloud.aimms.services import sessions as aimms_sessions
from optcloud.aimms.storage import storage as aimms_storage
from optcloud.aimms.tasks import task as aimms_tasks
from optcloud.client_setup import Options, OptionWords
from optcloud.core.errors import ConfigError, JobFailed, TransportError
from optcloud.core.polling import Pace
from optcloud.gurobi import cloud as gurobi
from optcloud.gurobi import pool as pools
from optcloud.gurobi.v2 import named_pools
from optcloud.handles import job as jobs
from optcloud.transport.httpx_mapping import TIMEOUT
from unit.test_drivers import Turned, Wire

PAIRS = [
    (facade.OptCloud, facade.AsyncOptCloud),
    (aimms.Aimms, aimms.AsyncAimms),
    (aimms_tasks.Task, aimms_tasks.AsyncTask),
    (aimms_tasks.Series, aimms_tasks.AsyncSeries),
    (aimms_access.AppRights, aimms_access.AsyncAppRights),
    (aimms_people.People, aimms_people.AsyncPeople),
    (aimms_keys.Keys, aimms_keys.AsyncKeys),
    (aimms_sessions.Sessions, aimms_sessions.AsyncSessions),
    (aimms_secrets.Secrets, aimms_secrets.AsyncSecrets),
    (aimms_directory.Directory, aimms_directory.AsyncDirectory),
    (aimms_apps.Apps, aimms_apps.AsyncApps),
    (aimms_apps.Categories, aimms_apps.AsyncCategories),
    (aimms_storage.Storage, aimms_storage.AsyncStorage),
    (adiutaopt.AdiutaOpt, adiutaopt.AsyncAdiutaOpt),
    (adiutaopt.Planner, adiutaopt.AsyncPlanner),
    (adiutaopt_plan.Plan, adiutaopt_plan.AsyncPlan),
    (adiutaopt_session.UserSession, adiutaopt_session.AsyncUserSession),
    (gurobi.Gurobi, gurobi.AsyncGurobi),
    (pools.Pool, pools.AsyncPool),
    (named_pools.NamedPools, named_pools.AsyncNamedPools),
    (named_pools.NamedPool, named_pools.AsyncNamedPool),
    (jobs.Job, jobs.AsyncJob),
]
# What must be spelt differently in an asyncio world.
SPELT = {"aclose": "close", "__aenter__": "__enter__", "__aexit__": "__exit__"}
NO_IO = {"attach", "batch", "link", "program", "resume", "service"}  # not awaited: nothing is asked


def members(kind: type) -> dict[str, Any]:
    own = {name: getattr(kind, name) for base in kind.__mro__[:-1] for name in vars(base)}
    special = {"__init__", "__enter__", "__exit__", "__aenter__", "__aexit__"}
    return {SPELT.get(name, name): value for name, value in own.items() if not name.startswith("_") or name in special}


def awaited_name(text: str) -> str:
    """Read the asyncio form of a type as the blocking one."""
    return text.replace("Launching", "Pool").replace("Async", "")


def later(returned: str) -> bool:
    """Tell whether what is returned asks by itself, once it is awaited or iterated."""
    return "Launching" in returned or returned.startswith("AsyncIterator")


def signature(member: Any) -> list[tuple[str, Any, Any, str]]:
    parameters = inspect.signature(member).parameters.values()
    return [(one.name, one.kind, one.default, awaited_name(str(one.annotation))) for one in parameters]


@pytest.mark.parametrize(("one", "other"), PAIRS)
def test_the_same_names(one: type, other: type) -> None:
    assert members(one).keys() == members(other).keys()


@pytest.mark.parametrize(("one", "other"), PAIRS)
def test_the_same_signatures_types_and_words(one: type, other: type) -> None:
    for name, member in members(one).items():
        twin = members(other)[name]
        if not inspect.isfunction(member):
            assert type(member) is type(twin)
            assert inspect.getdoc(member) == inspect.getdoc(twin), name
            continue
        assert signature(member) == signature(twin), name
        returned, twins = (str(inspect.signature(each).return_annotation) for each in (member, twin))
        assert awaited_name(twins) == returned, name
        assert name == "__init__" or name in NO_IO or inspect.iscoroutinefunction(twin) or later(twins), name
        assert not inspect.iscoroutinefunction(member)


@pytest.mark.parametrize("kind", [kind for pair in PAIRS for kind in pair])
def test_everything_public_is_documented(kind: type) -> None:
    assert inspect.getdoc(kind)
    for name, member in members(kind).items():
        if not name.startswith("__"):
            assert inspect.getdoc(member), f"{kind.__name__}.{name}"


def test_options_and_their_words_are_the_same() -> None:
    words = typing.get_type_hints(OptionWords, vars(sys.modules["optcloud.client_setup"]))
    fields = typing.get_type_hints(Options)
    assert list(words) == list(fields)
    assert [name for name, kind in words.items() if kind not in (fields[name], fields[name] | None)] == []


def test_a_time_out_is_one_of_an_attempt() -> None:
    assert Options().driver_config().timeout == TIMEOUT
    assert Options(timeout=5).driver_config().timeout == httpx.Timeout(5)
    assert Options(timeout=90).driver_config().timeout == httpx.Timeout(90, connect=10)


# ---------------------------------------------------------------- import


def test_importing_optcloud_is_light() -> None:
    heavy = (
        "httpx msgspec attrs attr aimms_pro adiutaopt adiutaopt_models aimms_pro_models asyncio platformdirs tomllib"
    )
    code = (
        "import sys; before = set(sys.modules); import optcloud; "
        f"print(sorted(set({heavy.split()!r}) & (set(sys.modules) - before)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_every_public_name_is_there() -> None:
    for name in optcloud.__all__:
        assert getattr(optcloud, name) is not None
    assert set(optcloud.__all__) <= set(dir(optcloud))
    assert optcloud.OptCloud is facade.OptCloud and optcloud.Pool is pools.Pool
    with pytest.raises(AttributeError, match="has no attribute 'Cloud'"):
        optcloud.Cloud  # noqa: B018


def test_every_error_of_the_vocabulary_is_public() -> None:
    from optcloud.core import errors

    kinds = {name for name, kind in vars(errors).items() if inspect.isclass(kind) and issubclass(kind, Exception)}
    assert kinds - {"ReplyError"} <= set(optcloud.__all__)


# ---------------------------------------------------------------- around the flows


SETTINGS: Any = {
    "aimms": {"account": "acme", "api_key": "not-a-real-key"},
    "gurobi": {"access_id": "id", "secret_key": "not-a-real-key"},
    "adiutaopt": {
        "url": "https://planner.test",
        "username": "ada",
        "password": "hush-hush",
        "user_pool_id": "eu-central-1_AbC",
        "client_id": "c",
    },
}
CONFIG = """
[prod.aimms]
account = "prod-account"
api_key = "prod-key"
"""


@pytest.fixture
def options(tmp_path: Path) -> Any:
    (tmp_path / "config.toml").write_text(CONFIG)
    return {"config_file": tmp_path / "config.toml", "clock": Turned(), **SETTINGS}


@pytest.mark.parametrize("kind", [facade.OptCloud, facade.AsyncOptCloud])
def test_references_are_attached_without_a_request(kind: Any, options: Any) -> None:
    cloud = kind(**options)
    prefix = "Async" if kind is facade.AsyncOptCloud else ""
    for ref, name in (
        ("aimms:default/6f1c", "Task"),
        ("adiutaopt:default/shift/KEY%3D", "Plan"),
        ("gurobi:default/a/b", "Pool"),
        ("aimms:prod/6f1c", "Task"),
    ):
        job = cloud.attach(ref)
        assert job.ref == ref
        assert repr(job) == f"{prefix}{name}({ref!r})"
    with pytest.raises(ConfigError, match="none of aimms, adiutaopt, gurobi"):
        cloud.attach("cplex:default/1")
    for wrong in ("aimms:default/shift/KEY", "adiutaopt:default/KEY"):
        with pytest.raises(ConfigError, match="is not a"):
            cloud.attach(wrong)
    assert "hush" not in repr(cloud) + repr(cloud._setup) and "real-key" not in repr(cloud._setup)


def test_another_profiles_job_uses_that_profiles_credentials(options: Any) -> None:
    with facade.OptCloud(**options) as cloud:
        cloud.attach("aimms:prod/1")
        hosts = [str(one.aimms._connection.client.base_url.host) for one in (cloud, cloud._others["prod"])]
    assert hosts == ["acme.aimms.cloud", "prod-account.aimms.cloud"]


def launching(cloud: Any, wire: Wire) -> None:
    cloud.gurobi._connection.client._transport._inner = wire


def machine(state: str, name: str = "m1") -> httpx.Response:
    return httpx.Response(200, json=[{"_id": name, "state": state, "DNSName": f"{name}.test", "userPassword": "pw-12"}])


class BodyError(Exception):
    """What a user's own code raises."""


def use(options: Any, wire: Wire, *, awaited: bool, fail: bool = False) -> list[str]:
    """Use a pool as a context manager, in either form; returns its servers."""
    if awaited:

        async def main() -> list[str]:
            async with facade.AsyncOptCloud(**options) as cloud:
                launching(cloud, wire)
                async with cloud.gurobi.launch(1) as pool:
                    if fail:
                        raise BodyError
                    return pool.servers

        return asyncio.run(main())
    with facade.OptCloud(**options) as cloud:
        launching(cloud, wire)
        with cloud.gurobi.launch(1) as pool:
            if fail:
                raise BodyError
            return pool.servers


def paths(wire: Wire) -> list[str]:
    return [request.url.path.removeprefix("/api/") for request in wire.seen]


in_both_forms = pytest.mark.parametrize("awaited", [False, True])


@in_both_forms
def test_machines_are_killed_on_the_way_out(options: Any, awaited: bool) -> None:
    wire = Wire(machine("launching"), machine("pending"), machine("idle"), machine("killing"))
    assert use(options, wire, awaited=awaited) == ["m1.test"]
    assert paths(wire) == ["launch", "machines", "machines", "kill"]


@in_both_forms
def test_machines_are_killed_when_the_body_fails(options: Any, awaited: bool) -> None:
    wire = Wire(machine("launching"), machine("idle"), machine("killing"))
    with pytest.raises(BodyError):
        use(options, wire, awaited=awaited, fail=True)
    assert paths(wire) == ["launch", "machines", "kill"]


@in_both_forms
def test_machines_are_killed_when_one_cannot_be_had(options: Any, awaited: bool) -> None:
    wire = Wire(machine("launching"), machine("launch error"), machine("killing"))
    with pytest.raises(JobFailed):
        use(options, wire, awaited=awaited)
    assert paths(wire) == ["launch", "machines", "kill"]


@in_both_forms
def test_machines_are_killed_when_the_wait_is_interrupted(options: Any, awaited: bool) -> None:
    interruption = asyncio.CancelledError if awaited else KeyboardInterrupt
    wire = Wire(machine("launching"), interruption(), machine("killing"))
    with pytest.raises(interruption):
        use(options, wire, awaited=awaited)
    assert paths(wire) == ["launch", "machines", "kill"]


@in_both_forms
@pytest.mark.parametrize("fail", [False, True])
def test_a_kill_that_fails_says_what_may_still_cost(
    options: Any, awaited: bool, fail: bool, caplog: pytest.LogCaptureFixture
) -> None:
    wire = Wire(machine("launching"), machine("idle"), *[httpx.ReadError("reset")] * 8)
    with pytest.raises(BodyError if fail else TransportError) as caught:
        use(options, wire, awaited=awaited, fail=fail)
    (note,) = caught.value.__notes__
    assert "may still run and cost money; kill them: gurobi:default/m1" in note
    assert "gurobi:default/m1" in caplog.text


def test_a_pool_knows_its_password_without_showing_it(options: Any) -> None:
    with facade.OptCloud(**options) as cloud:
        launching(cloud, Wire(machine("launching"), machine("idle"), machine("killing")))
        pool = cloud.gurobi.launch(1)
        assert (pool.password, pool.servers) == (None, [])
        pool.wait_ready(pace=Pace(jitter=0))
        assert pool.password is not None and pool.password.reveal() == "pw-12"
        assert "pw-12" not in repr(pool) + repr(pool.kill())


def test_what_is_attached_is_what_was_asked_for() -> None:
    settings = {"account": "acme", "api_key": "not-a-real-key"}
    with optcloud.OptCloud("prod", aimms=settings) as oc:
        assert oc.attach("aimms:prod/6f1c", optcloud.Task).ref == "aimms:prod/6f1c"
        with pytest.raises(ConfigError, match=r"aimms:prod/6f1c is the reference of a Task, not of a Plan"):
            oc.attach("aimms:prod/6f1c", optcloud.Plan[Any])
