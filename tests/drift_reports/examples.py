"""Changes made by hand, as the engine could find them, and a document of words that mean something elsewhere."""

from __future__ import annotations

from openapi_drift.diff.change import Change, Direction, Level, Side
from openapi_drift.documents.pointers import Position
from openapi_drift.reports.report import ChangeReport, Excerpt

TASKS = "/paths/~1tasks/get"


def side(pointer: str, line: int, file: str = "new.yaml") -> Side:
    return Side(pointer, Position(file, line))


REMOVED = Change(
    "request-parameter-removed",
    Level.WARNING,
    "Query parameter `state` was removed",
    method="get",
    path="/tasks",
    operation_id="listTasks",
    place=Direction.REQUEST,
    base=side(f"{TASKS}/parameters/0", 12, "old.yaml"),
)
BODY = Change(
    "request-body-added-required",
    Level.BREAKING,
    "A body is now required.",
    method="put",
    path="/tasks/{id}",
    operation_id="interruptTask",
    place=Direction.REQUEST,
    revision=side("/paths/~1tasks~1{id}/put/requestBody", 40),
)
ADDED = Change(
    "endpoint-added", Level.INFO, "New.", method="post", path="/jobs", revision=side("/paths/~1jobs/post", 70)
)


def shared(method: str, path: str) -> Change:
    """A change of a schema, as one of the operations that use it shows it."""
    pointer = "/components/schemas/Task/properties/state/enum/3"
    return Change(
        "response-property-enum-value-added",
        Level.WARNING,
        "Property `state` may now also be `paused`",
        method=method,
        path=path,
        place=Direction.RESPONSE,
        base=side("/components/schemas/Task/properties/state", 101, "old.yaml"),
        revision=side(pointer, 105),
    )


SHARED = [shared("get", "/tasks"), shared("get", "/tasks/{id}"), shared("put", "/tasks/{id}")]
CHANGES = [BODY, REMOVED, *SHARED, ADDED]

HOSTILE_TEXT = (
    "<script>document.title='owned'</script> </details> `a|b` | [x](http://evil) *b* @everyone &amp; \x1b[31m"
)
HOSTILE = Change(
    "endpoint-removed",
    Level.BREAKING,
    HOSTILE_TEXT,
    method="get",
    path="/a\"><img src=x onerror=document.title='owned'>|b,c:d%\n::error::owned",
    base=side("/paths/x", 3, "old.yaml"),
)


class Lines:
    """Sources that know one text."""

    def __init__(self, *lines: str) -> None:
        self.lines = lines

    def excerpt(self, side: Side) -> Excerpt | None:
        return Excerpt(side.position.line if side.position else 0, self.lines)


def report(*changes: Change) -> ChangeReport:
    return ChangeReport("old.yaml", "new.yaml", changes or CHANGES)
