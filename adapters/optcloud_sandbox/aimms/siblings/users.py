"""user-manager: the people of the account, the caller's API keys (vendor pages managing-users, managing-api-keys)."""

from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from optcloud_sandbox.aimms.bodies import json_body
from optcloud_sandbox.aimms.entities import Environment, Group, User
from optcloud_sandbox.aimms.keys import ApiKey
from optcloud_sandbox.aimms.schemas import NAME, STRING
from optcloud_sandbox.aimms.scopes import ANY, KEYS, PEOPLE, SPELLINGS, Scoped
from optcloud_sandbox.aimms.siblings.lists import documented_filters, listed, selected
from optcloud_sandbox.credentials import AIMMS_SCOPES
from optcloud_sandbox.refusal import Refusal
from optcloud_sandbox.world import World

NEW_KEY = {
    # That all three are required and a scope is a word is inferred.
    "type": "object",
    "required": ["name", "expiration_date", "scopes"],
    "properties": {
        "name": NAME,
        "expiration_date": STRING,
        "scopes": {"type": "array", "minItems": 1, "items": {"enum": list(SPELLINGS)}},
    },
}
ENVIRONMENT_FILTERS = documented_filters("account_name", "environment_name")
GROUP_FILTERS = documented_filters("account_name", "environment_name", "group_name")
USER_FILTERS = documented_filters("account_name", "environment_name", "user_name")


class UserManager:
    """Which scope the lists need is not published: that of the API v2's operations on people (inferred)."""

    def __init__(self, world: World) -> None:
        self._world = world

    def table(self) -> list[Scoped]:
        return [
            ("GET", "/environment", self.environments, PEOPLE),
            ("GET", "/environment/@current/info", self.current_environment, ANY),
            ("GET", "/environment/{account}/{environment}/info", self.environment, PEOPLE),
            ("GET", "/group", self.groups, PEOPLE),
            ("GET", "/group/{account}/{environment}/{group}/info", self.group, PEOPLE),
            ("GET", "/user", self.users, PEOPLE),
            ("GET", "/user/@current/info", self.current_user, ANY),
            ("GET", "/user/@current/api-key", self.keys, KEYS),
            ("POST", "/user/@current/api-key", self.create_key, KEYS),
            ("DELETE", "/user/@current/api-key/{key}", self.delete_key, KEYS),
            ("GET", "/user/@current/authorization-scopes", self.scopes, ANY),
            ("GET", "/user/{account}/{environment}/{user}/info", self.user, PEOPLE),
        ]

    async def environments(self, request: Request) -> Response:
        shown = [self._environment(one) for one in self._world.aimms.people.environments.values()]
        return listed(request, selected(request, shown, ENVIRONMENT_FILTERS), self._world.settings.siblings_lists)

    async def environment(self, request: Request) -> Response:
        return JSONResponse(self._environment(self._named(request)))

    async def current_environment(self, _: Request) -> Response:
        return JSONResponse(self._environment(self._world.aimms.people.owner.environment))

    async def groups(self, request: Request) -> Response:
        shown = [self._group(one) for one in self._world.aimms.people.all_groups()]
        return listed(request, selected(request, shown, GROUP_FILTERS), self._world.settings.siblings_lists)

    async def group(self, request: Request) -> Response:
        return JSONResponse(self._group(self._named(request).group(request.path_params["group"])))

    async def users(self, request: Request) -> Response:
        shown = [self._user(one) for one in self._world.aimms.people.all_users()]
        return listed(request, selected(request, shown, USER_FILTERS), self._world.settings.siblings_lists)

    async def user(self, request: Request) -> Response:
        return JSONResponse(self._user(self._named(request).user(request.path_params["user"])))

    async def current_user(self, _: Request) -> Response:
        return JSONResponse(self._user(self._world.aimms.people.owner))

    async def keys(self, request: Request) -> Response:
        """All of them at once: no filter, no page is documented."""
        shown = [_key(one) for one in self._world.aimms.keys.all()]
        whole = self._world.settings.siblings_lists == "array"
        return JSONResponse(shown if whole else {"total": len(shown), "items": shown})

    async def create_key(self, request: Request) -> Response:
        given = json_body(request, NEW_KEY)
        made = self._world.aimms.keys.create(
            {
                "keyName": given["name"],
                "expirationDate": given["expiration_date"],
                "scopes": [{"scope": scope} for scope in given["scopes"]],
            }
        )
        key = next(one for one in self._world.aimms.keys.all() if one.name == given["name"])
        return JSONResponse(_key(key) | {"value": made["secret"]})

    async def delete_key(self, request: Request) -> Response:
        self._world.aimms.keys.delete(request.path_params["key"])
        return Response()

    async def scopes(self, _: Request) -> Response:
        """Bare words of the newest page (inferred)."""
        return JSONResponse(list(AIMMS_SCOPES))

    def _named(self, request: Request) -> Environment:
        account = request.path_params["account"]
        if account != self._world.credentials.aimms_account:
            raise Refusal(404, f"account {account} doesn't exist")
        return self._world.aimms.people.environment(request.path_params["environment"])

    def _environment(self, environment: Environment) -> dict[str, Any]:
        return {
            "account_name": self._world.credentials.aimms_account,
            "environment_name": environment.name,
            "description": environment.description,
        }

    def _group(self, group: Group) -> dict[str, Any]:
        return {
            "account_name": self._world.credentials.aimms_account,
            "environment_name": group.environment.name,
            "group_name": group.name,
            "description": group.description,
        }

    def _user(self, user: User) -> dict[str, Any]:
        """Groups as objects with the names that tell them apart (inferred: by name alone is as likely)."""
        account = self._world.credentials.aimms_account
        return {
            "account_name": account,
            "environment_name": user.environment.name,
            "user_name": user.name,
            "email": user.email or None,
            "full_name": user.full_name or None,
            "groups": [
                {"account_name": account, "environment_name": one.environment.name, "group_name": one.name}
                for one in user.groups.values()
            ],
        }


def _key(key: ApiKey) -> dict[str, Any]:
    shown = key.shown()
    return {
        "name": key.name,
        "expiration_date": shown["expirationDate"][:10],
        "scopes": [entry["scope"] for entry in shown["scopes"]],
        "value": None,
    }
