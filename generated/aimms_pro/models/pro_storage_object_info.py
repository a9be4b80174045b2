from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.entity_authorization import EntityAuthorization


T = TypeVar("T", bound="PROStorageObjectInfo")


@_attrs_define
class PROStorageObjectInfo:
    """
    Attributes:
        authorizations (list[EntityAuthorization] | Unset):
        id (str | Unset):
        label (str | Unset):
        last_version_id (str | Unset):
        last_version_id_data (str | Unset):
        path (str | Unset):
        type_ (str | Unset):
        versions (int | Unset):
    """

    authorizations: list[EntityAuthorization] | Unset = UNSET
    id: str | Unset = UNSET
    label: str | Unset = UNSET
    last_version_id: str | Unset = UNSET
    last_version_id_data: str | Unset = UNSET
    path: str | Unset = UNSET
    type_: str | Unset = UNSET
    versions: int | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        authorizations: list[dict[str, Any]] | Unset = UNSET
        if not isinstance(self.authorizations, Unset):
            authorizations = []
            for authorizations_item_data in self.authorizations:
                authorizations_item = authorizations_item_data.to_dict()
                authorizations.append(authorizations_item)

        id = self.id

        label = self.label

        last_version_id = self.last_version_id

        last_version_id_data = self.last_version_id_data

        path = self.path

        type_ = self.type_

        versions = self.versions

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update({})
        if authorizations is not UNSET:
            field_dict["authorizations"] = authorizations
        if id is not UNSET:
            field_dict["id"] = id
        if label is not UNSET:
            field_dict["label"] = label
        if last_version_id is not UNSET:
            field_dict["lastVersionID"] = last_version_id
        if last_version_id_data is not UNSET:
            field_dict["lastVersionIDData"] = last_version_id_data
        if path is not UNSET:
            field_dict["path"] = path
        if type_ is not UNSET:
            field_dict["type"] = type_
        if versions is not UNSET:
            field_dict["versions"] = versions

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.entity_authorization import EntityAuthorization  # noqa: PLC0415

        d = dict(src_dict)
        _authorizations = d.pop("authorizations", UNSET)
        authorizations: list[EntityAuthorization] | Unset = UNSET
        if _authorizations is not UNSET:
            authorizations = []
            for authorizations_item_data in _authorizations:
                authorizations_item = EntityAuthorization.from_dict(authorizations_item_data)

                authorizations.append(authorizations_item)

        id = d.pop("id", UNSET)

        label = d.pop("label", UNSET)

        last_version_id = d.pop("lastVersionID", UNSET)

        last_version_id_data = d.pop("lastVersionIDData", UNSET)

        path = d.pop("path", UNSET)

        type_ = d.pop("type", UNSET)

        versions = d.pop("versions", UNSET)

        pro_storage_object_info = cls(
            authorizations=authorizations,
            id=id,
            label=label,
            last_version_id=last_version_id,
            last_version_id_data=last_version_id_data,
            path=path,
            type_=type_,
            versions=versions,
        )

        pro_storage_object_info.additional_properties = d
        return pro_storage_object_info

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
