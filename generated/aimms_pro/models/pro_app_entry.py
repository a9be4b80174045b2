from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.entity_authorization import EntityAuthorization
    from ..models.pro_aimms_entry import PROAimmsEntry
    from ..models.pro_app_entry_attributes import PROAppEntryAttributes
    from ..models.pro_project import PROProject


T = TypeVar("T", bound="PROAppEntry")


@_attrs_define
class PROAppEntry:
    """
    Attributes:
        aimms (PROAimmsEntry | Unset):
        app_icon_sas_url (str | Unset):
        attributes (PROAppEntryAttributes | Unset):
        authorizations (list[EntityAuthorization] | Unset):
        description (str | Unset):
        existing (int | Unset):
        is_latest (bool | Unset):
        project (PROProject | Unset):
        project_category (str | Unset):
        stored_id (str | Unset):
        resource_profile (str | Unset): A profile's name, <account> or <unknown> (inferred).
    """

    aimms: PROAimmsEntry | Unset = UNSET
    app_icon_sas_url: str | Unset = UNSET
    attributes: PROAppEntryAttributes | Unset = UNSET
    authorizations: list[EntityAuthorization] | Unset = UNSET
    description: str | Unset = UNSET
    existing: int | Unset = UNSET
    is_latest: bool | Unset = UNSET
    project: PROProject | Unset = UNSET
    project_category: str | Unset = UNSET
    stored_id: str | Unset = UNSET
    resource_profile: str | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        aimms: dict[str, Any] | Unset = UNSET
        if not isinstance(self.aimms, Unset):
            aimms = self.aimms.to_dict()

        app_icon_sas_url = self.app_icon_sas_url

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

        existing = self.existing

        is_latest = self.is_latest

        project: dict[str, Any] | Unset = UNSET
        if not isinstance(self.project, Unset):
            project = self.project.to_dict()

        project_category = self.project_category

        stored_id = self.stored_id

        resource_profile = self.resource_profile

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update({})
        if aimms is not UNSET:
            field_dict["aimms"] = aimms
        if app_icon_sas_url is not UNSET:
            field_dict["appIconSasUrl"] = app_icon_sas_url
        if attributes is not UNSET:
            field_dict["attributes"] = attributes
        if authorizations is not UNSET:
            field_dict["authorizations"] = authorizations
        if description is not UNSET:
            field_dict["description"] = description
        if existing is not UNSET:
            field_dict["existing"] = existing
        if is_latest is not UNSET:
            field_dict["isLatest"] = is_latest
        if project is not UNSET:
            field_dict["project"] = project
        if project_category is not UNSET:
            field_dict["projectCategory"] = project_category
        if stored_id is not UNSET:
            field_dict["storedId"] = stored_id
        if resource_profile is not UNSET:
            field_dict["resourceProfile"] = resource_profile

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.entity_authorization import EntityAuthorization  # noqa: PLC0415
        from ..models.pro_aimms_entry import PROAimmsEntry  # noqa: PLC0415
        from ..models.pro_app_entry_attributes import PROAppEntryAttributes  # noqa: PLC0415
        from ..models.pro_project import PROProject  # noqa: PLC0415

        d = dict(src_dict)
        _aimms = d.pop("aimms", UNSET)
        aimms: PROAimmsEntry | Unset
        if isinstance(_aimms, Unset):
            aimms = UNSET
        else:
            aimms = PROAimmsEntry.from_dict(_aimms)

        app_icon_sas_url = d.pop("appIconSasUrl", UNSET)

        _attributes = d.pop("attributes", UNSET)
        attributes: PROAppEntryAttributes | Unset
        if isinstance(_attributes, Unset):
            attributes = UNSET
        else:
            attributes = PROAppEntryAttributes.from_dict(_attributes)

        _authorizations = d.pop("authorizations", UNSET)
        authorizations: list[EntityAuthorization] | Unset = UNSET
        if _authorizations is not UNSET:
            authorizations = []
            for authorizations_item_data in _authorizations:
                authorizations_item = EntityAuthorization.from_dict(authorizations_item_data)

                authorizations.append(authorizations_item)

        description = d.pop("description", UNSET)

        existing = d.pop("existing", UNSET)

        is_latest = d.pop("isLatest", UNSET)

        _project = d.pop("project", UNSET)
        project: PROProject | Unset
        if isinstance(_project, Unset):
            project = UNSET
        else:
            project = PROProject.from_dict(_project)

        project_category = d.pop("projectCategory", UNSET)

        stored_id = d.pop("storedId", UNSET)

        resource_profile = d.pop("resourceProfile", UNSET)

        pro_app_entry = cls(
            aimms=aimms,
            app_icon_sas_url=app_icon_sas_url,
            attributes=attributes,
            authorizations=authorizations,
            description=description,
            existing=existing,
            is_latest=is_latest,
            project=project,
            project_category=project_category,
            stored_id=stored_id,
            resource_profile=resource_profile,
        )

        pro_app_entry.additional_properties = d
        return pro_app_entry

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
