"""Who rents for many: at any time one process, and what a dead one launched is taken over or left to be killed."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from batch.postgres import Postgres
from optcloud.core.errors import ConfigError
from optcloud.gurobi.ledger import LaunchEntry
from optcloud.gurobi.ledger_postgres import PostgresLedger
from optcloud.process.postgres_owners import PostgresOwners

URL = "https://cloud.test/api"


class Fleet:
    """Processes of several hosts, played by this one."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.owners: list[PostgresOwners] = []

    def process(self, access_id: str = "not-a-real-access") -> PostgresLedger:
        self.owners.append(PostgresOwners(self.url))
        self.owners[-1].host = f"host-{len(self.owners)}"
        return PostgresLedger(self.url, URL, access_id, self.owners[-1])


@pytest.fixture
def fleet(postgres_url: str) -> Iterator[Fleet]:
    made = Fleet(postgres_url)
    yield made
    for owners in made.owners:
        owners.leave()


def launch(ledger: PostgresLedger, *ids: str, name: str = "spring") -> None:
    """Do what a leader does."""
    entry = LaunchEntry(launch="".join(ids), count=len(ids), at=1.0, marker="0f", parameters={})
    ledger.intend(entry)
    ledger.launched(entry.launch, ids)
    ledger.publish(name, ids)


def die(ledger: PostgresLedger) -> None:
    owners = ledger._owners
    assert isinstance(owners, PostgresOwners)
    owners.leave()


def test_the_first_who_asks_leads_and_the_others_learn_which_machines_there_are(fleet: Fleet) -> None:
    one, two = fleet.process(), fleet.process()
    lead = one.lead("spring")
    assert (lead.mine, lead.ids) == (True, ()) and " on host-1" in lead.leader
    other = two.lead("spring")
    assert (other.mine, other.ids, other.leader) == (False, (), lead.leader)
    launch(one, "m1", "m2")
    two.publish("spring", ["m9"])  # it does not lead
    assert (two.lead("spring").ids, one.lead("spring").mine) == (("m1", "m2"), True)


def test_batches_and_accounts_have_leaders_of_their_own(fleet: Fleet) -> None:
    one, two, stranger = fleet.process(), fleet.process(), fleet.process("another-access")
    assert [one.lead("spring").mine, two.lead("autumn").mine, stranger.lead("spring").mine] == [True, True, True]
    assert not two.lead("spring").mine


def test_a_dead_leaders_machines_are_taken_over(fleet: Fleet) -> None:
    one, two, three = fleet.process(), fleet.process(), fleet.process()
    one.lead("spring")
    launch(one, "m1", "m2")
    die(one)
    lead = two.lead("spring")
    assert (lead.mine, lead.ids) == (True, ("m1", "m2"))
    assert three.claim() == [], "they are somebody's again"
    assert [" on host-2" in entry.owner for entry in three.entries()] == [True]
    die(two)
    assert [entry.ids for entry in three.claim()] == [("m1", "m2")]


def test_what_somebody_has_claimed_is_not_taken_over(fleet: Fleet) -> None:
    """It is being killed."""
    one, two, three = fleet.process(), fleet.process(), fleet.process()
    one.lead("spring")
    launch(one, "m1")
    die(one)
    assert len(three.claim()) == 1
    lead = two.lead("spring")
    assert (lead.mine, lead.ids) == (True, ())


def test_a_launch_that_was_not_published_is_left_to_whoever_starts_next(fleet: Fleet) -> None:
    one, two = fleet.process(), fleet.process()
    one.lead("spring")
    one.intend(LaunchEntry(launch="l", count=1, at=1.0, marker="0f", parameters={}))
    die(one)
    assert two.lead("spring").ids == ()
    assert [entry.launch for entry in two.claim()] == ["l"]


def test_who_retires_is_succeeded_without_machines(fleet: Fleet) -> None:
    one, two = fleet.process(), fleet.process()
    one.lead("spring")
    launch(one, "m1")
    two.retire("spring")  # it does not lead
    assert two.lead("spring").ids == ("m1",)
    one.retire("spring")
    assert (two.lead("spring").mine, two.lead("spring").ids) == (True, ())
    assert len(one.entries()) == 1, "its launch is still its own, until it is killed"


def cut(postgres: Postgres, ledger: PostgresLedger) -> None:
    """End a process's session, but not the process, as a broken line does."""
    owners = ledger._owners
    assert isinstance(owners, PostgresOwners)
    postgres.execute(f"select pg_terminate_backend({owners._backend})")


def test_a_lost_session_is_made_anew_by_who_still_leads(fleet: Fleet, postgres: Postgres) -> None:
    one, two = fleet.process(), fleet.process()
    one.lead("spring")
    launch(one, "m1")
    cut(postgres, one)
    assert [entry.alive for entry in two.entries()] == [False]
    assert one.lead("spring").mine
    assert [entry.alive for entry in two.entries()] == [True] and not two.lead("spring").mine and two.claim() == []


def test_who_was_succeeded_is_told(fleet: Fleet, postgres: Postgres) -> None:
    one, two = fleet.process(), fleet.process()
    one.lead("spring")
    launch(one, "m1")
    cut(postgres, one)
    assert two.lead("spring").ids == ("m1",)
    assert not one.lead("spring").mine
    one.retire("spring")
    one.publish("spring", [])
    assert two.lead("spring").mine and two.lead("spring").ids == ("m1",)


def test_a_server_that_was_restarted_is_asked_again(fleet: Fleet, postgres: Postgres) -> None:
    one, two = fleet.process(), fleet.process()
    one.lead("spring")
    launch(one, "m1")
    postgres.restart()
    assert one.lead("spring").mine and not two.lead("spring").mine


def test_a_server_that_is_down_is_named_without_the_password(fleet: Fleet, postgres: Postgres) -> None:
    url = fleet.url.replace("optcloud@", "optcloud:not-a-real-password@")
    ledger = PostgresLedger(url, URL, "not-a-real-access", fleet.process()._owners)  # type: ignore[arg-type]
    postgres.stop()
    try:
        with pytest.raises(ConfigError, match=r"@127\.0\.0\.1:\d+/\S+: launches cannot be written") as raised:
            ledger.entries()
    finally:
        postgres.start()
    assert "not-a-real-password" not in f"{raised.value} {ledger!r}"


def test_what_a_newer_optcloud_wrote_is_left_alone(fleet: Fleet, postgres: Postgres) -> None:
    one = fleet.process()
    one.lead("spring")
    postgres.execute("comment on table gurobi_launches is '2'", fleet.url)
    for ask in (one.entries, lambda: one.lead("spring")):
        with pytest.raises(ConfigError, match="a newer optcloud wrote it: version 2, this one knows 1"):
            ask()


def test_where_nothing_was_written_nothing_is_made(fleet: Fleet, postgres: Postgres) -> None:
    ledger = fleet.process()
    assert (ledger.entries(), ledger.claim()) == ([], [])
    ledger.give_up("one")
    ledger.retire("spring")
    assert postgres.execute("select to_regclass('gurobi_launches')::text", fleet.url) == [(None,)]


def test_no_access_id_is_written(fleet: Fleet, postgres: Postgres) -> None:
    one = fleet.process()
    one.lead("spring")
    launch(one, "m1")
    for table in ("gurobi_launches", "gurobi_pools"):
        written = str(postgres.execute(f"select * from {table}", fleet.url))
        assert URL in written and "not-a-real-access" not in written


@pytest.mark.parametrize("url", ["postgresql://me:hush/hush@db.invalid/x", "postgresql://me:hush@db.invalid:no/x"])
def test_an_address_that_cannot_be_read_shows_no_password(url: str) -> None:
    with pytest.raises(ConfigError, match="%2F") as raised:
        PostgresLedger(url, "https://gurobi.invalid", "id")
    assert "hush" not in str(raised.value)
