"""Logs on the wire: of a task and of a session."""

import json

from starlette.datastructures import QueryParams
from starlette.responses import JSONResponse, Response

from optcloud_sandbox.aimms.lists import page
from optcloud_sandbox.aimms.reports import LogLine
from optcloud_sandbox.aimms.schedule import timestamp
from optcloud_sandbox.settings import LogShape


def log_so_far(query: QueryParams, lines: list[LogLine], shape: LogShape) -> Response:
    """Shape, `offset` and `limit` are inferred; the shape is a setting."""
    rows = [{"timestamp": timestamp(line.time), "level": line.level, "message": line.message} for line in lines]
    part = page(query, rows, default=len(rows))
    if shape == "lines":
        return Response("".join(json.dumps(row) + "\n" for row in part), media_type="application/x-ndjson")
    return JSONResponse(part if shape == "array" else {"total_logs": len(rows), "current_batch": part})


def log_file(lines: list[LogLine], name: str) -> Response:
    """The whole log as a text file (inferred)."""
    text = "".join(f"{timestamp(line.time)} {line.level.upper()} {line.message}\n" for line in lines)
    headers = {"content-disposition": f'attachment; filename="{name}.log"'}
    return Response(text, headers=headers, media_type="text/plain")
