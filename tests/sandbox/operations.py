"""Writes ``adapters/optcloud/operations.json`` and, from it, the page ``adapters/optcloud/aimms/OPERATIONS.md``.

Run it by `nox -s operations`. Nothing is written by hand: the table comes from playing every verb and every command on
the sandbox (`sandbox.record_operations`). On the page, operations and what was added come from the documents, verbs
from the table, what the sandbox does from asking it, tests from reading them.
"""

from __future__ import annotations

import ast
import sys
import tempfile
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import attrs

if __name__ == "__main__":  # run as a file
    ROOT = Path(__file__).parents[2]
    sys.path[:0] = [str(ROOT / folder) for folder in ("adapters", "generated", "tests")]

from openapi_drift.checks.operation_table import read_table
from optcloud.sandbox import AtOnce, Sandbox
from sandbox.operation_cases import PRO_CASES, Arranged
from sandbox.operation_list import REPOSITORY, Operation, effective, operations, vendors
from sandbox.record_operations import record
from sandbox.recorder import TABLE, as_text
from sandbox.sibling_cases import SIBLING_CASES

CASES = PRO_CASES | SIBLING_CASES
PAGE = REPOSITORY / "adapters" / "optcloud" / "aimms" / "OPERATIONS.md"
HERE, SIBLINGS = "sandbox/test_operations", "specs/test_siblings"
_MOST = 4  # names in a cell
HEAD = f"""# The operations of AIMMS PRO, and what reaches them

Written by `nox -s operations`; a test compares. *Reached by* names the verbs of `oc = OptCloud()` and,
where no verb uses the operation, its generated function, for `oc.aimms.client`, which signs, retries and raises our
errors. *Sandbox* is the status of a call made for this table. *Tests*: `{HERE}` calls each operation,
blocking and asyncio; after it, the files that call its function, or a verb that uses it.
"""


@dataclass(frozen=True)
class Answer:
    """What the sandbox answered to a case, and the names of all parameters and fields that went out or came back."""

    status: int
    names: frozenset[str]

    @property
    def supported(self) -> str:
        """The status of a success; "no" for what the sandbox does not have."""
        return str(self.status) if self.status < 400 else f"no ({self.status})"


def ask(sandbox: Sandbox) -> dict[str, Answer]:
    """Call each operation that has a case; AssertionError when what a case needs cannot be made."""
    answers = {}
    arranged = Arranged(sandbox)
    for name, case in CASES.items():
        sandbox.reset()
        sandbox.pace = AtOnce()
        operation = operations()[name]
        arguments = case(arranged)
        reply = operation.endpoint.sync_detailed(client=arranged.client(operation.package), **arguments)
        names = {*arguments, *_names([*arguments.values(), reply.parsed])}
        answers[name] = Answer(reply.status_code, frozenset(names))
    arranged.close()
    return answers


def _names(values: Any) -> Iterator[str]:
    """The names on the wire of all fields in values, however deep."""
    for value in values:
        if isinstance(value, dict):
            yield from value
            yield from _names(value.values())
        elif isinstance(value, list):
            yield from _names(value)
        elif attrs.has(type(value)) and hasattr(value, "to_dict"):
            yield from _names([value.to_dict()])


@dataclass(frozen=True)
class Addition:
    """What the vendor's pages have beyond the document, within operations that it has."""

    what: str
    name: str
    operations: tuple[str, ...]
    """those that take or return it"""


def additions() -> list[Addition]:
    """Parameters, bodies and fields that the overlay adds."""
    return [
        *(Addition(f"query `{name}`", name, tuple(ids)) for name, ids in _parameters().items()),
        *(Addition(f"body of `{id_}`", "body", (id_,)) for id_ in _bodies()),
        *(Addition(f"`{schema}.{name}`", name, _users(schema)) for schema, name in _fields()),
    ]


def _parameters() -> dict[str, list[str]]:
    found: dict[str, list[str]] = defaultdict(list)
    for operation, before in _both():
        known = {each["name"] for each in before.get("parameters", [])}
        for each in operation.described.get("parameters", []):
            if each["name"] not in known:
                found[each["name"]].append(operation.name)
    return found


def _bodies() -> list[str]:
    return [
        operation.name
        for operation, before in _both()
        if "requestBody" in operation.described and "requestBody" not in before
    ]


def _fields() -> list[tuple[str, str]]:
    known = vendors()["components"]["schemas"]
    return [
        (schema, name)
        for schema, described in effective("aimms_pro")["components"]["schemas"].items()
        if schema in known
        for name in described.get("properties", {})
        if name not in known[schema].get("properties", {})
    ]


def _both() -> Iterator[tuple[Operation, Any]]:
    """The operations of the vendor's own document, as they are now and as the vendor has them."""
    for operation in operations().values():
        if operation.service == "pro" and not operation.added:
            yield operation, vendors()["paths"][operation.path][operation.method.lower()]


def _users(schema: str) -> tuple[str, ...]:
    """The operations whose request or reply has a schema, also inside another."""
    schemas = effective("aimms_pro")["components"]["schemas"]
    mentioned = {schema}
    while more := {name for name, described in schemas.items() if _mentions(described, mentioned)} - mentioned:
        mentioned |= more
    return tuple(operation.name for operation, _ in _both() if _mentions(operation.described, mentioned))


def _mentions(node: Any, schemas: set[str]) -> bool:
    if isinstance(node, dict):
        return str(node.get("$ref", "")).rpartition("/")[2] in schemas or any(
            _mentions(each, schemas) for each in node.values()
        )
    return isinstance(node, list) and any(_mentions(each, schemas) for each in node)


def reached_by(operation: Operation) -> list[str]:
    """The verbs that use an operation, as a person writes them; first those that use the fewest."""
    reached = _reached()
    using = read_table(TABLE).of_operations([(operation.package, operation.id)]).verbs
    return [f"oc.{verb}" for verb in sorted(using, key=lambda verb: (reached[verb], verb))]


def _reached() -> Counter[str]:
    """How many operations each verb reaches."""
    table = read_table(TABLE)
    return Counter(verb for rows in table.documents.values() for users in rows.values() for verb in users.verbs)


@cache
def _test_files() -> dict[str, frozenset[str]]:
    """By test file: the generated modules it imports, and the attributes it names (``aimms.apps.publish``)."""
    found = {}
    for path in sorted((REPOSITORY / "tests").rglob("test_*.py")):
        names = set()
        for node in ast.walk(ast.parse(path.read_bytes())):
            if isinstance(node, ast.Attribute):
                names |= _endings(node)
            elif isinstance(node, ast.ImportFrom) and node.module:
                names |= {f"{node.module}.{each.name}" for each in node.names}
        found[path.relative_to(REPOSITORY / "tests").with_suffix("").as_posix()] = frozenset(names)
    return found


def _endings(node: ast.Attribute) -> set[str]:
    """``cloud.aimms.apps.publish``: "apps.publish", "aimms.apps.publish", …"""
    found, ending, inner = set(), node.attr, node.value
    while isinstance(inner, ast.Attribute):
        ending = f"{inner.attr}.{ending}"
        found.add(ending)
        inner = inner.value
    return found | ({f"{inner.id}.{ending}"} if isinstance(inner, ast.Name) else set())


def tests_of(operation: Operation, others: bool = True) -> list[str]:
    """The test files that call an operation's function, or a verb that uses it."""
    always = [*([HERE] if operation.name in CASES else []), *([SIBLINGS] if operation.service != "pro" else [])]
    if not others:
        return always
    wanted = {operation.module, *(verb.removeprefix("oc.") for verb in reached_by(operation))}
    return [*always, *(file for file, names in _test_files().items() if wanted & names)]


def _cell(names: list[str]) -> str:
    shown = ", ".join(f"`{name}`" for name in names[:_MOST])
    return f"{shown} and {len(names) - _MOST} more" if len(names) > _MOST else shown


def _row(operation: Operation, answers: dict[str, Answer], others: bool) -> str:
    answer = answers.get(operation.name)
    reached = _cell(reached_by(operation) or [operation.module])
    called = f"`{operation.method} {operation.path}`"
    sandbox = answer.supported if answer else "not asked"
    return f"| `{operation.id}` | {called} | {reached} | {sandbox} | {_cell(tests_of(operation, others))} |"


def _addition_row(addition: Addition, answers: dict[str, Answer]) -> str:
    of = list(addition.operations)
    return f"| {addition.what} | {_cell(of)} | {_cell(shown_by(addition, answers))} |"


def shown_by(addition: Addition, answers: dict[str, Answer]) -> list[str]:
    """The operations whose cases send or receive an addition, on the sandbox."""
    said = {addition.name, _snake(addition.name)}
    return [name for name in addition.operations if said & answers[name].names and answers[name].status < 400]


def _snake(name: str) -> str:
    return "".join(f"_{letter.lower()}" if letter.isupper() else letter for letter in name)


def table(answers: dict[str, Answer], *, others: bool = True) -> str:
    """The whole page; without ``others`` the tests are those that every operation has."""
    parts = [HEAD]
    header = "| Operation | Call | Reached by | Sandbox | Tests |\n|:--|:--|:--|:--|:--|"
    groups: dict[str, list[Operation]] = defaultdict(list)
    for operation in operations().values():
        groups[_title(operation)].append(operation)
    for title, group in groups.items():
        parts.append(f"## {title}\n\n{header}\n" + "\n".join(_row(each, answers, others) for each in group) + "\n")
    rows = "\n".join(_addition_row(each, answers) for each in additions())
    header = "| Addition | Of | Shown by the calls of |\n|:--|:--|:--|"
    parts.append(f"## Additions to operations of the document\n\n{header}\n{rows}\n")
    return "\n".join(parts)


def _title(operation: Operation) -> str:
    if operation.service != "pro":
        return operation.service
    return (
        "Documented on the vendor's pages, not in the document"
        if operation.added
        else f"{operation.described['tags'][0]}"
    )


def main() -> None:
    """Play all verbs and commands, write the table; ask the sandbox, write the page."""
    with tempfile.TemporaryDirectory() as folder:
        TABLE.write_text(as_text(record(Path(folder)).table()), encoding="utf-8")
    with Sandbox() as sandbox:
        PAGE.write_text(table(ask(sandbox)), encoding="utf-8")
    for path in (TABLE, PAGE):
        sys.stdout.write(f"wrote {path.relative_to(REPOSITORY)}\n")


if __name__ == "__main__":
    main()
