"""Calls of every verb of the facade, arranged as scenes: what one verb makes, the next one reads or deletes."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

from contract.test_verbs_on_the_sandbox import SCENES as OF_AIMMS
from optcloud import Conflict, Unsupported
from optcloud.sandbox import AfterPolls, AtOnce, Fault, Sandbox
from sandbox.facades import FAST

PUBLISHED: dict[str, Any] = {"name": "Meals", "aimms_version": "4.84.1.5-linux64-x64-vc141"}
PROBLEM: dict[str, Any] = {"meta": {}, "parameters": {}, "tasks": [], "workers": []}
MACHINE_PASSWORD = "fake-password-4-machines"
# An environment, a group and a user, by their names.
RIGHTS = {"ROOT": "read", "ROOT/group:Users": "read", "ROOT/user:sandbox-user": "read+execute"}
Scene = Callable[[Any, Sandbox, Path], None]


def tasks(cloud: Any, sandbox: Sandbox, folder: Path) -> None:
    aimms = cloud.aimms
    jobs = [aimms.run("Sandbox", "echo", version=version, input=b"x") for version in (None, "1.0")]
    job = cloud.attach(jobs[0].ref)
    job.wait(pace=FAST)
    job.poll()
    job.details()
    job.result(pace=FAST)
    job.save(folder / "result", pace=FAST)
    cloud.attach(jobs[1].ref).result(pace=FAST)  # of which no end is known
    with contextlib.suppress(Unsupported):
        job.intermediate()
    aimms.tasks(app="Sandbox", version="1.0")
    aimms.tasks(limit=1)
    list(aimms.as_completed(jobs, pace=FAST))
    aimms.wait_all(jobs, pace=FAST)
    aimms.wait_all(jobs[:1], pace=FAST)
    list(aimms.as_completed(jobs[:1], pace=FAST))
    refused = [job.stop, job.cancel]  # it has ended: which state it has is looked up
    for verb in refused:
        with contextlib.suppress(Conflict):
            verb()
    for job in jobs:
        job.delete()


def running_tasks(cloud: Any, sandbox: Sandbox, folder: Path) -> None:
    sandbox.pace = AfterPolls(4)
    for verb in ("stop", "cancel"):
        job = cloud.aimms.run("Sandbox", "echo", input=b"x")
        while job.poll().state.name == "QUEUED":
            pass
        with contextlib.suppress(Conflict):
            job.delete()  # not while it runs
        getattr(job, verb)()
    list(cloud.aimms.run("Sandbox", "echo", input=b"x").logs(follow=True, pace=FAST))
    jobs = [cloud.aimms.run("Sandbox", "echo", input=b"x") for _ in range(3)]
    list(cloud.aimms.as_completed(jobs, pace=FAST))
    sandbox.pace = AtOnce()


def series(cloud: Any, sandbox: Sandbox, folder: Path) -> None:
    first = cloud.aimms.run("Sandbox", "echo", input=b"x", every="1 day")
    first.wait(pace=FAST)
    sandbox.turn(86_401)
    first.series.last()
    list(first.series.runs())
    first.series.stop()


def server(cloud: Any, sandbox: Sandbox, folder: Path) -> None:
    cloud.aimms.server()
    cloud.aimms.versions(dev=True)
    cloud.aimms.aimms_version(cloud.aimms.aimms_versions()[0].id)


def apps(cloud: Any, sandbox: Sandbox, folder: Path) -> None:
    them = cloud.aimms.apps
    them.publish(b"pack", **PUBLISHED, version="1.0", icon=b"png", icon_label="meals", if_changed=True)
    them.publish(b"pack", **PUBLISHED, version="1.0", icon=b"png", icon_label="meals", if_changed=True, latest=True)
    them.publish(b"pack", **PUBLISHED, version="1.1", if_changed=True)
    them.publish(b"pack", **PUBLISHED, version="2.0", hide_old="1.0", latest=True)
    sandbox.faults.add(Fault("drop-after", "aimms", "POST", "/applications$"))  # did it arrive? that is looked up
    them.publish(b"pack", **PUBLISHED, version="3.0", if_changed=True)
    them.list()
    them.list("Meals")
    them.get("Meals", "2.0")
    them.latest("Meals")
    them.is_modifiable("Meals", "2.0")
    them.link("Meals", "2.0")
    them.link("Meals")
    them.resource_profiles()
    them.update("Meals", "2.0", description="plans")
    them.set_attributes("Meals", "2.0", {"team": "red"})
    them.delete("Meals", "2.0")
    them.categories.create("Rosters")
    them.categories.ensure("Rosters")
    them.categories.ensure("Shifts")
    them.categories.list()
    them.categories.rename("Rosters", "Plans")
    them.categories.delete("Plans")


def storage(cloud: Any, sandbox: Sandbox, folder: Path) -> None:
    them = cloud.aimms.storage
    them.make_bucket("/plans", access=RIGHTS)
    them.ensure_bucket("/plans/old")
    them.bucket("/plans")
    them.upload(b"x", "/plans/a", access=RIGHTS)
    them.info("/plans/a")
    them.read("/plans/a")
    them.download("/plans/a", folder / "downloaded")
    them.set_access("/plans/a", RIGHTS)
    them.set_bucket_access("/plans/old", RIGHTS)
    them.rename("/plans/a", "b")
    them.rename_bucket("/plans/old", "new")
    them.delete("/plans/b")
    them.delete_bucket("/plans/new")
    them.delete_bucket("/plans")


def people(cloud: Any, sandbox: Sandbox, folder: Path) -> None:
    """What the scene of people beside this one leaves out."""
    them = cloud.aimms.people
    for _ in range(2):  # what is made, and what is there
        them.ensure_environment("Plant", description="a")
        them.ensure_group("Plant", "Planners", description="plan")
        them.ensure_user("Plant", "ada", full_name="Ada")
        them.ensure_member("Plant", "Planners", "ada")
    them.ensure_environment("Plant", description="b")
    them.ensure_group("Plant", "Planners", description="more")
    them.ensure_user("Plant", "ada", full_name="Ada L.")
    them.ensure_no_member("Plant", "Planners", "ada")
    them.add_member("Plant", "Planners", "ada")
    roster = {
        "Plant": {
            "description": "c",
            "groups": {"Planners": {"description": "plan"}, "Buyers": {}},
            "users": {"ada": {"full_name": "Ada", "groups": ["Buyers"]}, "bob": {"groups": ["Planners"]}},
        },
        "Office": {},
    }
    them.apply({"environments": roster})
    them.apply({"environments": {"Plant": {"groups": {"Buyers": {}}, "users": {"bob": {"groups": []}}}}}, prune=True)
    them.apply({"environments": {}}, prune=True)


def access(cloud: Any, sandbox: Sandbox, folder: Path) -> None:
    rights, app = cloud.aimms.access, ("Sandbox", "1.0")
    for whom in RIGHTS:
        rights.grant(*app, whom, "read")
        rights.deny(*app, whom, "write")
        rights.who(*app, persons=True)
        rights.revoke(*app, whom, "read")
        rights.clear(*app, whom)
    rights.replace(*app, RIGHTS)
    rights.who(*app)
    rights.what("ROOT", "sandbox-user")
    rights.clear(*app)
    verbs: tuple[Callable[[], Any], ...] = (
        *(lambda: rights.read(*app), lambda: rights.who(*app), lambda: rights.replace(*app, {})),
        *(lambda: rights.grant(*app, "ROOT", "read"), lambda: rights.revoke(*app, "ROOT", "read")),
        *(lambda: rights.deny(*app, "ROOT", "read"), lambda: rights.clear(*app, "ROOT")),
    )
    for verb in verbs:  # an entry without authorizations: whether others have access is looked up
        rights.clear(*app)
        sandbox.faults.add(Fault("wrong-type", "aimms", "GET", "/applications/Sandbox/1.0$", body="{}"))
        verb()
    rights.clear(*app)


def keys(cloud: Any, sandbox: Sandbox, folder: Path) -> None:
    them = cloud.aimms.keys
    for account in (None, sandbox.credentials.aimms_account):
        them.create("ci", timedelta(days=20), ["Tasks"], account=account)
        them.rotate("ci", new_name="newer")
        them.delete("newer")
    them.expiring()


def plans(cloud: Any, sandbox: Sandbox, folder: Path) -> None:
    cloud.adiutaopt.session.sign_in()
    list(cloud.adiutaopt.doctor())
    for planner in (cloud.adiutaopt.shift, cloud.adiutaopt.mixed, cloud.adiutaopt.floor):
        planner.check(PROBLEM)
        planner.version()
        planner.packages()
        job = planner.submit(PROBLEM)
        job.poll()
        job.wait(pace=FAST)
        job.result(pace=FAST)
        for verb in (job.stop, job.cancel, job.delete):
            with contextlib.suppress(Unsupported):
                verb()
        cloud.adiutaopt.resume(job.receipt)
        cloud.attach(job.ref)
    cloud.adiutaopt.session.sign_out()


def of_aimms(scene: Callable[[Any, Sandbox, Path], None]) -> Scene:
    """A scene of the contract tests, which know `oc.aimms` only."""
    return lambda cloud, sandbox, folder: scene(cloud.aimms, sandbox, folder)


SCENES: tuple[Scene, ...] = (
    *(of_aimms(scene) for scene in OF_AIMMS),
    *(tasks, running_tasks, series, server, apps, storage, people, access, keys, plans),
)


def _launch(cloud: Any, pool: str) -> None:
    license_id = cloud.gurobi._connection.run(cloud.gurobi._account.licenses())[0].id
    cloud.gurobi.launch(1, license_id=license_id, password=MACHINE_PASSWORD).keep()


# Each has a facade of its own, when a process has just died that had launched a machine; ``pool`` is of another launch.
OF_GUROBI: tuple[Callable[[Any, str], Any], ...] = (
    lambda cloud, pool: list(cloud.gurobi.doctor()),
    lambda cloud, pool: cloud.gurobi.licenses(),
    lambda cloud, pool: cloud.gurobi.machines(),
    lambda cloud, pool: cloud.gurobi.machine(cloud.attach(pool).ids[0]),
    lambda cloud, pool: cloud.gurobi.kill(cloud.attach(pool).ids),
    lambda cloud, pool: cloud.gurobi.survey(),
    lambda cloud, pool: cloud.gurobi.reap(),
    _launch,
    lambda cloud, pool: cloud.attach(pool).machines(),
    lambda cloud, pool: cloud.attach(pool).wait_ready(pace=FAST),
    lambda cloud, pool: cloud.attach(pool).hours(),
    lambda cloud, pool: cloud.attach(pool).known(),
    lambda cloud, pool: cloud.attach(pool).keep(),
    lambda cloud, pool: cloud.attach(pool).kill(),
)
# Verbs that send nothing by which a document or a page can be wrong.
SEND_NOTHING = {
    *("aimms.attach", "aimms.service", "adiutaopt.attach", "adiutaopt.resume", "gurobi.attach", "aimms.apps.link"),
    *(f"adiutaopt.{planner}.check" for planner in ("shift", "mixed", "floor")),
    *(f"adiutaopt.job.{verb}" for verb in ("stop", "cancel", "delete")),  # which adiutaOpt does not have
    *("adiutaopt.session.sign_in", "adiutaopt.session.sign_out"),  # of the identity provider, which has no document
    *("gurobi.program", "gurobi.now", "gurobi.pool.now", "gurobi.pool.save_license"),
    "gurobi.call",  # of API v2, which has no document
    "aimms.job.intermediate",  # of a local DEX service only, by an operation that no document has
}
