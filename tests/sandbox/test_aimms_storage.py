"""The storage end to end: real sockets, blocking and asyncio."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import pytest

from optcloud import Conflict, NotFound, TransportError
from optcloud.core.events import Transferred
from optcloud.sandbox import Fault, Sandbox

CONTENT = b"\x89PNG\r\n\x00 not really"


@pytest.fixture
def storage(cloud: Any) -> Any:
    return cloud.aimms.storage


def test_what_is_stored_comes_back_byte_for_byte(storage: Any, tmp_path: Path) -> None:
    file = tmp_path / "logo.png"
    file.write_bytes(CONTENT)
    for source in (file, str(file), CONTENT, io.BytesIO(CONTENT)):
        storage.upload(source, "/icons/my logo")
        assert storage.read("/icons/my logo") == CONTENT
    saved = storage.download("/icons/my logo", tmp_path)
    assert saved == tmp_path / "my logo" and saved.read_bytes() == CONTENT
    known = storage.info("/icons/my logo")
    assert (known.path, known.versions) == ("/icons/my logo", 4)


def test_another_upload_is_another_version(storage: Any) -> None:
    storage.upload(b"one", "/icons/logo")
    first = storage.info("/icons/logo")
    storage.upload(b"two", "/icons/logo")
    second = storage.info("/icons/logo")
    assert first.id == second.id and first.version_id != second.version_id
    assert storage.read("/icons/logo") == b"two"


def test_large_content_goes_up_and_down_with_progress(storage: Any, tmp_path: Path) -> None:
    content = bytes(range(256)) * 20_000
    up: list[Transferred] = []
    down: list[Transferred] = []
    storage.upload(io.BytesIO(content), "/large", progress=up.append)
    storage.download("/large", tmp_path / "large", progress=down.append)
    assert (tmp_path / "large").read_bytes() == content
    assert len(up) >= 4 and up[-1].direction == "up" and up[-1].done == up[-1].total
    assert len(down) >= 4 and (down[-1].direction, down[-1].done) == ("down", len(content))


def test_buckets_are_made_listed_and_deleted(storage: Any) -> None:
    assert storage.ensure_bucket("/plans/old/drafts") == ["/plans", "/plans/old", "/plans/old/drafts"]
    assert storage.ensure_bucket("/plans/old/drafts") == []
    storage.upload(b"x", "/plans/old/a")
    found = storage.bucket("/plans/old")
    assert [one.path for one in found.buckets] == ["/plans/old/drafts"]
    assert [(one.path, one.size) for one in found.objects] == [("/plans/old/a", 1)]
    with pytest.raises(Conflict):
        storage.delete_bucket("/plans/old")
    storage.delete("/plans/old/a")
    storage.delete_bucket("/plans/old/drafts")
    storage.delete_bucket("/plans/old")
    assert storage.bucket("/plans").buckets == []
    with pytest.raises(Conflict):
        storage.make_bucket("/plans")


def test_labels_can_be_changed(storage: Any) -> None:
    storage.ensure_bucket("/a/b")
    storage.upload(b"x", "/a/b/one")
    assert storage.rename("/a/b/one", "two") == "/a/b/two"
    assert storage.rename_bucket("/a/b", "c") == "/a/c"
    assert storage.read("/a/c/two") == b"x"
    with pytest.raises(NotFound):
        storage.info("/a/b/one")


def test_access_is_set_by_name_and_read(cloud: Any, storage: Any) -> None:
    environment = cloud.aimms.people.environments()[0]
    rights = [{"entity": environment.id, "authorization": 5, "deny": False}]
    storage.upload(b"x", "/icons/logo", access={environment.name: "read+execute"})
    assert list(storage.info("/icons/logo").authorizations) == rights
    storage.set_access("/icons/logo", [])
    assert list(storage.info("/icons/logo").authorizations) == []
    storage.make_bucket("/plans")
    storage.set_bucket_access("/plans", {environment.id: 5})
    assert list(storage.bucket("/plans").authorizations) == rights


def test_a_lost_upload_is_not_sent_again(storage: Any, sandbox: Sandbox) -> None:
    sandbox.faults.add(Fault("drop-after", method="POST", path="/storage/object"))
    with pytest.raises(TransportError) as caught:
        storage.upload(b"x", "/icons/logo")
    assert caught.value.sent == "unknown"
    assert storage.info("/icons/logo").versions == 1


def test_content_is_fetched_without_the_key_and_again_where_the_wire_fails(storage: Any, sandbox: Sandbox) -> None:
    storage.upload(CONTENT, "/icons/logo")
    sandbox.faults.add(
        Fault("cut", path="/storage-links/"),
        Fault("status", path="/storage-links/"),
        Fault("drop-after", path="/storage-links/"),
    )
    assert storage.read("/icons/logo") == CONTENT
    assert sum("/storage-links/" in one.path for one in sandbox.journal()) == 4


def test_a_file_is_there_whole_or_not_at_all(storage: Any, sandbox: Sandbox, tmp_path: Path) -> None:
    storage.upload(CONTENT, "/icons/logo")
    sandbox.faults.add(Fault("cut", path="/storage-links/", times=None))
    with pytest.raises(TransportError):
        storage.download("/icons/logo", tmp_path / "logo")
    assert list(tmp_path.iterdir()) == []
