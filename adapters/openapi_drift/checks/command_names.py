"""Which commands call which verbs, read from the files of `cli/`: how they are registered, what they name."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from openapi_drift.checks.reached import PACKAGE, Function, Module

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping


def commands_of(cloud: str) -> dict[str, set[str]]:
    """Return verb -> commands that name it (``aimms.apps.publish`` -> ``aimms publish``), also of no verb at all."""
    modules = _read(cloud)
    groups = {f"optcloud.cli.{place}.app": cloud for place in (cloud, f"{cloud}.app")}
    for _ in range(3):  # a group may be registered before the one it belongs to
        groups |= dict(_groups(modules, groups))
    found: dict[str, set[str]] = {}
    for command, module, function in _registered(modules, groups):
        for verb in _chains(module, function, cloud):
            found.setdefault(verb, set()).add(command)
    return found


def _read(cloud: str) -> dict[str, Module]:
    floor = PACKAGE / "cli"
    modules = {}
    for path in sorted([*floor.glob(f"{cloud}.py"), *(floor / cloud).rglob("*.py")]):
        parts = path.relative_to(PACKAGE).with_suffix("").parts
        name = ".".join(["optcloud", *parts]).removesuffix(".__init__")
        modules[name] = Module(name, ast.parse(path.read_bytes()))
    return modules


def _groups(modules: Mapping[str, Module], known: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """``app.add_typer(people.app, name="people")``: the full name of `people.app` and the words before its commands.

    Also ``app.add_typer(lazy(people.app), …)``.
    """
    for module in modules.values():
        for node in ast.walk(module.tree):
            match node:
                case ast.Call(func=ast.Attribute(value=above, attr="add_typer"), args=[group, *_], keywords=keywords):
                    said = _text({word.arg: word.value for word in keywords}.get("name"))
                    if isinstance(group, ast.Call) and group.args:
                        group = group.args[0]
                    if isinstance(group, ast.Call):  # lazy(people.app)
                        group = group.args[0]
                    if (words := known.get(_dotted(module, above))) and said:
                        yield _dotted(module, group), f"{words} {said}"


def _registered(modules: Mapping[str, Module], groups: Mapping[str, str]) -> Iterator[tuple[str, Module, Function]]:
    """``@app.command("list")`` above a function, and ``app.command("list")(tasks.list_tasks)``."""
    for module in modules.values():
        for name, function in module.functions.items():
            for decorator in function.decorator_list:
                if command := _command(module, decorator, name, groups):
                    yield command, module, function
        for node in ast.walk(module.tree):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Call) and node.args:
                where, _, name = _dotted(module, node.args[0]).rpartition(".")
                function_ = modules[where].functions.get(name) if where in modules else None
                command = _command(module, node.func, name, groups)
                if function_ and command:
                    yield command, modules[where], function_


def _command(module: Module, node: ast.AST, function: str, groups: Mapping[str, str]) -> str | None:
    match node:
        case ast.Call(func=ast.Attribute(value=group, attr="command"), args=args):
            words = groups.get(_dotted(module, group))
            said = _text(args[0] if args else None) or function.replace("_", "-")
            return f"{words} {said}" if words else None
    return None


def _text(node: ast.AST | None) -> str:
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else ""


def _dotted(module: Module, node: ast.AST) -> str:
    """``app`` here, or ``people.app`` of an imported module, by its full name; "" for anything else."""
    match node:
        case ast.Name(id=name):
            return module.imports.get(name, f"{module.name}.{name}")
        case ast.Attribute(value=ast.Name(id=name), attr=attr) if name in module.imports:
            return f"{module.imports[name]}.{attr}"
    return ""


def _chains(module: Module, function: Function, cloud: str) -> set[str]:
    """``oc.aimms.apps.list`` in a function, or in helpers of its file: "aimms.apps.list", and what it begins with."""
    found: set[str] = set()
    waiting, seen = [function], {function.name}
    while waiting:
        for node in ast.walk(waiting.pop()):
            if isinstance(node, ast.Attribute) and f".{cloud}." in (dotted := f".{ast.unparse(node)}"):
                found.add(f"{cloud}.{dotted.partition(f'.{cloud}.')[2]}")
            elif isinstance(node, ast.Name) and node.id in module.functions and node.id not in seen:
                seen.add(node.id)
                waiting.append(module.functions[node.id])
    return found
