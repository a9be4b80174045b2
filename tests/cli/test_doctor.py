"""`optcloud doctor`: all clouds, or one; what is not set up is no fault; the exit code by what is at fault."""

from __future__ import annotations

import json
import socket
from typing import Any

import pytest

from cli.conftest import Run
from optcloud import RetryPolicy
from optcloud.sandbox import Fault, Sandbox

ADIUTAOPT, GUROBI = "OPTCLOUD_ADIUTAOPT_", "OPTCLOUD_GUROBI_"


def findings(result: Any, cloud: str) -> dict[str, dict[str, Any]]:
    told = json.loads(result.stdout)["findings"]
    return {finding["check"]: finding for finding in told if finding["cloud"] == cloud}


def leave_out(sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch, *beginnings: str) -> None:
    for name in sandbox.environment():
        if name.startswith(beginnings):
            monkeypatch.delenv(name)


def test_all_clouds_are_well(sandbox: Sandbox, run: Run) -> None:
    result = run("doctor")
    assert result.exit_code == 0
    lines = result.stdout.splitlines()
    assert [line for line in lines if line in {"AIMMS PRO", "adiutaOpt", "Gurobi Instant Cloud"}] == [
        "AIMMS PRO",
        "adiutaOpt",
        "Gurobi Instant Cloud",
    ]
    for words in (
        "settings: url from environment variable OPTCLOUD_ADIUTAOPT_URL",
        "sign-in: signed in as",
        "planner floor: version",
        "key: the key is valid, for",
        "machines: none runs",
    ):
        assert any(line.startswith(f"fine         {words}") for line in lines), words
    assert "fault" not in result.stdout
    assert json.loads(run("doctor", "--json").stdout)["ok"] is True


def test_a_cloud_without_settings_is_not_set_up_which_is_no_fault(
    sandbox: Sandbox, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    leave_out(sandbox, monkeypatch, "OPTCLOUD_AIMMS", ADIUTAOPT)
    result = run("doctor", "--json")
    assert result.exit_code == 0
    assert findings(result, "aimms")["settings"]["verdict"] == "not set up"
    assert findings(result, "gurobi")["key"]["verdict"] == "fine"
    named = run("doctor", "aimms", "--json")
    assert named.exit_code == 4
    assert findings(named, "aimms")["credentials"]["verdict"] == "fault"


def test_nothing_set_up_at_all_is_4_and_says_how_to_begin(run: Run) -> None:
    result = run("doctor")
    assert result.exit_code == 4
    assert "optcloud config init" in result.stderr and "optcloud sandbox" in result.stderr


def test_settings_that_are_half_there_are_a_fault(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("IC_ACCESS_ID", "fake-id")
    result = run("doctor", "--json")
    assert result.exit_code == 4
    assert list(findings(result, "gurobi")) == ["credentials"]
    assert "OptCloud(" not in run("doctor").stdout + run("doctor", "--json").stdout  # the words of the command line


@pytest.mark.parametrize(
    ("cloud", "variable", "check"),
    [
        ("aimms", "OPTCLOUD_AIMMS_API_KEY", "key"),
        ("adiutaopt", "OPTCLOUD_ADIUTAOPT_PASSWORD", "sign-in"),
        ("gurobi", "IC_SECRET_KEY", "key"),
    ],
)
def test_a_wrong_credential_is_4_with_its_mend(
    sandbox: Sandbox,
    run: Run,
    secrets: list[str],
    monkeypatch: pytest.MonkeyPatch,
    cloud: str,
    variable: str,
    check: str,
) -> None:
    secrets.append("planted-wrong")
    monkeypatch.setenv(variable, "planted-wrong")
    result = run("doctor", cloud, "--json")
    assert result.exit_code == 4
    told = findings(result, cloud)
    assert told[check]["verdict"] == "fault" and told[check]["hint"]
    assert list(told.values())[-1]["verdict"] == "not checked"


@pytest.mark.parametrize(
    ("cloud", "variable", "check"),
    [
        ("aimms", "OPTCLOUD_AIMMS_URL", "host"),
        ("adiutaopt", "OPTCLOUD_ADIUTAOPT_COGNITO_URL", "sign-in"),
        ("adiutaopt", "OPTCLOUD_ADIUTAOPT_URL", "host"),
        ("gurobi", "OPTCLOUD_GUROBI_URL", "host"),
    ],
)
def test_an_address_that_does_not_answer_is_named_with_its_setting(
    sandbox: Sandbox, run: Run, monkeypatch: pytest.MonkeyPatch, cloud: str, variable: str, check: str
) -> None:
    with socket.socket() as bound:
        bound.bind(("127.0.0.1", 0))
        address = f"127.0.0.1:{bound.getsockname()[1]}"
        monkeypatch.setenv(variable, f"http://{address}/pro-api/v2" if cloud == "aimms" else f"http://{address}")
        result = run("doctor", cloud, "--json")
    assert result.exit_code == (4 if check == "sign-in" else 1)
    told = findings(result, cloud)[check]
    assert told["verdict"] == "fault"
    assert f"{address} (from environment variable {variable})" in told["words"]
    assert "nothing listens there" in told["hint"]


def test_an_error_of_the_wire_points_to_the_doctor(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(RetryPolicy, "backoff", lambda _policy, _attempt: 0.0)
    with socket.socket() as bound:
        bound.bind(("127.0.0.1", 0))
        monkeypatch.setenv("OPTCLOUD_GUROBI_URL", f"http://127.0.0.1:{bound.getsockname()[1]}")
        for name in ("IC_ACCESS_ID", "IC_SECRET_KEY"):
            monkeypatch.setenv(name, "fake-text")
        result = run("gurobi", "licenses")
    assert result.exit_code == 1
    assert "  nothing listens there: is the address right, is it running?\n" in result.stderr
    assert result.stderr.endswith("  find out why: optcloud doctor gurobi\n")


def test_what_bites_later_is_a_warning(sandbox: Sandbox, run: Run) -> None:
    sandbox.faults.add(Fault("status", vendor="adiutaopt", path="floor", status=403, times=None))
    result = run("doctor", "adiutaopt", "--json")
    assert result.exit_code == 0
    assert findings(result, "adiutaopt")["planner floor"]["verdict"] == "warning"


def test_nobody_else_is_a_cloud(run: Run) -> None:
    result = run("doctor", "amazon")
    assert result.exit_code == 2
    assert "'amazon' is none of aimms, adiutaopt, gurobi" in result.stderr


def test_the_clouds_have_it_as_a_hidden_command(sandbox: Sandbox, run: Run) -> None:
    for cloud in ("aimms", "adiutaopt", "gurobi"):
        assert run(cloud, "doctor", "--json").stdout == run("doctor", cloud, "--json").stdout
        assert "doctor" not in run(cloud, "--help").stdout
