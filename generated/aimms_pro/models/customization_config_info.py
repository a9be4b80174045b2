from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.customization_profile import CustomizationProfile


T = TypeVar("T", bound="CustomizationConfigInfo")


@_attrs_define
class CustomizationConfigInfo:
    """
    Attributes:
        contact_details (str | Unset):
        contact_title (str | Unset):
        login_image (str | Unset):
        login_image_id (str | Unset):
        profile (CustomizationProfile | Unset):
        right_logo (str | Unset):
        right_logo_id (str | Unset):
    """

    contact_details: str | Unset = UNSET
    contact_title: str | Unset = UNSET
    login_image: str | Unset = UNSET
    login_image_id: str | Unset = UNSET
    profile: CustomizationProfile | Unset = UNSET
    right_logo: str | Unset = UNSET
    right_logo_id: str | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        contact_details = self.contact_details

        contact_title = self.contact_title

        login_image = self.login_image

        login_image_id = self.login_image_id

        profile: dict[str, Any] | Unset = UNSET
        if not isinstance(self.profile, Unset):
            profile = self.profile.to_dict()

        right_logo = self.right_logo

        right_logo_id = self.right_logo_id

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update({})
        if contact_details is not UNSET:
            field_dict["contactDetails"] = contact_details
        if contact_title is not UNSET:
            field_dict["contactTitle"] = contact_title
        if login_image is not UNSET:
            field_dict["loginImage"] = login_image
        if login_image_id is not UNSET:
            field_dict["loginImageId"] = login_image_id
        if profile is not UNSET:
            field_dict["profile"] = profile
        if right_logo is not UNSET:
            field_dict["rightLogo"] = right_logo
        if right_logo_id is not UNSET:
            field_dict["rightLogoId"] = right_logo_id

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.customization_profile import CustomizationProfile  # noqa: PLC0415

        d = dict(src_dict)
        contact_details = d.pop("contactDetails", UNSET)

        contact_title = d.pop("contactTitle", UNSET)

        login_image = d.pop("loginImage", UNSET)

        login_image_id = d.pop("loginImageId", UNSET)

        _profile = d.pop("profile", UNSET)
        profile: CustomizationProfile | Unset
        if isinstance(_profile, Unset):
            profile = UNSET
        else:
            profile = CustomizationProfile.from_dict(_profile)

        right_logo = d.pop("rightLogo", UNSET)

        right_logo_id = d.pop("rightLogoId", UNSET)

        customization_config_info = cls(
            contact_details=contact_details,
            contact_title=contact_title,
            login_image=login_image,
            login_image_id=login_image_id,
            profile=profile,
            right_logo=right_logo,
            right_logo_id=right_logo_id,
        )

        customization_config_info.additional_properties = d
        return customization_config_info

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
