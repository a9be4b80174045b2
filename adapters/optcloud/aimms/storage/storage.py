"""The storage: objects in buckets, named by paths such as ``/icons/my_logo``."""

from __future__ import annotations

from optcloud.aimms.storage import flows as storage
from optcloud.core.verbs import AsyncNamespace, Namespace, verb_of


class _StorageVerbs:
    upload = verb_of(storage.upload)
    info = verb_of(storage.info)
    read = verb_of(storage.read)
    download = verb_of(storage.download)
    bucket = verb_of(storage.bucket)
    make_bucket = verb_of(storage.make_bucket)
    ensure_bucket = verb_of(storage.ensure_bucket)
    rename = verb_of(storage.rename)
    rename_bucket = verb_of(storage.rename_bucket)
    set_access = verb_of(storage.set_access)
    set_bucket_access = verb_of(storage.set_bucket_access)
    delete = verb_of(storage.delete)
    delete_bucket = verb_of(storage.delete_bucket_at)


class Storage(_StorageVerbs, Namespace):
    """Objects in buckets."""


class AsyncStorage(_StorageVerbs, AsyncNamespace):
    """Objects in buckets; each verb is awaited."""
