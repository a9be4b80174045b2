"""Apps: publish, list, look, change, delete; their categories."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import Any, TypeAlias, Unpack

from optcloud.aimms.apps import categories, publish, versions
from optcloud.aimms.apps import flows as apps
from optcloud.aimms.apps.categories import Category, WhichCategory
from optcloud.aimms.apps.flows import App
from optcloud.aimms.apps.publish import Published, PublishWords
from optcloud.aimms.apps.versions import ResourceProfile
from optcloud.aimms.uploads import Source
from optcloud.transport.asynchronous import AsyncConnection
from optcloud.transport.blocking import Connection

# Names for what the verbs called `list` return: inside those classes, `list` is the verb.
AppList: TypeAlias = list[App]
CategoryList: TypeAlias = list[Category]
ProfileList: TypeAlias = list[ResourceProfile]


class Apps:
    """Published apps."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._run = connection.run

    def publish(
        self, pack: Source, metadata: Mapping[str, Any] | None = None, **words: Unpack[PublishWords]
    ) -> Published:
        """Publish an ``.aimmspack``, once, or as often as CI runs (`optcloud.aimms.apps.publish.publish`).

        The words are those of `PublishWords`: ``name``, ``version``, ``aimms_version`` are needed.
        """
        return self._run(publish.publish(pack, metadata, **words))

    def list(self, name: str | None = None) -> AppList:
        """List the published apps, or the versions of one."""
        return self._run(apps.list_apps(name))

    def get(self, name: str, version: str) -> App:
        """Read one version of an app. Raises `NotFound`."""
        return self._run(apps.get_app(name, version))

    def latest(self, name: str) -> App:
        """Read the version that carries the latest tag. Raises `NotFound`, saying which versions there are."""
        return self._run(apps.latest_app(name))

    def is_modifiable(self, name: str, version: str) -> bool:
        """Tell whether the key's owner may change this version. Raises `NotFound`."""
        return self._run(apps.is_modifiable(name, version))

    def update(
        self,
        name: str,
        version: str,
        changes: Mapping[str, Any] | None = None,
        *,
        description: str | None = None,
        category: str | None = None,
        latest: bool | None = None,
        attributes: Mapping[str, str] | None = None,
        authorizations: Sequence[Mapping[str, Any]] | None = None,
        resource_profile: str | None = None,
    ) -> App:
        """Change what is given of an app and nothing else (`optcloud.aimms.apps.flows.update_app`)."""
        return self._run(
            apps.update_app(
                name,
                version,
                changes,
                description=description,
                category=category,
                latest=latest,
                attributes=attributes,
                authorizations=authorizations,
                resource_profile=resource_profile,
            )
        )

    def set_attributes(self, name: str, version: str, attributes: Mapping[str, str | None]) -> App:
        """Set some attributes and leave the others; None removes one (`optcloud.aimms.apps.flows.set_attributes`)."""
        return self._run(apps.set_attributes(name, version, attributes))

    def delete(self, name: str, version: str) -> None:
        """Delete one version of an app; tasks that are queued for it may fail. Raises `NotFound`."""
        self._run(apps.delete(name, version))

    def resource_profiles(self) -> ProfileList:
        """List the resource profiles that an app can be given (PRO 24.13.1 and later)."""
        return self._run(versions.list_profiles())

    def link(self, name: str, version: str | None = None, *, page: str | None = None) -> str:
        """Return the address that starts an app in a browser (`optcloud.aimms.apps.flows.link`), without a request."""
        return apps.link(str(self._connection.client.base_url), name, version, page=page)

    @cached_property
    def categories(self) -> Categories:
        """The categories of apps."""
        return Categories(self._connection)


class AsyncApps:
    """Published apps; each verb is awaited."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection
        self._run = connection.run

    async def publish(
        self, pack: Source, metadata: Mapping[str, Any] | None = None, **words: Unpack[PublishWords]
    ) -> Published:
        """Publish an ``.aimmspack``, once, or as often as CI runs (`optcloud.aimms.apps.publish.publish`).

        The words are those of `PublishWords`: ``name``, ``version``, ``aimms_version`` are needed.
        """
        return await self._run(publish.publish(pack, metadata, **words))

    async def list(self, name: str | None = None) -> AppList:
        """List the published apps, or the versions of one."""
        return await self._run(apps.list_apps(name))

    async def get(self, name: str, version: str) -> App:
        """Read one version of an app. Raises `NotFound`."""
        return await self._run(apps.get_app(name, version))

    async def latest(self, name: str) -> App:
        """Read the version that carries the latest tag. Raises `NotFound`, saying which versions there are."""
        return await self._run(apps.latest_app(name))

    async def is_modifiable(self, name: str, version: str) -> bool:
        """Tell whether the key's owner may change this version. Raises `NotFound`."""
        return await self._run(apps.is_modifiable(name, version))

    async def update(
        self,
        name: str,
        version: str,
        changes: Mapping[str, Any] | None = None,
        *,
        description: str | None = None,
        category: str | None = None,
        latest: bool | None = None,
        attributes: Mapping[str, str] | None = None,
        authorizations: Sequence[Mapping[str, Any]] | None = None,
        resource_profile: str | None = None,
    ) -> App:
        """Change what is given of an app and nothing else (`optcloud.aimms.apps.flows.update_app`)."""
        return await self._run(
            apps.update_app(
                name,
                version,
                changes,
                description=description,
                category=category,
                latest=latest,
                attributes=attributes,
                authorizations=authorizations,
                resource_profile=resource_profile,
            )
        )

    async def set_attributes(self, name: str, version: str, attributes: Mapping[str, str | None]) -> App:
        """Set some attributes and leave the others; None removes one (`optcloud.aimms.apps.flows.set_attributes`)."""
        return await self._run(apps.set_attributes(name, version, attributes))

    async def delete(self, name: str, version: str) -> None:
        """Delete one version of an app; tasks that are queued for it may fail. Raises `NotFound`."""
        await self._run(apps.delete(name, version))

    async def resource_profiles(self) -> ProfileList:
        """List the resource profiles that an app can be given (PRO 24.13.1 and later)."""
        return await self._run(versions.list_profiles())

    def link(self, name: str, version: str | None = None, *, page: str | None = None) -> str:
        """Return the address that starts an app in a browser (`optcloud.aimms.apps.flows.link`), without a request."""
        return apps.link(str(self._connection.client.base_url), name, version, page=page)

    @cached_property
    def categories(self) -> AsyncCategories:
        """The categories of apps."""
        return AsyncCategories(self._connection)


class Categories:
    """Categories of apps."""

    def __init__(self, connection: Connection) -> None:
        self._run = connection.run

    def list(self) -> CategoryList:
        """List the categories."""
        return self._run(categories.list_categories())

    def create(self, name: str) -> Category:
        """Create a category, sent once."""
        return self._run(categories.create(name))

    def ensure(self, name: str) -> Category:
        """Return the category of this name, created if there is none."""
        return self._run(categories.ensure(name))

    def rename(self, category: WhichCategory, name: str) -> Category:
        """Give a category (or the one of this name) another name. Raises `NotFound`, `Conflict`."""
        return self._run(categories.rename(category, name))

    def delete(self, category: WhichCategory) -> None:
        """Delete a category (or the one of this name). Raises `NotFound`, `Conflict`."""
        self._run(categories.delete(category))


class AsyncCategories:
    """Categories of apps; each verb is awaited."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._run = connection.run

    async def list(self) -> CategoryList:
        """List the categories."""
        return await self._run(categories.list_categories())

    async def create(self, name: str) -> Category:
        """Create a category, sent once."""
        return await self._run(categories.create(name))

    async def ensure(self, name: str) -> Category:
        """Return the category of this name, created if there is none."""
        return await self._run(categories.ensure(name))

    async def rename(self, category: WhichCategory, name: str) -> Category:
        """Give a category (or the one of this name) another name. Raises `NotFound`, `Conflict`."""
        return await self._run(categories.rename(category, name))

    async def delete(self, category: WhichCategory) -> None:
        """Delete a category (or the one of this name). Raises `NotFound`, `Conflict`."""
        await self._run(categories.delete(category))
