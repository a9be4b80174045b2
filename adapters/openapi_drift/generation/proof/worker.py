"""The part of a proof that runs generated code, in a process of its own: reads a job from stdin, prints a report."""

from __future__ import annotations

import importlib
import json
import pkgutil
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from openapi_drift.generation.proof.examples import ExampleBuilder
from openapi_drift.generation.proof.json_schema import SchemaDocument
from openapi_drift.generation.proof.models import prove_client_models, prove_structs
from openapi_drift.generation.proof.operations import prove_operations
from openapi_drift.generation.proof.report import ProofReport, said

if TYPE_CHECKING:
    from types import ModuleType


def main() -> None:
    """Run the job: {"tree": folder, "client": package or null, "models": package or null, "document": file}."""
    job = json.load(sys.stdin)
    sys.path.insert(0, job["tree"])
    report = ProofReport()
    document = json.loads(Path(job["document"]).read_text(encoding="utf-8"))
    builder = ExampleBuilder(SchemaDocument.of(document, job["document"]))
    client = _imported(job["client"], report)
    if client is not None:
        prove_client_models(client, builder, report)
        prove_operations(client, builder, report)
    models = _imported(job["models"], report)
    if models is not None:
        prove_structs(models, builder, report)
    print(report.to_json())


def _imported(name: str | None, report: ProofReport) -> ModuleType | None:
    """Import a package with all its modules; of those that cannot be, say so."""
    package = _import(name, report) if name is not None else None
    if package is not None:
        modules: Any = pkgutil.walk_packages(package.__path__, f"{package.__name__}.", onerror=lambda _: None)
        imported = [_import(module.name, report) for module in modules]
        if None in imported:
            return None
    return package


def _import(name: str, report: ProofReport) -> ModuleType | None:
    try:
        return importlib.import_module(name)
    except Exception as error:  # noqa: BLE001  generated code: any error is a finding
        report.add(name.partition(".")[0], name, f"cannot be imported: {said(error)}")
        return None


if __name__ == "__main__":
    main()
