"""optcloud: one client for AIMMS PRO, adiutaOpt and Gurobi Instant Cloud.

``import optcloud`` is light: httpx, msgspec and the generated clients are loaded when the first name that needs them
is touched.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from optcloud.core.errors import (
    ApiError,
    AuthError,
    BadRequest,
    ConfigError,
    Conflict,
    CredentialsNotFound,
    DeadlineExceeded,
    DrawingError,
    Forbidden,
    JobError,
    JobFailed,
    JobGone,
    NotFound,
    NotPortable,
    OptCloudError,
    PayloadTooLarge,
    RateLimited,
    ResponseMismatch,
    ServerError,
    TransportError,
    UnprocessablePlan,
    Unsupported,
    WaitTimeout,
)

if TYPE_CHECKING:
    from optcloud.adiutaopt.plans.job import AsyncPlan, Plan
    from optcloud.adiutaopt.solution.solution import Solution
    from optcloud.aimms.apps.access_rules import Access
    from optcloud.aimms.keys.scopes import Scope
    from optcloud.aimms.people.changes import ApplyError
    from optcloud.aimms.people.roster import RosterError
    from optcloud.aimms.tasks.hook_receiver import HookReceiver
    from optcloud.aimms.tasks.hooks import HookKey
    from optcloud.aimms.tasks.result import TaskResult
    from optcloud.aimms.tasks.task import AsyncTask, Task
    from optcloud.batch.batch import AsyncBatch, Batch
    from optcloud.client import AsyncOptCloud, OptCloud
    from optcloud.core.polling import Pace
    from optcloud.core.reply_limits import ReplyLimits
    from optcloud.core.retry import RetryPolicy
    from optcloud.core.secret import Secret
    from optcloud.core.secret_store import SecretNotStored
    from optcloud.core.states import State, Status
    from optcloud.gurobi.models import License, Machine
    from optcloud.gurobi.pool import AsyncPool, Pool
    from optcloud.gurobi.v2.named_pools import AsyncNamedPool, NamedPool
    from optcloud.handles.job import AsyncJob, Job

__version__ = "0.1.0"
__all__ = [
    "Access",
    "ApiError",
    "ApplyError",
    "AsyncBatch",
    "AsyncJob",
    "AsyncNamedPool",
    "AsyncOptCloud",
    "AsyncPlan",
    "AsyncPool",
    "AsyncTask",
    "AuthError",
    "BadRequest",
    "Batch",
    "ConfigError",
    "Conflict",
    "CredentialsNotFound",
    "DeadlineExceeded",
    "DrawingError",
    "Forbidden",
    "HookKey",
    "HookReceiver",
    "Job",
    "JobError",
    "JobFailed",
    "JobGone",
    "License",
    "Machine",
    "NamedPool",
    "NotFound",
    "NotPortable",
    "OptCloud",
    "OptCloudError",
    "Pace",
    "PayloadTooLarge",
    "Plan",
    "Pool",
    "RateLimited",
    "ReplyLimits",
    "ResponseMismatch",
    "RetryPolicy",
    "RosterError",
    "Scope",
    "Secret",
    "SecretNotStored",
    "ServerError",
    "Solution",
    "State",
    "Status",
    "Task",
    "TaskResult",
    "TransportError",
    "UnprocessablePlan",
    "Unsupported",
    "WaitTimeout",
    "__version__",
]

_LAZY = {
    "Access": "optcloud.aimms.apps.access_rules",
    "ApplyError": "optcloud.aimms.people.changes",
    "AsyncBatch": "optcloud.batch.batch",
    "AsyncJob": "optcloud.handles.job",
    "AsyncNamedPool": "optcloud.gurobi.v2.named_pools",
    "AsyncOptCloud": "optcloud.client",
    "AsyncPlan": "optcloud.adiutaopt.plans.job",
    "AsyncPool": "optcloud.gurobi.pool",
    "AsyncTask": "optcloud.aimms.tasks.task",
    "Batch": "optcloud.batch.batch",
    "HookKey": "optcloud.aimms.tasks.hooks",
    "HookReceiver": "optcloud.aimms.tasks.hook_receiver",
    "Job": "optcloud.handles.job",
    "License": "optcloud.gurobi.models",
    "Machine": "optcloud.gurobi.models",
    "NamedPool": "optcloud.gurobi.v2.named_pools",
    "OptCloud": "optcloud.client",
    "Pace": "optcloud.core.polling",
    "Plan": "optcloud.adiutaopt.plans.job",
    "Pool": "optcloud.gurobi.pool",
    "ReplyLimits": "optcloud.core.reply_limits",
    "RetryPolicy": "optcloud.core.retry",
    "RosterError": "optcloud.aimms.people.roster",
    "Scope": "optcloud.aimms.keys.scopes",
    "Secret": "optcloud.core.secret",  # a module  # nosec B105
    "SecretNotStored": "optcloud.core.secret_store",
    "Solution": "optcloud.adiutaopt.solution.solution",
    "State": "optcloud.core.states",
    "Status": "optcloud.core.states",
    "Task": "optcloud.aimms.tasks.task",
    "TaskResult": "optcloud.aimms.tasks.result",
}


def __getattr__(name: str) -> Any:
    if name not in _LAZY:
        raise AttributeError(f"module 'optcloud' has no attribute {name!r}")
    value = getattr(import_module(_LAZY[name]), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted(__all__)
