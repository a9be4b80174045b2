from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.environment_info import EnvironmentInfo


T = TypeVar("T", bound="EntityInfo")


@_attrs_define
class EntityInfo:
    """
    Attributes:
        entity (int):
        environment (EnvironmentInfo):
        name (str):
        bucket_path (list[str] | Unset):
        curr_users (int | Unset):
        description (str | Unset):
        email (str | Unset):
        groups (list[int] | Unset):
        is_group (bool | Unset):
        max_users (int | Unset):
    """

    entity: int
    environment: EnvironmentInfo
    name: str
    bucket_path: list[str] | Unset = UNSET
    curr_users: int | Unset = UNSET
    description: str | Unset = UNSET
    email: str | Unset = UNSET
    groups: list[int] | Unset = UNSET
    is_group: bool | Unset = UNSET
    max_users: int | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        entity = self.entity

        environment = self.environment.to_dict()

        name = self.name

        bucket_path: list[str] | Unset = UNSET
        if not isinstance(self.bucket_path, Unset):
            bucket_path = self.bucket_path

        curr_users = self.curr_users

        description = self.description

        email = self.email

        groups: list[int] | Unset = UNSET
        if not isinstance(self.groups, Unset):
            groups = self.groups

        is_group = self.is_group

        max_users = self.max_users

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "entity": entity,
                "environment": environment,
                "name": name,
            }
        )
        if bucket_path is not UNSET:
            field_dict["bucketPath"] = bucket_path
        if curr_users is not UNSET:
            field_dict["curr_users"] = curr_users
        if description is not UNSET:
            field_dict["description"] = description
        if email is not UNSET:
            field_dict["email"] = email
        if groups is not UNSET:
            field_dict["groups"] = groups
        if is_group is not UNSET:
            field_dict["isGroup"] = is_group
        if max_users is not UNSET:
            field_dict["max_users"] = max_users

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.environment_info import EnvironmentInfo  # noqa: PLC0415

        d = dict(src_dict)
        entity = d.pop("entity")

        environment = EnvironmentInfo.from_dict(d.pop("environment"))

        name = d.pop("name")

        bucket_path = cast(list[str], d.pop("bucketPath", UNSET))

        curr_users = d.pop("curr_users", UNSET)

        description = d.pop("description", UNSET)

        email = d.pop("email", UNSET)

        groups = cast(list[int], d.pop("groups", UNSET))

        is_group = d.pop("isGroup", UNSET)

        max_users = d.pop("max_users", UNSET)

        entity_info = cls(
            entity=entity,
            environment=environment,
            name=name,
            bucket_path=bucket_path,
            curr_users=curr_users,
            description=description,
            email=email,
            groups=groups,
            is_group=is_group,
            max_users=max_users,
        )

        entity_info.additional_properties = d
        return entity_info

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
