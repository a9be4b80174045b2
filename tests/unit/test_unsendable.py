"""What cannot be sent, or would be read elsewhere than told, is refused by its name."""

from typing import Any

import httpx
import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from optcloud.core.errors import BadRequest, ConfigError, Conflict
from optcloud.core.flow import Fetch
from optcloud.core.replies import refusal
from optcloud.core.request_checks import check_path, find_fault
from optcloud.core.secret import Secret
from optcloud.core.signed_urls import policy_for
from optcloud.transport.clients import PolicyClient
from unit.script import plain_road

UNUSED = httpx.MockTransport(lambda request: httpx.Response(500))  # only builds requests


HOME = plain_road()


def fetch_from(address: str) -> httpx.Request:
    """Build the request of a `Fetch`, as both drivers do."""
    policy, call = policy_for(Fetch(Secret(address), "content"), HOME)
    arguments: dict[str, Any] = {**call.arguments, "url": policy.base_url + call.arguments["url"]}
    with PolicyClient(policy, transport=UNUSED) as client:
        return client.build_request(**arguments)


@pytest.mark.parametrize("path", ["/a/../b", "/..", "/.", "/a/%2e%2e/b", "/a/%2E./b", "/./a"])
def test_a_signed_address_with_a_step_is_not_read(path: str) -> None:
    """The step would be resolved, and something else read; the address is not shown, since it is a secret."""
    with pytest.raises(ConfigError, match="has a step in its path") as caught:
        fetch_from(f"https://blobs.test{path}?sig=FAKE-SIGNATURE-0123456789")
    assert "FAKE" not in str(caught.value)


@pytest.mark.parametrize("address", ["https://blobs.test/" + "x" * 70_000, "https://999.1.1.1/a"])
def test_a_signed_address_that_is_none_is_refused(address: str) -> None:
    """What httpx cannot make an address of is an error of ours."""
    with pytest.raises(BadRequest, match="cannot be built") as caught:
        fetch_from(address)
    assert caught.value.status is None


@given(st.lists(st.text("aB9-_~é {}%/", max_size=5), min_size=1, max_size=5).filter(lambda parts: parts[0] != ""))
def test_a_signed_address_is_read_as_it_was_told(parts: list[str]) -> None:
    """Its segments are not ours to judge: empty ones, encoded slashes and braces go out as they came."""
    told = httpx.URL("https://blobs.test").copy_with(path="/" + "/".join(parts))
    assert fetch_from(str(told)).url.raw_path == told.raw_path


def test_a_name_too_long_for_any_address_is_refused_by_its_parameter() -> None:
    """The parameter is named, and no more of the value is shown than a message can hold."""
    for name in ("x" * 70_000, "\N{GRINNING FACE}" * 10_000, "x" * 16_385):
        with pytest.raises(BadRequest, match=r"appName: 'x|appName: '😀") as caught:
            check_path(f"/applications/{name}", "/applications/{appName}")
        assert len(str(caught.value)) < 300
    check_path("/applications/" + "x" * 16_384, "/applications/{appName}")


@pytest.mark.parametrize(
    ("files", "words"),
    [
        ([("file", ("n\udcff.bin", b"x"))], "form field file, the name of the file"),
        ([("metadata", (None, "\ud800"))], r"form field metadata\[1\]"),
    ],
)
def test_a_part_of_a_form_is_named_by_its_field(files: Any, words: str) -> None:
    """A file whose name is no UTF-8 on the disk is refused with the field that it goes into."""
    with (
        PolicyClient(HOME, transport=UNUSED, base_url=HOME.base_url) as client,
        pytest.raises(BadRequest, match=f"{words}: "),
    ):
        client.build_request("POST", "/storage/object", files=files)


class _Body(msgspec.Struct):
    flag: bool


def test_text_that_utf8_cannot_carry_is_a_fault_of_its_field() -> None:
    """Also where it stands in place of another type, and a message would quote it."""
    fault = find_fault({"flag": "\ud800"}, _Body)
    assert fault is not None
    assert fault.path == "flag"
    assert "surrogate" in fault.what


@pytest.mark.parametrize(("kind", "error"), [("application/json", Conflict), ("text/html", BadRequest)])
def test_a_405_page_says_nothing_of_a_state(kind: str, error: type[Exception]) -> None:
    """A page comes from a server in between, or from one that is no AIMMS, also where the vendor's 405 is a state."""
    reply = httpx.Response(405, headers={"content-type": kind}, content=b"405 Not Allowed")
    found = refusal(reply, vendor="AIMMS PRO", operation="deleteTask", responses=None, wall=0.0, states=True)
    assert type(found) is error
