"""Ctrl-C, with real processes and a real SIGINT."""

from __future__ import annotations

import json
import time

import pytest

from cli.conftest import Run
from cli.processes import interrupt, started
from optcloud import OptCloud
from optcloud.adiutaopt.cloud import Planner
from optcloud.aimms.apps.apps import Apps
from optcloud.aimms.cloud import Aimms
from optcloud.aimms.keys.keys import Keys
from optcloud.gurobi.cloud import Gurobi
from optcloud.sandbox import AfterSeconds, Sandbox


def test_a_wait_names_the_job_that_goes_on(sandbox: Sandbox) -> None:
    sandbox.pace = AfterSeconds(3600)
    with started("aimms", "run", "Sandbox", "echo") as process:
        assert process.stderr is not None
        ref = process.stderr.readline().strip().removeprefix("submitted ")
        out, err = interrupt(process)
    assert (process.returncode, out) == (130, "")
    assert err.splitlines()[0] == "interrupted"
    assert f"optcloud job wait {ref}" in err
    assert "Traceback" not in err


def test_a_wait_for_many_names_all_that_go_on(sandbox: Sandbox) -> None:
    sandbox.pace = AfterSeconds(3600)
    with OptCloud() as oc:
        refs = [oc.aimms.run("Sandbox", "echo").ref for _ in range(2)]
    seen = len(sandbox.journal())
    with started("aimms", "tasks", "wait", *refs) as process:
        while len(sandbox.journal()) == seen and process.poll() is None:
            time.sleep(0.01)  # until it has begun to look
        out, err = interrupt(process)
    assert (process.returncode, out) == (130, "")
    assert f"optcloud job wait {refs[0]} {refs[1]}" in err
    assert "Traceback" not in err


def test_following_a_log_ends_at_once(sandbox: Sandbox) -> None:
    sandbox.pace = AfterSeconds(3600)
    with OptCloud() as oc:
        ref = oc.aimms.run("Sandbox", "echo").ref
    with started("aimms", "tasks", "logs", "--follow", ref) as process:
        assert process.stdout is not None
        assert "queued" in process.stdout.readline()  # told as it comes, although stdout is a pipe
        _, err = interrupt(process)
    assert (process.returncode, err) == (130, "interrupted\n")


@pytest.mark.parametrize(
    ("owner", "verb", "arguments", "look"),
    [
        (Aimms, "run", ("aimms", "run", "Sandbox", "echo"), "optcloud aimms tasks list"),
        (Gurobi, "launch", ("gurobi", "launch", "1"), "optcloud gurobi machines list"),
        (Apps, "publish", ("aimms", "publish", __file__), "optcloud aimms apps list"),
        (Keys, "create", ("aimms", "keys", "create", "ci", "--print-secret"), "optcloud aimms keys list"),
        (Planner, "submit", ("adiutaopt", "solve", "-"), "submit the same problem again"),
    ],
)
def test_a_submit_without_an_answer_says_where_to_look(
    sandbox: Sandbox,
    run: Run,
    monkeypatch: pytest.MonkeyPatch,
    owner: type,
    verb: str,
    arguments: tuple[str, ...],
    look: str,
) -> None:
    def pressed(*_arguments: object, **_options: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(owner, verb, pressed)
    result = run(*arguments, stdin=b"{}")
    assert (result.exit_code, result.stdout) == (130, "")
    assert look in result.stderr


@pytest.mark.parametrize("form", ["export", "json"])
def test_sandbox_serves_until_ctrl_c(bare: None, form: str) -> None:
    with started("sandbox", *(["--json"] if form == "json" else [])) as process:
        assert process.stderr is not None
        process.stderr.readline()  # it serves
        out, _ = interrupt(process)
    assert process.returncode == 0
    if form == "json":
        environment = json.loads(out)["environment"]
    else:
        pairs = (line.removeprefix("export ").partition("=") for line in out.splitlines())
        environment = {name: value for name, _, value in pairs}
    assert environment["OPTCLOUD_AIMMS_URL"].startswith("http://127.0.0.1:")
    assert len(environment) == 13
