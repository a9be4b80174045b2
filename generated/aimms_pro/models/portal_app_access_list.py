from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.portal_app_access import PortalAppAccess


T = TypeVar("T", bound="PortalAppAccessList")


@_attrs_define
class PortalAppAccessList:
    """
    Attributes:
        app_access_list (list[PortalAppAccess] | Unset):
    """

    app_access_list: list[PortalAppAccess] | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        app_access_list: list[dict[str, Any]] | Unset = UNSET
        if not isinstance(self.app_access_list, Unset):
            app_access_list = []
            for app_access_list_item_data in self.app_access_list:
                app_access_list_item = app_access_list_item_data.to_dict()
                app_access_list.append(app_access_list_item)

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update({})
        if app_access_list is not UNSET:
            field_dict["app_access_list"] = app_access_list

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.portal_app_access import PortalAppAccess  # noqa: PLC0415

        d = dict(src_dict)
        _app_access_list = d.pop("app_access_list", UNSET)
        app_access_list: list[PortalAppAccess] | Unset = UNSET
        if _app_access_list is not UNSET:
            app_access_list = []
            for app_access_list_item_data in _app_access_list:
                app_access_list_item = PortalAppAccess.from_dict(app_access_list_item_data)

                app_access_list.append(app_access_list_item)

        portal_app_access_list = cls(
            app_access_list=app_access_list,
        )

        portal_app_access_list.additional_properties = d
        return portal_app_access_list

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
