"""What the storage of AIMMS PRO holds, and the paths by which people name it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from attrs import field, frozen

from optcloud.aimms.connection import VENDOR
from optcloud.core.errors import BadRequest
from optcloud.core.request_checks import check_name

ROOT = "/"


@frozen
class StoredObject:
    """An object (PROStorageObjectInfo, or a child in a bucket's). ``size`` in bytes, where it is told.

    ``id`` is what a download asks for; ``version_id`` is that of the last version, ``versions`` how many there are.
    """

    path: str
    id: str
    version_id: str | None
    versions: int | None
    size: int | None
    created: str | None
    authorizations: Sequence[Mapping[str, Any]] = field(repr=False)
    raw: Mapping[str, Any] = field(repr=False)


@frozen
class Bucket:
    """A bucket (PROStorageBucketInfo) and what it holds; ``buckets`` know no more than path, id and date."""

    path: str
    id: str
    created: str | None
    buckets: Sequence[Bucket]
    objects: Sequence[StoredObject]
    authorizations: Sequence[Mapping[str, Any]] = field(repr=False)
    raw: Mapping[str, Any] = field(repr=False)


def split(path: str) -> tuple[str, str]:
    """Split ``/icons/my_logo`` into what the vendor calls path and label: ``/icons``, ``my_logo``.

    Raises `BadRequest` for what is no path, and for the topmost bucket: it has no label, which the vendor's document
    requires, and no other way to name it is published.
    """
    if not path.startswith("/"):
        raise BadRequest(f"path: {path!r} must begin with '/', such as /icons/my_logo", vendor=VENDOR)
    names = path.split("/")[1:]
    if not all(names):
        words = (
            "is the topmost bucket, which AIMMS cannot be asked for, since it has no label; name something in it"
            if path == ROOT
            else "has an empty name in it"
        )
        raise BadRequest(f"path: {path!r} {words}", vendor=VENDOR)
    check_name("path", path, vendor=VENDOR)
    return "/" + "/".join(names[:-1]), names[-1]


def check_label(label: str) -> None:
    """Raise `BadRequest` when this cannot be the last part of a path."""
    if not label or "/" in label:
        raise BadRequest(f"label: {label!r} is no label: some text without '/'", vendor=VENDOR)
    check_name("label", label, vendor=VENDOR)


def lineage(path: str) -> list[str]:
    """Return the bucket and those it is in, the topmost first: ``/a``, ``/a/b`` for ``/a/b``; none for ``/``."""
    if path == ROOT:
        return []
    above, _label = split(path)
    return [*lineage(above), path]


def within(bucket: str, label: str) -> str:
    """Return the path of something in a bucket."""
    return f"{bucket.rstrip('/')}/{label}"


def object_of(entry: Mapping[str, Any], path: str) -> StoredObject:
    """Read what the vendor tells of the object at a path."""
    return StoredObject(
        path=path,
        id=entry.get("id") or entry.get("objectId") or "",
        version_id=entry.get("lastVersionID") or entry.get("versionId") or None,
        versions=entry.get("versions"),
        size=entry.get("size"),
        created=entry.get("createDate") or None,
        authorizations=entry.get("authorizations") or [],
        raw=entry,
    )


def bucket_of(entry: Mapping[str, Any], path: str) -> Bucket:
    """Read what the vendor tells of the bucket at a path."""
    return Bucket(
        path=path,
        id=entry.get("id") or "",
        created=entry.get("createDate") or None,
        buckets=[bucket_of(child, within(path, child["label"])) for child in entry.get("childBuckets") or []],
        objects=[object_of(child, within(path, child["label"])) for child in entry.get("childObjects") or []],
        authorizations=entry.get("authorizations") or [],
        raw=entry,
    )
