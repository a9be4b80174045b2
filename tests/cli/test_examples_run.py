"""The examples of the help, run as they are printed, on the sandbox.

What an example names is there before it: the app Scheduling, people, keys, files. Identifiers that a cloud gives out,
such as aimms:default/6f1c, are replaced by those of jobs that were begun for it; where a person would be asked, ``yes``
is said.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from cli.conftest import Run
from cli.test_aimms_secrets import Remembering, remembering  # noqa: F401 - a fixture
from cli.test_batch import HELD
from cli.test_examples import OF_A_SHELL, PAGES, parse, words_of
from cli.test_spec_diff import DOCUMENT
from observe.test_command import TASK
from optcloud import OptCloud
from optcloud.batch.jobs import Ending, JobState
from optcloud.batch.ledger.ledger import JobLedger
from optcloud.sandbox import AfterPolls, AtOnce, Sandbox
from optcloud_sandbox.roster import stored
from sandbox.command_scenes import AIMMS_VERSION, ROSTER

# Those that are only parsed, by the beginning of the line, and why.
ONLY_PARSED = {
    "optcloud demo": "takes seconds; test_demo runs it",
    "optcloud sandbox": "serves until Ctrl-C",
    "optcloud config": "asks a person, and writes into the configuration of this user",
    "optcloud --profile": "needs a profile",
    "optcloud doctor": "fetches a vendor's document",
    "optcloud gurobi run": "needs programs of the person's own",
    "optcloud batch start": "needs PostgreSQL",
    "optcloud batch work": "needs PostgreSQL",
    "optcloud aimms tasks intermediate": "of a local DEX service only",
    "optcloud spec fetch": "asks a vendor from a checkout of the repository",
    "optcloud spec check": "asks a vendor",
    "optcloud spec adopt": "asks a vendor from a checkout of the repository",
    "optcloud spec generate": "needs a checkout of the repository",
    "optcloud spec prove": "needs a checkout of the repository",
    "optcloud spec diff HEAD": "needs a repository of git",
}
STORE = "OPTCLOUD_BATCH_STORE"
ENDS = {0, 3, 6, 8}  # done; jobs that failed, documents that differ, jobs that are held: as arranged
EXAMPLES = sorted({example for page in PAGES.values() for example in page.examples})
RUN = [example for example in EXAMPLES if not example.startswith(tuple(ONLY_PARSED))]
PARTS: dict[str, list[str]] = {}
for _example in RUN:
    PARTS.setdefault(" ".join(parse(words_of(_example))[:-1]) or "optcloud", []).append(_example)


@pytest.fixture
def oc(sandbox: Sandbox) -> Iterator[OptCloud]:
    with OptCloud() as cloud:
        yield cloud


def files() -> None:
    """The files that examples read, in this folder."""
    for name in ("problem.json", "before.yaml", "after.yaml", "password.txt", "logo.png", "plan.aimmspack"):
        Path(name).write_bytes(b"content")
    Path("problem.json").write_bytes(stored())
    Path("people.yaml").write_text(ROSTER, encoding="utf-8")
    described = {"name": "Scheduling", "projectVersion": "1.1", "aimmsVersionId": AIMMS_VERSION}
    Path("app.json").write_text(json.dumps(described), encoding="utf-8")
    Path("in.jsonl").write_text('{"machines": 1}\n', encoding="utf-8")
    Path("before.yaml").write_text(DOCUMENT, encoding="utf-8")
    Path("after.yaml").write_text(DOCUMENT.partition("  /jobs/{id}:")[0], encoding="utf-8")
    Path("observed.jsonl").write_text(json.dumps(TASK) + "\n", encoding="utf-8")
    Path("src").mkdir(exist_ok=True)
    Path("src", "plan.py").write_text("import json\n", encoding="utf-8")


def solved(run: Run) -> None:
    """Saved plans, which cost a calculation."""
    for name in ("plan.json", "monday.json", "tuesday.json"):
        if not Path(name).exists():
            assert run("adiutaopt", "solve", "problem.json", "-o", name).exit_code == 0


def apps(oc: OptCloud, example: str) -> None:
    for version in ("1.0", "1.1") if " delete " in example else ("1.0",):
        oc.aimms.apps.publish(
            "plan.aimmspack", name="Scheduling", version=version, aimms_version=AIMMS_VERSION, latest=version == "1.0"
        )


def people(oc: OptCloud) -> None:
    oc.aimms.people.apply("people.yaml")
    oc.aimms.people.ensure_user("ACME", "bob")


def keys(oc: OptCloud, example: str) -> None:
    if " create " not in example:
        oc.aimms.keys.create("ci", timedelta(days=30), ["Tasks", "APIKey"], store="keyring:ci")


def secrets_of_apps(oc: OptCloud, example: str) -> None:
    people(oc)
    if not example.endswith("mkdir databases"):
        oc.aimms.secrets.create_directory("databases")
        oc.aimms.secrets.create("databases/production", "fake-content")
    if " revoke " in example:
        for whom in ("ACME/group:planners", "ACME/user:ada"):
            oc.aimms.secrets.grant("databases", whom, "read")


def storage(oc: OptCloud, example: str) -> None:
    for bucket in ("/icons", *(() if " mkdir " in example else ("/data",))):
        oc.aimms.storage.ensure_bucket(bucket)
    oc.aimms.storage.upload(Path("logo.png"), "/icons/my_logo")


def batches(oc: OptCloud, example: str) -> None:
    """Of the jobs of spring, one is held, and the others have failed; a batch that is made anew is not there."""
    if "--inputs" in example:
        return
    batch = oc.batch("spring", store=os.environ[STORE])
    batch.add(oc.aimms.service("Scheduling", "solve"), dict.fromkeys(("s0042", "s0043", "s0044"), b"{}"))
    with JobLedger.open(os.environ[STORE]) as ledger:
        held, *failed = ledger.arm("spring", 0, ledger.take("spring", 0), 3).jobs
        ledger.hold("spring", held.key, held.attempt, HELD, [])
        for job in failed:
            ledger.sent("spring", job.key, job.attempt, "aimms:default/x")
            ledger.end("spring", [Ending(job.key, "aimms:default/x", JobState.FAILED, "completed", "no solution")])


def with_ids(oc: OptCloud, sandbox: Sandbox, example: str) -> str:
    """Begin the jobs that an example names, and write their identifiers into it."""
    line = example
    running = any(f" {verb} " in line for verb in ("stop", "cancel")) and " series " not in line
    for name in ("aimms:default/6f1c", "aimms:default/6f1d"):
        if name in line:
            sandbox.pace = AfterPolls(8) if running else AtOnce()
            job: Any = oc.aimms.run(
                "Scheduling", "solve", input=b"{}", every=timedelta(days=1) if " series " in line else None
            )
            while running and job.poll().state.value != "running":
                pass
            line = line.replace(name, str(job.ref))
    if "adiutaopt:default/shift/KEY" in line:
        line = line.replace("adiutaopt:default/shift/KEY", str(oc.adiutaopt.shift.submit(stored()).ref))
    if "6gJx" in line:
        pool = oc.gurobi.launch(2)
        pool.keep()
        for name, machine in zip(("6gJx", "7hKy"), pool.ids, strict=True):
            line = line.replace(name, machine)
    return with_sessions(oc, sandbox, line)


def with_sessions(oc: OptCloud, sandbox: Sandbox, line: str) -> str:
    for name, kind in (("4711", "webui"), ("4713", "solve")):
        if name in line:
            session = sandbox.add_aimms_session(kind)
            if " delete " in line:
                oc.aimms.sessions.terminate(kind, session)
            line = line.replace(name, session)
    if "4712" in line:
        oc.aimms.run("Scheduling", "solve", input=b"{}").wait()
        line = line.replace("4712", next(iter(oc.aimms.sessions.list("task"))).id)
    return line


ARRANGED: dict[str, Callable[..., None]] = {
    "aimms people": lambda oc, example: people(oc),
    "aimms access": lambda oc, example: people(oc),
    "aimms keys": keys,
    "aimms secrets": secrets_of_apps,
    "aimms storage": storage,
    "aimms categories": lambda oc, example: (
        None if " create " in example else oc.aimms.apps.categories.ensure("Rosters")
    ),
    "batch": batches,
}


@pytest.mark.parametrize("part", PARTS)
def test_examples_run(
    part: str,
    oc: OptCloud,
    sandbox: Sandbox,
    run: Run,
    remembering: Remembering,  # noqa: F811
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("OPTCLOUD_GUROBI_LEDGER", "off")
    for number, example in enumerate(PARTS[part]):
        monkeypatch.setenv(STORE, str(tmp_path / f"batches-{number}.sqlite"))
        sandbox.reset()
        sandbox.pace = AtOnce()
        remembering.known.clear()
        files()
        if part == "adiutaopt":
            solved(run)
        if part.startswith(("aimms", "job", "batch", "optcloud")):
            apps(oc, example)
        ARRANGED.get(part, lambda oc, example: None)(oc, example)
        words = words_of(with_ids(oc, sandbox, example))
        if any(each.name == "yes" for each in PAGES[parse(words)].params) and "--yes" not in words:
            words.append("--yes")
        reads = not OF_A_SHELL.isdisjoint(example.split())
        outcome = run(*words, stdin=b"content" if reads else None)
        assert outcome.exit_code in ENDS, (example, outcome.output)
