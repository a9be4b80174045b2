"""What a function of ``facade/`` or ``clouds/`` reaches, read by syntax tree: generated modules and a page's endpoints.

Names are followed where they lead: to functions and classes of the same package of `clouds/`, to the generated endpoint
modules that are imported. Where the type of an object is not written down, any method of that name is meant.
"""

from __future__ import annotations

import ast
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

PAGE = "gurobi:"  # before the name of an endpoint that only a page describes
WITHOUT_DOCUMENT = "gurobi"  # the cloud whose calls are written by hand, by the words of a page
PACKAGE = Path(__file__).parents[2] / "optcloud"
_SENDERS = ("_get", "post")
# What runs when an object is made or handed over: batches are made by a verb and asked for the next by its loop.
_RUN_WHEN_MADE = ("__init__", "__attrs_post_init__", "next")
# Methods of text, lists and mappings: of an object without a known type, they are those.
_PLAIN = frozenset(
    name for kind in (str, bytes, list, dict, set, tuple) for name in vars(kind) if not name.startswith("_")
)
# Types that a class of a cloud can stand for: protocols of `core`, and what may be anything.
_OPEN = ("optcloud.core.", "optcloud.clouds.", "typing.Any", "builtins.object")
Function = ast.FunctionDef | ast.AsyncFunctionDef


@dataclass
class Module:
    """One file: its functions ("submit", "TaskFlows.poll"), classes and what it imports, by the names used there."""

    name: str
    tree: ast.Module

    @cached_property
    def classes(self) -> dict[str, ast.ClassDef]:
        """Classes by name."""
        return {node.name: node for node in self.tree.body if isinstance(node, ast.ClassDef)}

    @cached_property
    def functions(self) -> dict[str, Function]:
        """Functions by name, methods as "Class.name"."""
        bodies = [("", self.tree.body), *((f"{name}.", node.body) for name, node in self.classes.items())]
        return {
            f"{prefix}{node.name}": node
            for prefix, body in bodies
            for node in map(_as_function, body)
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        }

    @cached_property
    def imports(self) -> dict[str, str]:
        """Local name -> dotted name; also of imports inside functions."""
        return {
            name.asname or name.name: f"{node.module}.{name.name}"
            for node in ast.walk(self.tree)
            if isinstance(node, ast.ImportFrom) and node.module
            for name in node.names
        }

    @cached_property
    def tables(self) -> dict[str, ast.expr]:
        """Module-level mappings and lists written out: ``CALLS = {"user": get_user}``."""
        return {
            word(target): node.value
            for node in self.tree.body
            if isinstance(node, ast.Assign | ast.AnnAssign) and isinstance(node.value, ast.Dict | ast.List | ast.Tuple)
            for target in (node.targets if isinstance(node, ast.Assign) else [node.target])
        }

    @cached_property
    def records(self) -> dict[str, set[str]]:
        """Endpoints by field, of tables of records: ``{"task": Calls(list_tasks, …)}``, ``class Calls: many: …``."""
        found: dict[str, set[str]] = {}
        for table in self.tables.values():
            for call in _records_in(table, self.classes):
                fields = [
                    word(node.target) for node in self.classes[word(call.func)].body if isinstance(node, ast.AnnAssign)
                ]
                given = [
                    *zip(fields, call.args, strict=False),
                    *((each.arg or "", each.value) for each in call.keywords),
                ]
                for name, value in given:
                    found.setdefault(name, set()).update(self.endpoints_in(value))
        return found

    def endpoints_in(self, node: ast.AST) -> set[str]:
        """The endpoints that an expression names, but for those of records, which are reached by their fields."""
        if isinstance(node, ast.Call) and word(node.func) in self.classes:
            return set()
        own = {self.imports[word(node)]} if is_endpoint(self.imports.get(word(node))) else set()
        return own.union(*(self.endpoints_in(child) for child in ast.iter_child_nodes(node)))


def _as_function(node: ast.stmt) -> ast.stmt:
    """Read ``info = verb_of(storage.info)`` as a method that calls the flow."""
    match node:
        case ast.Assign(targets=[ast.Name(id=name)], value=ast.Call(func=ast.Name(id="verb_of"), args=[flow])):
            return ast.parse(f"def {name}(self): return {ast.unparse(flow)}()").body[0]
    return node


def _records_in(table: ast.AST, classes: Mapping[str, ast.ClassDef]) -> list[ast.Call]:
    return [node for node in ast.walk(table) if isinstance(node, ast.Call) and word(node.func) in classes]


@dataclass(frozen=True)
class Place:
    """A function in a file, and the class it belongs to."""

    module: str
    function: str

    @property
    def owner(self) -> str:
        """The class, or ""."""
        return self.function.rpartition(".")[0]


@dataclass
class Cloud:
    """The files of one cloud, in `clouds/` and `facade/`, by dotted name."""

    name: str
    modules: dict[str, Module] = field(default_factory=dict)
    _known: dict[Place, list[tuple[ast.AST, list[Place]]]] = field(default_factory=dict, repr=False)

    def place(self, dotted: str) -> Place | None:
        """Where a dotted name is defined: a function or a class of these files."""
        parts = dotted.split(".")
        for cut in (len(parts) - 1, len(parts) - 2):
            if (module := ".".join(parts[:cut])) in self.modules:
                return Place(module, ".".join(parts[cut:]))
        return None

    def lineage(self, kind: Place) -> list[Place]:
        """A class and those of these files that it is derived from."""
        bases = self.modules[kind.module].classes[kind.function].bases
        above = [place for base in bases if (place := self.named(kind.module, base))]
        return [kind, *(each for place in above for each in self.lineage(place))]

    def method(self, kind: Place | None, name: str) -> Place | None:
        """Where a class, or one it is derived from, has a method."""
        if kind is None or kind.function not in self.modules[kind.module].classes:
            return None
        places = (Place(each.module, f"{each.function}.{name}") for each in self.lineage(kind))
        return next((place for place in places if place.function in self.modules[place.module].functions), None)

    def named(self, module: str, node: ast.AST | None) -> Place | None:
        """What a name or an annotation means in a file: ``TaskFlows``, ``planners.Planner``, ``Batches[Task]``."""
        here = self.modules[module]
        match node:
            case ast.Subscript():
                return self.named(module, node.value)
            case ast.Constant(value=str(text)):
                return self.named(module, ast.parse(text, mode="eval").body)
            case ast.Name(id=name) if name in here.functions or name in here.classes:
                return Place(module, name)
            case ast.Name(id=name) if name in here.imports:
                return self.place(here.imports[name])
            case ast.Attribute(value=ast.Name(id=name), attr=attr) if here.imports.get(name) in self.modules:
                return Place(here.imports[name], attr)
        return None

    def reached(self, start: Place, bound: dict[str, str] | None = None) -> set[str]:
        """Return the endpoints that a function reaches, as dotted names of modules and ``gurobi:ENDPOINT``.

        ``bound`` says which modules stand behind attributes: ``planner.submit`` -> a planner's own endpoint.
        """
        found: set[str] = set()
        waiting, seen = [start], {start}
        while waiting:
            place = waiting.pop()
            node = self.modules[place.module].functions.get(place.function)
            if node is None:
                continue
            if self.name == WITHOUT_DOCUMENT:
                found |= _page_endpoints(node)
            for item, meant in self._looked_at(place, node):
                found |= self._endpoints(place.module, item, bound or {})
                new = [each for each in meant if each not in seen]
                seen.update(new)
                waiting += new
        return found

    def _looked_at(self, place: Place, node: Function) -> list[tuple[ast.AST, list[Place]]]:
        """The names and attributes in a function, with what each can mean; found out once."""
        if place not in self._known:
            own, values = _own_names(node), self._values(node)
            items = [each for each in ast.walk(node) if isinstance(each, ast.Name | ast.Attribute)]
            foreign = [each for each in items if not (isinstance(each, ast.Name) and each.id in own)]
            self._known[place] = [
                (each, [] if each in values else self._meant(place, node, each, own)) for each in foreign
            ]
        return self._known[place]

    def _values(self, node: ast.AST) -> set[ast.AST]:
        """Attributes that are read and not called, by the name of a field: ``entry.launch`` is no call of a launch."""
        called = {each.func for each in ast.walk(node) if isinstance(each, ast.Call)}
        read = (each for each in ast.walk(node) if isinstance(each, ast.Attribute) and each not in called)
        return {each for each in read if each.attr in self._field_names}

    @cached_property
    def _field_names(self) -> set[str]:
        """The fields of all classes: ``name: Type`` in their bodies."""
        bodies = [kind.body for module in self.modules.values() for kind in module.classes.values()]
        return {word(node.target) for body in bodies for node in body if isinstance(node, ast.AnnAssign)}

    def _endpoints(self, module: str, item: ast.AST, bound: dict[str, str]) -> set[str]:
        here = self.modules[module]
        if isinstance(item, ast.Attribute):
            return {bound[item.attr]} if item.attr in bound else here.records.get(item.attr, set())
        if not isinstance(item, ast.Name):
            return set()
        return here.endpoints_in(here.tables.get(item.id, item))

    def _meant(self, place: Place, function: Function, item: ast.AST, own: set[str]) -> list[Place]:
        """The functions that a name or an attribute can mean; ``own`` are the function's own names."""
        if not isinstance(item, ast.Name | ast.Attribute):
            return []
        hidden = isinstance(item, ast.Attribute) and word(item.value) in own
        if not hidden and (named := self.named(place.module, item)) is not None:
            made = [self.method(named, name) for name in _RUN_WHEN_MADE]
            return [named, *(each for each in made if each)]
        if not isinstance(item, ast.Attribute):
            return []
        known, kind = self._kind(place, function, item.value)
        if known:
            method = self.method(kind, item.attr)
            return [method] if method else []
        return [] if item.attr in _PLAIN or item.attr.startswith("__") else self._any_method(item.attr)

    def _kind(self, place: Place, function: Function, receiver: ast.AST) -> tuple[bool, Place | None]:
        """Whether the type of an object is written down, and which of these classes it is, if any."""
        match receiver:
            case ast.Name(id="self") if place.owner:
                return True, Place(place.module, place.owner)
            case ast.Name(id=name):
                annotation = _annotations(function).get(name)
            case ast.Attribute(value=ast.Name(id="self"), attr=attr) if place.owner:
                annotation = self._fields(place.module, place.owner).get(attr)
            case _:
                return False, None
        kind = self.named(place.module, annotation)
        return kind is not None or self._is_of_others(place.module, annotation), kind

    def _is_of_others(self, module: str, annotation: ast.AST | None) -> bool:
        """Whether an annotation names a type that is no class of the cloud, nor one that such a class can stand for."""
        names = [node.id for node in ast.walk(annotation) if isinstance(node, ast.Name)] if annotation else []
        dotted = [self.modules[module].imports.get(name, f"builtins.{name}") for name in names]
        return bool(dotted) and not any(name.startswith(_OPEN) for name in dotted)

    def _fields(self, module: str, owner: str) -> dict[str, ast.AST]:
        """``name: Type`` in a class, and ``self._name = parameter`` in its ``__init__``."""
        body = self.modules[module].classes[owner].body
        found: dict[str, ast.AST] = {
            word(node.target): node.annotation for node in body if isinstance(node, ast.AnnAssign)
        }
        if maker := self.modules[module].functions.get(f"{owner}.__init__"):
            given = _annotations(maker)
            kept = (node for node in ast.walk(maker) if isinstance(node, ast.Assign) and word(node.value) in given)
            targets = ((node.targets[0], given[word(node.value)]) for node in kept)
            found |= {target.attr: kind for target, kind in targets if isinstance(target, ast.Attribute)}
        return found

    def _any_method(self, name: str) -> list[Place]:
        clouds = f"optcloud.clouds.{self.name}."
        return [
            Place(module, function)
            for module, here in self.modules.items()
            if module.startswith(clouds)
            for function in here.functions
            if function.endswith(f".{name}")
        ]


def read_cloud(name: str) -> Cloud:
    """Read the files of a cloud."""
    cloud = Cloud(name)
    for floor in ("",):
        for path in sorted([*(PACKAGE / floor).glob(f"{name}.py"), *(PACKAGE / floor / name).rglob("*.py")]):
            parts = path.relative_to(PACKAGE).with_suffix("").parts
            dotted = ".".join(["optcloud", *parts]).removesuffix(".__init__")
            cloud.modules[dotted] = Module(dotted, ast.parse(path.read_bytes()))
    return cloud


def is_endpoint(dotted: str | None) -> bool:
    """Tell whether a dotted name is a generated endpoint module: ``aimms_pro.api.task.get_task``."""
    return dotted is not None and dotted.split(".")[1:2] == ["api"] and not dotted.startswith("optcloud.")


def word(node: ast.AST) -> str:
    """The identifier that a node is, or ""."""
    return node.id if isinstance(node, ast.Name) else ""


def _annotations(function: Function) -> dict[str, ast.AST]:
    arguments = function.args
    every = [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs]
    return {each.arg: each.annotation for each in every if each.annotation}


def _own_names(function: Function) -> set[str]:
    """Parameters and what is assigned: they hide functions and modules of the same name."""
    inner = (node for node in ast.walk(function) if isinstance(node, ast.arg))
    assigned = (node for node in ast.walk(function) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store))
    return {node.arg for node in inner} | {node.id for node in assigned}


def _page_endpoints(node: ast.AST) -> set[str]:
    """``self._get("licenses")``, ``self._post(KILL, …)``: "gurobi:licenses", "gurobi:kill"."""
    found = set()
    for item in ast.walk(node):
        if (
            isinstance(item, ast.Call)
            and isinstance(item.func, ast.Attribute)
            and item.func.attr in _SENDERS
            and item.args
        ):
            first = item.args[0]
            text = str(first.value) if isinstance(first, ast.Constant) else word(first).lower()
            found |= {f"{PAGE}{text}"} if text else set()
    return found
