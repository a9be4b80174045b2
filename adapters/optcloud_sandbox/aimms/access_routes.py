"""Operations on the access to apps: by app, by entity, and as the portal shows and changes it."""

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from optcloud_sandbox.aimms.access import row
from optcloud_sandbox.aimms.app_routes import entries
from optcloud_sandbox.aimms.apps import App
from optcloud_sandbox.aimms.bodies import json_body, number, query
from optcloud_sandbox.aimms.entities import Group, User
from optcloud_sandbox.aimms.schemas import STRING
from optcloud_sandbox.aimms.scopes import ANY, PEOPLE, Scoped
from optcloud_sandbox.refusal import Refusal
from optcloud_sandbox.world import World

INTEGER = {"type": "integer"}
APP_ACCESS = {
    # PortalAppAccess. Needed here: the app and the entity, each by its id or by its names (inferred).
    "type": "object",
    "allOf": [
        {"anyOf": [{"required": ["app_id"]}, {"required": ["app_name", "app_version"]}]},
        {"anyOf": [{"required": ["entity_id"]}, {"required": ["entity_name", "env_name"]}]},
    ],
    "properties": {
        "app_id": INTEGER,
        "app_name": STRING,
        "app_version": STRING,
        "applied": {"type": "boolean"},
        "deletable": {"type": "boolean"},
        "entity_enc": INTEGER,
        "entity_id": INTEGER,
        "entity_name": STRING,
        "env_id": INTEGER,
        "env_name": STRING,
    },
}


class AccessRoutes:
    def __init__(self, world: World) -> None:
        self._world = world

    def table(self) -> list[Scoped]:
        portal = "/portal/app_access"
        return [
            ("GET", "/app_access/{app}/{version}", self.of_app, ANY),
            ("GET", "/entity/{entity}/app_access", self.of_entity, ANY),
            ("GET", "/environments/{environment}/groups/{group}/app_access", self.of_group, PEOPLE),
            ("GET", f"{portal}/apps_by_group", self.apps_by_group, ANY),
            ("GET", f"{portal}/groups_by_app", self.groups_by_app, ANY),
            ("GET", f"{portal}/users_by_app", self.users_by_app, ANY),
            ("POST", f"{portal}/group", self.add_group, ANY),
            ("DELETE", f"{portal}/group", self.remove_group, ANY),
            ("DELETE", f"{portal}/user", self.remove_user, ANY),
        ]

    async def of_app(self, request: Request) -> Response:
        app = self._world.aimms.apps.get(request.path_params["app"], request.path_params["version"])
        return JSONResponse({"entities": [one.entity() for one in self._world.aimms.access.named_on(app)]})

    async def of_entity(self, request: Request) -> Response:
        entity = self._world.aimms.people.entity(number(request, "entity"))
        return entries(self._world, request, self._world.aimms.access.apps_of(entity))

    async def of_group(self, request: Request) -> Response:
        group = self._group(request.path_params["environment"], request.path_params["group"])
        return entries(self._world, request, self._world.aimms.access.apps_of(group))

    async def apps_by_group(self, request: Request) -> Response:
        group = self._group(query(request, "envName"), query(request, "groupName"))
        return _rows([(app, group) for app in self._world.aimms.access.apps_of(group)])

    async def groups_by_app(self, request: Request) -> Response:
        app = self._queried_app(request)
        return _rows([(app, group) for group in self._world.aimms.access.groups_on(app)])

    async def users_by_app(self, request: Request) -> Response:
        app = self._queried_app(request)
        return _rows([(app, user) for user in self._world.aimms.access.users_on(app)])

    async def add_group(self, request: Request) -> Response:
        self._world.aimms.access.grant(self._app(request), self._named_group(request))
        return Response()

    async def remove_group(self, request: Request) -> Response:
        self._world.aimms.access.revoke(self._app(request), self._named_group(request))
        return Response()

    async def remove_user(self, request: Request) -> Response:
        self._world.aimms.access.revoke(self._app(request), self._named_user(request))
        return Response()

    def _group(self, environment: str, name: str) -> Group:
        return self._world.aimms.people.environment(environment).group(name)

    def _queried_app(self, request: Request) -> App:
        return self._world.aimms.apps.get(query(request, "appName"), query(request, "appVersion"))

    def _app(self, request: Request) -> App:
        body = json_body(request, APP_ACCESS)
        if "app_name" in body and "app_version" in body:
            return self._world.aimms.apps.get(body["app_name"], body["app_version"])
        return self._world.aimms.apps.numbered(body["app_id"])

    def _named_group(self, request: Request) -> Group:
        body = json_body(request, APP_ACCESS)
        if "entity_id" not in body:
            return self._group(body["env_name"], body["entity_name"])
        entity = self._world.aimms.people.entity(body["entity_id"])
        if not isinstance(entity, Group):
            raise Refusal(400, f"body/entity_id: {entity.name} is no group")
        return entity

    def _named_user(self, request: Request) -> User:
        body = json_body(request, APP_ACCESS)
        if "entity_id" not in body:
            return self._world.aimms.people.environment(body["env_name"]).user(body["entity_name"])
        return self._world.aimms.people.user(body["entity_id"])


def _rows(found: list[tuple[App, Group]] | list[tuple[App, User]]) -> Response:
    return JSONResponse({"app_access_list": [row(app, entity) for app, entity in found]})
