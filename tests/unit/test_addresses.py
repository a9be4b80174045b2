"""Addresses: hosts that can be looked up, paths that nobody resolves, and where the API of AIMMS PRO is."""

from __future__ import annotations

import os
import re

import httpx
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from optcloud.core.errors import ConfigError
from optcloud.core.request_policy import check_address
from optcloud.core.settings import AimmsSettings
from optcloud.core.settings_sources import Config

OWN = "https://acme.aimms.cloud"
GATEWAY = "https://gateway.acme.test"


def aimms(url: str, **words: object) -> AimmsSettings:
    config = Config.load(path=os.devnull, environment={})
    key = {} if words else {"api_key": "fake-key"}
    return config.settings(AimmsSettings, {"url": url, **key, **words})


@pytest.mark.parametrize(
    ("url", "hint"),
    [
        (f"{OWN}/pro-api/v1", f"write {OWN}/pro-api/v2"),
        (f"{OWN}/pro-api/v1/", f"write {OWN}/pro-api/v2"),
        (f"{OWN}/pro-api/v1/tasks", f"write {OWN}/pro-api/v2"),
        (f"{GATEWAY}/aimms/pro-api/v1", f"write {GATEWAY}/aimms/pro-api/v2"),
        ("http://localhost:1/pro-api/v1", "write http://localhost:1/pro-api/v2"),
        (OWN, f"write {OWN}/pro-api/v2, or give the account 'acme' in its place"),
        (f"{OWN}/", f"write {OWN}/pro-api/v2"),
        (f"{OWN}/portal", f"write {OWN}/pro-api/v2"),
        (f"{OWN}/pro-api", f"write {OWN}/pro-api/v2"),
        (f"{OWN}/v2", f"write {OWN}/pro-api/v2"),
        (f"{OWN}/PRO-API/V2", f"write {OWN}/pro-api/v2"),
        (f"{OWN}/pro-api/v2/tasks", f"write {OWN}/pro-api/v2"),
        (f"{OWN}/pro-api/v2/anything", f"write {OWN}/pro-api/v2"),
        ("https://ACME.aimms.cloud:443/", "write https://ACME.aimms.cloud:443/pro-api/v2"),
        (f"{GATEWAY}/pro-api/v2/tasks", f"write {GATEWAY}/pro-api/v2"),
        (f"{GATEWAY}/x/pro-api/v2/applications/A/1", f"write {GATEWAY}/x/pro-api/v2"),
    ],
)
def test_an_address_that_cannot_be_the_apis_is_told_with_its_mend(url: str, hint: str) -> None:
    """When the setting is read, in place of bare 404s later."""
    with pytest.raises(ConfigError, match=re.escape(hint)) as caught:
        aimms(url)
    assert str(caught.value).startswith("aimms.url: ")


@pytest.mark.parametrize(
    "url",
    [
        f"{OWN}/pro-api/v2",
        f"{OWN}/pro-api/v2//",
        f"{OWN}/pro-api/v3",
        GATEWAY,
        f"{GATEWAY}/v2",
        f"{GATEWAY}/aimms/pro-api/v2",
        f"{GATEWAY}/pro-api/v2/acme",
        "http://127.0.0.1:8000/pro-api/v2",
    ],
)
def test_what_may_be_right_is_taken(url: str) -> None:
    """A gateway may have paths of its own, and the vendor a version to come."""
    assert aimms(url).url == url.rstrip("/")


def test_the_desk_has_another_api() -> None:
    """What stands beside the word ``local`` is not looked at as the cloud's."""
    assert aimms(f"{OWN}/pro-api/v1", local=True).url == "http://localhost:8080/api/v2"
    assert aimms("http://localhost:9090/api/v2", local=True).url == "http://localhost:9090/api/v2"


@pytest.mark.parametrize(
    ("url", "why"),
    [
        (f"{GATEWAY}//pro-api/v2", "doubled slash"),
        (f"{GATEWAY}/a//b", "doubled slash"),
        (f"{GATEWAY}/a/../b", "'.' or '..'"),
        (f"{GATEWAY}/./b", "'.' or '..'"),
        ("https://a..b", "not an http"),
        ("https://.acme.test", "not an http"),
        (f"https://{'a' * 64}.test", "not an http"),
        (f"https://{'.'.join(['a' * 60] * 5)}", "not an http"),
        ("https://a<b", "not an http"),
        ("https://☃\u00ad..test", "a character that cannot be seen"),
        ("https://ac me.test", "white space"),
        ("https://acme.test/pro-api/v2\n", "a line end"),
        ("https://acme.test:99999", "not an http"),
    ],
)
def test_an_address_that_would_fail_later_is_refused(url: str, why: str) -> None:
    """Hosts that raise a bare UnicodeError when they are looked up, paths that httpx would resolve."""
    with pytest.raises(ConfigError, match=re.escape(why)):
        check_address(url, "x.url")


@given(st.text(st.characters(codec="utf-8"), max_size=30), st.text(st.characters(codec="utf-8"), max_size=30))
def test_what_is_taken_httpx_takes_too(host: str, path: str) -> None:
    """No address passes that raises anything but our errors when the first request is built or its host looked up."""
    try:
        url = check_address(f"https://{host}/{path}", "x.url")
    except ConfigError:
        return
    assume(host.isascii())  # idna of 2003 and of 2008 differ in some signs
    request = httpx.Request("GET", url)
    assert request.url.raw_host.decode().encode("idna")
    assert "//" not in request.url.path.rstrip("/")
