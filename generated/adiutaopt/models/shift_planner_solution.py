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


T = TypeVar("T", bound="ShiftPlannerSolution")


@_attrs_define
class ShiftPlannerSolution:
    """Solved ShiftPlanner plan or error plan.

    Attributes:
        request_id (str | Unset):
        client (Client | Unset):
        meta (ShiftPlannerMeta | Unset):
        parameters (ShiftPlannerOptimizationParameters | Unset):
        tasks (list[ShiftPlannerOutputTask] | Unset):
        workers (list[ShiftPlannerOutputWorker] | Unset):
        statistics (ShiftPlannerStatistics | Unset):
        info (ShiftPlannerInfo | Unset):
        backend_version (BackendVersion | Unset):
        recovery (list[int] | Unset):
    """

    request_id: str | Unset = UNSET
    client: Client | Unset = UNSET
    meta: ShiftPlannerMeta | Unset = UNSET
    parameters: ShiftPlannerOptimizationParameters | Unset = UNSET
    tasks: list[ShiftPlannerOutputTask] | Unset = UNSET
    workers: list[ShiftPlannerOutputWorker] | Unset = UNSET
    statistics: ShiftPlannerStatistics | Unset = UNSET
    info: ShiftPlannerInfo | Unset = UNSET
    backend_version: BackendVersion | Unset = UNSET
    recovery: list[int] | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        request_id = self.request_id

        client: dict[str, Any] | Unset = UNSET
        if not isinstance(self.client, Unset):
            client = self.client.to_dict()

        meta: dict[str, Any] | Unset = UNSET
        if not isinstance(self.meta, Unset):
            meta = self.meta.to_dict()

        parameters: dict[str, Any] | Unset = UNSET
        if not isinstance(self.parameters, Unset):
            parameters = self.parameters.to_dict()

        tasks: list[dict[str, Any]] | Unset = UNSET
        if not isinstance(self.tasks, Unset):
            tasks = []
            for tasks_item_data in self.tasks:
                tasks_item = tasks_item_data.to_dict()
                tasks.append(tasks_item)

        workers: list[dict[str, Any]] | Unset = UNSET
        if not isinstance(self.workers, Unset):
            workers = []
            for workers_item_data in self.workers:
                workers_item = workers_item_data.to_dict()
                workers.append(workers_item)

        statistics: dict[str, Any] | Unset = UNSET
        if not isinstance(self.statistics, Unset):
            statistics = self.statistics.to_dict()

        info: dict[str, Any] | Unset = UNSET
        if not isinstance(self.info, Unset):
            info = self.info.to_dict()

        backend_version: dict[str, Any] | Unset = UNSET
        if not isinstance(self.backend_version, Unset):
            backend_version = self.backend_version.to_dict()

        recovery: list[int] | Unset = UNSET
        if not isinstance(self.recovery, Unset):
            recovery = self.recovery

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update({})
        if request_id is not UNSET:
            field_dict["requestID"] = request_id
        if client is not UNSET:
            field_dict["client"] = client
        if meta is not UNSET:
            field_dict["meta"] = meta
        if parameters is not UNSET:
            field_dict["parameters"] = parameters
        if tasks is not UNSET:
            field_dict["tasks"] = tasks
        if workers is not UNSET:
            field_dict["workers"] = workers
        if statistics is not UNSET:
            field_dict["statistics"] = statistics
        if info is not UNSET:
            field_dict["info"] = info
        if backend_version is not UNSET:
            field_dict["backendVersion"] = backend_version
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
        request_id = d.pop("requestID", UNSET)

        _client = d.pop("client", UNSET)
        client: Client | Unset
        if isinstance(_client, Unset):
            client = UNSET
        else:
            client = Client.from_dict(_client)

        _meta = d.pop("meta", UNSET)
        meta: ShiftPlannerMeta | Unset
        if isinstance(_meta, Unset):
            meta = UNSET
        else:
            meta = ShiftPlannerMeta.from_dict(_meta)

        _parameters = d.pop("parameters", UNSET)
        parameters: ShiftPlannerOptimizationParameters | Unset
        if isinstance(_parameters, Unset):
            parameters = UNSET
        else:
            parameters = ShiftPlannerOptimizationParameters.from_dict(_parameters)

        _tasks = d.pop("tasks", UNSET)
        tasks: list[ShiftPlannerOutputTask] | Unset = UNSET
        if _tasks is not UNSET:
            tasks = []
            for tasks_item_data in _tasks:
                tasks_item = ShiftPlannerOutputTask.from_dict(tasks_item_data)

                tasks.append(tasks_item)

        _workers = d.pop("workers", UNSET)
        workers: list[ShiftPlannerOutputWorker] | Unset = UNSET
        if _workers is not UNSET:
            workers = []
            for workers_item_data in _workers:
                workers_item = ShiftPlannerOutputWorker.from_dict(workers_item_data)

                workers.append(workers_item)

        _statistics = d.pop("statistics", UNSET)
        statistics: ShiftPlannerStatistics | Unset
        if isinstance(_statistics, Unset):
            statistics = UNSET
        else:
            statistics = ShiftPlannerStatistics.from_dict(_statistics)

        _info = d.pop("info", UNSET)
        info: ShiftPlannerInfo | Unset
        if isinstance(_info, Unset):
            info = UNSET
        else:
            info = ShiftPlannerInfo.from_dict(_info)

        _backend_version = d.pop("backendVersion", UNSET)
        backend_version: BackendVersion | Unset
        if isinstance(_backend_version, Unset):
            backend_version = UNSET
        else:
            backend_version = BackendVersion.from_dict(_backend_version)

        recovery = cast(list[int], d.pop("recovery", UNSET))

        shift_planner_solution = cls(
            request_id=request_id,
            client=client,
            meta=meta,
            parameters=parameters,
            tasks=tasks,
            workers=workers,
            statistics=statistics,
            info=info,
            backend_version=backend_version,
            recovery=recovery,
        )

        shift_planner_solution.additional_properties = d
        return shift_planner_solution

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
