"""Access to apps: who may do what with them."""

from __future__ import annotations

from collections.abc import Mapping

from optcloud.aimms.apps import access, access_tables
from optcloud.aimms.apps.access import Access, AccessReport, AnyAccess, AppAccess, Rule, W
from optcloud.aimms.apps.access_tables import Right
from optcloud.aimms.people.entities import Whom
from optcloud.transport.asynchronous import AsyncConnection
from optcloud.transport.blocking import Connection


class AppRights:
    """Who may do what with apps.

    Whom a verb is about: ``"ACME"`` is an environment, ``"ACME/group:planners"`` a group, ``"ACME/user:ada"`` a user;
    an id (an int, or ``"#16777095"``) and values of `oc.aimms.people` will do, too. An access: ``Access.READ |
    Access.EXECUTE``, ``"read+execute"`` or 5.
    """

    def __init__(self, connection: Connection) -> None:
        self._run = connection.run

    def read(self, app: str, version: str) -> AppAccess:
        """Return the authorizations of one version of an app. Raises `NotFound`."""
        return self._run(access.read(app, version))

    def who(self, app: str, version: str, *, persons: bool = False) -> list[Right]:
        """List who has rights of their own on an app; with ``persons``, each user whom these come down to."""
        return self._run(access_tables.who(app, version, persons=persons))

    def what(self, environment: str, user: str) -> list[Right]:
        """List the apps that one person has rights on, by themselves, their groups or their environment."""
        return self._run(access_tables.what(environment, user))

    def grant(self, app: str, version: str, whom: Whom, right: AnyAccess, *, dry_run: bool = False) -> AccessReport:
        """Allow more; what is granted is denied no longer. Returns what changed."""
        return self._run(access.grant(app, version, whom, right, dry_run=dry_run))

    def revoke(
        self, app: str, version: str, whom: Whom, right: AnyAccess = Access.ALL, *, dry_run: bool = False
    ) -> AccessReport:
        """Take back what was granted; what is denied stays denied. Returns what changed."""
        return self._run(access.revoke(app, version, whom, right, dry_run=dry_run))

    def deny(self, app: str, version: str, whom: Whom, right: AnyAccess, *, dry_run: bool = False) -> AccessReport:
        """Refuse, whatever others grant; what is denied is granted no longer. Returns what changed."""
        return self._run(access.deny(app, version, whom, right, dry_run=dry_run))

    def replace(
        self, app: str, version: str, rights: Mapping[W, Rule | AnyAccess], *, dry_run: bool = False
    ) -> AccessReport:
        """Make the rights of an app exactly these; who is not named has none. Returns what changed."""
        return self._run(access.replace(app, version, rights, dry_run=dry_run))

    def clear(self, app: str, version: str, whom: Whom | None = None, *, dry_run: bool = False) -> AccessReport:
        """Remove all that is said of an entity; of everybody when none is named. Returns what changed."""
        return self._run(access.clear(app, version, whom, dry_run=dry_run))


class AsyncAppRights:
    """Who may do what with apps; each verb is awaited.

    Whom a verb is about: ``"ACME"`` is an environment, ``"ACME/group:planners"`` a group, ``"ACME/user:ada"`` a user;
    an id (an int, or ``"#16777095"``) and values of `oc.aimms.people` will do, too. An access: ``Access.READ |
    Access.EXECUTE``, ``"read+execute"`` or 5.
    """

    def __init__(self, connection: AsyncConnection) -> None:
        self._run = connection.run

    async def read(self, app: str, version: str) -> AppAccess:
        """Return the authorizations of one version of an app. Raises `NotFound`."""
        return await self._run(access.read(app, version))

    async def who(self, app: str, version: str, *, persons: bool = False) -> list[Right]:
        """List who has rights of their own on an app; with ``persons``, each user whom these come down to."""
        return await self._run(access_tables.who(app, version, persons=persons))

    async def what(self, environment: str, user: str) -> list[Right]:
        """List the apps that one person has rights on, by themselves, their groups or their environment."""
        return await self._run(access_tables.what(environment, user))

    async def grant(
        self, app: str, version: str, whom: Whom, right: AnyAccess, *, dry_run: bool = False
    ) -> AccessReport:
        """Allow more; what is granted is denied no longer. Returns what changed."""
        return await self._run(access.grant(app, version, whom, right, dry_run=dry_run))

    async def revoke(
        self, app: str, version: str, whom: Whom, right: AnyAccess = Access.ALL, *, dry_run: bool = False
    ) -> AccessReport:
        """Take back what was granted; what is denied stays denied. Returns what changed."""
        return await self._run(access.revoke(app, version, whom, right, dry_run=dry_run))

    async def deny(
        self, app: str, version: str, whom: Whom, right: AnyAccess, *, dry_run: bool = False
    ) -> AccessReport:
        """Refuse, whatever others grant; what is denied is granted no longer. Returns what changed."""
        return await self._run(access.deny(app, version, whom, right, dry_run=dry_run))

    async def replace(
        self, app: str, version: str, rights: Mapping[W, Rule | AnyAccess], *, dry_run: bool = False
    ) -> AccessReport:
        """Make the rights of an app exactly these; who is not named has none. Returns what changed."""
        return await self._run(access.replace(app, version, rights, dry_run=dry_run))

    async def clear(self, app: str, version: str, whom: Whom | None = None, *, dry_run: bool = False) -> AccessReport:
        """Remove all that is said of an entity; of everybody when none is named. Returns what changed."""
        return await self._run(access.clear(app, version, whom, dry_run=dry_run))
