"""The examples on the page of Gurobi run as they are written, and what it says of names is so."""

from __future__ import annotations

import os
import re
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from optcloud import OptCloud
from optcloud.gurobi import errors, launch_options, launching, models, pool_flows, reaping
from optcloud.sandbox import Sandbox

PAGE = Path(__file__).parents[2] / "adapters" / "optcloud" / "gurobi" / "README.md"


@pytest.fixture
def gurobipy(monkeypatch: pytest.MonkeyPatch) -> list[dict[str, str]]:
    """What is used of gurobipy, in its place: ``Env`` as a context manager; the parameters that it was given."""
    given: list[dict[str, str]] = []

    class Env:
        def __init__(self, *, params: dict[str, str]) -> None:
            given.append(dict(params))

        def __enter__(self) -> Env:
            return self

        def __exit__(self, *_: object) -> None:
            """Close nothing."""

    module = ModuleType("gurobipy")
    module.Env = Env  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "gurobipy", module)
    return given


@pytest.fixture
def environment(sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name, value in (sandbox.environment() | {"OPTCLOUD_CONFIG": os.devnull}).items():
        monkeypatch.setenv(name, value)
    monkeypatch.chdir(tmp_path)


@pytest.mark.usefixtures("environment")
def test_the_examples_run(sandbox: Sandbox, gurobipy: list[dict[str, str]], capsys: pytest.CaptureFixture[str]) -> None:
    examples = re.findall(r"```python\n(.*?)```", PAGE.read_text(encoding="utf-8"), flags=re.DOTALL)
    assert len(examples) == 4
    known: dict[str, Any] = {}
    for code in examples:
        if known and "oc" in known:
            known["oc"] = OptCloud()  # the page goes on with one that is open
        exec(compile(code, str(PAGE), "exec"), known)
        if "oc" in known:
            known["oc"].close()
    first, second, third = sandbox.gurobi.machines()[:2], sandbox.gurobi.machines()[2:], sandbox.gurobi.alive()
    assert (len(first), len(second), third) == (2, 3, [])
    assert [params["ComputeServer"] for params in gurobipy] == [f"{first[0].id.lower()}.sandbox.invalid"]
    assert Path("gurobi.lic").read_text().startswith("COMPUTESERVER=")
    assert "95912 659.56 2031-06-30" in capsys.readouterr().out


def test_what_the_page_says_is_so() -> None:
    text = PAGE.read_text(encoding="utf-8")
    for kind in errors.NAMED_REFUSALS.values():
        assert f"`{kind.__name__}`" in text
    for module, name in re.findall(r"`(launching|pool_flows|reaping|connection|models)\.(\w+)", text):
        assert hasattr(__import__(f"optcloud.gurobi.{module}", fromlist=[name]), name), (module, name)
    numbers = (launch_options.IDLE_SHUTDOWN, launching.SETTLE, pool_flows.UNLISTED, reaping.LAG, reaping.LATE)
    assert numbers == (30, 20, 60, 300, 3600)
    assert (models.LOW_CREDIT, models.NEAR_END.days) == (10, 14)
