"""A launch on scripted replies: at most once, written down first, and looked for when its reply is lost."""

import json
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qs

import httpx
import pytest

from optcloud.core.errors import ApiError, BadRequest, OptCloudError, ResponseMismatch, ServerError, TransportError
from optcloud.core.events import Submitted
from optcloud.core.secret import MASK
from optcloud.core.settings import GurobiSettings
from optcloud.gurobi.account import GurobiAccount
from optcloud.gurobi.connection import policy
from optcloud.gurobi.errors import InvalidRegion
from optcloud.gurobi.launch_options import IDLE_SHUTDOWN
from optcloud.gurobi.launching import SETTLE
from optcloud.gurobi.ledger import NoLedger
from optcloud.gurobi.reaping import LATE
from unit.memory_ledger import MemoryLedger
from unit.script import LOST, NEVER_LEFT, RETRY, Script, Scripted, json_reply

SETTINGS = GurobiSettings(access_id="an/access id", secret_key="not-a-real-key")


class Launches:
    """One account whose vendor is scripted: ``machines`` is what the list shows, with the password that was sent."""

    def __init__(self, *replies: Scripted) -> None:
        way = policy(SETTINGS, RETRY)
        self.cloud = Script(replies, policy=way)
        self.ledger = MemoryLedger()
        self.account = GurobiAccount("prod", SETTINGS.access_id, way.redact, self.ledger)

    def run(self, count: int, **options: Any) -> Any:
        return self.cloud.run(self.account.launch(count, **{"settle": 0.0, **options}))

    def paths(self) -> list[str]:
        return [request.url.path.rpartition("/")[2] for request in self.cloud.sent]

    def form(self, name: str) -> dict[str, str]:
        request = next(one for one in self.cloud.sent if one.url.path.endswith(name))
        return {name: values[0] for name, values in parse_qs(request.content.decode(), strict_parsing=True).items()}

    def listed(self, *others: dict[str, Any], own: int = 2, **more: Any) -> Callable[[Any], httpx.Response]:
        """The list as a server gives it that did launch ``own`` machines with the password it was sent."""

        def answer(_request: Any) -> httpx.Response:
            password = self.form("launch")["userPassword"]
            ours = [machine(f"m{number}", userPassword=password, **more) for number in range(1, own + 1)]
            return json_reply([*others, *ours])

        return answer


def machine(name: str, state: str = "idle", **more: Any) -> dict[str, Any]:
    return {"_id": name, "state": state, "DNSName": "-", "licenseType": "light compute server"} | more


def killed(request: Any) -> httpx.Response:
    form = parse_qs(request.content.decode(), strict_parsing=True)
    return json_reply([machine(name, "killing") for name in json.loads(form["machineIds"][0])])


# ---------------------------------------------------------------- what is sent


def test_a_launch_sends_what_was_said_and_a_password_of_its_own() -> None:
    launches = Launches(json_reply([machine("m2"), machine("m1")]))
    options: Any = {"machine_type": "c4.large", "license_type": "full compute server", "idle_shutdown": 5}
    pool = launches.run(2, region="eu-west-1", version="8.0", **options)
    assert str(pool.reference) == "gurobi:prod/m2/m1"
    assert launches.cloud.events == [Submitted("gurobi:prod/m2/m1")]
    sent = launches.form("launch")
    password = sent.pop("userPassword")
    assert len(password) >= 20 and launches.account.redact(password) == MASK
    assert launches.cloud.sent[0].headers["content-type"] == "application/x-www-form-urlencoded"
    assert sent == {
        "id": "an/access id",
        "numMachines": "2",
        "licenseType": "full compute server",
        "region": "eu-west-1",
        "idleShutdown": "5",
        "machineType": "c4.large",
        "GRBVersion": "8.0",
    }


def test_a_launch_says_only_what_was_said_and_when_idle_machines_end() -> None:
    launches = Launches(json_reply([]), json_reply([machine("m1")]))
    launches.run(1, password="hush/hush 1")
    expected = {"numMachines": "1", "idleShutdown": str(IDLE_SHUTDOWN), "userPassword": "hush/hush 1"}
    assert launches.form("launch") == {"id": "an/access id", **expected}
    assert launches.cloud.sent[1].content.startswith(b"id=an/access%20id&numMachines=1&")
    assert launches.account.redact("&userPassword=hush/hush%201") == f"&userPassword={MASK}"


@pytest.mark.parametrize(
    ("count", "options", "message"),
    [
        (0, {}, "count: 0 is not a whole number of machines"),
        (-1, {}, "count: -1"),
        (True, {}, "count: True"),
        (1.5, {}, "count: 1.5"),
        (
            1,
            {"machine_type": "c9.huge"},
            "machine_type: 'c9.huge' is not among those of the vendor's page; .* give one of c4.large",
        ),
        (1, {"region": "mars"}, "region: 'mars' is not among .* give one of us-east-1"),
        (1, {"region": 7}, "region: 7 is not a text"),
        (1, {"license_type": "distributed worker"}, "license_type: 'distributed worker' is not among"),
        (1, {"version": "9.0"}, "version: '9.0' is not among those of the vendor's page: 7.0"),
        (1, {"idle_shutdown": -1}, "idle_shutdown: -1 is not a whole number of minutes"),
        (1, {"password": ""}, "password: give a text"),
        (1, {"password": "two\nlines"}, "password: it holds a line break"),
        (1, {"machinetype": "c4.large"}, "machinetype: there is no such option"),
    ],
)
def test_what_is_wrong_is_refused_before_anything_is_sent(count: Any, options: Any, message: str) -> None:
    launches = Launches()
    with pytest.raises(BadRequest, match=message) as caught:
        launches.run(count, **options)
    assert caught.value.status is None and launches.cloud.sent == [] and launches.ledger.told == []


def test_one_except_clause_serves_for_what_is_refused_here_and_there() -> None:
    with pytest.raises(InvalidRegion):
        Launches().run(1, region="mars")
    with pytest.raises(InvalidRegion):
        Launches(httpx.Response(400, text="Invalid Region")).run(1, region="us-east-1")


def test_words_of_tomorrow_can_be_sent_all_the_same() -> None:
    launches = Launches(json_reply([machine("m1")]))
    launches.run(1, region="mars-1", strict=False)
    assert launches.form("launch")["region"] == "mars-1"


@pytest.mark.parametrize("license_id", ["95912", 95912])
def test_a_license_must_be_one_of_the_account(license_id: Any) -> None:
    licenses = json_reply([{"licenseId": 95912, "credit": "100", "expiration": "2031-01-01"}])
    launches = Launches(licenses, json_reply([machine("m1")]))
    launches.run(1, license_id=license_id)
    assert launches.form("launch")["licenseId"] == "95912"
    stranger = Launches(licenses)
    with pytest.raises(BadRequest, match="license_id: '7' is none of this account's: 95912"):
        stranger.run(1, license_id="7")
    assert stranger.paths() == ["licenses"]


# ---------------------------------------------------------------- what is written down


def test_the_intent_is_written_before_anything_is_sent_and_has_no_password() -> None:
    launches = Launches()

    def answer(_request: Any) -> httpx.Response:
        (entry,) = launches.ledger.entries()
        assert (entry.fate, entry.ids, entry.count) == ("intended", (), 1)
        assert launches.form("launch")["userPassword"] not in repr(entry)
        return json_reply([machine("m1")])

    launches.cloud.replies = [answer]
    launches.run(1)
    (entry,) = launches.ledger.entries()
    assert (entry.fate, entry.ids) == ("launched", ("m1",))


def test_a_launch_that_never_left_is_repeated() -> None:
    launches = Launches(NEVER_LEFT, json_reply([machine("m1")]))
    assert launches.run(1).ids == ("m1",)
    passwords = {request.content.split(b"userPassword=")[1] for request in launches.cloud.sent}
    assert launches.paths() == ["launch", "launch"] and len(passwords) == 1


@pytest.mark.parametrize(
    "answer",
    [httpx.Response(400, text="Invalid License Id"), json_reply({"message": "Invalid Region"}, 400), NEVER_LEFT],
)
def test_a_refused_launch_needs_no_look_and_leaves_no_entry(answer: Scripted) -> None:
    launches = Launches(*[answer] * (4 if answer is NEVER_LEFT else 1))
    with pytest.raises(OptCloudError):
        launches.run(1)
    assert set(launches.paths()) == {"launch"} and launches.ledger.entries() == []


# ---------------------------------------------------------------- a reply that is lost


UNKNOWN_FATES = [
    LOST,
    json_reply({"message": "gateway"}, 504),
    json_reply({"message": "Invalid Region"}, 403),
    json_reply({"message": "no such words on the vendor's page"}, 400),
    httpx.Response(400, html="<p>Invalid Region</p>"),
    httpx.Response(400, html="<p>Too large of time skew</p>", headers={"date": "Sat, 07 Nov 2026 10:00:00 GMT"}),
    httpx.Response(200, content=b'[{"_id": "m1'),
    httpx.Response(200, html="<h1>Sorry</h1>"),
    json_reply([{}, {}]),
    json_reply([machine("m1"), machine("m1")]),
    json_reply([]),
    json_reply([], 202),
]


def of_one_kind(fate: Any) -> type[OptCloudError]:
    if isinstance(fate, TransportError):
        return TransportError
    if fate.status_code < 300:
        return ResponseMismatch
    return ServerError if fate.status_code >= 500 else ApiError


@pytest.mark.parametrize("fate", UNKNOWN_FATES)
def test_it_is_found_by_its_own_password(fate: Scripted) -> None:
    launches = Launches(fate)
    launches.cloud.replies.append(launches.listed(machine("other", userPassword="another"), machine("none")))
    assert str(launches.run(2).reference) == "gurobi:prod/m1/m2"
    assert launches.paths() == ["launch", "machines"]
    assert launches.ledger.fates() == ["launched"]
    assert ("give up", launches.ledger.entries()[0].launch) not in launches.ledger.told  # or another would kill it


def test_it_may_take_a_while_to_show() -> None:
    launches = Launches(LOST)
    launches.cloud.replies += [launches.listed(own=0), launches.listed(own=1), json_reply({}, 500), launches.listed()]
    assert launches.run(2, settle=SETTLE).ids == ("m1", "m2")
    assert 0 < sum(launches.cloud.slept) <= SETTLE


@pytest.mark.parametrize("fate", UNKNOWN_FATES)
def test_otherwise_the_error_says_how_to_look_and_nothing_is_sent_again(fate: Scripted) -> None:
    launches = Launches(fate)
    launches.cloud.replies.append(launches.listed(machine("other", "running"), own=0))
    with pytest.raises(of_one_kind(fate)) as caught:
        launches.run(2)
    text = str(caught.value)
    assert "the launch may have happened and was not sent again" in text
    assert "0 of 2 machines" in text and "other (running)" in text and "machines()" in text
    assert launches.paths() == ["launch", "machines"]
    assert launches.form("launch")["userPassword"] not in text
    assert launches.ledger.fates() == ["given up"]


@pytest.mark.parametrize("own", [1, 3])
def test_a_pool_of_another_size_is_killed_and_said(own: int) -> None:
    launches = Launches(LOST)
    launches.cloud.replies += [launches.listed(own=own), killed]
    with pytest.raises(TransportError, match=f"{own} of 2 machines with its password were found, and killed"):
        launches.run(2)
    killed_ids = json.loads(launches.form("kill")["machineIds"])
    assert killed_ids == [f"m{number}" for number in range(1, own + 1)]
    assert launches.ledger.fates() == ["given up"]  # another may show up yet


def test_without_a_ledger_nothing_is_promised_of_the_next_start() -> None:
    launches = Launches(LOST, json_reply([]))
    assert launches.account.written_down
    launches.account.ledger = NoLedger()
    with pytest.raises(TransportError, match="shows up later is yours to kill: no ledger"):
        launches.run(1)
    launches.cloud.replies = [Cancelled(), *[LOST] * 4]
    with pytest.raises(Cancelled) as caught:
        launches.run(1)
    assert any("they run until you kill them" in note for note in caught.value.__notes__)


def test_a_lost_launch_is_an_unknown_one() -> None:
    launches = Launches(LOST, json_reply([]))
    with pytest.raises(TransportError) as caught:
        launches.run(1)
    assert (caught.value.sent, caught.value.operation) == ("unknown", "launch")


@pytest.mark.parametrize("trouble", [json_reply({"message": "down"}, 500), LOST])
def test_when_looking_fails_too_the_launch_is_what_is_reported(trouble: Scripted) -> None:
    launches = Launches(LOST, *[trouble] * 4)
    with pytest.raises(TransportError, match="could not be read") as caught:
        launches.run(1)
    assert (caught.value.sent, caught.value.operation) == ("unknown", "launch")
    assert launches.paths().count("launch") == 1
    assert launches.ledger.fates() == ["given up"]


def test_a_password_of_the_persons_choice_proves_less_so_all_that_is_known_must_fit() -> None:
    launches = Launches(json_reply([machine("before", userPassword="same-as-ever")]), LOST)
    there_before = machine("before", userPassword="same-as-ever")
    launches.cloud.replies.append(launches.listed(there_before, own=1, region="eu-west-1"))
    assert launches.run(1, password="same-as-ever", region="eu-west-1").ids == ("m1",)


@pytest.mark.parametrize("found", [{"own": 2}, {"own": 1, "region": "us-west-1"}, {"own": 0}])
def test_where_it_does_not_fit_nothing_is_adopted_and_nothing_killed(found: Any) -> None:
    launches = Launches(json_reply([]), LOST)
    launches.cloud.replies.append(launches.listed(**found))
    with pytest.raises(TransportError, match="of 1 machines with its password are in the list") as caught:
        launches.run(1, password="same-as-ever", region="eu-west-1")
    assert "same-as-ever" not in str(caught.value)
    assert "kill" not in launches.paths()


# ---------------------------------------------------------------- an interrupt


class Cancelled(BaseException):
    """As Ctrl-C or the cancellation of a task: no `Exception`."""


@pytest.mark.parametrize("own", [1, 2])
def test_what_an_interrupted_launch_made_is_killed(own: int) -> None:
    launches = Launches(Cancelled())
    launches.cloud.replies += [launches.listed(machine("other"), own=own), killed]
    with pytest.raises(Cancelled):
        launches.run(2)
    assert launches.paths() == ["launch", "machines", "kill"]
    assert json.loads(launches.form("kill")["machineIds"]) == [f"m{number}" for number in range(1, own + 1)]
    assert launches.ledger.fates() == ["given up"]  # in case there is more to come


def test_what_a_lost_launch_made_is_killed_when_looking_for_it_is_interrupted() -> None:
    launches = Launches(LOST, Cancelled())
    launches.cloud.replies += [launches.listed(machine("other"), own=1), killed]
    with pytest.raises(Cancelled):
        launches.run(2)
    assert json.loads(launches.form("kill")["machineIds"]) == ["m1"]
    assert launches.ledger.fates() == ["given up"]


@pytest.mark.parametrize(("own", "killed_too"), [(1, False), (2, True), (3, False)])
def test_what_an_interrupted_launch_may_have_made_is_killed_where_all_fits(own: int, killed_too: bool) -> None:
    launches = Launches(json_reply([]), Cancelled())
    launches.cloud.replies += [launches.listed(own=own), *([killed] if killed_too else [])]
    with pytest.raises(Cancelled):
        launches.run(2, password="same-as-ever")
    assert ("kill" in launches.paths()) is killed_too
    assert launches.ledger.fates() == ["given up"]


def test_an_interrupt_is_not_hidden_by_what_fails_after_it() -> None:
    launches = Launches(Cancelled(), *[LOST] * 4)
    with pytest.raises(Cancelled) as caught:
        launches.run(1)
    assert any("killed at the next start" in note for note in caught.value.__notes__)
    assert launches.ledger.fates() == ["given up"]


# ---------------------------------------------------------------- before it


def test_what_was_given_up_is_looked_for_before_the_next_launch() -> None:
    launches = Launches(LOST, json_reply([]))
    with pytest.raises(TransportError):
        launches.run(1)
    launches.cloud.replies = [launches.listed(own=1), killed, json_reply([machine("m9")])]
    assert launches.run(1).ids == ("m9",)
    assert launches.paths() == ["launch", "machines", "machines", "kill", "launch"]
    assert launches.ledger.fates() == ["launched"]


def test_and_forgotten_when_it_cannot_come_any_more() -> None:
    launches = Launches(LOST, json_reply([]))
    with pytest.raises(TransportError):
        launches.run(1)
    launches.cloud.now += LATE + 1
    launches.cloud.replies = [launches.listed(own=0), json_reply([machine("m9")])]
    launches.run(1)
    assert launches.ledger.fates() == ["launched"]


def test_a_launch_goes_on_when_reaping_fails() -> None:
    launches = Launches(LOST, json_reply([]))
    with pytest.raises(TransportError):
        launches.run(1)
    launches.cloud.replies = [*[LOST] * 4, json_reply([machine("m9")])]
    assert launches.run(1).ids == ("m9",)
    assert launches.ledger.fates() == ["given up", "launched"]
