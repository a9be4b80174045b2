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
    from optcloud.clouds.aimms.access import Access
    from optcloud.clouds.aimms.hooks import HookKey
    from optcloud.clouds.aimms.people_changes import ApplyError
    from optcloud.clouds.aimms.people_roster import RosterError
    from optcloud.clouds.aimms.scopes import Scope
    from optcloud.core.limits import ReplyLimits
    from optcloud.core.pace import Pace
    from optcloud.core.redact import Secret
    from optcloud.core.retry import RetryPolicy
    from optcloud.core.states import State, Status
    from optcloud.core.vault import SecretNotStored
    from optcloud.facade.aimms.receiver import HookReceiver
    from optcloud.facade.gurobi.named_pools import AsyncNamedPool, NamedPool
    from optcloud.facade.gurobi.pools import AsyncPool, Pool
    from optcloud.facade.jobs import AsyncJob, Job
    from optcloud.facade.optcloud import AsyncOptCloud, OptCloud

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
    "Access": "optcloud.clouds.aimms.access",
    "ApplyError": "optcloud.clouds.aimms.people_changes",
    "AsyncJob": "optcloud.facade.jobs",
    "AsyncNamedPool": "optcloud.facade.gurobi.named_pools",
    "AsyncOptCloud": "optcloud.facade.optcloud",
    "AsyncPool": "optcloud.facade.gurobi.pools",
    "HookKey": "optcloud.clouds.aimms.hooks",
    "HookReceiver": "optcloud.facade.aimms.receiver",
    "Job": "optcloud.facade.jobs",
    "NamedPool": "optcloud.facade.gurobi.named_pools",
    "OptCloud": "optcloud.facade.optcloud",
    "Pace": "optcloud.core.pace",
    "Pool": "optcloud.facade.gurobi.pools",
    "ReplyLimits": "optcloud.core.limits",
    "RetryPolicy": "optcloud.core.retry",
    "RosterError": "optcloud.clouds.aimms.people_roster",
    "Scope": "optcloud.clouds.aimms.scopes",
    "Secret": "optcloud.core.redact",  # a module  # nosec B105
    "SecretNotStored": "optcloud.core.vault",
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
