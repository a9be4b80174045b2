from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

T = TypeVar("T", bound="ApiKey")


@_attrs_define
class ApiKey:
    """
    Attributes:
        name (str | Unset): Unique among the keys of the user.
        expiration_date (str | Unset): The day on which the key ends, at most a year after its creation.
        scopes (list[Any] | Unset):
        value (None | str | Unset): The key itself, in the reply to its creation only.
    """

    name: str | Unset = UNSET
    expiration_date: str | Unset = UNSET
    scopes: list[Any] | Unset = UNSET
    value: None | str | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        name = self.name

        expiration_date = self.expiration_date

        scopes: list[Any] | Unset = UNSET
        if not isinstance(self.scopes, Unset):
            scopes = self.scopes

        value: None | str | Unset
        if isinstance(self.value, Unset):
            value = UNSET
        else:
            value = self.value

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update({})
        if name is not UNSET:
            field_dict["name"] = name
        if expiration_date is not UNSET:
            field_dict["expiration_date"] = expiration_date
        if scopes is not UNSET:
            field_dict["scopes"] = scopes
        if value is not UNSET:
            field_dict["value"] = value

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        name = d.pop("name", UNSET)

        expiration_date = d.pop("expiration_date", UNSET)

        scopes = cast(list[Any], d.pop("scopes", UNSET))

        def _parse_value(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        value = _parse_value(d.pop("value", UNSET))

        api_key = cls(
            name=name,
            expiration_date=expiration_date,
            scopes=scopes,
            value=value,
        )

        api_key.additional_properties = d
        return api_key

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
