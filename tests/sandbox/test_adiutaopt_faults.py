"""adiutaOpt on faults: each verb, each fault, once and as long as it lasts; of the planner and of the sign-in."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

import pytest

from optcloud import Pace, RetryPolicy
from optcloud.sandbox import AfterPolls, Sandbox
from sandbox.facades import Opener
from sandbox.matrix import OUTCOME, TIMES, Two, Verb, disturbed, judge, undisturbed

SHORT = Pace(first=0.005, longest=0.01, patience=0.05)
ONCE_MORE = RetryPolicy(attempts=3, first=0.001, longest=0.002)
PROBLEM = {"meta": {}, "parameters": {}, "tasks": [{"id": "early", "revenue": 7}], "workers": [{"id": "anna"}]}
# By the rule, a body that is neither plan nor ErrorPlan means "not yet": as long as it lasts, a wait does, too.
LIMIT = 0.4
Known = dict[tuple[str, str], Any]


def submitted(cloud: Any) -> Any:
    return cloud.adiutaopt.shift.submit(PROBLEM)


def submitted_by(coding: str, cloud: Any, _prepared: Any) -> Any:
    return cloud.adiutaopt.shift.submit(PROBLEM, coding=coding)


def ended(cloud: Any) -> Any:
    """A plan that is ready: at once is as soon as a worker thread has made it."""
    plan = submitted(cloud)
    plan.wait(pace=SHORT)
    return plan


def of_plan(verb: Callable[[Any], Any]) -> Callable[[Any, Any], Any]:
    """A call on the plan that was prepared."""
    return lambda _cloud, plan: verb(plan)


def request_id(plan: Any) -> Any:
    plan.result(LIMIT, pace=SHORT)
    return plan.request_id


SUBMITS = [
    Verb(
        name,
        partial(submitted_by, coding),
        seen=lambda plan: plan.key,
        creates=True,
        idempotent=True,
    )
    for name, coding in (("submit", "auto"), ("submit, compressed", "gzip"))
]
OTHERS = [
    Verb("poll", of_plan(lambda plan: plan.poll().word in {"plan", "calculating"}), prepare=ended),
    Verb("wait", of_plan(lambda plan: plan.wait(LIMIT, pace=SHORT).word), prepare=ended),
    Verb("wait, calculating", of_plan(lambda p: p.wait(LIMIT, pace=SHORT).word), prepare=submitted, pace=AfterPolls(3)),
    Verb("result", of_plan(lambda plan: plan.result(LIMIT, pace=SHORT).raw), prepare=ended),
    Verb("request_id", of_plan(request_id), prepare=ended),
    Verb("version", lambda cloud, _: cloud.adiutaopt.shift.version().version),
    Verb("packages", lambda cloud, _: [package.Name for package in cloud.adiutaopt.shift.packages()]),
]


@pytest.fixture(scope="module", autouse=True)
def signed_in(running: Sandbox) -> Iterator[None]:
    """Users stay signed in when the sandbox is reset: signing in anew would take most of the time here."""
    world, reset = running._world, running.reset

    def keep() -> None:
        pool = world.user_pool
        reset()
        world.user_pool = pool

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(running, "reset", keep)
        yield
    reset()


@pytest.fixture(scope="module")
def known() -> Known:
    """What is right, by verb and form of the facade."""
    return {}


# The drivers are shown by the submits; of the others, both forms are the same flows.
@pytest.mark.parametrize("two", ["blocking"], indirect=True)
@pytest.mark.parametrize(("fault", "times"), TIMES)
@pytest.mark.parametrize("verb", OTHERS, ids=lambda verb: verb.name)
def test_a_verb(
    verb: Verb, fault: str, times: int | None, two: Two, sandbox: Sandbox, known: Known, record_property: Any
) -> None:
    check(verb, fault, times, two, sandbox, known, record_property)


@pytest.mark.parametrize(("fault", "times"), TIMES)
@pytest.mark.parametrize("verb", SUBMITS, ids=lambda verb: verb.name)
def test_a_submit(
    verb: Verb, fault: str, times: int | None, two: Two, sandbox: Sandbox, known: Known, record_property: Any
) -> None:
    check(verb, fault, times, two, sandbox, known, record_property)


def check(
    verb: Verb, fault: str, times: int | None, two: Two, sandbox: Sandbox, known: Known, record_property: Any
) -> None:
    form = (verb.name, two.form)
    if form not in known:
        known[form] = undisturbed(verb, two.patient, sandbox)
    ending = disturbed(verb, two, sandbox, "adiutaopt", fault, times)
    if verb.creates:
        check_that_nothing_is_lost(two.patient, sandbox, known[form])
    outcome = {"cloud": "adiutaOpt", "verb": verb.name, "fault": fault}
    record_property(OUTCOME, outcome | {"word": judge(verb, ending, known[form])})


@pytest.mark.parametrize(("fault", "times"), TIMES)
@pytest.mark.parametrize("open_cloud", ["blocking"], indirect=True)
def test_a_submit_that_signs_in(
    fault: str, times: int | None, open_cloud: Opener, sandbox: Sandbox, known: Known, record_property: Any
) -> None:
    verb = SUBMITS[0]
    # The slow reply never comes; but answering a password takes the pool a moment, more on a busy machine.
    patient, impatient = (open_cloud(retry=ONCE_MORE, timeout=timeout) for timeout in (None, 1.0))
    if ("", "") not in known:
        known["", ""] = undisturbed(verb, open_cloud(), sandbox)
    ending = disturbed(verb, Two(patient, impatient, ""), sandbox, "cognito", fault, times)
    if ending.error is not None:
        assert not [entry for entry in sandbox.journal() if entry.path.endswith("description")], "sent all the same"
    asked_nothing = Verb(verb.name, verb.call, idempotent=True)  # a problem that was not sent has no key to be lost
    outcome = {"cloud": "adiutaOpt, signing in", "verb": verb.name, "fault": fault}
    record_property(OUTCOME, outcome | {"word": judge(asked_nothing, ending, known["", ""])})


def check_that_nothing_is_lost(cloud: Any, sandbox: Sandbox, key: str) -> None:
    """Whatever came of it: submitting again gives the key, and nothing was calculated twice."""
    assert submitted(cloud).key == key
    answers = [entry.status for entry in sandbox.journal() if entry.path.endswith("description")]
    assert answers.count(201) <= 1 and answers[-1] in {200, 201}
