"""People: environments, groups, users and who is in which group."""

from __future__ import annotations

from optcloud.aimms.people import apply as people_apply
from optcloud.aimms.people import ensure
from optcloud.aimms.people import flows as people
from optcloud.aimms.people.changes import Change, Report
from optcloud.aimms.people.file import PeopleSource, load, out_of_sight
from optcloud.aimms.people.flows import Hide
from optcloud.aimms.people.values import AnyEntity, CurrentUser, Environment, Group, User, Whom
from optcloud.core.secret import Secret, as_secret
from optcloud.transport.asynchronous import AsyncConnection
from optcloud.transport.blocking import Connection


class People:
    """Environments, groups and users.

    In an update, None is "not given" and "" clears a text; only what is given is sent. The ``ensure_`` verbs look
    first and return what they changed (`Change`); in a dry run nothing is written.
    """

    def __init__(self, connection: Connection, hide: Hide) -> None:
        self._run = connection.run
        self._hide = hide

    def current(self) -> CurrentUser:
        """Return whom the API key belongs to, and their roles."""
        return self._run(people.current())

    def entity(self, id: int) -> AnyEntity:  # noqa: A002 - what the vendor calls it
        """Return the environment, group or user with an id. Raises `NotFound`."""
        return self._run(people.entity(id))

    def environments(self) -> list[Environment]:
        """List the environments of the account."""
        return self._run(people.environments())

    def environment(self, name: str) -> Environment:
        """Return one environment. Raises `NotFound`."""
        return self._run(people.environment(name))

    def create_environment(
        self,
        name: str,
        *,
        description: str | None = None,
        domain: str | None = None,
        saml_metadata_url: str | None = None,
        is_default: bool | None = None,
    ) -> Environment:
        """Create an environment. Raises `Conflict` when the name is taken (status inferred)."""
        fields = {"description": description, "domain": domain, "saml_metadata_url": saml_metadata_url}
        return self._run(people.add_environment(name, is_default=is_default, **fields))

    def update_environment(
        self,
        environment: str,
        *,
        name: str | None = None,
        description: str | None = None,
        domain: str | None = None,
        saml_metadata_url: str | None = None,
        is_default: bool | None = None,
    ) -> Environment:
        """Change what is given of an environment; ``name`` renames it (inferred)."""
        fields = {"name": name, "description": description, "domain": domain, "saml_metadata_url": saml_metadata_url}
        return self._run(people.change_environment(environment, is_default=is_default, **fields))

    def delete_environment(self, name: str) -> None:
        """Delete an environment."""
        self._run(people.remove_environment(name))

    def groups(self, environment: str) -> list[Group]:
        """List the groups of an environment."""
        return self._run(people.groups(environment))

    def group(self, environment: str, name: str) -> Group:
        """Return one group. Raises `NotFound`."""
        return self._run(people.group(environment, name))

    def create_group(
        self, environment: str, name: str, *, description: str | None = None, max_users: int | None = None
    ) -> Group:
        """Create a group. Raises `Conflict` when the name is taken (status inferred)."""
        return self._run(people.add_group(environment, name, description=description, max_users=max_users))

    def update_group(
        self,
        environment: str,
        group: str,
        *,
        name: str | None = None,
        description: str | None = None,
        max_users: int | None = None,
    ) -> Group:
        """Change what is given of a group; ``name`` renames it (inferred)."""
        fields = {"name": name, "description": description, "max_users": max_users}
        return self._run(people.change_group(environment, group, **fields))

    def delete_group(self, environment: str, name: str) -> None:
        """Delete a group; its users stay (inferred)."""
        self._run(people.remove_group(environment, name))

    def users(self, environment: str) -> list[User]:
        """List the users of an environment."""
        return self._run(people.users(environment))

    def user(self, environment: str, name: str) -> User:
        """Return one user. Raises `NotFound`."""
        return self._run(people.user(environment, name))

    def create_user(
        self,
        environment: str,
        name: str,
        *,
        full_name: str | None = None,
        email: str | None = None,
        password: Secret | str | None = None,
    ) -> User:
        """Create a user, in no group yet. Raises `Conflict` when the name is taken (status inferred)."""
        password = as_secret(password)
        fields = {"full_name": full_name, "email": email}
        return self._run(people.add_user(environment, name, password=password, hide=self._hide, **fields))

    def update_user(
        self,
        environment: str,
        user: str,
        *,
        name: str | None = None,
        full_name: str | None = None,
        email: str | None = None,
        password: Secret | str | None = None,
    ) -> User:
        """Change what is given of a user; ``name`` renames them (inferred)."""
        password = as_secret(password)
        fields = {"name": name, "full_name": full_name, "email": email}
        return self._run(people.change_user(environment, user, password=password, hide=self._hide, **fields))

    def delete_user(self, environment: str, name: str) -> None:
        """Delete a user."""
        self._run(people.remove_user(environment, name))

    def members(self, environment: str, group: str) -> list[User]:
        """List the users in a group; they may come from other environments."""
        return self._run(people.members(environment, group))

    def add_member(self, environment: str, group: str, user: Whom) -> None:
        """Put a user into a group: ``"ada"`` of its environment, or ``"OTHER/user:ada"``."""
        self._run(people.add_member(environment, group, user))

    def remove_member(self, environment: str, group: str, user: Whom) -> None:
        """Take a user out of a group."""
        self._run(people.remove_member(environment, group, user))

    def ensure_environment(
        self,
        name: str,
        *,
        description: str | None = None,
        domain: str | None = None,
        saml_metadata_url: str | None = None,
        is_default: bool | None = None,
        dry_run: bool = False,
    ) -> Change:
        """Create the environment, or change what differs."""
        fields = {"description": description, "domain": domain, "saml_metadata_url": saml_metadata_url}
        return self._run(ensure.ensure_environment(name, dry_run=dry_run, is_default=is_default, **fields))

    def ensure_group(
        self,
        environment: str,
        name: str,
        *,
        description: str | None = None,
        max_users: int | None = None,
        dry_run: bool = False,
    ) -> Change:
        """Create the group, or change what differs."""
        fields = {"description": description, "max_users": max_users}
        return self._run(ensure.ensure_group(environment, name, dry_run=dry_run, **fields))

    def ensure_user(
        self,
        environment: str,
        name: str,
        *,
        full_name: str | None = None,
        email: str | None = None,
        password: Secret | str | None = None,
        dry_run: bool = False,
    ) -> Change:
        """Create the user, or change what differs; the password is a new user's only, since it cannot be compared."""
        password = as_secret(password)
        fields = {"full_name": full_name, "email": email}
        flow = ensure.ensure_user(environment, name, password=password, dry_run=dry_run, hide=self._hide, **fields)
        return self._run(flow)

    def ensure_member(self, environment: str, group: str, user: Whom, *, dry_run: bool = False) -> Change:
        """Make a user a member of a group."""
        return self._run(ensure.ensure_member(environment, group, user, dry_run=dry_run))

    def ensure_no_member(self, environment: str, group: str, user: Whom, *, dry_run: bool = False) -> Change:
        """Make a user no member of a group."""
        return self._run(ensure.ensure_no_member(environment, group, user, dry_run=dry_run))

    def apply(self, source: PeopleSource, *, dry_run: bool = False, prune: bool = False) -> Report:
        """Make a file of people so: .yaml, .json, .csv or a mapping; `people_roster` has the shape.

        The file is read and checked as a whole before the first write; ``prune`` also removes what it does not have
        (`people_apply` says how far). Each change is told as an event when it is done. Raises
        `RosterError` with every fault, `ApplyError` with what has been done when a write fails.
        """
        source = out_of_sight(source)
        flow = people_apply.apply(load(source), dry_run=dry_run, prune=prune, hide=self._hide)
        return self._run(flow)


class AsyncPeople:
    """Environments, groups and users; each verb is awaited.

    In an update, None is "not given" and "" clears a text; only what is given is sent. The ``ensure_`` verbs look
    first and return what they changed (`Change`); in a dry run nothing is written.
    """

    def __init__(self, connection: AsyncConnection, hide: Hide) -> None:
        self._run = connection.run
        self._hide = hide

    async def current(self) -> CurrentUser:
        """Return whom the API key belongs to, and their roles."""
        return await self._run(people.current())

    async def entity(self, id: int) -> AnyEntity:  # noqa: A002 - what the vendor calls it
        """Return the environment, group or user with an id. Raises `NotFound`."""
        return await self._run(people.entity(id))

    async def environments(self) -> list[Environment]:
        """List the environments of the account."""
        return await self._run(people.environments())

    async def environment(self, name: str) -> Environment:
        """Return one environment. Raises `NotFound`."""
        return await self._run(people.environment(name))

    async def create_environment(
        self,
        name: str,
        *,
        description: str | None = None,
        domain: str | None = None,
        saml_metadata_url: str | None = None,
        is_default: bool | None = None,
    ) -> Environment:
        """Create an environment. Raises `Conflict` when the name is taken (status inferred)."""
        fields = {"description": description, "domain": domain, "saml_metadata_url": saml_metadata_url}
        return await self._run(people.add_environment(name, is_default=is_default, **fields))

    async def update_environment(
        self,
        environment: str,
        *,
        name: str | None = None,
        description: str | None = None,
        domain: str | None = None,
        saml_metadata_url: str | None = None,
        is_default: bool | None = None,
    ) -> Environment:
        """Change what is given of an environment; ``name`` renames it (inferred)."""
        fields = {"name": name, "description": description, "domain": domain, "saml_metadata_url": saml_metadata_url}
        return await self._run(people.change_environment(environment, is_default=is_default, **fields))

    async def delete_environment(self, name: str) -> None:
        """Delete an environment."""
        await self._run(people.remove_environment(name))

    async def groups(self, environment: str) -> list[Group]:
        """List the groups of an environment."""
        return await self._run(people.groups(environment))

    async def group(self, environment: str, name: str) -> Group:
        """Return one group. Raises `NotFound`."""
        return await self._run(people.group(environment, name))

    async def create_group(
        self, environment: str, name: str, *, description: str | None = None, max_users: int | None = None
    ) -> Group:
        """Create a group. Raises `Conflict` when the name is taken (status inferred)."""
        return await self._run(people.add_group(environment, name, description=description, max_users=max_users))

    async def update_group(
        self,
        environment: str,
        group: str,
        *,
        name: str | None = None,
        description: str | None = None,
        max_users: int | None = None,
    ) -> Group:
        """Change what is given of a group; ``name`` renames it (inferred)."""
        fields = {"name": name, "description": description, "max_users": max_users}
        return await self._run(people.change_group(environment, group, **fields))

    async def delete_group(self, environment: str, name: str) -> None:
        """Delete a group; its users stay (inferred)."""
        await self._run(people.remove_group(environment, name))

    async def users(self, environment: str) -> list[User]:
        """List the users of an environment."""
        return await self._run(people.users(environment))

    async def user(self, environment: str, name: str) -> User:
        """Return one user. Raises `NotFound`."""
        return await self._run(people.user(environment, name))

    async def create_user(
        self,
        environment: str,
        name: str,
        *,
        full_name: str | None = None,
        email: str | None = None,
        password: Secret | str | None = None,
    ) -> User:
        """Create a user, in no group yet. Raises `Conflict` when the name is taken (status inferred)."""
        password = as_secret(password)
        fields = {"full_name": full_name, "email": email}
        return await self._run(people.add_user(environment, name, password=password, hide=self._hide, **fields))

    async def update_user(
        self,
        environment: str,
        user: str,
        *,
        name: str | None = None,
        full_name: str | None = None,
        email: str | None = None,
        password: Secret | str | None = None,
    ) -> User:
        """Change what is given of a user; ``name`` renames them (inferred)."""
        password = as_secret(password)
        fields = {"name": name, "full_name": full_name, "email": email}
        return await self._run(people.change_user(environment, user, password=password, hide=self._hide, **fields))

    async def delete_user(self, environment: str, name: str) -> None:
        """Delete a user."""
        await self._run(people.remove_user(environment, name))

    async def members(self, environment: str, group: str) -> list[User]:
        """List the users in a group; they may come from other environments."""
        return await self._run(people.members(environment, group))

    async def add_member(self, environment: str, group: str, user: Whom) -> None:
        """Put a user into a group: ``"ada"`` of its environment, or ``"OTHER/user:ada"``."""
        await self._run(people.add_member(environment, group, user))

    async def remove_member(self, environment: str, group: str, user: Whom) -> None:
        """Take a user out of a group."""
        await self._run(people.remove_member(environment, group, user))

    async def ensure_environment(
        self,
        name: str,
        *,
        description: str | None = None,
        domain: str | None = None,
        saml_metadata_url: str | None = None,
        is_default: bool | None = None,
        dry_run: bool = False,
    ) -> Change:
        """Create the environment, or change what differs."""
        fields = {"description": description, "domain": domain, "saml_metadata_url": saml_metadata_url}
        return await self._run(ensure.ensure_environment(name, dry_run=dry_run, is_default=is_default, **fields))

    async def ensure_group(
        self,
        environment: str,
        name: str,
        *,
        description: str | None = None,
        max_users: int | None = None,
        dry_run: bool = False,
    ) -> Change:
        """Create the group, or change what differs."""
        fields = {"description": description, "max_users": max_users}
        return await self._run(ensure.ensure_group(environment, name, dry_run=dry_run, **fields))

    async def ensure_user(
        self,
        environment: str,
        name: str,
        *,
        full_name: str | None = None,
        email: str | None = None,
        password: Secret | str | None = None,
        dry_run: bool = False,
    ) -> Change:
        """Create the user, or change what differs; the password is a new user's only, since it cannot be compared."""
        password = as_secret(password)
        fields = {"full_name": full_name, "email": email}
        flow = ensure.ensure_user(environment, name, password=password, dry_run=dry_run, hide=self._hide, **fields)
        return await self._run(flow)

    async def ensure_member(self, environment: str, group: str, user: Whom, *, dry_run: bool = False) -> Change:
        """Make a user a member of a group."""
        return await self._run(ensure.ensure_member(environment, group, user, dry_run=dry_run))

    async def ensure_no_member(self, environment: str, group: str, user: Whom, *, dry_run: bool = False) -> Change:
        """Make a user no member of a group."""
        return await self._run(ensure.ensure_no_member(environment, group, user, dry_run=dry_run))

    async def apply(self, source: PeopleSource, *, dry_run: bool = False, prune: bool = False) -> Report:
        """Make a file of people so: .yaml, .json, .csv or a mapping; `people_roster` has the shape.

        The file is read and checked as a whole before the first write; ``prune`` also removes what it does not have
        (`people_apply` says how far). Each change is told as an event when it is done. Raises
        `RosterError` with every fault, `ApplyError` with what has been done when a write fails.
        """
        source = out_of_sight(source)
        flow = people_apply.apply(load(source), dry_run=dry_run, prune=prune, hide=self._hide)
        return await self._run(flow)
