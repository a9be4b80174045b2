"""Tables and pictures of what a cloud answered. Loaded on first use; knows no cloud.

The packages that make them are the user's own (pandas, polars, pyarrow, openpyxl) or the extra ``pictures``
(vl-convert-python); each is asked for when it is needed, and a clear error names it.
"""

from __future__ import annotations

from importlib import import_module
from typing import Any

from optcloud.core.errors import ConfigError


def need(module: str, *, package: str, purpose: str) -> Any:
    """Import a module. Raises `ConfigError` that says what to install; ``package`` is pip's word for it."""
    try:
        return import_module(module)
    except ModuleNotFoundError as error:
        if error.name is None or error.name.partition(".")[0] != module.partition(".")[0]:
            raise  # it is there, and lacks something of its own
        raise missing(module, package=package, purpose=purpose) from error


def missing(module: str, *, package: str, purpose: str) -> ConfigError:
    """Return the error that says what to install."""
    return ConfigError(f'{purpose} needs {module}, which is not installed: pip install "{package}"')
