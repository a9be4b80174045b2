from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.portal_app_info_attributes import PortalAppInfoAttributes


T = TypeVar("T", bound="PortalAppInfo")


@_attrs_define
class PortalAppInfo:
    """
    Attributes:
        aimms_description (str | Unset):
        aimms_name (str | Unset):
        attributes (PortalAppInfoAttributes | Unset):
        category (str | Unset):
        description (str | Unset):
        is_latest (bool | Unset):
        is_modifiable (bool | Unset):
        name (str | Unset):
        stored_id (str | Unset):
        version (str | Unset):
    """

    aimms_description: str | Unset = UNSET
    aimms_name: str | Unset = UNSET
    attributes: PortalAppInfoAttributes | Unset = UNSET
    category: str | Unset = UNSET
    description: str | Unset = UNSET
    is_latest: bool | Unset = UNSET
    is_modifiable: bool | Unset = UNSET
    name: str | Unset = UNSET
    stored_id: str | Unset = UNSET
    version: str | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        aimms_description = self.aimms_description

        aimms_name = self.aimms_name

        attributes: dict[str, Any] | Unset = UNSET
        if not isinstance(self.attributes, Unset):
            attributes = self.attributes.to_dict()

        category = self.category

        description = self.description

        is_latest = self.is_latest

        is_modifiable = self.is_modifiable

        name = self.name

        stored_id = self.stored_id

        version = self.version

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update({})
        if aimms_description is not UNSET:
            field_dict["aimmsDescription"] = aimms_description
        if aimms_name is not UNSET:
            field_dict["aimmsName"] = aimms_name
        if attributes is not UNSET:
            field_dict["attributes"] = attributes
        if category is not UNSET:
            field_dict["category"] = category
        if description is not UNSET:
            field_dict["description"] = description
        if is_latest is not UNSET:
            field_dict["isLatest"] = is_latest
        if is_modifiable is not UNSET:
            field_dict["isModifiable"] = is_modifiable
        if name is not UNSET:
            field_dict["name"] = name
        if stored_id is not UNSET:
            field_dict["storedId"] = stored_id
        if version is not UNSET:
            field_dict["version"] = version

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.portal_app_info_attributes import PortalAppInfoAttributes  # noqa: PLC0415

        d = dict(src_dict)
        aimms_description = d.pop("aimmsDescription", UNSET)

        aimms_name = d.pop("aimmsName", UNSET)

        _attributes = d.pop("attributes", UNSET)
        attributes: PortalAppInfoAttributes | Unset
        if isinstance(_attributes, Unset):
            attributes = UNSET
        else:
            attributes = PortalAppInfoAttributes.from_dict(_attributes)

        category = d.pop("category", UNSET)

        description = d.pop("description", UNSET)

        is_latest = d.pop("isLatest", UNSET)

        is_modifiable = d.pop("isModifiable", UNSET)

        name = d.pop("name", UNSET)

        stored_id = d.pop("storedId", UNSET)

        version = d.pop("version", UNSET)

        portal_app_info = cls(
            aimms_description=aimms_description,
            aimms_name=aimms_name,
            attributes=attributes,
            category=category,
            description=description,
            is_latest=is_latest,
            is_modifiable=is_modifiable,
            name=name,
            stored_id=stored_id,
            version=version,
        )

        portal_app_info.additional_properties = d
        return portal_app_info

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
