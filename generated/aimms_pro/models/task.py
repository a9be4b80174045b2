from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

T = TypeVar("T", bound="Task")


@_attrs_define
class Task:
    """
    Attributes:
        id (str | Unset):
        group_index (int | None | Unset):
        app_name (str | Unset):
        app_version (str | Unset):
        service_name (str | Unset):
        state (str | Unset):
        schedule_for (None | str | Unset):
        schedule_interval (None | str | Unset):
        created_at (None | str | Unset):
        assigned_at (None | str | Unset):
        running_at (None | str | Unset):
        ended_at (None | str | Unset):
        queue_time (float | None | Unset):
        run_time (float | None | Unset):
        return_code (float | int | None | Unset):
        error_message (None | str | Unset):
        user_name (None | str | Unset):
        user_environment (None | str | Unset):
    """

    id: str | Unset = UNSET
    group_index: int | None | Unset = UNSET
    app_name: str | Unset = UNSET
    app_version: str | Unset = UNSET
    service_name: str | Unset = UNSET
    state: str | Unset = UNSET
    schedule_for: None | str | Unset = UNSET
    schedule_interval: None | str | Unset = UNSET
    created_at: None | str | Unset = UNSET
    assigned_at: None | str | Unset = UNSET
    running_at: None | str | Unset = UNSET
    ended_at: None | str | Unset = UNSET
    queue_time: float | None | Unset = UNSET
    run_time: float | None | Unset = UNSET
    return_code: float | int | None | Unset = UNSET
    error_message: None | str | Unset = UNSET
    user_name: None | str | Unset = UNSET
    user_environment: None | str | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        id = self.id

        group_index: int | None | Unset
        if isinstance(self.group_index, Unset):
            group_index = UNSET
        else:
            group_index = self.group_index

        app_name = self.app_name

        app_version = self.app_version

        service_name = self.service_name

        state = self.state

        schedule_for: None | str | Unset
        if isinstance(self.schedule_for, Unset):
            schedule_for = UNSET
        else:
            schedule_for = self.schedule_for

        schedule_interval: None | str | Unset
        if isinstance(self.schedule_interval, Unset):
            schedule_interval = UNSET
        else:
            schedule_interval = self.schedule_interval

        created_at: None | str | Unset
        if isinstance(self.created_at, Unset):
            created_at = UNSET
        else:
            created_at = self.created_at

        assigned_at: None | str | Unset
        if isinstance(self.assigned_at, Unset):
            assigned_at = UNSET
        else:
            assigned_at = self.assigned_at

        running_at: None | str | Unset
        if isinstance(self.running_at, Unset):
            running_at = UNSET
        else:
            running_at = self.running_at

        ended_at: None | str | Unset
        if isinstance(self.ended_at, Unset):
            ended_at = UNSET
        else:
            ended_at = self.ended_at

        queue_time: float | None | Unset
        if isinstance(self.queue_time, Unset):
            queue_time = UNSET
        else:
            queue_time = self.queue_time

        run_time: float | None | Unset
        if isinstance(self.run_time, Unset):
            run_time = UNSET
        else:
            run_time = self.run_time

        return_code: float | int | None | Unset
        if isinstance(self.return_code, Unset):
            return_code = UNSET
        else:
            return_code = self.return_code

        error_message: None | str | Unset
        if isinstance(self.error_message, Unset):
            error_message = UNSET
        else:
            error_message = self.error_message

        user_name: None | str | Unset
        if isinstance(self.user_name, Unset):
            user_name = UNSET
        else:
            user_name = self.user_name

        user_environment: None | str | Unset
        if isinstance(self.user_environment, Unset):
            user_environment = UNSET
        else:
            user_environment = self.user_environment

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update({})
        if id is not UNSET:
            field_dict["id"] = id
        if group_index is not UNSET:
            field_dict["groupIndex"] = group_index
        if app_name is not UNSET:
            field_dict["appName"] = app_name
        if app_version is not UNSET:
            field_dict["appVersion"] = app_version
        if service_name is not UNSET:
            field_dict["serviceName"] = service_name
        if state is not UNSET:
            field_dict["state"] = state
        if schedule_for is not UNSET:
            field_dict["scheduleFor"] = schedule_for
        if schedule_interval is not UNSET:
            field_dict["scheduleInterval"] = schedule_interval
        if created_at is not UNSET:
            field_dict["createdAt"] = created_at
        if assigned_at is not UNSET:
            field_dict["assignedAt"] = assigned_at
        if running_at is not UNSET:
            field_dict["runningAt"] = running_at
        if ended_at is not UNSET:
            field_dict["endedAt"] = ended_at
        if queue_time is not UNSET:
            field_dict["queueTime"] = queue_time
        if run_time is not UNSET:
            field_dict["runTime"] = run_time
        if return_code is not UNSET:
            field_dict["returnCode"] = return_code
        if error_message is not UNSET:
            field_dict["errorMessage"] = error_message
        if user_name is not UNSET:
            field_dict["userName"] = user_name
        if user_environment is not UNSET:
            field_dict["userEnvironment"] = user_environment

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        id = d.pop("id", UNSET)

        def _parse_group_index(data: object) -> int | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(int | None | Unset, data)

        group_index = _parse_group_index(d.pop("groupIndex", UNSET))

        app_name = d.pop("appName", UNSET)

        app_version = d.pop("appVersion", UNSET)

        service_name = d.pop("serviceName", UNSET)

        state = d.pop("state", UNSET)

        def _parse_schedule_for(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        schedule_for = _parse_schedule_for(d.pop("scheduleFor", UNSET))

        def _parse_schedule_interval(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        schedule_interval = _parse_schedule_interval(d.pop("scheduleInterval", UNSET))

        def _parse_created_at(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        created_at = _parse_created_at(d.pop("createdAt", UNSET))

        def _parse_assigned_at(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        assigned_at = _parse_assigned_at(d.pop("assignedAt", UNSET))

        def _parse_running_at(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        running_at = _parse_running_at(d.pop("runningAt", UNSET))

        def _parse_ended_at(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        ended_at = _parse_ended_at(d.pop("endedAt", UNSET))

        def _parse_queue_time(data: object) -> float | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(float | None | Unset, data)

        queue_time = _parse_queue_time(d.pop("queueTime", UNSET))

        def _parse_run_time(data: object) -> float | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(float | None | Unset, data)

        run_time = _parse_run_time(d.pop("runTime", UNSET))

        def _parse_return_code(data: object) -> float | int | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(float | int | None | Unset, data)

        return_code = _parse_return_code(d.pop("returnCode", UNSET))

        def _parse_error_message(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        error_message = _parse_error_message(d.pop("errorMessage", UNSET))

        def _parse_user_name(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        user_name = _parse_user_name(d.pop("userName", UNSET))

        def _parse_user_environment(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        user_environment = _parse_user_environment(d.pop("userEnvironment", UNSET))

        task = cls(
            id=id,
            group_index=group_index,
            app_name=app_name,
            app_version=app_version,
            service_name=service_name,
            state=state,
            schedule_for=schedule_for,
            schedule_interval=schedule_interval,
            created_at=created_at,
            assigned_at=assigned_at,
            running_at=running_at,
            ended_at=ended_at,
            queue_time=queue_time,
            run_time=run_time,
            return_code=return_code,
            error_message=error_message,
            user_name=user_name,
            user_environment=user_environment,
        )

        task.additional_properties = d
        return task

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
