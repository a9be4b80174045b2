"""Running the generators and the formatter: same bytes on any machine, no warning unheard."""

from __future__ import annotations

import json
import os
import shutil
import subprocess  # runs our own interpreter, without a shell  # nosec B404
import sys
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from openapi_drift.errors import SpecsError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from openapi_drift.documents.document import Document

# Our own, whatever ruff configuration lies above the output.
_RUFF = ("--isolated", "--no-cache", "--quiet", "--target-version", "py311", "--line-length", "110")

_DEADLINE = 900.0  # seconds for one program
_IMPORT = """
import importlib, pathlib, pkgutil, sys, warnings
with warnings.catch_warnings():
    warnings.simplefilter("error")
    for path in sorted(pathlib.Path(sys.argv[1]).rglob("*.py")):
        compile(path.read_bytes(), path, "exec")
sys.path.insert(0, ".")
package = importlib.import_module(sys.argv[1])
for module in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
    importlib.import_module(module.name)
"""


class GeneratorFailedError(SpecsError):
    """A generator ended with an error; its words are the message."""


@dataclass(frozen=True)
class ToolOutput:
    """What a tool said."""

    out: str
    err: str

    def told(self) -> Any:
        """The JSON that is the last line of what it printed, as the programs in `runs` do."""
        return json.loads(self.out.splitlines()[-1])


@contextmanager
def stored(document: Document, path: Path) -> Iterator[Path]:
    """Write a document as JSON for a generator, into a new folder that goes with the end of the block."""
    path.parent.mkdir()
    try:
        path.write_text(json.dumps(document, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
        yield path
    finally:
        shutil.rmtree(path.parent)


def run_tool(module: str, arguments: Sequence[str], *, cwd: Path) -> ToolOutput:
    """Run `python -m module` with a fixed hash seed and encoding. Raises GeneratorFailedError with its output."""
    return _run(module.rpartition(".")[2], ["-m", module, *arguments], cwd)


def _run(name: str, arguments: Sequence[str], cwd: Path) -> ToolOutput:
    done = run_python(name, arguments, cwd=cwd)
    if done.returncode != 0:
        raise GeneratorFailedError(f"{name} failed ({done.returncode}):\n{done.stdout}{_without_frames(done.stderr)}")
    return ToolOutput(done.stdout, done.stderr)


def run_python(
    name: str, arguments: Sequence[str], *, cwd: Path, given: str | None = None, **settings: str
) -> subprocess.CompletedProcess[str]:
    """Run our own interpreter with a fixed hash seed and encoding. Raises SpecsError if it does not end.

    ``name`` is for the error, ``given`` is what it reads, ``settings`` are further environment variables.
    """
    environment = {
        **{key: value for key, value in os.environ.items() if not key.startswith("PYTHONWARN")},
        "PYTHONHASHSEED": "0",
        "PYTHONUTF8": "1",
        "NO_COLOR": "1",
        "COLUMNS": "200",
        "TYPER_STANDARD_TRACEBACK": "1",
        **settings,
    }
    try:
        return subprocess.run(  # noqa: S603  our own interpreter and arguments  # nosec B603
            [sys.executable, "-P", *arguments],
            cwd=cwd,
            env=environment,
            input=given,
            capture_output=True,
            encoding="utf-8",
            errors="backslashreplace",
            check=False,
            timeout=_DEADLINE,
        )
    except subprocess.TimeoutExpired as error:
        raise SpecsError(f"{name} had not ended after {_DEADLINE:g} s; the document is too much for it") from error


def _without_frames(text: str) -> str:
    """What a program said, of a traceback the last line only: its frames tell nothing of the document."""
    before, _, after = text.partition("Traceback (most recent call last):\n")
    return before + "\n".join(after.strip().splitlines()[-1:])


def finish_package(package: Path) -> None:
    """Drop unused imports and sort; refuse names without a meaning; format; refuse what does not import."""
    run_tool("ruff", ["check", *_RUFF, "--fix-only", "--select", "F401,I", package.name], cwd=package.parent)
    run_tool("ruff", ["check", *_RUFF, "--select", "E9,F63,F7,F82", package.name], cwd=package.parent)
    run_tool("ruff", ["format", *_RUFF, package.name], cwd=package.parent)
    _run(f"importing {package.name}", ["-B", "-c", _IMPORT, package.name], package.parent)
