"""user-manager: the people of the account, the caller's API keys (vendor pages managing-users, managing-api-keys)."""

from typing import Any

from optcloud_sandbox.aimms.entities import PortalEnvironment, PortalGroup, PortalUser
from optcloud_sandbox.aimms.keys import AccountKey
from optcloud_sandbox.aimms.lists import Row, page, selected, shaped, suffixed_filters
from optcloud_sandbox.aimms.operations.base import Operations
from optcloud_sandbox.credentials import AIMMS_SCOPES
from optcloud_sandbox.refusal import Refusal


class CallerOperations(Operations):
    """What user-manager tells of the caller."""

    def get_current_environment(self) -> Any:
        return environment_row(self._account_name, self.account.people.owner.environment)

    def get_current_user(self) -> Any:
        return user_row(self._account_name, self.account.people.owner)

    def get_authorization_scopes(self) -> Any:
        """Bare words of the newest page (inferred)."""
        return AIMMS_SCOPES

    @property
    def _account_name(self) -> str:
        return self.world.credentials.aimms_account


class DirectoryOperations(Operations):
    """Lists of user-manager. Their scope is not published: that of the API v2's operations on people (inferred)."""

    scope = "Authentication"

    def list_environments(self) -> Any:
        environments = self.account.people.environments.values()
        return self._listed([environment_row(self._account_name, environment) for environment in environments])

    def get_environment(self, account_name: str, environment_name: str) -> Any:
        return environment_row(self._account_name, self._named(account_name, environment_name))

    def list_groups(self) -> Any:
        return self._listed([group_row(self._account_name, group) for group in self.account.people.all_groups()])

    def get_group(self, account_name: str, environment_name: str, group_name: str) -> Any:
        return group_row(self._account_name, self._named(account_name, environment_name).group(group_name))

    def list_users(self) -> Any:
        return self._listed([user_row(self._account_name, user) for user in self.account.people.all_users()])

    def get_user(self, account_name: str, environment_name: str, user_name: str) -> Any:
        return user_row(self._account_name, self._named(account_name, environment_name).user(user_name))

    @property
    def _account_name(self) -> str:
        return self.world.credentials.aimms_account

    def _named(self, account_name: str, environment_name: str) -> PortalEnvironment:
        if account_name != self._account_name:
            raise Refusal(404, f"account {account_name} doesn't exist")
        return self.account.people.environment(environment_name)

    def _listed(self, rows: list[Row]) -> Any:
        query = self.request.query_params
        found = selected(query, rows, suffixed_filters(self.operation.parameters))
        return shaped(page(query, found), self.world.settings.siblings_lists, len(found))


class CallersKeyOperations(Operations):
    scope = "APIKey"

    def list_api_keys(self) -> Any:
        """All of them at once: no filter, no page is documented."""
        rows = [_key_row(key) for key in self.account.keys.all()]
        return shaped(rows, self.world.settings.siblings_lists, len(rows))

    def create_api_key(self) -> Any:
        body = self.body()
        created = self.account.keys.create(
            {
                "keyName": body["name"],
                "expirationDate": body["expiration_date"],
                "scopes": [{"scope": scope} for scope in body["scopes"]],
            }
        )
        key = next(key for key in self.account.keys.all() if key.name == body["name"])
        return _key_row(key) | {"value": created["secret"]}

    def delete_api_key(self, name: str) -> None:
        self.account.keys.delete(name)


def environment_row(account: str, environment: PortalEnvironment) -> dict[str, Any]:
    return {"account_name": account, "environment_name": environment.name, "description": environment.description}


def group_row(account: str, group: PortalGroup) -> dict[str, Any]:
    return {**_group_name(account, group), "description": group.description}


def user_row(account: str, user: PortalUser) -> dict[str, Any]:
    """Groups as objects with the names that tell them apart (inferred: by name alone is as likely)."""
    return {
        "account_name": account,
        "environment_name": user.environment.name,
        "user_name": user.name,
        "email": user.email or None,
        "full_name": user.full_name or None,
        "groups": [_group_name(account, group) for group in user.groups.values()],
    }


def _group_name(account: str, group: PortalGroup) -> dict[str, Any]:
    return {"account_name": account, "environment_name": group.environment.name, "group_name": group.name}


def _key_row(key: AccountKey) -> dict[str, Any]:
    shown = key.as_json()
    return {
        "name": key.name,
        "expiration_date": shown["expirationDate"][:10],
        "scopes": [entry["scope"] for entry in shown["scopes"]],
        "value": None,
    }
