from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

T = TypeVar("T", bound="MixedPlannerInputTask")


@_attrs_define
class MixedPlannerInputTask:
    """
    Attributes:
        duration (Any | Unset):
        duration_in_seconds (Any | Unset):
        revenue (int | Unset):
        capacity (int | Unset):
        weight (int | Unset):
        volume (int | Unset):
        predecessor_group (Any | Unset):
        unpreferred_workers (Any | Unset):
        anti_workers (Any | Unset):
    """

    duration: Any | Unset = UNSET
    duration_in_seconds: Any | Unset = UNSET
    revenue: int | Unset = UNSET
    capacity: int | Unset = UNSET
    weight: int | Unset = UNSET
    volume: int | Unset = UNSET
    predecessor_group: Any | Unset = UNSET
    unpreferred_workers: Any | Unset = UNSET
    anti_workers: Any | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        duration = self.duration

        duration_in_seconds = self.duration_in_seconds

        revenue = self.revenue

        capacity = self.capacity

        weight = self.weight

        volume = self.volume

        predecessor_group = self.predecessor_group

        unpreferred_workers = self.unpreferred_workers

        anti_workers = self.anti_workers

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update({})
        if duration is not UNSET:
            field_dict["duration"] = duration
        if duration_in_seconds is not UNSET:
            field_dict["durationInSeconds"] = duration_in_seconds
        if revenue is not UNSET:
            field_dict["revenue"] = revenue
        if capacity is not UNSET:
            field_dict["capacity"] = capacity
        if weight is not UNSET:
            field_dict["weight"] = weight
        if volume is not UNSET:
            field_dict["volume"] = volume
        if predecessor_group is not UNSET:
            field_dict["predecessorGroup"] = predecessor_group
        if unpreferred_workers is not UNSET:
            field_dict["unpreferredWorkers"] = unpreferred_workers
        if anti_workers is not UNSET:
            field_dict["antiWorkers"] = anti_workers

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        duration = d.pop("duration", UNSET)

        duration_in_seconds = d.pop("durationInSeconds", UNSET)

        revenue = d.pop("revenue", UNSET)

        capacity = d.pop("capacity", UNSET)

        weight = d.pop("weight", UNSET)

        volume = d.pop("volume", UNSET)

        predecessor_group = d.pop("predecessorGroup", UNSET)

        unpreferred_workers = d.pop("unpreferredWorkers", UNSET)

        anti_workers = d.pop("antiWorkers", UNSET)

        mixed_planner_input_task = cls(
            duration=duration,
            duration_in_seconds=duration_in_seconds,
            revenue=revenue,
            capacity=capacity,
            weight=weight,
            volume=volume,
            predecessor_group=predecessor_group,
            unpreferred_workers=unpreferred_workers,
            anti_workers=anti_workers,
        )

        mixed_planner_input_task.additional_properties = d
        return mixed_planner_input_task

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
