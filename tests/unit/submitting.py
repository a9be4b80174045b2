"""Submits tasks without a connection: the flow of ``oc.aimms.run``."""

from __future__ import annotations

from typing import Any

from optcloud.aimms.connection import CLOUD, Endpoint
from optcloud.aimms.tasks.submit import SubmitVerbs
from optcloud.aimms.tasks.task_flows import TaskFlows
from optcloud.core.flow import Flow


def submit(profile: str, app: str, service: str, *, endpoint: Endpoint = CLOUD, **words: Any) -> Flow[TaskFlows]:
    """Return the flow that submits a task of a profile."""
    account = SubmitVerbs()
    account._profile, account._endpoint = profile, endpoint
    flow: Flow[TaskFlows] = SubmitVerbs.run.flow(account, app, service, **words)
    return flow
