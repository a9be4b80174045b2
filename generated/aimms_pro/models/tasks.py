from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.task import Task


T = TypeVar("T", bound="Tasks")


@_attrs_define
class Tasks:
    """
    Attributes:
        total_tasks (int | Unset):
        current_batch (list[Task] | Unset):
    """

    total_tasks: int | Unset = UNSET
    current_batch: list[Task] | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        total_tasks = self.total_tasks

        current_batch: list[dict[str, Any]] | Unset = UNSET
        if not isinstance(self.current_batch, Unset):
            current_batch = []
            for current_batch_item_data in self.current_batch:
                current_batch_item = current_batch_item_data.to_dict()
                current_batch.append(current_batch_item)

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update({})
        if total_tasks is not UNSET:
            field_dict["total_tasks"] = total_tasks
        if current_batch is not UNSET:
            field_dict["current_batch"] = current_batch

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.task import Task  # noqa: PLC0415

        d = dict(src_dict)
        total_tasks = d.pop("total_tasks", UNSET)

        _current_batch = d.pop("current_batch", UNSET)
        current_batch: list[Task] | Unset = UNSET
        if _current_batch is not UNSET:
            current_batch = []
            for current_batch_item_data in _current_batch:
                current_batch_item = Task.from_dict(current_batch_item_data)

                current_batch.append(current_batch_item)

        tasks = cls(
            total_tasks=total_tasks,
            current_batch=current_batch,
        )

        tasks.additional_properties = d
        return tasks

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
