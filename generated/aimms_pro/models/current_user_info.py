from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

T = TypeVar("T", bound="CurrentUserInfo")


@_attrs_define
class CurrentUserInfo:
    """
    Attributes:
        environment_name (str | Unset):
        is_admin (bool | Unset):
        is_app_publisher (bool | Unset):
        name (str | Unset):
    """

    environment_name: str | Unset = UNSET
    is_admin: bool | Unset = UNSET
    is_app_publisher: bool | Unset = UNSET
    name: str | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        environment_name = self.environment_name

        is_admin = self.is_admin

        is_app_publisher = self.is_app_publisher

        name = self.name

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update({})
        if environment_name is not UNSET:
            field_dict["environment_name"] = environment_name
        if is_admin is not UNSET:
            field_dict["isAdmin"] = is_admin
        if is_app_publisher is not UNSET:
            field_dict["isAppPublisher"] = is_app_publisher
        if name is not UNSET:
            field_dict["name"] = name

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        environment_name = d.pop("environment_name", UNSET)

        is_admin = d.pop("isAdmin", UNSET)

        is_app_publisher = d.pop("isAppPublisher", UNSET)

        name = d.pop("name", UNSET)

        current_user_info = cls(
            environment_name=environment_name,
            is_admin=is_admin,
            is_app_publisher=is_app_publisher,
            name=name,
        )

        current_user_info.additional_properties = d
        return current_user_info

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
