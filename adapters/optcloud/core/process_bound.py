"""What belongs to its process: neither pickled nor copied, and made anew in the child of a fork.

Open connections are such. Two processes that read from one socket take each other's replies; and since threads do not
survive a fork, a lock that another thread held would stay held in the child for ever.
"""

from __future__ import annotations

import os
import weakref
from typing import NoReturn, Protocol

from optcloud.core.errors import NotPortable


class ProcessBound:
    """Base of objects that stay in their process; ``HINT`` says what to do instead."""

    HINT = (
        "hand over the ref of the job (or the job itself, which travels as that) and attach(ref) where it arrives, or "
        "make an OptCloud there"
    )

    def __reduce_ex__(self, _protocol: object) -> NoReturn:
        what = f"{type(self).__name__} holds what belongs to its process"
        raise NotPortable(f"{what}, so it is neither pickled nor copied: {self.HINT}")


class Inherited(Protocol):
    """An object with parts, such as locks, that the child of a fork must make anew."""

    def after_fork(self) -> None:
        """Make anew what cannot be shared with the parent. Called in the child, where no other thread runs."""


_inherited: weakref.WeakSet[Inherited] = weakref.WeakSet()


def renew_in_child(inherited: Inherited) -> None:
    """Have ``inherited.after_fork()`` called in each child that is forked while it exists."""
    _inherited.add(inherited)


def _forked() -> None:
    for inherited in list(_inherited):
        inherited.after_fork()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_forked)
