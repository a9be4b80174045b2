from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

T = TypeVar("T", bound="ShiftPlannerStatistics")


@_attrs_define
class ShiftPlannerStatistics:
    """
    Attributes:
        preferred_workers (Any | Unset):
        unpreferred_workers (Any | Unset):
    """

    preferred_workers: Any | Unset = UNSET
    unpreferred_workers: Any | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        preferred_workers = self.preferred_workers

        unpreferred_workers = self.unpreferred_workers

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update({})
        if preferred_workers is not UNSET:
            field_dict["preferredWorkers"] = preferred_workers
        if unpreferred_workers is not UNSET:
            field_dict["unpreferredWorkers"] = unpreferred_workers

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        preferred_workers = d.pop("preferredWorkers", UNSET)

        unpreferred_workers = d.pop("unpreferredWorkers", UNSET)

        shift_planner_statistics = cls(
            preferred_workers=preferred_workers,
            unpreferred_workers=unpreferred_workers,
        )

        shift_planner_statistics.additional_properties = d
        return shift_planner_statistics

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
