"""What a name in code may stand for, as far as it concerns generated packages, and where the uses of it are noted."""

from __future__ import annotations

import ast
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from openapi_drift.checks.contract.table import CallForm, Contract, NeededPlace

if TYPE_CHECKING:
    from openapi_drift.checks.contract.generated_names import GeneratedTree

Kind = Literal["package", "module", "function", "class", "maker", "instance", "code"]
Definition = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef


@dataclass(frozen=True)
class Value:
    """One thing that a name may be: something generated, a thing of a class of it, or a function of the code itself.

    ``maker``: ``from_dict`` of a class. ``given``: how many arguments a partial has given. ``on_use``: named as text.
    """

    kind: Kind
    name: str
    given: int = 0
    on_use: bool = False


Values = frozenset[Value]
NOTHING: Values = frozenset()


class Known:
    """What is known over all files.

    ``code`` are the definitions by module; ``names`` what names stand for, by (module, scope, name), with ("", "",
    name) for attributes and "return" for what a function returns; ``beside`` the modules that go along with a class.
    """

    def __init__(self, generated: GeneratedTree) -> None:
        self.generated = generated
        self.contract = Contract()
        self.code: dict[str, dict[str, Definition]] = {}
        self.names: dict[tuple[str, str, str], Values] = {}
        self.beside: dict[str, set[str]] = {}

    @property
    def size(self) -> int:
        """How much is known; it only grows."""
        return sum(len(values) for values in self.names.values())

    def add(self, key: tuple[str, str, str], values: Values) -> None:
        """Let a name stand for these, too."""
        if values:
            self.names[key] = self.names.get(key, NOTHING) | values

    def found(self, dotted: str, *, on_use: bool = False) -> Value | None:
        """Return what a dotted name is in the generated packages."""
        package, _, rest = dotted.partition(".")
        if package not in self.generated.packages:
            return None
        if self.generated.module(dotted) is not None:
            return Value("module" if rest else "package", dotted, on_use=on_use)
        return Value("class", dotted, on_use=on_use) if self.generated.class_of(dotted) else None


class UseNotes:
    """Notes the uses that one file makes of what is generated."""

    def __init__(self, known: Known, module: str, file: str) -> None:
        self.known, self.module, self.file = known, module, file

    def place(self, value: Value) -> NeededPlace:
        """Note that a module or class is used, and return its place in the contract."""
        contract = self.known.contract
        places = contract.classes if value.kind in ("class", "instance") else contract.modules
        place = places.setdefault(value.name, NeededPlace())
        place.on_use = place.on_use and value.on_use
        place.files.add(self.file)
        return place

    def call(self, value: Value, form: CallForm) -> None:
        """Note that a function is called, or a class."""
        module, _, own = value.name.rpartition(".")
        if value.kind == "function":
            place = self.place(Value("module", module, on_use=value.on_use))
            form = CallForm(form.places, form.named, form.more or bool(value.given))
        else:
            place, own = self.place(value), "__init__"
        place.calls.setdefault(own, {}).setdefault(form, set()).add(self.file)

    def field(self, value: Value, name: str, kind: Literal["attributes", "wire"]) -> None:
        """Note a field that is read or given, where the class has it: the same names are also of other things."""
        class_ = self.known.generated.class_of(value.name)
        if class_ and name in getattr(class_, kind) and not name.startswith("__") and name != "to_dict":
            getattr(self.place(value), kind).setdefault(name, set()).add(self.file)

    def member(self, base: Value, name: str) -> Values:
        """Note ``base.name``, of something generated, and return what it is."""
        if base.kind in ("package", "module"):
            dotted = f"{base.name}.{name}"
            if found := self.known.found(dotted, on_use=base.on_use):
                self.place(found)
                return frozenset({found})
            module = self.known.generated.module(base.name)
            if module and name in module.functions:
                self.place(base)
                return frozenset({Value("function", dotted, on_use=base.on_use)})
            # What is known by an attribute's name alone may also be something else.
            if not base.on_use or (module and name in module.names):
                self.place(base).names.setdefault(name, set()).add(self.file)
            return NOTHING
        if base.kind == "class" and name == "from_dict":
            return frozenset({Value("maker", base.name, on_use=base.on_use)})
        self.field(base, name, "attributes")
        return NOTHING


def things(values: Values) -> Values:
    """Return what a table of these is worth: an object in a list is no object of its class."""
    return frozenset(value for value in values if value.kind != "instance")


def instances(values: Values) -> Values:
    """Return something of each class among these."""
    return frozenset(Value("instance", one.name, on_use=one.on_use) for one in values if one.kind == "class")
