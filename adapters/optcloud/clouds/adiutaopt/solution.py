"""What the vendor answers to a problem: the plan as received, and what a person wants to see of it.

Sources: vendor page "ShiftPlanner v6.0.0"; facts F043-F048, section 12.
"""

from __future__ import annotations

from functools import cached_property
from pathlib import Path
from typing import Any

import msgspec
from attrs import define, field

from optcloud.clouds.adiutaopt.connection import VENDOR
from optcloud.clouds.adiutaopt.planners import Planner
from optcloud.core.errors import ResponseMismatch
from optcloud.core.replies import UNREADABLE


@define
class Solution:
    """A solved plan: ``raw`` is the JSON as received (nothing is lost), ``plan`` its typed view, built on first touch.

    The type of ``plan`` is the planner's output plan of `adiutaopt_models`; fields it does not know are in ``raw``.
    """

    raw: bytes = field(repr=False)
    planner: Planner

    @cached_property
    def plan(self) -> Any:
        """Decode the plan. Raises `ResponseMismatch` (with the body kept) where it contradicts the document."""
        try:
            return msgspec.json.decode(self.raw, type=self.planner.plan_type)
        except UNREADABLE as error:
            raise ResponseMismatch(
                f"the plan is not what the document promises: {error}", vendor=VENDOR, body=self.raw
            ) from error

    def json(self) -> Any:
        """Decode the plan as plain Python objects, with all fields."""
        return msgspec.json.decode(self.raw)

    def save(self, path: str | Path) -> Path:
        """Write the bytes as received and return the path."""
        target = Path(path)
        target.write_bytes(self.raw)
        return target
