"""Environments, groups and users (vendor page "Users", facts, sections 1 and 4)."""

from collections.abc import Mapping
from typing import Any, TypeVar

from optcloud_sandbox.aimms.entities import SYSTEM, TAKEN, Authorization, Entity, Environment, Group, User, found
from optcloud_sandbox.refusal import Refusal

FIRST_ENTITY = 16777095  # the vendor's example; that ids count upwards from it is the sandbox's own
MOST_ENVIRONMENTS = 127
ROOT = "ROOT"
ADMINS, PUBLISHERS, USERS = "Admin", "App Publisher", "Users"
FIRST_USER = "sandbox-user"
LEAST_PASSWORD = 12

Kind = TypeVar("Kind", Environment, Group, User)


class People:
    """ROOT with its system groups, and the user to whom every key belongs, are there from the start."""

    def __init__(self, password: str) -> None:
        self._next = FIRST_ENTITY
        self._entities: dict[int, Entity] = {}
        self.environments: dict[str, Environment] = {}
        root = self.add_environment({"name": ROOT, "description": "The environment of the system", "isDefault": True})
        self.owner = self.add_user(root, {"username": FIRST_USER, "fullname": "Sandbox User", "password": password})
        self.owner.system = True
        for name in (ADMINS, PUBLISHERS, USERS):
            group = self.add_group(root, {"groupname": name})
            group.system = name != USERS
            group.add(self.owner)

    def environment(self, name: str) -> Environment:
        return found(self.environments, name, f"environment {name}")

    def entity(self, entity_id: int) -> Entity:
        return found(self._entities, entity_id, f"entity {entity_id}")

    def user(self, user_id: int) -> User:
        user = self._entities.get(user_id)
        if not isinstance(user, User):
            raise Refusal(404, f"user {user_id} doesn't exist")
        return user

    def check_entities(self, authorizations: list[Authorization], what: str) -> None:
        """Refusal 400 for an authorization of nobody (inferred)."""
        for index, entry in enumerate(authorizations):
            if entry["entity"] not in self._entities:
                raise Refusal(400, f"{what}/authorizations/{index}/entity: entity {entry['entity']} doesn't exist")

    def add_environment(self, given: Mapping[str, Any]) -> Environment:
        """By PROEnvironment."""
        _free(self.environments, given["name"], "environment")
        if len(self.environments) >= MOST_ENVIRONMENTS:
            raise Refusal(409, f"there are {MOST_ENVIRONMENTS} environments already")  # status inferred
        environment = Environment(self._number(), given["name"])
        self.environments[environment.name] = self._entities[environment.id] = environment
        self.change_environment(environment, given)
        return environment

    def change_environment(self, environment: Environment, given: Mapping[str, Any]) -> None:
        """What is left out stays; at most one environment is the default."""
        _rename(self.environments, environment, given.get("name"), system=environment.name == ROOT)
        environment.description = given.get("description", environment.description)
        environment.domain = given.get("domain", environment.domain)
        environment.saml_metadata_url = given.get("samlMetadataUrl", environment.saml_metadata_url)
        environment.authorizations = list(given.get("authorizations", environment.authorizations))
        if given.get("isDefault"):
            for other in self.environments.values():
                other.is_default = False
        environment.is_default = given.get("isDefault", environment.is_default)

    def remove_environment(self, environment: Environment) -> None:
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

    def add_group(self, environment: Environment, given: Mapping[str, Any]) -> Group:
        """By PROGroup."""
        _free(environment.groups, given["groupname"], "group")
        group = Group(self._number(), environment, given["groupname"])
        environment.groups[group.name] = self._entities[group.id] = group
        self.change_group(group, given)
        return group

    def change_group(self, group: Group, given: Mapping[str, Any]) -> None:
        _rename(group.environment.groups, group, given.get("groupname"), system=group.system)
        group.description = given.get("description", group.description)
        group.max_users = given.get("maxUsers", group.max_users)

    def remove_group(self, group: Group) -> None:
        """Its users stay, without it (inferred)."""
        if group.system:
            raise Refusal(SYSTEM, f"the system's group {group.name} cannot be deleted")
        for user in group.members.values():
            del user.groups[group.id]
        del group.environment.groups[group.name], self._entities[group.id]

    def add_user(self, environment: Environment, given: Mapping[str, Any]) -> User:
        """By PROUser. A new user is in no group, since the call names none (inferred; the portal asks for one)."""
        _free(environment.users, given["username"], "user")
        _check_password(given)
        user = User(self._number(), environment, given["username"])
        environment.users[user.name] = self._entities[user.id] = user
        self.change_user(user, given)
        return user

    def change_user(self, user: User, given: Mapping[str, Any]) -> None:
        _check_password(given)
        _rename(user.environment.users, user, given.get("username"), system=user.system)
        user.full_name = given.get("fullname", user.full_name)
        user.email = given.get("email", user.email)
        user.password = given.get("password", user.password)

    def remove_user(self, user: User) -> None:
        if user.system:
            raise Refusal(SYSTEM, f"the system's user {user.name} cannot be deleted")
        for group in user.groups.values():
            del group.members[user.id]
        del user.environment.users[user.name], self._entities[user.id]

    def forget(self, entity: int) -> None:
        """Drop the rights that a deleted entity had on environments."""
        for environment in self.environments.values():
            environment.authorizations = [one for one in environment.authorizations if one["entity"] != entity]

    def all_groups(self) -> list[Group]:
        return [group for environment in self.environments.values() for group in environment.groups.values()]

    def all_users(self) -> list[User]:
        return [user for environment in self.environments.values() for user in environment.users.values()]

    def _number(self) -> int:
        number, self._next = self._next, self._next + 1
        return number


def _free(among: Mapping[str, object], name: str, what: str) -> None:
    if name in among:
        raise Refusal(TAKEN, f"{what} {name} exists already")


def _rename(among: dict[str, Kind], one: Kind, name: str | None, *, system: bool) -> None:
    """A changed name renames (inferred); the same name, which the vendor's client has to send, changes nothing."""
    if name is None or name == one.name:
        return
    if system:
        raise Refusal(SYSTEM, f"{one.name} belongs to the system and cannot be renamed")
    _free(among, name, type(one).__name__.lower())
    del among[one.name]
    one.name = name
    among[name] = one


def _check_password(given: Mapping[str, Any]) -> None:
    """At least 12 characters with a letter, a digit and a special one (vendor page "User Management")."""
    password = given.get("password")
    if password is None:
        return
    strong = (
        len(password) >= LEAST_PASSWORD
        and any(one.isalpha() for one in password)
        and any(one.isdigit() for one in password)
        and any(not one.isalnum() for one in password)
    )
    if not strong:
        raise Refusal(400, "body/password: at least 12 characters, with a letter, a digit and a special one")
