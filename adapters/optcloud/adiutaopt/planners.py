"""The vendor's three planners: their generated calls and types.

Source: adiutaOpt facts F005, F006 (no prefix: mixed; ``shift-``; ``floor-``), adiutaOpt facts F008-F010.
"""

from __future__ import annotations

from typing import Any

from attrs import field, frozen

import adiutaopt_models as models
from adiutaopt.api.optimization import post_floor_description, post_mixed_description, post_shift_description
from adiutaopt.api.version import (
    get_floor_packages_list,
    get_floor_version,
    get_packages_list,
    get_shift_packages_list,
    get_shift_version,
    get_version,
)


@frozen
class PlannerDescription:
    """One planner: its name in references, its generated endpoint modules, its problem and plan types."""

    name: str
    submit: Any = field(repr=False)
    version: Any = field(repr=False)
    packages: Any = field(repr=False)
    problem_type: Any = field(repr=False)
    plan_type: Any = field(repr=False)

    def __reduce__(self) -> tuple[Any, ...]:
        return _planner, (self.name,)  # modules cannot be pickled


SHIFT = PlannerDescription(
    "shift",
    post_shift_description,
    get_shift_version,
    get_shift_packages_list,
    models.ShiftPlannerInputPlan,
    models.ShiftPlannerOutputPlan,
)
MIXED = PlannerDescription(
    "mixed",
    post_mixed_description,
    get_version,
    get_packages_list,
    models.MixedPlannerInputPlan,
    models.MixedPlannerOutputPlan,
)
FLOOR = PlannerDescription(
    "floor",
    post_floor_description,
    get_floor_version,
    get_floor_packages_list,
    models.FloorPlannerInputPlan,
    models.FloorPlannerOutputPlan,
)
PLANNERS = {planner.name: planner for planner in (SHIFT, MIXED, FLOOR)}


def _planner(name: str) -> PlannerDescription:
    return PLANNERS[name]
