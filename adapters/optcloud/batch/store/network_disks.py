"""Whether a file lies on a network file system, as far as Linux tells: a store in SQLite must not.

The write-ahead log needs memory that all processes share, so of two machines each would see a state of its own:
https://sqlite.org/wal.html (2) "all processes using a database must be on the same host computer".
"""

from __future__ import annotations

import re
from pathlib import Path

MOUNTS = Path("/proc/self/mountinfo")
_KINDS = re.compile(
    r"nfs\d?|cifs|smb\d?|smbfs|afs|ceph|lustre|gpfs|beegfs|glusterfs|orangefs|pvfs2"
    r"|fuse\.(sshfs|glusterfs|ceph.*|s3fs|rclone|gcsfuse|beegfs.*)"
)


def network_disk(path: Path) -> str | None:
    """Return the kind of the network file system that a path is on, such as ``nfs4``; None: of none, or not known."""
    try:
        mounts = MOUNTS.read_text(errors="replace")
        real = path.resolve()
    except OSError:  # not Linux
        return None
    kind, deepest = "", -1
    for line in mounts.splitlines():
        before, _, after = line.partition(" - ")
        fields, kinds = before.split(" "), after.split(" ")
        if len(fields) < 5 or not kinds:
            continue
        point = Path(_plain(fields[4]))
        if real.is_relative_to(point) and len(point.parts) >= deepest:  # of two at one place, the later hides the other
            kind, deepest = kinds[0], len(point.parts)
    return kind if _KINDS.fullmatch(kind) else None


def _plain(text: str) -> str:
    """Read a field of the table, in which a space is ``\\040``."""
    return re.sub(r"\\([0-7]{3})", lambda found: chr(int(found[1], 8)), text)
