"""Gurobi Instant Cloud v1 end to end; blocking and asyncio. Every mistake here would cost money by the hour."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import Any, TypeAlias

import httpx
import pytest

from optcloud import AuthError, BadRequest, JobFailed, TransportError, WaitTimeout
from optcloud.core.events import ClockOff
from optcloud.gurobi import errors
from optcloud.sandbox import Fault, Sandbox
from sandbox.facades import FAST, Opener, launched

Change: TypeAlias = Callable[[httpx.Request], httpx.Request]


def launches(sandbox: Sandbox) -> int:
    return sum(entry.path.endswith("/launch") for entry in sandbox.journal())


def alive(cloud: Any) -> list[str]:
    return [machine.state for machine in cloud.gurobi.machines() if machine.state not in {"killing", "shutting down"}]


def test_ready_inside_and_killed_on_the_way_out(cloud: Any) -> None:
    with cloud.gurobi.launch(2, machine_type="c4.4xlarge", idle_shutdown=30) as pool:
        first, second = pool.machines()
        assert len(pool.servers) == 2
        assert (first.license_type, second.license_type) == ("light compute server", "distributed worker")
        assert (first.machine_type, first.idle_shutdown) == ("c4.4xlarge", 30)
        assert first.ready
        assert second.ready
        assert pool.password.reveal()
    assert alive(cloud) == []


def test_killed_whatever_happens_inside(cloud: Any) -> None:
    with pytest.raises(KeyboardInterrupt), cloud.gurobi.launch(1):
        raise KeyboardInterrupt
    assert alive(cloud) == []


def test_killed_when_they_do_not_get_ready(cloud: Any, sandbox: Sandbox) -> None:
    sandbox.fail_launches(1)
    with pytest.raises(JobFailed, match="launch error"), cloud.gurobi.launch(2):
        raise AssertionError("never ready")
    assert [state for state in alive(cloud) if state != "launch error"] == []


def test_killed_when_time_runs_out(cloud: Any, stepwise: Sandbox) -> None:
    with pytest.raises(WaitTimeout), cloud.gurobi.launch(1, ready_timeout=0):
        raise AssertionError("never ready")
    assert alive(cloud) == []


def test_killing_is_repeated_when_the_wire_fails(cloud: Any, sandbox: Sandbox) -> None:
    with cloud.gurobi.launch(1):
        sandbox.faults.add(Fault("drop-after", path="/kill"), Fault("drop-before", path="/kill"))
    assert alive(cloud) == []


def test_a_kill_that_fails_says_what_still_runs(cloud: Any, sandbox: Sandbox) -> None:
    sandbox.faults.add(Fault("drop-before", path="/kill", times=None))
    with pytest.raises(TransportError) as caught, cloud.gurobi.launch(1) as pool:
        ref = pool.ref
    assert any(ref in note for note in caught.value.__notes__)
    assert len(alive(cloud)) == 1


def test_licenses(cloud: Any) -> None:
    assert {one.rate_plan for one in cloud.gurobi.licenses()} <= {"standard", "nocharge"}


def test_a_lost_reply_to_a_launch_is_reconciled_and_never_sent_again(cloud: Any, sandbox: Sandbox) -> None:
    sandbox.faults.add(Fault("drop-after", path="/launch"))
    pool = launched(cloud.gurobi.launch(1))
    assert launches(sandbox) == 1
    assert [machine.id for machine in cloud.gurobi.machines()] == pool.ref.rpartition("/")[2].split(",")
    pool.kill()


def test_a_lost_launch_with_a_password_of_the_persons_choice_is_adopted_where_all_fits(
    cloud: Any, sandbox: Sandbox
) -> None:
    sandbox.faults.add(Fault("drop-after", path="/launch"))
    pool = launched(cloud.gurobi.launch(1, password="fake-shared-password", settle=0))
    assert [machine.id for machine in cloud.gurobi.machines()] == list(pool.ids)
    assert launches(sandbox) == 1


def test_machines_that_were_there_before_are_never_adopted(cloud: Any, sandbox: Sandbox) -> None:
    launched(cloud.gurobi.launch(1, password="fake-shared-password"))
    sandbox.faults.add(Fault("drop-before", path="/launch"))
    with pytest.raises(TransportError, match="not sent again") as caught:
        launched(cloud.gurobi.launch(1, password="fake-shared-password", settle=0))
    assert caught.value.sent == "unknown"
    assert "fake-shared-password" not in str(caught.value)
    assert len(alive(cloud)) == 1


def test_a_launch_that_never_arrived_is_told_from_one_that_did(cloud: Any, sandbox: Sandbox) -> None:
    sandbox.faults.add(Fault("drop-before", path="/launch"))
    with pytest.raises(TransportError, match="0 of 1 machines"):
        launched(cloud.gurobi.launch(1, settle=0))
    assert launches(sandbox) == 1
    assert cloud.gurobi.machines() == []


def test_words_are_checked_before_anything_is_sent(cloud: Any, sandbox: Sandbox) -> None:
    for options in ({"region": "moon-1"}, {"machine_type": "c4.huge"}, {"idle_shutdown": -1}):
        with pytest.raises(BadRequest, match=next(iter(options))):
            launched(cloud.gurobi.launch(1, **options))
    with pytest.raises(BadRequest, match="count"):
        launched(cloud.gurobi.launch(0))
    assert sandbox.journal() == []


def test_a_wrong_secret_and_an_unknown_id_are_named(open_cloud: Opener, sandbox: Sandbox) -> None:
    url, known = sandbox.urls.gurobi, sandbox.credentials.gurobi_access_id
    with pytest.raises(AuthError, match="Invalid Signature"):
        open_cloud(gurobi={"url": url, "access_id": known, "secret_key": "fake-and-wrong"}).gurobi.machines()
    with pytest.raises(AuthError, match="Invalid User Id"):
        open_cloud(gurobi={"url": url, "access_id": "Nobody", "secret_key": "fake"}).gurobi.machines()


class Meddling(httpx.BaseTransport):
    """Changes requests, and replies, on the way."""

    def __init__(self, inner: httpx.BaseTransport, request: Change, reply: Any) -> None:
        self._inner = inner
        self._request = request
        self._reply = reply

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        reply: httpx.Response = self._reply(self._inner.handle_request(self._request(request)))
        return reply

    def close(self) -> None:
        self._inner.close()


def meddled(open_cloud: Opener, request: Change, reply: Any = lambda one: one, **options: Any) -> Any:
    cloud = open_cloud(**options)
    transport = cloud.gurobi._connection.client._transport
    transport._inner = Meddling(transport._inner, request, reply)
    return cloud


def by(method: str) -> Change:
    """The same request by another method, without a body."""
    return lambda one: httpx.Request(
        method, one.url, headers=[pair for pair in one.headers.items() if not pair[0].startswith("content-")]
    )


def with_header(name: str, value: str | None) -> Change:
    def changed(request: httpx.Request) -> httpx.Request:
        headers = [pair for pair in request.headers.items() if pair[0].lower() != name.lower()]
        request.headers = httpx.Headers(headers if value is None else [*headers, (name, value)])
        return request

    return changed


def swapped(request: httpx.Request) -> httpx.Request:
    """Two parameters of a form in the other order."""
    if request.method != "POST":
        return request
    first, second, *others = request.content.split(b"&")
    return httpx.Request("POST", request.url, headers=request.headers, content=b"&".join([second, first, *others]))


def without_licenses(sandbox: Sandbox, request: httpx.Request) -> httpx.Request:
    """The account's licenses change while a launch is on its way."""
    if request.url.path.endswith("/launch"):
        sandbox.gurobi.set_licenses([{"licenseId": "1", "credit": "5", "expiration": "2031-01-31"}])
    return request


def launch(count: int = 1, **options: Any) -> Callable[[Any], Any]:
    return lambda cloud: cloud.gurobi.launch(count, strict=False, **options)


def listed(cloud: Any) -> Any:
    return cloud.gurobi.machines()


DOCUMENTED: dict[type[errors.Refusal], tuple[Callable[[Any], Any], Change | None]] = {
    errors.GetRequired: (listed, by("POST")),
    errors.PostRequired: (launch(), by("GET")),
    errors.MissingSignature: (listed, with_header("X-Gurobi-Signature", None)),
    errors.MissingDate: (launch(), with_header("X-Gurobi-Date", None)),
    errors.TimeSkewTooLarge: (launch(), with_header("X-Gurobi-Date", "2011-10-08T07:07:09Z")),
    errors.InvalidUserId: (listed, None),
    errors.InvalidSignature: (launch(), swapped),
    errors.InvalidLicenseType: (launch(license_type="heavy"), None),
    errors.InvalidRegion: (launch(region="moon-1"), None),
    errors.InvalidMachineType: (launch(machine_type="c4.huge"), None),
    errors.InvalidLicenseId: (launch(license_id="95912"), None),
    errors.InvalidNumberOfMachines: (launch(101), None),
    errors.InvalidMachineIds: (lambda cloud: cloud.gurobi.kill(["nobody"]), None),
}


def test_each_documented_message_has_its_case() -> None:
    assert set(DOCUMENTED) == set(errors.NAMED_REFUSALS.values())
    assert len(DOCUMENTED) == 13


OTHER_FORMS = [
    (errors.InvalidSignature, "object"),
    (errors.InvalidRegion, "string"),
    (errors.InvalidMachineIds, "object"),
    (errors.TimeSkewTooLarge, "string"),
]


@pytest.mark.parametrize(
    ("kind", "form"),
    [*((kind, "text") for kind in DOCUMENTED), *OTHER_FORMS],
    ids=lambda value: value if isinstance(value, str) else value.__name__,
)
@pytest.mark.parametrize("open_cloud", ["blocking"], indirect=True)
def test_each_documented_refusal_arrives_by_name_with_its_mend(
    kind: type[errors.Refusal], form: Any, open_cloud: Opener, sandbox: Sandbox
) -> None:
    sandbox.settings = replace(sandbox.settings, gurobi=replace(sandbox.settings.gurobi, errors=form))
    ask, change = DOCUMENTED[kind]
    change = change or (lambda one: one)
    options: dict[str, Any] = {}
    if kind is errors.InvalidUserId:
        options = {"gurobi": {"url": sandbox.urls.gurobi, "access_id": "Nobody", "secret_key": "fake"}}
    if kind is errors.InvalidLicenseId:
        change = partial(without_licenses, sandbox)
    cloud = meddled(open_cloud, change, **options)
    with pytest.raises(kind) as caught:
        ask(cloud)
    error = caught.value
    assert (error.status, type(error)) == (400, kind)
    assert kind.words in str(error)
    assert error.hint in str(error)
    assert form != "text" or error.body.decode().startswith(kind.words)
    assert sandbox.gurobi.machines() == []
    assert cloud.gurobi._account.ledger.entries() == []  # what was refused is forgotten


@pytest.mark.parametrize("open_cloud", ["blocking"], indirect=True)
def test_parameters_reordered_after_signing_are_refused_and_both_texts_shown(
    open_cloud: Opener, sandbox: Sandbox
) -> None:
    """The signature covers the order: swap two parameters on the way, and the named error comes back."""
    cloud = meddled(open_cloud, swapped)
    with pytest.raises(AuthError, match="Invalid Signature") as caught:
        cloud.gurobi.launch(1, password="fake-shared-password")
    error = caught.value
    assert isinstance(error, errors.InvalidSignature)
    access = sandbox.credentials.gurobi_access_id
    assert error.ours.startswith(f"POST&id={access}&numMachines=1&")
    assert error.theirs.startswith(f"POST&numMachines=1&id={access}&")
    assert "signed here:       POST&>>>id=" in str(error)
    assert "by the server:     POST&>>>numMachines=1" in str(error)
    for text in (str(error), repr(error), error.ours, error.theirs, error.message):
        assert "fake-shared-password" not in text
        assert sandbox.credentials.gurobi_secret_key not in text
    assert launches(sandbox) == 1
    assert sandbox.gurobi.machines() == []


def test_a_clock_that_is_off_is_corrected_once_and_the_launch_happens_once(
    open_cloud: Opener, sandbox: Sandbox, caplog: pytest.LogCaptureFixture
) -> None:
    told: list[Any] = []
    cloud = open_cloud(on_event=told.append)
    sandbox.turn(7200)
    pool = launched(cloud.gurobi.launch(2))
    (off,) = [event for event in told if isinstance(event, ClockOff)]
    assert abs(off.seconds - 7200) < 5
    assert "is 7200 s behind" in caplog.text or "is 7199 s behind" in caplog.text
    assert [entry.status for entry in sandbox.journal()] == [400, 200]
    assert {machine.launch for machine in sandbox.gurobi.machines()} == {1}
    pool.kill()
    assert [entry.status for entry in sandbox.journal()] == [400, 200, 200]


@pytest.mark.parametrize("open_cloud", ["blocking"], indirect=True)
def test_without_a_date_in_the_reply_the_clock_is_not_guessed(open_cloud: Opener, sandbox: Sandbox) -> None:
    def dateless(reply: httpx.Response) -> httpx.Response:
        reply.headers = httpx.Headers([pair for pair in reply.headers.items() if pair[0] != "date"])
        return reply

    sandbox.turn(7200)
    with pytest.raises(errors.TimeSkewTooLarge, match="cannot be known") as caught:
        meddled(open_cloud, lambda one: one, dateless).gurobi.launch(1)
    assert caught.value.seconds is None
    assert launches(sandbox) == 1
    assert sandbox.gurobi.machines() == []


def test_a_reference_finds_the_pool_again(cloud: Any, open_cloud: Opener) -> None:
    pool = launched(cloud.gurobi.launch(2))
    again = open_cloud().attach(pool.ref)
    assert [machine.ready for machine in again.wait_ready(pace=FAST)] == [True, True]
    again.kill()
    assert alive(cloud) == []
