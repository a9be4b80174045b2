"""The tree of errors is drawn where they stand."""

from __future__ import annotations

import inspect
from collections.abc import Iterator

from optcloud.core import errors


def drawn() -> str:
    """The tree in the module's docstring."""
    text = inspect.getdoc(errors) or ""
    return text.partition("::\n\n")[2].partition("\n\n")[0]


def tree(kind: type, depth: int = 1) -> Iterator[str]:
    """The classes of the module below this one, each indented below its first base."""
    yield "    " * depth + kind.__name__
    for other in vars(errors).values():
        if inspect.isclass(other) and other.__module__ == errors.__name__ and other.__bases__[0] is kind:
            yield from tree(other, depth + 1)


def test_the_docstring_draws_the_tree_of_the_classes() -> None:
    assert drawn().splitlines() == list(tree(errors.OptCloudError))
