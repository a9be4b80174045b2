"""Error and ErrorMessage, which have the same three fields; the vendor publishes no codes, so these are the sandbox's."""

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from optcloud.sandbox.refusal import Refusal


def error(status: int, message: str) -> Response:
    return JSONResponse({"errorId": f"sandbox-{status}", "errorCode": status, "message": message}, status)


async def refused(_: Request, refusal: Exception) -> Response:
    if not isinstance(refusal, Refusal):
        raise refusal
    return error(refusal.status, refusal.message)


async def unrouted(_: Request, problem: Exception) -> Response:
    if not isinstance(problem, HTTPException):
        raise problem
    return error(problem.status_code, problem.detail)
