from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.entity_authorization import EntityAuthorization
    from ..models.pro_storage_bucket_response import PROStorageBucketResponse
    from ..models.pro_storage_object_response import PROStorageObjectResponse


T = TypeVar("T", bound="PROStorageBucketInfo")


@_attrs_define
class PROStorageBucketInfo:
    """
    Attributes:
        authorizations (list[EntityAuthorization] | Unset):
        child_buckets (list[PROStorageBucketResponse] | Unset):
        child_objects (list[PROStorageObjectResponse] | Unset):
        create_date (str | Unset):
        id (str | Unset):
        label (str | Unset):
        objects (int | Unset):
        path (str | Unset):
    """

    authorizations: list[EntityAuthorization] | Unset = UNSET
    child_buckets: list[PROStorageBucketResponse] | Unset = UNSET
    child_objects: list[PROStorageObjectResponse] | Unset = UNSET
    create_date: str | Unset = UNSET
    id: str | Unset = UNSET
    label: str | Unset = UNSET
    objects: int | Unset = UNSET
    path: str | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        authorizations: list[dict[str, Any]] | Unset = UNSET
        if not isinstance(self.authorizations, Unset):
            authorizations = []
            for authorizations_item_data in self.authorizations:
                authorizations_item = authorizations_item_data.to_dict()
                authorizations.append(authorizations_item)

        child_buckets: list[dict[str, Any]] | Unset = UNSET
        if not isinstance(self.child_buckets, Unset):
            child_buckets = []
            for child_buckets_item_data in self.child_buckets:
                child_buckets_item = child_buckets_item_data.to_dict()
                child_buckets.append(child_buckets_item)

        child_objects: list[dict[str, Any]] | Unset = UNSET
        if not isinstance(self.child_objects, Unset):
            child_objects = []
            for child_objects_item_data in self.child_objects:
                child_objects_item = child_objects_item_data.to_dict()
                child_objects.append(child_objects_item)

        create_date = self.create_date

        id = self.id

        label = self.label

        objects = self.objects

        path = self.path

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update({})
        if authorizations is not UNSET:
            field_dict["authorizations"] = authorizations
        if child_buckets is not UNSET:
            field_dict["childBuckets"] = child_buckets
        if child_objects is not UNSET:
            field_dict["childObjects"] = child_objects
        if create_date is not UNSET:
            field_dict["createDate"] = create_date
        if id is not UNSET:
            field_dict["id"] = id
        if label is not UNSET:
            field_dict["label"] = label
        if objects is not UNSET:
            field_dict["objects"] = objects
        if path is not UNSET:
            field_dict["path"] = path

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.entity_authorization import EntityAuthorization  # noqa: PLC0415
        from ..models.pro_storage_bucket_response import PROStorageBucketResponse  # noqa: PLC0415
        from ..models.pro_storage_object_response import PROStorageObjectResponse  # noqa: PLC0415

        d = dict(src_dict)
        _authorizations = d.pop("authorizations", UNSET)
        authorizations: list[EntityAuthorization] | Unset = UNSET
        if _authorizations is not UNSET:
            authorizations = []
            for authorizations_item_data in _authorizations:
                authorizations_item = EntityAuthorization.from_dict(authorizations_item_data)

                authorizations.append(authorizations_item)

        _child_buckets = d.pop("childBuckets", UNSET)
        child_buckets: list[PROStorageBucketResponse] | Unset = UNSET
        if _child_buckets is not UNSET:
            child_buckets = []
            for child_buckets_item_data in _child_buckets:
                child_buckets_item = PROStorageBucketResponse.from_dict(child_buckets_item_data)

                child_buckets.append(child_buckets_item)

        _child_objects = d.pop("childObjects", UNSET)
        child_objects: list[PROStorageObjectResponse] | Unset = UNSET
        if _child_objects is not UNSET:
            child_objects = []
            for child_objects_item_data in _child_objects:
                child_objects_item = PROStorageObjectResponse.from_dict(child_objects_item_data)

                child_objects.append(child_objects_item)

        create_date = d.pop("createDate", UNSET)

        id = d.pop("id", UNSET)

        label = d.pop("label", UNSET)

        objects = d.pop("objects", UNSET)

        path = d.pop("path", UNSET)

        pro_storage_bucket_info = cls(
            authorizations=authorizations,
            child_buckets=child_buckets,
            child_objects=child_objects,
            create_date=create_date,
            id=id,
            label=label,
            objects=objects,
            path=path,
        )

        pro_storage_bucket_info.additional_properties = d
        return pro_storage_bucket_info

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
