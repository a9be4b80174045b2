"""`optcloud gurobi` on the sandbox: what is shown, what is kept, what is killed."""

from __future__ import annotations

import json
import os
import re
import stat
import sys
from pathlib import Path
from typing import Any

import pytest

from cli.conftest import Run
from optcloud import OptCloud
from optcloud.cli.gurobi.rented import Rented
from optcloud.gurobi.cloud import Gurobi
from optcloud.sandbox import AfterPolls, AfterSeconds, Fault, Sandbox

PASSWORD = "planted-machine-password"
LOOK = (
    "import os, pathlib, sys; print(os.environ['OPTCLOUD_GUROBI_POOL']);"
    "file = os.environ['GRB_LICENSE_FILE']; print(file, oct(os.stat(file).st_mode & 0o777));"
    "print(pathlib.Path(file).read_text()); sys.exit(7)"
)


def events(text: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in text.splitlines()]


def alive(sandbox: Sandbox) -> list[str]:
    return [record.id for record in sandbox.gurobi.alive()]


def test_states_are_told_as_they_change_and_a_table_ends_it(
    sandbox: Sandbox, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("optcloud.gurobi.pool_flows.PACE", optcloud_pace())
    sandbox.gurobi.script_launch(others=[{"state": "pending", "reads": 1}, {"state": "obtaining license", "reads": 1}])
    result = run("gurobi", "launch", "2", "--wait")
    assert result.exit_code == 0
    first, second = alive(sandbox)
    lines = result.stderr.splitlines()
    for one in (first, second):
        told = [line for line in lines if line.startswith(f"machine {one}: ")]
        assert told == [f"machine {one}: {state}" for state in ("pending", "obtaining license", "idle")]
    assert lines[-1].startswith("they run until they are killed: optcloud gurobi kill gurobi:default/")
    header, *rows = [line.split("\t") for line in result.stdout.splitlines()]
    fields = "id state dns_name machine_type region license_type created hours idle_shutdown"
    assert header == fields.split()
    assert [row[:2] for row in rows] == [[first, "idle"], [second, "idle"]]
    assert all(row[6].endswith(" UTC") and row[8] == "30 min" for row in rows)


def optcloud_pace() -> Any:
    from optcloud import Pace

    return Pace(first=0.01, longest=0.01)


def test_launched_machines_outlive_the_command_and_are_not_reaped(sandbox: Sandbox, run: Run) -> None:
    record = json.loads(run("gurobi", "launch", "2", "--json").stdout)
    found = json.loads(run("gurobi", "reap", "--json").stdout)
    assert (found["killed"], found["held"]) == ([], [])
    assert [sorted(entry["ids"]) for entry in found["kept"]] == [sorted(alive(sandbox))]
    assert found["kept"][0]["asked"] == {"numMachines": "2", "idleShutdown": "30"}
    assert sorted(machine["id"] for machine in record["machines"]) == sorted(alive(sandbox))


@pytest.mark.parametrize("script", [["launch error"], ["gone"]])
def test_a_machine_that_is_lost_kills_the_others(sandbox: Sandbox, run: Run, script: list[str]) -> None:
    sandbox.pace = AfterSeconds(3600)
    sandbox.gurobi.script_launch([None, [{"state": "pending", "reads": 1}, *script]])
    result = run("gurobi", "launch", "2", "--timeout", "30")
    assert result.exit_code == 3
    assert alive(sandbox) == []
    assert "a machine cannot be had" in result.stderr
    assert "killed, " in result.stderr.splitlines()[-1]


def test_machines_that_are_late_are_killed(sandbox: Sandbox, run: Run) -> None:
    sandbox.pace = AfterSeconds(3600)
    result = run("gurobi", "launch", "1", "--timeout", "0", "--json")
    error = events(result.stderr)[-1]
    assert result.exit_code == error["exit_code"] == 3
    assert "not ready in time, so they were given back" in error["message"]
    assert error["killed"] == [record.id for record in sandbox.gurobi.machines()]
    assert alive(sandbox) == []


def test_the_options_reach_the_vendor(sandbox: Sandbox, run: Run) -> None:
    options = ("--machine-type", "c4.large", "--region", "eu-west-1", "--license-type", "full compute server")
    more = ("--license-id", "95913", "--gurobi-version", "8.0", "--idle-shutdown", "45")
    (machine,) = json.loads(run("gurobi", "launch", "1", *options, *more, "--json").stdout)["machines"]
    assert [machine[name] for name in ("machine_type", "region", "license_type", "license_id", "idle_shutdown")] == [
        "c4.large",
        "eu-west-1",
        "full compute server",
        "95913",
        45,
    ]
    assert "password" not in json.dumps(machine).lower()
    (kept,) = json.loads(run("gurobi", "reap", "--json").stdout)["kept"]
    assert kept["asked"]["GRBVersion"] == "8.0"  # the list of machines does not tell it


def test_words_that_are_not_listed_need_a_flag(sandbox: Sandbox, run: Run) -> None:
    result = run("gurobi", "launch", "1", "--machine-type", "c9.new")
    assert result.exit_code == 1
    assert "here: --allow-unlisted" in result.stderr
    result = run("gurobi", "launch", "1", "--machine-type", "c9.new", "--allow-unlisted")
    assert "Invalid Machine Type" in result.stderr  # sent, and refused by the vendor


def test_no_idle_shutdown_is_warned_of(sandbox: Sandbox, run: Run) -> None:
    result = run("gurobi", "launch", "1", "--idle-shutdown", "0")
    assert "warning: machine " in result.stderr
    assert "idle shutdown is off" in result.stderr
    assert result.stdout.rstrip().endswith("off")


def test_a_license_file_is_the_owners_alone(sandbox: Sandbox, run: Run, secrets: list[str], tmp_path: Path) -> None:
    (tmp_path / "password").write_text(PASSWORD)
    secrets.append(PASSWORD)
    file = tmp_path / "gurobi.lic"
    arguments = ("launch", "1", "--password-file", str(tmp_path / "password"), "--license-file", str(file))
    result = run("gurobi", *arguments)
    assert result.exit_code == 0
    assert file.read_text() == f"COMPUTESERVER={alive(sandbox)[0].lower()}.sandbox.invalid\nPASSWORD={PASSWORD}\n"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert f"export GRB_LICENSE_FILE={file}" in result.stderr


@pytest.mark.parametrize(
    "arguments",
    [
        ("launch", "1", "--no-wait", "--license-file", "gurobi.lic"),
        ("launch", "1", "--license-file", "no-such-folder/gurobi.lic"),
        ("launch", "1", "--idle-shutdown", "-1"),
        ("run", "--", "no-such-program-anywhere"),
        ("run",),
        ("kill",),
        ("kill", "--all", "some"),
    ],
    ids=" ".join,
)
def test_usage_is_found_out_before_anything_costs(sandbox: Sandbox, run: Run, arguments: tuple[str, ...]) -> None:
    result = run("gurobi", *arguments)
    assert (result.exit_code, result.stdout) == (2, "")
    assert sandbox.gurobi.machines() == []


def test_a_launch_of_unknown_fate_says_how_to_look(sandbox: Sandbox, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    launch = Gurobi.launch
    monkeypatch.setattr(Gurobi, "launch", lambda *given, **options: launch(*given, **options, settle=0.0))
    sandbox.faults.add(Fault("drop-before", path="/launch"))
    result = run("gurobi", "launch", "1", "--json")
    error = events(result.stderr)[-1]
    assert result.exit_code == 1
    assert error["sent"] == "unknown"
    assert "here: optcloud gurobi machines list, kill and reap" in error["hints"]


def test_launches_whose_machines_nothing_proves_are_told_with_how_to_look(
    sandbox: Sandbox, run: Run, monkeypatch: pytest.MonkeyPatch, secrets: list[str], tmp_path: Path
) -> None:
    launch = Gurobi.launch
    monkeypatch.setattr(Gurobi, "launch", lambda *given, **options: launch(*given, **options, settle=0.0))
    (tmp_path / "password").write_text(PASSWORD)
    secrets.append(PASSWORD)
    sandbox.faults.add(Fault("drop-before", path="/launch"))
    run("gurobi", "launch", "3", "--password-file", str(tmp_path / "password"), "--region", "eu-west-1")
    for options in (("--dry-run",), ()):
        found = run("gurobi", "reap", *options)
        assert found.exit_code == 0
        assert "optcloud gurobi machines" in found.stderr
        assert "not proven which machines are its own" in found.stdout
        assert "region=eu-west-1" in found.stdout
        assert found.stdout.startswith("nothing to kill\n")
    record = json.loads(run("gurobi", "reap", "--json").stdout)
    assert [entry["count"] for entry in record["unproven"]] == [3]


def test_usage_is_told_to_people_although_the_command_has_json(sandbox: Sandbox, run: Run) -> None:
    assert run("gurobi", "run", "-n", "0", "--", "true", "--json").stderr.startswith("error: ")
    assert run("gurobi", "run", "-n", "0", "--json", "--", "true").stderr.startswith("{")


def test_run_has_machines_of_its_own_and_gives_them_back(
    sandbox: Sandbox, run: Run, capfd: pytest.CaptureFixture[str]
) -> None:
    result = run("gurobi", "run", "-n", "2", "--", sys.executable, "-c", LOOK, "--json")
    said = capfd.readouterr().out
    assert result.exit_code == 7
    ids = [record.id for record in sandbox.gurobi.machines()]
    assert sorted(said.split()[0].removeprefix("gurobi:default/").split("/")) == sorted(ids)
    file, mode, *text = said.split()[1:]
    assert mode == "0o600"
    assert text[0].startswith("COMPUTESERVER=")
    assert not Path(file).exists()
    assert alive(sandbox) == []
    assert result.stderr.splitlines()[-1].startswith("2 machines killed, ")  # no JSON: that option was the command's


def test_run_gives_machines_back_when_the_command_cannot_be_run(sandbox: Sandbox, run: Run, tmp_path: Path) -> None:
    broken = tmp_path / "broken"
    broken.write_text("#!/no/such/interpreter\n")
    broken.chmod(0o755)
    result = run("gurobi", "run", str(broken))
    assert result.exit_code == 1
    assert "1 machine killed, " in result.stderr
    assert alive(sandbox) == []


def test_waiting_for_machines_neither_holds_nor_kills_them(sandbox: Sandbox, run: Run) -> None:
    sandbox.pace = AfterSeconds(3600)
    ref = json.loads(run("gurobi", "launch", "1", "--no-wait", "--json").stdout)["ref"]
    result = run("job", "wait", ref, "--timeout", "0")
    assert result.exit_code == 8
    assert f"optcloud gurobi kill {ref}" in result.stderr
    assert len(alive(sandbox)) == 1
    sandbox.pace = AfterPolls(1)
    assert run("job", "wait", ref).exit_code == 0
    assert len(alive(sandbox)) == 1
    kept = json.loads(run("gurobi", "reap", "--json").stdout)["kept"]
    assert [entry["ids"] for entry in kept] == [alive(sandbox)]


def test_kill_of_a_reference_says_what_had_gone_before(sandbox: Sandbox, run: Run) -> None:
    ref = json.loads(run("gurobi", "launch", "2", "--json").stdout)["ref"]
    first, second = alive(sandbox)
    run("gurobi", "kill", first)
    run("gurobi", "machines", "list")  # at once, the sandbox forgets it by being looked at
    result = run("gurobi", "kill", ref)
    assert result.exit_code == 0
    assert f"gone before: {first}" in result.stderr
    assert "\n1 machine killed, " in result.stderr
    assert result.stderr.count("killed, ") == 1
    assert second in result.stdout
    run("gurobi", "machines", "list")
    result = run("gurobi", "kill", ref)
    assert (result.exit_code, result.stdout) == (0, "no machines were left to kill\n")


def test_a_reference_is_of_its_own_profile(
    sandbox: Sandbox, run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    config, known = tmp_path / "config.toml", sandbox.credentials
    lines = (f'url = "{sandbox.urls.gurobi}"', f'access_id = "{known.gurobi_access_id}"')
    config.write_text("\n".join(("[prod.gurobi]", *lines, f'secret_key = "{known.gurobi_secret_key}"')))
    monkeypatch.setenv("OPTCLOUD_CONFIG", str(config))
    ref = json.loads(run("--profile", "prod", "gurobi", "launch", "1", "--json").stdout)["ref"]
    for name in ("IC_ACCESS_ID", "IC_SECRET_KEY", "OPTCLOUD_GUROBI_URL"):
        monkeypatch.delenv(name)
    assert ref.startswith("gurobi:prod/")
    assert run("job", "wait", ref).exit_code == 0
    assert "1 machine killed, " in run("gurobi", "kill", ref).stderr
    assert alive(sandbox) == []


def test_pools_of_v2_are_neither_waited_for_nor_killed(
    sandbox: Sandbox, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPTCLOUD_GUROBI_API", "v2")
    for arguments in (("job", "wait"), ("gurobi", "kill")):
        result = run(*arguments, "gurobi:default/pool/95912-default")
        assert (result.exit_code, result.stdout) == (1, "")
        assert result.stderr.startswith("error: ")
    for verb in (("launch", "1"), ("reap",), ("kill", "some")):
        assert "v2" in run("gurobi", *verb).stderr


def test_kill_of_ids_is_all_or_nothing_and_explained(sandbox: Sandbox, run: Run) -> None:
    run("gurobi", "launch", "1")
    (one,) = alive(sandbox)
    result = run("gurobi", "kill", one, "nosuch")
    assert result.exit_code == 1
    assert "nothing was killed; not there: nosuch" in result.stderr
    assert f"kill the others: optcloud gurobi kill {one}" in result.stderr
    assert alive(sandbox) == [one]
    killed = events(run("gurobi", "kill", one, "--json").stderr)[-1]
    assert (killed["event"], killed["machines"]) == ("machines killed", [one])


def test_kill_of_all_asks_first(sandbox: Sandbox, run: Run) -> None:
    run("gurobi", "launch", "2")
    assert run("gurobi", "kill", "--all").exit_code == 2
    assert len(alive(sandbox)) == 2
    result = run("gurobi", "kill", "--all", "--yes")
    assert result.exit_code == 0
    assert "2 machines killed, " in result.stderr
    assert alive(sandbox) == []
    run("gurobi", "machines", "list")
    assert run("gurobi", "kill", "--all").stdout == "no machines were left to kill\n"


def test_hours_are_counted(sandbox: Sandbox, run: Run) -> None:
    run("gurobi", "launch", "1")
    with OptCloud() as oc:
        (machine,) = oc.gurobi.machines()
        created = machine.created
        assert created is not None
        hours = machine.hours(oc.gurobi.now())
    assert hours is not None and hours < 1
    listed = json.loads(run("gurobi", "machines", "list", "--json").stdout)
    assert listed[0]["created"] == created.isoformat()
    assert float(listed[0]["hours"]) < 1
    assert set(listed[0]) >= {"idle_shutdown", "create_time", "license_id"}


def test_licenses_that_end_or_are_used_up_are_told(sandbox: Sandbox, run: Run) -> None:
    low = {"licenseId": 7, "credit": "2.50", "expiration": "2026-11-25"}
    sandbox.gurobi.set_licenses([low])
    result = run("gurobi", "licenses", "list")
    assert "warning: license 7: its credit is low (2.50)" in result.stderr
    assert "license 7: it " in result.stderr.splitlines()[1]
    assert "2026-11-25" in result.stdout
    assert json.loads(run("gurobi", "licenses", "list", "--json").stdout)[0] == {
        "id": "7",
        "credit": "2.50",
        "expiration": "2026-11-25",
        "rate_plan": "standard",
    }


def test_a_clock_that_is_off_is_told_once(sandbox: Sandbox, run: Run) -> None:
    sandbox.turn(4000)
    result = run("gurobi", "machines", "list")
    assert result.exit_code == 0
    (line,) = (line for line in result.stderr.splitlines() if "clock" in line)
    seconds = "(3999|4000)"  # a Date header counts whole ones
    assert re.fullmatch(f"this machine's clock is {seconds} s behind that of Gurobi Instant Cloud: corrected for", line)


def test_what_cannot_be_reaped_is_told_once_and_the_command_goes_on(sandbox: Sandbox, run: Run) -> None:
    Path(os.environ["OPTCLOUD_GUROBI_LEDGER"]).write_bytes(b"this is no ledger, but a file of something else\n" * 20)
    result = run("gurobi", "machines", "list")
    assert result.exit_code == 0
    assert result.stderr.count("could not be killed") == 1
    assert "launches cannot be written down there" in result.stderr
    assert run("gurobi", "reap").exit_code == 1


@pytest.mark.parametrize(
    ("written_down", "who"), [(True, "the next command of optcloud gurobi"), (False, "nobody else")]
)
def test_who_kills_what_is_left_depends_on_the_ledger(written_down: bool, who: str) -> None:
    rented = Rented()
    rented.written_down = written_down
    assert rented.what_may_run(("gurobi:default/a/b",), None)[-1].startswith(f"if you do not, {who} kills them")
    assert rented.what_may_run((), "optcloud gurobi machines list")[-1].startswith(f"{who} kills what shows up of it")
