"""The checks of the doctor: harmless reads, and what their results mean and what to do about them.

Sources: AIMMS facts 1 (scopes by area), 2 (latest tag, zero tasks at a time by default) and 4 (scopes, keys).
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, timedelta
from functools import cache
from importlib.resources import files
from typing import Any

from attrs import frozen

from aimms_pro.api.application import get_all_apps_info
from aimms_pro.api.authentication import get_all_environments, get_api_keys, get_current_user
from aimms_pro.api.publishing import get_aimms_versions
from aimms_pro.api.server import get_openapi_specification, get_version, health_check
from aimms_pro.api.task import get_tasks
from aimms_secret_manager.api.item import get_item
from aimms_session_manager.api.task import list_task_sessions
from aimms_user_manager.api.api_key import get_authorization_scopes
from optcloud.aimms.replies import ask
from optcloud.aimms.services.secrets import ROOT
from optcloud.core.diagnosis import Diagnosis, Health, check_clock
from optcloud.core.errors import AuthError, Forbidden, ReplyError, TransportError
from optcloud.core.flow import Call, Flow, Instant, ReadClock

SOON = timedelta(days=30)
LONG_QUEUED = timedelta(minutes=10)  # a task that has been queued for so long, while none runs, is worth a word
_OPERATION = re.compile(r"""operationId["']?\s*:\s*["']?([A-Za-z0-9_]+)""")


@frozen
class Probe:
    """A harmless read that shows whether the key has a scope."""

    scope: str
    arguments: Callable[[], Mapping[str, Any]]
    serves: str


PROBES = (
    Probe("Tasks", lambda: get_tasks._get_kwargs(limit=1), "run and list tasks"),
    Probe("PublishApp", get_all_apps_info._get_kwargs, "publish and list apps"),
    Probe("PublishAimms", get_aimms_versions._get_kwargs, "list AIMMS versions"),
    Probe("Authentication", get_all_environments._get_kwargs, "manage people and groups"),
    Probe("APIKey", get_api_keys._get_kwargs, "manage API keys"),
)


SIBLING_PROBES = {
    "session-manager": Probe("Session", lambda: list_task_sessions._get_kwargs(limit=1), "look at sessions"),
    "secret-manager": Probe("Secret", lambda: get_item._get_kwargs(ROOT), "read secrets"),
    "user-manager": Probe("User", get_authorization_scopes._get_kwargs, "use the directory"),
}


# ---------------------------------------------------------------- address, key, scopes


def check_host() -> Flow[Diagnosis]:
    """Is AIMMS PRO there, behind TLS that this machine trusts?"""
    try:
        yield Call(health_check._get_kwargs())
        answer = yield from ask(get_version._get_kwargs())
    except AuthError:
        return Diagnosis("host", Health.FINE, "AIMMS PRO answers, and wants a key for its health check")
    except TransportError as error:
        return Diagnosis("host", Health.FAULT, str(error), error.hint)
    except ReplyError as error:
        hint = "is the address right, up to /pro-api/v2? A proxy or a sign-in page may have answered in its place"
        return Diagnosis("host", Health.FAULT, str(error), hint)
    version = answer.object().get("version")
    return Diagnosis("host", Health.FINE, f"AIMMS PRO answers and is healthy, version {version or 'not said'}")


def check_time() -> Flow[Diagnosis]:
    """Is this machine's clock right?"""
    return (yield from check_clock(health_check._get_kwargs, "tasks that are scheduled start by the server's"))


def check_desk() -> Flow[Diagnosis]:
    """Does a local DEX service answer? It has no key, no apps and no queue of an account."""
    try:
        yield Call(get_tasks._get_kwargs())
    except TransportError as error:
        hint = "does the model run, and has it called dex::api::StartAPIService? Its port is dex::api::ListenerPort"
        return Diagnosis("desk", Health.FAULT, str(error), hint)
    except ReplyError as error:
        return Diagnosis("desk", Health.FAULT, str(error), "is the address right, up to /api/v2?")
    return Diagnosis("desk", Health.FINE, "the local DEX service answers")


def check_key() -> Flow[Diagnosis]:
    """Is the key known and not expired?"""
    try:
        answer = yield from ask(get_current_user._get_kwargs())
    except AuthError as error:
        hint = "the key is unknown or has expired (a key lives for at most a year): make a new one in the portal"
        return Diagnosis("key", Health.FAULT, error.message, hint)
    user = answer.object()
    rights = [word for flag, word in (("isAdmin", "admin"), ("isAppPublisher", "app publisher")) if user.get(flag)]
    who = f"{user.get('name', '?')} of {user.get('environment_name', '?')}"
    return Diagnosis("key", Health.FINE, f"the key is valid, for {who}" + (f" ({', '.join(rights)})" if rights else ""))


def check_scope(probe: Probe) -> Flow[Diagnosis]:
    """May the key do this?"""
    name = f"scope {probe.scope}"
    try:
        yield Call(probe.arguments())
    except (Forbidden, AuthError) as error:
        return Diagnosis(name, Health.WARNING, error.message, f"give the key this scope, if it is to {probe.serves}")
    return Diagnosis(name, Health.FINE, f"the key may {probe.serves}")


# ---------------------------------------------------------------- what bites later


def check_expiry() -> Flow[Diagnosis]:
    """Do keys expire soon? Which of them is in use cannot be told: the list has no secrets."""
    answer = yield from ask(get_api_keys._get_kwargs())
    now: Instant = yield ReadClock()
    today = datetime.fromtimestamp(now.wall, UTC).date()
    listed = answer.object().get("keys") or []
    dates = {str(key.get("keyName")): _day(key.get("expirationDate")) for key in listed}
    soon = {name: day for name, day in dates.items() if day is not None and day - today <= SOON}
    if not soon:
        first = min((day for day in dates.values() if day), default=None)
        return Diagnosis("expiry", Health.FINE, f"{len(dates)} keys, the first expires on {first or 'a day not said'}")
    named = ", ".join(f"{name} on {day}" for name, day in sorted(soon.items(), key=lambda pair: str(pair[1])))
    hint = "make new ones in time: optcloud aimms keys rotate NAME"
    return Diagnosis("expiry", Health.WARNING, f"expire within {SOON.days} days or have expired: {named}", hint)


def _day(text: object) -> date | None:
    try:
        return date.fromisoformat(str(text)[:10])
    except ValueError:
        return None


def check_queue() -> Flow[Diagnosis]:
    """Do tasks get to run? Without a REST profile none does: the default is zero at a time."""
    answer = yield from ask(get_tasks._get_kwargs())
    now: Instant = yield ReadClock()
    tasks = answer.object().get("current_batch") or []
    waiting = [task for task in tasks if task.get("state") == "queued" and not task.get("scheduleFor")]
    moving = [task for task in tasks if task.get("state") not in {"queued", None}]
    moment = datetime.fromtimestamp(now.wall, UTC)
    long = [task for task in waiting if _age(task, moment) >= LONG_QUEUED]
    if long and not moving:
        hint = "tasks need a REST profile: by default none may run at a time; ask AIMMS support to enable it"
        words = f"{len(long)} tasks have been queued for more than 10 minutes, and none has ever left the queue"
        return Diagnosis("queue", Health.WARNING, words, hint)
    return Diagnosis("queue", Health.FINE, f"{len(tasks)} tasks in the list, {len(waiting)} of them queued")


def _age(task: Mapping[str, Any], now: datetime) -> timedelta:
    """How long ago a task was created; its time is read as UTC (inferred)."""
    try:
        created = datetime.fromisoformat(str(task.get("createdAt")))
    except ValueError:
        return timedelta(0)
    return now - (created if created.tzinfo else created.replace(tzinfo=UTC))


def check_tags() -> Flow[Diagnosis]:
    """Can each app be run without naming a version?"""
    answer = yield from ask(get_all_apps_info._get_kwargs())
    apps = answer.object().get("applications") or []
    names = {str((app.get("project") or {}).get("name")) for app in apps}
    tagged = {str((app.get("project") or {}).get("name")) for app in apps if app.get("isLatest")}
    if missing := sorted(names - tagged):
        hint = "name a version when you run them, or give one the tag: optcloud aimms apps update NAME VERSION --latest"
        return Diagnosis("tags", Health.WARNING, f"no version is tagged latest: {', '.join(missing)}", hint)
    return Diagnosis("tags", Health.FINE, f"each of {len(names)} apps has a version tagged latest")


def check_document() -> Flow[Diagnosis]:
    """Does the vendor's document still have the operations that this client was made from?"""
    answer = yield from ask(get_openapi_specification._get_kwargs())
    served = operations_in(answer.content.decode("utf-8", errors="replace"))
    if not served:
        return Diagnosis("document", Health.NOT_CHECKED, "what the address serves as its document names no operation")
    known = _own_operations()
    gone, new = sorted(known - served), sorted(served - known)
    hint = "what that means, change by change: optcloud spec check --cloud aimms"
    words = [f"{word}: {', '.join(names)}" for word, names in (("gone", gone), ("new", new)) if names]
    if words:
        return Diagnosis("document", Health.WARNING, "; ".join(words), hint)
    return Diagnosis("document", Health.FINE, f"the vendor's document has the {len(known)} operations of this client")


def operations_in(text: str) -> set[str]:
    """Return the operation ids of a document, YAML or JSON, without parsing it."""
    return set(_OPERATION.findall(text))


@cache
def _own_operations() -> set[str]:
    document = json.loads((files("aimms_pro") / "openapi.json").read_text(encoding="utf-8"))
    parts = (part for item in document["paths"].values() for part in item.values())
    return {part["operationId"] for part in parts if isinstance(part, dict) and "operationId" in part}
