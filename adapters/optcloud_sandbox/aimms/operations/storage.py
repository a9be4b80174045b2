"""Operations on buckets and objects."""

import asyncio
from typing import Any

from optcloud_sandbox.aimms.multipart import file_of, metadata_of, parts_of
from optcloud_sandbox.aimms.operations.base import Operations


class StorageOperations(Operations):
    def get_bucket_info(self, path: str, label: str) -> Any:
        return self.account.storage.bucket(path, label).as_json()

    def upload_bucket(self) -> None:
        self.account.storage.add_bucket(self.body())

    def update_bucket(self, path: str, label: str) -> None:
        bucket = self.account.storage.bucket(path, label)
        self.account.storage.change_bucket(bucket, self.body())

    def delete_bucket(self, path: str, label: str) -> None:
        self.account.storage.remove_bucket(self.account.storage.bucket(path, label))

    def get_object_info(self, path: str, label: str) -> Any:
        return self.account.storage.object(path, label).as_json()

    async def upload_object(self) -> None:
        parts = await asyncio.to_thread(parts_of, self.request, "an upload")
        metadata, file = metadata_of(parts), file_of(parts, "the object's content")
        self.account.storage.upload(self.checked(metadata, "metadata"), file.data, file.content_type)

    def update_object(self, path: str, label: str) -> None:
        stored = self.account.storage.object(path, label)
        self.account.storage.change_object(stored, self.body())

    def delete_object(self, path: str, label: str) -> None:
        stored = self.account.storage.object(path, label)
        self.account.storage.remove_object(stored)
        for version in stored.versions:
            self.account.links.forget(version.blob)

    def download_object(self, id: str) -> Any:  # noqa: A002 - the document's name
        return {"file": self.account.links.address(self.request, self.account.storage.blob(id))}
