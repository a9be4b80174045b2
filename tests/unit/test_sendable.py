"""What cannot be sent is refused with the name of the argument, and nothing is sent."""

import asyncio
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from optcloud import BadRequest, ConfigError, OptCloud
from optcloud.core.flow import Fetch
from optcloud.core.payload import payload_of
from optcloud.core.reference import Reference
from optcloud.core.request_checks import check_line, check_name
from optcloud.core.secret import Secret
from optcloud.core.signed_urls import policy_for
from optcloud.transport.asynchronous import AsyncConnection
from optcloud.transport.blocking import Connection
from optcloud.transport.httpx_mapping import DriverConfig
from unit.listener import Listener, listening
from unit.script import plain_road

HALF = "\ud800"


@pytest.fixture(scope="module")
def listener() -> Iterator[Listener]:
    with listening() as server:
        yield server


UNSENDABLE: dict[str, tuple[dict[str, Any], str]] = {
    "query": ({"params": {"appName": HALF}}, "query parameter appName: "),
    "query's name": ({"params": {HALF: "x"}}, "query parameter "),
    "query, several": ({"params": {"a": ["x", HALF]}}, r"query parameter a\[1\]: "),
    "json": ({"json": {"tasks": [{"name": HALF}]}}, r"body tasks\[0\].name: "),
    "json, not a number": ({"json": {"x": float("nan")}}, "the request cannot be built: "),
    "form": ({"data": {"userPassword": HALF}}, "form field userPassword: "),
    "text": ({"content": HALF}, "body: "),
    "file's name": ({"files": [("file", (f"{HALF}.csv", b"x", "text/csv"))]}, "form field "),
    "file's type": ({"files": {"file": ("a.csv", b"x", "text/csv\r\nX-Evil: 1")}}, "header Content-Type: "),
    "header": ({"headers": {"taskStateHook": "https://a.test/\r\nX-Evil: 1"}}, "header taskStateHook: "),
    "header, NUL": ({"headers": {"x": "a\x00"}}, "header x: "),
    "header, letters": ({"headers": {"Content-Type": "text/pläin"}}, "header Content-Type: "),
    "header, half": ({"headers": {"x": HALF}}, "header x: "),
    "header, blank at the end": ({"headers": [("x", "a ")]}, "header x: "),
    "header, bytes": ({"headers": [(b"x", b"a\nb")]}, "header x: "),
    "header's name": ({"headers": {"x y": "a"}}, "header 'x y': "),
    "method": ({"method": "GE T"}, "method: 'GE T' is no HTTP method"),
}


@pytest.mark.parametrize(("arguments", "message"), UNSENDABLE.values(), ids=UNSENDABLE)
def test_what_no_request_can_carry(listener: Listener, arguments: dict[str, Any], message: str) -> None:
    """Each part of a request is refused by name, blocking and asyncio; the text itself is in no error."""
    given = {"method": "POST", "url": "/tasks"} | arguments
    connection = Connection(plain_road(base_url=listener.url), DriverConfig())

    async def asynchronous() -> None:
        other = AsyncConnection(plain_road(base_url=listener.url), DriverConfig())
        with pytest.raises(BadRequest, match=f"^Vendor: {message}"):
            await other.client.request(**given)
        await other.aclose()

    with pytest.raises(BadRequest, match=f"^Vendor: {message}") as caught:
        connection.client.request(**given)
    connection.close()
    asyncio.run(asynchronous())
    assert listener.taken() == []
    assert not isinstance(caught.value.__context__, UnicodeError)


SURROGATES = {
    "run, app": lambda aimms: aimms.run(HALF, "s"),
    "run, input": lambda aimms: aimms.run("a", "s", input=HALF),
    "run, JSON": lambda aimms: aimms.run("a", "s", input={"x": [HALF]}),
    "run, content type": lambda aimms: aimms.run("a", "s", input=b"x", content_type="text/plain; charset=ü"),
    "run, content type in lines": lambda aimms: aimms.run("a", "s", input=b"x", content_type="text/csv\r\n;x"),
    "run, hook": lambda aimms: aimms.run("a", "s", hook=f"https://a.test/{HALF}"),
    "run, at": lambda aimms: aimms.run("a", "s", at=HALF),
    "run, after": lambda aimms: aimms.run("a", "s", after=HALF),
    "run, every": lambda aimms: aimms.run("a", "s", every=HALF),
    "list": lambda aimms: list(aimms.tasks(app=HALF)),
    "storage": lambda aimms: aimms.storage.info(f"/{HALF}"),
    "storage, label": lambda aimms: aimms.storage.rename("/a/b", HALF),
    "secret": lambda aimms: aimms.secrets.create("a", HALF),
    "category": lambda aimms: aimms.apps.categories.create(HALF),
    "link": lambda aimms: aimms.apps.link(HALF),
    "link, steps": lambda aimms: aimms.apps.link("a", ".."),
    "attach": lambda aimms: aimms.attach(Reference("aimms", "default", (HALF,))).poll(),
}


@pytest.mark.parametrize("verb", SURROGATES.values(), ids=SURROGATES)
def test_no_verb_ends_in_an_error_of_a_codec(listener: Listener, verb: Any) -> None:
    """What a person hands to a verb is refused as a `BadRequest` or `ConfigError`, and nothing is sent."""
    url = listener.url.replace("/base", "/pro-api/v2")
    options: Any = {"aimms": {"url": url, "api_key": "fake-key-of-a-test"}}
    with OptCloud(**options) as cloud, pytest.raises((BadRequest, ConfigError)) as caught:
        verb(cloud.aimms)
    assert str(caught.value).isprintable()
    assert listener.taken() == []


def test_text_that_is_no_text() -> None:
    """A payload of half a surrogate pair says where it is."""
    with pytest.raises(BadRequest, match="sign 3 of the text is half of a surrogate pair"):
        payload_of(f"ab{HALF}")


@given(st.text(max_size=6))
def test_a_header_goes_as_it_is_or_not_at_all(value: str) -> None:
    """What is let through is what the HTTP library sends: visible ASCII, with blanks inside."""
    visible = value.isascii() and value.replace("\t", " ").isprintable() and value == value.strip()
    if visible:
        check_line("GET", [("x", value)])
    else:
        with pytest.raises(BadRequest, match=r"^header x: "):
            check_line("GET", [("x", value)])


@pytest.mark.parametrize("levels", range(7))
def test_a_step_however_often_it_was_encoded(levels: int) -> None:
    """Decoders that stand behind each other undo one encoding each."""
    with pytest.raises(BadRequest, match="would address something else"):
        check_name("id", "%" + "25" * levels + "2e" + ".")


@pytest.mark.parametrize("sign", ["\n", "\x00", HALF, "\u202e"])
def test_an_address_told_by_a_cloud(sign: str) -> None:
    """What cannot be an address is refused as one; it is not shown, since it is a secret."""
    address = Secret(f"https://blobs.test/a{sign}?sig=fake-signature-of-an-address")
    with pytest.raises(ConfigError, match="is not an http") as caught:
        policy_for(Fetch(address, "content"), plain_road())
    assert "blobs" not in str(caught.value)
