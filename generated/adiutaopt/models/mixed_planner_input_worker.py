from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

T = TypeVar("T", bound="MixedPlannerInputWorker")


@_attrs_define
class MixedPlannerInputWorker:
    """
    Attributes:
        capacity (int | Unset):
        capacity_initial (int | Unset):
        volume (int | Unset):
        volume_initial (int | Unset):
        weight (int | Unset):
        weight_initial (int | Unset):
        final_capacity_reset_threshold (int | Unset):
        final_volume_reset_threshold (int | Unset):
        final_weight_reset_threshold (int | Unset):
        costs_per_km (int | Unset):
        costs_per_minute (int | Unset):
        costs_initial (int | Unset):
        max_assignable_tasks (Any | Unset):
        expected_working_minutes (Any | Unset):
        no_automatic_break (Any | Unset):
        min_assignable_tasks (Any | Unset):
    """

    capacity: int | Unset = UNSET
    capacity_initial: int | Unset = UNSET
    volume: int | Unset = UNSET
    volume_initial: int | Unset = UNSET
    weight: int | Unset = UNSET
    weight_initial: int | Unset = UNSET
    final_capacity_reset_threshold: int | Unset = UNSET
    final_volume_reset_threshold: int | Unset = UNSET
    final_weight_reset_threshold: int | Unset = UNSET
    costs_per_km: int | Unset = UNSET
    costs_per_minute: int | Unset = UNSET
    costs_initial: int | Unset = UNSET
    max_assignable_tasks: Any | Unset = UNSET
    expected_working_minutes: Any | Unset = UNSET
    no_automatic_break: Any | Unset = UNSET
    min_assignable_tasks: Any | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        capacity = self.capacity

        capacity_initial = self.capacity_initial

        volume = self.volume

        volume_initial = self.volume_initial

        weight = self.weight

        weight_initial = self.weight_initial

        final_capacity_reset_threshold = self.final_capacity_reset_threshold

        final_volume_reset_threshold = self.final_volume_reset_threshold

        final_weight_reset_threshold = self.final_weight_reset_threshold

        costs_per_km = self.costs_per_km

        costs_per_minute = self.costs_per_minute

        costs_initial = self.costs_initial

        max_assignable_tasks = self.max_assignable_tasks

        expected_working_minutes = self.expected_working_minutes

        no_automatic_break = self.no_automatic_break

        min_assignable_tasks = self.min_assignable_tasks

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update({})
        if capacity is not UNSET:
            field_dict["capacity"] = capacity
        if capacity_initial is not UNSET:
            field_dict["capacityInitial"] = capacity_initial
        if volume is not UNSET:
            field_dict["volume"] = volume
        if volume_initial is not UNSET:
            field_dict["volumeInitial"] = volume_initial
        if weight is not UNSET:
            field_dict["weight"] = weight
        if weight_initial is not UNSET:
            field_dict["weightInitial"] = weight_initial
        if final_capacity_reset_threshold is not UNSET:
            field_dict["finalCapacityResetThreshold"] = final_capacity_reset_threshold
        if final_volume_reset_threshold is not UNSET:
            field_dict["finalVolumeResetThreshold"] = final_volume_reset_threshold
        if final_weight_reset_threshold is not UNSET:
            field_dict["finalWeightResetThreshold"] = final_weight_reset_threshold
        if costs_per_km is not UNSET:
            field_dict["costsPerKM"] = costs_per_km
        if costs_per_minute is not UNSET:
            field_dict["costsPerMinute"] = costs_per_minute
        if costs_initial is not UNSET:
            field_dict["costsInitial"] = costs_initial
        if max_assignable_tasks is not UNSET:
            field_dict["maxAssignableTasks"] = max_assignable_tasks
        if expected_working_minutes is not UNSET:
            field_dict["expectedWorkingMinutes"] = expected_working_minutes
        if no_automatic_break is not UNSET:
            field_dict["noAutomaticBreak"] = no_automatic_break
        if min_assignable_tasks is not UNSET:
            field_dict["minAssignableTasks"] = min_assignable_tasks

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        capacity = d.pop("capacity", UNSET)

        capacity_initial = d.pop("capacityInitial", UNSET)

        volume = d.pop("volume", UNSET)

        volume_initial = d.pop("volumeInitial", UNSET)

        weight = d.pop("weight", UNSET)

        weight_initial = d.pop("weightInitial", UNSET)

        final_capacity_reset_threshold = d.pop("finalCapacityResetThreshold", UNSET)

        final_volume_reset_threshold = d.pop("finalVolumeResetThreshold", UNSET)

        final_weight_reset_threshold = d.pop("finalWeightResetThreshold", UNSET)

        costs_per_km = d.pop("costsPerKM", UNSET)

        costs_per_minute = d.pop("costsPerMinute", UNSET)

        costs_initial = d.pop("costsInitial", UNSET)

        max_assignable_tasks = d.pop("maxAssignableTasks", UNSET)

        expected_working_minutes = d.pop("expectedWorkingMinutes", UNSET)

        no_automatic_break = d.pop("noAutomaticBreak", UNSET)

        min_assignable_tasks = d.pop("minAssignableTasks", UNSET)

        mixed_planner_input_worker = cls(
            capacity=capacity,
            capacity_initial=capacity_initial,
            volume=volume,
            volume_initial=volume_initial,
            weight=weight,
            weight_initial=weight_initial,
            final_capacity_reset_threshold=final_capacity_reset_threshold,
            final_volume_reset_threshold=final_volume_reset_threshold,
            final_weight_reset_threshold=final_weight_reset_threshold,
            costs_per_km=costs_per_km,
            costs_per_minute=costs_per_minute,
            costs_initial=costs_initial,
            max_assignable_tasks=max_assignable_tasks,
            expected_working_minutes=expected_working_minutes,
            no_automatic_break=no_automatic_break,
            min_assignable_tasks=min_assignable_tasks,
        )

        mixed_planner_input_worker.additional_properties = d
        return mixed_planner_input_worker

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
