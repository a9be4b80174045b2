from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.entity_authorization import EntityAuthorization


T = TypeVar("T", bound="AimmsVersion")


@_attrs_define
class AimmsVersion:
    """
    Attributes:
        authorizations (list[EntityAuthorization] | Unset):
        id (str | Unset):
    """

    authorizations: list[EntityAuthorization] | Unset = UNSET
    id: str | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        authorizations: list[dict[str, Any]] | Unset = UNSET
        if not isinstance(self.authorizations, Unset):
            authorizations = []
            for authorizations_item_data in self.authorizations:
                authorizations_item = authorizations_item_data.to_dict()
                authorizations.append(authorizations_item)

        id = self.id

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update({})
        if authorizations is not UNSET:
            field_dict["authorizations"] = authorizations
        if id is not UNSET:
            field_dict["id"] = id

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

        aimms_version = cls(
            authorizations=authorizations,
            id=id,
        )

        aimms_version.additional_properties = d
        return aimms_version

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
