from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

T = TypeVar("T", bound="DeployedVersion")


@_attrs_define
class DeployedVersion:
    """
    Attributes:
        schema (str | Unset):
        version (str | Unset):
        meta_data (str | Unset):
        api_scripts (str | Unset):
    """

    schema: str | Unset = UNSET
    version: str | Unset = UNSET
    meta_data: str | Unset = UNSET
    api_scripts: str | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        schema = self.schema

        version = self.version

        meta_data = self.meta_data

        api_scripts = self.api_scripts

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update({})
        if schema is not UNSET:
            field_dict["schema"] = schema
        if version is not UNSET:
            field_dict["version"] = version
        if meta_data is not UNSET:
            field_dict["meta_data"] = meta_data
        if api_scripts is not UNSET:
            field_dict["api_scripts"] = api_scripts

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        schema = d.pop("schema", UNSET)

        version = d.pop("version", UNSET)

        meta_data = d.pop("meta_data", UNSET)

        api_scripts = d.pop("api_scripts", UNSET)

        deployed_version = cls(
            schema=schema,
            version=version,
            meta_data=meta_data,
            api_scripts=api_scripts,
        )

        deployed_version.additional_properties = d
        return deployed_version

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
