"""Which verbs of the facade and which commands reach an operation, read from optcloud's own files by syntax tree.

The floors make this readable: a flow in `clouds/` names the generated endpoint module it calls, a facade method names
its flow, a command names its facade method. What cannot be read there is in the two small tables below.
"""

from __future__ import annotations

import ast
import re
from functools import lru_cache
from typing import TYPE_CHECKING

from openapi_drift.checks.command_names import commands_of
from openapi_drift.checks.reached import PACKAGE, PAGE, Cloud, Module, Place, is_endpoint, read_cloud, word

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["JOB_VERBS", "PACKAGE", "PAGE", "commands", "verbs"]

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


@lru_cache(maxsize=1)
def verbs() -> dict[str, frozenset[str]]:
    """Return verb -> what it reaches: dotted names of endpoint modules, and for Gurobi ``gurobi:ENDPOINT``.

    A verb is written as a person calls it after the facade: ``aimms.run``, ``aimms.apps.publish``,
    ``adiutaopt.shift.submit``, ``aimms.job.wait``, ``gurobi.pool.kill``.
    """
    return {name: frozenset(found) for name, found in [*_aimms(), *_adiutaopt(), *_gurobi()] if found}


def _aimms() -> Iterator[tuple[str, set[str]]]:
    """``oc.aimms``, its namespaces, and what its verbs hand out: jobs, and objects with verbs of their own."""
    cloud = read_cloud("aimms")
    yield from _job_verbs(cloud)
    for prefix, kind in aimms_classes(cloud).items():
        for name in _verbs_of(cloud, kind):
            if method := cloud.method(kind, name):
                yield f"{prefix}.{name}", cloud.reached(method)


def _verbs_of(cloud: Cloud, kind: Place) -> list[str]:
    """The public methods of a class and of those that it is derived from."""
    return [name for each in cloud.lineage(kind) for name in _public(cloud.modules[each.module], each.function)]


def aimms_classes(cloud: Cloud) -> dict[str, Place]:
    """``aimms`` -> `Aimms`, ``aimms.apps`` -> `Apps`, ``aimms.job`` -> `Task`, others by name: ``aimms.series``."""
    root = next(Place(name, "Aimms") for name, module in cloud.modules.items() if "Aimms" in module.classes)
    found = {"aimms": root}
    waiting = ["aimms"]
    while waiting:
        prefix = waiting.pop()
        for name, kind in _namespaces(cloud, found[prefix]):
            if kind not in found.values():
                found[f"{prefix}.{name}"] = kind
                waiting.append(f"{prefix}.{name}")
    facade = [(module, here) for module, here in cloud.modules.items() if module.startswith("optcloud.client.")]
    places = [Place(module, name) for module, here in facade for name in here.classes]
    inherited = {base for place in places for base in cloud.lineage(place) if base != place}
    for module, here in facade:
        for name in here.classes:
            if Place(module, name) not in {*found.values(), *inherited} and not name.startswith(("Async", "_")):
                found["aimms.job" if name == "Task" else f"aimms.{_snake(name)}"] = Place(module, name)
    return found


def _namespaces(cloud: Cloud, kind: Place) -> Iterator[tuple[str, Place]]:
    """Properties that return a class of the facade."""
    for name in _verbs_of(cloud, kind):
        if not (method := cloud.method(kind, name)):
            continue
        node = cloud.modules[method.module].functions[method.function]
        if any(word(decorator) in ("property", "cached_property") for decorator in node.decorator_list):
            returned = cloud.named(method.module, node.returns)
            if returned and returned.module.startswith("optcloud.client."):
                yield name, returned


def _snake(name: str) -> str:
    return re.sub(r"(?<=[a-z])(?=[A-Z])", "_", name).lower()


def _job_verbs(cloud: Cloud) -> Iterator[tuple[str, set[str]]]:
    flows = _JOB_FLOWS[cloud.name]
    kind = next(Place(name, flows) for name, module in cloud.modules.items() if flows in module.classes)
    for verb in JOB_VERBS:
        if method := cloud.method(kind, verb):
            yield f"{cloud.name}.job.{verb}", cloud.reached(method)


def _adiutaopt() -> Iterator[tuple[str, set[str]]]:
    cloud = read_cloud("adiutaopt")
    facade = cloud.modules["optcloud.adiutaopt.cloud"]
    constants = {name: bound for module in cloud.modules.values() for name, bound in _constants(module).items()}
    for planner, constant in _planners(facade.functions["AdiutaOpt.__init__"]):
        for name in _public(facade, "Planner"):
            place = Place(facade.name, f"Planner.{name}")
            yield f"adiutaopt.{planner}.{name}", cloud.reached(place, constants.get(constant, {}))
    yield from _job_verbs(cloud)


def _planners(maker: ast.AST) -> list[tuple[str, str]]:
    """``self.shift = Planner(…, planners.SHIFT)``: ("shift", "SHIFT")."""
    found = []
    for node in ast.walk(maker):
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Attribute):
            names = [item.attr for item in ast.walk(node.value) if isinstance(item, ast.Attribute)]
            found += [(node.targets[0].attr, name) for name in names if name.isupper()]
    return found


def _constants(module: Module) -> dict[str, dict[str, str]]:
    """``SHIFT = Planner("shift", post_shift_description, …)``: SHIFT -> its fields that are generated modules."""
    fields = {
        name: [word(item.target) for item in node.body if isinstance(item, ast.AnnAssign)]
        for name, node in module.classes.items()
    }
    found: dict[str, dict[str, str]] = {}
    for node in module.tree.body:
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Call):
            given = zip(fields.get(word(node.value.func), []), node.value.args, strict=False)
            named = ((name, module.imports.get(word(value))) for name, value in given)
            bound = {name: dotted for name, dotted in named if dotted and is_endpoint(dotted)}
            found |= {word(target): bound for target in node.targets if bound}
    return found


def _gurobi() -> Iterator[tuple[str, set[str]]]:
    """Gurobi has no document: its flows name the endpoint as text."""
    cloud = read_cloud("gurobi")
    for prefix, module, name in (("gurobi", "cloud", "Gurobi"), ("gurobi.pool", "pools", "Pool")):
        facade = cloud.modules[f"optcloud.gurobi.{module}"]
        for verb in _public(facade, name):
            yield f"{prefix}.{verb}", cloud.reached(Place(facade.name, f"{name}.{verb}"))


def _public(module: Module, class_name: str) -> list[str]:
    """The public methods of a class."""
    methods = (name.removeprefix(f"{class_name}.") for name in module.functions if name.startswith(f"{class_name}."))
    return [name for name in methods if not name.startswith("_")]


@lru_cache(maxsize=1)
def commands() -> dict[str, frozenset[str]]:
    """Return verb -> commands that use it, such as ``aimms run``."""
    found: dict[str, set[str]] = {name: set(words) for name, words in _COMMANDS.items()}
    for cloud in ("aimms", "adiutaopt", "gurobi"):
        for verb, words in commands_of(cloud).items():
            if verb in verbs():
                found.setdefault(verb, set()).update(words)
    return {name: frozenset(words) for name, words in found.items()}
