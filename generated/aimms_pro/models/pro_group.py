from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

T = TypeVar("T", bound="PROGroup")


@_attrs_define
class PROGroup:
    """
    Attributes:
        groupname (str):
        description (str | Unset):
        max_users (int | Unset):
    """

    groupname: str
    description: str | Unset = UNSET
    max_users: int | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        groupname = self.groupname

        description = self.description

        max_users = self.max_users

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "groupname": groupname,
            }
        )
        if description is not UNSET:
            field_dict["description"] = description
        if max_users is not UNSET:
            field_dict["maxUsers"] = max_users

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        groupname = d.pop("groupname")

        description = d.pop("description", UNSET)

        max_users = d.pop("maxUsers", UNSET)

        pro_group = cls(
            groupname=groupname,
            description=description,
            max_users=max_users,
        )

        pro_group.additional_properties = d
        return pro_group

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
