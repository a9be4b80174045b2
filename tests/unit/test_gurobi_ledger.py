"""What is written down of launches: on the disk at once, nothing lost, nothing claimed twice, nothing of the living."""

from __future__ import annotations

import json
import os
import platform
import random
import re
import shutil
import signal
import sqlite3
import stat
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, cast

import pytest
from attrs import evolve
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from batch.conftest import postgres, postgres_url  # noqa: F401 - fixtures
from batch.postgres import Postgres
from optcloud.core.errors import ConfigError
from optcloud.core.settings import GurobiSettings
from optcloud.gurobi.ledger import LaunchEntry, Ledger, NoLedger
from optcloud.gurobi.ledger_file import FileLedger, ledger_for
from optcloud.gurobi.ledger_postgres import PostgresLedger
from optcloud.gurobi.ledger_rows import SANDBOX_LIFE, LedgerRows
from optcloud.process import postgres_owners
from optcloud.process.owners import Owners
from optcloud.process.postgres_owners import PostgresOwners
from unit.process import Process

URL = "https://cloud.test/api"
ACCESS_ID = "not-a-real-access"
LEDGER = f"""
import json, os, sys
from optcloud.core.settings import GurobiSettings
from optcloud.gurobi.ledger import LaunchEntry
from optcloud.gurobi.ledger_file import ledger_for
ledger = ledger_for(GurobiSettings(url="{URL}", access_id="{ACCESS_ID}", secret_key="no-key", ledger=sys.argv[1]))
def intend(launch, at=1.0):
    ledger.intend(LaunchEntry(launch=launch, count=1, at=at, marker=None, parameters={{}}))
def say(*what):
    print(json.dumps(what), flush=True)
"""
needs_fork = pytest.mark.skipif(not hasattr(os, "fork"), reason="this system cannot fork")
needs_modes = pytest.mark.skipif(os.name != "posix", reason="modes are a thing of POSIX")


def entry(launch: str = "one", at: float = 1.0, **changes: Any) -> LaunchEntry:
    made = LaunchEntry(launch=launch, count=2, at=at, marker="0f", parameters={"region": "us-east-1"})
    return evolve(made, **changes)


def names(entries: list[LaunchEntry]) -> list[str]:
    return [one.launch for one in entries]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "state" / "gurobi" / "ledger.sqlite3"


class Host:
    """Several processes, each with a lock of its own, played by this one. ``place``: a file, or a PostgreSQL."""

    def __init__(self, place: Path | str, host: str | None = None) -> None:
        self.place = place
        self._host = host
        self._sessions: list[PostgresOwners] = []

    def process(self, url: str = URL, access_id: str = ACCESS_ID) -> LedgerRows:
        owners: Owners | PostgresOwners
        if isinstance(self.place, str):
            owners = PostgresOwners(self.place)
            self._sessions.append(owners)
            owners.host = self._host or owners.host
            return PostgresLedger(self.place, url, access_id, owners)
        owners = Owners(self.place.parent / "owners")
        owners.host = self._host or owners.host
        return FileLedger(self.place, url, access_id, owners)

    def close(self) -> None:
        """Let all of them end."""
        for owners in self._sessions:
            owners.leave()

    def this_process(self) -> LedgerRows:
        """The ledger as the account of this process has it."""
        settings = GurobiSettings(url=URL, access_id=ACCESS_ID, secret_key="no-key", ledger=str(self.place))
        ledger = ledger_for(settings)
        assert isinstance(ledger, LedgerRows)
        return ledger


@pytest.fixture(params=["file", "PostgreSQL"])
def host(request: pytest.FixtureRequest, path: Path) -> Iterator[Host]:
    if request.param == "file":
        yield Host(path)
        return
    url = request.getfixturevalue("postgres_url")
    host = Host(url)
    yield host
    host.close()
    owners = postgres_owners._of.pop(url, None)
    if owners is not None:
        owners.leave()


def die(ledger: LedgerRows) -> None:
    """Let go of the lock, as the end of a process does."""
    owners = ledger._owners
    assert isinstance(owners, Owners | PostgresOwners)
    owners.leave()


# ---------------------------------------------------------------- before there is any


OPERATIONS: dict[str, Callable[[Ledger], Any]] = {
    "launched": lambda ledger: ledger.launched("one", ["m1"]),
    "give_up": lambda ledger: ledger.give_up("one"),
    "seek": lambda ledger: ledger.seek(["m1"]),
    "keep": lambda ledger: ledger.keep(["m1"]),
    "hold": lambda ledger: ledger.hold(["m1"]),
    "close": lambda ledger: ledger.close("one"),
    "gone": lambda ledger: ledger.gone(["m1"]),
    "claim": lambda ledger: ledger.claim(),
    "entries": lambda ledger: ledger.entries(),
}


@pytest.mark.parametrize("name", OPERATIONS)
def test_where_nothing_was_written_there_is_nothing_and_nothing_is_made(path: Path, name: str) -> None:
    ledger = FileLedger(path, URL, ACCESS_ID)
    assert not OPERATIONS[name](ledger)
    assert not path.parent.parent.exists()
    path.parent.mkdir(parents=True)
    path.touch()
    assert not OPERATIONS[name](ledger), "as when the first process ended while it made the file"
    assert path.read_bytes() == b""


@pytest.mark.parametrize("name", OPERATIONS)
def test_no_ledger_has_nothing(name: str) -> None:
    ledger = NoLedger()
    ledger.intend(entry())
    assert not OPERATIONS[name](ledger)


def test_the_database_is_loaded_by_those_only_who_have_one(path: Path) -> None:
    code = "import sys; sys.modules.pop('sqlite3', None)  # what measures coverage has loaded it\n" + LEDGER
    code += "import optcloud\nledger.claim(); say('sqlite3' in sys.modules)\nintend('one'); say(ledger.claim())"
    with Process(code, path) as other:
        assert (other.hear(), other.hear()) == ("[false]", "[[]]")


@needs_modes
def test_nobody_else_reads_it(path: Path) -> None:
    umask = os.umask(0o002)
    try:
        FileLedger(path, URL, ACCESS_ID).intend(entry())
    finally:
        os.umask(umask)
    modes = {one.relative_to(path.parent): stat.S_IMODE(one.stat().st_mode) for one in path.parent.rglob("*")}
    lock = next(one for one in modes if one.suffix == ".lock")
    assert modes == {Path("ledger.sqlite3"): 0o600, Path("owners"): 0o700, lock: 0o600}
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700


# ---------------------------------------------------------------- what is written


def test_an_entry_comes_back_as_it_was_written(host: Host) -> None:
    ledger = host.this_process()
    written = entry("ä\n", 1234567890.123456, count=3, parameters={"license_type": "größer", "ö": ""})
    ledger.intend(written)
    (read,) = ledger.entries()
    assert read == evolve(written, owner=f"pid {os.getpid()} on {platform.node()}") and read.alive
    ledger.launched(written.launch, iter(["m2", "m1"]))
    assert ledger.entries() == [evolve(read, fate="launched", ids=("m2", "m1"))]


def test_no_secret_and_no_access_id_is_written(path: Path) -> None:
    ledger = FileLedger(path, URL, ACCESS_ID)
    with pytest.raises(ValueError, match="no secret is written down"):
        ledger.intend(entry(parameters={"userPassword": "not-a-real-password"}))
    assert not path.exists()
    ledger.intend(entry())
    assert URL.encode() in path.read_bytes() and ACCESS_ID.encode() not in path.read_bytes()
    assert ACCESS_ID not in repr(ledger) and URL in repr(ledger)


def test_accounts_share_the_file_and_do_not_see_each_other(host: Host) -> None:
    one, two, three = host.process(), host.process(access_id="another"), host.process("https://cloud.test/api/v2")
    one.intend(entry("of-one", ids=("m1",), fate="launched"))
    two.intend(entry("of-two", ids=("m1",), fate="launched"))
    two.give_up("of-two")
    assert names(host.process(URL + "/").entries()) == ["of-one"]
    for stranger in (one, three):
        stranger.gone(["m1"]) if stranger is three else stranger.close("of-two")
        stranger.launched("of-two", ["m9"])
        assert stranger.claim() == []
    two.keep(["m1"])
    assert [(e.launch, e.fate, e.ids) for e in one.entries() + two.entries()] == [
        ("of-one", "launched", ("m1",)),
        ("of-two", "kept", ("m1",)),
    ]


def test_a_launch_is_written_once(host: Host) -> None:
    ledger = host.this_process()
    ledger.intend(entry(at=1.0))
    with pytest.raises(ConfigError, match=r"UNIQUE|duplicate key"):
        ledger.intend(entry(at=2.0))
    assert [one.at for one in ledger.entries()] == [1.0]


# ---------------------------------------------------------------- against a model


IDS = st.lists(st.sampled_from(["m1", "m2", "m3", "m4"]), max_size=3, unique=True)
PROCESSES = st.integers(0, 2)
LAUNCHES = st.integers(0, 4).map(str)


class Kept(RuleBasedStateMachine):
    """The ledger beside a plain list of what it should know. Process 2 is on another host."""

    far = False  # whether processes of other hosts are judged, too

    def place(self) -> Path | str:
        """Where the ledger of the next example is."""
        self.folder = Path(tempfile.mkdtemp())
        return self.folder / "l.sqlite3"

    def __init__(self) -> None:
        super().__init__()
        place = self.place()
        self.here, self.there = Host(place), Host(place, "other.test")
        self.ledgers = [self.here.process(), self.here.process(), self.there.process()]
        self.rows: list[dict[str, Any]] = []  # with whose it is: a ledger, which may be of the dead

    def teardown(self) -> None:
        for ledger in self.ledgers:
            die(ledger)
        self.remove()

    def remove(self) -> None:
        shutil.rmtree(self.folder)

    @initialize()
    def begin(self) -> None:
        assert self.ledgers[0].entries() == []

    @rule(process=PROCESSES, launch=LAUNCHES, at=st.integers(0, 3))
    def intend(self, process: int, launch: str, at: int) -> None:
        if all(row["launch"] != launch for row in self.rows):
            self.ledgers[process].intend(entry(launch, float(at)))
            self.rows.append({"launch": launch, "at": at, "fate": "intended", "ids": [], "of": self.ledgers[process]})
            self.rows.sort(key=lambda row: row["at"])

    @rule(process=PROCESSES, launch=LAUNCHES, ids=IDS)
    def launched(self, process: int, launch: str, ids: list[str]) -> None:
        self.ledgers[process].launched(launch, ids)
        for row in self._of(launch):
            row.update(fate="launched", ids=ids)

    @rule(process=PROCESSES, launch=LAUNCHES)
    def give_up(self, process: int, launch: str) -> None:
        self.ledgers[process].give_up(launch)
        for row in self._of(launch):
            row["fate"] = "given up"

    @rule(process=PROCESSES, ids=IDS)
    def seek(self, process: int, ids: list[str]) -> None:
        self.ledgers[process].seek(ids)
        for row in self._with(ids):
            if set(row["ids"]) <= set(ids):
                row["fate"] = "given up"

    @rule(process=PROCESSES, ids=IDS)
    def keep(self, process: int, ids: list[str]) -> None:
        self.ledgers[process].keep(ids)
        for row in self._with(ids):
            row["fate"] = "kept"

    @rule(process=PROCESSES, ids=IDS)
    def hold(self, process: int, ids: list[str]) -> None:
        self.ledgers[process].hold(ids)
        for row in self._with(ids):
            if row["fate"] == "kept" and set(row["ids"]) <= set(ids):
                row.update(fate="launched", of=self.ledgers[process])

    @rule(process=PROCESSES, launch=LAUNCHES)
    def close(self, process: int, launch: str) -> None:
        self.ledgers[process].close(launch)
        self.rows = [row for row in self.rows if row["launch"] != launch]

    @rule(process=PROCESSES, ids=IDS)
    def gone(self, process: int, ids: list[str]) -> None:
        self.ledgers[process].gone(ids)
        for row in self._with(ids):
            row["ids"] = [one for one in row["ids"] if one not in ids]
            if not row["ids"]:
                self.rows.remove(row)

    @rule(process=PROCESSES)
    def the_process_dies_and_another_begins(self, process: int) -> None:
        die(self.ledgers[process])
        self.ledgers[process] = (self.there if process == 2 else self.here).process()

    @rule(process=PROCESSES, other_is_dead=st.booleans())
    def claim(self, process: int, other_is_dead: bool) -> None:
        claimed = self.ledgers[process].claim(["other.test"] if other_is_dead else [])
        expected = []
        for row in self.rows:
            other = self._is_other(row["of"])
            judged = self.far or other == (process == 2) or (other and other_is_dead)
            if row["fate"] == "given up" or (row["fate"] != "kept" and judged and row["of"] not in self.ledgers):
                row.update(fate="launched" if row["ids"] else "intended", of=self.ledgers[process])
                expected.append((row["launch"], row["fate"], tuple(row["ids"])))
        assert [(one.launch, one.fate, one.ids) for one in claimed] == expected

    @invariant()
    def all_see_what_there_should_be(self) -> None:
        seen = [(one.launch, one.fate, list(one.ids), one.alive) for one in self.ledgers[0].entries()]
        assert seen == [(row["launch"], row["fate"], row["ids"], self._alive(row["of"])) for row in self.rows]

    def _of(self, launch: str) -> list[dict[str, Any]]:
        return [row for row in self.rows if row["launch"] == launch]

    def _with(self, ids: list[str]) -> list[dict[str, Any]]:
        return [row for row in self.rows if set(row["ids"]) & set(ids)]

    def _is_other(self, ledger: LedgerRows) -> bool:
        return cast(Owners, ledger._owners).host == "other.test"

    def _alive(self, ledger: LedgerRows) -> bool:
        return (self._is_other(ledger) and not self.far) or ledger in self.ledgers


TestKept = Kept.TestCase
TestKept.settings = settings(max_examples=50, stateful_step_count=25, deadline=None)


def test_kept_in_postgresql(postgres: Postgres) -> None:  # noqa: F811
    """The same, where all processes are judged, on whatever host."""

    class KeptInPostgres(Kept):
        far = True

        def place(self) -> str:
            self.url = postgres.new_database()
            return self.url

        def remove(self) -> None:
            postgres.drop(self.url)

    run_state_machine_as_test(KeptInPostgres, settings=settings(max_examples=8, stateful_step_count=25, deadline=None))


# ---------------------------------------------------------------- processes


def test_an_intent_is_there_when_it_was_written_and_outlives_kill_9(host: Host) -> None:
    ledger = host.this_process()
    with Process(LEDGER + "intend('one'); say('intended'); sys.stdin.read()", host.place) as other:
        other.hear()
        (seen,) = ledger.entries()
        assert (seen.launch, seen.owner, seen.alive) == ("one", f"pid {other.pid} on {platform.node()}", True)
        assert ledger.claim() == [], "it lives"
        other.kill()
        assert [one.alive for one in ledger.entries()] == [False]
        (claimed,) = ledger.claim()
        assert (claimed.owner, claimed.alive, claimed.fate) == (seen.owner, False, "intended")
        assert ledger.claim() == [] and [one.alive for one in ledger.entries()] == [True], "it is ours now"


def test_kill_9_right_after_the_intent_leaves_it(host: Host) -> None:
    code = LEDGER + "import signal; intend('one'); os.kill(os.getpid(), signal.SIGKILL)"
    with Process(code, host.place) as other:
        assert other.end()[0] == -signal.SIGKILL
    assert names(host.this_process().claim()) == ["one"]


def test_kill_9_at_any_moment_loses_nothing_that_was_acknowledged(host: Host) -> None:
    ledger, acknowledged = host.this_process(), set()
    chance = random.Random(6)
    for turn in range(4):
        code = LEDGER + f"import itertools\nfor one in itertools.count(): intend(f'{turn}-{{one}}'); say(one)"
        with Process(code, host.place) as other:
            acknowledged |= {f"{turn}-{json.loads(other.hear())[0]}" for _ in range(3)}
            time.sleep(chance.random() / 100)
            other.kill()
            with pytest.raises(EOFError):
                while True:
                    acknowledged.add(f"{turn}-{json.loads(other.hear())[0]}")
        unacknowledged = set(names(ledger.claim())) - acknowledged
        assert len(unacknowledged) <= 1, "the one that was under way"
        acknowledged |= unacknowledged
        assert {one.launch for one in ledger.entries()} == acknowledged


def test_processes_that_claim_at_once_share_it_out(host: Host) -> None:
    with Process(
        LEDGER + "for one in range(40): intend(str(one))\nsay('intended'); sys.stdin.read()", host.place
    ) as other:
        other.hear()
    code = LEDGER + "say('ready'); sys.stdin.readline()\nsay(*[one.launch for one in ledger.claim()]); sys.stdin.read()"
    claimers = [Process(code, host.place) for _ in range(4)]
    try:
        for claimer in claimers:
            claimer.hear()
        for claimer in claimers:
            claimer.say()
        claimed = Counter(launch for claimer in claimers for launch in json.loads(claimer.hear()))
    finally:
        for claimer in claimers:
            claimer.__exit__(None, None, None)
    assert claimed == Counter(str(one) for one in range(40))


def test_threads_that_write_and_claim_at_once_lose_nothing(host: Host) -> None:
    """Each claimer is a process of its own, as far as the locks know; the writers die one by one."""
    claimers, claimed, over = [host.process() for _ in range(3)], Counter[str](), threading.Event()

    def write(name: str) -> None:
        for one in range(10):
            ledger = host.process()
            ledger.intend(entry(f"{name}-{one}"))
            die(ledger)

    def claim(ledger: FileLedger) -> None:
        last = False
        while not last:
            last = over.is_set()
            claimed.update(names(ledger.claim()))

    writers = [threading.Thread(target=write, args=(name,)) for name in "abc"]
    others = [threading.Thread(target=claim, args=(ledger,)) for ledger in claimers]
    for thread in writers + others:
        thread.start()
    for thread in writers:
        thread.join()
    over.set()
    for thread in others:
        thread.join()
    assert claimed == Counter(f"{name}-{one}" for name in "abc" for one in range(10))
    assert all(one.alive for one in claimers[0].entries())


@needs_fork
def test_a_forked_child_does_not_own_what_its_parent_owns(host: Host) -> None:
    """The child lives on when the parent is killed: what the parent had is nobody's then, what the child has is its."""
    code = LEDGER + (
        "intend('parent')\n"
        "if os.fork():\n"
        "    sys.stdin.read()\n"
        "intend('child'); say(os.getpid(), [one.launch for one in ledger.claim()]); sys.stdin.readline()\n"
    )
    ledger = host.this_process()
    with Process(code, host.place) as parent:
        _, claimed = json.loads(parent.hear())
        assert claimed == [], "the parent lives"
        assert [one.alive for one in ledger.entries()] == [True, True]
        parent.kill()
        assert {one.launch: one.alive for one in ledger.entries()} == {"parent": False, "child": True}
        assert names(ledger.claim()) == ["parent"]


@needs_fork
def test_a_child_that_is_forked_while_a_thread_writes_can_write(host: Host) -> None:
    code = LEDGER + (
        "import threading, itertools, time, warnings\n"
        "warnings.simplefilter('ignore')  # of forks of processes with threads\n"
        "def write():\n"
        "    for one in itertools.count(): intend(str(one)); time.sleep(0.001)\n"
        "threading.Thread(target=write, daemon=True).start()\n"
        "for one in range(15):\n"
        "    if not (child := os.fork()):\n"
        "        intend(f'child-{one}'); os._exit(0)\n"
        "    os.waitpid(child, 0)\n"
        "say('done'); os._exit(0)\n"
    )
    with Process(code, host.place) as other:
        assert json.loads(other.hear()) == ["done"]
    children = {one.launch for one in host.this_process().entries() if one.launch.startswith("child")}
    assert children == {f"child-{one}" for one in range(15)}


def test_a_state_folder_that_was_removed_does_not_make_the_living_look_dead(path: Path) -> None:
    host = Host(path)
    ledger = host.process()
    ledger.intend(entry("one"))
    shutil.rmtree(path.parent)
    ledger.intend(entry("two"))
    assert [(one.launch, one.alive) for one in host.process().entries()] == [("two", True)]
    assert host.process().claim() == []
    die(ledger)


# ---------------------------------------------------------------- other hosts, and sandboxes


def test_what_another_host_left_is_taken_when_a_person_says_that_it_is_dead(path: Path) -> None:
    host, other = Host(path), Host(path, "other.test").process()
    other.intend(entry("left"))
    ledger = host.process()
    assert ledger.claim(["other.test"]) == [], "its lock can be seen, and is held"
    die(other)
    assert ledger.claim() == [] and ledger.claim(["third.test"]) == []
    assert [(one.owner, one.alive) for one in ledger.entries()] == [(f"pid {os.getpid()} on other.test", True)]
    assert names(ledger.claim(["other.test"])) == ["left"]


@pytest.mark.parametrize("url", ["http://127.0.0.1:4711/api", "http://localhost:1/api", "http://[::1]:80/api"])
def test_what_old_sandboxes_left_is_forgotten(host: Host, url: str) -> None:
    now, old = time.time(), time.time() - SANDBOX_LIFE - 60
    dead, living, real = host.process(url), host.process(url), host.process()
    dead.intend(entry("old", old))
    dead.intend(entry("kept", old, fate="kept", ids=("m1",)))
    dead.intend(entry("new", now))
    living.intend(entry("living", old))
    real.intend(entry("real", old))
    die(dead)
    die(real)
    host.process(access_id="another").claim()
    assert names(host.process(url).entries()) == ["living", "new"]
    assert names(host.process().entries()) == ["real"]


def test_an_old_sandbox_that_is_asked_is_there(host: Host) -> None:
    url = "http://127.0.0.1:4711/api"
    dead = host.process(url)
    dead.intend(entry("old"))
    die(dead)
    assert names(host.process(url).claim()) == ["old"]


# ---------------------------------------------------------------- where it cannot be kept


@pytest.fixture(params=["claim", "intend"])
def use(request: pytest.FixtureRequest) -> Callable[[FileLedger], Any]:
    return OPERATIONS["claim"] if request.param == "claim" else lambda ledger: ledger.intend(entry())


def said(path: Path, why: str) -> str:
    return f'(?s)^{re.escape(str(path))}: .*{why}.*OPTCLOUD_GUROBI_LEDGER.* to another path, or to "off"$'


def test_a_damaged_file_is_named(path: Path, use: Callable[[FileLedger], Any]) -> None:
    path.parent.mkdir(parents=True)
    path.write_bytes(b"these are letters, and no database at all" * 100)
    with pytest.raises(ConfigError, match=said(path, "file is not a database")):
        use(FileLedger(path, URL, ACCESS_ID))
    assert path.read_bytes().startswith(b"these are letters")


def test_a_newer_ledger_is_left_alone(path: Path, use: Callable[[FileLedger], Any]) -> None:
    ledger = FileLedger(path, URL, ACCESS_ID)
    ledger.intend(entry("first"))
    with sqlite3.connect(path) as db:
        db.execute("PRAGMA user_version = 2")
    db.close()
    with pytest.raises(ConfigError, match=said(path, "a newer optcloud wrote it: version 2, this one knows 1")):
        use(ledger)


def test_a_database_of_something_else_is_left_alone(path: Path, use: Callable[[FileLedger], Any]) -> None:
    path.parent.mkdir(parents=True)
    with sqlite3.connect(path) as db:
        db.execute("CREATE TABLE songs (name TEXT)")
    db.close()
    with pytest.raises(ConfigError, match=said(path, "a database of something else: songs")):
        use(FileLedger(path, URL, ACCESS_ID))


def test_a_folder_is_no_ledger(path: Path, use: Callable[[FileLedger], Any]) -> None:
    path.mkdir(parents=True)
    with pytest.raises(ConfigError, match=said(path, "")):
        use(FileLedger(path, URL, ACCESS_ID))


def test_where_no_folder_can_be_made_it_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    path = tmp_path / "file" / "gurobi" / "ledger.sqlite3"
    with pytest.raises(ConfigError, match=said(path, "Not a directory|exists")):
        FileLedger(path, URL, ACCESS_ID).intend(entry())


@pytest.mark.skipif(os.name != "posix" or os.geteuid() == 0, reason="root, and Windows, write into any folder")
def test_a_folder_that_cannot_be_written_is_named(path: Path) -> None:
    ledger = FileLedger(path, URL, ACCESS_ID)
    ledger.intend(entry())
    path.parent.chmod(0o500)
    try:
        with pytest.raises(ConfigError, match=said(path, "unable to open|readonly")):
            ledger.intend(entry("two"))
    finally:
        path.parent.chmod(0o700)


def test_where_files_cannot_be_locked_nothing_is_written(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def no_locks(file: int, *, shared: bool = False) -> None:
        raise OSError(37, "No locks available")

    monkeypatch.setattr("optcloud.process.owners.lock", no_locks)
    ledger = FileLedger(path, URL, ACCESS_ID)
    with pytest.raises(ConfigError, match=said(path, "No locks available")):
        ledger.intend(entry())
    assert ledger.entries() == []


def test_another_process_that_never_ends_its_work_is_not_waited_for_for_ever(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("optcloud.process.sqlite_file.PATIENCE", 0.05)
    ledger = FileLedger(path, URL, ACCESS_ID)
    ledger.intend(entry())
    db = sqlite3.connect(path, isolation_level=None)
    db.execute("BEGIN IMMEDIATE")
    with pytest.raises(ConfigError, match=said(path, "database is locked")):
        ledger.intend(entry("two"))
    db.close()
    assert names(ledger.entries()) == ["one"]


# ---------------------------------------------------------------- which


@pytest.fixture
def state(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    monkeypatch.setattr("platformdirs.user_state_path", lambda _: tmp_path)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("USERPROFILE", str(tmp_path))
    return tmp_path


@pytest.mark.parametrize(
    ("setting", "place"),
    [(None, "gurobi/ledger.sqlite3"), ("~/mine.sqlite3", "mine.sqlite3")],
)
def test_the_ledger_of_settings(state: Path, setting: str | None, place: str) -> None:
    settings = GurobiSettings(url=URL, access_id=ACCESS_ID, secret_key="not-a-real-key", ledger=setting)
    ledger = ledger_for(settings)
    assert isinstance(ledger, FileLedger) and ledger.path == (state / place).resolve()
    assert list(state.iterdir()) == []
    ledger.intend(entry())
    assert names(FileLedger(state / place, URL, ACCESS_ID).entries()) == ["one"]


def test_the_ledger_can_be_off() -> None:
    settings = GurobiSettings(url=URL, access_id=ACCESS_ID, secret_key="not-a-real-key", ledger="off")
    assert ledger_for(settings) == NoLedger()
