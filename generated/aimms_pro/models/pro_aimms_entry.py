from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.pro_aimms import PROAimms


T = TypeVar("T", bound="PROAimmsEntry")


@_attrs_define
class PROAimmsEntry:
    """
    Attributes:
        aimms (PROAimms | Unset):
        architecture (str | Unset):
        client_stored_id (str | Unset):
        description (str | Unset):
        published_date (str | Unset):
        stored_id (str | Unset):
    """

    aimms: PROAimms | Unset = UNSET
    architecture: str | Unset = UNSET
    client_stored_id: str | Unset = UNSET
    description: str | Unset = UNSET
    published_date: str | Unset = UNSET
    stored_id: str | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        aimms: dict[str, Any] | Unset = UNSET
        if not isinstance(self.aimms, Unset):
            aimms = self.aimms.to_dict()

        architecture = self.architecture

        client_stored_id = self.client_stored_id

        description = self.description

        published_date = self.published_date

        stored_id = self.stored_id

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update({})
        if aimms is not UNSET:
            field_dict["aimms"] = aimms
        if architecture is not UNSET:
            field_dict["architecture"] = architecture
        if client_stored_id is not UNSET:
            field_dict["clientStoredId"] = client_stored_id
        if description is not UNSET:
            field_dict["description"] = description
        if published_date is not UNSET:
            field_dict["publishedDate"] = published_date
        if stored_id is not UNSET:
            field_dict["storedId"] = stored_id

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.pro_aimms import PROAimms  # noqa: PLC0415

        d = dict(src_dict)
        _aimms = d.pop("aimms", UNSET)
        aimms: PROAimms | Unset
        if isinstance(_aimms, Unset):
            aimms = UNSET
        else:
            aimms = PROAimms.from_dict(_aimms)

        architecture = d.pop("architecture", UNSET)

        client_stored_id = d.pop("clientStoredId", UNSET)

        description = d.pop("description", UNSET)

        published_date = d.pop("publishedDate", UNSET)

        stored_id = d.pop("storedId", UNSET)

        pro_aimms_entry = cls(
            aimms=aimms,
            architecture=architecture,
            client_stored_id=client_stored_id,
            description=description,
            published_date=published_date,
            stored_id=stored_id,
        )

        pro_aimms_entry.additional_properties = d
        return pro_aimms_entry

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
