"""Apps: publish, change, list, delete."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from optcloud.clouds.aimms import apps
from optcloud.drivers.asynchronous import AsyncConnection
from optcloud.drivers.blocking import Connection


class Apps:
    """Published apps."""

    def __init__(self, connection: Connection) -> None:
        self._run = connection.run

    def publish(
        self, file: str | Path | bytes, metadata: Mapping[str, Any], *, icon: str | Path | bytes | None = None
    ) -> dict[str, Any]:
        """Publish an .aimmspack with metadata in the vendor's words; returns the app's entry."""
        return self._run(apps.publish(file, metadata, icon=icon))

    def update(self, name: str, version: str, changes: Mapping[str, Any]) -> dict[str, Any]:
        """Change what is given of an app and nothing else; returns the app's entry."""
        return self._run(apps.update(name, version, changes))

    def delete(self, name: str, version: str) -> None:
        """Delete one version of an app."""
        self._run(apps.delete(name, version))

    def list(self) -> list[dict[str, Any]]:
        """List all published apps."""
        return self._run(apps.list_apps())


class AsyncApps:
    """Published apps; each verb is awaited."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._run = connection.run

    async def publish(
        self, file: str | Path | bytes, metadata: Mapping[str, Any], *, icon: str | Path | bytes | None = None
    ) -> dict[str, Any]:
        """Publish an .aimmspack with metadata in the vendor's words; returns the app's entry."""
        return await self._run(apps.publish(file, metadata, icon=icon))

    async def update(self, name: str, version: str, changes: Mapping[str, Any]) -> dict[str, Any]:
        """Change what is given of an app and nothing else; returns the app's entry."""
        return await self._run(apps.update(name, version, changes))

    async def delete(self, name: str, version: str) -> None:
        """Delete one version of an app."""
        await self._run(apps.delete(name, version))

    async def list(self) -> list[dict[str, Any]]:
        """List all published apps."""
        return await self._run(apps.list_apps())
