"""Planted secrets never show: not in logs at DEBUG, reprs, errors, references or tracebacks.

Nor do they in tracebacks with all local variables, as rich and error trackers print them.
"""

from __future__ import annotations

import logging
import pickle
import traceback
from collections.abc import Callable
from typing import Any
from urllib.parse import quote

import pytest

from optcloud import OptCloudError, RetryPolicy, Secret
from optcloud.sandbox import Fault, Sandbox
from sandbox.facades import FAST, Blocked, Opener, launched
from unit.frames import shown_by

PLANTED = {
    "OPTCLOUD_AIMMS_API_KEY": "planted-fake-api-key-5f1",
    "OPTCLOUD_ADIUTAOPT_PASSWORD": "Planted-Fake-Password-77/ä",
    "IC_SECRET_KEY": "planted_fake_secret_key_c0ffee",
}
POOL_PASSWORD = "planted fake+pool/password"
NEW_PASSWORD = "planted-fake-new-password"
HOOK_KEY = "planted-fake-hook-key"
PEOPLE = {"environments": {"ROOT": {"users": {"ada": {"password": NEW_PASSWORD}}}}}


@pytest.fixture
def planted(open_cloud: Opener, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch) -> Any:
    """A facade with planted credentials, which the sandbox knows."""
    for name, value in PLANTED.items():
        monkeypatch.setenv(name, value)
    sandbox.add_aimms_key(PLANTED["OPTCLOUD_AIMMS_API_KEY"], "Tasks")
    sandbox.add_cognito_user(sandbox.credentials.username, PLANTED["OPTCLOUD_ADIUTAOPT_PASSWORD"])
    soon = RetryPolicy(first=0.01, longest=0.02)
    return open_cloud(retry=soon, on_event=lambda event: logging.getLogger("progress").info("%r", event))


def calls(cloud: Any, sandbox: Sandbox) -> list[Callable[[], Any]]:
    """Things that work, things that are refused, and things that break on the wire."""
    problem = {"meta": {}, "parameters": {}, "tasks": [], "workers": []}

    def broken(kind: Any, vendor: Any, call: Callable[[], Any]) -> Callable[[], Any]:
        def breaking() -> Any:
            sandbox.faults.add(Fault(kind, vendor=vendor, times=None))
            try:
                return call()
            finally:
                sandbox.faults.clear()

        return breaking

    def aimms() -> Any:
        return cloud.aimms.run("Sandbox", "echo", input={})

    def adiutaopt() -> Any:
        return cloud.adiutaopt.shift.submit(problem).result(pace=FAST)

    def hooked() -> Any:
        return cloud.aimms.run("Sandbox", "echo", input={}, hook=f"https://acme.test/?key={HOOK_KEY}")

    def gurobi() -> Any:
        return launched(cloud.gurobi.launch(1, password=POOL_PASSWORD))

    return [
        broken("drop-before", "cognito", adiutaopt),
        broken("html", "cognito", adiutaopt),
        aimms,
        adiutaopt,
        gurobi,
        cloud.gurobi.machines,
        cloud.aimms.apps.list,
        lambda: launched(cloud.gurobi.launch(1, region="moon", password=POOL_PASSWORD)),
        broken("drop-after", "aimms", aimms),
        broken("cut", "adiutaopt", adiutaopt),
        broken("html", "aimms", cloud.aimms.tasks),
        broken("drop-after", "gurobi", gurobi),
        broken("status", "gurobi", cloud.gurobi.machines),
        broken("drop-after", "cognito", cloud.adiutaopt.session.sign_in),
        broken("html", "cognito", cloud.adiutaopt.session.sign_out),
        broken("drop-after", "aimms", hooked),
        broken("html", "aimms", hooked),
        broken("drop-after", "aimms", lambda: cloud.aimms.people.create_user("ROOT", "ada", password=NEW_PASSWORD)),
        broken("status", "aimms", lambda: cloud.aimms.people.apply(PEOPLE)),
        broken("drop-after", "aimms", lambda: cloud.aimms.secrets.create("a", NEW_PASSWORD)),
        broken("drop-before", "aimms", lambda: cloud.aimms.secrets.update("a", content=NEW_PASSWORD)),
    ]


def test_planted_secrets_never_show(planted: Any, sandbox: Sandbox, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    shown: list[str] = []
    with_locals: list[str] = []
    failures = 0
    for call in calls(planted, sandbox):
        try:
            result = call()
        except OptCloudError as error:
            failures += 1
            shown += [repr(error), str(error), repr(vars(error).get("headers")), *getattr(error, "__notes__", [])]
            shown += traceback.format_exception(error)
            with_locals += [f"{place}: {text}" for place, text in shown_by(error)]
        else:
            inner = result._inner if isinstance(result, Blocked) else result
            shown += [repr(result), str(result), repr(vars(inner) if hasattr(inner, "__dict__") else inner)]
    clouds = [planted, planted.aimms, planted.adiutaopt, planted.gurobi, planted.aimms.client, planted.adiutaopt.client]
    for one in clouds:
        inner = one._inner if isinstance(one, Blocked) else one
        shown += [repr(inner), repr(vars(inner) if hasattr(inner, "__dict__") else inner)]
    shown += [record.getMessage() for record in caplog.records]
    shown += [repr(entry) for entry in sandbox.journal()]

    assert failures >= 7, "the calls that should fail did not: nothing was shown"
    assert len(caplog.records) > 50, "DEBUG logs were not captured"
    for secret in (*PLANTED.values(), POOL_PASSWORD, "eyJ"):  # eyJ: how every JSON Web Token begins
        assert_hidden(secret, "\n".join(shown))
    own = [f"{record.getMessage()} {vars(record)}" for record in caplog.records if record.name.startswith("optcloud")]
    assert any("InitiateAuth: 200" in line for line in own), "requests were not logged"
    for secret in (*PLANTED.values(), POOL_PASSWORD, "eyJ", quote(POOL_PASSWORD), NEW_PASSWORD, HOOK_KEY):
        assert_hidden(secret, "\n".join(with_locals))
        assert_hidden(secret, "\n".join(own))


def assert_hidden(secret: str, text: str) -> None:
    assert secret not in text, f"{secret!r} shows: {text[max(0, text.index(secret) - 300) :][:400]}"


def test_a_secret_hides_itself() -> None:
    secret = Secret("planted-fake")
    assert "planted" not in f"{secret} {secret!r} {secret!s:>20} {[secret]} {vars(type(secret))}"
    assert b"planted" not in pickle.dumps(secret) + pickle.dumps(secret, 0)
    assert secret.reveal() == "planted-fake"
