from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

T = TypeVar("T", bound="ShiftPlannerInputTask")


@_attrs_define
class ShiftPlannerInputTask:
    """
    Attributes:
        revenue (int | Unset):
        unpreferred_workers (Any | Unset):
        anti_workers (Any | Unset):
    """

    revenue: int | Unset = UNSET
    unpreferred_workers: Any | Unset = UNSET
    anti_workers: Any | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        revenue = self.revenue

        unpreferred_workers = self.unpreferred_workers

        anti_workers = self.anti_workers

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update({})
        if revenue is not UNSET:
            field_dict["revenue"] = revenue
        if unpreferred_workers is not UNSET:
            field_dict["unpreferredWorkers"] = unpreferred_workers
        if anti_workers is not UNSET:
            field_dict["antiWorkers"] = anti_workers

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        revenue = d.pop("revenue", UNSET)

        unpreferred_workers = d.pop("unpreferredWorkers", UNSET)

        anti_workers = d.pop("antiWorkers", UNSET)

        shift_planner_input_task = cls(
            revenue=revenue,
            unpreferred_workers=unpreferred_workers,
            anti_workers=anti_workers,
        )

        shift_planner_input_task.additional_properties = d
        return shift_planner_input_task

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
