"""Gurobi's four sample clients use the sandbox as they are, each in its own dialect; spoilt requests are refused."""

import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from email.utils import parsedate_to_datetime
from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from optcloud.sandbox import AfterSeconds, Sandbox
from optcloud_sandbox.gurobi.signature import decoded
from sandbox_server.gurobi_dialects import DIALECTS, JAVA, NET, PYTHON, C, Dialect, Sample

Speaker = Callable[[Dialect], Sample]

ALL = {
    "numMachines": "2",
    "licenseType": "full compute server",
    "licenseId": "95913",
    "userPassword": "a b&c+d%41é/~'(x)*",
    "region": "eu-west-1",
    "idleShutdown": "30",
    "machineType": "c4.large",
    "GRBVersion": "7.5",
}
each_dialect = pytest.mark.parametrize("dialect", DIALECTS, ids=str)


@pytest.fixture
def speak(sandbox: Sandbox) -> Iterator[Speaker]:
    samples: list[Sample] = []

    def sample(dialect: Dialect) -> Sample:
        samples.append(Sample(dialect, sandbox))
        return samples[-1]

    yield sample
    for one in samples:
        one.close()


def known_to(dialect: Dialect, values: dict[str, str]) -> dict[str, str]:
    return {name: value for name, value in values.items() if name in dialect.launch}


@each_dialect
def test_licenses_and_an_empty_list_of_machines(speak: Speaker, dialect: Dialect) -> None:
    client = speak(dialect)
    licenses, machines = client.get("licenses"), client.get("machines")
    assert (licenses.status, machines.status) == (200, 200)
    assert [entry["licenseId"] for entry in dialect.reads(licenses)] == ["95912", "95913"]
    assert dialect.reads(machines) == []


@each_dialect
def test_two_machines_with_all_parameters_until_they_are_killed(
    sandbox: Sandbox, speak: Speaker, dialect: Dialect
) -> None:
    sandbox.pace = AfterSeconds(30)
    client = speak(dialect)
    values = known_to(dialect, ALL) | ({"userPassword": "fake plain"} if dialect is C else {})
    reply = client.launch(**values)
    assert reply.status == 200, reply.body
    first, second = dialect.reads(reply)
    assert (first["state"], first["licenseType"]) == ("launching", "full compute server")
    assert (second["state"], second["licenseType"]) == ("launching", "distributed worker")
    assert first["userPassword"] == second["userPassword"] == values["userPassword"]
    assert {name: str(first[name]) for name in ("licenseId", "region", "idleShutdown", "machineType")} == {
        name: values[name] for name in ("licenseId", "region", "idleShutdown", "machineType")
    }
    sandbox.turn(30)
    assert [one["state"] for one in dialect.reads(client.get("machines"))] == ["idle", "idle"]
    killed = client.kill([first["_id"], second["_id"]])
    assert [one["state"] for one in dialect.reads(killed)] == ["killing", "killing"]
    assert sandbox.gurobi.alive() == []
    assert {one.password_sha256 for one in sandbox.gurobi.machines()} == {
        sha256(values["userPassword"].encode()).hexdigest()
    }


def test_the_c_sharp_sample_sends_empty_values_where_it_was_given_none(sandbox: Sandbox, speak: Speaker) -> None:
    """And leaves them out where it was given some: its tests for null are the wrong way round."""
    empty = dict.fromkeys(("licenseType", "licenseId", "userPassword"), "")
    reply = speak(NET).launch(numMachines="1", idleShutdown="60", **empty)
    assert reply.status == 200, reply.body
    machine = NET.reads(reply)[0]
    assert (machine["licenseType"], machine["licenseId"]) == ("light compute server", "95912")
    assert machine["userPassword"]
    assert len(sandbox.gurobi.alive()) == 1


@pytest.mark.parametrize(
    ("typed", "arrives"),
    [
        ("with blanks", "with blanks"),
        ("é as UTF-8", "é as UTF-8"),
        ("a+b", "a b"),
        ("100%", "100%"),
        ("a%41", "aA"),
        ("a&b", "a"),
        ("a=b;c", "a=b;c"),
    ],
)
def test_what_the_c_sample_makes_of_a_password(speak: Speaker, typed: str, arrives: str) -> None:
    """It is sent and signed as typed, so the signature holds, and what a form means by it arrives."""
    reply = speak(C).launch(numMachines="1", userPassword=typed)
    assert reply.status == 200, reply.body
    assert C.reads(reply)[0]["userPassword"] == arrives


@pytest.mark.parametrize(("dialect", "count", "asked"), [(C, 5, False), (C, 60, True), (NET, 1, True)], ids=str)
def test_bodies_that_wait_for_100_continue(
    sandbox: Sandbox, speak: Speaker, dialect: Dialect, count: int, asked: bool
) -> None:
    client = speak(dialect)
    ids = [one["_id"] for one in json.loads(client.launch(numMachines=str(count)).body)]
    reply = client.kill(ids)
    assert (reply.status, reply.interim) == (200, asked)
    assert (len(json.loads(reply.body)), sandbox.gurobi.alive()) == (count, [])


@each_dialect
def test_parameters_swapped_after_signing_are_refused(sandbox: Sandbox, speak: Speaker, dialect: Dialect) -> None:
    client = speak(dialect)
    pairs = client.pairs(dialect.launch, {"numMachines": "1", "region": "eu-west-1"})
    signed = client.signed("POST", "launch", pairs)
    swapped = replace(signed, raw=dialect.raw([pairs[1], pairs[0], *pairs[2:]]))
    reply = client.send(swapped)
    shown = f"Invalid Signature: StringToSign is POST&{swapped.raw.decode()}&{swapped.date}"
    assert (reply.status, reply.body.decode()) == (400, shown)
    assert sandbox.gurobi.machines() == []
    assert client.send(signed).status == 200


@pytest.mark.parametrize(
    ("dialect", "sent", "changed"),
    [
        (PYTHON, b"full%20compute%20server", b"full+compute+server"),
        (PYTHON, b"/%7E", b"%2F~"),
        (JAVA, b"full+compute+server", b"full%20compute%20server"),
        (JAVA, b"%C3%A9", b"%c3%a9"),
        (C, b"full%20compute%20server", b"full compute server"),
        (NET, b"%c3%a9", b"%C3%A9"),
        (NET, b"(x)", b"%28x%29"),
    ],
    ids=str,
)
def test_a_value_encoded_anew_after_signing_is_refused(
    sandbox: Sandbox, speak: Speaker, dialect: Dialect, sent: bytes, changed: bytes
) -> None:
    client = speak(dialect)
    values = known_to(dialect, ALL) | ({"userPassword": "plain"} if dialect is C else {})
    signed = client.signed("POST", "launch", client.pairs(dialect.launch, values))
    spoilt = replace(signed, raw=signed.raw.replace(sent, changed))
    assert spoilt.raw != signed.raw
    reply = client.send(spoilt)
    assert (reply.status, reply.body[:17]) == (400, b"Invalid Signature")
    assert sandbox.gurobi.machines() == []


@pytest.mark.parametrize(
    ("signer", "sender"), [(one, other) for one in DIALECTS for other in DIALECTS if one is not other], ids=str
)
def test_one_dialects_signature_over_anothers_bytes_is_refused(
    sandbox: Sandbox, speak: Speaker, signer: Dialect, sender: Dialect
) -> None:
    values = {"numMachines": "1", "licenseType": "full compute server", "userPassword": "é f", "region": "us-west-1"}
    signed = speak(signer).signed("POST", "launch", speak(signer).pairs(signer.launch, values))
    client = speak(sender)
    sent = replace(signed, raw=sender.raw(client.pairs(sender.launch, values)))
    reply = client.send(sent)
    assert (reply.status, reply.body[:17]) == (400, b"Invalid Signature")
    assert sandbox.gurobi.machines() == []


@each_dialect
def test_a_date_far_off_is_refused_and_the_reply_tells_the_time(
    sandbox: Sandbox, speak: Speaker, dialect: Dialect
) -> None:
    sandbox.turn(3600)
    client = speak(dialect)
    client.off = 3600
    reply = client.get("machines")
    assert (reply.status, reply.body) == (400, b"Too large of time skew")
    assert abs(parsedate_to_datetime(reply.headers["date"]).timestamp() - sandbox.now()) < 5
    client.off = 600  # within what is allowed
    assert client.get("machines").status == 200


@each_dialect
def test_a_refusal_is_a_400_with_the_pages_message(speak: Speaker, dialect: Dialect) -> None:
    reply = speak(dialect).launch(numMachines="1", region="mars-1")
    assert (reply.status, reply.body) == (400, b"Invalid Region")
    assert speak(dialect).kill(["nobody"]).body == b"Invalid Machine Ids"


VALUES = st.dictionaries(st.sampled_from(sorted(ALL)), st.text(st.characters(exclude_categories=["Cs"])), max_size=8)


@given(values=VALUES, dialect=st.sampled_from([PYTHON, JAVA, NET]))
def test_whatever_is_sent_in_a_dialect_that_encodes_arrives(values: dict[str, str], dialect: Dialect) -> None:
    assert decoded(dialect.raw(list(values.items()))) == values


@given(
    values=st.dictionaries(
        st.sampled_from(sorted(ALL)), st.text(st.characters(exclude_categories=["Cs"], exclude_characters="&+%"))
    )
)
def test_whatever_is_sent_in_c_without_signs_of_a_form_arrives(values: dict[str, str]) -> None:
    assert decoded(C.raw(list(values.items()))) == values
