"""What requests ask of tasks, in an account and of a local DEX service alike: a new one, or to interrupt one."""

from functools import partial
from typing import get_args

from starlette.requests import Request

from optcloud_sandbox.aimms.runs import Interrupt, Work
from optcloud_sandbox.aimms.services import DEFAULT_TYPE, Services, limited
from optcloud_sandbox.messages import body_of
from optcloud_sandbox.parsing import read_json
from optcloud_sandbox.refusal import Refusal


def work_of(request: Request, services: Services, app: str, service: str, limit: int) -> Work:
    """Runs the service on the body; Refusal 413 for a body of more than `limit` bytes (status inferred)."""
    body = body_of(request)
    if body.size > limit:
        raise Refusal(413, f"a task's request must not exceed {limit} bytes, got {body.size}")
    content_type = request.headers.get("content-type", DEFAULT_TYPE)
    return partial(limited, limit, partial(services.run, app, service, body.data, content_type))


def interrupt_word(body: bytes) -> Interrupt:
    """The word of a PUT; Refusal 400 or 405."""
    if not body:
        return "interrupt-solve"  # the vendor's client sends no body; what that means is inferred from older text
    try:
        data = read_json(body)
    except ValueError as error:
        raise Refusal(400, f"the body is not JSON: {error}") from error
    word = data.get("setstatus") if isinstance(data, dict) else None
    known: tuple[Interrupt, ...] = get_args(Interrupt)
    if word not in known:
        # The status is DEX's (inferred).
        raise Refusal(405, f"setstatus must be {' or '.join(known)}, got {str(word)[:100]!r}")
    return known[known.index(word)]
