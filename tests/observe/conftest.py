"""The observer on the sandbox, and on small documents."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from optcloud.sandbox import AtOnce, Sandbox


@pytest.fixture(scope="session")
def running() -> Iterator[Sandbox]:
    with Sandbox(pace=AtOnce()) as sandbox:
        yield sandbox


@pytest.fixture
def sandbox(running: Sandbox, monkeypatch: pytest.MonkeyPatch) -> Iterator[Sandbox]:
    """A sandbox that the environment points at, and nothing observed."""
    for name, value in running.environment().items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("OPTCLOUD_CONFIG", os.devnull)
    for name in ("OPTCLOUD_OBSERVE", "OPTCLOUD_OBSERVE_DOCUMENTS"):
        monkeypatch.delenv(name, raising=False)
    yield running
    running.reset()


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """Where shapes are written."""
    return tmp_path / "observed.jsonl"
