"""AIMMS PRO on faults: each verb, each fault, once and as long as it lasts, blocking and asyncio."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from optcloud import Pace
from optcloud.sandbox import Sandbox
from sandbox.matrix import FAULTS, OUTCOME, Verb, disturbed, judge, undisturbed

SHORT = Pace(first=0.005, longest=0.01, patience=0.05)

METADATA = {"name": "project7003", "projectVersion": "3.0", "aimmsVersionId": "4.84.1.5-linux64-x64-vc141"}


def echoed(cloud: Any) -> Any:
    """A task to look at."""
    return cloud.aimms.run("Sandbox", "echo", input={"n": 1})


VERBS = [
    Verb(
        "run",
        lambda cloud, _none: cloud.aimms.run("Sandbox", "echo", input={"n": 1}),
        seen=lambda job: job.poll().word,
        method="POST",
        creates=True,
    ),
    Verb("poll", lambda _cloud, job: job.poll().word, prepare=echoed),
    Verb("result", lambda _cloud, job: job.result(pace=SHORT).bytes, prepare=echoed),
    Verb("delete", lambda _cloud, job: job.delete(), prepare=echoed),
    Verb("tasks", lambda cloud, _job: len(cloud.aimms.tasks()), prepare=echoed),
    Verb("versions", lambda cloud, _none: cloud.aimms.versions()),
]


@pytest.fixture(scope="module")
def known() -> dict[tuple[str, str], Any]:
    """What is right, by verb and form of the facade."""
    return {}


@pytest.mark.parametrize("lasting", [False, True], ids=["once", "lasting"])
@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.parametrize("verb", VERBS, ids=lambda verb: verb.name)
def test_a_verb_on_a_fault(
    verb: Verb,
    fault: str,
    lasting: bool,
    impatient: Any,
    sandbox: Sandbox,
    known: dict[tuple[str, str], Any],
    record_property: Any,
) -> None:
    form = (verb.name, type(impatient).__name__)
    if form not in known:
        known[form] = undisturbed(verb, impatient, sandbox)
    described: Mapping[str, Any] = FAULTS[fault]
    ending = disturbed(verb, impatient, sandbox, "aimms", described, None if lasting else 1)
    outcome = {"cloud": "AIMMS PRO", "verb": verb.name, "fault": fault}
    record_property(OUTCOME, outcome | {"word": judge(verb, ending, known[form])})
