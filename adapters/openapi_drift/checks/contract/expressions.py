"""Reads expressions: what each may be, with every use in it noted."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Any

from openapi_drift.checks.contract.table import CallForm
from openapi_drift.checks.contract.values import NOTHING, Known, UseNotes, Value, Values, instances, things

if TYPE_CHECKING:
    from collections.abc import Iterable


class ExpressionReader(ast.NodeVisitor):
    """`visit` gives what an expression may be. ``scope`` is the dotted name of the function or class at hand."""

    def __init__(self, known: Known, module: str, file: str) -> None:
        self.known, self.module, self.scope = known, module, ""
        self.notes = UseNotes(known, module, file)

    def generic_visit(self, node: ast.AST) -> Values:
        """All that its parts may be."""
        return self.joined(ast.iter_child_nodes(node))

    def joined(self, nodes: Iterable[ast.AST]) -> Values:
        """All that these may be."""
        return frozenset(value for node in nodes for value in self.visit(node) or ())

    def bind(self, target: ast.expr, values: Values) -> None:
        """Let the names in a target of an assignment stand for these values."""
        if isinstance(target, ast.Name):
            self.known.add((self.module, self.scope, target.id), values)
        elif isinstance(target, ast.Tuple | ast.List):
            for one in target.elts:
                self.bind(one, values)
        elif isinstance(target, ast.Starred):
            self.bind(target.value, values)
        else:
            self.visit(target)

    # ------------------------------------------------------------ names

    def visit_Name(self, node: ast.Name) -> Values:
        """What the nearest scope says; a function of the module."""
        scope = self.scope
        while True:
            if found := self.known.names.get((self.module, scope, node.id)):
                return found
            if not scope:
                break
            scope = scope.rpartition(".")[0]
        is_defined = node.id in self.known.code[self.module]
        return frozenset({Value("code", f"{self.module}.{node.id}")}) if is_defined else NOTHING

    def visit_Constant(self, node: ast.Constant) -> Values:
        """A dotted name as text is imported on use."""
        if not isinstance(node.value, str) or "." not in node.value or not node.value.isascii() or " " in node.value:
            return NOTHING
        found = self.known.found(node.value, on_use=True)
        if found is None:
            return NOTHING
        self.notes.place(found)
        return frozenset({found})

    def visit_Attribute(self, node: ast.Attribute) -> Values:
        """A member of something generated, a name in a module of the code, else what attributes of this name are."""
        bases = self.visit(node.value)
        generated = [base for base in bases if base.kind != "code"]
        if generated:
            return frozenset(value for base in generated for value in self.notes.member(base, node.attr))
        in_modules = {
            value
            for base in bases
            if base.name in self.known.code
            for value in self.known.names.get((base.name, "", node.attr), {Value("code", f"{base.name}.{node.attr}")})
        }
        return frozenset(in_modules) or self.known.names.get(("", "", node.attr), NOTHING)

    def visit_NamedExpr(self, node: ast.NamedExpr) -> Values:
        """``(found := …)``."""
        values: Values = self.visit(node.value)
        self.bind(node.target, values)
        return values

    # ------------------------------------------------------------ tables

    def visit_Dict(self, node: ast.Dict) -> Values:
        """What its values are."""
        self.joined(key for key in node.keys if key)
        return things(self.joined(node.values))

    def visit_List(self, node: ast.List | ast.Tuple | ast.Set) -> Values:
        """What its items are."""
        return things(self.joined(node.elts))

    visit_Tuple = visit_Set = visit_List  # noqa: N815 - names of NodeVisitor

    def visit_Subscript(self, node: ast.Subscript) -> Values:
        """A field by its name in JSON; an item; in ``list[Kind]`` the class."""
        bases: Values = self.visit(node.value)
        if isinstance(node.slice, ast.Constant) and isinstance(node.slice.value, str):
            self._key(bases, node.slice.value)
            return things(bases)
        inner = self.visit(node.slice)
        return bases or frozenset(value for value in inner if value.kind == "class")

    def visit_ListComp(self, node: ast.ListComp | ast.SetComp | ast.GeneratorExp) -> Values:
        """What its items are: of ``for item in items``, each is what they are."""
        self._generators(node.generators)
        values: Values = self.visit(node.elt)
        return values

    visit_SetComp = visit_GeneratorExp = visit_ListComp  # noqa: N815

    def visit_DictComp(self, node: ast.DictComp) -> Values:
        """What its values are."""
        self._generators(node.generators)
        return things(self.joined([node.key, node.value]))

    def _generators(self, generators: list[ast.comprehension]) -> None:
        for one in generators:
            self.bind(one.target, self.visit(one.iter))
            self.joined(one.ifs)

    def visit_Lambda(self, node: ast.Lambda) -> Values:
        """Read, but nothing is known of it."""
        self.visit(node.body)
        return NOTHING

    def visit_Compare(self, node: ast.Compare) -> Values:
        """True or false."""
        self.generic_visit(node)
        return NOTHING

    visit_JoinedStr = visit_Compare  # type: ignore[assignment]  # noqa: N815

    # ------------------------------------------------------------ calls

    def visit_Call(self, node: ast.Call) -> Values:
        """What comes of a call; ``partial``, ``get`` and ``getattr`` by what they do."""
        name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
        if name == "getattr" and len(node.args) > 1 and (found := self._classes_called_alike(*node.args[:2])):
            return found
        if name == "partial" and node.args:
            return self._partial(self.visit(node.args[0]), node.args[1:], node.keywords)
        first = node.args[0] if node.args else None
        if name in ("get", "pop") and isinstance(node.func, ast.Attribute) and isinstance(first, ast.Constant):
            self._key(self.visit(node.func.value), str(first.value))
        return self._apply(self.visit(node.func), node.args, node.keywords)

    def _key(self, bases: Values, name: str) -> None:
        for base in bases:
            if base.kind == "instance":
                self.notes.field(base, name, "wire")

    def _classes_called_alike(self, package: ast.expr, name: ast.expr) -> Values:
        """``getattr(aimms_pro_models, kind.__name__)``: the classes there that are called as those of ``kind``."""
        if not (isinstance(name, ast.Attribute) and name.attr == "__name__"):
            return NOTHING
        bases = [base for base in self.visit(package) if base.kind == "package"]
        kinds = [kind for kind in self.visit(name.value) if kind.kind == "class"]
        found = [self.known.found(f"{base.name}.{kind.name.rpartition('.')[2]}") for base in bases for kind in kinds]
        there = frozenset(one for one in found if one)
        for one in there:
            self.notes.place(one)
        return there

    def _partial(self, functions: Values, places: list[ast.expr], named: list[ast.keyword]) -> Values:
        self._apply(functions, places, named, partial=True)
        count = len(places)
        return frozenset(
            Value(one.kind, one.name, one.given + count + (one.kind == "function"), one.on_use) for one in functions
        )

    def _apply(
        self, functions: Values, places: list[ast.expr], named: list[ast.keyword], *, partial: bool = False
    ) -> Values:
        """Call functions: note the form of the call, hand the arguments on, return what comes of it.

        A call that is given a class gives something of it: ``convert(raw, Kind)``, ``answer.read(list[Kind])``.
        """
        given: list[Values] = [self.visit(one) for one in places]
        by_name: dict[str | None, Values] = {word.arg: self.visit(word.value) for word in named}
        every = frozenset(value for values in (*given, *by_name.values()) for value in values)
        classes = frozenset(value for value in every if value.kind == "class")
        for value in classes:
            self.known.beside.setdefault(value.name, set()).update(one.name for one in every if one.kind == "module")
        starred = sum(isinstance(one, ast.Starred) for one in places)
        more = partial or bool(starred) or None in by_name
        form = CallForm(len(places) - starred, tuple(sorted(word for word in by_name if word)), more)
        result = instances(classes)
        for function in functions:
            if function.kind in ("function", "class"):
                self.notes.call(function, form)
                result |= instances(frozenset({function}))
            elif function.kind == "maker":
                self._keys(frozenset({function}), places)
                result |= {Value("instance", function.name, on_use=function.on_use)}
            elif function.kind == "code":
                result |= self._hand_on(function, given, by_name, returns=not classes)
        self._keys(classes, places)
        if classes and not any(function.kind == "code" for function in functions):
            for one in places:
                self._same_object(one, instances(classes))
        return result

    def _same_object(self, node: ast.expr, values: Values) -> None:
        """``convert(without_nulls(raw), Kind)``: then ``raw`` is something of the class, too."""
        if isinstance(node, ast.Call) and len(node.args) == 1:
            node = node.args[0]
        if isinstance(node, ast.Name) and not things(self.visit_Name(node)):
            self.bind(node, values)

    def _keys(self, classes: Values, places: Iterable[ast.expr]) -> None:
        """The keys of a dictionary that is written where something of a class is made."""
        for one in places:
            for key in one.keys if isinstance(one, ast.Dict) else ():
                if isinstance(key, ast.Constant):
                    for class_ in classes:
                        self.notes.field(class_, str(key.value), "wire")

    def _hand_on(
        self, function: Value, given: list[Values], by_name: dict[str | None, Values], *, returns: bool
    ) -> Values:
        """Arguments to the parameters of a function, or by name to attributes of a class, of the code."""
        module, _, own = function.name.rpartition(".")
        definition: Any = self.known.code.get(module, {}).get(own)
        if isinstance(definition, ast.ClassDef):
            for word, values in by_name.items():
                self.known.add(("", "", word or ""), things(values))
            return NOTHING
        if definition is None:
            return NOTHING
        names = [one.arg for one in (*definition.args.posonlyargs, *definition.args.args)][function.given :]
        for name, values in (*zip(names, given, strict=False), *by_name.items()):
            self.known.add((module, own, name or ""), values)
        return self.known.names.get((module, own, "return"), NOTHING) if returns else NOTHING
