"""Who may do what on an app. The entries of `authorizations` are documented, how they add up is inferred, this way:

The rights of an entity are what is granted to it, its groups and their environments, less what is denied to any of
them: a denial wins. What is granted to an environment holds for all its groups and users (the portal's <everyone>).
"""

from collections.abc import Iterable
from typing import Any

from optcloud_sandbox.aimms.apps import PublishedApp, PublishedApps
from optcloud_sandbox.aimms.entities import Authorization, Entity, PortalGroup, PortalUser
from optcloud_sandbox.aimms.people import AccountPeople
from optcloud_sandbox.refusal import Refusal

READ_AND_EXECUTE = 5  # what running tasks needs; that the portal grants this is inferred


def rights(entries: Iterable[Authorization], entities: Iterable[int]) -> int:
    """A sum of read 4, write 2, execute 1."""
    granted = denied = 0
    concerned = set(entities)
    for entry in entries:
        if entry["entity"] not in concerned:
            continue
        if entry["deny"]:
            denied |= entry["authorization"]
        else:
            granted |= entry["authorization"]
    return granted & ~denied


def ids_with_rights_for(entity: Entity) -> set[int]:
    """The ids whose rights an entity has: its own, those of its groups, those of the environments of these."""
    if isinstance(entity, PortalUser):
        return {entity.id, entity.environment.id}.union(
            *(ids_with_rights_for(group) for group in entity.groups.values())
        )
    if isinstance(entity, PortalGroup):
        return {entity.id, entity.environment.id}
    return {entity.id}


class AccessControl:
    """Reads and changes the authorizations of apps."""

    def __init__(self, apps: PublishedApps, people: AccountPeople) -> None:
        self._apps = apps
        self._people = people

    def apps_of(self, entity: Entity) -> list[PublishedApp]:
        """The apps on which an entity has any right."""
        concerned = ids_with_rights_for(entity)
        return [app for app in self._apps.all() if rights(app.authorizations, concerned)]

    def named_on(self, app: PublishedApp) -> list[Entity]:
        """The entities that the authorizations of an app name, with a right left after the denials to themselves."""
        ids = dict.fromkeys(entry["entity"] for entry in app.authorizations)
        return [self._people.entity(entity_id) for entity_id in ids if rights(app.authorizations, [entity_id])]

    def groups_on(self, app: PublishedApp) -> list[PortalGroup]:
        return [group for group in self._people.all_groups() if rights(app.authorizations, ids_with_rights_for(group))]

    def users_on(self, app: PublishedApp) -> list[PortalUser]:
        return [user for user in self._people.all_users() if rights(app.authorizations, ids_with_rights_for(user))]

    def grant(self, app: PublishedApp, entity: Entity) -> None:
        """Read and execute, once."""
        if rights(app.authorizations, [entity.id]) & READ_AND_EXECUTE != READ_AND_EXECUTE:
            kept = [entry for entry in app.authorizations if entry["entity"] != entity.id]
            entry = {"authorization": READ_AND_EXECUTE, "deny": False, "entity": entity.id}
            app.authorizations = [*kept, entry]

    def revoke(self, app: PublishedApp, entity: Entity) -> None:
        """Everything granted or denied to this entity itself; Refusal 404 when there is nothing."""
        kept = [entry for entry in app.authorizations if entry["entity"] != entity.id]
        if len(kept) == len(app.authorizations):
            raise Refusal(404, f"an access of {entity.name} to app {app.name} {app.version} doesn't exist")
        app.authorizations = kept


def row(app: PublishedApp, entity: PortalGroup | PortalUser) -> dict[str, Any]:
    """PortalAppAccess. `deletable` says whether the access was given to this very entity (inferred)."""
    return {
        "app_id": app.number,
        "app_name": app.name,
        "app_version": app.version,
        "applied": True,  # what has no access is not listed (inferred)
        "deletable": bool(rights(app.authorizations, [entity.id])),
        "entity_enc": entity.id,  # an encoding that is not published; the id itself here (inferred)
        "entity_id": entity.id,
        "entity_name": entity.name,
        "env_id": entity.environment.id,
        "env_name": entity.environment.name,
    }
