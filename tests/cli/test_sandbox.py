"""`optcloud sandbox`: for a program, in the background, and what is published on it."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import urllib.request
from pathlib import Path
from typing import Any

import pytest

from cli.conftest import Run
from cli.processes import interrupt, started
from optcloud import OptCloud
from optcloud.cli.child import run_child
from optcloud.cli.sandbox import background
from optcloud.cli.sandbox.services import AppService
from optcloud.core.settings import AdiutaOptSettings, AimmsSettings, GurobiSettings
from optcloud.process.exit_guard import Ended, in_order
from optcloud.process.owners import owners_of

REPORT = """
import json, os, sys, urllib.request
url = os.environ["OPTCLOUD_SANDBOX_URL"]
request = urllib.request.Request(os.environ["OPTCLOUD_AIMMS_URL"] + "/applications")
request.add_header("apikey", os.environ["OPTCLOUD_AIMMS_API_KEY"])
apps = json.load(urllib.request.urlopen(request))["applications"]
report = {"apps": [app["project"]["name"] for app in apps], "environment": dict(os.environ)}
open(sys.argv[1], "w").write(json.dumps(report))
sys.exit(7)
"""


def test_a_program_has_a_sandbox_of_its_own(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    astray = {setting.env for kind in (AimmsSettings, AdiutaOptSettings, GurobiSettings) for setting in kind.SETTINGS}
    for name in astray | {"OPTCLOUD_PROFILE"}:
        monkeypatch.setenv(name, "elsewhere")
    file = tmp_path / "report.json"
    result = run("sandbox", "--app", "Fleet", "--", sys.executable, "-c", REPORT, str(file))
    report = json.loads(file.read_text())
    assert (result.exit_code, result.stdout) == (7, "")
    assert "not the vendors" in result.stderr
    assert report["apps"] == ["Sandbox", "Scheduling", "Fleet"]
    assert "elsewhere" not in report["environment"].values()
    assert report["environment"]["OPTCLOUD_CONFIG"] == os.devnull
    with pytest.raises(OSError, match="refused"):
        urllib.request.urlopen(report["environment"]["OPTCLOUD_SANDBOX_URL"])


def test_a_signal_is_handed_on_to_the_program(bare: None, tmp_path: Path) -> None:
    program = f"trap 'touch {tmp_path}/told; kill $!; exit 3' TERM; sleep 300 & echo ready; wait"
    with started("sandbox", "--", "sh", "-c", program) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        interrupt(process, signal.SIGTERM)
    assert process.returncode == 128 + signal.SIGTERM
    assert (tmp_path / "told").exists()


def test_a_signal_while_the_program_is_being_started_reaches_it(monkeypatch: pytest.MonkeyPatch) -> None:
    begun: list[subprocess.Popen[bytes]] = []

    class Interrupted(subprocess.Popen[bytes]):
        def __init__(self, *arguments: Any, **options: Any) -> None:
            super().__init__(*arguments, **options)
            begun.append(self)
            signal.raise_signal(signal.SIGTERM)

    monkeypatch.setattr(subprocess, "Popen", Interrupted)
    try:
        with pytest.raises(Ended), in_order():
            run_child(["sleep", "300"], os.environ)
        assert [child.returncode for child in begun] == [-signal.SIGTERM]
    finally:
        for child in begun:
            child.kill()
            child.wait()


def test_in_the_background_until_it_is_stopped(run: Run, secrets: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    secrets.clear()  # the published ones are what it prints
    monkeypatch.setenv("OPTCLOUD_PROFILE", "prod")
    said = json.loads(run("sandbox", "--detach", "--idle", "2m", "--json").stdout)
    assert said["unset"] == ["OPTCLOUD_PROFILE"]
    monkeypatch.delenv("OPTCLOUD_PROFILE")
    for name, value in said["environment"].items():
        monkeypatch.setenv(name, value)
    with OptCloud() as oc:
        plan = oc.aimms.run("Scheduling", "solve", input={"machines": 3}).result(30).json()
    assert len(plan["machines"]) == 3
    assert [process.url for process in background.serving()] == [said["url"]]
    assert json.loads(run("sandbox", "--stop", "--json").stdout) == {"ended": said["url"]}
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.1", int(said["url"].rpartition(":")[2])))
    assert f"no sandbox serves at {said['url']}" in run("sandbox", "--stop").stdout


def test_the_background_that_does_not_begin_says_why(run: Run) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        result = run("sandbox", "--detach", "--port", str(taken.getsockname()[1]))
    assert (result.exit_code, result.stdout) == (1, "")
    assert "in use" in result.stderr


class Registry:
    """The state folder, with sandboxes of this very process in it: it lives, and is not to be ended."""

    def __init__(self) -> None:
        self.folder = background._folder()
        self.me = owners_of(self.folder).me()

    def add(self, port: int, **other: Any) -> str:
        url = f"http://127.0.0.1:{port}"
        entry = {"url": url, "pid": self.me.pid, "owner": self.me.name, "host": self.me.host} | other
        (self.folder / f"{port}.json").write_text(json.dumps(entry))
        return url


def test_which_one_is_stopped_must_be_clear(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    registry = Registry()
    ended: list[int] = []
    monkeypatch.setattr(os, "kill", lambda pid, _: ended.append(pid))
    monkeypatch.setattr(background, "_lives", lambda _owners, process: process.pid not in ended)
    for port in (4001, 4002):
        registry.add(port, pid=port)
    several = run("sandbox", "--stop")
    assert several.exit_code == 2
    assert "--port 4001, 4002" in several.stderr
    assert run("sandbox", "--stop", "--port", "4002").stdout == "ended the sandbox at http://127.0.0.1:4002\n"
    assert "no sandbox serves on port 4003" in run("sandbox", "--stop", "--port", "4003").stdout
    assert ended == [4002]
    monkeypatch.setenv("OPTCLOUD_SANDBOX_URL", "http://127.0.0.1:4009")
    assert "no sandbox serves at http://127.0.0.1:4009" in run("sandbox", "--stop").stdout
    monkeypatch.delenv("OPTCLOUD_SANDBOX_URL")
    assert run("sandbox", "--stop").exit_code == 0
    assert ended == [4002, 4001]


def test_dead_ones_and_broken_notes_count_for_nothing(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    registry = Registry()
    registry.add(4001, owner="0" * 32)  # nobody holds its lock
    registry.add(4002, host="elsewhere")
    (registry.folder / "4003.json").write_text("{")
    monkeypatch.setattr(os, "kill", lambda *_: pytest.fail("nobody is to be ended"))
    assert run("sandbox", "--stop").stdout == "no sandbox serves\n"
    assert not (registry.folder / "4001.json").exists()


def test_one_that_goes_on_is_told(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    Registry().add(4001)
    monkeypatch.setattr(os, "kill", lambda *_: None)
    monkeypatch.setattr(background, "PATIENCE", 0)
    result = run("sandbox", "--stop")
    assert result.exit_code == 1
    assert "has not ended yet" in result.stderr


def test_services_are_files_and_functions(tmp_path: Path) -> None:
    (tmp_path / "answer.json").write_text("{}")
    (tmp_path / "helping.py").write_text("WORD = b'far'")
    (tmp_path / "fleet.py").write_text("import helping\ndef route(data, content_type):\n    return data + helping.WORD")
    file = AppService.read(f"Fleet:plan={tmp_path}/answer.json")
    function = AppService.read(f"Fleet:route={tmp_path}/fleet.py:route")
    assert (file.app, file.name, file.answer(b"", "")) == ("Fleet", "plan", (b"{}", "application/json"))
    assert function.answer(b"so ", "") == b"so far"
    (tmp_path / "answer.json").write_text("[]")
    assert file.answer(b"", "")[0] == b"[]"


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("--service", "Fleet"), "write APP:SERVICE=FILE"),
        (("--service", "Fleet:route="), "write APP:SERVICE=FILE"),
        (("--service", "Fleet:route=nothing.json"), "there is no file nothing.json"),
        (("--service", "Fleet:route=nothing.py:route"), "there is no file nothing.py"),
        (("--service", "Fleet:route=broken.py:route"), "broken.py cannot be run: ZeroDivisionError"),
        (("--service", "Fleet:route=empty.py:route"), "empty.py has no function 'route'"),
        (("--service", "Fleet:route=empty.py"), "say which function answers"),
        (("--pace", "slow"), "is none of at-once"),
        (("--idle", "soon"), "is no time such as 30s"),
        (("--idle", "0s"), "is no time such as 30s"),
        (("--", "no-such-program"), "there is no program 'no-such-program'"),
        (("--detach", "--stop"), "no sense together with --detach"),
        (("--stop", "--", "sh"), "no sense together with COMMAND"),
    ],
)
def test_what_cannot_be_served_is_refused(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, arguments: tuple[str, ...], words: str
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "broken.py").write_text("1 / 0")
    (tmp_path / "empty.py").write_text("")
    result = run("sandbox", *arguments)
    assert (result.exit_code, result.stdout) == (2, "")
    assert words in result.stderr
