"""Documents of other vendors, in their manner: one folder and one entry each, then generated and proven as they are."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from openapi_drift.generation.generate import generate
from openapi_drift.generation.proof import proven
from openapi_drift.generation.proof.report import ProofReport

HERE = Path(__file__).parent
IDS = ("messages", "parcels", "workflows")
ENTRY = """\
[{id}]
vendor = "Third"
url = "https://api.example.org/{id}.yaml"
format = "yaml"
provenance = "reconstructed"
version = "1"
sha256 = ""  # not asked for here
date = "2026-01-01"
client = "{id}"
models = "{id}_models"
"""


@pytest.fixture(scope="module")
def reports(tmp_path_factory: pytest.TempPathFactory) -> dict[str, ProofReport]:
    root = tmp_path_factory.mktemp("third") / "checkout"
    for id_ in IDS:
        folder = root / "specs" / id_
        folder.mkdir(parents=True)
        shutil.copy(HERE / "documents" / f"{id_}.yaml", folder / "openapi.yaml")
    (root / "specs" / "sources.toml").write_text("\n".join(ENTRY.format(id=id_) for id_ in IDS))
    shutil.copy(HERE.parents[1] / "pyproject.toml", root)
    generate(root)
    return proven(root)


@pytest.mark.parametrize("id_", IDS)
def test_what_is_generated_from_another_vendors_document_is_proven(reports: dict[str, ProofReport], id_: str) -> None:
    """Nothing is wrong, nothing was left untried, and each operation was."""
    report = reports[id_]
    assert [str(finding) for finding in report.findings] == []
    assert report.untried == []
    text = (HERE / "documents" / f"{id_}.yaml").read_text()
    assert report.counts["operations"] == text.count("operationId:")
    assert min(report.counts[what] for what in ("requests", "replies", "examples of models")) > 10


def test_what_is_generated_here_is_proven() -> None:
    """All packages of generated/, each model and each operation."""
    reports = proven(HERE.parents[1])
    assert [str(finding) for report in reports.values() for finding in report.findings] == []
    assert [words for report in reports.values() for words in report.untried] == []
    assert sum(report.counts["operations"] for report in reports.values()) > 140
