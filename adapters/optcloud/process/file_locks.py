"""Locks on files. The operating system frees one when its holder ends, however that ends: none can grow stale."""

from __future__ import annotations

import sys

if sys.platform == "win32":
    import msvcrt

    def lock(file: int, *, shared: bool = False) -> None:
        """Lock an open file, at once: `PermissionError` while another has it. Windows' is never shared."""
        msvcrt.locking(file, msvcrt.LK_NBLCK, 1)

    def unlock(file: int) -> None:
        """Free the lock on an open file."""
        msvcrt.locking(file, msvcrt.LK_UNLCK, 1)
else:
    import fcntl

    def lock(file: int, *, shared: bool = False) -> None:
        """Lock an open file, at once: `BlockingIOError` while another has it. Shared locks coexist."""
        fcntl.flock(file, (fcntl.LOCK_SH if shared else fcntl.LOCK_EX) | fcntl.LOCK_NB)

    def unlock(file: int) -> None:
        """Free the lock on an open file, also while a forked child has a copy of the file open."""
        fcntl.flock(file, fcntl.LOCK_UN)


TAKEN = (BlockingIOError, PermissionError)
"""What `lock` raises while another has it: the former by flock, the latter by Windows."""
