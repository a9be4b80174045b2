"""Freshly generated packages together with the code that stands on them, before they are swapped in.

The code is what a checkout has in ``adapters/``; a checkout of other documents has none, and nothing is rehearsed. What
is missing is told by the contract (`openapi_drift.checks.needs`); what it does not see, by importing every module.
"""

from __future__ import annotations

import json
import os
import re
import subprocess  # runs our own interpreter, without a shell  # nosec B404
import sys
from typing import TYPE_CHECKING, NamedTuple

from openapi_drift.checks.contract.table import code_of
from openapi_drift.checks.needs import missing, who_uses
from openapi_drift.errors import SpecsError

if TYPE_CHECKING:
    from pathlib import Path

    from openapi_drift.checks.needs import Missing

_DEADLINE = 300.0  # seconds
# Each module once. One that fails makes those fail that import it, too, at the same place.
_IMPORT = """
import importlib, json, os, pkgutil, sys, traceback
sys.dont_write_bytecode = True
tree, adapters, *packages = sys.argv[1:]
sys.path[:0] = [tree, adapters]
ours = {*packages, *os.listdir(tree)}
failures = []
def failed(name):
    error = sys.exception()
    frames = traceback.extract_tb(error.__traceback__)
    at = [frame for frame in frames if frame.filename.startswith(adapters + os.sep)]
    inside = [frame for frame in frames if frame.filename.startswith(tree + os.sep)]
    lacks = isinstance(error, ModuleNotFoundError) and (error.name or "").partition(".")[0] not in ours
    said = f"{type(error).__name__}: {error}"
    if inside:
        said += f" (in {os.path.relpath(inside[-1].filename, tree)}:{inside[-1].lineno})"
    place = [os.path.relpath(at[-1].filename, adapters), at[-1].lineno] if at else [name, 0]
    failures.append([*place, said, lacks])
def modules(name):
    yield name
    place = os.path.join(adapters, *name.split("."))
    for module in pkgutil.iter_modules([place]):
        if module.name != "__main__":
            yield from modules(f"{name}.{module.name}") if module.ispkg else [f"{name}.{module.name}"]
for package in packages:
    for name in modules(package):
        try:
            importlib.import_module(name)
        except Exception:
            failed(name)
print(json.dumps(failures))
"""


class _Failure(NamedTuple):
    """A place where an import failed. ``lacks``: a package of somebody else's is not installed (an extra)."""

    file: str
    line: int
    error: str
    lacks: bool

    @property
    def place(self) -> str:
        return f"adapters/{self.file}:{self.line}" if self.line else self.file

    def words(self, root: Path) -> str:
        who = who_uses(root, f"adapters/{self.file}")
        return f"{who}: {self.place}: {self.error}" if who else f"{self.place}: {self.error}"


def rehearse(root: Path, tree: Path) -> list[str]:
    """Import all code of a checkout in a fresh process, with the packages in ``tree`` in place of its own.

    Returns what could not be looked at: modules that need an extra which is not installed, and what is missing of that
    which the code imports on use only. Raises SpecsError that names all that does not fit, with the verbs and files.
    """
    adapters, packages = root.resolve() / "adapters", [path.name for path in code_of(root)]
    if not packages:
        return []
    with subprocess.Popen(  # noqa: S603  our own interpreter and arguments  # nosec B603
        [sys.executable, "-P", "-c", _IMPORT, str(tree.resolve()), str(adapters), *packages],
        env={key: value for key, value in os.environ.items() if not key.startswith("PYTHONWARN")} | {"PYTHONUTF8": "1"},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        encoding="utf-8",
    ) as process:
        try:
            lacking = missing(root, tree)  # while the other imports
            out, err = process.communicate(timeout=_DEADLINE)
        except BaseException:
            process.kill()
            raise
    if process.returncode != 0:
        raise SpecsError(f"importing {', '.join(packages)} with the new packages ended ({process.returncode}):\n{err}")
    failures = sorted({_Failure(*said) for said in json.loads(out.splitlines()[-1])})
    told = [one for one in lacking if not one.on_use]
    words = [one.words for one in told]
    words += [one.words(root) for one in failures if not one.lacks and not _is_told(one, told)]
    if words:
        listed = "\n".join(f"- {one}" for one in words)
        raise SpecsError(
            f"the new packages do not fit the code that stands on them, so nothing was changed:\n{listed}\n"
            "An overlay can give names back. Where the code no longer needs it: nox -s operations, then this again."
        )
    unknown = [f"{one.place}: not tried, for want of an extra: {one.error}" for one in failures if one.lacks]
    return unknown + [one.words for one in lacking if one.on_use]


def _is_told(failure: _Failure, told: list[Missing]) -> bool:
    """Whether the contract has told it: "No module named 'a.b'", "cannot import name 'b' from 'a'"."""
    name, *of = re.findall(r"'([\w.]+)'", failure.error)[:2] or [""]
    if name and failure.error.startswith("ModuleNotFoundError"):
        return any(f"{one.place}.".startswith(f"{name}.") for one in told)
    return any(
        one.place == f"{module}.{name}" or (one.place == module and name in one.what) for module in of for one in told
    )
