"""The sandbox by the name that users import; all of it is `optcloud_sandbox`."""

from typing import TYPE_CHECKING

import optcloud_sandbox

if TYPE_CHECKING:
    from optcloud_sandbox import *  # noqa: F403

__all__ = list(optcloud_sandbox.__all__)


def __getattr__(name: str) -> object:
    return getattr(optcloud_sandbox, name)
