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
    from optcloud.aimms.apps.access_rules import Access
    from optcloud.aimms.keys.scopes import Scope
    from optcloud.aimms.people.changes import ApplyError
    from optcloud.aimms.people.roster import RosterError
    from optcloud.aimms.tasks.hook_receiver import HookReceiver
    from optcloud.aimms.tasks.hooks import HookKey
    from optcloud.client import AsyncOptCloud, OptCloud
    from optcloud.core.polling import Pace
    from optcloud.core.reply_limits import ReplyLimits
    from optcloud.core.retry import RetryPolicy
    from optcloud.core.secret import Secret
    from optcloud.core.secret_store import SecretNotStored
    from optcloud.core.states import State, Status
    from optcloud.gurobi.pool import AsyncPool, Pool
    from optcloud.gurobi.v2.named_pools import AsyncNamedPool, NamedPool
    from optcloud.handles.job import AsyncJob, Job

__version__ = "0.1.0"
__all__ = [
    "Access",
    "ApiError",
    "ApplyError",
    "AsyncJob",
    "AsyncNamedPool",
    "AsyncOptCloud",
    "AsyncPool",
    "AuthError",
    "BadRequest",
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
    "NamedPool",
    "NotFound",
    "NotPortable",
    "OptCloud",
    "OptCloudError",
    "Pace",
    "PayloadTooLarge",
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
    "State",
    "Status",
    "TransportError",
    "UnprocessablePlan",
    "Unsupported",
    "WaitTimeout",
    "__version__",
]

_LAZY = {
    "Access": "optcloud.aimms.apps.access_rules",
    "ApplyError": "optcloud.aimms.people.changes",
    "AsyncJob": "optcloud.handles.job",
    "AsyncNamedPool": "optcloud.gurobi.v2.named_pools",
    "AsyncOptCloud": "optcloud.client",
    "AsyncPool": "optcloud.gurobi.pool",
    "HookKey": "optcloud.aimms.tasks.hooks",
    "HookReceiver": "optcloud.aimms.tasks.hook_receiver",
    "Job": "optcloud.handles.job",
    "NamedPool": "optcloud.gurobi.v2.named_pools",
    "OptCloud": "optcloud.client",
    "Pace": "optcloud.core.polling",
    "Pool": "optcloud.gurobi.pool",
    "ReplyLimits": "optcloud.core.reply_limits",
    "RetryPolicy": "optcloud.core.retry",
    "RosterError": "optcloud.aimms.people.roster",
    "Scope": "optcloud.aimms.keys.scopes",
    "Secret": "optcloud.core.secret",  # a module  # nosec B105
    "SecretNotStored": "optcloud.core.secret_store",
    "State": "optcloud.core.states",
    "Status": "optcloud.core.states",
}


def __getattr__(name: str) -> Any:
    if name not in _LAZY:
        raise AttributeError(f"module 'optcloud' has no attribute {name!r}")
    value = getattr(import_module(_LAZY[name]), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted(__all__)
