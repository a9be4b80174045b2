"""No route of any vendor answers a hostile request with a 5XX: it is refused in the vendor's form."""

from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from optcloud.sandbox import Sandbox
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


@settings(max_examples=400, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
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
