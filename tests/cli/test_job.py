"""`optcloud job`: what nobody knows ends at once, and what is no reference names the forms."""

from __future__ import annotations

import json

import pytest

from cli.conftest import Run
from optcloud import OptCloud
from optcloud.sandbox import AfterSeconds, Sandbox
from optcloud_sandbox.roster import stored

UNKNOWN = {
    "aimms": "aimms:default/6f1c0000000000000000000000000000",
    "adiutaopt": "adiutaopt:default/shift/6f1c0000",
    "gurobi": "gurobi:default/i-6f1c0000",
}
NOT_OFFERED = {  # what a cloud has not, in whichever state a job is
    ("adiutaopt", "stop"),
    ("adiutaopt", "cancel"),
    ("adiutaopt", "delete"),
    *(("gurobi", verb) for verb in ("result", "stop", "cancel", "delete")),
}


@pytest.mark.parametrize("verb", ["wait", "result", "stop", "cancel", "delete"])
@pytest.mark.parametrize("cloud", UNKNOWN)
def test_what_nobody_knows_ends_at_once(sandbox: Sandbox, run: Run, cloud: str, verb: str) -> None:
    result = run("job", verb, UNKNOWN[cloud])
    assert (result.exit_code, result.stdout) == (1 if (cloud, verb) in NOT_OFFERED else 5, "")
    assert UNKNOWN[cloud] in result.stderr
    assert "goes on; resume" not in result.stderr


def test_machines_that_are_only_written_down_may_show_yet(sandbox: Sandbox, run: Run) -> None:
    sandbox.gurobi.script_launch([], unlisted_seconds=3600)
    with OptCloud() as oc:
        pool = oc.gurobi.launch(1)
        pool.keep()
        assert pool.known()
        assert not oc.attach(UNKNOWN["gurobi"]).known()
    result = run("job", "wait", pool.ref, "--timeout", "0")
    assert result.exit_code == 8
    with OptCloud() as oc:
        oc.attach(pool.ref).kill()


def test_a_plan_that_is_known_is_waited_for(sandbox: Sandbox, run: Run) -> None:
    with OptCloud() as oc:
        ref = oc.adiutaopt.shift.submit(stored()).ref
    assert run("job", "wait", ref).exit_code == 0


def test_a_key_that_was_submitted_here_a_moment_ago_may_not_show_yet(sandbox: Sandbox, run: Run) -> None:
    ref = run("adiutaopt", "solve", "-", "--no-wait", stdin=stored()).stdout.strip()
    sandbox.reset()  # which forgets the key
    assert run("job", "wait", ref, "--timeout", "0").exit_code == 8


def test_of_several_the_unknown_is_told_at_once_and_the_others_are_waited_for(sandbox: Sandbox, run: Run) -> None:
    with OptCloud() as oc:
        ref = oc.aimms.run("Sandbox", "echo").ref
    sandbox.pace = AfterSeconds(0.1)
    result = run("job", "wait", UNKNOWN["aimms"], ref, "--json")
    assert result.exit_code == 5
    assert [(record["ref"], record["state"]) for record in json.loads(result.stdout)] == [(ref, "succeeded")]
    said = [json.loads(line) for line in result.stderr.splitlines()]
    assert [(line["event"], line["ref"]) for line in said] == [
        ("not known", UNKNOWN["aimms"]),
        ("error", UNKNOWN["aimms"]),
    ]


@pytest.mark.parametrize(
    "text",
    [
        *("nonsense", "6f1c", "aimms:default", "aimms:default/a/b", "aimms:default/a/1/2", "nobody:default/a"),
        *("adiutaopt:default/x", "adiutaopt:default/nobody/x", "adiutaopt:default/shift/x/y", "gurobi:default"),
    ],
)
def test_what_is_no_reference_names_the_forms(run: Run, text: str) -> None:
    result = run("job", "wait", text)
    assert (result.exit_code, result.stdout) == (2, "")
    for form in ("aimms:PROFILE/TASK", "adiutaopt:PROFILE/PLANNER/KEY", "gurobi:PROFILE/MACHINE"):
        assert form in result.stderr


def test_a_task_that_has_not_begun_cannot_be_cancelled_and_the_way_out_is_told(sandbox: Sandbox, run: Run) -> None:
    words = ("aimms", "run", "Sandbox", "echo", "--delay", "1h", "--no-wait", "--input", "-")
    ref = run(*words, stdin="{}").stdout.strip()
    result = run("job", "cancel", ref)
    assert (result.exit_code, "optcloud job delete" in result.stderr) == (1, True)
    assert run("job", "delete", ref).exit_code == 0
