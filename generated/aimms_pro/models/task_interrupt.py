from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..models.task_interrupt_setstatus import TaskInterruptSetstatus, check_task_interrupt_setstatus

T = TypeVar("T", bound="TaskInterrupt")


@_attrs_define
class TaskInterrupt:
    """How to stop a task. interrupt-solve stops running solves, the procedure goes on and the task ends as completed;
    interrupt-execution stops the procedure itself and the task ends as failed.

        Attributes:
            setstatus (TaskInterruptSetstatus):
    """

    setstatus: TaskInterruptSetstatus
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        setstatus: str = self.setstatus

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "setstatus": setstatus,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        setstatus = check_task_interrupt_setstatus(d.pop("setstatus"))

        task_interrupt = cls(
            setstatus=setstatus,
        )

        task_interrupt.additional_properties = d
        return task_interrupt

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
