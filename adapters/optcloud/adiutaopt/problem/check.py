"""Check a problem before it is sent: all that is the matter at once, in less time than ``json.loads`` takes.

The fields of a problem are looked at one by one; long lists of objects in batches, by types made from the schema
(`optcloud.adiutaopt.problem.quick_list`), and thoroughly (`optcloud.adiutaopt.problem.walk`) only where these refuse
one. Nothing is kept of a batch but the ids.

What breaks the document is a fault, and so is a day that does not exist, wherever it stands (adiutaOpt facts F074).
What breaks only what is inferred (`optcloud.adiutaopt.problem.names`) is a warning; so are fields that the document
does not name, and deprecated ones.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Sequence
from typing import Any

import msgspec
from attrs import define, frozen
from msgspec import Raw

from optcloud.adiutaopt.connection import VENDOR
from optcloud.adiutaopt.problem.ids import Ids, check_ids
from optcloud.adiutaopt.problem.names import LISTS_WITH_IDS
from optcloud.adiutaopt.problem.quick_list import QuickList
from optcloud.adiutaopt.problem.values import impossible
from optcloud.adiutaopt.problem.walk import ProblemWalk
from optcloud.core.errors import UnprocessablePlan
from optcloud.core.findings import InputFinding, listed
from optcloud.json_schema.nodes import ANYTHING, SchemaNode
from optcloud.json_schema.walk import Steps

BATCH = 20_000  # bytes: what becomes of them stays in the processor's cache
_FEW = 8
_PIECE = 1 << 20
_LATE_DAY = re.compile(rb'-(?:29|3[01])"')  # only these may be impossible; what ends so is looked at
_MONTH = re.compile(rb'"([0-9]{4}-[0-9]{1,2})$')
_BYTE = re.compile(r" \(byte ([0-9]+)\)$")
_FIELDS = msgspec.json.Decoder(dict[str, Raw])
_LIST = msgspec.json.Decoder(list[Raw])
_UNREADABLE = (msgspec.DecodeError, UnicodeDecodeError, RecursionError)


@frozen
class ProblemReport:
    """What is the matter with a problem. With ``faults`` the vendor would refuse it; ``warnings`` are worth a look."""

    faults: tuple[InputFinding, ...] = ()
    warnings: tuple[InputFinding, ...] = ()

    @property
    def ok(self) -> bool:
        """Say whether it can be sent as it is."""
        return not self.faults

    def raise_for_faults(self) -> None:
        """Raise `UnprocessablePlan` with all faults, if there are any."""
        if not self.faults:
            return
        count = "" if len(self.faults) == 1 else f"{len(self.faults):,} faults"
        error = UnprocessablePlan(
            f"the problem does not satisfy the schema: {count}{listed(self.faults)}", vendor=VENDOR
        )
        error.faults = self.faults
        error.path = self.faults[0].path
        raise error


def check_document(document: bytes, node: SchemaNode) -> ProblemReport:
    """Check the JSON of a problem against its schema and against what is known besides."""
    walk = ProblemWalk()
    try:
        _check_utf8(document)
        fields = _FIELDS.decode(document)
    except msgspec.ValidationError:
        walk.visit(node, msgspec.json.decode(document), ())
    except _UNREADABLE as error:
        walk.fault((), *_not_json(document, error))
    else:
        _Check(node, walk).run(fields)
    return ProblemReport(tuple(walk.faults), tuple(walk.warnings))


@define
class _Long:
    """A list under way: of which objects, under which name, and what reads them at present."""

    node: SchemaNode
    name: str
    ids: Ids
    quick: QuickList


class _Check:
    def __init__(self, node: SchemaNode, walk: ProblemWalk) -> None:
        self._node = node
        self._walk = walk
        self._ids: dict[str, Ids] = {}

    def run(self, fields: dict[str, Raw]) -> None:
        self._walk.fields(self._node, fields, ())
        for name, raw in fields.items():
            self._field(self._node.properties.get(name) or self._node.extra or ANYTHING, name, raw)
        check_ids(self._ids, self._walk)

    def _field(self, node: SchemaNode, name: str, raw: Raw) -> None:
        if node.items is not None and "object" in (node.items.types or ()):
            try:
                parts = _LIST.decode(raw)
            except msgspec.ValidationError:
                pass  # no list: said below
            else:
                self._list(node.items, name, raw, parts)
                return
        if not node.is_anything or _has_impossible_day(bytes(raw)):
            self._thorough(node, (name,), raw)

    def _list(self, node: SchemaNode, name: str, raw: Raw, parts: Sequence[Raw]) -> None:
        ids = Ids(name, raw)
        size = max(1, BATCH * len(parts) // memoryview(raw).nbytes)
        self._batches(_Long(node, name, ids, QuickList(node, self._walk.tolerated)), parts, 0, size)
        if name in LISTS_WITH_IDS:
            self._ids[name] = ids

    def _batches(self, of: _Long, parts: Sequence[Raw], first: int, size: int) -> None:
        """Check so many objects at a time; where one is refused, a few at a time, and these few one by one."""
        for start in range(0, len(parts), size):
            batch = parts[start : start + size]
            joined = b"[" + b",".join(batch) + b"]"
            read = of.quick.read(joined)
            if read is not None and not _has_impossible_day(joined):
                of.ids.note(*read)
            elif size > _FEW:
                self._batches(of, batch, first + start, _FEW)
            else:
                before = len(self._walk.tolerated)
                path = enumerate(batch, first + start)
                objects = [self._thorough(of.node, (of.name, index), part) for index, part in path]
                of.ids.note(objects, of.ids.columns_of_objects)
                if len(self._walk.tolerated) > before:
                    of.quick = QuickList(of.node, self._walk.tolerated)

    def _thorough(self, node: SchemaNode, path: Steps, raw: Raw) -> Any:
        try:
            value = msgspec.json.decode(raw)
        except _UNREADABLE as error:
            self._walk.fault(path, f"is not JSON: {str(error).partition(' - at')[0]}", "")
            return None
        self._walk.visit(node, value, path)
        return value


def _has_impossible_day(document: bytes) -> bool:
    """Say whether there is text that has the form of a Date and names no day, without decoding anything."""
    for late in _LATE_DAY.finditer(document):
        month = _MONTH.search(document, max(0, late.start() - len('"2026-02')), late.start())
        if month and impossible((month[1] + late[0][:-1]).decode()):
            return True
    return False


def _check_utf8(document: bytes) -> None:
    """Raise UnicodeDecodeError; msgspec does not look at the text that it skips."""
    if document.isascii():
        return
    decoder = codecs.getincrementaldecoder("utf-8")()
    view = memoryview(document)
    for start in range(0, len(view), _PIECE):
        decoder.decode(view[start : start + _PIECE], final=start + _PIECE >= len(view))


def _not_json(document: bytes, error: Exception) -> tuple[str, str]:
    if document.startswith(codecs.BOM_UTF8):
        return "is not JSON: it begins with a byte order mark", "write it as UTF-8 without one"
    if isinstance(error, UnicodeDecodeError):
        return f"is not JSON: it is not UTF-8 ({error.reason})", "write it as UTF-8"
    if isinstance(error, RecursionError):
        return "is not a problem: it is nested too deeply to be read", ""
    found = _BYTE.search(str(error))
    if found is None:
        return f"is not JSON: {error}", ""
    before = document[: int(found[1])]
    line, column = before.count(b"\n") + 1, len(before) - (before.rfind(b"\n") + 1) + 1
    return f"is not JSON: {_BYTE.sub('', str(error))} (near line {line}, column {column})", ""
