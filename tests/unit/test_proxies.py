"""Proxies as the environment names them: what is taken, what is refused, and that no password shows."""

from __future__ import annotations

import sys
import traceback
from typing import Any
from urllib.parse import quote

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from optcloud.core.errors import ConfigError
from optcloud.transport.certificates import no_tls
from optcloud.transport.proxies import proxy_for
from unit.test_routes import VARIABLES, forms

URL = "https://cloud.test/api"
HUSH = "planted"


@pytest.fixture(autouse=True)
def bare(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in VARIABLES:
        monkeypatch.delenv(name, raising=False)


def shown(error: BaseException) -> str:
    """All that a tool which prints locals would show of an error."""
    return repr(error) + "".join(traceback.TracebackException.from_exception(error, capture_locals=True).format())


@pytest.mark.parametrize(
    ("value", "address"),
    [
        ("proxy.test:3128", "http://proxy.test:3128"),
        ("proxy.test", "http://proxy.test"),
        ("10.0.0.1:8080", "http://10.0.0.1:8080"),
        ("[::1]:8080", "http://[::1]:8080"),
        ("http://proxy.test:3128/", "http://proxy.test:3128"),
        ("HTTP://Proxy.test:3128", "http://proxy.test:3128"),
        ("https://proxy.test", "https://proxy.test"),
        ("user@proxy.test", "http://proxy.test"),
        (f"user:{HUSH}@proxy.test:3128", "http://proxy.test:3128"),
        (f"http://user:{HUSH}%2F%40@proxy.test:3128", "http://proxy.test:3128"),
        (f"http://us@er:{HUSH}@x@proxy.test", "http://proxy.test"),
        ("http://pröxy.test", "http://xn--prxy-6qa.test"),
    ],
)
def test_what_is_taken(value: str, address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """With and without a scheme, as plain httpx has it; credentials are shown nowhere."""
    monkeypatch.setenv("HTTPS_PROXY", value)
    proxy = proxy_for(URL)
    assert proxy is not None
    assert str(proxy) == f"{address} (from environment variable HTTPS_PROXY)"
    given_to_httpcore = proxy.for_httpcore(no_tls())
    assert HUSH not in repr(proxy) + str(proxy) + repr(given_to_httpcore) + repr(given_to_httpcore.auth)
    assert (given_to_httpcore.auth is not None) == ("@" in value)


@pytest.mark.parametrize(
    "value",
    [
        f"http://user:{HUSH}@proxy.test:port",
        f"http://user:{HUSH}@proxy.test:99999",
        f"http://user:{HUSH}@proxy.test:0",
        f"http://user:{HUSH}@proxy.test:-1",
        f"http://user:{HUSH}@",
        f"http://user:{HUSH}@:3128",
        f"http://user:{HUSH}@a..b",
        f"http://user:{HUSH}@pro<xy",
        f"http://user:{HUSH}@☃",
        f"http://user:{HUSH}@[::1",
        f"http://user:{HUSH}@::1:3128",
        f"http://user:{HUSH} @proxy.test",
        f"http://user:{HUSH}@proxy.test\n",
        f" http://user:{HUSH}@proxy.test",
        f"http://user:{HUSH}/x@proxy.test:3128",
        f"http://user:12?{HUSH}@proxy.test:3128",
        f"http://user:12#{HUSH}@proxy.test:3128",
        f"ftp://user:{HUSH}@proxy.test",
        f"socks4://user:{HUSH}@proxy.test",
        f"{HUSH}://proxy.test",
        f"http:/{HUSH}:3128",
        f"http:{HUSH}:3128",
        f"//{HUSH}:3128",
        "http://",
        "://",
    ],
)
@pytest.mark.parametrize("variable", ["HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"])
def test_nonsense_names_the_variable_and_the_mend(value: str, variable: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing of the value is told, for a password may be anywhere in it, not even to tools that print locals."""
    monkeypatch.setenv(variable, value)
    with pytest.raises(ConfigError, match=rf"environment variable {variable} .*write http://HOST:PORT") as caught:
        proxy_for(URL)
    assert HUSH not in str(caught.value)
    assert HUSH not in shown(caught.value).replace(repr(value), "")  # the test's own variable
    assert caught.value.__context__ is None


def test_which_variable_counts(monkeypatch: pytest.MonkeyPatch) -> None:
    """Small letters go before capitals, the scheme's own before the one for all; NO_PROXY and loopback before both."""
    monkeypatch.setenv("ALL_PROXY", "all.test")
    assert str(proxy_for(URL)).endswith("http://all.test (from environment variable ALL_PROXY)")
    monkeypatch.setenv("HTTPS_PROXY", "upper.test")
    assert str(proxy_for(URL)).endswith("variable HTTPS_PROXY)")
    monkeypatch.setenv("https_proxy", "lower.test")
    assert str(proxy_for(URL)).endswith("http://lower.test (from environment variable https_proxy)")
    assert proxy_for("https://127.0.0.1:8443/api") is None and proxy_for("http://localhost:1") is None
    monkeypatch.setenv("NO_PROXY", "inside.test:8443")
    assert proxy_for("https://inside.test:8443/api") is None
    assert proxy_for("https://inside.test/api") is not None


@pytest.mark.parametrize("scheme", ["socks5", "socks5h"])
def test_socks_without_its_package_names_the_extra(scheme: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """An error of ours that says what to install, and no password."""
    monkeypatch.setitem(sys.modules, "socksio", None)
    monkeypatch.setenv("ALL_PROXY", f"{scheme}://user:{HUSH}@proxy.test")
    with pytest.raises(ConfigError, match=r'variable ALL_PROXY.* pip install "optcloud\[socks\]"') as caught:
        proxy_for(URL)
    assert HUSH not in str(caught.value)


def test_socks_takes_short_credentials_only(monkeypatch: pytest.MonkeyPatch) -> None:
    """One byte says their length; socksio would raise an OverflowError."""
    monkeypatch.setenv("ALL_PROXY", f"socks5://user:{'x' * 256}@proxy.test")
    with pytest.raises(ConfigError, match="at most 255 bytes"):
        proxy_for(URL)


ODD = st.text(st.characters(blacklist_characters="\0", codec="utf-8"), max_size=40)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.one_of(ODD, ODD.map("http://{}".format), ODD.map("user:{}@proxy.test".format)))
def test_any_text_is_taken_or_refused(monkeypatch: pytest.MonkeyPatch, value: str) -> None:
    """httpx takes what is taken; nothing but an error of ours comes of the rest."""
    monkeypatch.setenv("HTTPS_PROXY", value)
    try:
        proxy = proxy_for(URL)
    except ConfigError as error:
        words = str(error).partition(": write http://HOST:PORT")[0]
        assert words.startswith("environment variable HTTPS_PROXY ") and (len(value) < 8 or value not in words)
        return
    if proxy is not None:
        assert proxy.for_httpcore(no_tls()).url.host


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text(st.characters(exclude_categories=["Cs"]), min_size=8))
def test_any_password_arrives_and_is_hidden(monkeypatch: pytest.MonkeyPatch, password: str) -> None:
    """Percent-encoded it may hold anything; in whatever form the proxy's words have it, it is masked."""
    monkeypatch.setenv("HTTPS_PROXY", f"http://planted-user:{quote(password, safe='')}@proxy.test:3128")
    proxy: Any = proxy_for(URL)
    assert proxy.for_httpcore(no_tls()).auth == (b"planted-user", password.encode())
    for form in forms(password):
        assert form not in proxy.redact(f"407 <{form}>")
