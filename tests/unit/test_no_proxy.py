"""The rules of NO_PROXY: a table, and what holds for all texts."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from optcloud.transport.no_proxy import is_exempt

H, P = "https://example.com/api", "https://example.com:8443/api"
W, V6, IP = "https://www.example.com", "https://[2001:db8::1]:8443", "https://10.1.2.3"

TABLE = [
    ("*", {H, P, W, V6, IP}),
    ("a.test, *", {H, P, W, V6, IP}),
    ("", set()),
    (" , ,", set()),
    ("example.com", {H, P, W}),
    ("EXAMPLE.Com", {H, P, W}),
    ("example.com.", {H, P, W}),
    (".example.com", {H, P, W}),
    ("*.example.com", {H, P, W}),
    ("*example.com", {H, P, W}),
    ("  a.test  example.com\tb.test ", {H, P, W}),
    ("a.test,example.com", {H, P, W}),
    ("com", {H, P, W}),
    ("ample.com", set()),
    ("www.example.com", {W}),
    ("example.com:443", {H, W}),
    ("example.com:8443", {P}),
    (".example.com:8443", {P}),
    ("example.com:80", set()),
    ("example.com:", set()),
    ("example.com:x", set()),
    ("https://example.com", {H, P, W}),
    ("https://example.com:8443", {P}),
    ("https://example.com/", {H, P, W}),
    ("http://example.com", set()),
    ("10.1.2.3", {IP}),
    ("10.1.2.3:443", {IP}),
    ("10.1.2.3:80", set()),
    ("10.0.0.0/8", {IP}),
    ("10.1.2.9/24", {IP}),
    ("10.1.3.0/24", set()),
    ("10.0.0.0/99", set()),
    ("0.0.0.0/0", {IP}),
    ("2.3", set()),
    ("2001:db8::1", {V6}),
    ("2001:0DB8:0:0::1", {V6}),
    ("[2001:db8::1]", {V6}),
    ("[2001:db8::1]:8443", {V6}),
    ("[2001:db8::1]:443", set()),
    ("2001:db8::/32", {V6}),
    ("[2001:db8::1", set()),
    ("::1", set()),
]


@pytest.mark.parametrize(("rules", "exempt"), TABLE)
def test_the_table_of_rules(rules: str, exempt: set[str]) -> None:
    """Each rule with the addresses that it holds for."""
    assert {url for url in (H, P, W, V6, IP) if is_exempt(rules, url)} == exempt


def test_other_scripts_are_compared_as_they_are_looked_up() -> None:
    """Both spellings of a name are the same."""
    for rule in ("münchen.test", "xn--mnchen-3ya.test", "MÜNCHEN.test"):
        assert is_exempt(rule, "https://www.münchen.test") and is_exempt(rule, "https://xn--mnchen-3ya.test")
    assert not is_exempt("\udcff.test, ü..ü", H)


LABEL = st.from_regex(r"[a-z][a-z0-9-]{0,8}", fullmatch=True)
NAME = st.lists(LABEL, min_size=2, max_size=4).map(".".join)


@given(st.text())
def test_no_text_raises(rules: str) -> None:
    """What is no rule is passed over."""
    assert is_exempt(rules, H) in {True, False}
    assert is_exempt(f"{rules},*", H)


@given(NAME, LABEL, st.integers(1, 65535), st.integers(1, 65535), st.sampled_from(["", ".", "*."]))
def test_names_and_ports(name: str, label: str, port: int, other: int, before: str) -> None:
    """A name holds for itself and what stands before it, not for what merely ends with its letters; a port for one."""
    rule = f"{before}{name}"
    for host in (name, name.upper(), f"{label}.{name}"):
        assert is_exempt(rule, f"https://{host}:{other}")
        assert is_exempt(f"{rule}:{port}", f"https://{host}:{other}") == (port == other)
        assert is_exempt(f"{rule}:443", f"https://{host}") and not is_exempt(f"{rule}:80", f"https://{host}")
    assert not is_exempt(rule, f"https://{label}{name}")
    assert not is_exempt(rule, f"https://{name}.{label}x")


@given(st.ip_addresses(), st.data())
def test_addresses_and_networks(address: object, data: st.DataObject) -> None:
    """A network holds for each address within it, and no rule of another address does."""
    host = f"[{address}]" if ":" in str(address) else str(address)
    bits = data.draw(st.integers(0, 128 if ":" in host else 32))
    assert is_exempt(f"{address}/{bits}", f"https://{host}:1")
    assert is_exempt(str(address), f"https://{host}") and is_exempt(f"{host}:7", f"https://{host}:7")
    assert not is_exempt(f"{host}:7", f"https://{host}:8")
