"""What ``oc.aimms`` is: tasks, and the namespaces for everything else, each imported when it is first touched."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from typing import TYPE_CHECKING, Any

from aimms_pro.client import AuthenticatedClient
from optcloud.aimms.apps.versions import get_version, list_versions, version_ids
from optcloud.aimms.connection import CLOUD, SECRET_MANAGER, SESSION_MANAGER, USER_MANAGER, Endpoint
from optcloud.aimms.doctor import account_doctor
from optcloud.aimms.namespaces import LazyNamespace, NamespacePlace
from optcloud.aimms.server import server
from optcloud.aimms.services.siblings import SiblingConnections
from optcloud.aimms.tasks.listing import list_tasks
from optcloud.aimms.tasks.logs import stats
from optcloud.aimms.tasks.submit import SubmitVerbs
from optcloud.aimms.tasks.task import AsyncTask, Task
from optcloud.aimms.tasks.waiting import WaitVerbs
from optcloud.core.diagnosis import Diagnosis
from optcloud.core.verbs import Awaited, Blocking, verb_of
from optcloud.handles.doctor import examine, examine_async
from optcloud.handles.verb_from import verb_from
from optcloud.transport.asynchronous import AsyncConnection
from optcloud.transport.blocking import Connection

if TYPE_CHECKING:
    from optcloud.aimms.apps.access import AppRights, AsyncAppRights
    from optcloud.aimms.apps.apps import Apps, AsyncApps
    from optcloud.aimms.keys.keys import AsyncKeys, Keys
    from optcloud.aimms.people.people import AsyncPeople, People
    from optcloud.aimms.services.directory import AsyncDirectory, Directory
    from optcloud.aimms.services.secrets import AsyncSecrets, Secrets
    from optcloud.aimms.services.sessions import AsyncSessions, Sessions
    from optcloud.aimms.storage.storage import AsyncStorage, Storage


class AimmsVerbs(SubmitVerbs):
    """What an account of AIMMS PRO can be asked, and the namespaces for everything else."""

    server = verb_of(server)
    stats = verb_of(stats)
    versions = verb_of(version_ids)
    aimms_versions = verb_of(list_versions)
    aimms_version = verb_of(get_version)
    tasks = verb_from("_profile", list_tasks)

    def __init__(
        self,
        connection: Connection | AsyncConnection,
        profile: str,
        siblings: SiblingConnections[Any],
        endpoint: Endpoint = CLOUD,
    ) -> None:
        self._connection: Any = connection
        self._profile = profile
        self._siblings = siblings
        self._endpoint = endpoint
        self.client = connection.generated_client(AuthenticatedClient)
        """The generated client with all operations of the document, signed, retried and raising our errors."""

    @property
    def _url(self) -> str:
        return str(self._connection.client.base_url)

    def _service(self, name: str) -> Any:
        return self._siblings.sibling(name) if name else self._connection

    @LazyNamespace
    def apps(self) -> NamespacePlace[Apps, AsyncApps]:
        """Publish, change, list and delete apps, and their categories."""
        return NamespacePlace("optcloud.aimms.apps.apps", "Apps")

    @LazyNamespace
    def access(self) -> NamespacePlace[AppRights, AsyncAppRights]:
        """Who may do what with an app: read, grant, revoke, deny, replace, clear, and the tables of it."""
        return NamespacePlace("optcloud.aimms.apps.access", "AppRights")

    @LazyNamespace
    def people(self) -> NamespacePlace[People, AsyncPeople]:
        """Environments, groups and users: look, change, make so, or apply a whole file of them."""
        return NamespacePlace("optcloud.aimms.people.people", "People")

    @LazyNamespace
    def keys(self) -> NamespacePlace[Keys, AsyncKeys]:
        """API keys: list, create, rotate, delete, and what expires soon."""
        return NamespacePlace("optcloud.aimms.keys.keys", "Keys")

    @LazyNamespace
    def sessions(self) -> NamespacePlace[Sessions, AsyncSessions]:
        """Sessions of web applications, tasks and solves (the service session-manager). Raises `ConfigError`."""
        return NamespacePlace("optcloud.aimms.services.sessions", "Sessions", SESSION_MANAGER)

    @LazyNamespace
    def secrets(self) -> NamespacePlace[Secrets, AsyncSecrets]:
        """Secrets that AIMMS PRO keeps (the service secret-manager). Raises `ConfigError`."""
        return NamespacePlace("optcloud.aimms.services.secrets", "Secrets", SECRET_MANAGER)

    @LazyNamespace
    def directory(self) -> NamespacePlace[Directory, AsyncDirectory]:
        """People and keys as the newer service user-manager has them. Raises `ConfigError`."""
        return NamespacePlace("optcloud.aimms.services.directory", "Directory", USER_MANAGER)

    @LazyNamespace
    def storage(self) -> NamespacePlace[Storage, AsyncStorage]:
        """Objects in buckets: upload, download, look, rename, delete."""
        return NamespacePlace("optcloud.aimms.storage.storage", "Storage")


class Aimms(AimmsVerbs, WaitVerbs[Task], Blocking):
    """AIMMS PRO REST API v2."""

    _task_kind = Task

    def doctor(self) -> Iterator[Diagnosis]:
        """Find out why it does not work: harmless reads, each told as it is made (`optcloud.aimms.doctor`)."""
        return examine(account_doctor(self._url), self._service)


class AsyncAimms(AimmsVerbs, WaitVerbs[AsyncTask], Awaited):
    """AIMMS PRO REST API v2; each verb is awaited."""

    _task_kind = AsyncTask

    def doctor(self) -> AsyncIterator[Diagnosis]:
        """Find out why it does not work: harmless reads, each told as it is made (`optcloud.aimms.doctor`)."""
        return examine_async(account_doctor(self._url), self._service)
