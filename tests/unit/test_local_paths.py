"""Paths on this machine: what no file can be called is refused by its argument, and every other name is kept."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from optcloud import OptCloud
from optcloud.adiutaopt.planners import SHIFT
from optcloud.adiutaopt.plans.receipts import Receipt
from optcloud.adiutaopt.problem.problem import problem_bytes
from optcloud.adiutaopt.solution.solution import Solution
from optcloud.aimms.tasks.result import TaskResult
from optcloud.core.errors import ConfigError
from optcloud.core.local_paths import local_path
from optcloud.core.reference import Reference
from optcloud.core.settings import GurobiSettings
from optcloud.core.settings_sources import Config
from optcloud.gurobi import client_license

SETTINGS: dict[str, Any] = {
    "aimms": {"url": "https://127.0.0.1:1/pro-api/v2", "api_key": "not-a-real-key"},
    "adiutaopt": {"url": "https://127.0.0.1:1"},
    "gurobi": {"access_id": "not-a-real-id", "secret_key": "not-a-real-key", "url": "https://127.0.0.1:1"},
}
SOLUTION = Solution(b'{"tasks": [], "workers": []}', SHIFT)
RECEIPT = Receipt(ref="adiutaopt:default/shift/KEY", key="KEY", planner="shift")
TASK = Reference.parse("aimms:default/6f1c")
WAYS: dict[str, tuple[str, Callable[[OptCloud, str], object]]] = {
    "config_file": ("argument config_file", lambda oc, path: OptCloud(config_file=path)),
    "observe": ("observe", lambda oc, path: OptCloud(observe=path, **SETTINGS).aimms),
    "ledger": ("gurobi.ledger", lambda oc, path: OptCloud(gurobi=SETTINGS["gurobi"] | {"ledger": path}).gurobi),
    "run": ("input", lambda oc, path: oc.aimms.run("app", "service", version="1", input=Path(path))),
    "task.save": ("path", lambda oc, path: oc.aimms.attach(TASK).save(path)),
    "task.save_log": ("path", lambda oc, path: oc.aimms.attach(TASK).save_log(path)),
    "result.save": ("path", lambda oc, path: TaskResult(b"", "").save(path)),
    "sessions.save_log": ("path", lambda oc, path: oc.aimms.sessions.save_log("task", "6f1c", path)),
    "upload": ("source", lambda oc, path: oc.aimms.storage.upload(path, "/icons/logo")),
    "download": ("to", lambda oc, path: oc.aimms.storage.download("/icons/logo", path)),
    "people": ("source", lambda oc, path: oc.aimms.people.apply(f"{path}.csv")),
    "store": ("place of a secret", lambda oc, path: oc.aimms.keys.create("ci", ["tasks"], [], store=Path(path))),
    "file:": ("place of a secret", lambda oc, path: oc.aimms.keys.create("ci", ["tasks"], [], store=f"file:{path}")),
    "problem": ("problem", lambda oc, path: problem_bytes(path, SHIFT)),
    "solution.load": ("path", lambda oc, path: Solution.load(path)),
    "solution.save": ("path", lambda oc, path: SOLUTION.save(path)),
    "to_csv": ("path", lambda oc, path: SOLUTION.to_csv(path)),
    "to_excel": ("path", lambda oc, path: SOLUTION.to_excel(path)),
    "gantt": ("path", lambda oc, path: SOLUTION.gantt(f"{path}.html")),
    "receipt.save": ("path", lambda oc, path: RECEIPT.save(path)),
    "receipt.load": ("path", lambda oc, path: Receipt.load(path)),
    "license": ("path", lambda oc, path: client_license.environment(path)),
}


@pytest.mark.parametrize("name", ["a\0b", "a\ud800b"])
@pytest.mark.parametrize("way", WAYS)
def test_what_no_file_can_be_called_is_refused_by_its_argument(
    way: str, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is a `ConfigError` wherever a person gives a path, before anything is sent."""
    monkeypatch.delenv("OPTCLOUD_GUROBI_LEDGER", raising=False)
    argument, give = WAYS[way]
    with OptCloud(**SETTINGS) as oc, pytest.raises(ConfigError) as caught:
        give(oc, name)
    assert str(caught.value).startswith(argument)
    assert str(caught.value).isprintable()


@given(st.text(st.characters(), min_size=1))
def test_exactly_what_the_system_refuses_to_look_for_is_refused(name: str) -> None:
    """The system raises `ValueError` for a name that it cannot look for, `OSError` for one that it does not find."""
    try:
        os.stat(name)  # noqa: PTH116 - a Path passes over the difference
    except OSError:
        possible = True
    except ValueError:
        possible = False
    else:
        possible = True
    try:
        assert local_path(name) == Path(name)
    except ConfigError:
        assert not possible
    else:
        assert possible


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere the names of files are text")
@given(st.binary(min_size=1, max_size=40).filter(lambda name: not {0, 47} & {*name} and name not in {b".", b".."}))
def test_names_of_any_bytes_are_kept(tmp_path_factory: pytest.TempPathFactory, name: bytes) -> None:
    """A file whose name is no UTF-8 is written, read and sent like any other."""
    path = tmp_path_factory.mktemp("names") / os.fsdecode(name)
    assert SOLUTION.save(path) == path
    assert Solution.load(str(path)).raw == SOLUTION.raw
    assert os.listdir(os.fsencode(path.parent)) == [name]  # noqa: PTH208 - as bytes


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere the names of files are text")
def test_settings_may_name_files_of_any_bytes(tmp_path: Path) -> None:
    """The ledger and the file of a key are found by names that are no UTF-8."""
    key = tmp_path / "key\udcff"
    key.write_text("not-a-real-key")
    key.chmod(0o600)
    environment = {
        "IC_ACCESS_ID": "not-a-real-id",
        "IC_SECRET_KEY": f"file:{key}",
        "OPTCLOUD_GUROBI_LEDGER": str(tmp_path / "ledger\udcff"),
    }
    settings = Config.load(path=os.devnull, environment=environment).settings(GurobiSettings)
    assert settings.secret_key.reveal() == "not-a-real-key"
    assert settings.ledger == environment["OPTCLOUD_GUROBI_LEDGER"]
