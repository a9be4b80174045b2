"""What gurobipy is told to solve on launched machines."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from optcloud.core.errors import BadRequest, Conflict
from optcloud.core.secret import MASK, Secret
from optcloud.gurobi.client_license import (
    ClientSettings,
    MachineAccess,
    client_env,
    environment,
    license_text,
    parameters,
)
from optcloud.gurobi.models import WORKER, Machine

PASSWORD = Secret("fake-password")


def machine(name: str, **more: Any) -> Machine:
    known = {"_id": name, "state": "idle", "DNSName": f"{name}.test", "licenseType": "full compute server"}
    return Machine.read({**known, "userPassword": "fake-password", **more})


def worker(name: str, **more: Any) -> Machine:
    return machine(name, licenseType=WORKER, **more)


# ---------------------------------------------------------------- from machines


def test_servers_and_workers_are_told_apart() -> None:
    access = MachineAccess.to(
        [worker("w1"), machine("s1"), worker("w2", state="running"), machine("s2", licenseType="light x")]
    )
    assert access == MachineAccess(("s1.test", "s2.test"), ("w1.test", "w2.test"), PASSWORD)
    assert access.parameters() == parameters(access.servers, access.workers, PASSWORD)
    assert access.license_text() == license_text(access.servers, PASSWORD)
    assert "fake-password" not in repr(access)


@pytest.mark.parametrize("make", [machine, worker])
@pytest.mark.parametrize(
    ("fields", "message"),
    [
        (
            {"DNSName": "-", "state": "pending"},
            r"machine m1: its name is not known yet \(state 'pending'\); wait_ready",
        ),
        ({"userPassword": None}, "machine m1: its password is not known"),
        ({"state": "killing"}, "machine m1: takes no jobs, since it is in state 'killing'"),
        ({"state": "launch error", "DNSName": "-"}, "machine m1: takes no jobs, since it is in state 'launch error'"),
    ],
)
def test_a_machine_that_cannot_be_reached(make: Any, fields: dict[str, Any], message: str) -> None:
    with pytest.raises(Conflict, match=message) as caught:
        MachineAccess.to([machine("s1"), make("m1", **fields)])
    assert caught.value.status is None


@pytest.mark.parametrize("machines", [[], [worker("w1")]])
def test_workers_alone_take_no_jobs(machines: list[Machine]) -> None:
    with pytest.raises(BadRequest, match="none of them is a compute server"):
        MachineAccess.to(machines)


def test_machines_of_several_launches_do_not_mix() -> None:
    with pytest.raises(BadRequest, match="their passwords differ") as caught:
        MachineAccess.to([machine("s1"), worker("w1", userPassword="fake-other")])
    assert "fake-" not in str(caught.value)


# ---------------------------------------------------------------- parameters


def test_parameters_of_one_server() -> None:
    assert parameters(["s1.test"], [], PASSWORD) == {"ComputeServer": "s1.test", "ServerPassword": "fake-password"}


def test_parameters_with_workers() -> None:
    assert parameters(["s1.test", "s2.test:61000"], iter(["w1.test", "w2.test"]), PASSWORD) == {
        "ComputeServer": "s1.test,s2.test:61000",
        "ServerPassword": "fake-password",
        "WorkerPool": "w1.test,w2.test",
        "WorkerPassword": "fake-password",
    }


def test_one_name_is_one_machine() -> None:
    given = parameters("s1.test", "w1.test", PASSWORD)
    assert (given["ComputeServer"], given["WorkerPool"]) == ("s1.test", "w1.test")


def test_settings_are_a_dictionary_that_does_not_show_passwords() -> None:
    settings = [parameters(["s1.test"], ["w1.test"], PASSWORD), client_env(["s1.test"], PASSWORD, version="8.0")]
    for one in settings:
        assert isinstance(one, ClientSettings)
        assert isinstance(one, dict)
        for shown in (repr(one), str(one), f"{one}", repr([one])):
            assert "fake-password" not in shown
            assert "s1.test" in shown
            assert MASK in shown
        assert "fake-password" in one.values()


@pytest.mark.parametrize(
    ("version", "name"),
    [("7.0", "computeServers"), ("7.5", "computeServers"), ("8.0", "computeServer"), ("9.5", "computeServer")],
)
def test_arguments_of_an_older_client(version: str, name: str) -> None:
    assert client_env(["s1.test", "s2.test"], PASSWORD, version=version) == {
        "logfilename": "",
        name: "s1.test,s2.test",
        "password": "fake-password",
    }


@pytest.mark.parametrize("version", ["", "6.5", "12.0", "80"])
def test_arguments_that_are_not_documented(version: str) -> None:
    with pytest.raises(BadRequest, match=r"version: Env.ClientEnv of .* use parameters\(\)"):
        client_env(["s1.test"], PASSWORD, version=version)


# ---------------------------------------------------------------- file


def test_the_file() -> None:
    text = license_text(["s1.test", "s2.test"], PASSWORD)
    assert text.reveal() == "COMPUTESERVER=s1.test,s2.test\nPASSWORD=fake-password\n"
    assert "fake-password" not in repr(text) + str(text)


def test_the_variable_that_names_it() -> None:
    expected = {"GRB_LICENSE_FILE": str(Path("/tmp/fake/gurobi.lic"))}
    assert environment(Path("/tmp/fake/gurobi.lic")) == environment(expected["GRB_LICENSE_FILE"]) == expected


# ---------------------------------------------------------------- what would break it


@pytest.mark.parametrize(
    "name", ["a,b", "a b", "a\nPASSWORD=x", "a\n", " a", "a=b", "http://a", "a:", "a:b", ".", "a-", "ä.test"]
)
@pytest.mark.parametrize("what", ["servers", "workers"])
def test_a_name_that_is_none(what: str, name: str) -> None:
    names = {"servers": ["s1.test"], "workers": ["w1.test"]}
    names[what].append(name)
    with pytest.raises(BadRequest, match=rf" {what}\[1\]: .* is no name of a machine"):
        parameters(names["servers"], names["workers"], PASSWORD)


@pytest.mark.parametrize("name", ["-", "", None])
def test_a_name_that_is_not_known_yet(name: str | None) -> None:
    for build in (
        lambda: license_text(["s1.test", name], PASSWORD),
        lambda: client_env(["s1.test", name], PASSWORD, version="7.5"),
        lambda: parameters(["s0.test"], ["s1.test", name], PASSWORD),
    ):
        with pytest.raises(Conflict, match=r"\[1\]: its name is not known yet; wait_ready\(\) first"):
            build()


def test_no_server_at_all() -> None:
    with pytest.raises(BadRequest, match="servers: at least one"):
        license_text([], PASSWORD)


@pytest.mark.parametrize(
    ("password", "message"),
    [
        ("", "it is empty"),
        ("fake\nCOMPUTESERVER=x", "line break"),
        *((f"fake{mark}pw", "cannot be printed") for mark in ("\r", "\0", "\t", "\x85", "\u2028", "\ud800")),
        (" fake", "a blank"),
        ("fake ", "a blank"),
    ],
)
def test_a_password_that_would_break_it(password: str, message: str) -> None:
    for build in (
        lambda: license_text(["s1.test"], Secret(password)),
        lambda: client_env(["s1.test"], Secret(password), version="7.5"),
        lambda: parameters(["s1.test"], [], Secret(password)),
    ):
        with pytest.raises(BadRequest, match=rf"password: .*{message}") as caught:
            build()
        assert "fake" not in str(caught.value)


NAMES = st.lists(st.text("ab-.:0, \n=#", min_size=1, max_size=6), min_size=1, max_size=3)


@given(NAMES, st.text("ab#= ,\n\r\t\x0b\x85\u2028ä", max_size=6))
def test_what_is_not_refused_is_read_back_as_it_was(names: list[str], password: str) -> None:
    """Read as the vendor says: lines of PROPERTY=value, # for comments, names parted by commas."""
    try:
        text = license_text(names, Secret(password)).reveal()
    except (BadRequest, Conflict):
        return
    read = dict(line.split("=", 1) for line in text.splitlines() if not line.startswith("#"))
    assert read == {"COMPUTESERVER": ",".join(names), "PASSWORD": password.strip()}
    assert read["PASSWORD"] == password
    assert read["COMPUTESERVER"].split(",") == names
