"""The vendor's three planners: their generated calls and types, each imported on use.

A document may have some planners only, and the vendor has one document for each planner: where there is a package
``adiutaopt_shift`` (models: ``adiutaopt_shift_models``), the shift planner comes from it, else from ``adiutaopt``
(``adiutaopt_models``).

Source: adiutaOpt facts F005, F006 (no prefix: mixed; ``shift-``; ``floor-``), adiutaOpt facts F008-F010.
"""

from __future__ import annotations

from importlib import import_module
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from attrs import field, frozen

from optcloud.core.errors import Unsupported

if TYPE_CHECKING:
    import adiutaopt_models as models

PlanT = TypeVar("PlanT")
"""What a planner answers: its output plan of `adiutaopt_models`."""


@frozen
class PlannerDescription(Generic[PlanT]):
    """One planner: its name in references, its generated endpoint modules, its problem and plan types.

    Each is given as a dotted name, and raises `Unsupported` on use where no document has it.
    """

    name: str
    _submit: str = field(repr=False)
    _version: str = field(repr=False)
    _packages: str = field(repr=False)
    _problem_type: str = field(repr=False)
    _plan_type: str = field(repr=False)
    _types: str = field(repr=False)

    @property
    def submit(self) -> Any:
        """The endpoint module that takes a problem."""
        return self._module(self._submit)

    @property
    def version(self) -> Any:
        """The endpoint module that tells what is deployed."""
        return self._module(self._version)

    @property
    def packages(self) -> Any:
        """The endpoint module that lists what can be pinned."""
        return self._module(self._packages)

    @property
    def problem_type(self) -> Any:
        """The class of a problem."""
        return self._class(self._problem_type)

    @property
    def plan_type(self) -> type[PlanT]:
        """The class of a plan."""
        found: type[PlanT] = self._class(self._plan_type)
        return found

    @property
    def types(self) -> Any:
        """The module with what its calls take: each generated package knows its own ``UNSET`` and ``File`` only."""
        return self._module(self._types)

    @property
    def client(self) -> str:
        """The generated package whose document describes this planner."""
        return self._preferred(f"adiutaopt_{self.name}", "adiutaopt")

    @property
    def _models(self) -> str:
        return self._preferred(f"adiutaopt_{self.name}_models", "adiutaopt_models")

    def _module(self, name: str) -> Any:
        place = f"{self.client}.{name.partition('.')[2]}"
        try:
            return import_module(place)
        except ModuleNotFoundError as error:
            if error.name is None or not f"{place}.".startswith(f"{error.name}."):
                raise
            raise self._missing(place) from error

    def _class(self, name: str) -> Any:
        kind = name.rpartition(".")[2]
        models = import_module(self._models)
        if not hasattr(models, kind):
            raise self._missing(f"{self._models}.{kind}")
        return getattr(models, kind)

    def _missing(self, place: str) -> Unsupported:
        own = f"adiutaopt_{self.name}"
        return Unsupported(
            f"the {self.name} planner of adiutaOpt: no document here has it ({place} is not there); adopt the vendor's "
            f"document of this planner: an entry [adiutaopt-{self.name}-v6] in specs/sources.toml with client = "
            f'"{own}" and models = "{own}_models", then nox -s generate (specs/README.md)'
        )

    @staticmethod
    def _preferred(own: str, common: str) -> str:
        found = find_spec(own)
        return common if found is None or found.origin is None else own  # a folder without code is no package

    def __reduce__(self) -> tuple[Any, ...]:
        return _planner, (self.name,)  # there is one of each


SHIFT: PlannerDescription[models.ShiftPlannerOutputPlan] = PlannerDescription(
    "shift",
    submit="adiutaopt.api.optimization.post_shift_description",
    version="adiutaopt.api.version.get_shift_version",
    packages="adiutaopt.api.version.get_shift_packages_list",
    problem_type="adiutaopt_models.ShiftPlannerInputPlan",
    plan_type="adiutaopt_models.ShiftPlannerOutputPlan",
    types="adiutaopt.types",
)
MIXED: PlannerDescription[models.MixedPlannerOutputPlan] = PlannerDescription(
    "mixed",
    submit="adiutaopt.api.optimization.post_mixed_description",
    version="adiutaopt.api.version.get_version",
    packages="adiutaopt.api.version.get_packages_list",
    problem_type="adiutaopt_models.MixedPlannerInputPlan",
    plan_type="adiutaopt_models.MixedPlannerOutputPlan",
    types="adiutaopt.types",
)
FLOOR: PlannerDescription[models.FloorPlannerOutputPlan] = PlannerDescription(
    "floor",
    submit="adiutaopt.api.optimization.post_floor_description",
    version="adiutaopt.api.version.get_floor_version",
    packages="adiutaopt.api.version.get_floor_packages_list",
    problem_type="adiutaopt_models.FloorPlannerInputPlan",
    plan_type="adiutaopt_models.FloorPlannerOutputPlan",
    types="adiutaopt.types",
)
PLANNERS: dict[str, PlannerDescription[Any]] = {SHIFT.name: SHIFT, MIXED.name: MIXED, FLOOR.name: FLOOR}


def _planner(name: str) -> PlannerDescription[Any]:
    return PLANNERS[name]
