"""What differs between two documents and is explained by no change: so that "no changes" means that nothing differs.

The objects of both documents are walked in pairs, those of the operations first. What is inside schemas is the affair
of `.schemas`, but for component schemas that no operation shows: those are compared here.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from openapi_drift.diff import stability_levels
from openapi_drift.diff.change import UNEXPLAINED, Change, Direction, Level
from openapi_drift.diff.document import (
    DocumentNode,
    entries,
    operations,
    parameters_of,
    paths,
    root,
    without_extensions,
)
from openapi_drift.diff.meaningless import is_meaningless, meaningful
from openapi_drift.diff.object_kinds import COMPONENTS
from openapi_drift.diff.object_walk import (
    ObjectWalk,
    WalkPlace,
    is_map,
    is_objects,
    is_requirements,
    is_schema,
)
from openapi_drift.diff.pairing import OperationPair
from openapi_drift.diff.reachable import reached_components
from openapi_drift.diff.rules import servers
from openapi_drift.diff.rules.pairs import parameter_pairs
from openapi_drift.diff.schemas.context import SchemaContext, SchemaRole
from openapi_drift.diff.values import frozen

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator
    from typing import Any

    from openapi_drift.diff.change import SchemaChange
    from openapi_drift.diff.document import DocumentOperation
    from openapi_drift.diff.pairing import Pairing
    from openapi_drift.diff.schemas.comparison import SchemaComparison
    from openapi_drift.documents.document import LoadedDocument

_UNREACHED = WalkPlace(level=Level.INFO, meaning="no operation reaches it")
_OVERRIDDEN = WalkPlace(level=Level.INFO, meaning="each operation says it for itself")
_MAY_CHANGE = "the operation may change without notice"


def unexplained(
    base: LoadedDocument,
    revision: LoadedDocument,
    pairing: Pairing,
    schemas: SchemaComparison,
    changes: Collection[Change],
) -> Iterator[Change]:
    """Yield what differs and is not explained by one of the changes, as changes of the id `unexplained-change`."""
    walk = ObjectWalk(changes)
    for pair in (*pairing.pairs, *pairing.incoming):
        promised = stability_levels.is_promised(pair.revision.node)
        yield from _operation(
            walk, pair, WalkPlace(pair) if promised else WalkPlace(pair, level=Level.INFO, meaning=_MAY_CHANGE)
        )
    yield from _removed_and_added(walk, pairing)
    yield from _document(walk, root(base), root(revision))
    yield from _components(walk, base, revision)
    yield from _schemas(walk, base, revision, schemas, changes)


def _operation(walk: ObjectWalk, pair: OperationPair, place: WalkPlace) -> Iterator[Change]:
    """Compare an operation, its parameters, bodies and servers, and what its path says besides."""
    old, new = pair.base, pair.revision
    directions = {"requestBody": pair.asks, "responses": pair.answers}
    yield from walk.objects("operation", old.node, new.node, place, directions)
    forms = {"parameters": is_objects, "servers": is_objects, "callbacks": is_map, "security": is_requirements}
    yield from walk.mistyped(old.node, new.node, forms, place)
    asks, pairs = place.below(pair.asks), parameter_pairs(pair)
    for before, after in pairs.both:
        yield from walk.objects("parameter", before.node, after.node, asks)
    for parameter in pairs.removed:
        yield from walk.only(parameter.node, None, parameter.node.text("name"), asks)
    for parameter in pairs.added:
        yield from walk.only(None, parameter.node, parameter.node.text("name"), asks)
    if pair.incoming:  # how the service reaches and proves itself to its user: no rule knows that
        for field, of_paths in (("servers", True), ("security", False)):
            if _in_force(old, field, of_paths) == _in_force(new, field, of_paths):
                continue
            yield from walk.field("operation", old.node, new.node, field, place)
            if of_paths:
                yield from walk.field("path item", old.path_item, new.path_item, field, place)
    else:
        yield from _servers(walk, servers.own_servers(old), servers.own_servers(new), asks)
    yield from _callbacks(walk, old.node, new.node, place)
    if not walk.has_seen(old.path_item, new.path_item):
        yield from _path_item(walk, old.path_item, new.path_item)


def _in_force(operation: DocumentOperation, field: str, of_paths: bool) -> Any:
    """Return what counts for an operation: what it says, else its path (of what paths have), else the document."""
    above = [operation.path_item] if of_paths else []
    holders = operation.node, *above, root(operation.node.document)
    return next((frozen(meaningful(holder.value[field])) for holder in holders if field in holder.value), None)


def _callbacks(walk: ObjectWalk, base: DocumentNode, revision: DocumentNode, place: WalkPlace) -> Iterator[Change]:
    """Compare what callbacks say beside their operations."""
    old, new = entries(base, "callbacks"), entries(revision, "callbacks")
    for name in dict.fromkeys([*old, *new]):
        before, after = old.get(name), new.get(name)
        if before and after:
            yield from walk.mistyped(
                base.get("callbacks") or base, revision.get("callbacks") or revision, {name: is_map}, place
            )
            yield from _items(walk, without_extensions(before), without_extensions(after))
        elif not any(operations("", item) for node in (before, after) if node for _, item in node.items()):
            yield from walk.only(before, after, name, place)


def _servers(
    walk: ObjectWalk, base: DocumentNode | None, revision: DocumentNode | None, place: WalkPlace
) -> Iterator[Change]:
    old, new = servers.listed(base), servers.listed(revision)
    for key in old.keys() & new.keys():
        before, after = old[key].node, new[key].node
        if before and after:
            yield from walk.objects("server", before, after, place)


def _path_item(walk: ObjectWalk, base: DocumentNode, revision: DocumentNode) -> Iterator[Change]:
    yield from walk.objects("path item", base, revision, WalkPlace())
    yield from walk.mistyped(base, revision, {"parameters": is_objects, "servers": is_objects}, WalkPlace())
    others = parameters_of(revision)
    for key, parameter in parameters_of(base).items():
        other = others.get(key)
        if other and not walk.has_seen(parameter, other):
            yield from walk.objects("parameter", parameter, other, _OVERRIDDEN)


def _removed_and_added(walk: ObjectWalk, pairing: Pairing) -> Iterator[Change]:
    """Tell operations that came and went and that no rule tells: those that are draft or alpha."""
    removed = [*pairing.removed, *pairing.incoming_removed]
    for path, item in pairing.removed_paths.items():
        removed += operations(path, item).values()
    for operation in removed:
        place = WalkPlace(OperationPair(operation, operation), level=Level.INFO, meaning=_MAY_CHANGE)
        yield from walk.only(operation.node, None, operation.method.lower(), place)


def _document(walk: ObjectWalk, base: DocumentNode, revision: DocumentNode) -> Iterator[Change]:
    """Compare the document's own fields, and its paths and webhooks as far as no operation shows them."""
    yield from walk.objects("document", base, revision, WalkPlace())
    forms = dict.fromkeys(("paths", "webhooks", "components"), is_map)
    forms |= {"servers": is_objects, "security": is_requirements}
    yield from walk.mistyped(base, revision, forms, WalkPlace())
    place = WalkPlace(direction=Direction.REQUEST)
    yield from _servers(walk, base.get("servers"), revision.get("servers"), place)
    yield from _items(walk, paths(base.document), paths(revision.document))
    yield from _items(walk, entries(base, "webhooks"), entries(revision, "webhooks"))


def _items(walk: ObjectWalk, base: dict[str, DocumentNode], revision: dict[str, DocumentNode]) -> Iterator[Change]:
    """Compare path items beside their operations. Where one side has none, its operations tell it, if it has any."""
    nothing_there = WalkPlace(level=Level.INFO, meaning="it has no operations")
    for name, old in base.items():
        new = revision.get(name)
        if new is None:
            if not operations(name, old):
                yield from walk.only(old, None, name, nothing_there)
        elif not walk.has_seen(old, new):
            yield from _path_item(walk, old, new)
    for name, new in revision.items():
        if name not in base and not operations(name, new):
            yield from walk.only(None, new, name, nothing_there)


def _components(walk: ObjectWalk, base: LoadedDocument, revision: LoadedDocument) -> Iterator[Change]:
    """Compare the components that no operation shows, but for what is in schemas.

    One that only one side has is another way to say what is said elsewhere, if an operation, or a component of both
    sides, refers to it; security schemes are told by their rules.
    """
    old, new = (
        root(document).get("components") or DocumentNode(document, {}, "/components") for document in (base, revision)
    )
    kinds = dict.fromkeys(key for node in (old, new) for key, _ in node.items() if not is_meaningless(key))
    yield from walk.mistyped(old, new, dict.fromkeys(kinds, is_map), _UNREACHED)
    left, right = (
        {(kind, name): node for kind in kinds for name, node in entries(side, kind).items()} for side in (old, new)
    )
    both = left.keys() & right.keys()
    for component in both:
        if not walk.has_seen(left[component], right[component]):
            yield from _component(walk, component[0], left[component], right[component])
    for document, here in ((base, left), (revision, right)):
        known = reached_components(document, both)
        for component, node in here.items():
            if component not in both and component not in known and component[0] != "securitySchemes":
                sides = (node, None) if here is left else (None, node)
                yield from walk.only(sides[0], sides[1], component[1], _UNREACHED)


def _component(walk: ObjectWalk, kind: str, base: DocumentNode, revision: DocumentNode) -> Iterator[Change]:
    if kind == "securitySchemes":
        yield from walk.objects(COMPONENTS[kind], base, revision, WalkPlace(direction=Direction.REQUEST))
    elif kind in COMPONENTS:
        yield from walk.objects(COMPONENTS[kind], base, revision, _UNREACHED)
    elif kind == "pathItems":
        yield from _unreached_item(walk, base, revision)
    elif kind == "callbacks":
        yield from _unreached_callback(walk, without_extensions(base), without_extensions(revision))


def _unreached_item(walk: ObjectWalk, base: DocumentNode, revision: DocumentNode) -> Iterator[Change]:
    if walk.has_seen(base, revision):
        return
    yield from _path_item(walk, base, revision)
    old, new = operations("", base), operations("", revision)
    for method in dict.fromkeys([*old, *new]):
        before, after = old.get(method), new.get(method)
        if before is None or after is None:
            sides = [operation.node if operation else None for operation in (before, after)]
            yield from walk.only(sides[0], sides[1], method.lower(), _UNREACHED)
            continue
        pair = OperationPair(before, after)
        yield from _operation(walk, pair, _UNREACHED)
        callbacks = [entries(operation.node, "callbacks") for operation in (before, after)]
        for name in callbacks[0].keys() & callbacks[1].keys():
            yield from _unreached_callback(walk, *(without_extensions(found[name]) for found in callbacks))


def _unreached_callback(
    walk: ObjectWalk, base: dict[str, DocumentNode], revision: dict[str, DocumentNode]
) -> Iterator[Change]:
    for address in dict.fromkeys([*base, *revision]):
        old, new = base.get(address), revision.get(address)
        if old and new:
            yield from _unreached_item(walk, old, new)
        else:
            yield from walk.only(old, new, address, _UNREACHED)


def _schemas(
    walk: ObjectWalk,
    base: LoadedDocument,
    revision: LoadedDocument,
    schemas: SchemaComparison,
    changes: Collection[Change],
) -> Iterator[Change]:
    """Compare component schemas of the same name and those the walk met, and tell what no operation shows of them."""
    told = {_places(change) for change in changes}
    old, new = (entries(root(document).get("components"), "schemas") for document in (base, revision))
    named = {name: (old[name], new[name]) for name in old if name in new}
    for name, (before, after) in named.items():
        if not (is_schema(before.value) and is_schema(after.value)):
            yield from walk.values(before, after, name, _UNREACHED)
    context = SchemaContext(SchemaRole.MODEL, "application/json")
    for before, after in (*named.values(), *walk.schemas):
        for change in schemas.changes(before, after, context):
            if _places(change) not in told:
                told.add(_places(change))
                text = f"{change.text}; no operation shows it"
                yield Change(UNEXPLAINED, Level.INFO, text, base=change.base, revision=change.revision)


def _places(change: Change | SchemaChange) -> tuple[str, str]:
    return change.base.pointer if change.base else "", change.revision.pointer if change.revision else ""
