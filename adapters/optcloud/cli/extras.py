"""Optional parts of optcloud: what is missing is named, with the command that adds it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from optcloud.core.errors import OptCloudError


class MissingExtraError(OptCloudError):
    """A command needs packages that are not installed."""


@contextmanager
def needs(extra: str) -> Iterator[None]:
    """Turn a failed import inside into `MissingExtraError`."""
    try:
        yield
    except ModuleNotFoundError as error:
        if (error.name or "optcloud").partition(".")[0] == "optcloud":
            raise  # a fault of ours, not a missing package
        raise MissingExtraError(f'this command needs {error.name}: pip install "optcloud[{extra}]"') from error
