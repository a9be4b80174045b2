"""The examples of tasks on the page of AIMMS PRO run as they are written."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import Any

import pytest

from optcloud import OptCloud
from optcloud.sandbox import Sandbox
from unit.test_drivers import Turned

PAGE = Path(__file__).parents[2] / "adapters" / "optcloud" / "aimms" / "README.md"


def test_the_examples_of_tasks_run(
    sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for name, value in sandbox.environment().items():
        monkeypatch.setenv(name, value)
    sandbox.register("Scheduling", "solve", lambda data, content_type: (data, content_type))
    tasks = PAGE.read_text(encoding="utf-8").partition("## Tasks\n")[2].partition("\n## ")[0]
    examples = re.findall(r"```python\n(.*?)```", tasks, flags=re.DOTALL)
    assert len(examples) == 6
    with OptCloud(config_file=os.devnull, clock=Turned()) as oc:
        known: dict[str, Any] = {"oc": oc, "payload": {"costs": [1]}}
        for code in examples:
            exec(compile(code, str(PAGE), "exec"), known)
    printed = capsys.readouterr().out
    assert printed.count("State.SUCCEEDED") == 20
    assert "20 20" in printed
    assert known["handle"]("PUT", "/hooks/aimms?task_uuid=1") == 403
    assert known["handle"]("GET", "") == 405
    sandbox.forget_services()
