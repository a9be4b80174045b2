"""Contains all the data models used in inputs/outputs"""

from .backend_version import BackendVersion
from .client import Client
from .deployed_version import DeployedVersion
from .error_entry import ErrorEntry
from .error_plan import ErrorPlan
from .floor_planner_input_plan import FloorPlannerInputPlan
from .floor_planner_input_task import FloorPlannerInputTask
from .floor_planner_input_worker import FloorPlannerInputWorker
from .floor_planner_meta import FloorPlannerMeta
from .floor_planner_output_plan import FloorPlannerOutputPlan
from .floor_planner_output_task_assigned import FloorPlannerOutputTaskAssigned
from .floor_planner_output_task_unassigned import FloorPlannerOutputTaskUnassigned
from .floor_planner_output_worker import FloorPlannerOutputWorker
from .get_solution_accept import GetSolutionAccept
from .get_solution_accept_encoding import GetSolutionAcceptEncoding
from .mixed_planner_construction_site import MixedPlannerConstructionSite
from .mixed_planner_history_assignment import MixedPlannerHistoryAssignment
from .mixed_planner_history_task import MixedPlannerHistoryTask
from .mixed_planner_history_worker import MixedPlannerHistoryWorker
from .mixed_planner_input_plan import MixedPlannerInputPlan
from .mixed_planner_input_task import MixedPlannerInputTask
from .mixed_planner_input_worker import MixedPlannerInputWorker
from .mixed_planner_location_site import MixedPlannerLocationSite
from .mixed_planner_meta import MixedPlannerMeta
from .mixed_planner_output_plan import MixedPlannerOutputPlan
from .mixed_planner_output_task import MixedPlannerOutputTask
from .mixed_planner_output_task_assigned import MixedPlannerOutputTaskAssigned
from .mixed_planner_output_task_unassigned import MixedPlannerOutputTaskUnassigned
from .mixed_planner_output_worker import MixedPlannerOutputWorker
from .mixed_planner_statistics import MixedPlannerStatistics
from .mixed_planner_statistics_history_task import MixedPlannerStatisticsHistoryTask
from .mixed_planner_statistics_history_worker import MixedPlannerStatisticsHistoryWorker
from .mixed_planner_travel_override import MixedPlannerTravelOverride
from .mixed_planner_travel_override_dense import MixedPlannerTravelOverrideDense
from .package_list_item import PackageListItem
from .shift_planner_history import ShiftPlannerHistory
from .shift_planner_info import ShiftPlannerInfo
from .shift_planner_input_plan import ShiftPlannerInputPlan
from .shift_planner_input_task import ShiftPlannerInputTask
from .shift_planner_input_worker import ShiftPlannerInputWorker
from .shift_planner_meta import ShiftPlannerMeta
from .shift_planner_optimization_parameters import ShiftPlannerOptimizationParameters
from .shift_planner_output_plan import ShiftPlannerOutputPlan
from .shift_planner_output_task import ShiftPlannerOutputTask
from .shift_planner_output_task_assigned import ShiftPlannerOutputTaskAssigned
from .shift_planner_output_task_unassigned import ShiftPlannerOutputTaskUnassigned
from .shift_planner_output_worker import ShiftPlannerOutputWorker
from .shift_planner_solution import ShiftPlannerSolution
from .shift_planner_statistics import ShiftPlannerStatistics
from .shift_planner_statistics_history_worker_entry import ShiftPlannerStatisticsHistoryWorkerEntry
from .shift_planner_statistics_preferences_matches import ShiftPlannerStatisticsPreferencesMatches
from .shift_planner_worker import ShiftPlannerWorker
from .solution import Solution
from .solution_info import SolutionInfo
from .solution_meta import SolutionMeta
from .solution_parameters import SolutionParameters
from .solution_statistics import SolutionStatistics
from .solution_tasks_item import SolutionTasksItem
from .solution_workers_item import SolutionWorkersItem
from .version_info import VersionInfo

__all__ = (
    "BackendVersion",
    "Client",
    "DeployedVersion",
    "ErrorEntry",
    "ErrorPlan",
    "FloorPlannerInputPlan",
    "FloorPlannerInputTask",
    "FloorPlannerInputWorker",
    "FloorPlannerMeta",
    "FloorPlannerOutputPlan",
    "FloorPlannerOutputTaskAssigned",
    "FloorPlannerOutputTaskUnassigned",
    "FloorPlannerOutputWorker",
    "GetSolutionAccept",
    "GetSolutionAcceptEncoding",
    "MixedPlannerConstructionSite",
    "MixedPlannerHistoryAssignment",
    "MixedPlannerHistoryTask",
    "MixedPlannerHistoryWorker",
    "MixedPlannerInputPlan",
    "MixedPlannerInputTask",
    "MixedPlannerInputWorker",
    "MixedPlannerLocationSite",
    "MixedPlannerMeta",
    "MixedPlannerOutputPlan",
    "MixedPlannerOutputTask",
    "MixedPlannerOutputTaskAssigned",
    "MixedPlannerOutputTaskUnassigned",
    "MixedPlannerOutputWorker",
    "MixedPlannerStatistics",
    "MixedPlannerStatisticsHistoryTask",
    "MixedPlannerStatisticsHistoryWorker",
    "MixedPlannerTravelOverride",
    "MixedPlannerTravelOverrideDense",
    "PackageListItem",
    "ShiftPlannerHistory",
    "ShiftPlannerInfo",
    "ShiftPlannerInputPlan",
    "ShiftPlannerInputTask",
    "ShiftPlannerInputWorker",
    "ShiftPlannerMeta",
    "ShiftPlannerOptimizationParameters",
    "ShiftPlannerOutputPlan",
    "ShiftPlannerOutputTask",
    "ShiftPlannerOutputTaskAssigned",
    "ShiftPlannerOutputTaskUnassigned",
    "ShiftPlannerOutputWorker",
    "ShiftPlannerSolution",
    "ShiftPlannerStatistics",
    "ShiftPlannerStatisticsHistoryWorkerEntry",
    "ShiftPlannerStatisticsPreferencesMatches",
    "ShiftPlannerWorker",
    "Solution",
    "SolutionInfo",
    "SolutionMeta",
    "SolutionParameters",
    "SolutionStatistics",
    "SolutionTasksItem",
    "SolutionWorkersItem",
    "VersionInfo",
)
