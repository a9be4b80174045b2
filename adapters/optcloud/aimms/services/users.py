"""People and API keys by the newer service (the sibling service user-manager)."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable, Iterator

from aimms_user_manager.client import AuthenticatedClient
from optcloud.aimms.keys.flows import ApiKey, Expiry
from optcloud.aimms.keys.keys import kept
from optcloud.aimms.keys.scopes import AnyScope, KeyScope
from optcloud.aimms.people.flows import Hide
from optcloud.aimms.services import user_manager as directory
from optcloud.aimms.services.common import Filter, Sort
from optcloud.aimms.services.user_manager import ListedEnvironment, ListedGroup, ListedUser
from optcloud.core import secret_store as vault
from optcloud.core.flow import iterate, iterate_async
from optcloud.core.secret_store import AnyPlace
from optcloud.transport.asynchronous import AsyncConnection
from optcloud.transport.blocking import Connection
from optcloud.transport.httpx_mapping import SIGNED_BY_TRANSPORT


class Directory:
    """Environments, groups and users as user-manager lists them, and the caller's API keys.

    Filters are the vendor's: ``user_name_contain_ci="ad"``, ``environment_name_in=["ACME", "ROOT"]``; ``sort`` takes
    fields, ``-`` before one for descending: ``sort="-account_name,user_name"`` or a list of them.
    """

    def __init__(self, connection: Connection, hide: Hide) -> None:
        self._connection = connection
        self._run = connection.run
        self._hide = hide
        self.client = AuthenticatedClient(base_url=str(connection.client.base_url), token=SIGNED_BY_TRANSPORT)
        """The generated client of user-manager, signed, retried and raising our errors."""
        self.client.set_httpx_client(connection.client)

    def environments(self, *, sort: Sort | None = None, **filters: Filter | None) -> Iterator[ListedEnvironment]:
        """Iterate over environments; pages are asked for as they are needed."""
        return iterate(self._connection, directory.environments(filters, sort=sort))

    def groups(self, *, sort: Sort | None = None, **filters: Filter | None) -> Iterator[ListedGroup]:
        """Iterate over groups; pages are asked for as they are needed."""
        return iterate(self._connection, directory.groups(filters, sort=sort))

    def users(self, *, sort: Sort | None = None, **filters: Filter | None) -> Iterator[ListedUser]:
        """Iterate over users; pages are asked for as they are needed."""
        return iterate(self._connection, directory.users(filters, sort=sort))

    def environment(self, name: str, *, account: str | None = None) -> ListedEnvironment:
        """Return one environment, by default of the caller's account. Raises `NotFound`."""
        return self._run(directory.environment(name, account=account))

    def group(self, environment: str, name: str, *, account: str | None = None) -> ListedGroup:
        """Return one group, by default of the caller's account. Raises `NotFound`."""
        return self._run(directory.group(environment, name, account=account))

    def user(self, environment: str, name: str, *, account: str | None = None) -> ListedUser:
        """Return one user, by default of the caller's account. Raises `NotFound`."""
        return self._run(directory.user(environment, name, account=account))

    def current_environment(self) -> ListedEnvironment:
        """Return the environment of the API key's owner."""
        return self._run(directory.current_environment())

    def current_user(self) -> ListedUser:
        """Return the owner of the API key, with their groups."""
        return self._run(directory.current_user())

    def scopes(self) -> list[KeyScope]:
        """List the scopes that a key can have, in the service's own words."""
        return self._run(directory.scopes())

    def list_keys(self) -> list[ApiKey]:
        """List the caller's API keys."""
        return self._run(directory.keys())

    def create_key(
        self,
        name: str,
        expires: Expiry,
        scopes: Iterable[AnyScope],
        *,
        store: AnyPlace | None = None,
        overwrite: bool = False,
    ) -> ApiKey:
        """Create an API key, at most a year ahead; ``store`` and ``overwrite`` as with `oc.aimms.keys.create`."""
        with vault.drawer(store, overwrite=overwrite) as drawer:
            return kept(self._run(directory.create_key(name, expires, scopes, hide=self._hide)), drawer)

    def delete_key(self, name: str) -> None:
        """Delete an API key for good: whoever uses it is refused from now on."""
        self._run(directory.delete_key(name))


class AsyncDirectory:
    """Environments, groups and users as user-manager lists them, and the caller's API keys; each verb is awaited.

    Filters are the vendor's: ``user_name_contain_ci="ad"``, ``environment_name_in=["ACME", "ROOT"]``; ``sort`` takes
    fields, ``-`` before one for descending: ``sort="-account_name,user_name"`` or a list of them.
    """

    def __init__(self, connection: AsyncConnection, hide: Hide) -> None:
        self._connection = connection
        self._run = connection.run
        self._hide = hide
        self.client = AuthenticatedClient(base_url=str(connection.client.base_url), token=SIGNED_BY_TRANSPORT)
        """The generated client of user-manager, signed, retried and raising our errors."""
        self.client.set_async_httpx_client(connection.client)

    def environments(self, *, sort: Sort | None = None, **filters: Filter | None) -> AsyncIterator[ListedEnvironment]:
        """Iterate over environments; pages are asked for as they are needed."""
        return iterate_async(self._connection, directory.environments(filters, sort=sort))

    def groups(self, *, sort: Sort | None = None, **filters: Filter | None) -> AsyncIterator[ListedGroup]:
        """Iterate over groups; pages are asked for as they are needed."""
        return iterate_async(self._connection, directory.groups(filters, sort=sort))

    def users(self, *, sort: Sort | None = None, **filters: Filter | None) -> AsyncIterator[ListedUser]:
        """Iterate over users; pages are asked for as they are needed."""
        return iterate_async(self._connection, directory.users(filters, sort=sort))

    async def environment(self, name: str, *, account: str | None = None) -> ListedEnvironment:
        """Return one environment, by default of the caller's account. Raises `NotFound`."""
        return await self._run(directory.environment(name, account=account))

    async def group(self, environment: str, name: str, *, account: str | None = None) -> ListedGroup:
        """Return one group, by default of the caller's account. Raises `NotFound`."""
        return await self._run(directory.group(environment, name, account=account))

    async def user(self, environment: str, name: str, *, account: str | None = None) -> ListedUser:
        """Return one user, by default of the caller's account. Raises `NotFound`."""
        return await self._run(directory.user(environment, name, account=account))

    async def current_environment(self) -> ListedEnvironment:
        """Return the environment of the API key's owner."""
        return await self._run(directory.current_environment())

    async def current_user(self) -> ListedUser:
        """Return the owner of the API key, with their groups."""
        return await self._run(directory.current_user())

    async def scopes(self) -> list[KeyScope]:
        """List the scopes that a key can have, in the service's own words."""
        return await self._run(directory.scopes())

    async def list_keys(self) -> list[ApiKey]:
        """List the caller's API keys."""
        return await self._run(directory.keys())

    async def create_key(
        self,
        name: str,
        expires: Expiry,
        scopes: Iterable[AnyScope],
        *,
        store: AnyPlace | None = None,
        overwrite: bool = False,
    ) -> ApiKey:
        """Create an API key, at most a year ahead; ``store`` and ``overwrite`` as with `oc.aimms.keys.create`."""
        with vault.drawer(store, overwrite=overwrite) as drawer:
            return kept(await self._run(directory.create_key(name, expires, scopes, hide=self._hide)), drawer)

    async def delete_key(self, name: str) -> None:
        """Delete an API key for good: whoever uses it is refused from now on."""
        await self._run(directory.delete_key(name))
