"""What openapi-python-client left out: what it wrote is compared with the document, its warnings are the reasons."""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from openapi_drift.documents.document import METHODS, Document, LoadedDocument
from openapi_drift.documents.pointers import join
from openapi_drift.documents.references import follow
from openapi_drift.generation.findings import Finding

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

# A tag is a Python name, so that the last " within " is the generator's, whatever a path has.
_OPERATION = re.compile(
    r"WARNING parsing (?P<method>[A-Z]+) (?P<path>.*) within [^\s./]+\.( Endpoint will not be generated\.)?", re.DOTALL
)
_SCHEMA = re.compile(r"Unable to parse schema (?P<place>/components/schemas/.*)", re.DOTALL)
_MODEL = re.compile(r"\nUnable to process schema .*:", re.DOTALL)
_REMOVED = "\n\nFailure to process schema has resulted in the removal of:"
_BAD_STATUS = "Invalid response status code pattern: "
_BAD_RESPONSE = "Cannot parse response for status code "
_OMITTED = ", response will be omitted from generated client"
_IN_BRACKETS = re.compile(rf"{_BAD_RESPONSE}[^()]*\((?P<reason>.*)\){_OMITTED}", re.DOTALL)
_SCHEMAS = "/components/schemas"
_LOST_IN_REFERENCES = re.compile(r"[\t\r\n]")  # by urllib's reading of a reference
_SILENT = "the generator left it out and does not say why"


def client_findings(id_: str, document: Document, told: Mapping[str, Any]) -> Iterator[Finding]:
    """Yield what is not in a client of ``document``, from what `runs.client_run` told.

    A warning that cannot be understood is a finding with the generator's own words.
    """
    written = {(operation["method"], operation["path"]): operation for operation in told["operations"]}
    modules = {operation["module"]: operation for operation in told["operations"]}  # the last one overwrites the others
    reasons: defaultdict[tuple[str, str], list[str]] = defaultdict(list)
    for warning in told["warnings"]:
        if match := _OPERATION.fullmatch(warning["header"]):
            reasons[match["method"].lower(), match["path"]].append(warning["detail"] or _SILENT)
        else:
            yield from _of_schemas(id_, document, warning)
    for operation in _operations(document):
        why = reasons.pop((operation.method, operation.path), [])
        there = written.get((operation.method, operation.path))
        if there is None:
            yield operation.finding(id_, (), "the operation", "; ".join(why) or _SILENT)
        elif modules[there["module"]] is not there:
            yield operation.finding(id_, (), "the operation", f"another one has its module, {there['module']}")
        else:
            yield from operation.findings(id_, there, why)
    for (method, path), why in reasons.items():
        yield Finding(id_, "client", f"{method.upper()} {path}", "something", "; ".join(why))


@dataclass(frozen=True, slots=True)
class _DocumentOperation:
    method: str
    path: str
    value: dict[str, Any]
    item: dict[str, Any]
    document: LoadedDocument

    def finding(self, id_: str, below: tuple[str, ...], missing: str, reason: str) -> Finding:
        place = join("/paths", self.path, self.method, *below)
        return Finding(id_, "client", place, missing, reason, f"{self.method.upper()} {self.path}")

    def findings(self, id_: str, written: Mapping[str, Any], reasons: list[str]) -> Iterator[Finding]:
        """Yield which of its parts are not in what was written. Responses' reasons come first, each in its order."""
        of_responses = [reason for reason in reasons if reason.startswith((_BAD_STATUS, _BAD_RESPONSE))]
        of_bodies = [reason for reason in reasons if reason not in of_responses]
        codes = [code for code in self.value.get("responses") or {} if code not in written["responses"]]
        for code, reason in _with_reasons(codes, of_responses):
            match = _IN_BRACKETS.fullmatch(reason)
            words = match["reason"] if match else reason.removesuffix(_OMITTED)
            yield self.finding(id_, ("responses", code), f"the response {code}", words)
        body, _ = follow(self.document, self.value.get("requestBody") or {}, "")
        types = [media_type for media_type in body.get("content") or {} if media_type not in written["bodies"]]
        for media_type, reason in _with_reasons(types, of_bodies):
            yield self.finding(id_, ("requestBody", "content", media_type), f"the body as {media_type}", reason)
        if of_bodies and not types:
            yield self.finding(id_, ("requestBody",), "something", "; ".join(of_bodies))
        there = {tuple(parameter) for parameter in written["parameters"]}
        for place, name, has_schema in self.parameters():
            if (place, name) not in there:
                why = (
                    _SILENT if has_schema else "it has no `schema`, and the generator reads no `content` of parameters"
                )
                yield self.finding(id_, ("parameters", place, name), f"the {place} parameter {name}", why)

    def parameters(self) -> Iterator[tuple[str, str, bool]]:
        seen = set()
        for given in (*(self.value.get("parameters") or ()), *(self.item.get("parameters") or ())):
            parameter, _ = follow(self.document, given, "")
            key = (parameter["in"], parameter["name"])
            if key not in seen:
                seen.add(key)
                yield (*key, "schema" in parameter)


def _operations(document: Document) -> Iterator[_DocumentOperation]:
    loaded = LoadedDocument("document", document, {})
    for path, given in document["paths"].items():
        item, _ = follow(loaded, given, "")
        for method in METHODS:
            value = item.get(method) if isinstance(item, dict) else None
            if isinstance(value, dict):
                yield _DocumentOperation(method, path, value, item, loaded)


def _with_reasons(names: list[str], reasons: list[str]) -> Iterator[tuple[str, str]]:
    """Yield what is missing with its reason; where their number differs, each with all of them."""
    if len(names) == len(reasons):
        yield from zip(names, reasons, strict=True)
    else:
        yield from ((name, "; ".join(reasons) or _SILENT) for name in names)


def _of_schemas(id_: str, document: Document, warning: Mapping[str, str]) -> Iterator[Finding]:
    """Yield the schemas that a warning says are not there, or the warning in its own words."""
    header, detail = warning["header"], warning["detail"]
    schemas = (document.get("components") or {}).get("schemas") or {}
    removed: list[str] = []
    reason, marker, lines = detail.rpartition(_REMOVED)
    reason = reason if marker else detail
    if match := _SCHEMA.fullmatch(header):
        removed = [name for name in schemas if _as_referred(name) == match["place"]]
    elif _MODEL.fullmatch(header) and marker:
        removed = [name for name in schemas if f"\n{_as_referred(name)}\n" in f"{lines}\n"]
    yield from (Finding(id_, "client", join(_SCHEMAS, name), "the schema", reason) for name in removed)
    if not removed:
        words = " ".join(f"{header} {detail} {warning['data']}".split())
        yield Finding(id_, "client", words, "something", "the generator says so and names no place")


def _as_referred(name: str) -> str:
    return f"{_SCHEMAS}/{_LOST_IN_REFERENCES.sub('', name)}"
