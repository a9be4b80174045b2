"""adiutaOpt on faults: each verb, each fault, once and as long as it lasts; of the planner and of the sign-in."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from optcloud import Pace, RetryPolicy
from optcloud.sandbox import AfterPolls, Sandbox
from sandbox.facades import Opener
from sandbox.matrix import FAULTS, OUTCOME, Two, Verb, disturbed, judge, undisturbed

SHORT = Pace(first=0.005, longest=0.01, patience=0.05)
ONCE_MORE = RetryPolicy(attempts=3, first=0.001, longest=0.002)
PROBLEM = {"meta": {}, "parameters": {}, "tasks": [{"id": "early", "revenue": 7}], "workers": [{"id": "anna"}]}
Known = dict[tuple[str, str], Any]


def submitted(cloud: Any) -> Any:
    return cloud.adiutaopt.shift.submit(PROBLEM)


def of_plan(verb: Callable[[Any], Any]) -> Callable[[Any, Any], Any]:
    """A call on the plan that was prepared."""
    return lambda _cloud, plan: verb(plan)


def request_id(plan: Any) -> Any:
    plan.result(pace=SHORT)
    return plan.request_id


SUBMITS = [
    Verb(
        name,
        lambda cloud, _, coding=coding: cloud.adiutaopt.shift.submit(PROBLEM, coding=coding),
        seen=lambda plan: plan.key,
        creates=True,
        idempotent=True,
    )
    for name, coding in (("submit", "auto"), ("submit, compressed", "gzip"))
]
VERBS = [
    *SUBMITS,
    Verb("poll", of_plan(lambda plan: plan.poll().word), prepare=submitted),
    Verb("wait", of_plan(lambda plan: plan.wait(pace=SHORT).word), prepare=submitted),
    Verb("wait, calculating", of_plan(lambda p: p.wait(pace=SHORT).word), prepare=submitted, pace=AfterPolls(3)),
    Verb("result", of_plan(lambda plan: plan.result(pace=SHORT).raw), prepare=submitted),
    Verb("request_id", of_plan(request_id), prepare=submitted),
    Verb("version", lambda cloud, _: cloud.adiutaopt.shift.version().version),
    Verb("packages", lambda cloud, _: [package.Name for package in cloud.adiutaopt.shift.packages()]),
]
SIGNING_IN = [
    SUBMITS[0],
    Verb("version", lambda cloud, _: cloud.adiutaopt.shift.version().version, idempotent=True),
]


@pytest.fixture(scope="module")
def known() -> Known:
    """What is right, by verb and form of the facade."""
    return {}


@pytest.mark.parametrize("lasting", [False, True], ids=["once", "lasting"])
@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.parametrize("verb", VERBS, ids=lambda verb: verb.name)
def test_a_verb(
    verb: Verb, fault: str, lasting: bool, two: Two, sandbox: Sandbox, known: Known, record_property: Any
) -> None:
    form = (verb.name, two.form)
    if form not in known:
        known[form] = undisturbed(verb, two.patient, sandbox)
    ending = disturbed(verb, two, sandbox, "adiutaopt", fault, None if lasting else 1)
    if verb.creates:
        check_that_nothing_is_lost(two.patient, sandbox, known[form])
    outcome = {"cloud": "adiutaOpt", "verb": verb.name, "fault": fault}
    record_property(OUTCOME, outcome | {"word": judge(verb, ending, known[form])})


@pytest.mark.parametrize("lasting", [False, True], ids=["once", "lasting"])
@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.parametrize("verb", SIGNING_IN, ids=lambda verb: verb.name)
def test_a_verb_that_signs_in(
    verb: Verb, fault: str, lasting: bool, open_cloud: Opener, sandbox: Sandbox, known: Known, record_property: Any
) -> None:
    def opened() -> Two:  # without tokens
        one, other = (open_cloud(retry=ONCE_MORE, timeout=timeout) for timeout in (None, 0.3))
        return Two(one, other, "")

    right = undisturbed(verb, opened().patient, sandbox)
    ending = disturbed(verb, opened(), sandbox, "cognito", fault, None if lasting else 1)
    if ending.error is not None:
        assert not [entry for entry in sandbox.journal() if entry.path.endswith("description")], "sent all the same"
    asked_nothing = Verb(verb.name, verb.call, idempotent=True)  # a problem that was not sent has no key to be lost
    outcome = {"cloud": "adiutaOpt, signing in", "verb": verb.name, "fault": fault}
    record_property(OUTCOME, outcome | {"word": judge(asked_nothing, ending, right)})


def check_that_nothing_is_lost(cloud: Any, sandbox: Sandbox, key: str) -> None:
    """Whatever came of it: submitting again gives the key, and nothing was calculated twice."""
    assert submitted(cloud).key == key
    answers = [entry.status for entry in sandbox.journal() if entry.path.endswith("description")]
    assert answers.count(201) <= 1 and answers[-1] in {200, 201}
