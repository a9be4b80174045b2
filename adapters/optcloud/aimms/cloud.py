"""What ``oc.aimms`` is: tasks, and the namespaces for everything else, each imported when it is first touched."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from datetime import date, datetime
from functools import cached_property
from typing import TYPE_CHECKING

from aimms_pro.client import AuthenticatedClient
from optcloud.aimms.apps.versions import get_version, list_versions, version_ids
from optcloud.aimms.connection import CLOUD, SECRET_MANAGER, SESSION_MANAGER, USER_MANAGER, Endpoint
from optcloud.aimms.doctor import examine, examine_async
from optcloud.aimms.doctor_checks import Diagnosis
from optcloud.aimms.server import server
from optcloud.aimms.services.siblings import SiblingConnections
from optcloud.aimms.tasks.listing import ListedTask, list_tasks
from optcloud.aimms.tasks.logs import stats
from optcloud.aimms.tasks.submit import SubmitVerbs
from optcloud.aimms.tasks.task import AsyncTask, Task
from optcloud.aimms.tasks.waiting import WaitVerbs
from optcloud.core.flow import Flow
from optcloud.core.verbs import Awaited, Blocking, verb, verb_of
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
    """What an account of AIMMS PRO can be asked, beside what its namespaces offer."""

    server = verb_of(server)
    stats = verb_of(stats)
    versions = verb_of(version_ids)
    aimms_versions = verb_of(list_versions)
    aimms_version = verb_of(get_version)

    @verb
    def tasks(
        self,
        *,
        app: str | None = None,
        version: str | None = None,
        before: date | datetime | None = None,
        after: date | datetime | None = None,
        limit: int | None = None,
    ) -> Flow[list[ListedTask]]:
        """List tasks as (reference, status), created ``before`` and ``after`` (`optcloud.aimms.tasks.listing`)."""
        return list_tasks(self._profile, app=app, version=version, before=before, after=after, limit=limit)


class Aimms(AimmsVerbs, WaitVerbs[Task], Blocking):
    """AIMMS PRO REST API v2."""

    _task_kind = Task

    def __init__(
        self, connection: Connection, profile: str, siblings: SiblingConnections[Connection], endpoint: Endpoint = CLOUD
    ) -> None:
        self._connection = connection
        self._profile = profile
        self._siblings = siblings
        self._endpoint = endpoint
        self.client = connection.generated_client(AuthenticatedClient)
        """The generated client with all operations of the document, signed, retried and raising our errors."""

    def doctor(self) -> Iterator[Diagnosis]:
        """Find out why it does not work: harmless reads, each told as it is made (`optcloud.aimms.doctor`)."""
        return examine(self._connection, self._siblings)

    @cached_property
    def apps(self) -> Apps:
        """Publish, change, list and delete apps, and their categories."""
        from optcloud.aimms.apps.apps import Apps

        return Apps(self._connection)

    @cached_property
    def access(self) -> AppRights:
        """Who may do what with an app: read, grant, revoke, deny, replace, clear, and the tables of it."""
        from optcloud.aimms.apps.access import AppRights

        return AppRights(self._connection)

    @cached_property
    def people(self) -> People:
        """Environments, groups and users: look, change, make so, or apply a whole file of them."""
        from optcloud.aimms.people.people import People

        return People(self._connection, self._siblings.hide)

    @cached_property
    def keys(self) -> Keys:
        """API keys: list, create, rotate, delete, and what expires soon."""
        from optcloud.aimms.keys.keys import Keys

        return Keys(self._connection, self._siblings.hide)

    @cached_property
    def sessions(self) -> Sessions:
        """Sessions of web applications, tasks and solves (the service session-manager). Raises `ConfigError`."""
        from optcloud.aimms.services.sessions import Sessions

        return Sessions(self._siblings.sibling(SESSION_MANAGER))

    @cached_property
    def secrets(self) -> Secrets:
        """Secrets that AIMMS PRO keeps (the service secret-manager). Raises `ConfigError`."""
        from optcloud.aimms.services.secrets import Secrets

        return Secrets(self._siblings.sibling(SECRET_MANAGER), self._siblings.hide)

    @cached_property
    def directory(self) -> Directory:
        """People and keys as the newer service user-manager has them. Raises `ConfigError`."""
        from optcloud.aimms.services.directory import Directory

        return Directory(self._siblings.sibling(USER_MANAGER), self._siblings.hide)

    @cached_property
    def storage(self) -> Storage:
        """Objects in buckets: upload, download, look, rename, delete."""
        from optcloud.aimms.storage.storage import Storage

        return Storage(self._connection)


class AsyncAimms(AimmsVerbs, WaitVerbs[AsyncTask], Awaited):
    """AIMMS PRO REST API v2; each verb is awaited."""

    _task_kind = AsyncTask

    def __init__(
        self,
        connection: AsyncConnection,
        profile: str,
        siblings: SiblingConnections[AsyncConnection],
        endpoint: Endpoint = CLOUD,
    ) -> None:
        self._connection = connection
        self._profile = profile
        self._siblings = siblings
        self._endpoint = endpoint
        self.client = connection.generated_client(AuthenticatedClient)
        """The generated client with all operations of the document, signed, retried and raising our errors."""

    def doctor(self) -> AsyncIterator[Diagnosis]:
        """Find out why it does not work: harmless reads, each told as it is made (`optcloud.aimms.doctor`)."""
        return examine_async(self._connection, self._siblings)

    @cached_property
    def apps(self) -> AsyncApps:
        """Publish, change, list and delete apps, and their categories."""
        from optcloud.aimms.apps.apps import AsyncApps

        return AsyncApps(self._connection)

    @cached_property
    def access(self) -> AsyncAppRights:
        """Who may do what with an app: read, grant, revoke, deny, replace, clear, and the tables of it."""
        from optcloud.aimms.apps.access import AsyncAppRights

        return AsyncAppRights(self._connection)

    @cached_property
    def people(self) -> AsyncPeople:
        """Environments, groups and users: look, change, make so, or apply a whole file of them."""
        from optcloud.aimms.people.people import AsyncPeople

        return AsyncPeople(self._connection, self._siblings.hide)

    @cached_property
    def keys(self) -> AsyncKeys:
        """API keys: list, create, rotate, delete, and what expires soon."""
        from optcloud.aimms.keys.keys import AsyncKeys

        return AsyncKeys(self._connection, self._siblings.hide)

    @cached_property
    def sessions(self) -> AsyncSessions:
        """Sessions of web applications, tasks and solves (the service session-manager). Raises `ConfigError`."""
        from optcloud.aimms.services.sessions import AsyncSessions

        return AsyncSessions(self._siblings.sibling(SESSION_MANAGER))

    @cached_property
    def secrets(self) -> AsyncSecrets:
        """Secrets that AIMMS PRO keeps (the service secret-manager). Raises `ConfigError`."""
        from optcloud.aimms.services.secrets import AsyncSecrets

        return AsyncSecrets(self._siblings.sibling(SECRET_MANAGER), self._siblings.hide)

    @cached_property
    def directory(self) -> AsyncDirectory:
        """People and keys as the newer service user-manager has them. Raises `ConfigError`."""
        from optcloud.aimms.services.directory import AsyncDirectory

        return AsyncDirectory(self._siblings.sibling(USER_MANAGER), self._siblings.hide)

    @cached_property
    def storage(self) -> AsyncStorage:
        """Objects in buckets: upload, download, look, rename, delete."""
        from optcloud.aimms.storage.storage import AsyncStorage

        return AsyncStorage(self._connection)
