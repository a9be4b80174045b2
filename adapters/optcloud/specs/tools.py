"""Running the generators and the formatter: same bytes on any machine, no warning unheard."""

from __future__ import annotations

import os
import subprocess  # runs our own interpreter, without a shell  # nosec B404
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING

from optcloud.specs.errors import SpecsError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

# Our own, whatever ruff configuration lies above the output.
_RUFF = ("--isolated", "--no-cache", "--quiet", "--target-version", "py311", "--line-length", "110")


@dataclass(frozen=True)
class Talk:
    """What a tool said."""

    out: str
    err: str

    def refuse_warnings(self, what: str) -> None:
        if self.err.strip():
            raise SpecsError(f"{what}: generated with warnings, so parts may be missing:\n{self.err.strip()}")


def run_tool(module: str, arguments: Sequence[str], *, cwd: Path) -> Talk:
    """Run `python -m module` with a fixed hash seed and encoding. Raises SpecsError with its output."""
    environment = {
        **{key: value for key, value in os.environ.items() if not key.startswith("PYTHONWARN")},
        "PYTHONHASHSEED": "0",
        "PYTHONUTF8": "1",
        "NO_COLOR": "1",
        "COLUMNS": "200",
    }
    done = subprocess.run(  # noqa: S603  our own interpreter and arguments  # nosec B603
        [sys.executable, "-P", "-m", module, *arguments],
        cwd=cwd,
        env=environment,
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    if done.returncode != 0:
        raise SpecsError(f"{module} failed ({done.returncode}):\n{done.stdout}{done.stderr}")
    return Talk(done.stdout, done.stderr)


def format_package(package: Path) -> None:
    """Drop unused imports, sort and format; then refuse undefined names, which would be errors on import."""
    run_tool("ruff", ["check", *_RUFF, "--fix-only", "--select", "F401,I", package.name], cwd=package.parent)
    run_tool("ruff", ["format", *_RUFF, package.name], cwd=package.parent)
    run_tool("ruff", ["check", *_RUFF, "--select", "E9,F63,F7,F82", package.name], cwd=package.parent)
