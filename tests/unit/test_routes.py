"""Proxies over real sockets: what is reached, what failed, whether anything left, and that no password shows."""

from __future__ import annotations

import asyncio
import base64
import logging
import sys
import traceback
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

import httpx
import pytest

from optcloud import AsyncOptCloud, OptCloud, RetryPolicy
from optcloud.core.errors import ConfigError, TransportError
from optcloud.transport.asynchronous import AsyncTransport
from optcloud.transport.blocking import Transport
from optcloud.transport.httpx_mapping import DriverConfig
from optcloud.transport.routes import httpx_error
from unit.proxying import HOST, answering, certificate, head, serving, socks, tunnel, vendor
from unit.script import NoAuth, plain_road
from unit.test_drivers import Turned

PASSWORD = "planted-pass/wörd"
USER = "planted-user"
Ask = Callable[..., httpx.Response]
VARIABLES = ("HTTPS_PROXY", "https_proxy", "HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy", "NO_PROXY", "no_proxy")


@pytest.fixture(autouse=True)
def bare(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in (*VARIABLES, "SSL_CERT_FILE", "SSL_CERT_DIR"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def pem(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    path = certificate(tmp_path)
    monkeypatch.setenv("SSL_CERT_FILE", str(path))
    return path


def ask_blocking(method: str = "GET", headers: Any = None, content: Any = None, auth: Any = None) -> httpx.Response:
    policy = plain_road(auth or NoAuth(), base_url=f"https://{HOST}")
    with httpx.Client(transport=Transport(policy, DriverConfig(clock=Turned()))) as client:
        return client.request(method, f"https://{HOST}/things", headers=headers, content=content)


def ask_asynchronous(method: str = "GET", headers: Any = None, content: Any = None, auth: Any = None) -> httpx.Response:
    async def main() -> httpx.Response:
        policy = plain_road(auth or NoAuth(), base_url=f"https://{HOST}")
        async with httpx.AsyncClient(transport=AsyncTransport(policy, DriverConfig(clock=Turned()))) as client:
            return await client.request(method, f"https://{HOST}/things", headers=headers, content=content)

    return asyncio.run(main())


both_ways = pytest.mark.parametrize("ask", [ask_blocking, ask_asynchronous])


def forms(secret: str) -> set[str]:
    """The ways in which a password may be written."""
    basic = base64.b64encode(f"{USER}:{secret}".encode()).decode()
    return {secret, quote(secret), quote(secret, safe=""), repr(secret.encode())[2:-1], basic}


def all_of(error: BaseException) -> str:
    """The error with its notes, its chain and its traceback."""
    return repr(error) + "".join(traceback.TracebackException.from_exception(error).format())


@pytest.fixture
def logs(caplog: pytest.LogCaptureFixture) -> Iterator[Callable[[], str]]:
    with caplog.at_level(logging.DEBUG):
        yield lambda: caplog.text


@both_ways
@pytest.mark.parametrize("scheme", ["", "http://"])
def test_a_proxy_with_and_without_a_scheme_leads_to_the_vendor(
    ask: Ask, scheme: str, pem: Path, monkeypatch: pytest.MonkeyPatch, logs: Callable[[], str]
) -> None:
    """A value without a scheme is an http proxy; it is given the credentials, and no log shows them."""
    seen: list[bytes] = []
    asked: list[bytes] = []
    with serving(vendor(pem, seen)) as port, serving(tunnel(port, asked)) as proxy:
        monkeypatch.setenv("HTTPS_PROXY", f"{scheme}{USER}:{quote(PASSWORD, safe='')}@127.0.0.1:{proxy}")
        assert ask().json() == []
    basic = base64.b64encode(f"{USER}:{PASSWORD}".encode())
    assert asked[0].startswith(b"CONNECT cloud.test:443 ") and b"Basic " + basic in asked[0]
    assert seen[0].startswith(b"GET /things ") and basic not in seen[0]
    assert "send_request_headers" in logs()
    assert not any(form in logs() for form in forms(PASSWORD))


@both_ways
@pytest.mark.parametrize("scheme", ["socks5", "socks5h"])
@pytest.mark.parametrize("user", ["", USER])
def test_socks_leads_to_the_vendor(
    ask: Ask, scheme: str, user: str, pem: Path, monkeypatch: pytest.MonkeyPatch, logs: Callable[[], str]
) -> None:
    """The proxy is told the vendor's name, given the credentials, and no log shows these."""
    pytest.importorskip("socksio")
    seen: list[bytes] = []
    names: list[bytes] = []
    guard = {"user": USER.encode(), "password": PASSWORD.encode()} if user else {}
    with serving(vendor(pem, seen)) as port, serving(socks(port, names, **guard)) as proxy:
        credentials = f"{USER}:{quote(PASSWORD, safe='')}@" if user else ""
        monkeypatch.setenv("ALL_PROXY", f"{scheme}://{credentials}127.0.0.1:{proxy}")
        assert ask().json() == []
    assert names == [HOST.encode()]
    assert "setup_socks5_connection" in logs()
    assert not any(form in logs() for form in forms(PASSWORD))


REFUSALS = {
    "407": (b"HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 0\r\n\r\n", 1),
    "403": (b"HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n", 1),
    "502": (b"HTTP/1.1 502 Bad Gateway\r\nContent-Length: 0\r\n\r\n", 4),
    "echo": (f"HTTP/1.1 407 no {USER}:{PASSWORD}\r\nContent-Length: 0\r\n\r\n".encode(), 1),
    "echo-basic": (
        b"HTTP/1.1 407 no " + base64.b64encode(f"{USER}:{PASSWORD}".encode()) + b"\r\nContent-Length: 0\r\n\r\n",
        1,
    ),
    "gone": (b"", 4),
    "junk": (b"SSH-2.0-OpenSSH\r\n\r\n", 4),
}


@both_ways
@pytest.mark.parametrize("kind", REFUSALS)
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_what_a_proxy_refused_was_never_sent(
    ask: Ask, kind: str, method: str, monkeypatch: pytest.MonkeyPatch, logs: Callable[[], str]
) -> None:
    """The error says so and names the proxy without its password; what the proxy says for good is not asked again."""
    reply, attempts = REFUSALS[kind]
    seen: list[bytes] = []
    with serving(answering(reply, seen)) as proxy:
        monkeypatch.setenv("HTTPS_PROXY", f"http://{USER}:{quote(PASSWORD, safe='')}@127.0.0.1:{proxy}")
        with pytest.raises(TransportError) as caught:
            ask(method, content=b"{}" if method == "POST" else None)
    assert caught.value.sent == "no"
    assert len(seen) == attempts
    assert f"through the proxy http://127.0.0.1:{proxy} (from environment variable HTTPS_PROXY)" in str(caught.value)
    shown = all_of(caught.value) + "".join(line for line in logs().splitlines() if "receive_response" not in line)
    assert not any(form in shown for form in forms(PASSWORD))


@both_ways
def test_an_end_that_speaks_no_tls_is_not_tried_again(ask: Ask, monkeypatch: pytest.MonkeyPatch) -> None:
    """Another attempt would come to the same: the port is the wrong one."""
    asked: list[bytes] = []

    def plain(connection: Any) -> None:
        connection.recv(4096)
        connection.sendall(b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n")

    with serving(plain) as port, serving(tunnel(port, asked)) as proxy:
        monkeypatch.setenv("HTTPS_PROXY", f"127.0.0.1:{proxy}")
        with pytest.raises(TransportError) as caught:
            ask("POST", content=b"{}")
    assert (caught.value.sent, caught.value.passing, len(asked)) == ("no", False, 1)


@both_ways
def test_what_is_no_socks_was_never_sent(ask: Ask, monkeypatch: pytest.MonkeyPatch) -> None:
    """Answers that httpcore and socksio have no class for are errors of ours, too."""
    pytest.importorskip("socksio")
    for reply in (b"HTTP/1.1 400 Bad Request\r\n\r\n", b"\x05\xff", b"\x05\x07", b"\x04", b""):

        def talk(connection: Any, reply: bytes = reply) -> None:
            connection.recv(64)
            connection.sendall(reply)

        with serving(talk) as proxy:
            monkeypatch.setenv("ALL_PROXY", f"socks5://127.0.0.1:{proxy}")
            with pytest.raises(TransportError, match=r"through the proxy socks5://127\.0\.0\.1") as caught:
                ask("POST", content=b"{}")
        assert caught.value.sent == "no"


@pytest.mark.parametrize(("kind", "translated"), [(ValueError, True), (KeyboardInterrupt, False)])
def test_an_interrupt_within_the_handshake_of_socks_stays_one(kind: type[BaseException], translated: bool) -> None:
    """Only errors are of the proxy, though both are raised in a frame of socksio."""
    namespace: dict[str, Any] = {"__name__": "socksio.socks5", "kind": kind}
    exec("def read(): raise kind", namespace)
    with pytest.raises(kind) as caught:
        namespace["read"]()
    assert isinstance(httpx_error(caught.value, None), httpx.ProxyError) is translated


@both_ways
def test_a_certificate_that_is_not_trusted_is_not_tried_again(
    ask: Ask, pem: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Another attempt would come to the same, and nothing was sent."""
    seen: list[bytes] = []
    asked: list[bytes] = []
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate(tmp_path, "other.test")))
    with serving(vendor(pem, seen)) as port, serving(tunnel(port, asked)) as proxy:
        monkeypatch.setenv("HTTPS_PROXY", f"127.0.0.1:{proxy}")
        with pytest.raises(TransportError, match="CERTIFICATE_VERIFY_FAILED") as caught:
            ask("POST", content=b"{}")
    assert (caught.value.sent, len(asked), seen) == ("no", 1, [])


@both_ways
@pytest.mark.parametrize("value", ["fake\nkey", "fake key\r", "fake\0key"], ids=repr)
def test_a_header_that_cannot_be_sent_is_not_tried_again(
    ask: Ask, value: str, pem: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing was sent, and the value, which may be a secret, is in no error of the chain."""
    seen: list[bytes] = []

    def no_more(_policy: RetryPolicy, attempt: int) -> float:
        raise AssertionError(f"attempt {attempt} was followed by another")

    monkeypatch.setattr(RetryPolicy, "backoff", no_more)
    with serving(vendor(pem, seen)) as port, serving(tunnel(port, [])) as proxy:
        monkeypatch.setenv("HTTPS_PROXY", f"127.0.0.1:{proxy}")
        with pytest.raises(TransportError, match=r"the request cannot be sent to cloud\.test:443") as caught:
            ask("POST", headers={"x-key": value}, content=b"{}")
    assert (caught.value.sent, seen) == ("no", [])
    assert "fake" not in all_of(caught.value).replace('headers={"x-key": value}', "")


@both_ways
@pytest.mark.parametrize("length", ["1", "5"])
def test_a_body_of_another_length_may_have_arrived(
    ask: Ask, length: str, pem: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """h11 notices it when the headers are gone: an error of ours that does not promise anything."""
    with serving(vendor(pem, [])) as port, serving(tunnel(port, [])) as proxy:
        monkeypatch.setenv("HTTPS_PROXY", f"127.0.0.1:{proxy}")
        with pytest.raises(TransportError, match="Content-Length") as caught:
            ask("POST", headers={"content-length": length}, content=b"{}")
    assert caught.value.sent == "unknown"


@both_ways
def test_a_reply_that_never_comes_may_have_been_acted_on(ask: Ask, pem: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Behind the proxy the request has left: the vendor closes the connection after reading it."""
    seen: list[bytes] = []
    with serving(vendor(pem, seen, silent=True)) as port, serving(tunnel(port, [])) as proxy:
        monkeypatch.setenv("HTTPS_PROXY", f"127.0.0.1:{proxy}")
        with pytest.raises(TransportError) as caught:
            ask("POST", content=b"{}")
    assert caught.value.sent == "unknown"
    assert seen[0].startswith(b"POST /things ")


def test_each_address_goes_by_its_own_proxy(pem: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The identity provider is reached by the proxy, though the cloud itself is exempt."""
    from optcloud.core.flow import Flow, Post

    class Posting(NoAuth):
        def sign(self, request: Any) -> Flow[None]:
            yield Post(f"https://{HOST}/sign-in", {}, b"{}")

    seen: list[bytes] = []
    asked: list[bytes] = []
    with serving(vendor(pem, seen)) as port, serving(tunnel(port, asked)) as proxy:
        monkeypatch.setenv("HTTPS_PROXY", f"127.0.0.1:{proxy}")
        monkeypatch.setenv("NO_PROXY", f"127.0.0.1:{port}")
        url = f"https://127.0.0.1:{port}"
        with httpx.Client(transport=Transport(plain_road(Posting(), base_url=url), DriverConfig())) as client:
            assert client.get(f"{url}/things").json() == []
    assert [line.split()[0:2] for line in seen] == [[b"POST", b"/sign-in"], [b"GET", b"/things"]]
    assert len(asked) == 1


@pytest.mark.parametrize(("variable", "value"), [("HTTPS_PROXY", "ftp://h"), ("SSL_CERT_FILE", "/no/such.pem")])
def test_what_cannot_be_used_is_told_when_a_cloud_is_touched(
    variable: str, value: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Blocking and asyncio alike, before anything is sent."""
    monkeypatch.setenv(variable, value)
    settings = {"account": "acme", "api_key": "fake-key"}
    with OptCloud(aimms=settings) as oc, pytest.raises(ConfigError, match=variable):
        _ = oc.aimms

    async def main() -> None:
        async with AsyncOptCloud(aimms=settings) as oc:
            with pytest.raises(ConfigError, match=variable):
                _ = oc.aimms

    asyncio.run(main())


def test_plain_http_on_loopback_needs_no_certificates(monkeypatch: pytest.MonkeyPatch) -> None:
    """A missing file of certificates is no fault of a service that speaks no TLS."""
    monkeypatch.setenv("SSL_CERT_FILE", "/no/such.pem")
    monkeypatch.setenv("HTTP_PROXY", "ftp://nonsense")
    with OptCloud(aimms={"local": True}) as oc:
        assert oc.aimms is not None


def work_of_the_doctor(cookies: int) -> int:
    """Let the doctor make its rounds at a vendor that sets ever new cookies; count the functions that are called."""
    calls = 0
    seen: list[bytes] = []

    def count(_frame: Any, event: str, _argument: Any) -> None:
        nonlocal calls
        calls += event == "call"

    def talk(connection: Any) -> None:
        while True:
            seen.append(head(connection))
            named = b"".join(b"Set-Cookie: c%d-%d=1\r\n" % (len(seen), number) for number in range(cookies))
            reply = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 2\r\n"
            connection.sendall(reply + named + b"\r\n{}")

    with serving(talk) as port:
        settings = {"url": f"http://127.0.0.1:{port}/pro-api/v2", "api_key": "fake-key"}
        with OptCloud(aimms=settings, retry=RetryPolicy(attempts=1)) as oc:
            aimms, before = oc.aimms, sys.getprofile()
            sys.setprofile(count)
            try:
                assert len(list(aimms.doctor())) > 10
            finally:
                sys.setprofile(before)
    assert len(seen) > 10
    assert not any(b"cookie" in one.lower() for one in seen)
    return calls


def test_a_reply_with_thousands_of_headers_costs_what_it_is_long() -> None:
    """No cookie is kept: each request would carry all of them, and each reply would be sorted into the others."""
    work_of_the_doctor(1)  # imports
    none, some, many = work_of_the_doctor(1), work_of_the_doctor(500), work_of_the_doctor(2000)
    assert (many - none) < 4.5 * (some - none)
    assert many - none < 14 * 2000 * 20  # a score of calls for each header of each reply
