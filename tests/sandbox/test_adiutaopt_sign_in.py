"""Signing in to adiutaOpt on the sandbox: what pools ask for, clocks, throttling, days, and many at once."""

from __future__ import annotations

import asyncio
import json
import logging
import os
import subprocess
import sys
import threading
import time
import traceback
from collections import Counter
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from optcloud import AuthError, OptCloudError, RateLimited, Secret, Unsupported
from optcloud.core.clock import SystemClock
from optcloud.core.events import ClockOff
from optcloud.core.flow import Instant
from optcloud.core.prompts import Question
from optcloud.sandbox import Entry, Sandbox
from patience import PATIENCE
from sandbox.facades import Blocked, Opener

HOUR = 3600


@pytest.fixture(autouse=True)
def state(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """A state folder of its own."""
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    return tmp_path / "optcloud" / "adiutaopt"


def asked_of(sandbox: Sandbox) -> Counter[str | None]:
    return Counter(entry.operation for entry in of_cognito(sandbox))


def of_cognito(sandbox: Sandbox) -> list[Entry]:
    return [entry for entry in sandbox.journal() if entry.vendor == "cognito"]


def noting(asked: list[Question], answer: Callable[[Question], str]) -> Callable[[Question], str]:
    """Answer, and note what was asked."""

    def answering(question: Question) -> str:
        asked.append(question)
        return answer(question)

    return answering


class Turned(SystemClock):
    """The sandbox's clock, off by some seconds; waiting costs nothing."""

    def __init__(self, off: float = 0.0) -> None:
        self.turned = 0.0
        self.off = off

    def now(self) -> Instant:
        return Instant(self.turned + time.monotonic(), self.turned + time.time() + self.off)

    def sleep(self, seconds: float) -> None:
        pass

    async def sleep_async(self, seconds: float) -> None:
        await asyncio.sleep(0)


# ---------------------------------------------------------------- what pools ask for


@pytest.mark.parametrize("challenge", ["SMS_MFA", "SOFTWARE_TOKEN_MFA", "EMAIL_OTP"])
@pytest.mark.parametrize("form", ["plain", "later"])
def test_a_second_factor_is_asked_for_once(open_cloud: Opener, sandbox: Sandbox, challenge: str, form: str) -> None:
    user = sandbox.credentials
    sandbox.add_cognito_user(user.username, user.password, challenge=challenge)
    asked: list[Question] = []

    def answer(question: Question) -> Secret:
        asked.append(question)
        return Secret(sandbox.cognito_code(user.username, challenge))

    async def later(question: Question) -> Secret:
        return answer(question)

    cloud = open_cloud(adiutaopt_challenge=answer if form == "plain" else later)
    if form == "later" and not isinstance(cloud, Blocked):
        with pytest.raises(OptCloudError, match="coroutine function"):
            cloud.adiutaopt.shift.version()
        return
    for _ in range(2):
        assert cloud.adiutaopt.shift.version().schema
    sandbox.turn(HOUR)  # and a refresh asks nobody
    assert cloud.adiutaopt.shift.version().schema
    assert [(one.name, one.attempt) for one in asked] == [(challenge, 1)]


def test_a_wrong_code_may_be_followed_by_a_right_one(open_cloud: Opener, sandbox: Sandbox) -> None:
    user = sandbox.credentials
    sandbox.add_cognito_user(user.username, user.password, challenge="SMS_MFA")
    answers, asked = ["000000", sandbox.cognito_code(user.username, "SMS_MFA")], list[Question]()
    cloud = open_cloud(adiutaopt_challenge=noting(asked, lambda _: answers.pop(0)))
    assert cloud.adiutaopt.shift.version().schema
    assert [one.refusal for one in asked] == [
        None,
        "CodeMismatchException: Invalid code or auth state for the user.",
    ]
    assert asked[0].destination == "+*******0000"


def test_wrong_codes_end_when_cognito_says_so(open_cloud: Opener, sandbox: Sandbox) -> None:
    user = sandbox.credentials
    sandbox.add_cognito_user(user.username, user.password, challenge="SOFTWARE_TOKEN_MFA")
    cloud = open_cloud(adiutaopt_challenge=lambda _: "000000")
    with pytest.raises(AuthError, match=r"Invalid session for the user"):
        cloud.adiutaopt.shift.version()
    assert asked_of(sandbox) == {"InitiateAuth": 1, "RespondToAuthChallenge": 5}


def test_a_new_password_and_what_belongs_to_it(open_cloud: Opener, sandbox: Sandbox) -> None:
    user = sandbox.credentials
    sandbox.add_cognito_user(
        user.username,
        user.password,
        challenge=["NEW_PASSWORD_REQUIRED", "SMS_MFA"],
        required_attributes=["name"],
    )
    said = {
        "NEW_PASSWORD": ["too short", "Fake-New-Password-2"],
        "userAttributes.name": ["Ada", "Ada"],
        "SMS_MFA_CODE": [sandbox.cognito_code(user.username, "SMS_MFA")],
    }
    asked: list[Question] = []
    cloud = open_cloud(adiutaopt_challenge=noting(asked, lambda one: said[one.asked].pop(0)))
    assert cloud.adiutaopt.shift.version().schema
    assert "InvalidPasswordException" in str(asked[2].refusal)
    sandbox.add_cognito_user(user.username, "Fake-New-Password-2")  # the challenges go, the password stays
    sandbox.revoke(user.username)
    sandbox.turn(HOUR)
    assert cloud.adiutaopt.shift.version().schema, "signed in anew, with the new password"


@pytest.mark.parametrize("challenge", ["MFA_SETUP", "CUSTOM_CHALLENGE", "SELECT_MFA_TYPE", "DEVICE_SRP_AUTH"])
def test_what_cannot_be_answered_is_named(open_cloud: Opener, sandbox: Sandbox, challenge: str) -> None:
    user = sandbox.credentials
    sandbox.add_cognito_user(user.username, user.password, challenge=challenge)
    with pytest.raises(Unsupported, match=f"asks for {challenge}, which is not supported: "):
        open_cloud(adiutaopt_challenge=lambda _: "x").adiutaopt.shift.version()


@pytest.mark.parametrize("alias", [True, False])
@pytest.mark.parametrize("challenge", [None, "SMS_MFA"])
@pytest.mark.parametrize("rotates", [True, False])
def test_an_app_client_with_a_secret(
    open_cloud: Opener, sandbox: Sandbox, alias: bool, challenge: str | None, rotates: bool
) -> None:
    user = sandbox.credentials
    sandbox.settings = sandbox.settings.patched({"cognito": {"rotate_refresh_tokens": rotates}})
    sandbox.add_cognito_user(user.username, user.password, challenge=challenge, alias=alias)
    environment = {"client_id": user.confidential_client_id, "client_secret": user.client_secret}
    cloud = open_cloud(
        adiutaopt=environment, adiutaopt_challenge=lambda _: sandbox.cognito_code(user.username, "SMS_MFA")
    )
    for _ in range(3):
        assert cloud.adiutaopt.shift.version().schema
        sandbox.turn(HOUR)
    assert cloud.adiutaopt.session.sign_out().revoked


# ---------------------------------------------------------------- trouble at the identity provider


def test_throttling_is_waited_out(open_cloud: Opener, sandbox: Sandbox) -> None:
    sandbox.refuse_cognito(times=2)
    assert open_cloud().adiutaopt.shift.version().schema
    assert asked_of(sandbox) == {"InitiateAuth": 3, "RespondToAuthChallenge": 1}


def test_lasting_throttling_is_named(open_cloud: Opener, sandbox: Sandbox) -> None:
    sandbox.refuse_cognito(times=100)
    with pytest.raises(RateLimited, match="TooManyRequestsException"):
        open_cloud().adiutaopt.shift.version()
    assert asked_of(sandbox) == {"InitiateAuth": 4}, "as often as the policy says, no more"


@pytest.mark.parametrize("off", [-86_400, -HOUR, HOUR, 86_400])
def test_a_machine_whose_clock_is_off_signs_in_and_renews_in_time(
    open_cloud: Opener, sandbox: Sandbox, off: float
) -> None:
    clock, events = Turned(off), list[object]()
    cloud = open_cloud(clock=clock, on_event=events.append)
    for _ in range(8):
        assert cloud.adiutaopt.shift.version().schema
        for turned in (sandbox, clock):
            _turn(turned, HOUR / 4)
    (told,) = [event for event in events if isinstance(event, ClockOff)]
    assert told.seconds == pytest.approx(-off, abs=5)
    assert [entry.status for entry in sandbox.journal() if entry.vendor == "adiutaopt"] == [200] * 8
    assert asked_of(sandbox) == {"InitiateAuth": 2, "RespondToAuthChallenge": 1}


def _turn(what: Sandbox | Turned, seconds: float) -> None:
    if isinstance(what, Sandbox):
        what.turn(seconds)
    else:
        what.turned += seconds


# ---------------------------------------------------------------- days


def test_three_days(open_cloud: Opener, sandbox: Sandbox) -> None:
    """A call every twenty minutes: 72 tokens, no refused call, never two refreshes in an hour."""
    clock = Turned()
    cloud = open_cloud(clock=clock)
    for _ in range(3 * 24 * 3):
        assert cloud.adiutaopt.shift.version().schema
        for turned in (sandbox, clock):
            _turn(turned, HOUR / 3)
    calls = [entry for entry in sandbox.journal() if entry.vendor == "adiutaopt"]
    assert [entry.status for entry in calls] == [200] * 216
    renewals = [entry for entry in of_cognito(sandbox) if entry.status == 200][2:]
    assert len(renewals) == 71  # and one token by signing in
    assert min(later.time - earlier.time for earlier, later in pairwise(renewals)) > HOUR - 5
    assert asked_of(sandbox)["RespondToAuthChallenge"] == 1


def test_a_revoked_refresh_token_is_one_sign_in_anew(open_cloud: Opener, sandbox: Sandbox) -> None:
    cloud = open_cloud()
    cloud.adiutaopt.shift.version()
    sandbox.revoke(sandbox.credentials.username)
    for _ in range(3):
        sandbox.turn(1300)
        assert cloud.adiutaopt.shift.version().schema
    assert asked_of(sandbox) == {"InitiateAuth": 3, "RespondToAuthChallenge": 2}


# ---------------------------------------------------------------- many at once

CHILD = """
import asyncio, sys
from concurrent.futures import ThreadPoolExecutor
from optcloud import AsyncOptCloud, OptCloud

def blocking():
    with OptCloud() as oc, ThreadPoolExecutor(4) as pool:
        print("ready", flush=True)
        for _ in sys.stdin:
            list(pool.map(lambda _: oc.adiutaopt.shift.version(), range(4)))
            print("done", flush=True)

async def tasks():
    async with AsyncOptCloud() as oc:
        print("ready", flush=True)
        while await asyncio.to_thread(sys.stdin.readline):
            await asyncio.gather(*(oc.adiutaopt.shift.version() for _ in range(4)))
            print("done", flush=True)

blocking() if sys.argv[1] == "blocking" else asyncio.run(tasks())
"""


def test_processes_threads_and_tasks_sign_in_once_and_refresh_once(
    sandbox: Sandbox, state: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    environment = {**os.environ, **sandbox.environment(), "OPTCLOUD_ADIUTAOPT_TOKEN_CACHE": "file"}
    environment["OPTCLOUD_CONFIG"] = os.devnull
    sandbox.settings = sandbox.settings.patched({"cognito": {"rotate_refresh_tokens": True}})
    children = [
        subprocess.Popen(
            [sys.executable, "-c", CHILD, form],
            env=environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for form in ("blocking", "blocking", "asyncio")
    ]
    try:
        _all_say(children, "ready")
        # Signing in takes two calls; then their clocks call the tokens valid still, so each is refused and renews.
        for turned, answered in ((0, 2), (3700, 3), (3700, 4), (0, 4)):
            sandbox.turn(turned)
            for child in children:
                assert child.stdin is not None
                child.stdin.write("go\n")
                child.stdin.flush()
            _all_say(children, "done")
            assert sum(entry.status == 200 for entry in of_cognito(sandbox)) == answered
        assert asked_of(sandbox)["RespondToAuthChallenge"] == 1
    finally:
        for child in children:
            child.communicate(timeout=PATIENCE)
    assert [child.returncode for child in children] == [0] * 3
    assert sorted(path.suffix for path in state.iterdir()) == [".json", ".lock"]


def _all_say(children: list[subprocess.Popen[str]], word: str) -> None:
    for child in children:
        assert child.stdout is not None
        assert child.stdout.readline().strip() == word


def test_a_damaged_cache_is_signed_over(open_cloud: Opener, sandbox: Sandbox, state: Path) -> None:
    open_cloud(adiutaopt_token_cache="file").adiutaopt.shift.version()
    (kept,) = state.glob("*.json")
    kept.write_text("{", encoding="utf-8")
    assert open_cloud(adiutaopt_token_cache="file").adiutaopt.shift.version().schema
    assert open_cloud(adiutaopt_token_cache="file").adiutaopt.shift.version().schema
    assert asked_of(sandbox)["RespondToAuthChallenge"] == 2
    assert set(json.loads(kept.read_text())) == {"format", "id_token", "ends", "refresh_token", "user", "skew"}


def test_nothing_is_kept_unless_asked_for(cloud: Any, state: Path) -> None:
    cloud.adiutaopt.shift.version()
    assert not state.exists()


def test_signing_in_and_out_by_hand(open_cloud: Opener, sandbox: Sandbox, state: Path) -> None:
    cloud = open_cloud(adiutaopt_token_cache="file")
    done = cloud.adiutaopt.session.sign_in()
    (kept,) = state.glob("*.json")
    assert (done.username, done.kept) == (sandbox.credentials.username, str(kept))
    assert done.until.timestamp() == pytest.approx(time.time() + HOUR, abs=20)
    other = open_cloud(adiutaopt={"password": None}, adiutaopt_token_cache="file")
    assert other.adiutaopt.shift.version().schema
    out = other.adiutaopt.session.sign_out()
    assert (out.was_signed_in, out.revoked) == (True, True) and not kept.exists()
    assert not open_cloud(adiutaopt_token_cache="file").adiutaopt.session.sign_out().was_signed_in
    assert asked_of(sandbox)["RevokeToken"] == 1


# ---------------------------------------------------------------- secrets


def test_what_signing_in_is_told_never_shows(
    open_cloud: Opener, sandbox: Sandbox, state: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    user = sandbox.credentials
    planted = ["Planted-Fake-New-Password-1/ä", "97531024", user.password, user.client_secret]
    sandbox.add_cognito_user(
        user.username, user.password, challenge=["NEW_PASSWORD_REQUIRED", "SMS_MFA"], sms_code=planted[1]
    )
    answers = ["short", planted[0], "86420135", planted[1]]
    shown: list[str] = []
    asked: list[Question] = []
    cloud = open_cloud(
        adiutaopt={"client_id": user.confidential_client_id, "client_secret": user.client_secret},
        adiutaopt_challenge=noting(asked, lambda _: answers.pop(0)),
        adiutaopt_token_cache="file",
        on_event=lambda event: shown.append(repr(event)),
    )
    sandbox.refuse_cognito(times=1)
    shown.append(repr(cloud.adiutaopt.session.sign_in()))
    (kept,) = state.glob("*.json")
    tokens = json.loads(kept.read_text())
    kept.write_text(kept.read_text() + "}")
    sandbox.refuse_cognito("NotAuthorizedException", times=9, message=f"who is {planted[0]} with {planted[1]}?")
    with pytest.raises(AuthError) as caught:
        open_cloud(
            adiutaopt={"client_id": user.confidential_client_id, "client_secret": user.client_secret},
            adiutaopt_token_cache="file",
        ).adiutaopt.shift.version()
    assert planted[0] in str(caught.value), "another process does not know it, so this was a good test"
    with pytest.raises(AuthError) as caught:
        cloud.adiutaopt.session.sign_in()
    shown += [str(caught.value), repr(caught.value), *traceback.format_exception(caught.value)]
    shown += map(repr, asked)
    session = cloud.adiutaopt.session
    shown += [repr(session), repr(vars(session._inner if isinstance(session, Blocked) else session))]
    shown += [record.getMessage() for record in caplog.records if "who is" not in record.getMessage()]
    text = "\n".join(shown)
    for secret in (*planted, tokens["id_token"], tokens["refresh_token"], "86420135", "fake-session-"):
        assert secret not in text, text[max(0, text.index(secret) - 200) :][:300]
    assert len(caplog.records) > 10


def test_threads_of_one_process_that_wait_share_one_wrong_password(
    sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    from optcloud import OptCloud

    for name, value in sandbox.environment().items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("OPTCLOUD_ADIUTAOPT_PASSWORD", "fake-and-wrong")
    refused: list[str] = []
    gate = threading.Barrier(8)
    with OptCloud() as oc:
        oc.adiutaopt  # noqa: B018 - connected before the threads start

        def work() -> None:
            gate.wait()
            try:
                oc.adiutaopt.shift.version()
            except AuthError as error:
                refused.append(str(error))

        threads = [threading.Thread(target=work) for _ in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert len(refused) == 8
    assert asked_of(sandbox)["RespondToAuthChallenge"] <= 3
