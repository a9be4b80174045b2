"""The storage of AIMMS PRO: objects in buckets, written as paths such as ``/icons/my_logo``.

The vendor names a thing by the path of its bucket and a label; here the two are one path. Sources: AIMMS facts 1
(tag Storage) and section 4. No vendor page describes these calls: what is inferred is marked.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any, TypeAlias

import msgspec

from aimms_pro.api.storage import delete_bucket as delete_bucket_operation
from aimms_pro.api.storage import (
    delete_object,
    download_object,
    get_bucket_info,
    get_object_info,
    update_bucket,
    update_object,
    upload_bucket,
    upload_object,
)
from aimms_pro.models.pro_storage_bucket import PROStorageBucket
from aimms_pro.models.pro_storage_bucket_patch import PROStorageBucketPatch
from aimms_pro.models.pro_storage_object_metadata import PROStorageObjectMetadata
from aimms_pro.models.pro_storage_object_patch import PROStorageObjectPatch
from aimms_pro.models.upload_object_body import UploadObjectBody
from aimms_pro_models import PROStorageBucketInfo, PROStorageObjectInfo
from aimms_pro_models import PROStorageObjectMetadata as CheckedMetadata
from optcloud.aimms.apps.access_rules import Access, AnyAccess, Rule, rewritten
from optcloud.aimms.connection import VENDOR
from optcloud.aimms.namespaces import NamespaceVerbs
from optcloud.aimms.people import lookup as people
from optcloud.aimms.people.entities import Whom
from optcloud.aimms.replies import JsonObject, ask
from optcloud.aimms.storage.paths import (
    Bucket,
    StoredObject,
    bucket_of,
    check_label,
    lineage,
    object_of,
    split,
    within,
)
from optcloud.aimms.uploads import Source, measured, part, plain_metadata
from optcloud.core.errors import BadRequest, NotFound, ResponseMismatch
from optcloud.core.flow import Call, Fetch, Flow, Progress, Reply, RunBlocking
from optcloud.core.local_paths import local_path
from optcloud.core.payload import Payload
from optcloud.core.request_checks import find_fault
from optcloud.core.secret import Secret
from optcloud.core.unknown_outcome import looked_up
from optcloud.core.verbs import Awaited, Blocking, verb_of

ObjectAccess: TypeAlias = Sequence[Mapping[str, Any]] | Mapping[Whom, Rule | AnyAccess]
"""Who may do what: ``{"ACME/group:planners": "read+execute"}`` as in ``oc.aimms.access``, or the vendor's list."""
_CONTENT = "content of an object"  # what is fetched from elsewhere, in errors and in events


def upload(
    source: Source, path: str, *, access: ObjectAccess | None = None, progress: Progress | None = None
) -> Flow[None]:
    """Store a file, bytes or a binary stream as the object at a path, such as ``/icons/my_logo``.

    The bucket must be there. Of an object that is there already this makes another version (inferred: objects have
    versions). Sent at most once unless it provably never left; after a lost reply `info` tells what is there.
    """
    yield from upload_payload((yield from measured(source, "source")), path, access=access, progress=progress)


def upload_payload(
    payload: Payload, path: str, *, access: ObjectAccess | None = None, progress: Progress | None = None
) -> Flow[None]:
    """`upload` of something already measured."""
    bucket, label = split(path)
    said = yield from _checked({"path": bucket, "label": label}, access)
    form = UploadObjectBody(file=part(payload, label), metadata=PROStorageObjectMetadata.from_dict(said))
    call = Call(plain_metadata(upload_object._get_kwargs(body=form)), progress=progress)
    yield from looked_up(call, f"{path} may have been stored; look: oc.aimms.storage.info({path!r})")


def info(path: str) -> Flow[StoredObject]:
    """Read what is known of an object. Raises `NotFound`."""
    bucket, label = split(path)
    answer = yield from ask(get_object_info._get_kwargs(path=bucket, label=label))
    return object_of(answer.checked(PROStorageObjectInfo), path)


def read(path: str) -> Flow[bytes]:
    """Return an object's content. Raises `NotFound`."""
    reply: Reply = yield Fetch((yield from _address(path)), _CONTENT)
    return reply.content


def download(path: str, to: str | Path, *, progress: Progress | None = None) -> Flow[Path]:
    """Write an object's content to a file, piece by piece, and return the file's path. Raises `NotFound`, `OSError`.

    ``to`` may be a folder: the file is then called as the object is.
    """
    target: Path = yield RunBlocking(partial(_target, local_path(to, "to"), split(path)[1]))
    yield Fetch((yield from _address(path)), _CONTENT, save_to=target, progress=progress)
    return target


def _address(path: str) -> Flow[Secret]:
    """Ask for the address from which the content is fetched without our credentials.

    It is a secret: a signature is part of it (inferred from the name of PROAppEntry.appIconSasUrl). Inferred, too:
    that the id asked for is that of the object, not that of its last version.
    """
    known = yield from info(path)
    if not known.id:
        raise ResponseMismatch(f"{path} has no id to download it by", vendor=VENDOR, operation="getObjectInfo")
    found: _Address = (yield from ask(download_object._get_kwargs(id=known.id))).read(_Address)
    return Secret(found.file)


def bucket(path: str) -> Flow[Bucket]:
    """Read a bucket and what it holds. Raises `NotFound`, and `BadRequest` for the topmost one, which has no label."""
    above, label = split(path)
    answer = yield from ask(get_bucket_info._get_kwargs(path=above, label=label))
    found = answer.checked(PROStorageBucketInfo)
    for key in ("childBuckets", "childObjects"):
        if not all(child.get("label") is not None for child in found.get(key) or []):
            raise answer.mismatch(f"one of {key} has no label")
    return bucket_of(found, path)


def make_bucket(path: str, *, access: ObjectAccess | None = None) -> Flow[None]:
    """Make a bucket in one that is there. Sent at most once unless it provably never left."""
    above, label = split(path)
    body = PROStorageBucket.from_dict((yield from _checked({"path": above, "label": label}, access)))
    note = f"{path} may have been made; oc.aimms.storage.ensure_bucket({path!r}) looks, and makes it if it is missing"
    yield from looked_up(Call(upload_bucket._get_kwargs(body=body)), note)


def ensure_bucket(path: str) -> Flow[list[str]]:
    """Make a bucket and those it is in, where they are not there yet; returns the paths of those it made."""
    missing: list[str] = []
    for above in reversed(lineage(path)):
        try:
            yield from bucket(above)
        except NotFound:
            missing.insert(0, above)
        else:
            break
    for above in missing:
        yield from make_bucket(above)
    return missing


def rename(path: str, label: str) -> Flow[str]:
    """Give an object another label; it stays in its bucket. Returns the new path."""
    above, old = split(path)
    check_label(label)
    yield Call(update_object._get_kwargs(path=above, label=old, body=PROStorageObjectPatch(label=label)))
    return within(above, label)


def rename_bucket(path: str, label: str) -> Flow[str]:
    """Give a bucket another label; it stays where it is. Returns the new path."""
    above, old = split(path)
    check_label(label)
    yield Call(update_bucket._get_kwargs(path=above, label=old, body=PROStorageBucketPatch(label=label)))
    return within(above, label)


def set_access(path: str, access: ObjectAccess) -> Flow[None]:
    """Say who may do what with an object; replaces all that was said before."""
    above, label = split(path)
    body = PROStorageObjectPatch.from_dict((yield from _checked({}, access)))
    yield Call(update_object._get_kwargs(path=above, label=label, body=body))


def set_bucket_access(path: str, access: ObjectAccess) -> Flow[None]:
    """Say who may do what with a bucket; replaces all that was said before."""
    above, label = split(path)
    body = PROStorageBucketPatch.from_dict((yield from _checked({}, access)))
    yield Call(update_bucket._get_kwargs(path=above, label=label, body=body))


def delete(path: str) -> Flow[None]:
    """Delete an object with all its versions. Raises `NotFound`."""
    above, label = split(path)
    yield Call(delete_object._get_kwargs(path=above, label=label))


def delete_bucket(path: str) -> Flow[None]:
    """Delete a bucket; whether one that holds something can be deleted is not published. Raises `NotFound`."""
    above, label = split(path)
    yield Call(delete_bucket_operation._get_kwargs(path=above, label=label))


def _checked(said: JsonObject, access: ObjectAccess | None) -> Flow[JsonObject]:
    """Add the access to what is said. Raises `BadRequest`; names are looked up, so `NotFound`, too."""
    if access is None:
        return said
    entries = (yield from _entries(access)) if isinstance(access, Mapping) else [dict(entry) for entry in access]
    body = {**said, "authorizations": entries}
    if fault := find_fault(body, CheckedMetadata):
        raise BadRequest(f"access: {fault}", vendor=VENDOR)
    return body


def _entries(access: Mapping[Whom, Rule | AnyAccess]) -> Flow[list[JsonObject]]:
    rules: dict[int, Rule] = {}
    for whom, right in access.items():
        number = yield from people.id_of(whom)
        rules[number] = right if isinstance(right, Rule) else Rule(granted=Access.of(right))
    return rewritten((), rules)


def _target(to: Path, label: str) -> Path:
    return to / label if to.is_dir() else to


class _Address(msgspec.Struct):
    file: str


class StorageVerbs(NamespaceVerbs):
    """What the storage can be asked."""

    upload = verb_of(upload)
    info = verb_of(info)
    read = verb_of(read)
    download = verb_of(download)
    bucket = verb_of(bucket)
    make_bucket = verb_of(make_bucket)
    ensure_bucket = verb_of(ensure_bucket)
    rename = verb_of(rename)
    rename_bucket = verb_of(rename_bucket)
    set_access = verb_of(set_access)
    set_bucket_access = verb_of(set_bucket_access)
    delete = verb_of(delete)
    delete_bucket = verb_of(delete_bucket)


class Storage(StorageVerbs, Blocking):
    """Objects in buckets."""


class AsyncStorage(StorageVerbs, Awaited):
    """Objects in buckets; each verb is awaited."""
