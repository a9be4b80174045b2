from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

T = TypeVar("T", bound="PROAppLaunch")


@_attrs_define
class PROAppLaunch:
    """
    Attributes:
        app_name (str | Unset):
        app_version (str | Unset):
        device_id (str | Unset):
    """

    app_name: str | Unset = UNSET
    app_version: str | Unset = UNSET
    device_id: str | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        app_name = self.app_name

        app_version = self.app_version

        device_id = self.device_id

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update({})
        if app_name is not UNSET:
            field_dict["appName"] = app_name
        if app_version is not UNSET:
            field_dict["appVersion"] = app_version
        if device_id is not UNSET:
            field_dict["deviceId"] = device_id

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        app_name = d.pop("appName", UNSET)

        app_version = d.pop("appVersion", UNSET)

        device_id = d.pop("deviceId", UNSET)

        pro_app_launch = cls(
            app_name=app_name,
            app_version=app_version,
            device_id=device_id,
        )

        pro_app_launch.additional_properties = d
        return pro_app_launch

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
