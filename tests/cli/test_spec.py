"""`optcloud spec`: a thin layer over `openapi_drift`, in a checkout."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from cli.conftest import Run
from openapi_drift.generation import generate
from openapi_drift.generation.generate import GenerationOutcome


@pytest.fixture
def checkout(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "specs").mkdir()
    (tmp_path / "specs" / "sources.toml").write_text("")
    (tmp_path / "deep").mkdir()
    monkeypatch.chdir(tmp_path / "deep")
    return tmp_path


@pytest.mark.parametrize("command", ["fetch", "generate", "check"])
def test_outside_a_checkout(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, command: str) -> None:
    monkeypatch.chdir(tmp_path)
    result = run("spec", command)
    assert result.exit_code == 1
    assert "specs/sources.toml" in result.stderr
    assert "--root" in result.stderr


def test_check_finds_the_checkout_and_never_passes_for_want_of_anything_to_check(run: Run, checkout: Path) -> None:
    result = run("spec", "check")
    assert (result.exit_code, result.stdout) == (1, "")
    assert "nothing to check" in result.stderr


def test_generate_tells_what_it_wrote(run: Run, checkout: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        generate, "generate", lambda root, force: GenerationOutcome(ran=True, differences={"generated/x": ""})
    )
    assert run("spec", "generate").stdout == "wrote generated/x\n"
    monkeypatch.setattr(generate, "generate", lambda root, force: GenerationOutcome(ran=False, differences={}))
    assert run("spec", "generate").stdout == "up to date\n"


def test_a_document_that_is_not_fetched_is_an_error(run: Run, checkout: Path) -> None:
    result = run("spec", "fetch", "nosuch", "--json")
    assert result.exit_code == 1
    (record,) = json.loads(result.stdout)
    assert (record["id"], record["fetched"]) == ("nosuch", False)
