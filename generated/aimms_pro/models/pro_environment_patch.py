from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.entity_authorization import EntityAuthorization


T = TypeVar("T", bound="PROEnvironmentPatch")


@_attrs_define
class PROEnvironmentPatch:
    """
    Attributes:
        authorizations (list[EntityAuthorization] | Unset):
        description (str | Unset):
        domain (str | Unset):
        is_default (bool | Unset):
        name (str | Unset):
        saml_metadata_url (str | Unset):
    """

    authorizations: list[EntityAuthorization] | Unset = UNSET
    description: str | Unset = UNSET
    domain: str | Unset = UNSET
    is_default: bool | Unset = UNSET
    name: str | Unset = UNSET
    saml_metadata_url: str | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        authorizations: list[dict[str, Any]] | Unset = UNSET
        if not isinstance(self.authorizations, Unset):
            authorizations = []
            for authorizations_item_data in self.authorizations:
                authorizations_item = authorizations_item_data.to_dict()
                authorizations.append(authorizations_item)

        description = self.description

        domain = self.domain

        is_default = self.is_default

        name = self.name

        saml_metadata_url = self.saml_metadata_url

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update({})
        if authorizations is not UNSET:
            field_dict["authorizations"] = authorizations
        if description is not UNSET:
            field_dict["description"] = description
        if domain is not UNSET:
            field_dict["domain"] = domain
        if is_default is not UNSET:
            field_dict["isDefault"] = is_default
        if name is not UNSET:
            field_dict["name"] = name
        if saml_metadata_url is not UNSET:
            field_dict["samlMetadataUrl"] = saml_metadata_url

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

        description = d.pop("description", UNSET)

        domain = d.pop("domain", UNSET)

        is_default = d.pop("isDefault", UNSET)

        name = d.pop("name", UNSET)

        saml_metadata_url = d.pop("samlMetadataUrl", UNSET)

        pro_environment_patch = cls(
            authorizations=authorizations,
            description=description,
            domain=domain,
            is_default=is_default,
            name=name,
            saml_metadata_url=saml_metadata_url,
        )

        pro_environment_patch.additional_properties = d
        return pro_environment_patch

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
