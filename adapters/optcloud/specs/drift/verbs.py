"""Which verbs of the facade and which commands reach an operation, read from optcloud's own files by syntax tree.

The floors make this readable: a flow in `clouds/` names the generated endpoint module it calls, a facade method names
its flow, a command names its facade method. What cannot be read there is in the two small tables below.
"""

from __future__ import annotations

import ast
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

PAGE = "gurobi:"  # before the name of an endpoint that only a page describes
PACKAGE = Path(__file__).parents[2]
_SENDERS = ("_get", "_post")
JOB_VERBS = ("poll", "wait", "result", "stop", "cancel", "delete")
# The flows behind a job's verbs, by cloud: the class whose methods they are.
_JOB_FLOWS = {"aimms": "TaskFlows", "adiutaopt": "PlanFlows"}
# Commands whose call of the facade is made by name at run time, or goes through a helper.
_COMMANDS = {
    **{f"{cloud}.job.{verb}": {f"job {verb}"} for cloud in _JOB_FLOWS for verb in JOB_VERBS if verb != "poll"},
    **{f"adiutaopt.{planner}.submit": {"adiutaopt solve"} for planner in ("shift", "mixed", "floor")},
    **{f"aimms.job.{verb}": {f"job {verb}", "aimms run"} for verb in ("wait", "result")},
    **{f"adiutaopt.job.{verb}": {f"job {verb}", "adiutaopt solve"} for verb in ("wait", "result")},
    "gurobi.launch": {"gurobi launch"},
    "gurobi.pool.machines": {"gurobi launch"},
    "gurobi.pool.wait_ready": {"gurobi launch", "job wait"},
    "gurobi.pool.kill": {"gurobi kill"},
}


@dataclass
class _Source:
    """The functions of one cloud's files: for each, what it names; and the generated modules behind names."""

    functions: dict[str, ast.AST] = field(default_factory=dict)
    of_modules: dict[str, ast.AST] = field(default_factory=dict)
    """`apps:delete`, since several modules may have a function of that name"""
    modules: dict[str, str] = field(default_factory=dict)
    constants: dict[str, dict[str, str]] = field(default_factory=dict)
    """`SHIFT` -> {"submit": "adiutaopt.api.optimization.post_shift_description", …}"""


@lru_cache(maxsize=1)
def verbs() -> dict[str, frozenset[str]]:
    """Return verb -> what it reaches: dotted names of endpoint modules, and for Gurobi ``gurobi:ENDPOINT``.

    A verb is written as a person calls it after the facade: ``aimms.run``, ``adiutaopt.shift.submit``,
    ``aimms.job.wait``, ``gurobi.pool.kill``.
    """
    return {name: frozenset(found) for name, found in [*_aimms(), *_adiutaopt(), *_gurobi()] if found}


@lru_cache(maxsize=1)
def commands() -> dict[str, frozenset[str]]:
    """Return verb -> commands that use it, such as ``aimms run``."""
    found: dict[str, set[str]] = {name: set(words) for name, words in _COMMANDS.items()}
    for cloud in ("aimms", "adiutaopt", "gurobi"):
        for function in _functions(PACKAGE / "cli" / f"{cloud}.py").values():
            for verb in _chains(function, cloud):
                found.setdefault(verb, set()).add(f"{cloud} {getattr(function, 'name', '')}")
    return {name: frozenset(words) for name, words in found.items()}


def _chains(function: ast.AST, cloud: str) -> set[str]:
    """``oc.aimms.run`` in a function: "aimms.run"."""
    return {
        f"{cloud}.{node.attr}"
        for node in ast.walk(function)
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Attribute) and node.value.attr == cloud
    }


def _aimms() -> list[tuple[str, set[str]]]:
    source = _read("aimms")
    facade = _methods(PACKAGE / "facade" / "aimms.py", "Aimms")
    found = [(f"aimms.{name}", _reached(source, node)) for name, node in facade.items()]
    return found + _job_verbs(source, "aimms")


def _job_verbs(source: _Source, cloud: str) -> list[tuple[str, set[str]]]:
    flows = _JOB_FLOWS[cloud]
    return [(f"{cloud}.job.{verb}", _reached(source, source.functions[f"{flows}.{verb}"])) for verb in JOB_VERBS]


def _adiutaopt() -> list[tuple[str, set[str]]]:
    source = _read("adiutaopt")
    path = PACKAGE / "facade" / "adiutaopt.py"
    verbs_ = _methods(path, "Planner")
    found = []
    for planner, constant in _planners(_methods(path, "AdiutaOpt").get("__init__")):
        bound = source.constants.get(constant, {})
        for name, node in verbs_.items():
            found.append((f"adiutaopt.{planner}.{name}", _reached(source, node, bound)))
    return found + _job_verbs(source, "adiutaopt")


def _planners(maker: ast.AST | None) -> list[tuple[str, str]]:
    """``self.shift = Planner(…, planners.SHIFT)``: ("shift", "SHIFT")."""
    found = []
    for node in ast.walk(maker) if maker else ():
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Attribute):
            names = [item.attr for item in ast.walk(node.value) if isinstance(item, ast.Attribute)]
            found += [(node.targets[0].attr, name) for name in names if name.isupper()]
    return found


def _gurobi() -> list[tuple[str, set[str]]]:
    """Gurobi has no document: its flows name the endpoint as text."""
    source = _read("gurobi")
    path = PACKAGE / "facade" / "gurobi.py"
    found = []
    for prefix, name in (("gurobi", "Gurobi"), ("gurobi.pool", "Pool")):
        for verb, node in _methods(path, name).items():
            found.append((f"{prefix}.{verb}", _reached(source, node)))
    return found


def _read(cloud: str) -> _Source:
    source = _Source()
    trees = {path.stem: ast.parse(path.read_bytes()) for path in sorted((PACKAGE / "clouds" / cloud).glob("*.py"))}
    for module, tree in trees.items():
        source.functions |= _named(tree)
        source.of_modules |= {f"{module}:{name}": node for name, node in _named(tree).items() if "." not in name}
        for node in tree.body:
            if isinstance(node, ast.ImportFrom) and node.module and ".api." in f"{node.module}.":
                source.modules |= {name.asname or name.name: f"{node.module}.{name.name}" for name in node.names}
    for tree in trees.values():
        source.constants |= _constants(tree, source.modules)
    return source


def _constants(tree: ast.Module, modules: dict[str, str]) -> dict[str, dict[str, str]]:
    """``SHIFT = Planner("shift", post_shift_description, …)``: its fields that are generated modules."""
    fields = {
        node.name: [_word(item.target) for item in node.body if isinstance(item, ast.AnnAssign)]
        for node in tree.body
        if isinstance(node, ast.ClassDef)
    }
    found: dict[str, dict[str, str]] = {}
    for node in tree.body:
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Call):
            names = zip(fields.get(_word(node.value.func), []), node.value.args, strict=False)
            bound = {name: modules[_word(value)] for name, value in names if _word(value) in modules}
            found |= {_word(target): bound for target in node.targets if bound}
    return found


def _word(node: ast.AST) -> str:
    return node.id if isinstance(node, ast.Name) else ""


def _reached(source: _Source, start: ast.AST, bound: dict[str, str] | None = None) -> set[str]:
    """The generated modules that a function reaches through functions of the same cloud."""
    found: set[str] = set()
    waiting, seen = [start], {id(start)}
    while waiting:
        node = waiting.pop()
        for item in ast.walk(node):
            if isinstance(item, ast.Name) and item.id in source.modules:
                found.add(source.modules[item.id])
            elif isinstance(item, ast.Attribute) and item.attr in (bound or {}):
                found.add((bound or {})[item.attr])
            for body in _meant(source, item):
                if id(body) not in seen:
                    seen.add(id(body))
                    waiting.append(body)
        found |= _endpoints(node)
    return found


def _meant(source: _Source, item: ast.AST) -> list[ast.AST]:
    """What a name can mean: a function (``_created``, ``apps.delete``), or any method (``self._account.submit``)."""
    if isinstance(item, ast.Name):
        return [source.functions[item.id]] if item.id in source.functions else []
    if not isinstance(item, ast.Attribute):
        return []
    of_module = isinstance(item.value, ast.Name) and f"{item.value.id}:{item.attr}"
    if of_module in source.of_modules:
        return [source.of_modules[of_module]]
    return [body for name, body in source.functions.items() if name.endswith(f".{item.attr}")]


def _endpoints(node: ast.AST) -> set[str]:
    """``self._get("licenses")``, ``self._post(KILL, …)``: "gurobi:licenses", "gurobi:kill"."""
    found = set()
    for item in ast.walk(node):
        if isinstance(item, ast.Call) and isinstance(item.func, ast.Attribute) and item.func.attr in _SENDERS:
            first = item.args[0]
            word = str(first.value) if isinstance(first, ast.Constant) else _word(first).lower()
            found |= {f"{PAGE}{word}"} if word else set()
    return found


def _functions(path: Path) -> dict[str, ast.AST]:
    return _named(ast.parse(path.read_bytes()))


def _named(tree: ast.Module) -> dict[str, ast.AST]:
    """Functions by name, methods as "Class.name"."""
    found: dict[str, ast.AST] = {}
    for node in tree.body:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            found[node.name] = node
        elif isinstance(node, ast.ClassDef):
            for item in node.body:
                if isinstance(item, ast.FunctionDef | ast.AsyncFunctionDef):
                    found[f"{node.name}.{item.name}"] = item
    return found


def _methods(path: Path, class_name: str) -> dict[str, ast.AST]:
    """The public methods of a class, and its ``__init__``."""
    prefix = f"{class_name}."
    named = {name.removeprefix(prefix): node for name, node in _functions(path).items() if name.startswith(prefix)}
    return {name: node for name, node in named.items() if not name.startswith("_") or name == "__init__"}
