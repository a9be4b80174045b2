"""Errors of the wire on real sockets: they name address, setting, proxy, mend; what will not pass is asked once."""

from __future__ import annotations

import asyncio
import socket
import ssl
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from optcloud import AsyncOptCloud, OptCloud, RetryPolicy, TransportError
from optcloud.core.clock import SystemClock
from optcloud.core.settings import AimmsSettings
from optcloud.transport.failures import Destination, transport_error
from unit.proxying import answering, certificate, serving, vendor

PROXIES = ("HTTPS_PROXY", "HTTP_PROXY", "ALL_PROXY", "NO_PROXY")
SETTINGS = {
    "OPTCLOUD_AIMMS_URL": "{url}/pro-api/v2",
    "OPTCLOUD_AIMMS_API_KEY": "fake-key",
    "OPTCLOUD_ADIUTAOPT_URL": "{url}",
    "OPTCLOUD_ADIUTAOPT_USERNAME": "ada",
    "OPTCLOUD_ADIUTAOPT_PASSWORD": "fake-password",
    "OPTCLOUD_ADIUTAOPT_USER_POOL_ID": "eu-central-1_AbCdEfGhI",
    "OPTCLOUD_ADIUTAOPT_CLIENT_ID": "fake-client",
    "OPTCLOUD_ADIUTAOPT_COGNITO_URL": "{url}",
    "IC_ACCESS_ID": "fake-id",
    "IC_SECRET_KEY": "fake-secret",
    "OPTCLOUD_GUROBI_URL": "{url}",
    "OPTCLOUD_GUROBI_LEDGER": "off",
}


class NoPause(SystemClock):
    """A clock by which nothing may wait."""

    def sleep(self, seconds: float) -> None:
        raise AssertionError(f"a pause of {seconds} s")

    async def sleep_async(self, seconds: float) -> None:
        self.sleep(seconds)


@pytest.fixture(autouse=True)
def bare(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in (*PROXIES, *map(str.lower, PROXIES), "SSL_CERT_FILE", "SSL_CERT_DIR", "OPTCLOUD_AIMMS_ACCOUNT"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def at(monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    """Has the environment name an address for all clouds."""

    def setting(url: str) -> None:
        for name, value in SETTINGS.items():
            monkeypatch.setenv(name, value.format(url=url))

    return setting


@pytest.fixture
def closed() -> Iterator[int]:
    """A port at which nothing listens."""
    with socket.socket() as bound:
        bound.bind(("127.0.0.1", 0))
        yield bound.getsockname()[1]


ASKED: dict[str, tuple[Callable[[Any], Any], str]] = {
    "aimms": (lambda oc: oc.aimms.tasks(), "OPTCLOUD_AIMMS_URL"),
    "adiutaopt": (lambda oc: oc.adiutaopt.shift.version(), "OPTCLOUD_ADIUTAOPT_COGNITO_URL"),
    "gurobi": (lambda oc: oc.gurobi.licenses(), "OPTCLOUD_GUROBI_URL"),
}
WAITED: dict[str, Callable[[Any], Any]] = {
    "aimms": lambda oc: oc.attach("aimms:default/6f1c").wait(),
    "many": lambda oc: oc.aimms.wait_all([oc.attach(f"aimms:default/{number}") for number in range(3)]),
    "adiutaopt": lambda oc: oc.attach("adiutaopt:default/shift/KEY").wait(),
}


def failing(ask: Callable[[Any], Any], form: str, **options: Any) -> TransportError:
    """The error that a call ends with, in either form."""

    async def main() -> None:
        async with AsyncOptCloud(**options) as oc:
            await ask(oc)

    with pytest.raises(TransportError) as caught:
        if form == "asyncio":
            asyncio.run(main())
        else:
            with OptCloud(**options) as oc:
                ask(oc)
    return caught.value


both = pytest.mark.parametrize("form", ["blocking", "asyncio"])


@both
@pytest.mark.parametrize("cloud", ASKED)
def test_what_does_not_answer_is_named_with_the_setting_that_it_comes_from(
    cloud: str, form: str, closed: int, at: Callable[[str], None]
) -> None:
    at(f"http://127.0.0.1:{closed}")
    ask, variable = ASKED[cloud]
    error = failing(ask, form, retry=RetryPolicy(attempts=1))
    assert f"could not connect to 127.0.0.1:{closed} (from environment variable {variable}): " in str(error)
    assert "refused" in str(error).lower() and "Errno" not in str(error)
    assert error.hint == "nothing listens there: is the address right, is it running?"


@both
def test_a_proxy_is_named_with_its_variable(form: str, at: Callable[[str], None], monkeypatch: Any) -> None:
    at("http://127.0.0.1:9")
    monkeypatch.delenv("OPTCLOUD_AIMMS_URL")
    monkeypatch.setenv("OPTCLOUD_AIMMS_ACCOUNT", "acme")
    with serving(answering(b"HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 0\r\n\r\n", [])) as proxy:
        monkeypatch.setenv("HTTPS_PROXY", f"http://user:fake-password@127.0.0.1:{proxy}")
        error = failing(ASKED["aimms"][0], form)
    assert (
        "the proxy did not let the request through to acme.aimms.cloud:443 (from environment variable "
        f"OPTCLOUD_AIMMS_ACCOUNT) through the proxy http://127.0.0.1:{proxy} "
        "(from environment variable HTTPS_PROXY): 407"
    ) in str(error)
    assert "USER:PASSWORD@" in str(error.hint)


def test_an_argument_and_a_file_are_named(closed: int, at: Callable[[str], None], tmp_path: Path) -> None:
    at("http://127.0.0.1:9")
    url = f"http://127.0.0.1:{closed}/pro-api/v2"
    once = RetryPolicy(attempts=1)
    ask = ASKED["aimms"][0]
    assert "(from argument " in str(failing(ask, "blocking", aimms={"url": url}, retry=once))
    given = AimmsSettings(url=url, api_key="fake-key")  # type: ignore[arg-type]
    assert "(from argument " in str(failing(ask, "blocking", aimms=given, retry=once))
    (tmp_path / "config.toml").write_text(f'[prod.aimms]\nurl = "{url}"\napi_key = "fake-key"\n', encoding="utf-8")
    from_file = failing(ask, "blocking", profile="prod", config_file=tmp_path / "config.toml", retry=once)
    assert f"(from url under [prod.aimms] in {tmp_path / 'config.toml'})" in str(from_file)


@both
@pytest.mark.parametrize("call", [*(ask for ask, _variable in ASKED.values()), *WAITED.values()])
def test_a_certificate_that_is_not_trusted_is_tried_once_and_names_its_setting(
    call: Callable[[Any], Any], form: str, at: Callable[[str], None], tmp_path: Path
) -> None:
    """Waits end, too: their first look shows that no look will do."""
    connections: list[object] = []
    secured = vendor(certificate(tmp_path), [])

    def talk(connection: socket.socket) -> None:
        connections.append(connection)
        secured(connection)

    with serving(talk) as port:
        at(f"https://127.0.0.1:{port}")
        error = failing(call, form, clock=NoPause())
    assert (error.passing, error.sent, len(connections)) == (False, "no", 1)
    assert "its certificate is not trusted (CERTIFICATE_VERIFY_FAILED: self-signed certificate)" in str(error)
    assert "SSL_CERT_FILE" in str(error)
    assert "set SSL_CERT_FILE" in str(error.hint)


def test_certificates_that_are_in_use_are_named(at: Callable[[str], None], tmp_path: Path, monkeypatch: Any) -> None:
    other = certificate(tmp_path, "other.test")
    monkeypatch.setenv("SSL_CERT_FILE", str(other))
    with serving(vendor(certificate(tmp_path), [])) as port:
        at(f"https://127.0.0.1:{port}")
        error = failing(ASKED["aimms"][0], "blocking")
    assert f"the certificates of {other} (from environment variable SSL_CERT_FILE)" in str(error)


@both
def test_a_port_without_tls_is_tried_once(form: str, at: Callable[[str], None]) -> None:
    seen: list[object] = []

    def plain(connection: socket.socket) -> None:
        seen.append(connection.recv(4096))
        connection.sendall(b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n")

    with serving(plain) as port:
        at(f"https://127.0.0.1:{port}")
        error = failing(ASKED["aimms"][0], form, clock=NoPause())
    assert (error.passing, len(seen)) == (False, 1)
    assert "https port" in str(error.hint)


@both
def test_a_handshake_that_breaks_off_is_tried_again(form: str, at: Callable[[str], None]) -> None:
    """The other end may have been about to go, as behind a load balancer."""
    seen: list[object] = []
    with serving(lambda connection: seen.append(connection.recv(4096))) as port:
        at(f"https://127.0.0.1:{port}")
        error = failing(ASKED["aimms"][0], form, retry=RetryPolicy(attempts=3, first=0.001))
    assert (error.passing, len(seen)) == (True, 3)


@pytest.mark.parametrize(
    ("code", "hint"),
    [(18, "set SSL_CERT_FILE"), (20, "set SSL_CERT_FILE"), (10, "clock"), (62, "another host"), (64, "another host")],
)
def test_the_mend_is_that_of_the_certificates_fault(code: int, hint: str) -> None:
    distrust = ssl.SSLCertVerificationError("certificate verify failed")
    distrust.verify_code, distrust.verify_message = code, "why"
    error = httpx.ConnectError("failed")
    error.__cause__ = distrust
    made = transport_error(error, Destination("cloud.test:443"))
    assert hint in str(made.hint) and "CERTIFICATE_VERIFY_FAILED: why" in str(made)


def test_a_host_that_is_not_known_is_tried_again() -> None:
    """It may be known in a moment, as where a VPN begins; the mend names what may be wrong."""
    error = httpx.ConnectError("[Errno -2] Name or service not known")
    error.__cause__ = socket.gaierror(-2, "Name or service not known")
    made = transport_error(error, Destination("acme.aimms.cloud:443", "environment variable OPTCLOUD_AIMMS_ACCOUNT"))
    assert made.passing and "account's name" in str(made.hint)
    assert str(made).endswith("OPTCLOUD_AIMMS_ACCOUNT): Name or service not known")
