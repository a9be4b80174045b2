from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

T = TypeVar("T", bound="MixedPlannerOutputTask")


@_attrs_define
class MixedPlannerOutputTask:
    """
    Attributes:
        revenue (int | Unset):
        capacity (int | Unset):
        weight (int | Unset):
        volume (int | Unset):
    """

    revenue: int | Unset = UNSET
    capacity: int | Unset = UNSET
    weight: int | Unset = UNSET
    volume: int | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        revenue = self.revenue

        capacity = self.capacity

        weight = self.weight

        volume = self.volume

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update({})
        if revenue is not UNSET:
            field_dict["revenue"] = revenue
        if capacity is not UNSET:
            field_dict["capacity"] = capacity
        if weight is not UNSET:
            field_dict["weight"] = weight
        if volume is not UNSET:
            field_dict["volume"] = volume

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        revenue = d.pop("revenue", UNSET)

        capacity = d.pop("capacity", UNSET)

        weight = d.pop("weight", UNSET)

        volume = d.pop("volume", UNSET)

        mixed_planner_output_task = cls(
            revenue=revenue,
            capacity=capacity,
            weight=weight,
            volume=volume,
        )

        mixed_planner_output_task.additional_properties = d
        return mixed_planner_output_task

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
