from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.entity_authorization import EntityAuthorization
    from ..models.pro_app_patch_attributes import PROAppPatchAttributes


T = TypeVar("T", bound="PROAppPatch")


@_attrs_define
class PROAppPatch:
    """
    Attributes:
        attributes (PROAppPatchAttributes | Unset):
        authorizations (list[EntityAuthorization] | Unset):
        description (str | Unset):
        is_latest (bool | Unset):
        project_category (str | Unset):
        resource_profile (str | Unset): A profile's name, or <account> for the limits of the account, or <unknown> for
            the application's own limits, which then stay as they are. Which of the two is the default, the vendor's pages
            do not agree on.
    """

    attributes: PROAppPatchAttributes | Unset = UNSET
    authorizations: list[EntityAuthorization] | Unset = UNSET
    description: str | Unset = UNSET
    is_latest: bool | Unset = UNSET
    project_category: str | Unset = UNSET
    resource_profile: str | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        attributes: dict[str, Any] | Unset = UNSET
        if not isinstance(self.attributes, Unset):
            attributes = self.attributes.to_dict()

        authorizations: list[dict[str, Any]] | Unset = UNSET
        if not isinstance(self.authorizations, Unset):
            authorizations = []
            for authorizations_item_data in self.authorizations:
                authorizations_item = authorizations_item_data.to_dict()
                authorizations.append(authorizations_item)

        description = self.description

        is_latest = self.is_latest

        project_category = self.project_category

        resource_profile = self.resource_profile

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update({})
        if attributes is not UNSET:
            field_dict["attributes"] = attributes
        if authorizations is not UNSET:
            field_dict["authorizations"] = authorizations
        if description is not UNSET:
            field_dict["description"] = description
        if is_latest is not UNSET:
            field_dict["isLatest"] = is_latest
        if project_category is not UNSET:
            field_dict["projectCategory"] = project_category
        if resource_profile is not UNSET:
            field_dict["resourceProfile"] = resource_profile

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.entity_authorization import EntityAuthorization  # noqa: PLC0415
        from ..models.pro_app_patch_attributes import PROAppPatchAttributes  # noqa: PLC0415

        d = dict(src_dict)
        _attributes = d.pop("attributes", UNSET)
        attributes: PROAppPatchAttributes | Unset
        if isinstance(_attributes, Unset):
            attributes = UNSET
        else:
            attributes = PROAppPatchAttributes.from_dict(_attributes)

        _authorizations = d.pop("authorizations", UNSET)
        authorizations: list[EntityAuthorization] | Unset = UNSET
        if _authorizations is not UNSET:
            authorizations = []
            for authorizations_item_data in _authorizations:
                authorizations_item = EntityAuthorization.from_dict(authorizations_item_data)

                authorizations.append(authorizations_item)

        description = d.pop("description", UNSET)

        is_latest = d.pop("isLatest", UNSET)

        project_category = d.pop("projectCategory", UNSET)

        resource_profile = d.pop("resourceProfile", UNSET)

        pro_app_patch = cls(
            attributes=attributes,
            authorizations=authorizations,
            description=description,
            is_latest=is_latest,
            project_category=project_category,
            resource_profile=resource_profile,
        )

        pro_app_patch.additional_properties = d
        return pro_app_patch

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
