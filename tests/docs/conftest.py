"""Pages and examples of the documentation, run on the sandbox: what `nox -s docs` runs, beside the suite."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest

from optcloud.sandbox import Sandbox

sys.path.insert(0, str(Path(__file__).parents[2] / "adapters" / "docs"))


@pytest.fixture
def sandbox(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Sandbox]:
    """The sandbox that `optcloud sandbox` starts, and an environment that knows nothing but it."""
    state, config = tmp_path / "state", tmp_path / "config.toml"
    config.touch(0o600)
    monkeypatch.setenv("OPTCLOUD_CONFIG", str(config))
    for name in ("XDG_STATE_HOME", "XDG_CONFIG_HOME", "XDG_CACHE_HOME"):
        monkeypatch.setenv(name, str(state))
    monkeypatch.setenv("NO_COLOR", "1")
    with Sandbox() as sandbox:
        for name, value in sandbox.environment().items():
            monkeypatch.setenv(name, value)
        if hasattr(sandbox, "register_samples"):
            sandbox.register_samples()
        else:
            sandbox.register("Scheduling", "solve", lambda data, content_type: (data, content_type))
        yield sandbox


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
