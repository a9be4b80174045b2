"""What belongs to its process, such as open connections: neither pickled nor copied, and said so in plain words."""

from __future__ import annotations

from typing import NoReturn

from optcloud.core.errors import NotPortable

MEND = (
    "hand over the ref of the job (or the job itself, which travels as that) and attach(ref) where it arrives, or make "
    "an OptCloud there"
)


class ProcessBound:
    """Base of objects that stay in their process; ``MEND`` says what to do instead."""

    MEND = MEND

    def __reduce_ex__(self, _protocol: object) -> NoReturn:
        what = f"{type(self).__name__} holds what belongs to its process"
        raise NotPortable(f"{what}, so it is neither pickled nor copied: {self.MEND}")
