from __future__ import annotations

import json
from collections.abc import Mapping
from io import BytesIO
from typing import TYPE_CHECKING, Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from .. import types
from ..types import UNSET, File, FileTypes, Unset

if TYPE_CHECKING:
    from ..models.pro_app_metadata import PROAppMetadata


T = TypeVar("T", bound="PublishAppBody")


@_attrs_define
class PublishAppBody:
    """
    Attributes:
        file (File):
        metadata (PROAppMetadata):
        icon (File | Unset):
    """

    file: File
    metadata: PROAppMetadata
    icon: File | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        file = self.file.to_tuple()

        metadata = self.metadata.to_dict()

        icon: FileTypes | Unset = UNSET
        if not isinstance(self.icon, Unset):
            icon = self.icon.to_tuple()

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "file": file,
                "metadata": metadata,
            }
        )
        if icon is not UNSET:
            field_dict["icon"] = icon

        return field_dict

    def to_multipart(self) -> types.RequestFiles:
        files: types.RequestFiles = []

        files.append(("file", self.file.to_tuple()))

        files.append(("metadata", (None, json.dumps(self.metadata.to_dict()).encode(), "application/json")))

        if not isinstance(self.icon, Unset):
            files.append(("icon", self.icon.to_tuple()))

        for prop_name, prop in self.additional_properties.items():
            files.append((prop_name, (None, str(prop).encode(), "text/plain")))

        return files

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.pro_app_metadata import PROAppMetadata  # noqa: PLC0415

        d = dict(src_dict)
        file = File(payload=BytesIO(d.pop("file")))

        metadata = PROAppMetadata.from_dict(d.pop("metadata"))

        _icon = d.pop("icon", UNSET)
        icon: File | Unset
        if isinstance(_icon, Unset):
            icon = UNSET
        else:
            icon = File(payload=BytesIO(_icon))

        publish_app_body = cls(
            file=file,
            metadata=metadata,
            icon=icon,
        )

        publish_app_body.additional_properties = d
        return publish_app_body

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
