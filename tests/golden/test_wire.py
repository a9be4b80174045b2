"""Each verb's request as it goes over the wire, kept in ``wire.txt``: a change of a single byte shows in review.

To accept a change: ``OPTCLOUD_UPDATE_GOLDEN=1 nox -s tests -- tests/golden``, then read the difference.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import pytest

from optcloud import OptCloud
from optcloud.core.flow import Instant

GOLDEN = Path(__file__).with_name("wire.txt")
ID_TOKEN = "fake.id.token"
PROBLEM = {"meta": {}, "parameters": {}, "tasks": [{"id": "früh", "revenue": 7}], "workers": []}
METADATA = {"name": "project7003", "projectVersion": "3.0", "aimmsVersionId": "4.84.1.5-linux64-x64-vc141"}
RIGHTS = [{"entity": 16777095, "authorization": 4, "deny": False}]
MACHINE = {"_id": "m1", "state": "idle", "DNSName": "m1.invalid"}


class StandingClock:
    """2026-03-02T08:00:00Z, always."""

    def now(self) -> Instant:
        return Instant(0.0, 1_772_438_400.0)

    def sleep(self, seconds: float) -> None:
        raise AssertionError(f"nothing here should wait ({seconds} s)")

    async def sleep_async(self, seconds: float) -> None:
        self.sleep(seconds)


class Answering(httpx.BaseTransport):
    """Writes each request down and answers it from a table."""

    def __init__(self) -> None:
        self.written: list[str] = []

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        self.written.append(as_text(request))
        return httpx.Response(200, json=self._answer(request.method, request.url.path))

    def _answer(self, method: str, path: str) -> Any:
        if path.endswith("description"):
            return "KEY=="
        if "/solution/" in path:
            return {"tasks": [], "workers": []}
        if path.endswith(("packages-list", "machines", "licenses", "launch", "kill")):
            return [{"Name": "p", **MACHINE}, {"Name": "q", **MACHINE, "_id": "m2"}]
        if path.endswith(("categories", "resource-profiles")) and method == "GET":
            return [{"id": "7", "value": "planning", "name": "small"}]
        listed: dict[str, Any] = {"current_batch": [], "applications": [], "modifiable": True}
        if path.endswith("aimms-versions"):
            return {"versions": []}
        address = "https://blobs.invalid/t1?sig=fake-signature-of-an-address"
        return {"id": "t1", "value": "more", "state": "completed", "file": address, **listed}


def as_text(request: httpx.Request) -> str:
    left_out = {"host", "connection", "user-agent", "content-length", "accept-encoding"}
    given = sorted(request.headers.items())
    headers = [f"{name}: {value}" for name, value in given if name not in left_out or value == "gzip"]
    body = request.read().decode("utf-8", errors="backslashreplace").replace("\r\n", "\n")
    if boundary := request.headers.get("content-type", "").partition("boundary=")[2]:
        headers = [header.replace(boundary, "BOUNDARY") for header in headers]
        body = body.replace(boundary, "BOUNDARY")
    target = request.url.raw_path.decode()
    return "\n".join([f"{request.method} {target}", *headers, *(["", body] if body else [])])


def cloud_on(answering: Answering) -> OptCloud:
    cloud = OptCloud(
        aimms={"url": "https://aimms.invalid/pro-api/v2", "api_key": "fake-api-key"},
        adiutaopt={
            "url": "https://adiutaopt.invalid",
            "username": "u",
            "password": "fake-password",
            "user_pool_id": "eu-central-1_Fake",
            "client_id": "fake-client",
        },
        gurobi={"url": "https://gurobi.invalid/api", "access_id": "FakeAccessId00000", "secret_key": "fake-secret-key"},
        clock=StandingClock(),
    )
    for one in (cloud.aimms, cloud.adiutaopt, cloud.gurobi):
        one._connection.client._transport._inner = answering  # type: ignore[attr-defined]
    return cloud


def verbs(cloud: OptCloud) -> dict[str, Callable[[], Any]]:
    task = cloud.attach("aimms:default/6f1c")
    plan = cloud.attach("adiutaopt:default/shift/KEY%3D%3D")
    pool = cloud.attach("gurobi:default/m1/m2")
    return {
        "aimms run, latest version, JSON": lambda: cloud.aimms.run("My App", "solve", input={"n": [1, 2]}),
        "aimms run, given version, bytes": lambda: cloud.aimms.run("A", "s", version="1/2", input=b"\x00\x01"),
        "aimms run, no input": lambda: cloud.aimms.run("A", "s"),
        "aimms poll": task.poll,
        "aimms result": task.result,
        "aimms stop": task.stop,
        "aimms cancel": task.cancel,
        "aimms delete": task.delete,
        "aimms tasks": lambda: cloud.aimms.tasks(app="A", limit=5),
        "aimms apps.publish": lambda: cloud.aimms.apps.publish(b"pack", METADATA, icon=b"png"),
        "aimms apps.publish, hiding the old": lambda: cloud.aimms.apps.publish(
            b"pack", name="A", version="2", aimms_version="4.84", hide_old="1", web_ui=True, latest=True
        ),
        "aimms apps.publish, icon stored": lambda: cloud.aimms.apps.publish(
            b"pack", METADATA, icon=b"png", icon_label="logo", if_changed=True
        ),
        "aimms apps.update": lambda: cloud.aimms.apps.update("A", "1", {"isLatest": True}),
        "aimms apps.set_attributes": lambda: cloud.aimms.apps.set_attributes("A", "1", {"isWebUI": "true"}),
        "aimms apps.delete": lambda: cloud.aimms.apps.delete("A", "1"),
        "aimms apps.list": cloud.aimms.apps.list,
        "aimms apps.list, one": lambda: cloud.aimms.apps.list("My App"),
        "aimms apps.is_modifiable": lambda: cloud.aimms.apps.is_modifiable("A", "1"),
        "aimms apps.resource_profiles": cloud.aimms.apps.resource_profiles,
        "aimms apps.categories.rename": lambda: cloud.aimms.apps.categories.rename("planning", "plans"),
        "aimms apps.categories.create": lambda: cloud.aimms.apps.categories.create("plans"),
        "aimms versions": cloud.aimms.versions,
        "aimms versions, dev": lambda: cloud.aimms.versions(dev=True),
        "aimms version": lambda: cloud.aimms.aimms_version("4.84"),
        "aimms server": cloud.aimms.server,
        "aimms storage.upload": lambda: cloud.aimms.storage.upload(b"png", "/icons/my logo"),
        "aimms storage.info": lambda: cloud.aimms.storage.info("/icons/my logo"),
        "aimms storage.bucket": lambda: cloud.aimms.storage.bucket("/icons"),
        "aimms storage.make_bucket": lambda: cloud.aimms.storage.make_bucket("/a/b", access=RIGHTS),
        "aimms storage.rename": lambda: cloud.aimms.storage.rename("/a/b", "c"),
        "aimms storage.set_access": lambda: cloud.aimms.storage.set_access("/a/b", []),
        "aimms storage.delete": lambda: cloud.aimms.storage.delete("/a/b"),
        "aimms storage.delete_bucket": lambda: cloud.aimms.storage.delete_bucket("/a"),
        "adiutaopt shift submit": lambda: cloud.adiutaopt.shift.submit(PROBLEM, version="2024-10-01_0"),
        "adiutaopt mixed submit": lambda: cloud.adiutaopt.mixed.submit({}),
        "adiutaopt floor submit": lambda: cloud.adiutaopt.floor.submit({}),
        "adiutaopt poll": plan.poll,
        "adiutaopt version": cloud.adiutaopt.shift.version,
        "adiutaopt packages": cloud.adiutaopt.floor.packages,
        "gurobi licenses": cloud.gurobi.licenses,
        "gurobi machines": cloud.gurobi.machines,
        "gurobi launch": lambda: cloud.gurobi.launch(2, license_type="light compute server", password="fake pass/word"),
        "gurobi kill": pool.kill,
    }


def test_requests_are_those_of_the_golden_file(monkeypatch: pytest.MonkeyPatch) -> None:
    from optcloud.adiutaopt.sign_in.session import CognitoSession
    from optcloud.adiutaopt.sign_in.tokens import Tokens
    from optcloud.core.secret import Secret

    tokens = Tokens(Secret(ID_TOKEN), 1_900_000_000.0, Secret("fake-refresh-token"))
    answering = Answering()
    cloud = cloud_on(answering)
    session: CognitoSession = cloud.adiutaopt._connection.client._transport._policy.auth.session  # type: ignore[attr-defined]
    monkeypatch.setattr(session, "_tokens", tokens)
    parts = []
    for name, verb in verbs(cloud).items():
        answering.written.clear()
        verb()
        parts.append(f"=== {name}\n" + "\n---\n".join(answering.written) + "\n")
    text = "\n".join(parts)
    if os.environ.get("OPTCLOUD_UPDATE_GOLDEN"):
        GOLDEN.write_text(text, encoding="utf-8")
    assert text == GOLDEN.read_text(encoding="utf-8")
