"""Who lives is known by locks: of the living nothing is taken, and nothing of the dead lies about."""

from __future__ import annotations

import os
import platform
import threading
from pathlib import Path

import pytest

from optcloud.process.owners import Owners, owners_of
from patience import PATIENCE
from unit.process import Process

OWNERS = """
import sys
from pathlib import Path
from optcloud.process.owners import Owners
me = Owners(Path(sys.argv[1])).me()
print(me.name, me.host, flush=True); sys.stdin.read()
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "state" / "owners"


def files(folder: Path) -> list[str]:
    return sorted(path.name.partition("-")[0] for path in folder.iterdir())


def test_a_process_is_the_same_one_for_its_life(folder: Path) -> None:
    owners = Owners(folder)
    me = owners.me()
    assert owners.me() == me and (me.host, me.pid) == (platform.node(), os.getpid())
    assert owners.is_alive(me.name, me.host) and Owners(folder).is_alive(me.name, me.host)
    owners.leave()
    assert not Owners(folder).is_alive(me.name, me.host) and owners.me() != me
    owners.leave()


def test_threads_are_one_process(folder: Path) -> None:
    owners, names, together = Owners(folder), set[str](), threading.Barrier(8)

    def enter() -> None:
        together.wait(PATIENCE)
        names.add(owners.me().name)

    threads = [threading.Thread(target=enter) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(names) == 1 and files(folder) == list(names)
    owners.leave()


def test_a_folder_has_one_for_the_process(folder: Path) -> None:
    assert owners_of(folder) is owners_of(folder) and owners_of(folder) is not owners_of(folder / "other")


def test_the_end_of_a_process_is_seen(folder: Path) -> None:
    owners = Owners(folder)
    with Process(OWNERS, folder) as other:
        name, host = other.hear().split()
        assert owners.is_alive(name, host)
        owners.sweep()
        assert owners.is_alive(name, host), "what lives is not swept away"
        other.kill()
        assert not owners.is_alive(name, host)
    assert files(folder) == [name]
    owners.sweep()
    assert files(folder) == [] and not owners.is_alive(name, host)


def test_only_what_the_dead_of_this_host_left_is_swept_away(folder: Path) -> None:
    owners, dead, elsewhere, living = (Owners(folder) for _ in range(4))
    elsewhere.host = "other.test"
    dead.me()
    names = sorted(each.me().name for each in (owners, elsewhere, living))
    dead.leave()
    elsewhere.leave()
    (folder / "notes.txt").touch()
    owners.sweep()
    assert files(folder) == sorted([*names, "notes.txt"])
    living.leave()
    owners.leave()


def test_where_there_is_no_folder_none_is_made(folder: Path) -> None:
    owners = Owners(folder)
    owners.sweep()
    assert not owners.is_alive("0", platform.node()) and not folder.parent.exists()


@pytest.mark.parametrize("host", ["größe/..\\:*", "", "a" * 300])
def test_any_name_of_a_host_is_a_name_of_a_file(folder: Path, host: str) -> None:
    owners, other = Owners(folder), Owners(folder)
    owners.host = other.host = host
    me = owners.me()
    assert other.is_alive(me.name, host)
    owners.leave()
    assert not other.is_alive(me.name, host)
    other.sweep()
    assert files(folder) == []


def test_who_begins_while_others_sweep_is_not_taken_for_dead(folder: Path) -> None:
    """The file of a process is there before its lock: in between it looks like one that was left."""
    over, lost = threading.Event(), []

    def sweep() -> None:
        owners = Owners(folder)
        while not over.is_set():
            owners.sweep()

    sweepers = [threading.Thread(target=sweep) for _ in range(2)]
    for thread in sweepers:
        thread.start()
    judge = Owners(folder)
    for _ in range(300):
        owners = Owners(folder)
        me = owners.me()
        if not judge.is_alive(me.name, me.host):
            lost.append(me)
        owners.leave()
    over.set()
    for thread in sweepers:
        thread.join()
    assert lost == []


def test_a_file_of_another_user_says_nothing(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    dead = Owners(folder)
    me = dead.me()
    dead.leave()

    def refused(path: Path, flags: int) -> int:
        raise PermissionError(13, "Permission denied", str(path))

    monkeypatch.setattr(os, "open", refused)
    owners = Owners(folder)
    owners.sweep()
    assert owners.is_alive(me.name, me.host) and files(folder) == [me.name]
