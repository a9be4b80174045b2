"""Packages that are not always installed, imported when they are wanted; the error for a missing one says what to do.

All words about a missing package are made here, so that they are the same in the library and on the command line.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from importlib.util import find_spec
from typing import Any

from optcloud.core.errors import ConfigError

_OURS = frozenset({"optcloud", "optcloud_sandbox", "openapi_drift"})


def missing(module: str, *, package: str, purpose: str) -> ConfigError:
    """Return the error that says what to install; ``package`` is pip's word for it: ``optcloud[parquet]``, ``pandas``.

    The message begins with ``purpose``, which is what needs the module.
    """
    return ConfigError(f'{purpose} needs {module}, which is not installed: pip install "{package}"')


def need(module: str, *, package: str, purpose: str) -> Any:
    """Import a module. Raises the `ConfigError` of `missing` where it is not installed."""
    try:
        return import_module(module)
    except ModuleNotFoundError as error:
        if error.name is None or _root(error.name) != _root(module):
            raise  # it is there, and lacks something of its own
        raise missing(_root(module), package=package, purpose=purpose) from error


def check_installed(*modules: str, package: str, purpose: str) -> None:
    """Raise the `ConfigError` of `missing` for the first module that is not installed; none is imported."""
    for module in modules:
        if find_spec(module) is None:
            raise missing(module, package=package, purpose=purpose)


@contextmanager
def needs(extra: str, *, purpose: str = "this command") -> Iterator[None]:
    """Turn a failed import inside, of a package that is not optcloud's own, into the `ConfigError` of `missing`."""
    try:
        yield
    except ModuleNotFoundError as error:
        if error.name is None or _root(error.name) in _OURS:
            raise  # a fault of ours, not a missing package
        raise missing(_root(error.name), package=f"optcloud[{extra}]", purpose=purpose) from error


def _root(module: str) -> str:
    return module.partition(".")[0]
