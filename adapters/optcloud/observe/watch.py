"""What is done with each reply of one cloud."""

from __future__ import annotations

import weakref
from collections import Counter
from collections.abc import Callable, Mapping
from typing import Any

import msgspec

from optcloud.core.flow import Reply, Request
from optcloud.core.replies import UNREADABLE, media_type
from optcloud.observe.document import Answer, Content, Document, Operation, is_json
from optcloud.observe.record import Record
from optcloud.observe.shape import Finding, Shape, media_type_name
from optcloud.observe.walk import Walk, loosen

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
        findings = self._findings(str(name), operation, reply, media)
        if findings:
            status = str(reply.status_code)
            self._record.add(Shape(str(name), status, media, finding) for finding in findings)

    def close(self) -> None:
        """Write the counts."""
        self._record.flush()

    def _findings(self, name: str, operation: Operation, reply: Reply, media: str) -> list[Finding]:
        body = reply.content
        answer = operation.answer(reply.status_code)
        if answer is None:
            return [Finding("status", operation.pointer, "$")]
        if not body:
            return []
        content = answer.content(media)
        if content is None:
            return [Finding("media", answer.pointer, "$")]
        if content.root is None or not is_json(media) or not self._is_turn(name, len(body)):
            return []
        return self._body(answer, content, body)

    def _is_turn(self, name: str, size: int) -> bool:
        if size <= LARGE:
            return True
        self._large[name] += 1
        return self._large[name] % ONE_IN == 1

    def _body(self, answer: Answer, content: Content, body: bytes) -> list[Finding]:
        if content.root is None:
            return []
        quick = content.quick(self._document.knowledge) if len(body) > WALKED else None
        if quick is not None and quick.passes(body):
            return []
        try:
            value = msgspec.json.decode(body)
        except (*UNREADABLE, RecursionError):
            return [Finding("body", answer.pointer, "$", found="not JSON")]
        # Where nothing quick can tell, a part of each long array must do.
        walk = Walk(self._redact, _MOST_ITEMS if len(body) > LARGE or (quick and not quick.checks) else None)
        walk.value(content.root, value, "$")
        if quick is not None and quick.checks:
            for finding, node in walk.found.items():
                loosen(finding, node)
            self._document.knowledge += bool(walk.found) or walk.has_loosened
        return list(walk.found)
