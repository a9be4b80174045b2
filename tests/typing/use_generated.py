"""A user's code on the generated packages; `mypy --strict` must accept it, and see the types written here."""

from typing import Any, assert_type

import httpx
import msgspec

import adiutaopt_models
import aimms_pro_models
from adiutaopt import AuthenticatedClient as AdiutaClient
from adiutaopt.api.optimization import post_shift_description
from adiutaopt.api.solution import get_solution
from adiutaopt.models import ShiftPlannerInputPlan, Solution
from adiutaopt.types import File as AdiutaFile
from aimms_pro import AuthenticatedClient, Client
from aimms_pro.api.application import get_all_application_categories, publish_app
from aimms_pro.api.task import create_task, create_task_latest_version, get_task, get_task_response, interrupt_task
from aimms_pro.errors import ErrorReply, UnexpectedContent
from aimms_pro.models import Error, PROAppEntry, PROAppMetadata, PublishAppBody, Task, TaskInterrupt
from aimms_pro.types import File, Response, Unset


def aimms(client: AuthenticatedClient) -> bytes | None:
    created = create_task.sync("app", "1.0", "solve", client=client, body={"a": [1, 2]})
    assert_type(created, Task)
    create_task.sync("app", "1.0", "solve", client=client, body=File(b"\x00", mime_type="application/x-parquet"))
    create_task_latest_version.sync("app", "solve", client=client, schedule_for="2026-03-01 06:30")
    if isinstance(created.id, Unset):
        return None
    assert_type(created.group_index, int | None | Unset)
    interrupt_task.sync(created.id, client=client, body=TaskInterrupt(setstatus="interrupt-solve"))
    reply = get_task.sync_detailed(created.id, client=client)
    assert_type(reply, Response[Error | Task])
    assert_type(reply.status_code, int)
    response = get_task_response.sync(created.id, client=client)
    assert_type(response, File)
    return response.read()


def publish(client: AuthenticatedClient, package: bytes) -> str:
    body = PublishAppBody(file=File(package, file_name="app.aimmspack"), metadata=PROAppMetadata(name="app"))
    try:
        entry = publish_app.sync(client=client, body=body)
    except UnexpectedContent as error:
        return error.content_type or str(error.status_code)
    except ErrorReply as error:
        return error.content.decode()
    assert_type(entry, PROAppEntry)
    return str(len(get_all_application_categories.sync(client=client)))


async def adiuta(client: AdiutaClient, problem: dict[str, Any], packed: bytes) -> Solution | None:
    key = await post_shift_description.asyncio(client=client, body=ShiftPlannerInputPlan.from_dict(problem))
    await post_shift_description.asyncio(
        client=client, body=AdiutaFile(packed, mime_type="application/vnd.adiutabyte.adiutaopt.json+gzip")
    )
    solution = await get_solution.asyncio(str(key), client=client, accept="application/json")
    return solution if isinstance(solution, Solution) else None


def models(received: bytes) -> int:
    solution = msgspec.json.decode(received, type=adiutaopt_models.ShiftPlannerSolution)
    assert_type(solution.tasks, list[adiutaopt_models.ShiftPlannerOutputTask] | msgspec.UnsetType)
    task = aimms_pro_models.Task(id="t", groupIndex=None)
    assert_type(task.groupIndex, int | None | msgspec.UnsetType)
    return 0 if solution.tasks is msgspec.UNSET else len(solution.tasks)


def own_transport() -> Client:
    return Client("https://account.invalid", timeout=httpx.Timeout(5)).set_httpx_client(httpx.Client())
