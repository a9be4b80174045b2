"""Environments, groups and users (vendor page "Users", AIMMS facts 1 and 4)."""

from collections.abc import Mapping
from typing import Any, TypeVar

from optcloud_sandbox.aimms.entities import (
    SYSTEM,
    TAKEN,
    Authorization,
    Entity,
    PortalEnvironment,
    PortalGroup,
    PortalUser,
    found,
)
from optcloud_sandbox.refusal import Refusal

FIRST_ENTITY = 16777095  # the vendor's example; that ids count upwards from it is the sandbox's own
MOST_ENVIRONMENTS = 127
ROOT = "ROOT"
ADMINS, PUBLISHERS, USERS = "Admin", "App Publisher", "Users"
FIRST_USER = "sandbox-user"
LEAST_PASSWORD = 12

Kind = TypeVar("Kind", PortalEnvironment, PortalGroup, PortalUser)


class AccountPeople:
    """ROOT with its system groups, and the user to whom every key belongs, are there from the start."""

    def __init__(self, password: str) -> None:
        self._next = FIRST_ENTITY
        self._entities: dict[int, Entity] = {}
        self.environments: dict[str, PortalEnvironment] = {}
        root = self.add_environment({"name": ROOT, "description": "The environment of the system", "isDefault": True})
        self.owner = self.add_user(root, {"username": FIRST_USER, "fullname": "Sandbox User", "password": password})
        self.owner.system = True
        for name in (ADMINS, PUBLISHERS, USERS):
            group = self.add_group(root, {"groupname": name})
            group.system = name != USERS
            group.add(self.owner)

    def environment(self, name: str) -> PortalEnvironment:
        return found(self.environments, name, f"environment {name}")

    def entity(self, entity_id: int) -> Entity:
        return found(self._entities, entity_id, f"entity {entity_id}")

    def user(self, user_id: int) -> PortalUser:
        user = self._entities.get(user_id)
        if not isinstance(user, PortalUser):
            raise Refusal(404, f"user {user_id} doesn't exist")
        return user

    def check_entities(self, authorizations: list[Authorization], what: str) -> None:
        """Refusal 400 for an authorization of nobody (inferred)."""
        for index, entry in enumerate(authorizations):
            if entry["entity"] not in self._entities:
                raise Refusal(400, f"{what}/authorizations/{index}/entity: entity {entry['entity']} doesn't exist")

    def add_environment(self, body: Mapping[str, Any]) -> PortalEnvironment:
        """By PROEnvironment."""
        _free(self.environments, body["name"], "environment")
        if len(self.environments) >= MOST_ENVIRONMENTS:
            raise Refusal(409, f"there are {MOST_ENVIRONMENTS} environments already")  # status inferred
        environment = PortalEnvironment(self._number(), body["name"])
        self.environments[environment.name] = self._entities[environment.id] = environment
        self.change_environment(environment, body)
        return environment

    def change_environment(self, environment: PortalEnvironment, body: Mapping[str, Any]) -> None:
        """What is left out stays; at most one environment is the default."""
        _rename(self.environments, environment, body.get("name"), system=environment.name == ROOT)
        environment.description = body.get("description", environment.description)
        environment.domain = body.get("domain", environment.domain)
        environment.saml_metadata_url = body.get("samlMetadataUrl", environment.saml_metadata_url)
        environment.authorizations = list(body.get("authorizations", environment.authorizations))
        if body.get("isDefault"):
            for other in self.environments.values():
                other.is_default = False
        environment.is_default = body.get("isDefault", environment.is_default)

    def remove_environment(self, environment: PortalEnvironment) -> None:
        """ROOT stays, and so does an environment with groups or users in it (both inferred)."""
        if environment.name == ROOT:
            raise Refusal(SYSTEM, f"the environment {ROOT} cannot be deleted")
        if environment.groups or environment.users:
            raise Refusal(
                409,
                f"environment {environment.name} has {len(environment.groups)} groups and "
                f"{len(environment.users)} users: delete them first",
            )
        del self.environments[environment.name], self._entities[environment.id]

    def add_group(self, environment: PortalEnvironment, body: Mapping[str, Any]) -> PortalGroup:
        """By PROGroup."""
        _free(environment.groups, body["groupname"], "group")
        group = PortalGroup(self._number(), environment, body["groupname"])
        environment.groups[group.name] = self._entities[group.id] = group
        self.change_group(group, body)
        return group

    def change_group(self, group: PortalGroup, body: Mapping[str, Any]) -> None:
        _rename(group.environment.groups, group, body.get("groupname"), system=group.system)
        group.description = body.get("description", group.description)
        group.max_users = body.get("maxUsers", group.max_users)

    def remove_group(self, group: PortalGroup) -> None:
        """Its users stay, without it (inferred)."""
        if group.system:
            raise Refusal(SYSTEM, f"the system's group {group.name} cannot be deleted")
        for user in group.members.values():
            del user.groups[group.id]
        del group.environment.groups[group.name], self._entities[group.id]

    def add_user(self, environment: PortalEnvironment, body: Mapping[str, Any]) -> PortalUser:
        """By PROUser. A new user is in no group, since the call names none (inferred; the portal asks for one)."""
        _free(environment.users, body["username"], "user")
        _check_password(body)
        user = PortalUser(self._number(), environment, body["username"])
        environment.users[user.name] = self._entities[user.id] = user
        self.change_user(user, body)
        return user

    def change_user(self, user: PortalUser, body: Mapping[str, Any]) -> None:
        _check_password(body)
        _rename(user.environment.users, user, body.get("username"), system=user.system)
        user.full_name = body.get("fullname", user.full_name)
        user.email = body.get("email", user.email)
        user.password = body.get("password", user.password)

    def remove_user(self, user: PortalUser) -> None:
        if user.system:
            raise Refusal(SYSTEM, f"the system's user {user.name} cannot be deleted")
        for group in user.groups.values():
            del group.members[user.id]
        del user.environment.users[user.name], self._entities[user.id]

    def forget(self, entity: int) -> None:
        """Drop the rights that a deleted entity had on environments."""
        for environment in self.environments.values():
            environment.authorizations = [entry for entry in environment.authorizations if entry["entity"] != entity]

    def all_groups(self) -> list[PortalGroup]:
        return [group for environment in self.environments.values() for group in environment.groups.values()]

    def all_users(self) -> list[PortalUser]:
        return [user for environment in self.environments.values() for user in environment.users.values()]

    def _number(self) -> int:
        number, self._next = self._next, self._next + 1
        return number


def _free(among: Mapping[str, object], name: str, what: str) -> None:
    if name in among:
        raise Refusal(TAKEN, f"{what} {name} exists already")


def _rename(among: dict[str, Kind], entity: Kind, name: str | None, *, system: bool) -> None:
    """A changed name renames (inferred); the same name, which the vendor's client has to send, changes nothing."""
    if name is None or name == entity.name:
        return
    if system:
        raise Refusal(SYSTEM, f"{entity.name} belongs to the system and cannot be renamed")
    _free(among, name, type(entity).__name__.removeprefix("Portal").lower())
    del among[entity.name]
    entity.name = name
    among[name] = entity


def _check_password(body: Mapping[str, Any]) -> None:
    """At least 12 characters with a letter, a digit and a special one (vendor page "User Management")."""
    password = body.get("password")
    if password is None:
        return
    strong = (
        len(password) >= LEAST_PASSWORD
        and any(sign.isalpha() for sign in password)
        and any(sign.isdigit() for sign in password)
        and any(not sign.isalnum() for sign in password)
    )
    if not strong:
        raise Refusal(400, "body/password: at least 12 characters, with a letter, a digit and a special one")
