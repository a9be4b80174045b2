from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

T = TypeVar("T", bound="ShiftPlannerStatisticsHistoryWorkerEntry")


@_attrs_define
class ShiftPlannerStatisticsHistoryWorkerEntry:
    """
    Attributes:
        cycle_start (Any | Unset):
    """

    cycle_start: Any | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        cycle_start = self.cycle_start

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update({})
        if cycle_start is not UNSET:
            field_dict["cycleStart"] = cycle_start

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        cycle_start = d.pop("cycleStart", UNSET)

        shift_planner_statistics_history_worker_entry = cls(
            cycle_start=cycle_start,
        )

        shift_planner_statistics_history_worker_entry.additional_properties = d
        return shift_planner_statistics_history_worker_entry

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
