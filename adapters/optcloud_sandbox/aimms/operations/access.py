"""Operations on the access to apps: by app, by entity, and as the portal shows and changes it."""

from collections.abc import Sequence
from typing import Any

from optcloud_sandbox.aimms.access import row
from optcloud_sandbox.aimms.apps import PublishedApp
from optcloud_sandbox.aimms.entities import PortalGroup, PortalUser
from optcloud_sandbox.aimms.operations.base import Operations
from optcloud_sandbox.refusal import Refusal


class AccessOperations(Operations):
    def get_app_access(self, app_name: str, app_version: str) -> Any:
        app = self.account.apps.get(app_name, app_version)
        return {"entities": [entity.entity() for entity in self.account.access.named_on(app)]}

    def get_entity_info(self, entity_id: int) -> Any:
        return self.account.people.entity(entity_id).entity()

    def get_entity_app_access(self, entity_id: int) -> Any:
        entity = self.account.people.entity(entity_id)
        return {"applications": [self.entry(app) for app in self.account.access.apps_of(entity)]}

    def get_app_access_apps_by_group(self, env_name: str, group_name: str) -> Any:
        group = self.account.people.environment(env_name).group(group_name)
        return _rows([(app, group) for app in self.account.access.apps_of(group)])

    def get_app_access_groups_by_app(self, app_name: str, app_version: str) -> Any:
        app = self.account.apps.get(app_name, app_version)
        return _rows([(app, group) for group in self.account.access.groups_on(app)])

    def get_app_access_users_by_app(self, app_name: str, app_version: str) -> Any:
        app = self.account.apps.get(app_name, app_version)
        return _rows([(app, user) for user in self.account.access.users_on(app)])

    def add_group_app_access(self) -> None:
        self.account.access.grant(self._app(), self._group())

    def remove_group_app_access(self) -> None:
        self.account.access.revoke(self._app(), self._group())

    def remove_user_app_access(self) -> None:
        self.account.access.revoke(self._app(), self._user())

    def _app(self) -> PublishedApp:
        body = self.body()
        if "app_name" in body and "app_version" in body:
            return self.account.apps.get(body["app_name"], body["app_version"])
        return self.account.apps.numbered(body["app_id"])

    def _group(self) -> PortalGroup:
        body = self.body()
        if "entity_id" not in body:
            return self.account.people.environment(body["env_name"]).group(body["entity_name"])
        entity = self.account.people.entity(body["entity_id"])
        if not isinstance(entity, PortalGroup):
            raise Refusal(400, f"body/entity_id: {entity.name} is no group")
        return entity

    def _user(self) -> PortalUser:
        body = self.body()
        if "entity_id" not in body:
            return self.account.people.environment(body["env_name"]).user(body["entity_name"])
        return self.account.people.user(body["entity_id"])


def _rows(pairs: Sequence[tuple[PublishedApp, PortalGroup | PortalUser]]) -> dict[str, Any]:
    return {"app_access_list": [row(app, entity) for app, entity in pairs]}
