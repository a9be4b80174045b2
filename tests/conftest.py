"""What holds for each test, and what the whole run tells at its end (workers of a parallel run do not print)."""

import itertools
import os
import signal
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

_numbers = itertools.count()


def pytest_configure(config: pytest.Config) -> None:
    """Draw the same examples in each run, so that it fails only for a change; others, and more, with `OPTCLOUD_FUZZ=1`.

    No example fails for its time: how fast something is, `nox -s bench` tells.
    """
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:  # in the background: programs that tests interrupt inherit it
        signal.signal(signal.SIGINT, signal.default_int_handler)
    if config.pluginmanager.hasplugin("hypothesispytest"):  # the vendors' clients are tried without it
        from hypothesis import HealthCheck, settings
        from hypothesis.internal.conjecture import providers

        steady = not os.environ.get("OPTCLOUD_FUZZ")
        unhurried = {"deadline": None, "suppress_health_check": [HealthCheck.too_slow]}
        settings.register_profile("suite", **unhurried, derandomize=steady, max_examples=50 if steady else 200)
        settings.load_profile("suite")
        if steady:  # examples are also made of constants of whichever modules are loaded by then: in a run, of luck
            providers._get_local_constants = providers.Constants


@pytest.fixture(scope="session", autouse=True)
def ledgers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A folder for ledgers of launches, in place of the user's own."""
    folder = tmp_path_factory.mktemp("ledgers")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("OPTCLOUD_GUROBI_LEDGER", str(folder / "of-modules.sqlite3"))
        patch.setenv("XDG_STATE_HOME", str(folder / "state"))
        yield folder


@pytest.fixture(autouse=True)
def ledger(ledgers: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The test's own ledger; and machines that it leaves are not killed when the run ends: their sandbox is gone."""
    path = ledgers / f"{next(_numbers)}.sqlite3"
    monkeypatch.setenv("OPTCLOUD_GUROBI_LEDGER", str(path))
    yield path
    if "optcloud.process.exit_guard" in sys.modules:
        held = sys.modules["optcloud.process.exit_guard"]
        for key in list(held._held):
            held.let_go(key)


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """Print what each verb came to on each fault, a table for each cloud."""
    kept = [pair for report in terminalreporter.getreports("passed") for pair in report.user_properties]
    if not kept:
        return
    from sandbox.matrix import OUTCOME, Table

    outcomes = [value for name, value in kept if name == OUTCOME]
    for cloud in dict.fromkeys(outcome["cloud"] for outcome in outcomes):
        terminalreporter.section(f"{cloud}: verbs on faults")
        for line in Table(outcome for outcome in outcomes if outcome["cloud"] == cloud).lines():
            terminalreporter.write_line(line)
