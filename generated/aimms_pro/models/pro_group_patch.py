from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

T = TypeVar("T", bound="PROGroupPatch")


@_attrs_define
class PROGroupPatch:
    """
    Attributes:
        description (str | Unset):
        groupname (str | Unset):
        max_users (int | Unset):
    """

    description: str | Unset = UNSET
    groupname: str | Unset = UNSET
    max_users: int | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        description = self.description

        groupname = self.groupname

        max_users = self.max_users

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update({})
        if description is not UNSET:
            field_dict["description"] = description
        if groupname is not UNSET:
            field_dict["groupname"] = groupname
        if max_users is not UNSET:
            field_dict["maxUsers"] = max_users

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        description = d.pop("description", UNSET)

        groupname = d.pop("groupname", UNSET)

        max_users = d.pop("maxUsers", UNSET)

        pro_group_patch = cls(
            description=description,
            groupname=groupname,
            max_users=max_users,
        )

        pro_group_patch.additional_properties = d
        return pro_group_patch

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
