"""Rules: the stability of an operation, `x-stability-level`.

What is draft or alpha may change without notice, so its other changes are for information only (`in_scope`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from openapi_drift.diff.stability_levels import FIELD, LEVELS, is_promised, is_valid, level

if TYPE_CHECKING:
    from collections.abc import Iterator

    from openapi_drift.diff.change import Change
    from openapi_drift.diff.pairing import OperationPair
    from openapi_drift.diff.registry import OperationRule
    from openapi_drift.diff.schemas.comparison import SchemaComparison


def in_scope(pair: OperationPair) -> bool:
    """Return whether callers rely on an operation, so that its changes have the levels of their ids."""
    return is_promised(pair.revision.node)


def invalid_level(pair: OperationPair, schemas: SchemaComparison) -> Iterator[Change]:
    """Report a level that is none, where the level changed."""
    base, revision = pair.base.node, pair.revision.node
    if base.plain(FIELD) == revision.plain(FIELD):
        return
    for node, which in ((base, "was"), (revision, "is")):
        if not is_valid(node):
            yield pair.change(
                "api-invalid-stability-level",
                f"The stability level {which} {node.plain(FIELD)!r}, which is none of {', '.join(LEVELS)}: "
                "nobody can tell what the operation promises",
                base=node.get(FIELD) if node is base else None,
                revision=node.get(FIELD) if node is revision else None,
            )


def level_changed(pair: OperationPair, schemas: SchemaComparison) -> Iterator[Change]:
    """Report an operation that promises less, or more, than before."""
    base, revision = pair.base.node, pair.revision.node
    if not (is_valid(base) and is_valid(revision)) or level(base) == level(revision) or not is_promised(base):
        return
    decreased = LEVELS.index(level(revision)) < LEVELS.index(level(base))
    meaning = "it promises less" if decreased else "it promises more"
    yield pair.change(
        "api-stability-decreased" if decreased else "api-stability-increased",
        f"The operation is now {level(revision)}, it was {level(base)}: "
        + (meaning if is_promised(revision) else "it may change without notice"),
        base=base,
        revision=revision,
        field=FIELD,
    )


OPERATION_RULES: tuple[OperationRule, ...] = (invalid_level, level_changed)
