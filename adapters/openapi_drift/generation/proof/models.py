"""Each model takes what its schema allows and gives it back, and refuses what lacks a required property."""

from __future__ import annotations

import json
import re
import types
import typing
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from openapi_drift.documents.pointers import join
from openapi_drift.generation.proof.comparison import difference
from openapi_drift.generation.proof.examples import UNDECLARED, ExampleStyle
from openapi_drift.generation.proof.flattening import UnbuildableError, flatten, types_of
from openapi_drift.generation.proof.report import said

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from types import ModuleType

    from openapi_drift.generation.proof.examples import ExampleBuilder
    from openapi_drift.generation.proof.report import ProofReport

_OPEN = ExampleStyle(undeclared=True)
_CLOSED = ExampleStyle()


Problem = tuple[str, Any]
"""What is wrong, in words, and the example."""


def prove_client_models(package: ModuleType, builder: ExampleBuilder, report: ProofReport) -> None:
    """Prove the attrs classes of a client: `from_dict`, then `to_dict`."""
    models = vars(package.models) if hasattr(package, "models") else {}
    for name, place, schema in schemas(builder):
        kinds = [kind for kind in _named(models, schema.get("title"), name) if hasattr(kind, "from_dict")]
        if not kinds:
            if _is_object(builder, schema):
                report.untried.append(f"{package.__name__}: {place}: no class is named after it")
            continue
        report.count("models of clients")
        examples = _examples(package, place, schema, report=report, builder=builder, style=_OPEN)
        tries = [
            list(_problems(kind, place, examples, builder, _by_dictionary))
            + list(_kept_as_unknown(kind, examples, builder, models))
            for kind in kinds
        ]
        _tell(package, place, tries, report)


def prove_structs(package: ModuleType, builder: ExampleBuilder, report: ProofReport) -> None:
    """Prove the msgspec types of a package of models: decode, then encode."""
    for name, place, schema in schemas(builder):
        kinds = _named(vars(package), name, schema.get("title"))
        if not kinds:
            report.untried.append(f"{package.__name__}: {place}: no type is named after it")
            continue
        report.count("models")
        examples = _examples(package, place, schema, report=report, builder=builder, style=_CLOSED)
        tries = [list(_problems(kind, place, examples, builder, _by_msgspec)) for kind in kinds]
        _tell(package, place, tries, report)


def _tell(package: ModuleType, place: str, tries: list[list[Problem]], report: ProofReport) -> None:
    """Add the problems of the one type that has fewest, if several have the schema's name."""
    for words, example in min(tries, key=len):
        report.add(package.__name__, place, words, example)


def _examples(
    package: ModuleType, place: str, schema: Any, *, report: ProofReport, builder: ExampleBuilder, style: ExampleStyle
) -> list[Any]:
    examples = builder.examples(place, schema, style)
    if not examples and not builder.examples(place, schema, replace(style, binary=True)):
        report.untried.append(f"{package.__name__}: {place}: no example was found that the schema allows")
    report.count("examples of models", len(examples))
    return examples


def _problems(
    kind: Any, place: str, examples: list[Any], builder: ExampleBuilder, roundtrip: Callable[[Any, Any], Any]
) -> Iterator[Problem]:
    """Yield what is wrong with a type that takes the examples of the schema at ``place`` and gives them back."""
    is_class = hasattr(kind, "from_dict") or hasattr(kind, "__struct_fields__")
    for example in examples:
        if example is None and is_class:  # where null may stand instead of an object, those say that refer to it
            continue
        try:
            back = roundtrip(kind, json.loads(json.dumps(example)))
        except Exception as error:  # noqa: BLE001  generated code: any error is a finding
            yield f"refuses what the schema allows: {said(error)}", example
            continue
        words = difference(back, example, builder.defaults)
        if words is not None:
            yield f"does not give back what it took: {words}", example
    for name in examples[0] if is_class and examples and isinstance(examples[0], dict) else ():
        lacking = {key: value for key, value in examples[0].items() if key != name}
        if name in builder.defaults or builder.document.error(place, lacking) is None:
            continue
        try:
            roundtrip(kind, lacking)
        except Exception:  # noqa: BLE001, S112  to refuse it is right  # nosec B112
            continue
        yield f"takes an object that lacks the required {name!r}", lacking


def _by_dictionary(kind: Any, value: Any) -> Any:
    return json.loads(json.dumps(kind.from_dict(value).to_dict()))


def _by_msgspec(kind: Any, value: Any) -> Any:
    import msgspec  # noqa: PLC0415  heavy

    decoded = msgspec.json.decode(json.dumps(value).encode(), type=kind)
    return json.loads(msgspec.json.encode(decoded))


def schemas(builder: ExampleBuilder) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Yield the components' schemas with their names and places."""
    components = builder.document.content.get("components", {}).get("schemas", {})
    for name, schema in components.items():
        if isinstance(schema, dict):
            yield name, join("/components/schemas", name), schema


def _named(names: dict[str, Any], *wanted: Any) -> list[Any]:
    """Return what is called after one of the names, whatever the capitals and signs.

    A name that generated code needs itself, or that two schemas would have, has a word or a number more.
    """
    asked = [letters(name) for name in wanted if isinstance(name, str)]
    known = [(letters(name), value) for name, value in names.items() if _is_public(name, value)]
    found = [value for name in asked for given, value in known if given == name]
    further = [
        value
        for name in asked
        for given, value in known
        if given.startswith(name) and re.fullmatch(r"model|\d+", given[len(name) :])
    ]
    return [*found, *further]


def _is_public(name: str, value: Any) -> bool:
    return not name.startswith("_") and not isinstance(value, types.ModuleType)


def letters(name: str) -> str:
    """Return the letters and digits of a name, in lower case: what the generators keep of it."""
    return re.sub(r"[\W_]+", "", name).lower()


def _is_object(builder: ExampleBuilder, schema: dict[str, Any]) -> bool:
    """Return whether a client should have a class for a schema: an object, and not another schema's second name."""
    if "$ref" in schema or "oneOf" in schema or "anyOf" in schema:
        return False
    try:
        flat, _ = flatten(builder.document, schema, lambda branches, _: branches[0], frozenset())
    except UnbuildableError:
        return False
    return types_of(flat) == ["object"]


def _kept_as_unknown(
    kind: Any, examples: list[Any], builder: ExampleBuilder, models: dict[str, Any]
) -> Iterator[Problem]:
    """Yield the properties that the document names and the model keeps as unknown ones."""
    for example in filter(None, examples):
        try:
            found = list(strays(kind.from_dict(example), builder.declared, models))
        except Exception:  # noqa: BLE001, S112  found by the round trip already  # nosec B112
            continue
        yield from ((f"keeps {name!r} as a property that no schema names", example) for name in found)


def strays(value: Any, declared: frozenset[str], models: dict[str, Any]) -> Iterator[str]:
    """Yield the names that models keep as additional properties and that are none, of a value and of all in it.

    Where a field may be one of several models, which of them it is cannot be known here.
    """
    for model in value if isinstance(value, list) else [value]:
        if not hasattr(model, "to_dict"):
            continue
        fields = {name for name in type(model).__annotations__ if name != "additional_properties"}
        if fields:
            further = getattr(model, "additional_properties", {})
            yield from (name for name in further if name in declared and not name.startswith(UNDECLARED))
        hints = typing.get_type_hints(type(model), localns=models)
        for name in fields:
            if sum(hasattr(one, "from_dict") for one in _leaves(hints[name])) == 1:
                yield from strays(getattr(model, name), declared, models)


def _leaves(annotation: Any) -> Iterator[Any]:
    arguments = typing.get_args(annotation)
    if not arguments:
        yield annotation
    for argument in arguments:
        yield from _leaves(argument)
