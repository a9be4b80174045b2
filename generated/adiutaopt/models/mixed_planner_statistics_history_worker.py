from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

T = TypeVar("T", bound="MixedPlannerStatisticsHistoryWorker")


@_attrs_define
class MixedPlannerStatisticsHistoryWorker:
    """
    Attributes:
        has_no_history (Any | Unset):
    """

    has_no_history: Any | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        has_no_history = self.has_no_history

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update({})
        if has_no_history is not UNSET:
            field_dict["hasNoHistory"] = has_no_history

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        has_no_history = d.pop("hasNoHistory", UNSET)

        mixed_planner_statistics_history_worker = cls(
            has_no_history=has_no_history,
        )

        mixed_planner_statistics_history_worker.additional_properties = d
        return mixed_planner_statistics_history_worker

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
