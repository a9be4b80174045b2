"""The stores: which address opens which, what is refused, other versions, and a disk that is full."""

from __future__ import annotations

import pickle
import sqlite3
import sys
import threading
from pathlib import Path

import pytest

from batch.ledgers import armed, ended, inputs, sent, states, with_batch
from batch.postgres import Postgres
from optcloud.batch.jobs import JobState
from optcloud.batch.ledger import schema
from optcloud.batch.ledger.ledger import JobLedger
from optcloud.batch.store.store import StoreUnavailable
from optcloud.core.errors import ConfigError, OptCloudError

SECRET = "hunter22hunter22"


@pytest.mark.parametrize("form", ["{}", "sqlite:///{}"])
def test_a_file_is_opened_by_path_or_address(tmp_path: Path, form: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for path in ("spring.sqlite", str(tmp_path / "spring.sqlite")):
        with JobLedger.open(form.format(path)) as ledger:
            with_batch(ledger, 1)
            assert ledger.url == form.format(path)
            assert repr(ledger) == f"JobLedger({path!r})"
    assert [path.name for path in tmp_path.iterdir()] == ["spring.sqlite"]


@pytest.mark.parametrize(
    "url", ["", ":memory:", "mysql://host/db", "https://host/db", "sqlite://host/db", "sqlite:///", "a\0b"]
)
def test_what_is_no_address_of_a_store(url: str) -> None:
    with pytest.raises(ConfigError, match="store: "):
        JobLedger.open(url)


def test_which_addresses_a_store_can_have_is_told() -> None:
    with pytest.raises(ConfigError, match=r"mysql:// is no address that a store can have; use a path .* postgresql://"):
        JobLedger.open("mysql://host/db")


def test_a_store_that_must_be_there(tmp_path: Path, postgres_url: str) -> None:
    path = tmp_path / "spring.sqlite"
    with pytest.raises(ConfigError, match=r"there is no file .*spring\.sqlite"):
        JobLedger.open(path, make=False)
    assert not path.exists()
    path.touch()
    for url in (str(path), postgres_url):
        with pytest.raises(ConfigError, match="has no batches"):
            JobLedger.open(url, make=False)
        JobLedger.open(url).close()
        JobLedger.open(url, make=False).close()


def test_a_file_of_another_program_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "spring.sqlite"
    path.write_bytes(b"no database at all, but long enough to be looked at as one" * 100)
    with pytest.raises(ConfigError, match="is no store of batches, or is damaged"):
        JobLedger.open(path)
    path.unlink()
    other = sqlite3.connect(path)
    other.execute("create table job (n)")
    other.close()
    there = path.read_bytes()
    with pytest.raises(ConfigError, match="a database of another program"):
        JobLedger.open(path)
    assert path.read_bytes() == there
    with pytest.raises(ConfigError, match="cannot be opened"):
        JobLedger.open(tmp_path / "nowhere" / "spring.sqlite")


def test_a_ledger_that_is_closed_says_so(store: str) -> None:
    ledger = JobLedger.open(store)
    ledger.close()
    ledger.close()
    with pytest.raises(ConfigError, match="is closed"):
        ledger.batches()


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        (("/test_", "/none_"), "does not exist"),
        (("optcloud:", "nobody:"), "does not exist"),
        (("127.0.0.1", "no-such-host.invalid"), "resolve"),
        (("?", "?colour=red&"), "the address is no postgresql://"),
        (("@127", "@@127"), "the address is no postgresql://"),
        ((f":{SECRET}@", f":half/{SECRET}@"), "the address is no postgresql://"),
    ],
)
def test_what_cannot_be_entered_is_said_without_the_password(
    postgres_url: str, change: tuple[str, str], fault: str
) -> None:
    url = postgres_url.replace("optcloud@", f"optcloud:{SECRET}@") + "?connect_timeout=5"
    with JobLedger.open(url) as ledger:
        assert ledger.url == url
        assert SECRET not in repr(ledger) + repr(ledger._store) + repr(vars(ledger._store)) + ledger.shown
    with pytest.raises(ConfigError, match=fault) as caught:
        JobLedger.open(url.replace(*change))
    assert_no_secret(caught.value)


def test_a_server_that_is_down_is_not_there_now(postgres_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("optcloud.batch.store.postgres.OPENING", 0.2)
    with pytest.raises(StoreUnavailable, match=r"the server does not answer: .*refused") as caught:
        JobLedger.open(f"postgresql://optcloud:{SECRET}@127.0.0.1:1/none")
    assert_no_secret(caught.value)


def assert_no_secret(error: OptCloudError) -> None:
    chain: list[BaseException] = []
    at: BaseException | None = error
    while at is not None:
        chain.append(at)
        at = at.__cause__ or (None if at.__suppress_context__ else at.__context__)
    assert not [one for one in chain if SECRET in f"{one} {one!r}"]
    assert str(pickle.loads(pickle.dumps(error))) == str(error)


def test_without_psycopg_the_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "psycopg", None)
    with pytest.raises(ConfigError, match=r'pip install "optcloud\[fleet\]"'):
        JobLedger.open("postgresql://127.0.0.1/none")


def test_a_store_of_a_newer_version_is_left_alone(store: str, monkeypatch: pytest.MonkeyPatch) -> None:
    colour = "alter table optcloud_job add column colour text"
    with monkeypatch.context() as newer:
        newer.setattr(schema, "STEPS", [*schema.STEPS, colour])
        with JobLedger.open(store) as ledger:
            with_batch(ledger)
    before = Path(store).read_bytes() if Path(store).exists() else b""
    with pytest.raises(ConfigError, match=r"is of version 2, made by a newer optcloud; this one knows version 1\."):
        JobLedger.open(store)
    assert (Path(store).read_bytes() if before else b"") == before


def test_an_older_store_becomes_a_newer_one(store: str, monkeypatch: pytest.MonkeyPatch) -> None:
    with JobLedger.open(store) as ledger:
        with_batch(ledger)
        colour = "alter table optcloud_job add column colour text; update optcloud_job set colour = 'red'"
        with monkeypatch.context() as newer:
            newer.setattr(schema, "STEPS", [*schema.STEPS, colour, "select no_such_thing from nowhere"])
            with pytest.raises(OptCloudError, match="no"):
                JobLedger.open(store)
        JobLedger.open(store).close()  # nothing of it was kept: it is of version 1
        monkeypatch.setattr(schema, "STEPS", [*schema.STEPS, colour])
        with JobLedger.open(store) as newer_one:
            assert newer_one._store.read("select distinct colour from optcloud_job") == [("red",)]
            assert newer_one._store.read("select version from optcloud_store") == [(2,)]
            assert armed(newer_one) == ["k0"]
        monkeypatch.undo()
        with pytest.raises(ConfigError, match="the store is of version 2"):
            armed(ledger)  # opened before
        assert len(ledger.unknown("spring")) == 1


def test_many_may_make_a_store_at_once(store: str) -> None:
    start = threading.Barrier(6)
    faults: list[OptCloudError] = []

    def make() -> None:
        start.wait()
        try:
            with JobLedger.open(store) as ledger:
                with_batch(ledger, 3)
        except OptCloudError as error:
            faults.append(error)

    threads = [threading.Thread(target=make) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert faults == []
    with JobLedger.open(store) as ledger:
        assert states(ledger) == {"k0": "new", "k1": "new", "k2": "new"}


def test_a_full_disk_loses_nothing_in_a_file(tmp_path: Path) -> None:
    with JobLedger.open(tmp_path / "spring.sqlite") as ledger:
        with_batch(ledger, 400)
        sent(ledger)
        db = ledger._store._db  # type: ignore[attr-defined]
        pages = db.execute("pragma page_count").fetchone()[0]
        db.execute(f"pragma max_page_count = {pages}")
        epoch = ledger.take("spring", 0)
        with pytest.raises(
            StoreUnavailable, match=r"spring\.sqlite: no room is left .* was not sent: make room"
        ) as caught:
            for _ in range(200):
                ledger.arm("spring", 0, epoch, 50)
                ledger.add("spring", inputs(400, "more"))
        assert "Nothing is lost" in str(caught.value)
        counted = ledger.counts("spring")
        assert sum(counted.values()) == 400
        assert len(ledger.unknown("spring")) == counted[JobState.ARMED]
        db.execute("pragma max_page_count = 1000000")
        assert ledger.add("spring", inputs(400, "more")).added == 400
        assert ended(ledger, ["k0"]) == 1


def test_a_full_disk_loses_nothing_on_a_server(postgres: Postgres, postgres_url: str) -> None:
    with JobLedger.open(postgres_url) as ledger:
        with_batch(ledger)
        postgres.execute(
            "create function full_disk() returns trigger language plpgsql as "
            "$$ begin raise exception 'could not extend file' using errcode = 'disk_full'; end $$",
            postgres_url,
        )
        postgres.execute(
            "create trigger full_disk before insert on optcloud_attempt execute function full_disk()", postgres_url
        )
        with pytest.raises(
            StoreUnavailable, match=r"127\.0\.0\.1.*no room is left on the server's disk .*make room there"
        ):
            armed(ledger)
        assert ledger.unknown("spring") == []
        assert set(states(ledger).values()) == {"new"}
        postgres.execute("drop trigger full_disk on optcloud_attempt", postgres_url)
        assert armed(ledger) == ["k0"]


def test_a_result_that_cannot_be_written_leaves_the_job_sent(tmp_path: Path) -> None:
    (tmp_path / "results").touch()  # a file where the folder should be
    with JobLedger.open(tmp_path / "spring.sqlite", files=tmp_path / "results") as ledger:
        with_batch(ledger)
        sent(ledger)
        with pytest.raises(StoreUnavailable, match="results: a result of 70000 bytes cannot be written"):
            ended(ledger, ["k0"], result=b"x" * 70_000)
        assert states(ledger)["k0"] == "sent"
        (tmp_path / "results").unlink()
        assert ended(ledger, ["k0"], result=b"x" * 70_000) == 1


def test_a_large_result_without_a_folder_is_told(postgres_url: str) -> None:
    with JobLedger.open(postgres_url) as ledger:
        with_batch(ledger)
        sent(ledger)
        assert ended(ledger, ["k0"], result=b"x" * 70_000, message="fine") == 1
        row = next(ledger.rows("spring"))
        assert (str(row.state), row.result, row.result_path) == ("ok", None, None)
        assert row.message.startswith("fine; its result of 70000 bytes is not kept here")
        assert "attach(ref)" in row.message


def test_a_run_is_read_by_others_while_it_writes(store: str) -> None:
    with JobLedger.open(store) as writer, JobLedger.open(store) as reader:
        with_batch(writer)
        counted: list[int] = []

        def work(tx: object) -> None:
            tx.rows("update optcloud_job set state = 'held'")  # type: ignore[attr-defined]
            counted.append(reader.counts("spring")[JobState.NEW])

        writer._store.write(work)
        assert counted == [5]
        assert reader.counts("spring")[JobState.HELD] == 5
