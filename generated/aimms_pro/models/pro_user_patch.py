from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

T = TypeVar("T", bound="PROUserPatch")


@_attrs_define
class PROUserPatch:
    """
    Attributes:
        email (str | Unset):
        fullname (str | Unset):
        password (str | Unset):
        username (str | Unset):
    """

    email: str | Unset = UNSET
    fullname: str | Unset = UNSET
    password: str | Unset = UNSET
    username: str | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        email = self.email

        fullname = self.fullname

        password = self.password

        username = self.username

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update({})
        if email is not UNSET:
            field_dict["email"] = email
        if fullname is not UNSET:
            field_dict["fullname"] = fullname
        if password is not UNSET:
            field_dict["password"] = password
        if username is not UNSET:
            field_dict["username"] = username

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        email = d.pop("email", UNSET)

        fullname = d.pop("fullname", UNSET)

        password = d.pop("password", UNSET)

        username = d.pop("username", UNSET)

        pro_user_patch = cls(
            email=email,
            fullname=fullname,
            password=password,
            username=username,
        )

        pro_user_patch.additional_properties = d
        return pro_user_patch

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
