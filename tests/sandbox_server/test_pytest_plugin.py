"""The fixtures that users get."""

import os
import subprocess
import sys
from pathlib import Path

USERS_TESTS = """
import os, urllib.request

def ask(sandbox):
    key = {"apikey": sandbox.credentials.aimms_api_key}
    with urllib.request.urlopen(urllib.request.Request(sandbox.urls.aimms + "/version", headers=key)) as reply:
        return reply.status

def test_first(optcloud_sandbox):
    optcloud_sandbox.register("Mine", "run", lambda data, kind: data)
    assert ask(optcloud_sandbox) == 200
    assert len(optcloud_sandbox.journal()) == 1

def test_second_finds_it_clean(optcloud_sandbox):
    assert optcloud_sandbox.journal() == []

def test_environment(optcloud_environment, optcloud_sandbox):
    assert os.environ["OPTCLOUD_AIMMS_URL"] == optcloud_sandbox.urls.aimms
    assert optcloud_environment == optcloud_sandbox.environment()

def test_environment_is_put_back():
    assert "OPTCLOUD_AIMMS_URL" not in os.environ
"""


def test_a_users_tests_get_a_clean_sandbox(tmp_path: Path) -> None:
    tmp_path.joinpath("test_users.py").write_text(USERS_TESTS)
    command = [
        sys.executable,
        "-m",
        "pytest",
        "-q",
        "-W",
        "error",
        "-p",
        "optcloud_sandbox.pytest_plugin",
        str(tmp_path),
    ]
    environment = {name: value for name, value in os.environ.items() if not name.startswith("OPTCLOUD_")}
    environment["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"
    run = subprocess.run(command, capture_output=True, text=True, check=False, cwd=tmp_path, env=environment)
    assert run.returncode == 0, run.stdout + run.stderr
    assert "4 passed" in run.stdout
