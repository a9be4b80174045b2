"""Runs of every command that asks a cloud for something: what one command makes, the next one shows or deletes."""

from __future__ import annotations

import json
import shlex
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from optcloud.batch.jobs import JobInput
from optcloud.batch.ledger.ledger import JobLedger
from optcloud.sandbox import AfterPolls, AtOnce, Sandbox
from optcloud_sandbox.roster import stored

ROSTER = """
environments:
  ACME:
    description: Planning
    groups:
      planners: {description: Those who plan}
    users:
      ada: {full_name: Ada Lovelace, groups: [planners]}
"""
AIMMS_VERSION = "4.84.1.5-linux64-x64-vc141"
Run = Callable[..., str]  # runs a line as it is typed behind "optcloud", and returns what it printed
Scene = Callable[[Run, Sandbox, Path], None]


def tasks(run: Run, sandbox: Sandbox, folder: Path) -> None:
    begin = "aimms run Sandbox echo --input - --no-wait"
    run("aimms run Sandbox echo --input -")
    run("aimms run Sandbox echo --version 1.0 --input -")
    ref, other = (run(begin).strip() for _ in range(2))
    for line in (
        "tasks show {}",
        "tasks logs {}",
        f"tasks logs {{}} -o {folder}/log",
        "tasks list",
        "tasks stats",
        "tasks stats --current",
        "server",
    ):
        run(f"aimms {line.format(ref)}")
    run("doctor")
    run(f"aimms tasks wait {ref} {other}")
    run(f"aimms tasks delete {ref}")
    run(f"job wait {other}")
    run(f"job show {other}")
    run(f"job result {other}")
    run(f"job delete {other}")
    sandbox.pace = AfterPolls(8)
    for group in ("aimms tasks", "job"):
        for verb in ("stop", "cancel"):
            ref = run(begin).strip()
            while json.loads(run(f"aimms tasks show {ref} --json"))["state"] != "running":
                pass
            run(f"{group} {verb} {ref}")
    sandbox.pace = AtOnce()
    ref = json.loads(run("aimms run Sandbox echo --input - --every 1d --no-wait --json"))["ref"]
    run(f"aimms tasks wait {ref}")
    run(f"aimms series list {ref}")
    run(f"aimms series stop {ref}")


def apps(run: Run, sandbox: Sandbox, folder: Path) -> None:
    (folder / "plan.aimmspack").write_bytes(b"pack")
    publish = f"aimms publish {folder}/plan.aimmspack --name Planning --aimms-version {AIMMS_VERSION}"
    for latest in ("", " --latest"):
        run(f"{publish} --version 1.0 --icon {folder}/plan.aimmspack --icon-label plan --if-changed{latest}")
    run(f"{publish} --version 1.1 --hide-old 1.0 --latest")
    for line in (
        "list",
        "list Planning",
        "show Planning",
        "show Planning 1.1",
        "link Planning",
        "link Planning 1.1",
        "profiles",
    ):
        run(f"aimms apps {line}")
    run("aimms apps update Planning 1.1 --latest --attribute team=blue")
    run("aimms apps delete Planning 1.1 --yes")
    run("aimms apps aimms-versions --dev")
    for line in ("create Rosters", "create Rosters", "list", "rename Rosters Shifts", "delete Shifts --yes"):
        run(f"aimms categories {line}")


def storage(run: Run, sandbox: Sandbox, folder: Path) -> None:
    (folder / "logo").write_bytes(b"png")
    lines = [
        *("mkdir -p /a/b", "mkdir /c", f"put {folder}/logo /a/b/logo", "list /a", "show /a/b/logo"),
        *("get /a/b/logo -", f"get /a/b/logo {folder}/got", "rename /a/b/logo icon", "rename --bucket /c d"),
        *("delete /a/b/icon --yes", "delete --bucket /d --yes"),
    ]
    for line in lines:
        run(f"aimms storage {line}")


def people(run: Run, sandbox: Sandbox, folder: Path) -> None:
    (folder / "people.yaml").write_text(ROSTER, encoding="utf-8")
    lines = [
        *(f"apply {folder}/people.yaml", "me", "list", "list ACME", "list ACME/group:planners"),
        *("show ACME", "show ACME/group:planners", "show ACME/user:ada"),
        *(
            "create OTHER --description Others",
            "create OTHER/group:buyers --max-users 3",
            "create ACME/user:bob --full-name Bob",
        ),
        *(
            "create OTHER --description More",
            "create OTHER/group:buyers --max-users 4",
            "create ACME/user:bob --full-name Robert",
        ),
        *(
            "update ACME --description b",
            "update ACME/group:planners --description c",
            "update ACME/user:bob --new-name eve",
        ),
        *("join ACME/group:planners eve", "leave ACME/group:planners eve"),
    ]
    for line in lines:
        run(f"aimms people {line}")
    rights = [
        *("grant Sandbox 1.0 ACME/group:planners read+execute", "show Sandbox 1.0", "who Sandbox 1.0 --persons"),
        *("who Sandbox 1.0", "what ACME/user:ada", "deny Sandbox 1.0 ACME/user:ada write"),
        *("revoke Sandbox 1.0 ACME/group:planners execute", "replace Sandbox 1.0 ACME/user:ada=read --yes"),
        "clear Sandbox 1.0 --yes",
    ]
    for line in rights:
        run(f"aimms access {line}")
    for whom in ("ACME/user:eve", "OTHER/group:buyers", "OTHER"):
        run(f"aimms people delete {whom} --yes")
    (folder / "people.yaml").write_text("environments: {ACME: {}}\n", encoding="utf-8")
    run(f"aimms people apply {folder}/people.yaml --prune --yes")


def keys(run: Run, sandbox: Sandbox, folder: Path) -> None:
    run("aimms keys scopes")
    for newer in ("", " --user-manager"):
        run(f"aimms keys create ci --scope APIKey --expires 20d --print-secret{newer}")
        run(f"aimms keys list{newer}")
        run(f"aimms keys delete ci --yes{newer}")
    account = f"--account {sandbox.credentials.aimms_account}"
    run(f"aimms keys create other --scope APIKey --print-secret {account}")
    run("aimms keys expiring --within 300d")
    run("aimms keys create ci --scope APIKey --expires 20d --print-secret")
    run("aimms keys rotate ci --new-name newer --print-secret --yes")
    run(f"aimms keys delete other --yes {account}")


def secrets(run: Run, sandbox: Sandbox, folder: Path) -> None:
    (folder / "content").write_text("fake-content", encoding="utf-8")
    run("aimms people create ROOT/group:planners")
    lines = [
        *(
            "mkdir ci",
            f"create ci/token --content-file {folder}/content",
            "list",
            "list ci",
            "get ci/token --print-secret",
        ),
        *(f"update ci/token --content-file {folder}/content", "grant ci ROOT/group:planners read_write", "access ci"),
        *("revoke ci ROOT/group:planners", "delete ci/token --yes"),
    ]
    for line in lines:
        run(f"aimms secrets {line}")


def sessions(run: Run, sandbox: Sandbox, folder: Path) -> None:
    run("aimms run Sandbox echo --input -")
    task = json.loads(run("aimms sessions list task --json"))[0]["id"]
    run("aimms sessions list")
    ids = {kind: sandbox.add_aimms_session(kind) for kind in ("webui", "solve")}
    run(f"aimms sessions address {ids['webui']} webui")
    for kind, session in {**ids, "task": task}.items():
        for line in ("show {}", "logs {}", f"logs {{}} -o {folder}/session.log"):
            words = line.format(f"{kind} {session}")
            run(f"aimms sessions {words}")
        run(f"aimms sessions list {kind}")
        if kind != "task":
            run(f"aimms sessions terminate {kind} {session} --yes")
        run(f"aimms sessions delete {kind} {session} --yes{' --kill-task' * (kind == 'task')}")


def plans(run: Run, sandbox: Sandbox, folder: Path) -> None:
    (folder / "problem.json").write_bytes(stored())
    run("adiutaopt login")
    run(f"adiutaopt solve {folder}/problem.json -o {folder}/plan.json")
    for planner in ("mixed", "floor"):
        ref = run(f"adiutaopt solve {folder}/problem.json --planner {planner} --send-anyway --no-wait").strip()
        run(f"job wait {ref}")
        run(f"job result {ref}")
    run("adiutaopt packages list")
    run("adiutaopt logout")


def batches(run: Run, sandbox: Sandbox, folder: Path) -> None:
    (folder / "scenarios.jsonl").write_text('{"id": "a"}\n', encoding="utf-8")
    store = f"--store {folder}/batches.sqlite"
    run(f"batch run spring {store} --inputs {folder}/scenarios.jsonl --key-field id --aimms Sandbox echo")
    ref = run("aimms run Sandbox echo --input - --delay 1h --no-wait").strip()
    with JobLedger.open(f"{folder}/batches.sqlite") as ledger:  # a job that is queued
        ledger.add("spring", [("late", JobInput(b"{}"))])
        (job,) = ledger.arm("spring", 0, ledger.take("spring", 0), 1).jobs
        ledger.sent("spring", job.key, job.attempt, ref)
    run(f"batch cancel spring {store}")


SCENES: tuple[Scene, ...] = (tasks, apps, storage, people, keys, secrets, sessions, plans, batches)
# Each is run when a process has just died that had launched a machine; {pool} is one that still runs.
OF_GUROBI = (
    "gurobi licenses list",
    "gurobi machines list",
    "gurobi reap",
    "gurobi launch 1 --wait --license-id 95912",
    f"gurobi run -n 1 --license-id 95912 -- {shlex.quote(sys.executable)} -c pass",
    "job wait {pool}",
    "gurobi kill {pool}",
    "gurobi kill --all --yes",
)
# Those that ask no cloud: they read files, serve, or fetch documents; `demo` asks its own sandbox for everything.
SEND_NOTHING = {
    *(f"config {name}" for name in ("init", "list", "show", "path")),  # init tries settings by what others do, too
    *("demo", "sandbox", "job list", "gurobi migrate", "adiutaopt check", "adiutaopt show", "adiutaopt diff"),
    *("adiutaopt login", "adiutaopt logout"),  # of the identity provider, which has no document
    *(
        f"spec {name}"
        for name in ("fetch", "adopt", "generate", "list", "show", "prove", "check", "diff", "changelog", "observed")
    ),
    *(f"batch {name}" for name in ("status", "failures", "results", "picture", "retry", "resume", "resolve")),
    *("batch start", "batch work"),  # of a fleet, which needs PostgreSQL: what `batch run` does
    *(f"{cloud} doctor" for cloud in ("aimms", "adiutaopt", "gurobi")),  # other names of what `doctor` asks
    "aimms apps link",
    "aimms tasks intermediate",  # of a local DEX service only, by an operation that no document has
}


def words_of(line: str, known: set[str]) -> tuple[str, list[str]]:
    """The command of a line, ``aimms apps list``, and the line's words."""
    words = shlex.split(line)
    return next(" ".join(words[:count]) for count in (3, 2, 1) if " ".join(words[:count]) in known), words


def result_of(outcome: Any, line: str) -> str:
    """What a run printed; AssertionError when it failed."""
    assert outcome.exit_code == 0, (line, outcome.output)
    return str(outcome.stdout)
