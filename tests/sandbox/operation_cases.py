"""A call of each operation of AIMMS PRO that succeeds on the sandbox: its arguments, and what must be there before."""

from __future__ import annotations

import importlib
from collections.abc import Callable
from io import BytesIO
from types import ModuleType
from typing import Any

from aimms_pro import models as m
from aimms_pro.api.application import create_application_category, update_app
from aimms_pro.api.authentication import (
    add_user_to_group,
    create_api_key,
    create_environment,
    create_group,
    create_user,
)
from aimms_pro.api.launching import launch_app
from aimms_pro.api.portal import add_group_app_access
from aimms_pro.api.publishing import get_aimms_versions
from aimms_pro.api.storage import get_object_info, upload_bucket, upload_object
from aimms_pro.api.task import create_task_latest_version, get_task
from aimms_pro.types import File
from optcloud.sandbox import AfterPolls, Sandbox

APP, VERSION, SERVICE = "Sandbox", "1.0", "echo"
OF_APP: dict[str, Any] = {"project_name": APP, "project_version": VERSION}
PASSWORD = "fake-password-4-tests"
ICON = {"path": "/icons", "label": "my_logo"}
HOOK = "http://127.0.0.1:9/hook?key=fake"
Arguments = dict[str, Any]


class Arranged:
    """What cases need, made when it is asked for, through a generated client of its own."""

    def __init__(self, sandbox: Sandbox) -> None:
        self.sandbox = sandbox
        self._clients: dict[str, Any] = {}

    def client(self, package: str = "aimms_pro") -> Any:
        """The generated client of a package, as it is without optcloud."""
        if package not in self._clients:
            pro = self.sandbox.urls.aimms
            service = package.removeprefix("aimms_").replace("_", "-")
            self._clients[package] = importlib.import_module(package).AuthenticatedClient(
                base_url=pro if package == "aimms_pro" else pro.replace("/pro-api/v2", f"/pro/{service}/v1"),
                token=self.sandbox.credentials.aimms_api_key,
                prefix="",
                auth_header_name="apikey",
                httpx_args={"trust_env": False},
                verify_ssl=False,
            )
        return self._clients[package]

    def close(self) -> None:
        for client in self._clients.values():
            client.get_httpx_client().close()

    def made(self, package: str, endpoint: ModuleType, *path: Any, **arguments: Any) -> Any:
        """Call what must succeed; returns what comes back."""
        reply = endpoint.sync_detailed(*path, client=self.client(package), **arguments)
        assert reply.status_code == 200, reply.content
        return reply.parsed

    def _made(self, endpoint: ModuleType, *path: Any, **arguments: Any) -> Any:
        return self.made("aimms_pro", endpoint, *path, **arguments)

    def task(self, **schedule: str) -> str:
        """The id of a task; with a schedule, of a repeated one."""
        made = self._made(
            create_task_latest_version,
            APP,
            SERVICE,
            body=File(BytesIO(b"{}"), mime_type="application/json"),
            **schedule,
        )
        return str(made.id)

    def running(self) -> str:
        """The id of a task that runs: each look moves it on."""
        self.sandbox.pace = AfterPolls(8)
        task = self.task()
        while self._made(get_task, task).state in ("queued", "assigned"):
            pass
        return task

    def environment(self, **more: Any) -> str:
        self._made(create_environment, body=m.PROEnvironment(name="Plant", **more))
        return "Plant"

    def group(self) -> Arguments:
        self._made(create_group, self.environment(), body=m.PROGroup(groupname="Planners"))
        return {"environment_name": "Plant", "group_name": "Planners"}

    def user(self, environment: str | None = None) -> int:
        body = m.PROUser(username="ada", fullname="Ada", email="ada@sandbox.invalid", password=PASSWORD)
        return int(self._made(create_user, environment or self.environment(), body=body).entity)

    def member(self) -> Arguments:
        of_group = self.group()
        user = self.user("Plant")
        self._made(add_user_to_group, "Plant", "Planners", user)
        return of_group | {"user_id": user}

    def access(self) -> m.PortalAppAccess:
        self.group()
        body = m.PortalAppAccess(app_name=APP, app_version=VERSION, entity_name="Planners", env_name="Plant")
        self._made(add_group_app_access, body=body)
        return body

    def user_with_access(self) -> int:
        entity = self.user()
        entry = m.EntityAuthorization(authorization=5, deny=False, entity=entity)
        self._made(update_app, **OF_APP, body=m.PROAppPatch(authorizations=[entry]))
        return entity

    def category(self) -> str:
        return str(self._made(create_application_category, body=m.PROAppCategory(value="Planning")).id)

    def key(self) -> str:
        self._made(create_api_key, body=new_key())
        return "ci"

    def aimms_version(self) -> str:
        return str(self._made(get_aimms_versions).versions[0].id)

    def bucket(self) -> Arguments:
        self._made(upload_bucket, body=m.PROStorageBucket(path="/", label="reports"))
        return {"path": "/", "label": "reports"}

    def icon(self) -> Arguments:
        self._made(upload_object, body=new_object())
        return dict(ICON)

    def object_id(self) -> str:
        return str(self._made(get_object_info, **self.icon()).id)

    def launched(self) -> str:
        return str(self._made(launch_app, body=m.PROAppLaunch(app_name=APP)).id)


def new_key() -> m.PROApiKey:
    return m.PROApiKey(key_name="ci", expiration_date="2027-01-31", scopes=[m.PROApiKeyScope(scope="Tasks")])


def new_object() -> m.UploadObjectBody:
    file = File(payload=BytesIO(b"\x89PNG"), file_name="logo.png", mime_type="image/png")
    return m.UploadObjectBody(file=file, metadata=m.PROStorageObjectMetadata.from_dict(ICON))


def new_app(a: Arranged) -> m.PublishAppBody:
    metadata = m.PROAppMetadata(name="Planner", project_version="1", aimms_version_id=a.aimms_version())
    return m.PublishAppBody(file=File(BytesIO(b"pack"), file_name="planner.aimmspack"), metadata=metadata)


def some_input() -> File:
    return File(BytesIO(b"\x00\xff"), mime_type="application/octet-stream")


def nothing(_: Arranged) -> Arguments:
    return {}


def after(made: object, arguments: Arguments) -> Arguments:
    """The arguments, once something is there."""
    assert made
    return arguments


PEOPLE: dict[str, Callable[[Arranged], Arguments]] = {
    "addUserToGroup": lambda a: a.group() | {"user_id": a.user("Plant")},
    "removeUserFromGroup": lambda a: a.member(),
    "createEnvironment": lambda a: {"body": m.PROEnvironment(name="Plant")},
    "getAllEnvironments": nothing,
    "getEnvironment": lambda a: {"environment_name": "ROOT"},
    "updateEnvironment": lambda a: {
        "environment_name": a.environment(),
        "body": m.PROEnvironmentPatch(description="x"),
    },
    "deleteEnvironment": lambda a: {"environment_name": a.environment()},
    "createGroup": lambda a: {"environment_name": a.environment(), "body": m.PROGroup(groupname="Planners")},
    "getAllGroups": lambda a: {"environment_name": "ROOT"},
    "getGroup": lambda a: a.group(),
    "updateGroup": lambda a: a.group() | {"body": m.PROGroupPatch(description="x")},
    "deleteGroup": lambda a: a.group(),
    "createUser": lambda a: {"environment_name": a.environment(), "body": m.PROUser(username="eve", password=PASSWORD)},
    "getAllUsers": lambda a: {"environment_name": "ROOT"},
    "getUser": lambda a: after(a.user(), {"environment_name": "Plant", "user_name": "ada"}),
    "updateUser": lambda a: after(
        a.user(), {"environment_name": "Plant", "user_name": "ada", "body": m.PROUserPatch(email="a@sandbox.invalid")}
    ),
    "deleteUser": lambda a: after(a.user(), {"environment_name": "Plant", "user_name": "ada"}),
    "getUsersInGroup": lambda a: {key: value for key, value in a.member().items() if key != "user_id"},
    "getCurrentUser": nothing,
    "getEntityInfo": lambda a: {"entity_id": a.user()},
    "getApiKeys": nothing,
    "createApiKey": lambda a: {"body": new_key()},
    "createApiKeyForAccount": lambda a: {"account_name": a.sandbox.credentials.aimms_account, "body": new_key()},
    "deleteApiKey": lambda a: {"api_key_name": a.key()},
    "deleteApiKeyForAccount": lambda a: {"account_name": a.sandbox.credentials.aimms_account, "api_key_name": a.key()},
    "authorizeSession": nothing,
    "login": lambda a: after(a.user(), {"body": m.PROLogin(environment="Plant", username="ada", password=PASSWORD)}),
    "logout": nothing,
    "samlAssertion": nothing,
    "samlRequest": lambda a: {
        "body": m.PROSamlLogin(environment=a.environment(saml_metadata_url="https://sandbox.invalid/saml"))
    },
}
ACCESS: dict[str, Callable[[Arranged], Arguments]] = {
    "getAppAccess": lambda a: {"app_name": APP, "app_version": VERSION},
    "getEntityAppAccess": lambda a: {"entity_id": a.user()},
    "getGroupAppAccess": lambda a: a.group(),
    "addGroupAppAccess": lambda a: after(
        a.group(),
        {"body": m.PortalAppAccess(app_name=APP, app_version=VERSION, entity_name="Planners", env_name="Plant")},
    ),
    "removeGroupAppAccess": lambda a: {"body": a.access()},
    "removeUserAppAccess": lambda a: {
        "body": m.PortalAppAccess(app_name=APP, app_version=VERSION, entity_id=a.user_with_access())
    },
    "getAppAccessAppsByGroup": lambda a: after(a.access(), {"env_name": "Plant", "group_name": "Planners"}),
    "getAppAccessGroupsByApp": lambda a: {"app_name": APP, "app_version": VERSION},
    "getAppAccessUsersByApp": lambda a: {"app_name": APP, "app_version": VERSION},
}
APPS: dict[str, Callable[[Arranged], Arguments]] = {
    "checkModifiable": lambda a: OF_APP,
    "createApplicationCategory": lambda a: {"body": m.PROAppCategory(value="Planning")},
    "getAllApplicationCategories": lambda a: after(a.category(), {}),
    "updateApplicationCategory": lambda a: {"category_id": a.category(), "body": m.PROAppCategory(value="Plans")},
    "deleteApplicationCategory": lambda a: {"category_id": a.category()},
    "getAllAppsInfo": nothing,
    "getAppsInfo": lambda a: {"project_name": APP},
    "getAppInfo": lambda a: OF_APP,
    "publishApp": lambda a: {"body": new_app(a)},
    "updateApp": lambda a: OF_APP | {"body": m.PROAppPatch(description="x", resource_profile="<account>")},
    "deleteApp": lambda a: OF_APP,
    "getAimmsVersion": lambda a: {"aimms_version_id": a.aimms_version()},
    "getAimmsVersions": lambda a: {"dev": True},
    "getResourceProfiles": nothing,
    "launchApp": lambda a: {"body": m.PROAppLaunch(app_name=APP, app_version=VERSION)},
    "getLaunchedAppInfo": lambda a: {"app_instance_id": a.launched()},
}
PORTAL: dict[str, Callable[[Arranged], Arguments]] = {
    "getAccountPortalMode": nothing,
    "getCustomizationConfig": nothing,
    "getAccountCompanyLogoUrl": lambda a: {"logo_id": "sandbox-logo"},
    "getAccountLoginImageUrl": lambda a: {"login_image_id": "sandbox-login-image"},
    "getAppIconUrl": lambda a: after(a.icon(), {"icon_path": "/icons/my_logo"}),
    "getApps": nothing,
    "getProVersion": nothing,
    "getOpenapiSpecification": lambda a: {"format_": "json"},
    "getVersion": nothing,
    "healthCheck": nothing,
    "getWebuiSessionInfo": nothing,
}
STORAGE: dict[str, Callable[[Arranged], Arguments]] = {
    "uploadBucket": lambda a: {"body": m.PROStorageBucket(path="/", label="reports")},
    "getBucketInfo": lambda a: a.bucket(),
    "updateBucket": lambda a: a.bucket() | {"body": m.PROStorageBucketPatch(label="old reports")},
    "deleteBucket": lambda a: a.bucket(),
    "uploadObject": lambda a: {"body": new_object()},
    "getObjectInfo": lambda a: a.icon(),
    "updateObject": lambda a: a.icon() | {"body": m.PROStorageObjectPatch(label="old_logo")},
    "deleteObject": lambda a: a.icon(),
    "downloadObject": lambda a: {"id": a.object_id()},
}
TASKS: dict[str, Callable[[Arranged], Arguments]] = {
    "createTask": lambda a: {
        "app_name": APP,
        "app_version": VERSION,
        "service_name": SERVICE,
        "body": some_input(),
        "pretty_format": True,
    },
    "createTaskLatestVersion": lambda a: {
        "app_name": APP,
        "service_name": SERVICE,
        "body": some_input(),
        "schedule_in": "1 day",
        "schedule_interval": "P1D",
        "pretty_format": True,
    },
    "getTasks": lambda a: after(a.task(), {"limit": 5, "offset": 0, "pretty_format": True}),
    "getTask": lambda a: {"id": a.task(schedule_interval="1 day"), "group_index": 0, "pretty_format": True},
    "getTaskResponse": lambda a: {"id": a.task()},
    "getTaskLogs": lambda a: {"id": a.task()},
    "downloadTaskLogs": lambda a: {"id": a.task()},
    "getTaskStats": nothing,
    "getTaskCurrentStats": nothing,
    "interruptTask": lambda a: {"id": a.running(), "body": m.TaskInterrupt(setstatus="interrupt-execution")},
    "deleteTask": lambda a: {"id": a.task()},
}
PRO_CASES = PEOPLE | ACCESS | APPS | PORTAL | STORAGE | TASKS
