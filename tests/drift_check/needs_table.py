"""Writes ``adapters/optcloud/needs.json``: what the code needs of generated packages. Run it by `nox -s operations`."""

from __future__ import annotations

import sys
from pathlib import Path

if __name__ == "__main__":  # run as a file
    sys.path.insert(0, str(Path(__file__).parents[2] / "adapters"))

from openapi_drift.checks.contract.code import needs_of
from openapi_drift.checks.contract.table import NAME, as_text, code_of

ROOT = Path(__file__).parents[2]
TABLE = ROOT / "adapters" / "optcloud" / NAME


def text() -> str:
    """The table as the code has it now."""
    return as_text(needs_of(code_of(ROOT), ROOT / "generated"))


if __name__ == "__main__":
    TABLE.write_text(text(), encoding="utf-8")
    sys.stdout.write(f"wrote {TABLE.relative_to(ROOT)}\n")
