"""Thirty tasks of AIMMS PRO on the sandbox, by a process that is killed: run again, it goes on where it was."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from optcloud import OptCloud
from optcloud.batch.ledger.ledger import JobLedger
from optcloud.batch.progress import BatchCounts
from optcloud.sandbox import AfterSeconds, Sandbox
from patience import eventually

JOBS = 30
PROGRAM = """
import json, sys
from optcloud import OptCloud
from optcloud.batch.jobs import Timings

with OptCloud() as oc:
    batch = oc.batch("spring", store=sys.argv[1])
    batch.add(
        oc.aimms.service("Sandbox", "echo"),
        ({"id": f"s{n}", "n": n} for n in range(int(sys.argv[2]))),
        key="id", chunk=10, timings=Timings(start=1.0, send=2.0, skew=0.5),
    )
    print(batch.run(limit=30))
"""


@pytest.fixture
def sandbox(monkeypatch: pytest.MonkeyPatch) -> Iterator[Sandbox]:
    with Sandbox() as sandbox:
        for name, value in sandbox.environment().items():
            monkeypatch.setenv(name, value)
        monkeypatch.setenv("OPTCLOUD_CONFIG", os.devnull)
        sandbox.pace = AfterSeconds(0.5)
        yield sandbox


def begin(store: Path) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", PROGRAM, str(store), str(JOBS)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=dict(os.environ),
    )


def submits(sandbox: Sandbox) -> int:
    return sum(1 for entry in sandbox.journal() if entry.method == "POST" and "tasks" in entry.path)


def test_sigterm_lets_replies_be_noted(sandbox: Sandbox, tmp_path: Path) -> None:
    store = tmp_path / "spring.sqlite"
    with OptCloud() as oc:
        with begin(store) as process:
            eventually(lambda: submits(sandbox) >= 5)
            process.send_signal(signal.SIGTERM)
            _, err = process.communicate()
        assert process.returncode == 128 + signal.SIGTERM
        assert "nothing is lost: run it again" in err
        with JobLedger.open(store) as ledger:
            noted = {row.ref for row in ledger.rows("spring")} - {None}
        assert noted == {str(task.reference) for task in oc.aimms.tasks(app="Sandbox")}
        assert oc.batch("spring", store=store).run() == BatchCounts(ok=JOBS)
        assert len(list(oc.aimms.tasks(app="Sandbox"))) == JOBS
