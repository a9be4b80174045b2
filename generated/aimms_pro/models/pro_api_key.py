from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.pro_api_key_scope import PROApiKeyScope


T = TypeVar("T", bound="PROApiKey")


@_attrs_define
class PROApiKey:
    """
    Attributes:
        expiration_date (str): The day on which the key ends, at most a year ahead.
        key_name (str):
        scopes (list[PROApiKeyScope] | Unset):
        secret (None | str | Unset): The key itself, in the reply to its creation only.
    """

    expiration_date: str
    key_name: str
    scopes: list[PROApiKeyScope] | Unset = UNSET
    secret: None | str | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        expiration_date = self.expiration_date

        key_name = self.key_name

        scopes: list[dict[str, Any]] | Unset = UNSET
        if not isinstance(self.scopes, Unset):
            scopes = []
            for scopes_item_data in self.scopes:
                scopes_item = scopes_item_data.to_dict()
                scopes.append(scopes_item)

        secret: None | str | Unset
        if isinstance(self.secret, Unset):
            secret = UNSET
        else:
            secret = self.secret

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "expirationDate": expiration_date,
                "keyName": key_name,
            }
        )
        if scopes is not UNSET:
            field_dict["scopes"] = scopes
        if secret is not UNSET:
            field_dict["secret"] = secret

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.pro_api_key_scope import PROApiKeyScope  # noqa: PLC0415

        d = dict(src_dict)
        expiration_date = d.pop("expirationDate")

        key_name = d.pop("keyName")

        _scopes = d.pop("scopes", UNSET)
        scopes: list[PROApiKeyScope] | Unset = UNSET
        if _scopes is not UNSET:
            scopes = []
            for scopes_item_data in _scopes:
                scopes_item = PROApiKeyScope.from_dict(scopes_item_data)

                scopes.append(scopes_item)

        def _parse_secret(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        secret = _parse_secret(d.pop("secret", UNSET))

        pro_api_key = cls(
            expiration_date=expiration_date,
            key_name=key_name,
            scopes=scopes,
            secret=secret,
        )

        pro_api_key.additional_properties = d
        return pro_api_key

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
