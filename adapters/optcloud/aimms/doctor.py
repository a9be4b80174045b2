"""Why does it not work? Harmless reads, each told with what it means and what to do.

Nothing is written, and no task is run. Sources: facts, section 1 (scopes by area), section 2 (latest tag, zero tasks
at a time by default), section 4 (scopes, keys).
"""

from __future__ import annotations

import enum
import json
import re
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, date, datetime, timedelta
from functools import cache, partial
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
from optcloud.aimms.connection import VENDOR
from optcloud.aimms.services.secret_manager import ROOT
from optcloud.core.errors import AuthError, Forbidden, OptCloudError, ReplyError, TransportError, Unsupported
from optcloud.core.flow import Call, Flow, Instant, ReadClock, Reply
from optcloud.core.replies import decode

SOON = timedelta(days=30)
LONG_QUEUED = timedelta(minutes=10)  # a task that has been queued for so long, while none runs, is worth a word
_OPERATION = re.compile(r"""operationId["']?\s*:\s*["']?([A-Za-z0-9_]+)""")


class Verdict(enum.Enum):
    """How a check ended."""

    FINE = "fine"
    WARNING = "warning"
    FAULT = "fault"
    NOT_CHECKED = "not checked"


@frozen
class Finding:
    """One check: its name, how it ended, what was seen, and the mend where one is known."""

    check: str
    verdict: Verdict
    words: str
    hint: str | None = None


@frozen
class Check:
    """A flow that comes to a finding. After a fault of an ``essential`` one, those that follow are not made."""

    name: str
    make: Callable[[], Flow[Finding]]
    essential: bool = False


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


class Doctor:
    """The checks of one account, finding by finding, as `optcloud.core.flow.Pages`."""

    def __init__(self) -> None:
        scopes = [Check(f"scope {probe.scope}", partial(_scope, probe)) for probe in PROBES]
        self._coming = [
            Check("host", _host, essential=True),
            Check("key", _key, essential=True),
            *scopes,
            Check("expiry", _expiry),
            Check("queue", _queue),
            Check("tags", _tags),
            Check("document", _document),
        ]
        self._in_the_way: str | None = None
        self.stopped = False
        """Whether what follows, at the sibling services, would say nothing: a fault comes first, or there are none."""

    def next(self) -> Flow[list[Finding] | None]:
        """Make the next check; None: all are made."""
        if not self._coming:
            return None
        check = self._coming.pop(0)
        if self._in_the_way is not None:
            return [Finding(check.name, Verdict.NOT_CHECKED, f"the fault of the {self._in_the_way} comes first")]
        try:
            finding = yield from check.make()
        except Unsupported:  # a local DEX service, which has nothing else that could be wrong
            self._coming.clear()
            self.stopped = True
            finding = yield from _desk()
        except OptCloudError as error:
            finding = _could_not(check.name, error)
        if check.essential and finding.verdict is Verdict.FAULT:
            self._in_the_way = check.name
            self.stopped = True
        return [finding]


class SiblingDoctor:
    """The check of one sibling service, made on the connection to it: may the key use it?"""

    def __init__(self, service: str) -> None:
        probe = SIBLING_PROBES[service]
        self._coming = [Check(f"scope {probe.scope}", partial(_scope, probe))]

    def next(self) -> Flow[list[Finding] | None]:
        """Make the check; None: it is made."""
        if not self._coming:
            return None
        check = self._coming.pop()
        try:
            return [(yield from check.make())]
        except OptCloudError as error:  # an older PRO has no such service
            return [_could_not(check.name, error)]


def _could_not(name: str, error: OptCloudError) -> Finding:
    if isinstance(error, Forbidden):
        return Finding(name, Verdict.NOT_CHECKED, "the key lacks the scope for it")
    return Finding(name, Verdict.NOT_CHECKED, str(error))


# ---------------------------------------------------------------- address, key, scopes


def _host() -> Flow[Finding]:
    """Is AIMMS PRO there, behind TLS that this machine trusts?"""
    try:
        yield Call(health_check._get_kwargs())
        reply: Reply = yield Call(get_version._get_kwargs())
    except AuthError:
        return Finding("host", Verdict.FINE, "AIMMS PRO answers, and wants a key for its health check")
    except TransportError as error:
        return Finding("host", Verdict.FAULT, str(error), _mend_of_transport(str(error)))
    except ReplyError as error:
        hint = "is the address right, up to /pro-api/v2? A proxy or a sign-in page may have answered in its place"
        return Finding("host", Verdict.FAULT, str(error), hint)
    version = decode(reply, dict[str, Any], vendor=VENDOR, operation="getVersion").get("version")
    return Finding("host", Verdict.FINE, f"AIMMS PRO answers and is healthy, version {version or 'not said'}")


def _desk() -> Flow[Finding]:
    """Does a local DEX service answer? It has no key, no apps and no queue of an account."""
    try:
        yield Call(get_tasks._get_kwargs())
    except TransportError as error:
        hint = "does the model run, and has it called dex::api::StartAPIService? Its port is dex::api::ListenerPort"
        return Finding("desk", Verdict.FAULT, str(error), hint)
    except ReplyError as error:
        return Finding("desk", Verdict.FAULT, str(error), "is the address right, up to /api/v2?")
    return Finding("desk", Verdict.FINE, "the local DEX service answers")


_MENDS = (  # the first whose words are found
    (("ProxyError: 407", "Invalid username/password"), "give the proxy's variable as http://USER:PASSWORD@HOST:PORT"),
    (
        ("CERTIFICATE_VERIFY_FAILED",),
        "this machine does not trust the certificate: set SSL_CERT_FILE to your company's certificates",
    ),
    (
        ("through the proxy",),
        "is the proxy the right one, does it let this host through? NO_PROXY names hosts that need none",
    ),
    (("SSL", "TLS", "tls"), "TLS failed: is this https port the right one, and is a proxy in between?"),
    (
        ("Name or service not known", "getaddrinfo", "nodename", "name resolution"),
        "the host name is not known: is the account's name right?",
    ),
    (("refused",), "nothing listens there: is the address right, is it running?"),
)


def _mend_of_transport(words: str) -> str:
    found = (hint for signs, hint in _MENDS if any(sign in words for sign in signs))
    return next(found, "is there a network, a VPN or a proxy (HTTPS_PROXY) to go through?")


def _key() -> Flow[Finding]:
    """Is the key known and not expired?"""
    try:
        reply: Reply = yield Call(get_current_user._get_kwargs())
    except AuthError as error:
        hint = "the key is unknown or has expired (a key lives for at most a year): make a new one in the portal"
        return Finding("key", Verdict.FAULT, error.message, hint)
    user = decode(reply, dict[str, Any], vendor=VENDOR, operation="getCurrentUser")
    rights = [word for flag, word in (("isAdmin", "admin"), ("isAppPublisher", "app publisher")) if user.get(flag)]
    who = f"{user.get('name', '?')} of {user.get('environment_name', '?')}"
    return Finding("key", Verdict.FINE, f"the key is valid, for {who}" + (f" ({', '.join(rights)})" if rights else ""))


def _scope(probe: Probe) -> Flow[Finding]:
    """May the key do this?"""
    name = f"scope {probe.scope}"
    try:
        yield Call(probe.arguments())
    except (Forbidden, AuthError) as error:
        return Finding(name, Verdict.WARNING, error.message, f"give the key this scope, if it is to {probe.serves}")
    return Finding(name, Verdict.FINE, f"the key may {probe.serves}")


# ---------------------------------------------------------------- what bites later


def _expiry() -> Flow[Finding]:
    """Do keys expire soon? Which of them is in use cannot be told: the list has no secrets."""
    reply: Reply = yield Call(get_api_keys._get_kwargs())
    now: Instant = yield ReadClock()
    today = datetime.fromtimestamp(now.wall, UTC).date()
    listed = decode(reply, dict[str, Any], vendor=VENDOR, operation="getApiKeys").get("keys") or []
    dates = {str(key.get("keyName")): _day(key.get("expirationDate")) for key in listed}
    soon = {name: day for name, day in dates.items() if day is not None and day - today <= SOON}
    if not soon:
        first = min((day for day in dates.values() if day), default=None)
        return Finding("expiry", Verdict.FINE, f"{len(dates)} keys, the first expires on {first or 'a day not said'}")
    named = ", ".join(f"{name} on {day}" for name, day in sorted(soon.items(), key=lambda pair: str(pair[1])))
    hint = "make new ones in time: optcloud aimms keys rotate NAME"
    return Finding("expiry", Verdict.WARNING, f"expire within {SOON.days} days or have expired: {named}", hint)


def _day(text: object) -> date | None:
    try:
        return date.fromisoformat(str(text)[:10])
    except ValueError:
        return None


def _queue() -> Flow[Finding]:
    """Do tasks get to run? Without a REST profile none does: the default is zero at a time."""
    reply: Reply = yield Call(get_tasks._get_kwargs())
    now: Instant = yield ReadClock()
    tasks = decode(reply, dict[str, Any], vendor=VENDOR, operation="getTasks").get("current_batch") or []
    waiting = [task for task in tasks if task.get("state") == "queued" and not task.get("scheduleFor")]
    moving = [task for task in tasks if task.get("state") not in {"queued", None}]
    moment = datetime.fromtimestamp(now.wall, UTC)
    long = [task for task in waiting if _age(task, moment) >= LONG_QUEUED]
    if long and not moving:
        hint = "tasks need a REST profile: by default none may run at a time; ask AIMMS support to enable it"
        words = f"{len(long)} tasks have been queued for more than 10 minutes, and none has ever left the queue"
        return Finding("queue", Verdict.WARNING, words, hint)
    return Finding("queue", Verdict.FINE, f"{len(tasks)} tasks in the list, {len(waiting)} of them queued")


def _age(task: Mapping[str, Any], now: datetime) -> timedelta:
    """How long ago a task was created; its time is read as UTC (inferred)."""
    try:
        created = datetime.fromisoformat(str(task.get("createdAt")))
    except ValueError:
        return timedelta(0)
    return now - (created if created.tzinfo else created.replace(tzinfo=UTC))


def _tags() -> Flow[Finding]:
    """Can each app be run without naming a version?"""
    reply: Reply = yield Call(get_all_apps_info._get_kwargs())
    apps = decode(reply, dict[str, Any], vendor=VENDOR, operation="getAllAppsInfo").get("applications") or []
    names = {str((app.get("project") or {}).get("name")) for app in apps}
    tagged = {str((app.get("project") or {}).get("name")) for app in apps if app.get("isLatest")}
    if missing := sorted(names - tagged):
        hint = "name a version when you run them, or give one the tag: optcloud aimms apps update NAME VERSION --latest"
        return Finding("tags", Verdict.WARNING, f"no version is tagged latest: {', '.join(missing)}", hint)
    return Finding("tags", Verdict.FINE, f"each of {len(names)} apps has a version tagged latest")


def _document() -> Flow[Finding]:
    """Does the vendor's document still have the operations that this client was made from?"""
    reply: Reply = yield Call(get_openapi_specification._get_kwargs())
    served = operations_in(reply.content.decode("utf-8", errors="replace"))
    if not served:
        return Finding("document", Verdict.NOT_CHECKED, "what the address serves as its document names no operation")
    known = _own_operations()
    gone, new = sorted(known - served), sorted(served - known)
    hint = "what that means, change by change: optcloud spec check --cloud aimms"
    words = [f"{word}: {', '.join(names)}" for word, names in (("gone", gone), ("new", new)) if names]
    if words:
        return Finding("document", Verdict.WARNING, "; ".join(words), hint)
    return Finding("document", Verdict.FINE, f"the vendor's document has the {len(known)} operations of this client")


def operations_in(text: str) -> set[str]:
    """Return the operation ids of a document, YAML or JSON, without parsing it."""
    return set(_OPERATION.findall(text))


@cache
def _own_operations() -> set[str]:
    document = json.loads((files("aimms_pro") / "openapi.json").read_text(encoding="utf-8"))
    return {str(operation["operationId"]) for operation in _operations(document)}


def _operations(document: Mapping[str, Any]) -> Iterable[Mapping[str, Any]]:
    for item in document["paths"].values():
        yield from (part for part in item.values() if isinstance(part, dict) and "operationId" in part)
