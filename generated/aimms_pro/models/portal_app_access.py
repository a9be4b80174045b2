from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

T = TypeVar("T", bound="PortalAppAccess")


@_attrs_define
class PortalAppAccess:
    """
    Attributes:
        app_id (int | Unset):
        app_name (str | Unset):
        app_version (str | Unset):
        applied (bool | Unset):
        deletable (bool | Unset):
        entity_enc (int | Unset):
        entity_id (int | Unset):
        entity_name (str | Unset):
        env_id (int | Unset):
        env_name (str | Unset):
    """

    app_id: int | Unset = UNSET
    app_name: str | Unset = UNSET
    app_version: str | Unset = UNSET
    applied: bool | Unset = UNSET
    deletable: bool | Unset = UNSET
    entity_enc: int | Unset = UNSET
    entity_id: int | Unset = UNSET
    entity_name: str | Unset = UNSET
    env_id: int | Unset = UNSET
    env_name: str | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        app_id = self.app_id

        app_name = self.app_name

        app_version = self.app_version

        applied = self.applied

        deletable = self.deletable

        entity_enc = self.entity_enc

        entity_id = self.entity_id

        entity_name = self.entity_name

        env_id = self.env_id

        env_name = self.env_name

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update({})
        if app_id is not UNSET:
            field_dict["app_id"] = app_id
        if app_name is not UNSET:
            field_dict["app_name"] = app_name
        if app_version is not UNSET:
            field_dict["app_version"] = app_version
        if applied is not UNSET:
            field_dict["applied"] = applied
        if deletable is not UNSET:
            field_dict["deletable"] = deletable
        if entity_enc is not UNSET:
            field_dict["entity_enc"] = entity_enc
        if entity_id is not UNSET:
            field_dict["entity_id"] = entity_id
        if entity_name is not UNSET:
            field_dict["entity_name"] = entity_name
        if env_id is not UNSET:
            field_dict["env_id"] = env_id
        if env_name is not UNSET:
            field_dict["env_name"] = env_name

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        app_id = d.pop("app_id", UNSET)

        app_name = d.pop("app_name", UNSET)

        app_version = d.pop("app_version", UNSET)

        applied = d.pop("applied", UNSET)

        deletable = d.pop("deletable", UNSET)

        entity_enc = d.pop("entity_enc", UNSET)

        entity_id = d.pop("entity_id", UNSET)

        entity_name = d.pop("entity_name", UNSET)

        env_id = d.pop("env_id", UNSET)

        env_name = d.pop("env_name", UNSET)

        portal_app_access = cls(
            app_id=app_id,
            app_name=app_name,
            app_version=app_version,
            applied=applied,
            deletable=deletable,
            entity_enc=entity_enc,
            entity_id=entity_id,
            entity_name=entity_name,
            env_id=env_id,
            env_name=env_name,
        )

        portal_app_access.additional_properties = d
        return portal_app_access

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
