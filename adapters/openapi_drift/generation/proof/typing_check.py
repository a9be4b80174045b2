"""What mypy says of generated packages."""

from __future__ import annotations

import re
import tempfile
from typing import TYPE_CHECKING

from openapi_drift.errors import SpecsError
from openapi_drift.generation.proof.report import ProofFinding
from openapi_drift.generation.tools import run_python

if TYPE_CHECKING:
    from pathlib import Path

_LINE = re.compile(r"(?P<file>[^:]+\.py):(?P<line>\d+): error: (?P<words>.*)")
_OPTIONS = (
    "--config-file=",  # ours, whatever configuration lies above the packages
    "--strict",
    *("--python-version", "3.11"),
    *("--disable-error-code", "import-untyped"),  # of dateutil, whose types are a distribution of their own
    "--no-error-summary",
    "--show-error-codes",
    "--no-pretty",
)


def check_types(tree: Path, packages: list[str]) -> list[ProofFinding]:
    """Return an entry for each error of the packages in ``tree``. Raises SpecsError if mypy itself fails."""
    if not packages:
        return []
    with tempfile.TemporaryDirectory(prefix="mypy-") as cache:
        names = [word for package in packages for word in ("-p", package)]
        arguments = ["-m", "mypy", *_OPTIONS, "--cache-dir", cache, *names]
        done = run_python("mypy", arguments, cwd=tree, MYPYPATH=str(tree))
    found = [match for match in map(_LINE.match, done.stdout.splitlines()) if match is not None]
    if done.returncode and not found:
        raise SpecsError(f"mypy failed ({done.returncode}):\n{done.stdout}{done.stderr}")
    return [
        ProofFinding(
            match["file"].replace("\\", "/").partition("/")[0],
            f"{match['file']}:{match['line']}",
            f"mypy: {match['words']}",
        )
        for match in found
    ]
