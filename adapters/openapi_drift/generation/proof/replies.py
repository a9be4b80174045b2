"""The replies that a client's functions read, from examples of the schemas of each status and media type."""

from __future__ import annotations

import json
import typing
from typing import TYPE_CHECKING, Any

import httpx

from openapi_drift.generation.proof.bodies import body_examples, concrete
from openapi_drift.generation.proof.comparison import difference
from openapi_drift.generation.proof.described import is_json, media, replies
from openapi_drift.generation.proof.report import said
from openapi_drift.generation.proof.values import as_json

if TYPE_CHECKING:
    from openapi_drift.generation.proof.client_operations import ClientOperation
    from openapi_drift.generation.proof.described import DescribedPart
    from openapi_drift.generation.proof.examples import ExampleBuilder
    from openapi_drift.generation.proof.report import ProofReport


def prove_replies(operation: ClientOperation, builder: ExampleBuilder, report: ProofReport) -> None:
    """Let the function read each reply that the document describes, and hold what it gives to what was sent."""
    package, place = operation.package.__name__, str(operation.described)
    if _reads_nothing(operation):
        return
    named = set(operation.described.content["responses"])
    client = operation.package.client.Client(base_url="http://localhost")
    for status, reply in replies(builder.document, operation.described):
        examples = body_examples(builder, reply)
        if not examples:
            report.untried.append(f"{package}: {place}: no example was found for its reply {status} {reply.name}")
        for example in examples:
            report.count("replies")
            response = _response(_number(status, named), reply, example)
            try:
                parsed = operation.module._parse_response(client=client, response=response)
                back = json.loads(json.dumps(as_json(parsed), default=_bytes), object_hook=None)
            except Exception as error:  # noqa: BLE001  generated code: any error is a finding
                report.add(package, f"{place}, reply {status} {reply.name}", f"is not read: {said(error)}", example)
                continue
            words = difference(back, json.loads(json.dumps(example, default=_bytes)), builder.defaults)
            if words is not None:
                report.add(package, f"{place}, reply {status} {reply.name}", f"is read otherwise: {words}", example)


def _reads_nothing(operation: ClientOperation) -> bool:
    """Return whether the function leaves all replies as they are: the document says no type for any of them."""
    said_to_return = typing.get_type_hints(operation.module._parse_response)["return"]
    kinds = {said_to_return, *typing.get_args(said_to_return)}
    return kinds <= {Any, type(None), typing.Optional[Any]}  # noqa: UP045  what get_type_hints makes of Any | None


def _number(status: str, named: set[str]) -> int:
    """Return a status that a pattern means, and that no other one does."""
    if status.isdecimal():
        return int(status)
    if status == "default":
        return next(number for number in range(599, 99, -1) if not {str(number), f"{number // 100}XX"} & named)
    return next(number for number in range(int(status[0]) * 100, 600) if str(number) not in named)


def _response(status: int, reply: DescribedPart, example: Any) -> httpx.Response:
    content = example if isinstance(example, bytes) else json.dumps(example).encode()
    if isinstance(example, str) and not is_json(reply.name) and media(reply.name).startswith("text/"):
        content = example.encode()
    return httpx.Response(status, content=content, headers={"content-type": concrete(reply.name)})


def _bytes(value: Any) -> Any:
    if isinstance(value, bytes):
        return value.decode("latin-1")
    raise TypeError(f"{type(value).__name__} is no JSON")
