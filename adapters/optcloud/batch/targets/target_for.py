"""From words to what the jobs of a batch run on: the spec that the store keeps, and the object a person gives."""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module
from typing import Any

from optcloud.batch.targets.target import Target
from optcloud.core.errors import ConfigError

KINDS: dict[str, tuple[str, str]] = {
    "aimms": ("optcloud.batch.targets.aimms", "AimmsTarget"),
    "adiutaopt": ("optcloud.batch.targets.adiutaopt", "AdiutaOptTarget"),
    "gurobi": ("optcloud.batch.targets.gurobi", "GurobiTarget"),
}
"""By the ``cloud`` of a spec: module and class; the class has ``from_spec(oc, spec)`` and ``of(thing)``."""


def target_for(oc: Any, spec: Mapping[str, Any]) -> Target:
    """Make the target of a spec, connected by an `AsyncOptCloud`; no request. Raises `ConfigError`."""
    target: Target = _kind(str(spec.get("cloud"))).from_spec(oc, spec)
    return target


def spec_of(thing: Any) -> dict[str, Any]:
    """Return the spec of what a person gives to ``Batch.add``: a service, a planner, a program.

    Raises `ConfigError`.
    """
    module = type(thing).__module__.split(".")
    cloud = next((part for part in module if part in KINDS), None)
    if cloud is None:
        raise ConfigError(
            f"{type(thing).__name__} is nothing that a batch can run; give it oc.aimms.service(...), "
            "oc.adiutaopt.shift (mixed, floor) or oc.gurobi.program(...)"
        )
    return dict(_kind(cloud).of(thing).spec())


def _kind(cloud: str) -> Any:
    if cloud not in KINDS:
        raise ConfigError(f"the store has a batch for {cloud!r}, which this optcloud does not know; a newer one may")
    module, name = KINDS[cloud]
    return getattr(import_module(module), name)
