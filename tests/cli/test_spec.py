"""`optcloud spec`: a thin layer over `openapi_drift`, in a checkout."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from cli.conftest import Run
from openapi_drift.generation import generate
from openapi_drift.generation.findings import Finding, JudgedFindings
from openapi_drift.generation.generate import GenerationOutcome
from specs.conftest import DOCUMENT, make_checkout
from specs.test_fetch import serving, text


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
    found = iter([GenerationOutcome(ran=True, differences={"generated/x": ""}), GenerationOutcome(False, {})])
    monkeypatch.setattr(generate, "generate", lambda root, force, keep_going: next(found))
    assert run("spec", "generate").stdout == "wrote generated/x\n"
    assert run("spec", "generate").stdout == "up to date\n"


def test_generate_tells_what_is_missing_and_what_is_accepted(
    run: Run, checkout: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What was written is data; what is missing is told, and ends with 1: the document has more."""
    finding = Finding("orders-v1", "client", "/paths/~1x/put", "the operation", "why", "PUT /x")
    accepted = {"orders-v1": {"GET /x": 2, "/gone": 0}}
    remark = Finding("orders-v1", "models", "/x", "", "in other words", lost=False)
    outcome = GenerationOutcome(True, {"generated/x": ""}, JudgedFindings((finding,), (remark,), accepted))
    monkeypatch.setattr(generate, "generate", lambda root, force, keep_going: outcome)
    result = run("spec", "generate", "--keep-going")
    assert (result.exit_code, result.stdout) == (1, "wrote generated/x\n")
    assert result.stderr.splitlines() == [
        "2 parts of documents left out, as specs/sources.toml accepts",
        'specs/sources.toml: [orders-v1.accepted] "/gone" matches nothing; remove it',
        "orders-v1, client: PUT /x: the operation: why",
    ]
    assert json.loads(run("spec", "generate", "--json").stdout)["missing"] == [finding.words]
    assert run("spec", "generate", "--notes").stderr.startswith("orders-v1, models: /x: in other words\n")


def test_a_document_that_is_not_fetched_is_an_error(run: Run, checkout: Path) -> None:
    result = run("spec", "fetch", "nosuch", "--json")
    assert result.exit_code == 1
    (record,) = json.loads(result.stdout)
    assert (record["id"], record["fetched"]) == ("nosuch", False)


def test_a_fetch_tells_what_became_of_the_overlay(run: Run, tmp_path: Path) -> None:
    """Below what changed, and as data."""
    root = make_checkout(tmp_path / "checkout")
    newer = json.loads(json.dumps(DOCUMENT))
    newer["components"]["schemas"]["Order"]["properties"]["customer"] = {"type": "string"}
    with serving() as vendor:
        vendor.routes["/spec"] = text(json.dumps(newer), "application/json")
        arguments = ("spec", "fetch", "orders-v1", "--url", f"{vendor.url}/spec", "--root", str(root))
        line = (
            "overlay.yaml: action 1 ($.components.schemas.Order.properties): no longer needed: the document says it now"
        )
        assert run(*arguments).stdout.splitlines()[-1] == f"  {line}"
        (record,) = json.loads(run(*arguments, "--json").stdout)
        assert record["overlay"] == [line]
