"""Each variant is a whole document, and differs from the one here as it says."""

from __future__ import annotations

import copy
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from adoption.document_edits import drop_notes, objects, operations
from adoption.variants import VARIANTS, corrected, original
from openapi_drift.documents.document import parse_openapi


def document(name: str) -> Any:
    return parse_openapi(VARIANTS[name].text, name, "yaml")


def ids(content: Any) -> list[str]:
    return [operation["operationId"] for operation in operations(content)]


@pytest.mark.parametrize("name", VARIANTS)
def test_each_is_a_document_of_its_own(name: str) -> None:
    assert not any(key.startswith("x-") for each in objects(document(name)) for key in each if isinstance(key, str))
    assert document(name) not in (original(VARIANTS[name].source), corrected(VARIANTS[name].source))
    found = ids(document(name))
    assert len(set(found)) == len(found)
    for path, item in document(name)["paths"].items():
        for described in (each for each in item.values() if "operationId" in each):
            # References of the documents here lead to headers only.
            listed = [*item.get("parameters", []), *described.get("parameters", [])]
            assert sorted(each["name"] for each in listed if each.get("in") == "path") == sorted(
                re.findall(r"\{(\w+)\}", path)
            )


def test_they_are_written_as_files_the_same_each_time(tmp_path: Path) -> None:
    script = Path(__file__).with_name("variants.py")
    folders = [tmp_path / seed for seed in ("1", "2")]
    for folder in folders:
        environment = os.environ | {"PYTHONHASHSEED": folder.name}
        subprocess.run([sys.executable, script, folder], env=environment, check=True, capture_output=True)
    first, second = ({path.name: path.read_text() for path in folder.iterdir()} for folder in folders)
    assert sorted(first) == sorted(f"{name}.yaml" for name in VARIANTS)
    assert first == second
    for name, variant in VARIANTS.items():
        assert first[f"{name}.yaml"].endswith(f"\n{variant.text}")


@pytest.mark.parametrize("source", ["aimms-pro-v2", "adiutaopt-v6"])
def test_three_of_each_can_be_adopted(source: str) -> None:
    adopted = [variant for variant in VARIANTS.values() if variant.source == source and not variant.refused]
    assert len(adopted) >= 3
    assert any(variant.unmatched for variant in adopted)


@pytest.mark.parametrize("cloud", ["aimms", "adiutaopt"])
def test_tags_and_operations_are_called_otherwise(cloud: str) -> None:
    variant, here = document(f"{cloud}-tags"), copy.deepcopy(original(VARIANTS[f"{cloud}-tags"].source))
    tags, before = ({tag["name"] for tag in content["tags"]} for content in (variant, here))
    assert len(tags - before) >= 3
    assert variant["servers"] != here["servers"]
    changed = [(old, new) for old, new in zip(ids(here), ids(variant), strict=True) if old != new]
    assert len(changed) >= 8
    assert all(old.lower() == new.lower() for old, new in changed)
    drop_notes(here)
    assert variant["components"] == here["components"]


@pytest.mark.parametrize("cloud", ["aimms", "adiutaopt"])
def test_schemas_are_called_otherwise_and_say_more(cloud: str) -> None:
    variant, here = document(f"{cloud}-schemas"), original(VARIANTS[f"{cloud}-schemas"].source)
    assert variant["openapi"] == "3.0.3"
    assert len(variant["components"]["schemas"].keys() - here["components"]["schemas"].keys()) >= 20
    said = list(objects(variant))
    assert {"int64"} < {each.get("format") for each in said} | {"none"}
    assert sum(each.get("nullable") is True for each in said) >= 3
    assert not any("const" in each for each in said)
    assert len(ids(variant)) == len(ids(here)) + 1


@pytest.mark.parametrize("cloud", ["aimms", "adiutaopt"])
def test_a_newer_document_says_what_the_overlay_adds(cloud: str) -> None:
    source = VARIANTS[f"{cloud}-2026"].source
    variant, here, overlaid = document(f"{cloud}-2026"), original(source), corrected(source)
    added = overlaid["paths"].keys() - here["paths"].keys()
    assert added <= variant["paths"].keys()
    assert set(ids(variant)) - set(ids(overlaid))
    assert variant["info"]["version"] != here["info"]["version"]
    gone = (
        overlaid["paths"].keys() - variant["paths"].keys(),
        (overlaid["components"]["schemas"].keys() - variant["components"]["schemas"].keys()),
    )
    assert any(gone)
    parts = [content["components"]["schemas"] for content in (variant, overlaid)]
    assert any(parts[0].get(name, schema) != schema for name, schema in parts[1].items())


def test_the_fields_of_placeholders_are_called_otherwise() -> None:
    variant = document("aimms-placeholders")
    assert "/pro-api/v2/tasks/{taskId}/response" in variant["paths"]
    assert ids(variant) == ids(original("aimms-pro-v2"))


def test_operations_are_gone() -> None:
    assert set(ids(original("aimms-pro-v2"))) - set(ids(document("aimms-without-download"))) == {"downloadObject"}
    left = {id_ for id_ in ids(document("adiutaopt-shift-only")) if not id_.startswith("preflight")}
    assert "postShiftDescription" in left
    assert not any("Mixed" in id_ or "Floor" in id_ for id_ in left)
