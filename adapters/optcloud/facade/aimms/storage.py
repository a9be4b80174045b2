"""The storage: objects in buckets, named by paths such as ``/icons/my_logo``."""

from __future__ import annotations

from pathlib import Path

from optcloud.clouds.aimms import storage
from optcloud.clouds.aimms.storage import Authorizations
from optcloud.clouds.aimms.stored import Bucket, StoredObject
from optcloud.clouds.aimms.uploads import Source
from optcloud.core.flow import Progress
from optcloud.drivers.asynchronous import AsyncConnection
from optcloud.drivers.blocking import Connection


class Storage:
    """Objects in buckets."""

    def __init__(self, connection: Connection) -> None:
        self._run = connection.run

    def upload(
        self, source: Source, path: str, *, access: Authorizations | None = None, progress: Progress | None = None
    ) -> None:
        """Store a file (by its path), bytes or a binary stream as the object at a path, whose bucket must be there."""
        self._run(storage.upload(source, path, access=access, progress=progress))

    def info(self, path: str) -> StoredObject:
        """Read what is known of an object. Raises `NotFound`."""
        return self._run(storage.info(path))

    def read(self, path: str) -> bytes:
        """Return an object's content. Raises `NotFound`."""
        return self._run(storage.read(path))

    def download(self, path: str, to: str | Path, *, progress: Progress | None = None) -> Path:
        """Write an object's content to a file, or into a folder under its own name; returns the file's path."""
        return self._run(storage.download(path, to, progress=progress))

    def bucket(self, path: str) -> Bucket:
        """Read a bucket and what it holds; the topmost one has no label to ask for it by. Raises `NotFound`."""
        return self._run(storage.bucket(path))

    def make_bucket(self, path: str, *, access: Authorizations | None = None) -> None:
        """Make a bucket in one that is there, sent once."""
        self._run(storage.make_bucket(path, access=access))

    def ensure_bucket(self, path: str) -> list[str]:
        """Make a bucket and those it is in, where they are not there yet; returns the paths of those it made."""
        return self._run(storage.ensure_bucket(path))

    def rename(self, path: str, label: str) -> str:
        """Give an object another label; it stays in its bucket. Returns the new path."""
        return self._run(storage.rename(path, label))

    def rename_bucket(self, path: str, label: str) -> str:
        """Give a bucket another label; it stays where it is. Returns the new path."""
        return self._run(storage.rename_bucket(path, label))

    def set_access(self, path: str, access: Authorizations) -> None:
        """Say who may do what with an object; replaces all that was said before."""
        self._run(storage.set_access(path, access))

    def set_bucket_access(self, path: str, access: Authorizations) -> None:
        """Say who may do what with a bucket; replaces all that was said before."""
        self._run(storage.set_bucket_access(path, access))

    def delete(self, path: str) -> None:
        """Delete an object with all its versions. Raises `NotFound`."""
        self._run(storage.delete(path))

    def delete_bucket(self, path: str) -> None:
        """Delete a bucket. Raises `NotFound`."""
        self._run(storage.delete_bucket_at(path))


class AsyncStorage:
    """Objects in buckets; each verb is awaited."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._run = connection.run

    async def upload(
        self, source: Source, path: str, *, access: Authorizations | None = None, progress: Progress | None = None
    ) -> None:
        """Store a file (by its path), bytes or a binary stream as the object at a path, whose bucket must be there."""
        await self._run(storage.upload(source, path, access=access, progress=progress))

    async def info(self, path: str) -> StoredObject:
        """Read what is known of an object. Raises `NotFound`."""
        return await self._run(storage.info(path))

    async def read(self, path: str) -> bytes:
        """Return an object's content. Raises `NotFound`."""
        return await self._run(storage.read(path))

    async def download(self, path: str, to: str | Path, *, progress: Progress | None = None) -> Path:
        """Write an object's content to a file, or into a folder under its own name; returns the file's path."""
        return await self._run(storage.download(path, to, progress=progress))

    async def bucket(self, path: str) -> Bucket:
        """Read a bucket and what it holds; the topmost one has no label to ask for it by. Raises `NotFound`."""
        return await self._run(storage.bucket(path))

    async def make_bucket(self, path: str, *, access: Authorizations | None = None) -> None:
        """Make a bucket in one that is there, sent once."""
        await self._run(storage.make_bucket(path, access=access))

    async def ensure_bucket(self, path: str) -> list[str]:
        """Make a bucket and those it is in, where they are not there yet; returns the paths of those it made."""
        return await self._run(storage.ensure_bucket(path))

    async def rename(self, path: str, label: str) -> str:
        """Give an object another label; it stays in its bucket. Returns the new path."""
        return await self._run(storage.rename(path, label))

    async def rename_bucket(self, path: str, label: str) -> str:
        """Give a bucket another label; it stays where it is. Returns the new path."""
        return await self._run(storage.rename_bucket(path, label))

    async def set_access(self, path: str, access: Authorizations) -> None:
        """Say who may do what with an object; replaces all that was said before."""
        await self._run(storage.set_access(path, access))

    async def set_bucket_access(self, path: str, access: Authorizations) -> None:
        """Say who may do what with a bucket; replaces all that was said before."""
        await self._run(storage.set_bucket_access(path, access))

    async def delete(self, path: str) -> None:
        """Delete an object with all its versions. Raises `NotFound`."""
        await self._run(storage.delete(path))

    async def delete_bucket(self, path: str) -> None:
        """Delete a bucket. Raises `NotFound`."""
        await self._run(storage.delete_bucket_at(path))
