"""The requests that a client's functions build, against what the document asks for."""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, unquote

import httpx

from openapi_drift.generation.proof.bodies import body_difference, body_examples, candidates
from openapi_drift.generation.proof.comparison import same
from openapi_drift.generation.proof.described import DescribedPart
from openapi_drift.generation.proof.examples import ExampleStyle
from openapi_drift.generation.proof.models import strays
from openapi_drift.generation.proof.report import said
from openapi_drift.generation.proof.serialization import joined, pairs, plain
from openapi_drift.generation.proof.values import UnfitError, ValueMaker

if TYPE_CHECKING:
    from openapi_drift.generation.proof.client_operations import ClientOperation
    from openapi_drift.generation.proof.examples import ExampleBuilder
    from openapi_drift.generation.proof.report import ProofReport

_BASE = "http://localhost/base"
_PARAMETER = ExampleStyle(null=False, plain=True)
_IGNORED = ("accept", "content-type", "authorization")  # header parameters that OpenAPI says to ignore
_MOST = 6  # calls with all parameters, each with the next example
Given = list[tuple[DescribedPart, Any]]


def prove_requests(operation: ClientOperation, builder: ExampleBuilder, report: ProofReport) -> None:
    """Build requests with what is required, with all, and with each body; and hold them to the document."""
    with httpx.Client(base_url=_BASE, verify=False) as client:  # noqa: S501  it sends nothing  # nosec B501
        _prove(_RequestProof(operation, builder, report, client), builder)


def _prove(proof: _RequestProof, builder: ExampleBuilder) -> None:
    least = proof.parameters(0, required=True)
    bodies = proof.operation.described.bodies
    if not (bodies and bodies[0].required):
        proof.call(least, None, None)
        for turn in range(proof.turns()):
            proof.call(proof.parameters(turn, required=False), None, None)
    for body in bodies:
        examples = body_examples(builder, body)
        if not examples:
            proof.report.untried.append(f"{proof.name}: {proof.place}: no example was found for its body {body.name}")
        for turn, example in enumerate(examples):
            proof.call(least if turn == 0 else proof.parameters(turn, required=False), body, example)


class _RequestProof:
    def __init__(
        self, operation: ClientOperation, builder: ExampleBuilder, report: ProofReport, client: httpx.Client
    ) -> None:
        self.operation = operation
        self.client = client
        self.declared = builder.declared
        self.report = report
        self.name = operation.package.__name__
        self.place = str(operation.described)
        self.examples: list[tuple[DescribedPart, list[Any]]] = []
        self.defaults = [
            (part, part.schema["default"])
            for part in operation.described.parameters
            if isinstance(part.schema, dict) and "default" in part.schema
        ]
        for part in operation.described.parameters:
            examples = [
                value
                for value in builder.examples(part.schema_place, part.schema, _PARAMETER)
                if part.content["in"] != "path" or joined(part.content, value) not in ("", ".", "..")
            ]
            if operation.argument(part) is None:
                if not (part.content["in"] == "header" and part.name.lower() in _IGNORED):
                    self._add(part, "the function has no argument for it")
            elif not examples:
                self.report.untried.append(f"{self.name}: {self.place}: no example was found for {_called(part)}")
            else:
                self.examples.append((part, examples))

    def turns(self) -> int:
        return min(_MOST, max((len(examples) for _, examples in self.examples), default=0))

    def parameters(self, turn: int, *, required: bool) -> Given:
        return [
            (part, examples[turn % len(examples)]) for part, examples in self.examples if part.required or not required
        ]

    def call(self, given: Given, body: DescribedPart | None, example: Any) -> None:
        """Build one request, and add what is wrong with it."""
        arguments = {}
        for part, value in given:
            name = self.operation.argument(part) or ""
            try:
                maker = ValueMaker(self.operation.files)
                arguments[name] = maker.make(self.operation.annotations[name], value)
            except UnfitError as error:
                self._add(part, f"its argument takes no such value: {error}", value)
                return
        if body is None:
            self._check(arguments, given, None, None)
            return
        try:
            ways = candidates(self.operation, body, example)
        except UnfitError as error:
            self._add(body, str(error), example)
            return
        for name in strays(ways[0], self.declared, vars(self.operation.package.models)) if len(ways) == 1 else ():
            self._add(body, f"its model keeps {name!r} as a property that no schema names", example)
        for way in ways:
            if not self._check(arguments | {"body": way}, given, body, example, tell=way is ways[-1]):
                return

    def _check(
        self, arguments: dict[str, Any], given: Given, body: DescribedPart | None, example: Any, *, tell: bool = True
    ) -> list[str]:
        self.report.count("requests")
        try:
            kwargs = self.operation.module._get_kwargs(**arguments)
            kwargs.pop("extensions", None)
            request = self.client.build_request(**kwargs)
            request.read()
        except Exception as error:  # noqa: BLE001  generated code: any error is a finding
            shown = {part.name: value for part, value in given} | ({} if body is None else {"body": example})
            if tell:
                self.report.add(self.name, self.place, f"no request is built: {said(error)}", shown)
            return ["no request"]
        found = [
            *self._line(request, given),
            *self._query(request, given),
            *self._headers(kwargs, given),
        ]
        if body is not None:
            words = body_difference(request, body, example)
            if words is not None:
                found.append((body, words, example))
        elif request.content:
            self.report.add(self.name, self.place, f"a body is sent that was not given: {request.content[:80]!r}")
        for part, words, value in found if tell else ():
            self._add(part, words, value)
        return [words for _, words, _ in found]

    def _line(self, request: httpx.Request, given: Given) -> list[tuple[Any, str, Any]]:
        wanted = self.operation.described
        path = request.url.raw_path.decode().partition("?")[0].removeprefix("/base")
        texts = {part.name: joined(part.content, value) for part, value in given if part.content["in"] == "path"}
        whole = re.sub(r"\{([^}]*)\}", lambda name: texts.get(name[1], name[0]), wanted.path)
        found: list[tuple[Any, str, Any]] = []
        if request.method != wanted.method.upper():
            found.append((None, f"the method sent is {request.method}", None))
        if not _same_path(path, wanted.path, texts):
            found.append(
                (None, f"the path sent is {path}, which says {unquote(path)!r}, asked for is {whole!r}", texts)
            )
        return found

    def _query(self, request: httpx.Request, given: Given) -> list[tuple[Any, str, Any]]:
        sent = Counter(parse_qsl(request.url.query.decode(), keep_blank_values=True))
        found: list[tuple[Any, str, Any]] = []
        for part, value in given:
            if part.content["in"] == "query":
                wanted = pairs(part.content, value)
                lacking = [pair for pair in wanted if not _taken(sent, pair)]
                if lacking:
                    found.append((part, f"asked for is {_shown(wanted)}, sent is {_shown(sent) or 'no query'}", value))
        for part, value in self._by_default("query", given):
            for pair in pairs(part.content, value):
                _taken(sent, pair)
        if sent and not found:
            found.append((None, f"the query has what the document does not name: {_shown(sent)}", None))
        return found

    def _headers(self, kwargs: dict[str, Any], given: Given) -> list[tuple[Any, str, Any]]:
        sent = {name.lower(): value for name, value in kwargs["headers"].items()}
        cookies = {
            name: value if isinstance(value, str) else plain(value) for name, value in kwargs.get("cookies", {}).items()
        }
        found: list[tuple[Any, str, Any]] = []
        for part, value in given:
            if part.content["in"] not in ("header", "cookie"):
                continue
            is_header = part.content["in"] == "header"
            wanted = joined(part.content, value) if is_header else pairs(part.content, value)[0][1]
            got = sent.pop(part.name.lower(), None) if is_header else cookies.pop(part.name, None)
            if got is None or not _same_text(got, wanted):
                found.append((part, f"asked for is {wanted!r}, sent is {got!r}", value))
        for place, left in (("header", sent), ("cookie", cookies)):
            for part, value in self._by_default(place, given):
                name = part.name.lower() if place == "header" else part.name
                if name in left and _same_text(left[name], joined(part.content, value)):
                    del left[name]
        further = [name for name in (*sent, *cookies) if name not in ("accept", "content-type")]
        if further:
            found.append((None, f"headers or cookies are sent that the document does not name: {further}", None))
        return found

    def _by_default(self, place: str, given: Given) -> Given:
        """Return the parameters that were not given and have a default, which may be sent."""
        names = [part.place for part, _ in given]
        return [pair for pair in self.defaults if pair[0].content["in"] == place and pair[0].place not in names]

    def _add(self, part: DescribedPart | None, words: str, example: Any = None) -> None:
        place = self.place if part is None else f"{self.place}, {_called(part)}"
        self.report.add(self.name, place, words, example)


def _called(part: DescribedPart) -> str:
    return f"{part.content['in']} parameter {part.name!r}" if "in" in part.content else f"body {part.name}"


def _same_path(sent: str, template: str, texts: dict[str, str]) -> bool:
    """Return whether a path is the template with the texts, each in its own segment."""
    segments, wanted = sent.split("/"), template.split("/")
    if len(segments) != len(wanted):
        return False
    filled = (re.sub(r"\{([^}]*)\}", lambda name: texts.get(name[1], name[0]), segment) for segment in wanted)
    return all(_same_text(unquote(one), other) for one, other in zip(segments, filled, strict=True))


def _taken(sent: Counter[tuple[str, str]], wanted: tuple[str, str]) -> bool:
    """Take a pair out of what was sent, if it is there."""
    for pair in sent:
        if pair[0] == wanted[0] and _same_text(pair[1], wanted[1]):
            sent[pair] -= 1
            if not sent[pair]:
                del sent[pair]
            return True
    return False


def _same_text(sent: str, wanted: str) -> bool:
    if same(sent, wanted):
        return True
    try:
        return float(sent) == float(wanted) and not {sent, wanted} & {"nan", "inf"}
    except ValueError:
        return False


def _shown(pairs_: Any) -> str:
    return "&".join(f"{name}={value}" for name, value in pairs_)
