"""What differs outside schemas and has no rule is told all the same."""

from __future__ import annotations

import json
import re
from functools import cache
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drift.edits import Edit, edits
from drift.openapi_kinds import Path, walk
from drift.rich_documents import DOCUMENTS
from drift.rule_cases import Case, document, found
from drift.test_every_pointer import DOCUMENTS as EVERYWHERE
from drift.test_every_pointer import cases, unseen
from drift.test_fuzz import FUZZ
from openapi_drift.diff.change import Level
from openapi_drift.diff.compare import compare
from openapi_drift.documents.document import load_text
from openapi_drift.errors import SpecsError

TOLD, MINOR = "warning unexplained-change", "info unexplained-change"
JOBS = "paths: {/jobs: {get: {%s}}}"

CASES = [
    Case("a field that nobody knows", "", "unheard: of", [TOLD], [TOLD]),
    Case("the dialect of the schemas", "jsonSchemaDialect: a", "jsonSchemaDialect: b", [TOLD], [TOLD]),
    Case("a field of an operation", JOBS % "", JOBS % "unheard: of", [TOLD], [TOLD]),
    Case("a field of a path", "paths: {/jobs: {get: {}}}", "paths: {/jobs: {unheard: of, get: {}}}", [TOLD], [TOLD]),
    Case(
        "a variable of a server",
        "servers: [{url: /, variables: {a: {default: x}}}]",
        "servers: [{url: /, variables: {a: {default: x}, b: {default: y}}}]",
        [TOLD],
        [TOLD],
    ),
    Case(
        "a draft",
        JOBS % "x-stability-level: draft",
        JOBS % "x-stability-level: draft, unheard: of",
        [MINOR],
        [MINOR],
    ),
    Case("a draft that goes", JOBS % "x-stability-level: draft", "paths: {}", [MINOR], ["info endpoint-added"]),
    Case("a path without operations", "paths: {}", "paths: {/jobs: {servers: [{url: /}]}}", [MINOR], [MINOR]),
    Case(
        "a parameter that no operation has",
        "components: {parameters: {a: {in: query, name: a}}}",
        "components: {parameters: {a: {in: query, name: b}, c: {in: query, name: c}}}",
        [MINOR],
        [MINOR],
    ),
    Case(
        "a field of a parameter that no operation has",
        "components: {parameters: {a: {in: query, name: a, style: form}}}",
        "components: {parameters: {a: {in: query, name: a, style: deepObject}}}",
        [MINOR],
        [MINOR],
    ),
    Case(
        "a component said on the spot",
        "{components: {parameters: {a: {in: query, name: a}}}, "
        + JOBS[:-1] % "parameters: [{$ref: '#/components/parameters/a'}]"
        + "}}",
        JOBS % "parameters: [{in: query, name: a}]",
    ),
    Case("words for people", "", "{tags: [{name: a}], externalDocs: {url: 'https://a.invalid'}, x-note: {a: 1}}"),
    Case("OpenAPI 3.0 and 3.1", "openapi: 3.0.3", "openapi: 3.1.0"),
    Case(
        "a version",
        "info: {title: Jobs, version: '1'}",
        "info: {title: Tasks, version: '2', license: {name: MIT}}",
        ["info api-version-changed"],
        ["info api-version-changed"],
    ),
]
RENAMED = """
components: {securitySchemes: {%s: {type: apiKey, in: header, name: X-Key}}}
security: [{%s: []}]
paths: {/jobs: {get: {}}}
"""


@pytest.mark.parametrize("case", CASES, ids=str)
def test_what_no_rule_explains(case: Case) -> None:
    """A difference without a rule is a warning; for information only where nobody relies on it."""
    base, revision = document(case.base), document(case.revision)
    assert found(base, revision) == sorted(case.forth)
    assert found(revision, base) == sorted(case.back)


def test_an_unexplained_change_says_where_and_what() -> None:
    """The sentence has both sides' text, and the change the operation and both places."""
    (change,) = compare(document(JOBS % "unheard: of"), document(JOBS % "unheard: {a: 1}"))
    assert change.text == ('`unheard` is now `{"a": 1}` instead of `"of"`; no rule says what that means for callers')
    assert (change.method, change.path, change.level) == ("GET", "/jobs", Level.WARNING)
    assert [side and side.pointer for side in (change.base, change.revision)] == ["/paths/~1jobs/get/unheard"] * 2


COMPONENT = """
openapi: 3.0.3
paths: {}
components: {schemas: {A: %s}}
"""


@pytest.mark.parametrize(
    ("old", "new", "subject", "values"),
    [
        ("{type: string}", "{type: string, nullable: true}", "schema `A`", "`nullable`: `true` instead of `false`"),
        ("{type: string}", "{type: string, enum: [a]}", "schema `A`", '`enum`: `["a"]` instead of nothing'),
        ("{const: b}", "{const: a}", "schema `A`", '`enum`: `["a"]` instead of `["b"]`'),
        (
            "{properties: {b: {multipleOf: 2}}}",
            "{properties: {b: {multipleOf: 3}}}",
            "property `b` of `A`",
            "`multipleOf`: `3` instead of `2`",
        ),
        (
            "{dependentRequired: {b: [c], d: [e]}}",
            "{dependentRequired: {b: [c], d: [f]}}",
            "schema `A`",
            '`dependentRequired` (`d`): `["f"]` instead of `["e"]`',
        ),
    ],
)
def test_a_component_that_no_operation_shows_is_named(old: str, new: str, subject: str, values: str) -> None:
    """The sentence names the component and what differs in it, and the two sides of "instead of" are not the same."""
    (change,) = compare(*(load_text(COMPONENT % schema, "jobs.yaml") for schema in (old, new)))
    keyword, _, said = values.partition(": ")
    assert change.level is Level.INFO
    assert change.text == (
        f"Component {subject} has another {keyword}, and no rule tells what that means: {said}; no operation shows it"
    )


@given(data=st.data())
@FUZZ
def test_no_sentence_says_the_same_of_both_sides(data: st.DataObject) -> None:
    """Of a value that has become another one, no change says that it is now what it was."""
    id_ = data.draw(st.sampled_from(sorted(EVERYWHERE)))
    for part, edit in data.draw(st.lists(st.sampled_from(cases(id_)), min_size=8, max_size=8)):
        sides = (load_text(json.dumps(side), "jobs.json") for side in (part, edit.applied(part)))
        try:
            texts = [change.text for change in compare(*sides)]
        except SpecsError:  # what is refused is not compared
            continue
        told = [found for text in texts if (found := re.search(r"(?:now|means:) (.+) instead of ([^;]+)", text))]
        assert [found[0] for found in told if found[1] == found[2]] == []


def test_a_scheme_by_another_name_is_the_same_scheme() -> None:
    """Security schemes that say the same are one, whatever they are called."""
    assert found(document(RENAMED % ("key", "key")), document(RENAMED % ("access", "access"))) == []


SAME_LETTERS = ("contentType", "name")
"""Fields that know no capitals where a document edits them: media types, and names of headers."""


@cache
def outside_schemas() -> list[tuple[dict[str, Any], Edit]]:
    """Return the changes of the rich documents' values that are not in a schema."""
    result: list[tuple[dict[str, Any], Edit]] = []
    for whole in DOCUMENTS.values():
        schemas = {path for path, _, kind in walk(whole) if kind == "schema"}
        result += [
            (whole, edit) for edit in edits(whole, {path for path in _paths(whole) if not _inside(path, schemas)})
        ]
    return [item for item in result if item[1].how != "other letters" or item[1].path[-1] not in SAME_LETTERS]


def _paths(whole: dict[str, Any]) -> set[Path]:
    return {path for path, _, _ in walk(whole)}


def _inside(path: Path, schemas: set[Path]) -> bool:
    return any(path[:length] in schemas for length in range(len(path) + 1))


@given(data=st.data())
@FUZZ
def test_each_change_outside_schemas_is_found(data: st.DataObject) -> None:
    """No value of a document that has something of everything becomes another one without a word."""
    for whole, edit in data.draw(st.lists(st.sampled_from(outside_schemas()), min_size=8, max_size=8)):
        assert not unseen(whole, edit), str(edit)


@pytest.mark.parametrize(
    "text",
    [
        "{paths: {/x: {parameters: [{in: query, name: a, schema: %s}], get: {parameters: [{in: query, name: a}]}}}}",
        "{components: {responses: {R: {description: r, content: {application/json: {schema: %s}}}}}}",
        "{components: {parameters: {P: {in: query, name: a, content: {application/json: {schema: %s}}}}}}",
    ],
)
def test_a_schema_where_no_operation_is_is_looked_at(text: str) -> None:
    """The schemas of what is overridden, or of components that nothing reaches, are told for information."""
    changes = compare(
        document(text % "{type: string}"), document(text % "{type: string, readOnly: true, maxLength: 5}")
    )
    assert {(change.id, change.level.value) for change in changes} == {("unexplained-change", "info")}


@pytest.mark.parametrize("flag", ["readOnly", "writeOnly"])
def test_a_component_that_became_one_way_is_told_where_properties_refer_to_it(flag: str) -> None:
    """The schema of the object says the same as before, but no longer means the same."""
    paths = (
        "{/x: {post: {requestBody: {content: {application/json: {schema: &job {$ref: '#/components/schemas/Job'}}}},"
        " responses: {'200': {description: r, content: {application/json: {schema: *job}}}}}}}"
    )
    job = "Job: {type: object, properties: {id: {$ref: '#/components/schemas/Id'}}}, Id: {type: string%s}"
    base, revision = (
        document(f"{{paths: {paths}, components: {{schemas: {{{job % more}}}}}}}") for more in ("", f", {flag}: true")
    )
    for changes in (compare(base, revision), compare(revision, base)):
        assert {change.place.value for change in changes if change.method} >= {"request", "response"}
