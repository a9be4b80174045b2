from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.pro_app_metadata_attributes import PROAppMetadataAttributes


T = TypeVar("T", bound="PROAppMetadata")


@_attrs_define
class PROAppMetadata:
    """
    Attributes:
        aimms_version_id (str | Unset):
        attributes (PROAppMetadataAttributes | Unset):
        description (str | Unset):
        name (str | Unset):
        old_project_name (str | Unset):
        old_project_version (str | Unset):
        project_category (str | Unset):
        project_version (str | Unset):
        publish_behavior (int | Unset):
        resource_profile (str | Unset): A profile's name, or <account> for the limits of the account, or <unknown> for
            the application's own limits, which then stay as they are. Which of the two is the default, the vendor's pages
            do not agree on.
    """

    aimms_version_id: str | Unset = UNSET
    attributes: PROAppMetadataAttributes | Unset = UNSET
    description: str | Unset = UNSET
    name: str | Unset = UNSET
    old_project_name: str | Unset = UNSET
    old_project_version: str | Unset = UNSET
    project_category: str | Unset = UNSET
    project_version: str | Unset = UNSET
    publish_behavior: int | Unset = UNSET
    resource_profile: str | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        aimms_version_id = self.aimms_version_id

        attributes: dict[str, Any] | Unset = UNSET
        if not isinstance(self.attributes, Unset):
            attributes = self.attributes.to_dict()

        description = self.description

        name = self.name

        old_project_name = self.old_project_name

        old_project_version = self.old_project_version

        project_category = self.project_category

        project_version = self.project_version

        publish_behavior = self.publish_behavior

        resource_profile = self.resource_profile

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update({})
        if aimms_version_id is not UNSET:
            field_dict["aimmsVersionId"] = aimms_version_id
        if attributes is not UNSET:
            field_dict["attributes"] = attributes
        if description is not UNSET:
            field_dict["description"] = description
        if name is not UNSET:
            field_dict["name"] = name
        if old_project_name is not UNSET:
            field_dict["oldProjectName"] = old_project_name
        if old_project_version is not UNSET:
            field_dict["oldProjectVersion"] = old_project_version
        if project_category is not UNSET:
            field_dict["projectCategory"] = project_category
        if project_version is not UNSET:
            field_dict["projectVersion"] = project_version
        if publish_behavior is not UNSET:
            field_dict["publishBehavior"] = publish_behavior
        if resource_profile is not UNSET:
            field_dict["resourceProfile"] = resource_profile

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.pro_app_metadata_attributes import PROAppMetadataAttributes  # noqa: PLC0415

        d = dict(src_dict)
        aimms_version_id = d.pop("aimmsVersionId", UNSET)

        _attributes = d.pop("attributes", UNSET)
        attributes: PROAppMetadataAttributes | Unset
        if isinstance(_attributes, Unset):
            attributes = UNSET
        else:
            attributes = PROAppMetadataAttributes.from_dict(_attributes)

        description = d.pop("description", UNSET)

        name = d.pop("name", UNSET)

        old_project_name = d.pop("oldProjectName", UNSET)

        old_project_version = d.pop("oldProjectVersion", UNSET)

        project_category = d.pop("projectCategory", UNSET)

        project_version = d.pop("projectVersion", UNSET)

        publish_behavior = d.pop("publishBehavior", UNSET)

        resource_profile = d.pop("resourceProfile", UNSET)

        pro_app_metadata = cls(
            aimms_version_id=aimms_version_id,
            attributes=attributes,
            description=description,
            name=name,
            old_project_name=old_project_name,
            old_project_version=old_project_version,
            project_category=project_category,
            project_version=project_version,
            publish_behavior=publish_behavior,
            resource_profile=resource_profile,
        )

        pro_app_metadata.additional_properties = d
        return pro_app_metadata

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
