"""The log of requests: a line for each, by all clouds' policies and ways of signing in; no secret."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any, TypeAlias

import httpx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from optcloud import OptCloudError
from optcloud.adiutaopt.connection import policy as adiutaopt_policy
from optcloud.adiutaopt.connection import session_of
from optcloud.adiutaopt.sign_in.tokens import Tokens
from optcloud.aimms.connection import policy as aimms_policy
from optcloud.aimms.connection import sibling
from optcloud.core.flow import Fetch
from optcloud.core.logs import FACTS
from optcloud.core.request_policy import RequestPolicy
from optcloud.core.secret import Secret
from optcloud.core.settings import AdiutaOptSettings, AimmsSettings, GurobiSettings
from optcloud.core.signed_urls import policy_for
from optcloud.gurobi.connection import policy as gurobi_policy
from optcloud.gurobi.v2.connection import policy as gurobi_v2_policy
from optcloud.transport.asynchronous import AsyncTransport
from optcloud.transport.blocking import Transport
from optcloud.transport.httpx_mapping import DriverConfig
from unit.script import EPOCH, RETRY
from unit.test_drivers import Ask, Turned, Wire, both_ways

Secrets: TypeAlias = dict[str, str]
VISIBLE = st.text(st.characters(min_codepoint=0x21, max_codepoint=0x7E), min_size=12, max_size=30)


@contextmanager
def logged(level: int = logging.DEBUG) -> Iterator[list[logging.LogRecord]]:
    """What `optcloud` logs inside the block."""
    records: list[logging.LogRecord] = []
    logger, handler = logging.getLogger("optcloud"), logging.Handler()
    handler.emit = records.append  # type: ignore[method-assign]
    before = logger.level
    logger.addHandler(handler)
    logger.setLevel(level)
    try:
        yield records
    finally:
        logger.removeHandler(handler)
        logger.setLevel(before)


def lines(records: list[logging.LogRecord]) -> list[str]:
    return [record.getMessage() for record in records if record.name == "optcloud.wire"]


# ---------------------------------------------------------------- what a line says


@both_ways
def test_a_line_for_each_request_with_its_facts(ask: Ask) -> None:
    wire = Wire(httpx.ConnectError("refused"), httpx.Response(503), httpx.Response(200, json=[]))
    with logged(logging.INFO) as records:
        ask(wire, "GET")
    requests = [record for record in records if record.name == "optcloud.wire"]
    assert [record.getMessage() for record in requests] == [
        "GET cloud.test/api/x: could not connect to cloud.test:443: refused (0.000 s, attempt 1)",
        "GET cloud.test/api/x: 503 (0.000 s, attempt 2)",
        "GET cloud.test/api/x: 200 (0.000 s, attempt 3)",
    ]
    assert vars(requests[-1])[FACTS] == {
        "event": "request",
        "method": "GET",
        "host": "cloud.test:443",
        "path": "/api/x",
        "operation": "",
        "vendor": "Vendor",
        "seconds": 0.0,
        "attempt": 3,
        "status": 200,
    }


@both_ways
def test_debug_also_tells_of_headers_and_pauses(ask: Ask) -> None:
    wire = Wire(httpx.Response(503), httpx.Response(200, json=[], headers={"set-cookie": "a=b", "x-request-id": "r7"}))
    with logged() as records:
        ask(wire, "GET")
    told = "\n".join(lines(records))
    assert "accept: */*" in told and "x-attempt: ***" in told
    assert "set-cookie: ***" in told and "x-request-id: r7" in told
    assert "pause of 0.5 s" in told


@both_ways
def test_nothing_is_logged_and_counted_when_nobody_listens(ask: Ask) -> None:
    wire = Wire(httpx.Response(200, json=[]))
    with logged(logging.WARNING) as records:
        ask(wire, "GET")
    assert records == []
    assert "optcloud.count" not in wire.seen[0].extensions


def test_a_line_cannot_be_split_by_what_came() -> None:
    from unit.test_drivers import ask_blocking

    wire = Wire(*[httpx.ReadError("cut\r\nGET forged: 200\x1b[2J")] * 4)
    with logged(logging.INFO) as records, suppress(OptCloudError):
        ask_blocking(wire)
    assert all("\n" not in line and "\x1b" not in line for line in lines(records))


# ---------------------------------------------------------------- secrets


def bearing(secrets: Secrets, *, bearer: bool) -> RequestPolicy:
    """adiutaOpt, with tokens that last."""
    policy = adiutaopt_policy(
        AdiutaOptSettings(
            url="https://cloud.test/api",
            username="ada",
            password=secrets["password"],  # type: ignore[arg-type]
            user_pool_id="eu-central-1_AbCdEfGhI",
            client_id="client",
            client_secret=secrets["client"],  # type: ignore[arg-type]
            cognito_url="https://idp.test",
            bearer=bearer,
        ),
        RETRY,
    )
    session = session_of(policy)
    session._tokens = Tokens(Secret(secrets["token"]), EPOCH + 1e9, Secret(secrets["refresh"]))
    session._hide(session._tokens)
    return policy


def of_aimms(secrets: Secrets) -> RequestPolicy:
    return aimms_policy(AimmsSettings(url="https://cloud.test/pro-api/v2", api_key=secrets["key"]), RETRY)  # type: ignore[arg-type]


def of_gurobi(secrets: Secrets, api: Any) -> RequestPolicy:
    given = GurobiSettings(api=api, url="https://cloud.test/api", access_id="id", secret_key=secrets["key"])  # type: ignore[arg-type]
    return (gurobi_policy if api == "v1" else gurobi_v2_policy)(given, RETRY)


def of_signed_url(secrets: Secrets) -> RequestPolicy:
    address = Secret(f"https://store.test/{secrets['path']}?sig={secrets['key']}")
    return policy_for(Fetch(address, "getTaskResponse"), of_aimms(secrets))[0]


WAYS = {
    "AIMMS PRO": of_aimms,
    "AIMMS secret-manager": lambda secrets: sibling(of_aimms(secrets), "secret-manager"),
    "AIMMS DEX": lambda _secrets: aimms_policy(AimmsSettings(url="http://localhost:8080/api/v2", local=True), RETRY),
    "adiutaOpt, Bearer": lambda secrets: bearing(secrets, bearer=True),
    "adiutaOpt, bare": lambda secrets: bearing(secrets, bearer=False),
    "Gurobi v1": lambda secrets: of_gurobi(secrets, "v1"),
    "Gurobi v2": lambda secrets: of_gurobi(secrets, "v2"),
    "signed URL": of_signed_url,
}


def send(policy: RequestPolicy, wire: Wire, request: httpx.Request, *, awaited: bool) -> None:
    """Send a request as the clients do; what is raised does not matter here."""
    config = DriverConfig(clock=Turned())

    async def main() -> None:
        await AsyncTransport(policy, config, inner=wire).handle_async_request(request)

    with suppress(OptCloudError):
        if awaited:
            asyncio.run(main())
        else:
            Transport(policy, config, inner=wire).handle_request(request)


def everything(records: list[logging.LogRecord]) -> str:
    """All that a log could show of the records."""
    return "\n".join(f"{record.getMessage()} {record.args} {vars(record).get(FACTS)}" for record in records)


@pytest.mark.parametrize("way", WAYS)
@settings(max_examples=10, deadline=None)
@given(
    values=st.lists(VISIBLE, min_size=7, max_size=7, unique=True),
    header=st.from_regex(r"x-[a-z]{3,8}", fullmatch=True),
    awaited=st.booleans(),
)
def test_no_secret_is_in_any_line(way: str, values: list[str], header: str, awaited: bool) -> None:
    """Wherever it may stand: in credentials, a header of any name, the query, the body, a signed address, an echo."""
    secrets = dict(
        zip(("key", "password", "client", "token", "refresh", "path", "stray"), map(marked, values), strict=True)
    )
    policy = WAYS[way](secrets)
    stray = secrets["stray"]
    local = way == "AIMMS DEX"
    path = "/tasks" if local else f"/{secrets['path']}" if way == "signed URL" else "/things"
    request = httpx.Request(
        "POST" if way == "Gurobi v1" else "GET",
        httpx.URL(policy.base_url + path, params={"q": stray}),
        headers={header: stray, "authorization": stray, "cookie": stray},
        content=stray.encode(),
        extensions={"operation": {"id": "getTaskResponse", "responses": {"200": ["*/*"]}}},
    )
    own = "" if local or way == "signed URL" else secrets["token" if way.startswith("adiutaOpt") else "key"]
    echo = {"server": own, "set-cookie": stray, "location": f"https://x.test/{stray}"}
    replies = [httpx.ReadError(own), httpx.ConnectError(own), httpx.Response(200, headers=echo)]
    with logged() as records:
        send(policy, Wire(*replies, httpx.Response(200, headers=echo)), request, awaited=awaited)
    assert any(record.name == "optcloud.wire" for record in records)
    shown = everything(records)
    for name, secret in secrets.items():
        assert secret not in shown, name


def marked(text: str) -> str:
    """A text that nothing else can be."""
    return f"fake{text}ekaf"
