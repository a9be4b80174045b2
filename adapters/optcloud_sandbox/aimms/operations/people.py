"""Operations on environments, groups, users and memberships."""

from typing import Any

from optcloud_sandbox.aimms.entities import PortalEnvironment, PortalGroup, PortalUser
from optcloud_sandbox.aimms.operations.base import Operations
from optcloud_sandbox.aimms.people import ADMINS, PUBLISHERS


class PeopleOperations(Operations):
    scope = "Authentication"

    def get_all_environments(self) -> Any:
        return {"environments": [environment.as_json() for environment in self.account.people.environments.values()]}

    def create_environment(self) -> Any:
        return self.account.people.add_environment(self.body()).as_json()

    def get_environment(self, environment_name: str) -> Any:
        return self._environment(environment_name).as_json()

    def update_environment(self, environment_name: str) -> Any:
        environment = self._environment(environment_name)
        self.account.people.change_environment(environment, self.body())
        return environment.as_json()

    def delete_environment(self, environment_name: str) -> None:
        environment = self._environment(environment_name)
        self.account.people.remove_environment(environment)
        self.account.forget(environment.id)

    def get_all_groups(self, environment_name: str) -> Any:
        return {"entities": [group.entity() for group in self._environment(environment_name).groups.values()]}

    def create_group(self, environment_name: str) -> Any:
        return self.account.people.add_group(self._environment(environment_name), self.body()).entity()

    def get_group(self, environment_name: str, group_name: str) -> Any:
        return self._group(environment_name, group_name).entity()

    def update_group(self, environment_name: str, group_name: str) -> Any:
        group = self._group(environment_name, group_name)
        self.account.people.change_group(group, self.body())
        return group.entity()

    def delete_group(self, environment_name: str, group_name: str) -> None:
        group = self._group(environment_name, group_name)
        self.account.people.remove_group(group)
        self.account.forget(group.id)

    def get_group_app_access(self, environment_name: str, group_name: str) -> Any:
        group = self._group(environment_name, group_name)
        return {"applications": [self.entry(app) for app in self.account.access.apps_of(group)]}

    def get_users_in_group(self, environment_name: str, group_name: str) -> Any:
        return {"entities": [user.entity() for user in self._group(environment_name, group_name).members.values()]}

    def add_user_to_group(self, environment_name: str, group_name: str, user_id: int) -> None:
        self._group(environment_name, group_name).add(self.account.people.user(user_id))

    def remove_user_from_group(self, environment_name: str, group_name: str, user_id: int) -> None:
        self._group(environment_name, group_name).remove(self.account.people.user(user_id))

    def get_all_users(self, environment_name: str) -> Any:
        return {"entities": [user.entity() for user in self._environment(environment_name).users.values()]}

    def create_user(self, environment_name: str) -> Any:
        return self.account.people.add_user(self._environment(environment_name), self.body()).entity()

    def get_user(self, environment_name: str, user_name: str) -> Any:
        return self._user(environment_name, user_name).entity()

    def update_user(self, environment_name: str, user_name: str) -> Any:
        user = self._user(environment_name, user_name)
        self.account.people.change_user(user, self.body())
        return user.entity()

    def delete_user(self, environment_name: str, user_name: str) -> None:
        user = self._user(environment_name, user_name)
        self.account.people.remove_user(user)
        self.account.forget(user.id)

    def _environment(self, name: str) -> PortalEnvironment:
        return self.account.people.environment(name)

    def _group(self, environment_name: str, name: str) -> PortalGroup:
        return self._environment(environment_name).group(name)

    def _user(self, environment_name: str, name: str) -> PortalUser:
        return self._environment(environment_name).user(name)


class CurrentUserOperations(Operations):
    def get_current_user(self) -> Any:
        owner = self.account.people.owner  # every key belongs to this user
        return {
            "environment_name": owner.environment.name,
            "isAdmin": owner.has_role(ADMINS),
            "isAppPublisher": owner.has_role(PUBLISHERS),
            "name": owner.name,
        }
