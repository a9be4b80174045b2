from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

T = TypeVar("T", bound="ShiftPlannerOutputWorker")


@_attrs_define
class ShiftPlannerOutputWorker:
    """
    Attributes:
        costs_per_minute (int | Unset):
        costs_initial (int | Unset):
        total_task_time (Any | Unset):
    """

    costs_per_minute: int | Unset = UNSET
    costs_initial: int | Unset = UNSET
    total_task_time: Any | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        costs_per_minute = self.costs_per_minute

        costs_initial = self.costs_initial

        total_task_time = self.total_task_time

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update({})
        if costs_per_minute is not UNSET:
            field_dict["costsPerMinute"] = costs_per_minute
        if costs_initial is not UNSET:
            field_dict["costsInitial"] = costs_initial
        if total_task_time is not UNSET:
            field_dict["totalTaskTime"] = total_task_time

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        costs_per_minute = d.pop("costsPerMinute", UNSET)

        costs_initial = d.pop("costsInitial", UNSET)

        total_task_time = d.pop("totalTaskTime", UNSET)

        shift_planner_output_worker = cls(
            costs_per_minute=costs_per_minute,
            costs_initial=costs_initial,
            total_task_time=total_task_time,
        )

        shift_planner_output_worker.additional_properties = d
        return shift_planner_output_worker

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
