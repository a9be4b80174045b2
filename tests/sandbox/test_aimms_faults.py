"""AIMMS PRO on faults: each verb on each fault, and on some for as long as they last."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from optcloud import Pace
from optcloud.aimms.apps.access_rules import Access
from optcloud.sandbox import AfterPolls, Sandbox
from sandbox.matrix import OUTCOME, TIMES, Two, Verb, disturbed, judge, undisturbed

SHORT = Pace(first=0.005, longest=0.01, patience=0.05)
AIMMS_VERSION = "4.84.1.5-linux64-x64-vc141"
Known = dict[tuple[str, str], Any]
SCRATCH = Path(tempfile.mkdtemp(prefix="optcloud-faults-"))


def echoed(cloud: Any) -> Any:
    """A task to look at."""
    return cloud.aimms.run("Sandbox", "echo", input={"n": 1})


def running(cloud: Any) -> Any:
    """A task that can be interrupted."""
    job = echoed(cloud)
    while job.poll().word != "running":
        pass
    return job


def three(cloud: Any) -> list[Any]:
    return [echoed(cloud) for _ in range(3)]


def repeated(cloud: Any) -> Any:
    return cloud.aimms.run("Sandbox", "echo", input={}, every="1 day")


def published(cloud: Any) -> Any:
    return publish(cloud)


def peopled(cloud: Any) -> None:
    cloud.aimms.people.create_environment("ACME")
    cloud.aimms.people.create_group("ACME", "planners")
    cloud.aimms.people.create_user("ACME", "ada")


def known_and_published(cloud: Any) -> None:
    peopled(cloud)
    publish(cloud)


def stored(cloud: Any) -> None:
    cloud.aimms.storage.upload(b"content", "/icons/mine")


def secret(cloud: Any) -> None:
    cloud.aimms.secrets.create("/plan", "fake")


def publish(cloud: Any, **words: Any) -> Any:
    named = {"name": "project7003", "version": "3.0", "aimms_version": AIMMS_VERSION}
    return cloud.aimms.apps.publish(b"PK fake pack", **{**named, **words})


def ended(verb: Callable[[Any], Any]) -> Callable[[Any, Any], Any]:
    """A call on the task that was prepared."""
    return lambda _cloud, job: verb(job)


def on(verb: Callable[[Any], Any]) -> Callable[[Any, Any], Any]:
    """A call on ``oc.aimms``."""
    return lambda cloud, _prepared: verb(cloud.aimms)


def nothing(_value: Any) -> None:
    """Compare nothing: what the call made has ids and times of its own."""


def saved(job: Any) -> bytes:
    path = SCRATCH / "result"
    path.unlink(missing_ok=True)
    try:
        job.save(path, pace=SHORT)
    except BaseException:
        assert not path.exists(), "a file that is not whole has the name of one that is"
        raise
    return path.read_bytes()


def make_key(cloud: Any) -> Any:
    return cloud.aimms.keys.create("ci", timedelta(days=30), ["Tasks"])


VERBS = [
    Verb("run", lambda cloud, _: echoed(cloud), seen=lambda job: job.poll().word, method="POST", creates=True),
    Verb("run, repeated", lambda cloud, _: repeated(cloud), seen=nothing, method="POST", creates=True),
    Verb("poll", ended(lambda job: job.poll().word), prepare=echoed),
    Verb("wait", ended(lambda job: job.wait(pace=SHORT).word), prepare=echoed),
    Verb("wait_all", lambda cloud, jobs: [one.word for one in cloud.aimms.wait_all(jobs, pace=SHORT)], prepare=three),
    Verb("result", ended(lambda job: job.result(pace=SHORT).bytes), prepare=echoed),
    Verb("save", ended(saved), prepare=echoed),
    Verb("stop", ended(lambda job: job.stop()), prepare=running, pace=AfterPolls(4)),
    Verb("cancel", ended(lambda job: job.cancel()), prepare=running, pace=AfterPolls(4)),
    Verb("delete", ended(lambda job: job.delete()), prepare=echoed),
    Verb("details", ended(lambda job: job.details().app), prepare=echoed),
    Verb("save_log", ended(lambda job: job.save_log(SCRATCH / "log").stat().st_size > 0), prepare=echoed),
    Verb("series.stop", ended(lambda job: job.series.stop()), prepare=repeated),
    Verb("tasks", lambda cloud, _: len(cloud.aimms.tasks()), prepare=echoed),
    Verb("stats", on(lambda aimms: aimms.stats()), seen=nothing),
    Verb("server", on(lambda aimms: aimms.server())),
    Verb("versions", on(lambda aimms: aimms.versions())),
    Verb("apps.publish", lambda cloud, _: publish(cloud), seen=lambda done: done.changed),
    Verb("apps.publish if_changed", lambda cloud, _: publish(cloud, if_changed=True), seen=lambda done: done.app.name),
    Verb("apps.publish latest", lambda cloud, _: publish(cloud, latest=True), seen=lambda done: done.app.name),
    Verb("apps.list", on(lambda aimms: [app.name for app in aimms.apps.list()])),
    Verb("apps.get", on(lambda aimms: aimms.apps.get("project7003", "3.0").name), prepare=published),
    Verb("apps.update", on(lambda aimms: aimms.apps.update("Sandbox", "1.0", description="x").description)),
    Verb("apps.set_attributes", on(lambda aimms: aimms.apps.set_attributes("Sandbox", "1.0", {"a": "1"}).attributes)),
    Verb("apps.delete", on(lambda aimms: aimms.apps.delete("project7003", "3.0")), prepare=published),
    Verb("categories.list", on(lambda aimms: aimms.apps.categories.list())),
    Verb("categories.ensure", on(lambda aimms: aimms.apps.categories.ensure("new").name)),
    Verb("access.read", on(lambda aimms: aimms.access.read("project7003", "3.0").rules), prepare=published),
    Verb(
        "access.grant",
        on(lambda aimms: aimms.access.grant("project7003", "3.0", "ACME/user:ada", Access.READ)),
        prepare=known_and_published,
        seen=nothing,
    ),
    Verb(
        "access.who",
        on(lambda aimms: len(aimms.access.who("project7003", "3.0"))),
        prepare=known_and_published,
    ),
    Verb("people.users", on(lambda aimms: [user.name for user in aimms.people.users("ACME")]), prepare=peopled),
    Verb("people.create_user", on(lambda aimms: aimms.people.create_user("ACME", "bob").name), prepare=peopled),
    Verb(
        "people.update_group", on(lambda a: a.people.update_group("ACME", "planners", name="p").name), prepare=peopled
    ),
    Verb("people.add_member", on(lambda aimms: aimms.people.add_member("ACME", "planners", "ada")), prepare=peopled),
    Verb("people.ensure_user", on(lambda a: a.people.ensure_user("ACME", "bob").action), prepare=peopled),
    Verb("people.delete_user", on(lambda aimms: aimms.people.delete_user("ACME", "ada")), prepare=peopled),
    Verb("keys.list", on(lambda aimms: [key.name for key in aimms.keys.list()])),
    Verb("keys.delete", on(lambda aimms: aimms.keys.delete("ci")), prepare=make_key),
    Verb("keys.create", lambda cloud, _: make_key(cloud), seen=lambda key: (key.name, key.secret is not None)),
    Verb("storage.upload", on(lambda aimms: aimms.storage.upload(b"content", "/icons/mine"))),
    Verb("storage.info", on(lambda aimms: aimms.storage.info("/icons/mine").path), prepare=stored),
    Verb("storage.read", on(lambda aimms: aimms.storage.read("/icons/mine")), prepare=stored),
    Verb("storage.rename", on(lambda aimms: aimms.storage.rename("/icons/mine", "yours")), prepare=stored),
    Verb("sessions.list", on(lambda aimms: len(list(aimms.sessions.list("task")))), prepare=echoed),
    Verb("secrets.create", on(lambda aimms: aimms.secrets.create("/plan", "fake"))),
    Verb("secrets.get", on(lambda aimms: aimms.secrets.get("/plan").path), prepare=secret),
    Verb("directory.users", on(lambda aimms: [one.name for one in aimms.directory.users()])),
    Verb("directory.scopes", on(lambda aimms: aimms.directory.scopes())),
    Verb("storage.delete", on(lambda aimms: aimms.storage.delete("/icons/mine")), prepare=stored),
]


@pytest.fixture(scope="module")
def known() -> Known:
    """What is right, by verb and form of the facade."""
    return {}


# The drivers are shown by these; of the others, both forms are the same flows.
BOTH_FORMS = {"run", "run, repeated", "wait", "wait_all", "save"}


@pytest.mark.parametrize(("fault", "times"), TIMES)
@pytest.mark.parametrize("verb", [verb for verb in VERBS if verb.name in BOTH_FORMS], ids=lambda verb: verb.name)
def test_a_verb_in_both_forms(
    verb: Verb, fault: str, times: int | None, two: Two, sandbox: Sandbox, known: Known, record_property: Any
) -> None:
    check(verb, fault, times, two, sandbox, known, record_property)


@pytest.mark.parametrize("two", ["blocking"], indirect=True)
@pytest.mark.parametrize(("fault", "times"), TIMES)
@pytest.mark.parametrize("verb", [verb for verb in VERBS if verb.name not in BOTH_FORMS], ids=lambda verb: verb.name)
def test_a_verb(
    verb: Verb, fault: str, times: int | None, two: Two, sandbox: Sandbox, known: Known, record_property: Any
) -> None:
    check(verb, fault, times, two, sandbox, known, record_property)


def check(
    verb: Verb, fault: str, times: int | None, two: Two, sandbox: Sandbox, known: Known, record_property: Any
) -> None:
    form = (verb.name, two.form)
    if form not in known:
        known[form] = undisturbed(verb, two.patient, sandbox)
    ending = disturbed(verb, two, sandbox, "aimms", fault, times)
    outcome = {"cloud": "AIMMS PRO", "verb": verb.name, "fault": fault}
    record_property(OUTCOME, outcome | {"word": judge(verb, ending, known[form])})
