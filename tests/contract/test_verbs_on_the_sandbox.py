"""The verbs of AIMMS PRO on the sandbox: each request and each answer is judged by the document of its service."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

from contract.answers import Recording, check, document_of, record
from contract.requests import Document, used_modules
from contract.test_requests import aimms_verbs
from optcloud import Conflict, OptCloud
from optcloud.sandbox import Sandbox
from optcloud_sandbox.urls import AIMMS_BASES
from sandbox.operation_list import operations

PACKAGES = {base: package for package, base in AIMMS_BASES.items()}
JUDGES = {package: Document(package) for package in PACKAGES.values()}
DOCUMENTS = {package: document_of(package) for package in PACKAGES.values()}
PASSWORD = "fake-password-4-tests"
ADA = "Plant/user:ada"
Scene = Callable[[Any, Sandbox, Path], None]


def people(aimms: Any, sandbox: Sandbox, folder: Path) -> None:
    them = aimms.people
    them.current()
    them.create_environment("Plant", description="a", domain="plant.invalid", is_default=False)
    them.update_environment("Plant", description="b")
    them.environment("Plant")
    them.environments()
    them.create_group("Plant", "Planners", max_users=3)
    them.update_group("Plant", "Planners", description="plan")
    them.group("Plant", "Planners")
    them.groups("Plant")
    them.create_user("Plant", "ada", full_name="Ada", email="ada@sandbox.invalid", password=PASSWORD)
    them.update_user("Plant", "ada", email="a@sandbox.invalid")
    them.users("Plant")
    them.entity(them.user("Plant", "ada").id)
    them.ensure_member("Plant", "Planners", "ada")
    access(aimms)
    them.members("Plant", "Planners")
    them.remove_member("Plant", "Planners", "ada")
    them.delete_user("Plant", "ada")
    them.delete_group("Plant", "Planners")
    them.delete_environment("Plant")


def access(aimms: Any) -> None:
    rights = aimms.access
    rights.grant("Sandbox", "1.0", ADA, "read+execute")
    rights.read("Sandbox", "1.0")
    rights.who("Sandbox", "1.0", persons=True)
    rights.what("Plant", "ada")
    rights.deny("Sandbox", "1.0", ADA, "write")
    rights.clear("Sandbox", "1.0", ADA)


def keys(aimms: Any, sandbox: Sandbox, folder: Path) -> None:
    for account in (None, sandbox.credentials.aimms_account):
        aimms.keys.create("ci", timedelta(days=30), ["Tasks", "Session"], account=account)
        aimms.keys.delete("ci", account=account)
    aimms.keys.list()


def tasks(aimms: Any, sandbox: Sandbox, folder: Path) -> None:
    job = aimms.run("Sandbox", "echo", input=b"x")
    job.wait()
    assert list(job.logs())
    job.save_log(folder / "task.log")
    aimms.stats()
    aimms.stats(current=True)
    list(aimms.doctor())


def directory(aimms: Any, sandbox: Sandbox, folder: Path) -> None:
    them = aimms.directory
    assert list(them.environments(sort="-environment_name", environment_name_contain_ci="o"))
    assert list(them.groups(group_name_in=["Admin", "Users"]))
    assert list(them.users(user_name_equal_cs="sandbox-user"))
    them.environment("ROOT")
    them.group("ROOT", "Admin")
    them.user("ROOT", "sandbox-user")
    them.current_environment()
    them.current_user()
    them.scopes()
    them.create_key("new", timedelta(days=30), ["Tasks"])
    them.list_keys()
    them.delete_key("new")


def sessions(aimms: Any, sandbox: Sandbox, folder: Path) -> None:
    them = aimms.sessions
    aimms.run("Sandbox", "echo").wait()
    task = next(iter(them.list("task", sort="created_at")))
    ids = {kind: sandbox.add_aimms_session(kind) for kind in ("webui", "solve")} | {"task": task.id}
    them.service_address(ids["webui"], "dex")
    for kind, session in ids.items():
        assert list(them.list(kind, app_name="Sandbox"))
        them.get(kind, session)
        assert list(them.logs(kind, session))
        them.save_log(kind, session, folder / f"{kind}.log")
        end(them, kind, session)


def end(them: Any, kind: str, session: str) -> None:
    if kind == "task":
        with pytest.raises(Conflict):  # it has ended already
            them.terminate(kind, session)
        them.delete(kind, session, kill_task=True)
    else:
        them.terminate(kind, session)
        them.delete(kind, session)


def secrets(aimms: Any, sandbox: Sandbox, folder: Path) -> None:
    them = aimms.secrets
    them.create_directory("ci")
    them.create("ci/token", "fake-content")
    them.update("ci/token", content="new-fake-content")
    them.get("ci/token")
    them.get("ci", sort="-name")
    them.grant("ci", "ROOT/user:sandbox-user", "read_write")
    them.access("ci")
    them.revoke("ci", "ROOT/user:sandbox-user")
    them.delete("ci/token")
    them.delete("ci")


SCENES: tuple[Scene, ...] = (people, keys, tasks, directory, sessions, secrets)


@pytest.fixture(scope="module")
def recordings(tmp_path_factory: pytest.TempPathFactory) -> Iterator[list[Recording]]:
    """What went over all connections while the scenes were played."""
    with Sandbox() as sandbox, pytest.MonkeyPatch.context() as patch:
        for name, value in (sandbox.environment() | {"OPTCLOUD_CONFIG": os.devnull}).items():
            patch.setenv(name, value)
        with OptCloud() as cloud:
            aimms = cloud.aimms
            services = [aimms._siblings.sibling(f"{name}-manager") for name in ("user", "session", "secret")]
            kept = [record(connection) for connection in (aimms._connection, *services)]
            for scene in SCENES:
                scene(aimms, sandbox, tmp_path_factory.mktemp(scene.__name__))
            yield kept


def exchanges(recordings: list[Recording]) -> Iterator[tuple[str, httpx.Request, str, httpx.Response]]:
    """Package, request as the vendor would see it, operation, answer."""
    for recording in recordings:
        for request, (operation, answer) in zip(recording.requests, recording.answers, strict=True):
            address = str(request.url).replace("/aimms/pro", "/pro", 1)
            package = next(package for base, package in PACKAGES.items() if base in address)
            seen = httpx.Request(request.method, address, headers=request.headers, content=request.content)
            yield package, seen, operation, answer


def test_each_request_is_what_the_document_says(recordings: list[Recording]) -> None:
    for package, request, operation, _ in exchanges(recordings):
        assert JUDGES[package].judge(request) == (operation, []), request.url


def test_each_answer_is_what_the_document_says(recordings: list[Recording]) -> None:
    for package, _, operation, answer in exchanges(recordings):
        check(DOCUMENTS[package], operation, answer)


def test_no_operation_that_a_flow_uses_is_left_out(recordings: list[Recording]) -> None:
    modules = {(one.package, one.id): one.module for one in operations().values()}
    played = {modules[package, operation] for package, _, operation, _ in exchanges(recordings)}
    scripted = {modules["aimms_pro", operation] for operation, _, _ in aimms_verbs()}
    assert played | scripted >= used_modules("aimms")
