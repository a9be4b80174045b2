from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

T = TypeVar("T", bound="FloorPlannerInputWorker")


@_attrs_define
class FloorPlannerInputWorker:
    """
    Attributes:
        preferred_categories (Any | Unset):
        unpreferred_categories (Any | Unset):
        desired_categories (Any | Unset):
        undesired_categories (Any | Unset):
    """

    preferred_categories: Any | Unset = UNSET
    unpreferred_categories: Any | Unset = UNSET
    desired_categories: Any | Unset = UNSET
    undesired_categories: Any | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        preferred_categories = self.preferred_categories

        unpreferred_categories = self.unpreferred_categories

        desired_categories = self.desired_categories

        undesired_categories = self.undesired_categories

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update({})
        if preferred_categories is not UNSET:
            field_dict["preferredCategories"] = preferred_categories
        if unpreferred_categories is not UNSET:
            field_dict["unpreferredCategories"] = unpreferred_categories
        if desired_categories is not UNSET:
            field_dict["desiredCategories"] = desired_categories
        if undesired_categories is not UNSET:
            field_dict["undesiredCategories"] = undesired_categories

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        preferred_categories = d.pop("preferredCategories", UNSET)

        unpreferred_categories = d.pop("unpreferredCategories", UNSET)

        desired_categories = d.pop("desiredCategories", UNSET)

        undesired_categories = d.pop("undesiredCategories", UNSET)

        floor_planner_input_worker = cls(
            preferred_categories=preferred_categories,
            unpreferred_categories=unpreferred_categories,
            desired_categories=desired_categories,
            undesired_categories=undesired_categories,
        )

        floor_planner_input_worker.additional_properties = d
        return floor_planner_input_worker

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
