"""Operations on environments, groups, users and memberships."""

from collections.abc import Iterable

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from optcloud_sandbox.aimms.bodies import json_body, number
from optcloud_sandbox.aimms.entities import Environment, Group, User
from optcloud_sandbox.aimms.people import ADMINS, PUBLISHERS, People
from optcloud_sandbox.aimms.schemas import AUTHORIZATIONS, NAME, STRING
from optcloud_sandbox.aimms.scopes import ANY, PEOPLE, Scoped
from optcloud_sandbox.world import World

# Changes take the same schemas without the required names: only what is given changes (facts, 6.2.12).
ENVIRONMENT_CHANGES = {
    "type": "object",
    "properties": {
        "authorizations": AUTHORIZATIONS,
        "description": STRING,
        "domain": STRING,
        "isDefault": {"type": "boolean"},
        "name": NAME,
        "samlMetadataUrl": STRING,
    },
}
GROUP_CHANGES = {
    "type": "object",
    "properties": {"description": STRING, "groupname": NAME, "maxUsers": {"type": "integer", "minimum": 0}},
}
USER_CHANGES = {
    "type": "object",
    "properties": {"email": STRING, "fullname": STRING, "password": STRING, "username": NAME},
}
ENVIRONMENT = ENVIRONMENT_CHANGES | {"required": ["name"]}
GROUP = GROUP_CHANGES | {"required": ["groupname"]}
USER = USER_CHANGES | {"required": ["username"]}


class PeopleRoutes:
    def __init__(self, world: World) -> None:
        self._world = world

    def table(self) -> list[Scoped]:
        one = "/environments/{environment}"
        group, user = f"{one}/groups/{{group}}", f"{one}/users/{{user}}"
        return [
            ("GET", "/environments", self.environments, PEOPLE),
            ("POST", "/environments", self.add_environment, PEOPLE),
            ("GET", one, self.environment, PEOPLE),
            ("PATCH", one, self.change_environment, PEOPLE),
            ("DELETE", one, self.remove_environment, PEOPLE),
            ("GET", f"{one}/groups", self.groups, PEOPLE),
            ("POST", f"{one}/groups", self.add_group, PEOPLE),
            ("GET", group, self.group, PEOPLE),
            ("PATCH", group, self.change_group, PEOPLE),
            ("DELETE", group, self.remove_group, PEOPLE),
            ("GET", f"{group}/users", self.members, PEOPLE),
            ("POST", f"{group}/users/{{user}}", self.add_member, PEOPLE),
            ("DELETE", f"{group}/users/{{user}}", self.remove_member, PEOPLE),
            ("GET", f"{one}/users", self.users, PEOPLE),
            ("POST", f"{one}/users", self.add_user, PEOPLE),
            ("GET", user, self.user, PEOPLE),
            ("PATCH", user, self.change_user, PEOPLE),
            ("DELETE", user, self.remove_user, PEOPLE),
            ("GET", "/entity/{entity}", self.entity, ANY),
            ("GET", "/users/current", self.current_user, ANY),
        ]

    async def environments(self, _: Request) -> Response:
        return JSONResponse({"environments": [one.shown() for one in self._people.environments.values()]})

    async def add_environment(self, request: Request) -> Response:
        return JSONResponse(self._people.add_environment(json_body(request, ENVIRONMENT)).shown())

    async def environment(self, request: Request) -> Response:
        return JSONResponse(self._environment(request).shown())

    async def change_environment(self, request: Request) -> Response:
        environment = self._environment(request)
        self._people.change_environment(environment, json_body(request, ENVIRONMENT_CHANGES))
        return JSONResponse(environment.shown())

    async def remove_environment(self, request: Request) -> Response:
        environment = self._environment(request)
        self._people.remove_environment(environment)
        self._world.aimms.forget(environment.id)
        return Response()

    async def groups(self, request: Request) -> Response:
        return _entities(self._environment(request).groups.values())

    async def add_group(self, request: Request) -> Response:
        return JSONResponse(self._people.add_group(self._environment(request), json_body(request, GROUP)).entity())

    async def group(self, request: Request) -> Response:
        return JSONResponse(self._group(request).entity())

    async def change_group(self, request: Request) -> Response:
        group = self._group(request)
        self._people.change_group(group, json_body(request, GROUP_CHANGES))
        return JSONResponse(group.entity())

    async def remove_group(self, request: Request) -> Response:
        group = self._group(request)
        self._people.remove_group(group)
        self._world.aimms.forget(group.id)
        return Response()

    async def members(self, request: Request) -> Response:
        return _entities(self._group(request).members.values())

    async def add_member(self, request: Request) -> Response:
        group = self._group(request)
        group.add(self._people.user(number(request, "user")))
        return Response()

    async def remove_member(self, request: Request) -> Response:
        group = self._group(request)
        group.remove(self._people.user(number(request, "user")))
        return Response()

    async def users(self, request: Request) -> Response:
        return _entities(self._environment(request).users.values())

    async def add_user(self, request: Request) -> Response:
        return JSONResponse(self._people.add_user(self._environment(request), json_body(request, USER)).entity())

    async def user(self, request: Request) -> Response:
        return JSONResponse(self._user(request).entity())

    async def change_user(self, request: Request) -> Response:
        user = self._user(request)
        self._people.change_user(user, json_body(request, USER_CHANGES))
        return JSONResponse(user.entity())

    async def remove_user(self, request: Request) -> Response:
        user = self._user(request)
        self._people.remove_user(user)
        self._world.aimms.forget(user.id)
        return Response()

    async def entity(self, request: Request) -> Response:
        return JSONResponse(self._people.entity(number(request, "entity")).entity())

    async def current_user(self, _: Request) -> Response:
        owner = self._people.owner  # every key belongs to this user
        return JSONResponse(
            {
                "environment_name": owner.environment.name,
                "isAdmin": owner.has_role(ADMINS),
                "isAppPublisher": owner.has_role(PUBLISHERS),
                "name": owner.name,
            }
        )

    @property
    def _people(self) -> People:
        return self._world.aimms.people

    def _environment(self, request: Request) -> Environment:
        return self._people.environment(request.path_params["environment"])

    def _group(self, request: Request) -> Group:
        return self._environment(request).group(request.path_params["group"])

    def _user(self, request: Request) -> User:
        return self._environment(request).user(request.path_params["user"])


def _entities(found: Iterable[Group] | Iterable[User]) -> Response:
    return JSONResponse({"entities": [one.entity() for one in found]})
