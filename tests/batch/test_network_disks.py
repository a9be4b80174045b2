"""A store in a file is refused on a disk of the network: two machines would each see a state of its own."""

from __future__ import annotations

from pathlib import Path

import pytest

from optcloud.batch.ledger.ledger import JobLedger
from optcloud.batch.store import network_disks
from optcloud.batch.store.network_disks import network_disk
from optcloud.core.errors import ConfigError


def mounted(monkeypatch: pytest.MonkeyPatch, folder: Path, *mounts: tuple[str, str]) -> None:
    lines = ["1 0 8:1 / / rw - ext4 /dev/sda1 rw"]
    lines += [f"2 1 0:9 / {point} rw,relatime shared:1 - {kind} server:/x rw" for point, kind in mounts]
    table = folder / "mountinfo"
    table.write_text("\n".join(lines))
    monkeypatch.setattr(network_disks, "MOUNTS", table)


@pytest.mark.parametrize("kind", ["nfs", "nfs4", "cifs", "smb3", "lustre", "fuse.sshfs"])
def test_a_store_on_a_disk_of_the_network_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    shared = tmp_path / "my share"
    shared.mkdir()
    mounted(monkeypatch, tmp_path, (str(shared).replace(" ", "\\040"), kind))
    with pytest.raises(ConfigError, match=rf"network file system \({kind}\).*PostgreSQL"):
        JobLedger.open(shared / "jobs.sqlite")
    assert not (shared / "jobs.sqlite").exists()
    JobLedger.open(tmp_path / "jobs.sqlite").close()


def test_what_is_mounted_deepest_and_last_counts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    here = str(tmp_path.resolve())
    mounted(
        monkeypatch,
        tmp_path,
        (here, "nfs4"),
        (f"{here}/local", "ext4"),
        (f"{here}/over", "nfs"),
        (f"{here}/over", "xfs"),
    )
    assert network_disk(tmp_path / "jobs") == "nfs4"
    assert network_disk(tmp_path / "local" / "jobs") is None
    assert network_disk(tmp_path / "over" / "jobs") is None


@pytest.mark.parametrize("kind", ["overlay", "9p", "virtiofs", "tmpfs", "fuse.portal", "btrfs"])
def test_disks_of_this_machine_and_of_its_host_are_not(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    mounted(monkeypatch, tmp_path, (str(tmp_path.resolve()), kind))
    assert network_disk(tmp_path / "jobs") is None


def test_a_system_that_tells_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(network_disks, "MOUNTS", tmp_path / "none")
    assert network_disk(tmp_path) is None
