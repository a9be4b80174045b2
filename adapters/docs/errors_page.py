"""The page of errors and exit codes: the tree of classes, and the table by which the command line ends."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Iterator

import optcloud
from optcloud.cli import exit_codes
from optcloud.core.errors import OptCloudError

HEAD = """# Errors and exit codes

Every error of optcloud is an `OptCloudError`: one `except` is enough, and a narrower one tells more. A refusal that is
already seen before anything is sent is of the same class as the vendor's own, with `status` None.

## The tree

Names without a module are imported from `optcloud`.

"""
CODES = """
## Exit codes

Of every command, so that a script can tell how it ended.

| Code | Means | Errors |
|--:|:--|:--|
"""
MEANINGS = {
    exit_codes.DONE: "done",
    exit_codes.ERROR: "an error",
    exit_codes.USAGE: "usage: an option or argument cannot be used",
    exit_codes.JOB_FAILED: "the job failed",
    exit_codes.NOT_AUTHORISED: "not authorised",
    exit_codes.NOT_FOUND: "not found",
    exit_codes.DRIFT: "drift: changes of the level that `--fail-on` names",
    exit_codes.NOT_CHECKED: 'drift was not checked; never taken for "no drift"',
    exit_codes.STILL_RUNNING: "still running: the wait ended, the job goes on",
    exit_codes.INTERRUPTED: "interrupted by Ctrl-C; by another signal 128 and its number",
}


def text() -> str:
    """Return the page."""
    for module in pkgutil.walk_packages(optcloud.__path__, "optcloud."):
        if module.name.rpartition(".")[2] in ("errors", "changes", "roster", "secret_store", "hooks"):
            importlib.import_module(module.name)
    errors: dict[int, list[str]] = {}
    for kind, code in exit_codes.TABLE:
        if issubclass(kind, OptCloudError):
            errors.setdefault(code, []).append(f"`{kind.__name__}`")
    codes = [f"| {code} | {meaning} | {', '.join(errors.get(code, []))} |" for code, meaning in MEANINGS.items()]
    return "\n".join([HEAD + "\n".join(tree(OptCloudError)), CODES + "\n".join(codes), ""])


def tree(kind: type[Exception], depth: int = 0) -> Iterator[str]:
    """Yield a class and all below it, a line each, with the first sentence of its docstring."""
    name = kind.__name__
    public = getattr(optcloud, name, None) is kind
    where = "" if public else f" (`{kind.__module__}`)"
    words = (kind.__doc__ or "").strip().partition("\n\n")[0]
    yield f"{'    ' * depth}- `{name}`{where}: {' '.join(words.split())}"
    for below in sorted(kind.__subclasses__(), key=lambda one: one.__name__):
        ours = below.__module__.startswith("optcloud.") and not below.__name__.startswith("_")
        if ours and next(base for base in below.__bases__ if issubclass(base, OptCloudError)) is kind:  # once
            yield from tree(below, depth + 1)
