"""What a forked child must not go on with: sockets that it shares with its parent, locks whose holders are not there.

Threads do not survive a fork, so a lock that another thread held stays held in the child for ever; and two processes
that read from one socket take each other's replies.
"""

from __future__ import annotations

import os
import weakref
from typing import Protocol


class Inherited(Protocol):
    """What the child of a fork has to renew."""

    def after_fork(self) -> None:
        """Make anew what cannot be shared with the parent. Called in the child, where no other thread runs."""


_inherited: weakref.WeakSet[Inherited] = weakref.WeakSet()


def renew_in_child(one: Inherited) -> None:
    """Have ``one.after_fork()`` called in each child that is forked while it exists."""
    _inherited.add(one)


def _forked() -> None:
    for one in list(_inherited):
        one.after_fork()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_forked)
