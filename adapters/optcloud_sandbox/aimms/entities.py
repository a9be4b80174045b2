"""The entities of an account: environments, groups, users. Each has an integer id (AIMMS facts 1 and 4)."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar

from optcloud_sandbox.refusal import Refusal

TAKEN = 409  # a name that exists already (inferred)
SYSTEM = 403  # what belongs to the system cannot be renamed or deleted (the rule is documented, the status inferred)

Authorization = dict[str, Any]  # EntityAuthorization

Key = TypeVar("Key")
Value = TypeVar("Value")


def found(among: Mapping[Key, Value], key: Key, what: str) -> Value:
    """The value at `key`; Refusal 404 when there is none."""
    if key not in among:
        raise Refusal(404, f"{what} doesn't exist")
    return among[key]


@dataclass
class PortalEnvironment:
    id: int
    name: str
    description: str = ""
    domain: str = ""
    saml_metadata_url: str = ""
    is_default: bool = False
    authorizations: list[Authorization] = field(default_factory=list)
    groups: dict[str, "PortalGroup"] = field(default_factory=dict, repr=False)
    users: dict[str, "PortalUser"] = field(default_factory=dict, repr=False)

    def as_json(self) -> dict[str, Any]:
        """EnvironmentInfo."""
        return {
            "id": self.id,
            "name": self.name,
            "description": self.description,
            "domain": self.domain,
            "samlMetadataUrl": self.saml_metadata_url,
            "isDefault": self.is_default,
            "authorizations": list(self.authorizations),
        }

    def entity(self) -> dict[str, Any]:
        """EntityInfo: an environment's id is an entity, too; how the vendor shows it as one is inferred."""
        return {
            "entity": self.id,
            "name": self.name,
            "description": self.description,
            "environment": self.as_json(),
            "isGroup": False,
            "curr_users": len(self.users),
        }

    def group(self, name: str) -> "PortalGroup":
        return found(self.groups, name, f"group {name} in environment {self.name}")

    def user(self, name: str) -> "PortalUser":
        return found(self.users, name, f"user {name} in environment {self.name}")


@dataclass
class PortalGroup:
    id: int
    environment: PortalEnvironment = field(repr=False)
    name: str
    description: str = ""
    max_users: int = 0  # 0 is no limit (inferred)
    system: bool = False
    members: dict[int, "PortalUser"] = field(default_factory=dict, repr=False)

    def entity(self) -> dict[str, Any]:
        """EntityInfo."""
        return {
            "entity": self.id,
            "name": self.name,
            "description": self.description,
            "environment": self.environment.as_json(),
            "isGroup": True,
            "curr_users": len(self.members),
            "max_users": self.max_users,
        }

    def add(self, user: "PortalUser") -> None:
        """Members may come from any environment."""
        if user.id in self.members:
            raise Refusal(TAKEN, f"user {user.name} is in group {self.name} already")
        if self.max_users and len(self.members) >= self.max_users:
            raise Refusal(409, f"group {self.name} has its {self.max_users} users already")  # status inferred
        self.members[user.id] = user
        user.groups[self.id] = self

    def remove(self, user: "PortalUser") -> None:
        if user.id not in self.members:
            raise Refusal(404, f"user {user.name} doesn't exist in group {self.name}")
        if self.system and user.system:
            raise Refusal(SYSTEM, f"user {user.name} cannot leave the system's group {self.name}")
        del self.members[user.id]
        del user.groups[self.id]


@dataclass
class PortalUser:
    id: int
    environment: PortalEnvironment = field(repr=False)
    name: str
    full_name: str = ""
    email: str = ""
    password: str | None = field(default=None, repr=False)
    system: bool = False
    groups: dict[int, PortalGroup] = field(default_factory=dict, repr=False)

    def entity(self) -> dict[str, Any]:
        """EntityInfo; that the description of a user is the full name is inferred."""
        return {
            "entity": self.id,
            "name": self.name,
            "description": self.full_name,
            "email": self.email,
            "environment": self.environment.as_json(),
            "groups": list(self.groups),
            "isGroup": False,
        }

    def has_role(self, role: str) -> bool:
        """Roles come from the groups Admin and App Publisher of ROOT."""
        return any(group.system and group.name == role for group in self.groups.values())


Entity = PortalEnvironment | PortalGroup | PortalUser
