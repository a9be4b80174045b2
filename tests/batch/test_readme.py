"""The page on batches says what is true: its example runs (its tutorial: `batch_runs.test_tutorial`)."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import Any

import pytest

from optcloud import OptCloud
from optcloud.sandbox import Sandbox

PAGE = Path(__file__).parents[2] / "adapters" / "optcloud" / "batch" / "README.md"
TEXT = PAGE.read_text(encoding="utf-8")
(EXAMPLE,) = re.findall(r"```python\n(.*?)```", TEXT, flags=re.DOTALL)


def test_the_example_runs(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.chdir(tmp_path)
    lines = [f'{{"id": "s{number}", "costs": [{number}]}}\n' for number in range(20)]
    Path("scenarios.jsonl").write_text("".join(lines))
    with Sandbox() as sandbox:
        for name, value in (sandbox.environment() | {"OPTCLOUD_CONFIG": os.devnull}).items():
            monkeypatch.setenv(name, value)
        sandbox.register("Scheduling", "solve", lambda data, content_type: (data, content_type))
        code = EXAMPLE.replace(', version="1.4"', "")
        known: dict[str, Any] = {"OptCloud": OptCloud}
        exec(compile(code, str(PAGE), "exec"), known)
        tasks = len([entry for entry in sandbox.journal() if entry.method == "POST" and entry.status == 200])
    printed = capsys.readouterr().out
    assert "20 ok, 0 running, 0 new" in printed
    assert "s7 {'id': 's7', 'costs': [7]}" in printed
    assert Path("results.parquet").exists()
    assert tasks >= 20
