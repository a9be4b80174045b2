"""What is done with each reply of one cloud."""

from __future__ import annotations

import weakref
from collections import Counter
from collections.abc import Callable, Mapping
from typing import Any

import msgspec

from optcloud.core.flow import Reply, Request
from optcloud.core.replies import UNREADABLE, media_type
from optcloud.observe.document import Document, DocumentedBody, DocumentedResponse, ObservedOperation, is_json
from optcloud.observe.record import Record
from optcloud.observe.shape import Observation, Shape, media_type_name
from optcloud.observe.walk import ReplyWalk

WALKED = 4_096  # bytes: up to here each reply is walked, above only when the quick check finds something
LARGE = 1_048_576  # bytes: above, a sample
ONE_IN = 8  # of the large replies of an operation, beginning with the first
_MOST_ITEMS = 500  # of each array of a large reply


class Watch:
    """Called with each request and its reply, before the reply is judged by anything else."""

    def __init__(self, document: Document, record: Record, redact: Callable[[str], str]) -> None:
        self._document = document
        self._record = record
        self._redact = redact
        self._large: Counter[str] = Counter()
        weakref.finalize(self, record.flush)  # also at the end of a process that closes nothing

    def __call__(self, request: Request, reply: Reply) -> None:
        """Compare; write down what is new."""
        described: Mapping[str, Any] = request.extensions.get("operation") or {}
        name = described.get("id")
        operation = None if name is None else self._document.operation(name)
        if operation is None:
            return  # not an operation of the document: there is nothing to compare with
        media = media_type_name(media_type(reply.headers), self._redact) if reply.content else ""
        observations = self._observations(str(name), operation, reply, media)
        if observations:
            status = str(reply.status_code)
            self._record.add(Shape(str(name), status, media, seen) for seen in observations)

    def close(self) -> None:
        """Write the counts."""
        self._record.flush()

    def _observations(self, name: str, operation: ObservedOperation, reply: Reply, media: str) -> list[Observation]:
        body = reply.content
        answer = operation.answer(reply.status_code)
        if answer is None:
            return [Observation("status", operation.pointer, "$")]
        if not body:
            return []
        content = answer.content(media)
        if content is None:
            return [Observation("media", answer.pointer, "$")]
        if content.root is None or not is_json(media) or not self._is_turn(name, len(body)):
            return []
        return self._body(answer, content, body)

    def _is_turn(self, name: str, size: int) -> bool:
        if size <= LARGE:
            return True
        self._large[name] += 1
        return self._large[name] % ONE_IN == 1

    def _body(self, answer: DocumentedResponse, content: DocumentedBody, body: bytes) -> list[Observation]:
        if content.root is None:
            return []
        document = self._document
        quick = content.quick(document.tolerated) if len(body) > WALKED else None
        if quick is not None and quick.passes(body):
            return []
        try:
            value = msgspec.json.decode(body)
        except (*UNREADABLE, RecursionError):
            return [Observation("body", answer.pointer, "$", found="not JSON")]
        # Where nothing quick can tell, a part of each long array must do.
        sampled = len(body) > LARGE or (quick is not None and not quick.checks)
        walk = ReplyWalk(self._redact, _MOST_ITEMS if sampled else None, document.noted)
        walk.visit(content.root, value, ())
        if quick is not None and quick.checks:
            document.tolerated |= walk.tolerated
        return list(walk.found)
