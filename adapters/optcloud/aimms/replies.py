"""Reading a reply so that unknown fields are kept, and known ones of a wrong type are said."""

from __future__ import annotations

from typing import Any

from optcloud.aimms.connection import VENDOR
from optcloud.core.flow import Reply
from optcloud.core.replies import decode


def told(reply: Reply, shape: Any, kind: Any, operation: str) -> Any:
    """Return the JSON as ``kind``, unknown fields included, once its known fields are as ``shape`` has them.

    Raises `ResponseMismatch`, saying which field is of another type.
    """
    decode(reply, shape, vendor=VENDOR, operation=operation)
    return decode(reply, kind, vendor=VENDOR, operation=operation)
