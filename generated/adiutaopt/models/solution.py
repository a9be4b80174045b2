from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.backend_version import BackendVersion
    from ..models.client import Client
    from ..models.solution_info import SolutionInfo
    from ..models.solution_meta import SolutionMeta
    from ..models.solution_parameters import SolutionParameters
    from ..models.solution_statistics import SolutionStatistics
    from ..models.solution_tasks_item import SolutionTasksItem
    from ..models.solution_workers_item import SolutionWorkersItem


T = TypeVar("T", bound="Solution")


@_attrs_define
class Solution:
    """Solved plan of any planner, or error plan. See ShiftPlannerSolution for a shift plan's types.

    Attributes:
        request_id (str | Unset):
        client (Client | Unset):
        meta (SolutionMeta | Unset):
        parameters (SolutionParameters | Unset):
        tasks (list[SolutionTasksItem] | Unset):
        workers (list[SolutionWorkersItem] | Unset):
        statistics (SolutionStatistics | Unset):
        info (SolutionInfo | Unset):
        backend_version (BackendVersion | Unset):
        recovery (list[int] | Unset):
    """

    request_id: str | Unset = UNSET
    client: Client | Unset = UNSET
    meta: SolutionMeta | Unset = UNSET
    parameters: SolutionParameters | Unset = UNSET
    tasks: list[SolutionTasksItem] | Unset = UNSET
    workers: list[SolutionWorkersItem] | Unset = UNSET
    statistics: SolutionStatistics | Unset = UNSET
    info: SolutionInfo | Unset = UNSET
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
        from ..models.solution_info import SolutionInfo  # noqa: PLC0415
        from ..models.solution_meta import SolutionMeta  # noqa: PLC0415
        from ..models.solution_parameters import SolutionParameters  # noqa: PLC0415
        from ..models.solution_statistics import SolutionStatistics  # noqa: PLC0415
        from ..models.solution_tasks_item import SolutionTasksItem  # noqa: PLC0415
        from ..models.solution_workers_item import SolutionWorkersItem  # noqa: PLC0415

        d = dict(src_dict)
        request_id = d.pop("requestID", UNSET)

        _client = d.pop("client", UNSET)
        client: Client | Unset
        if isinstance(_client, Unset):
            client = UNSET
        else:
            client = Client.from_dict(_client)

        _meta = d.pop("meta", UNSET)
        meta: SolutionMeta | Unset
        if isinstance(_meta, Unset):
            meta = UNSET
        else:
            meta = SolutionMeta.from_dict(_meta)

        _parameters = d.pop("parameters", UNSET)
        parameters: SolutionParameters | Unset
        if isinstance(_parameters, Unset):
            parameters = UNSET
        else:
            parameters = SolutionParameters.from_dict(_parameters)

        _tasks = d.pop("tasks", UNSET)
        tasks: list[SolutionTasksItem] | Unset = UNSET
        if _tasks is not UNSET:
            tasks = []
            for tasks_item_data in _tasks:
                tasks_item = SolutionTasksItem.from_dict(tasks_item_data)

                tasks.append(tasks_item)

        _workers = d.pop("workers", UNSET)
        workers: list[SolutionWorkersItem] | Unset = UNSET
        if _workers is not UNSET:
            workers = []
            for workers_item_data in _workers:
                workers_item = SolutionWorkersItem.from_dict(workers_item_data)

                workers.append(workers_item)

        _statistics = d.pop("statistics", UNSET)
        statistics: SolutionStatistics | Unset
        if isinstance(_statistics, Unset):
            statistics = UNSET
        else:
            statistics = SolutionStatistics.from_dict(_statistics)

        _info = d.pop("info", UNSET)
        info: SolutionInfo | Unset
        if isinstance(_info, Unset):
            info = UNSET
        else:
            info = SolutionInfo.from_dict(_info)

        _backend_version = d.pop("backendVersion", UNSET)
        backend_version: BackendVersion | Unset
        if isinstance(_backend_version, Unset):
            backend_version = UNSET
        else:
            backend_version = BackendVersion.from_dict(_backend_version)

        recovery = cast(list[int], d.pop("recovery", UNSET))

        solution = cls(
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

        solution.additional_properties = d
        return solution

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
