"""Plays all scenes against a sandbox and says which operations each verb and each command reached."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from optcloud import OptCloud
from optcloud.cli.app import app
from optcloud.sandbox import Sandbox
from sandbox import command_scenes, verb_scenes
from sandbox.facades import QUICK_RETRY
from sandbox.recorder import Recorder, every_command

_LEDGER = "OPTCLOUD_GUROBI_LEDGER"
# A process that launches a machine by each ledger, and dies without a word.
_DYING = """
import os, sys
from optcloud import OptCloud
for path in sys.argv[1:]:
    os.environ["OPTCLOUD_GUROBI_LEDGER"] = path
    OptCloud().gurobi.launch(1)
os._exit(0)
"""


def record(folder: Path) -> Recorder:
    """Play everything; files go into the folder. Raises what a verb raises, AssertionError when a command fails."""
    with Sandbox() as sandbox, pytest.MonkeyPatch.context() as patch:
        own = {"OPTCLOUD_CONFIG": os.devnull, "XDG_STATE_HOME": str(folder / "state")}
        for name, value in (sandbox.environment() | own | {_LEDGER: str(folder / "ledger.sqlite3")}).items():
            patch.setenv(name, value)
        recorder = Recorder(sandbox)
        with OptCloud(retry=QUICK_RETRY) as cloud, recorder.watching(cloud):
            for scene in verb_scenes.SCENES:
                scene(cloud, sandbox, folder)
            sandbox.reset()
            for run_scene in command_scenes.SCENES:
                run_scene(lambda line: _run(recorder, line), sandbox, folder)
            sandbox.reset()
            _play_gurobi(recorder, folder, patch)
    return recorder


def _run(recorder: Recorder, line: str) -> str:
    known = set(every_command(typer.main.get_command(app)))
    command, words = command_scenes.words_of(line, known)
    with recorder.running(command):
        outcome = CliRunner().invoke(app, words, input=b"x", prog_name="optcloud")
    return command_scenes.result_of(outcome, line)


def _play_gurobi(recorder: Recorder, folder: Path, patch: pytest.MonkeyPatch) -> None:
    """Each verb and command of Gurobi, as the first of a process that finds a machine of a dead one."""
    count = len(verb_scenes.OF_GUROBI) + len(command_scenes.OF_GUROBI)
    ledgers = [str(folder / f"dead-{number}.sqlite3") for number in range(count)]
    subprocess.run([sys.executable, "-c", _DYING, *ledgers], check=True, env=os.environ)
    for verb in verb_scenes.OF_GUROBI:
        patch.setenv(_LEDGER, ledgers.pop())
        with OptCloud() as cloud:
            verb(cloud, _pool())
    for line in command_scenes.OF_GUROBI:
        patch.setenv(_LEDGER, ledgers.pop())
        _run(recorder, line.format(pool=_pool()))


def _pool() -> str:
    """The reference of a machine that runs until it is killed."""
    with OptCloud(gurobi={"ledger": "off"}) as other:
        pool = other.gurobi.launch(1)
        pool.keep()
        return str(pool.ref)
