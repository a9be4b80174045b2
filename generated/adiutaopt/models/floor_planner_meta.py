from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

T = TypeVar("T", bound="FloorPlannerMeta")


@_attrs_define
class FloorPlannerMeta:
    """
    Attributes:
        remove_invalid_tasks (Any | Unset):
        disable_task_time_window_relaxation (Any | Unset):
        enable_plan_splitting (Any | Unset):
    """

    remove_invalid_tasks: Any | Unset = UNSET
    disable_task_time_window_relaxation: Any | Unset = UNSET
    enable_plan_splitting: Any | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        remove_invalid_tasks = self.remove_invalid_tasks

        disable_task_time_window_relaxation = self.disable_task_time_window_relaxation

        enable_plan_splitting = self.enable_plan_splitting

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update({})
        if remove_invalid_tasks is not UNSET:
            field_dict["removeInvalidTasks"] = remove_invalid_tasks
        if disable_task_time_window_relaxation is not UNSET:
            field_dict["disableTaskTimeWindowRelaxation"] = disable_task_time_window_relaxation
        if enable_plan_splitting is not UNSET:
            field_dict["enablePlanSplitting"] = enable_plan_splitting

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        remove_invalid_tasks = d.pop("removeInvalidTasks", UNSET)

        disable_task_time_window_relaxation = d.pop("disableTaskTimeWindowRelaxation", UNSET)

        enable_plan_splitting = d.pop("enablePlanSplitting", UNSET)

        floor_planner_meta = cls(
            remove_invalid_tasks=remove_invalid_tasks,
            disable_task_time_window_relaxation=disable_task_time_window_relaxation,
            enable_plan_splitting=enable_plan_splitting,
        )

        floor_planner_meta.additional_properties = d
        return floor_planner_meta

    @property
    def additional_keys(self) -> list[str]:
        return list(self.additional_properties.keys())

    def __getitem__(self, key: str) -> Any:
        return self.additional_properties[key]

    def __setitem__(self, key: str, value: Any) -> None:
        self.additional_properties[key] = value

    def __delitem__(self, key: str) -> None:
        del self.additional_properties[key]

    def __contains__(self, key: str) -> bool:
        return key in self.additional_properties
