from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.backend_version import BackendVersion
    from ..models.client import Client
    from ..models.shift_planner_info import ShiftPlannerInfo
    from ..models.shift_planner_meta import ShiftPlannerMeta
    from ..models.shift_planner_optimization_parameters import ShiftPlannerOptimizationParameters
    from ..models.shift_planner_output_task import ShiftPlannerOutputTask
    from ..models.shift_planner_output_worker import ShiftPlannerOutputWorker
    from ..models.shift_planner_statistics import ShiftPlannerStatistics


T = TypeVar("T", bound="ShiftPlannerOutputPlan")


@_attrs_define
class ShiftPlannerOutputPlan:
    """
    Attributes:
        meta (ShiftPlannerMeta):
        parameters (ShiftPlannerOptimizationParameters):
        tasks (list[ShiftPlannerOutputTask]):
        workers (list[ShiftPlannerOutputWorker]):
        statistics (ShiftPlannerStatistics):
        info (ShiftPlannerInfo):
        backend_version (BackendVersion):
        request_id (str | Unset):
        client (Client | Unset):
        recovery (list[int] | Unset):
    """

    meta: ShiftPlannerMeta
    parameters: ShiftPlannerOptimizationParameters
    tasks: list[ShiftPlannerOutputTask]
    workers: list[ShiftPlannerOutputWorker]
    statistics: ShiftPlannerStatistics
    info: ShiftPlannerInfo
    backend_version: BackendVersion
    request_id: str | Unset = UNSET
    client: Client | Unset = UNSET
    recovery: list[int] | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        meta = self.meta.to_dict()

        parameters = self.parameters.to_dict()

        tasks = []
        for tasks_item_data in self.tasks:
            tasks_item = tasks_item_data.to_dict()
            tasks.append(tasks_item)

        workers = []
        for workers_item_data in self.workers:
            workers_item = workers_item_data.to_dict()
            workers.append(workers_item)

        statistics = self.statistics.to_dict()

        info = self.info.to_dict()

        backend_version = self.backend_version.to_dict()

        request_id = self.request_id

        client: dict[str, Any] | Unset = UNSET
        if not isinstance(self.client, Unset):
            client = self.client.to_dict()

        recovery: list[int] | Unset = UNSET
        if not isinstance(self.recovery, Unset):
            recovery = self.recovery

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "meta": meta,
                "parameters": parameters,
                "tasks": tasks,
                "workers": workers,
                "statistics": statistics,
                "info": info,
                "backendVersion": backend_version,
            }
        )
        if request_id is not UNSET:
            field_dict["requestID"] = request_id
        if client is not UNSET:
            field_dict["client"] = client
        if recovery is not UNSET:
            field_dict["recovery"] = recovery

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.backend_version import BackendVersion  # noqa: PLC0415
        from ..models.client import Client  # noqa: PLC0415
        from ..models.shift_planner_info import ShiftPlannerInfo  # noqa: PLC0415
        from ..models.shift_planner_meta import ShiftPlannerMeta  # noqa: PLC0415
        from ..models.shift_planner_optimization_parameters import ShiftPlannerOptimizationParameters  # noqa: PLC0415
        from ..models.shift_planner_output_task import ShiftPlannerOutputTask  # noqa: PLC0415
        from ..models.shift_planner_output_worker import ShiftPlannerOutputWorker  # noqa: PLC0415
        from ..models.shift_planner_statistics import ShiftPlannerStatistics  # noqa: PLC0415

        d = dict(src_dict)
        meta = ShiftPlannerMeta.from_dict(d.pop("meta"))

        parameters = ShiftPlannerOptimizationParameters.from_dict(d.pop("parameters"))

        tasks = []
        _tasks = d.pop("tasks")
        for tasks_item_data in _tasks:
            tasks_item = ShiftPlannerOutputTask.from_dict(tasks_item_data)

            tasks.append(tasks_item)

        workers = []
        _workers = d.pop("workers")
        for workers_item_data in _workers:
            workers_item = ShiftPlannerOutputWorker.from_dict(workers_item_data)

            workers.append(workers_item)

        statistics = ShiftPlannerStatistics.from_dict(d.pop("statistics"))

        info = ShiftPlannerInfo.from_dict(d.pop("info"))

        backend_version = BackendVersion.from_dict(d.pop("backendVersion"))

        request_id = d.pop("requestID", UNSET)

        _client = d.pop("client", UNSET)
        client: Client | Unset
        if isinstance(_client, Unset):
            client = UNSET
        else:
            client = Client.from_dict(_client)

        recovery = cast(list[int], d.pop("recovery", UNSET))

        shift_planner_output_plan = cls(
            meta=meta,
            parameters=parameters,
            tasks=tasks,
            workers=workers,
            statistics=statistics,
            info=info,
            backend_version=backend_version,
            request_id=request_id,
            client=client,
            recovery=recovery,
        )

        shift_planner_output_plan.additional_properties = d
        return shift_planner_output_plan

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
