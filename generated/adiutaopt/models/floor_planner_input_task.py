from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

T = TypeVar("T", bound="FloorPlannerInputTask")


@_attrs_define
class FloorPlannerInputTask:
    """
    Attributes:
        duration (Any | Unset):
        duration_in_seconds (Any | Unset):
        exclusive_set_id (Any | Unset):
    """

    duration: Any | Unset = UNSET
    duration_in_seconds: Any | Unset = UNSET
    exclusive_set_id: Any | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        duration = self.duration

        duration_in_seconds = self.duration_in_seconds

        exclusive_set_id = self.exclusive_set_id

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update({})
        if duration is not UNSET:
            field_dict["duration"] = duration
        if duration_in_seconds is not UNSET:
            field_dict["durationInSeconds"] = duration_in_seconds
        if exclusive_set_id is not UNSET:
            field_dict["exclusiveSetID"] = exclusive_set_id

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        duration = d.pop("duration", UNSET)

        duration_in_seconds = d.pop("durationInSeconds", UNSET)

        exclusive_set_id = d.pop("exclusiveSetID", UNSET)

        floor_planner_input_task = cls(
            duration=duration,
            duration_in_seconds=duration_in_seconds,
            exclusive_set_id=exclusive_set_id,
        )

        floor_planner_input_task.additional_properties = d
        return floor_planner_input_task

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
