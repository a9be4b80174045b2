"""Each variant of a document is adopted by one command, and the facade works with what came of it, or it is refused."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from adoption.adopted_packages import GENERATED
from adoption.variants import ROOT, VARIANTS, Variant
from openapi_drift.sources import load_sources
from specs.test_fetch import serving, text

ADOPTED = [name for name, variant in VARIANTS.items() if not variant.refused]
REFUSED = [name for name, variant in VARIANTS.items() if variant.refused]
UNMATCHED = [name for name, variant in VARIANTS.items() if variant.unmatched]
CARRY_ON = "--keep-going"
# The tests of the facade on the sandbox, by source; those of what is sent and answered are run for all.
FACADE = {
    "aimms-pro-v2": (
        "aimms",
        "aimms_apps",
        "aimms_access",
        "aimms_keys",
        "aimms_logs",
        "aimms_people",
        "aimms_storage",
    ),
    "adiutaopt-v6": ("adiutaopt", "adiutaopt_problems", "adiutaopt_sign_in"),
}
pytestmark = pytest.mark.timeout(1200)  # all generators run, and then a part of the suite


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A copy of all that an adoption reads or writes."""
    root = tmp_path / "checkout"
    for folder in ("adapters", "generated", "specs"):
        shutil.copytree(ROOT / folder, root / folder, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", root)
    return root


def content(root: Path) -> dict[str, bytes]:
    """All files of a checkout."""
    found = (path for path in root.rglob("*") if path.is_file() and "__pycache__" not in path.parts)
    return {str(path.relative_to(root)): path.read_bytes() for path in found}


def run(*command: str | Path, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run a program by this Python, outside of the test run around it."""
    around = {name: value for name, value in os.environ.items() if not name.startswith(("PYTEST", "COV"))}
    settings = around | {"OPTCLOUD_AIMMS_API_KEY": "fake-key-for-tests-only", "PYTHONDONTWRITEBYTECODE": "1"}
    return subprocess.run(
        [sys.executable, *command],
        cwd=ROOT,
        env=settings | environment,
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )


def adopt(checkout: Path, variant: Variant, *options: str) -> subprocess.CompletedProcess[str]:
    """Have the variant served, and adopt it."""
    with serving() as server:
        server.routes["/openapi.yaml"] = text(variant.text)
        url = f"{server.url}/openapi.yaml"
        command: list[str | Path] = ["-m", "optcloud", "spec", "adopt", variant.source, *options]
        path = os.pathsep.join(str(checkout / folder) for folder in ("adapters", "generated"))
        return run(*command, "--url", url, "--root", checkout, PYTHONPATH=path)


def facade_suite(checkout: Path, source: str) -> subprocess.CompletedProcess[str]:
    """Run the facade's tests with the packages of the checkout."""
    generated = checkout / "generated"
    tests = ["tests/contract", "tests/adoption/adopted_packages.py"]
    tests += [f"tests/sandbox/test_{name}.py" for name in FACADE[source]]
    environment = {"PYTHONPATH": str(generated), GENERATED: str(generated)}
    return run("-m", "pytest", "-n", "2", "-p", "no:cacheprovider", *tests, **environment)


@pytest.mark.parametrize("name", ADOPTED)
def test_the_facade_works_with_what_is_adopted(checkout: Path, name: str) -> None:
    variant = VARIANTS[name]
    adopted = adopt(checkout, variant, *([CARRY_ON] if variant.unmatched else []))
    assert adopted.returncode == 0, adopted.stdout + adopted.stderr
    entry = load_sources(checkout)[variant.source]
    assert entry.provenance == "downloaded"
    assert entry.document.read_text(encoding="utf-8") == variant.text
    assert entry.id in adopted.stdout
    assert "adopted.yaml" in adopted.stdout  # the report names what was called otherwise
    suite = facade_suite(checkout, variant.source)
    assert suite.returncode == 0, adopted.stdout + suite.stdout + suite.stderr
    current = run("-m", "openapi_drift", "--root", checkout, "generate", "--check")
    assert current.returncode == 0, current.stdout + current.stderr


def test_a_document_that_is_adopted_twice_stays_as_it_was(checkout: Path) -> None:
    """What the vendor's word superseded stays out, though the document that is here says that word by now."""
    known = VARIANTS["aimms-2026"]
    word = re.compile("( *)- interrupt-execution\n")
    assert word.search(known.text)
    variant = replace(known, text=word.sub(r"\1- interrupt-now\n", known.text))
    assert adopt(checkout, variant, CARRY_ON).returncode == 0
    once = content(checkout)
    assert b"superseded" in once[f"specs/{variant.source}/adopted.yaml"]
    again = adopt(checkout, variant, CARRY_ON)
    assert again.returncode == 0, again.stderr
    assert content(checkout) == once


@pytest.mark.parametrize("name", REFUSED)
def test_what_the_facade_cannot_do_without_is_told_and_nothing_is_changed(checkout: Path, name: str) -> None:
    variant, before = VARIANTS[name], content(checkout)
    refused = adopt(checkout, variant, CARRY_ON)
    assert refused.returncode == 1, refused.stdout + refused.stderr
    assert variant.refused in refused.stderr
    assert content(checkout) == before


@pytest.mark.parametrize("name", UNMATCHED)
def test_a_correction_without_a_place_asks_a_person(checkout: Path, name: str) -> None:
    before = content(checkout)
    refused = adopt(checkout, VARIANTS[name])
    assert refused.returncode == 1, refused.stdout + refused.stderr
    assert "overlay.yaml" in refused.stderr
    assert CARRY_ON in refused.stderr
    assert content(checkout) == before
