"""Buckets and objects. The document names the fields; what they mean here is inferred, this way:

An entry is named by the path of the bucket it lies in and its label, as in "/icons" and "my_logo" of the vendor's
attribute iconUrl "/icons/my_logo". The root is path "/" with the label "". An upload to a label that exists is a
further version of that object. A bucket with something in it is not deleted.
"""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from optcloud_sandbox.aimms.entities import Authorization
from optcloud_sandbox.aimms.links import Blob
from optcloud_sandbox.clock import SandboxClock
from optcloud_sandbox.refusal import Refusal

ICONS = "icons"
MOST_DEPTH = 50


def new_id() -> str:
    return str(uuid.uuid4())


@dataclass(frozen=True)
class ObjectVersion:
    id: str
    created: str
    blob: Blob


@dataclass
class ObjectRecord:
    id: str
    label: str
    bucket: "BucketRecord" = field(repr=False)
    versions: list[ObjectVersion] = field(default_factory=list)
    authorizations: list[Authorization] = field(default_factory=list)

    @property
    def last(self) -> ObjectVersion:
        return self.versions[-1]

    def as_json(self) -> dict[str, Any]:
        """PROStorageObjectInfo; type is the media type of the upload, lastVersionIDData the id of its bytes."""
        return {
            "id": self.id,
            "label": self.label,
            "path": self.bucket.path,
            "type": self.last.blob.content_type,
            "versions": len(self.versions),
            "lastVersionID": self.last.id,
            "lastVersionIDData": self.last.blob.id,
            "authorizations": list(self.authorizations),
        }

    def as_child(self) -> dict[str, Any]:
        """PROStorageObjectResponse."""
        return {
            "objectId": self.id,
            "label": self.label,
            "createDate": self.last.created,
            "size": len(self.last.blob.data),
            "versionId": self.last.id,
        }


@dataclass
class BucketRecord:
    id: str
    label: str
    parent: "BucketRecord | None" = field(repr=False)
    created: str
    authorizations: list[Authorization] = field(default_factory=list)
    buckets: dict[str, "BucketRecord"] = field(default_factory=dict, repr=False)
    objects: dict[str, ObjectRecord] = field(default_factory=dict, repr=False)

    @property
    def path(self) -> str:
        """As a parent path of what lies in it: "/" or "/a/b"."""
        if self.parent is None:
            return "/"
        return f"{self.parent.path.rstrip('/')}/{self.label}"

    @property
    def depth(self) -> int:
        return 0 if self.parent is None else 1 + self.parent.depth

    def as_json(self) -> dict[str, Any]:
        """PROStorageBucketInfo; path is that of the bucket it lies in, as in requests."""
        return {
            "id": self.id,
            "label": self.label,
            "path": "/" if self.parent is None else self.parent.path,
            "createDate": self.created,
            "objects": len(self.objects),
            "childBuckets": [bucket.as_child() for bucket in self.buckets.values()],
            "childObjects": [stored.as_child() for stored in self.objects.values()],
            "authorizations": list(self.authorizations),
        }

    def as_child(self) -> dict[str, Any]:
        """PROStorageBucketResponse."""
        return {"id": self.id, "label": self.label, "createDate": self.created}

    def check_free(self, label: str) -> None:
        if label in self.buckets or label in self.objects:
            raise Refusal(409, f"{label} exists already in {self.path}")  # status inferred


class StorageTree:
    """The tree of buckets; /icons is there from the start and stays."""

    def __init__(self, clock: SandboxClock) -> None:
        self._clock = clock
        self._root = BucketRecord(new_id(), "", None, self._now())
        self.add_bucket({"path": "/", "label": ICONS})

    def bucket(self, path: str, label: str) -> BucketRecord:
        """Refusal 404 when there is none."""
        return self._walk([*path.split("/"), label])

    def object(self, path: str, label: str) -> ObjectRecord:
        """Refusal 404 when there is none."""
        bucket = self._walk(path.split("/"))
        if label not in bucket.objects:
            raise Refusal(404, f"object {label} doesn't exist in {bucket.path}")
        return bucket.objects[label]

    def find(self, path: str) -> ObjectRecord | None:
        """The object at a whole path such as "/icons/my_logo", if there is one."""
        bucket = self._root
        *steps, label = [step for step in path.split("/") if step] or [""]
        for step in steps:
            if step not in bucket.buckets:
                return None
            bucket = bucket.buckets[step]
        return bucket.objects.get(label)

    def blob(self, any_id: str) -> Blob:
        """By the id of an object (then its last version), of a version, or of its bytes."""
        for stored in self._objects(self._root):
            if any_id == stored.id:
                return stored.last.blob
            for version in stored.versions:
                if any_id in (version.id, version.blob.id):
                    return version.blob
        raise Refusal(404, f"object {any_id} doesn't exist")

    def add_bucket(self, body: Mapping[str, Any]) -> None:
        """By PROStorageBucket."""
        parent = self._walk(body["path"].split("/"))
        if parent.depth == MOST_DEPTH:
            raise Refusal(400, f"a bucket lies at most {MOST_DEPTH} buckets deep")  # the sandbox's own guard
        parent.check_free(body["label"])
        rights = list(body.get("authorizations", []))
        parent.buckets[body["label"]] = BucketRecord(new_id(), body["label"], parent, self._now(), rights)

    def upload(self, body: Mapping[str, Any], data: bytes, content_type: str) -> None:
        """By PROStorageObjectMetadata: a new object, or a further version of one."""
        bucket = self._walk(body["path"].split("/"))
        label = body["label"]
        if label not in bucket.objects:
            bucket.check_free(label)
            bucket.objects[label] = ObjectRecord(new_id(), label, bucket)
        stored = bucket.objects[label]
        stored.versions.append(ObjectVersion(new_id(), self._now(), Blob(new_id(), data, content_type)))
        stored.authorizations = list(body.get("authorizations", stored.authorizations))

    def change_bucket(self, bucket: BucketRecord, body: Mapping[str, Any]) -> None:
        """By PROStorageBucketPatch: what is left out stays; another label renames, and so the paths below."""
        parent = self._check_own(bucket)
        _relabel(parent, parent.buckets, bucket, body)

    def change_object(self, stored: ObjectRecord, body: Mapping[str, Any]) -> None:
        """By PROStorageObjectPatch."""
        _relabel(stored.bucket, stored.bucket.objects, stored, body)

    def remove_bucket(self, bucket: BucketRecord) -> None:
        parent = self._check_own(bucket)
        if bucket.buckets or bucket.objects:
            raise Refusal(409, f"{bucket.path} is not empty")  # status inferred
        del parent.buckets[bucket.label]

    def remove_object(self, stored: ObjectRecord) -> None:
        """With all its versions."""
        del stored.bucket.objects[stored.label]

    def forget(self, entity: int) -> None:
        """Drop the rights that a deleted entity had on buckets and objects."""
        entries: list[BucketRecord | ObjectRecord] = [*self._objects(self._root), *self._buckets(self._root)]
        for entry in entries:
            entry.authorizations = [right for right in entry.authorizations if right["entity"] != entity]

    def _check_own(self, bucket: BucketRecord) -> BucketRecord:
        """The parent of a bucket that is not the storage's own."""
        if bucket.parent is None or bucket is self._root.buckets.get(ICONS):
            raise Refusal(403, f"{bucket.path} belongs to the storage and stays as it is")  # inferred
        return bucket.parent

    def _walk(self, steps: list[str]) -> BucketRecord:
        bucket = self._root
        for step in steps:
            if not step:
                continue
            if step not in bucket.buckets:
                raise Refusal(404, f"bucket {step} doesn't exist in {bucket.path}")
            bucket = bucket.buckets[step]
        return bucket

    def _objects(self, bucket: BucketRecord) -> list[ObjectRecord]:
        return [stored for below in self._buckets(bucket) for stored in below.objects.values()]

    def _buckets(self, bucket: BucketRecord) -> list[BucketRecord]:
        return [bucket, *(below for child in bucket.buckets.values() for below in self._buckets(child))]

    def _now(self) -> str:
        return self._clock.utc().strftime("%Y-%m-%dT%H:%M:%SZ")


def _relabel(
    parent: BucketRecord, among: dict[str, Any], entry: BucketRecord | ObjectRecord, body: Mapping[str, Any]
) -> None:
    label = body.get("label", entry.label)
    if label != entry.label:
        parent.check_free(label)
        del among[entry.label]
        entry.label = label
        among[label] = entry
    entry.authorizations = list(body.get("authorizations", entry.authorizations))
