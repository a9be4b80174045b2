"""No route of any vendor answers a hostile request with a 5XX: it is refused in the vendor's form."""

import json
from collections.abc import Iterator
from dataclasses import asdict

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from optcloud.sandbox import Sandbox
from optcloud_sandbox.settings import Settings
from sandbox_server.hostile import (
    BODIES,
    HEADERS,
    NAMES,
    QUERIES,
    TYPES,
    Attacker,
    Operation,
    Sent,
    check_form,
    operations,
)

OPERATIONS = operations()


@pytest.fixture
def attacker(sandbox: Sandbox) -> Iterator[Attacker]:
    attacker = Attacker(sandbox)
    yield attacker
    attacker.close()


@pytest.mark.parametrize("body", BODIES)
def test_no_body_is_a_500_anywhere(attacker: Attacker, body: str) -> None:
    """Each route refuses each hostile body, or takes it for what it is worth."""
    for one in OPERATIONS:
        if one.path != "/reset":
            check_form(one, *attacker.send(Sent(one, ("ROOT", "Admin"), body=BODIES[body])))


@pytest.mark.parametrize("part", [QUERIES, HEADERS])
def test_no_query_and_no_header_is_a_500_anywhere(attacker: Attacker, part: tuple[object, ...]) -> None:
    """Each route stands each hostile query and header, by a name that is there."""
    for one in OPERATIONS:
        for given_part in part:
            sent = Sent(one, ("Sandbox", "1.0", "echo"))
            if isinstance(given_part, str):
                sent.query = given_part
            elif isinstance(given_part, dict):
                sent.headers = given_part
            check_form(one, *attacker.send(sent))


@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    one=st.sampled_from(OPERATIONS),
    names=st.lists(
        st.sampled_from(NAMES) | st.text(min_size=1, max_size=5).filter(_encodes := lambda text: text.isprintable()),
        min_size=1,
        max_size=3,
    ),
    query=st.sampled_from(QUERIES),
    headers=st.sampled_from(HEADERS),
    kind=st.none() | st.sampled_from(TYPES),
    body=st.sampled_from(list(BODIES.values())) | st.binary(max_size=50),
)
def test_no_mixture_of_them_is_a_500(
    attacker: Attacker,
    one: Operation,
    names: list[str],
    query: str,
    headers: dict[str, str],
    kind: str | None,
    body: bytes,
) -> None:
    """Hostile names, queries, headers, types and bodies together are refused, too."""
    more = {} if kind is None else {"content-type": kind}
    check_form(one, *attacker.send(Sent(one, tuple(names), query, body, headers | more)))


SCRIPTED: tuple[object, ...] = (None, True, -1, 0, 1, 1e300, 10**300, 5e-324, "x", "", "\n", [], ["x"], {}, {"x": 1})
ASKED = (
    Operation("aimms", "GET", "/pro-api/v2/tasks"),
    Operation("aimms", "POST", "/pro-api/v2/tasks/{app}/{service}"),
    Operation("aimms", "GET", "/pro/user-manager/v1/user"),
    Operation("dex", "POST", "/api/v2/tasks/{service}"),
    Operation("dex", "GET", "/api/v2/tasks"),
    Operation("gurobi", "GET", "/api/licenses"),
    Operation("gurobi", "POST", "/api/launch"),
    Operation("gurobi", "GET", "/api/v2/machines"),
    Operation("adiutaopt", "GET", "/version"),
    Operation("cognito", "POST", "/", "InitiateAuth"),
)


def places(value: object, path: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    """The settings and groups of settings, by the way to each."""
    if path:
        yield path
    if isinstance(value, dict):
        for name, inner in value.items():
            yield from places(inner, (*path, name))


@pytest.mark.parametrize("place", tuple(places(asdict(Settings()))), ids=".".join)
def test_a_setting_that_cannot_be_is_refused_at_once(attacker: Attacker, place: tuple[str, ...]) -> None:
    """Each setting takes or refuses each value; what it takes breaks no vendor."""
    for value in SCRIPTED:
        patch: object = value
        for name in reversed(place):
            patch = {name: patch}
        body = json.dumps(patch).encode()
        one = Operation("sandbox", "PATCH", "/settings")
        status, headers, text = attacker.send(Sent(one, body=body))
        check_form(one, status, headers, text)
        if status == 200:
            for asked in ASKED:
                sent = Sent(asked, ("Sandbox", "echo") if "app" in asked.path else ("echo",), body=b"numMachines=1")
                assert attacker.send(sent)[0] < 500, (place, value, asked)
        attacker.send(Sent(Operation("sandbox", "POST", "/reset")))


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("POST", "/clock", {"turn": 1e12}),
        ("POST", "/clock", {"turn": "NaN"}),
        ("PUT", "/pace", {"kind": "after-seconds", "value": 10**300}),
        ("PUT", "/pace", {"kind": "after-polls", "value": 10**300}),
        ("POST", "/cognito/users", {"username": "u", "password": "p", "sms_code": 5}),
        ("POST", "/cognito/users", {"username": "u", "password": "p", "totp_secret": "\u00e9"}),
        ("POST", "/cognito/users", {"username": "u", "password": "p", "required_attributes": [1]}),
        ("POST", "/cognito/refusals", {"name": "X", "times": "9" * 5000}),
        ("POST", "/gurobi/launch-errors", {"count": {}}),
        ("POST", "/gurobi/launch-scripts", {"machines": [[["pending", "x"]]]}),
        ("POST", "/gurobi/launch-scripts", {"machines": 5}),
        ("POST", "/gurobi/launch-scripts", {"times": "x"}),
        ("PUT", "/gurobi/licenses", {"licenses": [{"licenseId": "9" * 5000, "credit": "1", "expiration": ""}]}),
        ("PUT", "/gurobi/licenses", {"licenses": [{"licenseId": 1, "credit": "nan", "expiration": ""}]}),
        ("PUT", "/gurobi/licenses", {"licenses": [{"licenseId": 1, "credit": 1, "expiration": 5}]}),
        ("PUT", "/gurobi/licenses", {"licenses": 5}),
        ("POST", "/aimms/keys", {"key": "k", "scopes": 5}),
        ("POST", "/aimms/keys", {"key": "k", "scopes": [["Tasks"]]}),
        ("POST", "/aimms/sessions", {"kind": []}),
        ("POST", "/faults", {"kind": "slow", "seconds": "x"}),
        ("POST", "/faults", {"kind": "cut", "path": "(?P<"}),
    ],
)
def test_what_cannot_be_scripted_is_refused(attacker: Attacker, method: str, path: str, body: object) -> None:
    """The control plane says no before anything is changed."""
    one = Operation("sandbox", method, path)
    status, headers, text = attacker.send(Sent(one, body=json.dumps(body).encode()))
    check_form(one, status, headers, text)
    assert status == 400
