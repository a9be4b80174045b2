from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

T = TypeVar("T", bound="PROStorageObjectResponse")


@_attrs_define
class PROStorageObjectResponse:
    """
    Attributes:
        create_date (str | Unset):
        label (str | Unset):
        object_id (str | Unset):
        size (int | Unset):
        version_id (str | Unset):
    """

    create_date: str | Unset = UNSET
    label: str | Unset = UNSET
    object_id: str | Unset = UNSET
    size: int | Unset = UNSET
    version_id: str | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        create_date = self.create_date

        label = self.label

        object_id = self.object_id

        size = self.size

        version_id = self.version_id

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update({})
        if create_date is not UNSET:
            field_dict["createDate"] = create_date
        if label is not UNSET:
            field_dict["label"] = label
        if object_id is not UNSET:
            field_dict["objectId"] = object_id
        if size is not UNSET:
            field_dict["size"] = size
        if version_id is not UNSET:
            field_dict["versionId"] = version_id

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        create_date = d.pop("createDate", UNSET)

        label = d.pop("label", UNSET)

        object_id = d.pop("objectId", UNSET)

        size = d.pop("size", UNSET)

        version_id = d.pop("versionId", UNSET)

        pro_storage_object_response = cls(
            create_date=create_date,
            label=label,
            object_id=object_id,
            size=size,
            version_id=version_id,
        )

        pro_storage_object_response.additional_properties = d
        return pro_storage_object_response

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
