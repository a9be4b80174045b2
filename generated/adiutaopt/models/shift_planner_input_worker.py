from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

T = TypeVar("T", bound="ShiftPlannerInputWorker")


@_attrs_define
class ShiftPlannerInputWorker:
    """
    Attributes:
        costs_per_minute (int | Unset):
        costs_initial (int | Unset):
        unpreferred_workers (Any | Unset):
        anti_workers (Any | Unset):
        max_daily_tasks (Any | Unset):
        consecutive_night_shifts_for_offdays (Any | Unset):
        min_offdays_after_consecutive_night_shifts (Any | Unset):
        workday_pattern (Any | Unset):
        workday_cycle (Any | Unset):
    """

    costs_per_minute: int | Unset = UNSET
    costs_initial: int | Unset = UNSET
    unpreferred_workers: Any | Unset = UNSET
    anti_workers: Any | Unset = UNSET
    max_daily_tasks: Any | Unset = UNSET
    consecutive_night_shifts_for_offdays: Any | Unset = UNSET
    min_offdays_after_consecutive_night_shifts: Any | Unset = UNSET
    workday_pattern: Any | Unset = UNSET
    workday_cycle: Any | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        costs_per_minute = self.costs_per_minute

        costs_initial = self.costs_initial

        unpreferred_workers = self.unpreferred_workers

        anti_workers = self.anti_workers

        max_daily_tasks = self.max_daily_tasks

        consecutive_night_shifts_for_offdays = self.consecutive_night_shifts_for_offdays

        min_offdays_after_consecutive_night_shifts = self.min_offdays_after_consecutive_night_shifts

        workday_pattern = self.workday_pattern

        workday_cycle = self.workday_cycle

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update({})
        if costs_per_minute is not UNSET:
            field_dict["costsPerMinute"] = costs_per_minute
        if costs_initial is not UNSET:
            field_dict["costsInitial"] = costs_initial
        if unpreferred_workers is not UNSET:
            field_dict["unpreferredWorkers"] = unpreferred_workers
        if anti_workers is not UNSET:
            field_dict["antiWorkers"] = anti_workers
        if max_daily_tasks is not UNSET:
            field_dict["maxDailyTasks"] = max_daily_tasks
        if consecutive_night_shifts_for_offdays is not UNSET:
            field_dict["consecutiveNightShiftsForOffdays"] = consecutive_night_shifts_for_offdays
        if min_offdays_after_consecutive_night_shifts is not UNSET:
            field_dict["minOffdaysAfterConsecutiveNightShifts"] = min_offdays_after_consecutive_night_shifts
        if workday_pattern is not UNSET:
            field_dict["workdayPattern"] = workday_pattern
        if workday_cycle is not UNSET:
            field_dict["workdayCycle"] = workday_cycle

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        costs_per_minute = d.pop("costsPerMinute", UNSET)

        costs_initial = d.pop("costsInitial", UNSET)

        unpreferred_workers = d.pop("unpreferredWorkers", UNSET)

        anti_workers = d.pop("antiWorkers", UNSET)

        max_daily_tasks = d.pop("maxDailyTasks", UNSET)

        consecutive_night_shifts_for_offdays = d.pop("consecutiveNightShiftsForOffdays", UNSET)

        min_offdays_after_consecutive_night_shifts = d.pop("minOffdaysAfterConsecutiveNightShifts", UNSET)

        workday_pattern = d.pop("workdayPattern", UNSET)

        workday_cycle = d.pop("workdayCycle", UNSET)

        shift_planner_input_worker = cls(
            costs_per_minute=costs_per_minute,
            costs_initial=costs_initial,
            unpreferred_workers=unpreferred_workers,
            anti_workers=anti_workers,
            max_daily_tasks=max_daily_tasks,
            consecutive_night_shifts_for_offdays=consecutive_night_shifts_for_offdays,
            min_offdays_after_consecutive_night_shifts=min_offdays_after_consecutive_night_shifts,
            workday_pattern=workday_pattern,
            workday_cycle=workday_cycle,
        )

        shift_planner_input_worker.additional_properties = d
        return shift_planner_input_worker

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
