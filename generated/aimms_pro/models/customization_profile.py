from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

T = TypeVar("T", bound="CustomizationProfile")


@_attrs_define
class CustomizationProfile:
    """
    Attributes:
        can_edit_login_image (bool | Unset):
        profile_name (str | Unset):
    """

    can_edit_login_image: bool | Unset = UNSET
    profile_name: str | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        can_edit_login_image = self.can_edit_login_image

        profile_name = self.profile_name

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update({})
        if can_edit_login_image is not UNSET:
            field_dict["canEditLoginImage"] = can_edit_login_image
        if profile_name is not UNSET:
            field_dict["profileName"] = profile_name

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        can_edit_login_image = d.pop("canEditLoginImage", UNSET)

        profile_name = d.pop("profileName", UNSET)

        customization_profile = cls(
            can_edit_login_image=can_edit_login_image,
            profile_name=profile_name,
        )

        customization_profile.additional_properties = d
        return customization_profile

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
