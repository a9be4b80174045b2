"""Records which operations each verb of the facade and each command reaches, by the sandbox's own journal."""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from functools import cache, wraps
from inspect import getattr_static, isfunction
from typing import Any

import pytest

from optcloud import Unsupported
from optcloud.adiutaopt.plans.job import Plan
from optcloud.aimms.tasks.task import Series, Task
from optcloud.gurobi.pool import Pool
from optcloud.sandbox import Sandbox
from optcloud_sandbox.urls import AIMMS_BASES
from sandbox.operation_list import REPOSITORY, effective

TABLE = REPOSITORY / "adapters" / "optcloud" / "operations.json"
PAGE = "gurobi_v1"
# What verbs hand out: objects with verbs of their own.
HANDED_OUT = {"aimms.job": Task, "aimms.series": Series, "adiutaopt.job": Plan, "gurobi.pool": Pool}
_PATHS = {"path"}  # variables of templates whose values have slashes
PLANNERS = ("shift", "mixed", "floor")  # of one class
# By document, where its paths begin on the sandbox.
_BASES = {
    **AIMMS_BASES,
    "adiutaopt": "/adiutaopt",
    PAGE: "/gurobi",
}
Rows = dict[str, dict[str, dict[str, list[str]]]]


class Recorder:
    """Notes, of each verb that is called and of each command that runs, the operations that the sandbox is asked for.

    A verb that another one calls counts for both. Use it by one thread, with the blocking facade.
    """

    def __init__(self, sandbox: Sandbox) -> None:
        self._sandbox = sandbox
        self.reached: dict[tuple[str, str], dict[str, set[str]]] = {}
        self.called: set[str] = set()
        self._command = ""
        self._verbs_of: dict[str, set[str]] = {}  # by command

    @contextmanager
    def running(self, command: str) -> Iterator[None]:
        """Count the requests of the block for a command, and what each verb in it reaches at any time."""
        self._command = command
        with self.noting("commands", command):
            yield
        self._command = ""

    @contextmanager
    def noting(self, kind: str, name: str) -> Iterator[None]:
        """Count the requests of the block for a verb (``kind`` "verbs") or a command ("commands")."""
        self.called.add(name)
        if self._command and kind == "verbs":
            self._verbs_of.setdefault(self._command, set()).add(name)
        before = len(self._sandbox.journal())
        try:
            yield
        finally:
            for entry in self._sandbox.journal()[before:]:
                if operation := operation_of(entry.method, entry.path):
                    row = self.reached.setdefault(operation, {"verbs": set(), "commands": set()})
                    row[kind].add(name)

    @contextmanager
    def watching(self, cloud: Any) -> Iterator[None]:
        """Note every public verb that is called in the block, on whatever object."""
        with pytest.MonkeyPatch.context() as patch:
            for prefix, kind in classes(cloud).items():
                for name in methods(kind):
                    patch.setattr(kind, name, self._noted(getattr(kind, name), prefix, name))
            yield

    def _noted(self, method: Callable[..., Any], prefix: str, name: str) -> Callable[..., Any]:
        @wraps(method)
        def noted(this: Any, *arguments: Any, **options: Any) -> Any:
            verb = f"{_own_prefix(this, prefix)}.{name}"
            with self.noting("verbs", verb):
                result = method(this, *arguments, **options)
            return self._noted_items(result, verb) if isinstance(result, Iterator) else result

        return noted

    def _noted_items(self, items: Iterator[Any], verb: str) -> Iterator[Any]:
        """Results that are asked for one after the other."""
        while True:
            with self.noting("verbs", verb):
                try:
                    item = next(items)
                except StopIteration:
                    return
            yield item

    def table(self) -> dict[str, Rows]:
        """What is written into the table: by document or page, operation, and who reaches it."""
        found: dict[str, Rows] = {"documents": {}, "pages": {}}
        for (document, operation), row in sorted(self.reached.items()):
            part = found["pages" if document == PAGE else "documents"]
            through = {command for command, verbs in self._verbs_of.items() if verbs & row["verbs"]}
            part.setdefault(document, {})[operation] = {
                "verbs": sorted(row["verbs"]),
                "commands": sorted(row["commands"] | through),
            }
        return found


def as_text(table: dict[str, Rows]) -> str:
    """The table as it stands in its file."""
    return json.dumps(table, indent=1) + "\n"


def _own_prefix(this: Any, prefix: str) -> str:
    """``adiutaopt.shift`` for a planner, whose class stands for three; else the prefix of the class."""
    planner = getattr(this, "_planner", None)
    return prefix if planner is None else f"adiutaopt.{planner.name}"


def classes(cloud: Any) -> dict[str, type]:
    """The classes whose public methods are verbs: ``aimms``, ``aimms.apps``, ``aimms.job``; each class once."""
    found = dict(HANDED_OUT)
    waiting = [(name, getattr(cloud, name)) for name in ("aimms", "adiutaopt", "gurobi")]
    while waiting:
        prefix, namespace = waiting.pop(0)
        if type(namespace) in found.values():
            continue
        found[prefix] = type(namespace)
        for name in (
            name for name in dir(namespace) if not name.startswith("_") and name not in methods(type(namespace))
        ):
            try:
                part = getattr(namespace, name)
            except Unsupported:  # of Gurobi's API v2
                continue
            if re.match(r"optcloud\.(aimms|adiutaopt|gurobi)\.", type(part).__module__):
                waiting.append((f"{prefix}.{name}", part))
    return found


def methods(kind: type) -> list[str]:
    """The public methods of a class, those that it is derived from included."""
    return [name for name in dir(kind) if not name.startswith("_") and isfunction(getattr_static(kind, name))]


def every_verb(cloud: Any) -> set[str]:
    """All verbs by name, such as ``aimms.apps.publish``."""
    found = {f"{prefix}.{name}" for prefix, kind in classes(cloud).items() for name in methods(kind)}
    return found | {f"adiutaopt.{name}.{verb}" for name in PLANNERS for verb in methods(type(cloud.adiutaopt.shift))}


def every_command(group: Any, words: tuple[str, ...] = ()) -> Iterator[str]:
    """All commands, such as ``aimms apps list``."""
    if not hasattr(group, "list_commands"):
        yield " ".join(words)
        return
    for name in group.list_commands(None):
        yield from every_command(group.get_command(None, name), (*words, name))


def operation_of(method: str, path: str) -> tuple[str, str] | None:
    """The document and the operation of a request that the sandbox was asked; None: of no document (signing in, v2)."""
    for document, base in _BASES.items():
        if f"{base}/" in path:
            asked = path[path.index(base) + len(base) :]
            named = (id_ for verb, pattern, id_ in _templates(document) if verb == method and pattern.fullmatch(asked))
            return next(((document, id_) for id_ in named), None)
    return None


@cache
def _templates(document: str) -> list[tuple[str, re.Pattern[str], str]]:
    """Method, pattern and id of each operation; first those with the fewest variables."""
    listed = sorted(_operations(document), key=lambda row: (row[1].count("{"), -len(row[1])))
    return [(method, _pattern(path), name) for method, path, name in listed]


def _pattern(path: str) -> re.Pattern[str]:
    """The journal has paths decoded, so that one of the storage or of a secret has its slashes."""
    return re.compile(re.sub(r"\\\{(\w+)\\\}", lambda name: ".+" if name[1] in _PATHS else "[^/]+", re.escape(path)))


def _operations(document: str) -> Iterable[tuple[str, str, str]]:
    if document == PAGE:
        page = tomllib.loads((REPOSITORY / "specs" / "gurobi-v1" / "contract.toml").read_text(encoding="utf-8"))
        return [(endpoint["method"], endpoint["path"], name) for name, endpoint in page["endpoints"].items()]
    return [
        (method.upper(), path, described["operationId"])
        for path, item in effective(document)["paths"].items()
        for method, described in item.items()
        if isinstance(described, dict) and "operationId" in described
    ]
