"""The generated msgspec models."""

import importlib.resources
import inspect
from types import ModuleType
from typing import Any

import msgspec
import pytest

import adiutaopt_models
import aimms_pro_models

MODULES = (adiutaopt_models, aimms_pro_models)


def structs(module: ModuleType) -> list[type[msgspec.Struct]]:
    return [each for _, each in inspect.getmembers(module, inspect.isclass) if issubclass(each, msgspec.Struct)]


@pytest.mark.parametrize("module", MODULES, ids=lambda module: str(module.__name__))
def test_every_struct_can_be_decoded_fast_and_openly(module: ModuleType) -> None:
    found = structs(module)
    assert len(found) > 30
    for struct in found:
        msgspec.json.Decoder(struct)
        config = struct.__struct_config__
        assert not config.gc, struct
        assert not config.forbid_unknown_fields, struct


def test_every_alias_can_be_decoded() -> None:
    aliases = [name for module in MODULES for name in module.__annotations__]
    assert "Client" in aliases
    for alias in aliases:
        msgspec.json.Decoder(getattr(adiutaopt_models, alias))


@pytest.mark.parametrize("name", ["ShiftPlannerSolution", "Solution"])
def test_a_solution_is_a_plan_or_an_error(name: str) -> None:
    decoder: msgspec.json.Decoder[Any] = msgspec.json.Decoder(getattr(adiutaopt_models, name))
    failed = decoder.decode(b'{"recovery": [1, 2], "errors": [{"id": 7}]}')
    assert failed.tasks is msgspec.UNSET
    assert failed.recovery == [1, 2]
    plan = decoder.decode(b'{"tasks": [{"revenue": 1, "profit": -1}, {"revenue": 2}], "info": {"any": "thing"}}')
    assert len(plan.tasks) == 2
    assert plan.info == {"any": "thing"}


def test_constraints_are_checked_with_a_path() -> None:
    with pytest.raises(msgspec.ValidationError, match=r"`int` >= 0 - at `\$\.tasks\[0\]\.revenue`"):
        msgspec.json.decode(b'{"tasks": [{"revenue": -1}]}', type=adiutaopt_models.ShiftPlannerSolution)
    with pytest.raises(msgspec.ValidationError, match="missing required field `meta`"):
        msgspec.json.decode(b"{}", type=adiutaopt_models.ShiftPlannerInputPlan)


def test_an_object_without_known_properties_keeps_what_it_holds() -> None:
    text = b'{"meta":{},"parameters":{"a":[1]},"tasks":[],"workers":[],"client":{"b":{"c":null}}}'
    plan = msgspec.json.decode(text, type=adiutaopt_models.ShiftPlannerInputPlan)
    assert msgspec.json.decode(msgspec.json.encode(plan)) == msgspec.json.decode(text)


def test_a_subclass_opens_an_object_both_ways() -> None:
    class Task(adiutaopt_models.ShiftPlannerInputTask, kw_only=True):
        duration: int | msgspec.UnsetType = msgspec.UNSET

    plan = adiutaopt_models.ShiftPlannerInputPlan(
        meta=adiutaopt_models.ShiftPlannerMeta(), parameters={}, tasks=[Task(revenue=1, duration=30)], workers=[]
    )
    assert msgspec.json.decode(msgspec.json.encode(plan))["tasks"] == [{"revenue": 1, "duration": 30}]


def test_a_task_is_read_as_documented() -> None:
    task = msgspec.json.decode(
        b'{"id": "t", "groupIndex": null, "scheduleFor": null, "scheduleInterval": null, "queueTime": 19.0,'
        b' "endedAt": null, "returnCode": 1.0, "errorMessage": null, "sessionId": "new in 25.2"}',
        type=aimms_pro_models.Task,
    )
    assert (task.groupIndex, task.returnCode, task.errorMessage) == (None, 1, None)


@pytest.mark.parametrize(
    "name",
    [
        "adiutaopt",
        "adiutaopt_models",
        "aimms_pro",
        "aimms_pro_models",
        "aimms_secret_manager",
        "aimms_session_manager",
        "aimms_user_manager",
    ],
)
def test_packages_are_marked_as_typed(name: str) -> None:
    assert importlib.resources.files(name).joinpath("py.typed").is_file()
