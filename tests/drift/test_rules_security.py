"""Who may call, and how one signs in."""

from __future__ import annotations

import pytest

from drift.rule_cases import Case, document, found
from openapi_drift.diff.levels import LevelPolicy

OAUTH = "{type: oauth2, flows: {implicit: {authorizationUrl: 'https://a.invalid', scopes: {read: Read}}}}"

CASES = [
    Case(
        "an operation asks for credentials",
        "",
        "security: [{key: []}]",
        ["info api-security-added"],
        ["info api-security-removed"],
    ),
    Case(
        "an operation asks for a scope more",
        "security: [{oauth: [read]}]",
        "security: [{oauth: [read, write]}]",
        ["info api-security-scope-added"],
        ["info api-security-scope-removed"],
    ),
    Case(
        "one of several ways goes",
        "security: [{key: []}, {oauth: [read]}]",
        "security: [{oauth: [read]}]",
        ["info api-security-removed"],
        ["info api-security-added"],
    ),
    Case(
        "two ways become one that needs both",
        "security: [{key: []}, {oauth: []}]",
        "security: [{key: [], oauth: []}]",
        ["info api-security-added", "info api-security-removed", "info api-security-removed"],
        ["info api-security-added", "info api-security-added", "info api-security-removed"],
    ),
    Case(
        "ways with the same scheme are told apart by their scopes",
        "security: [{oauth: [read]}, {oauth: [write]}]",
        "security: [{oauth: [write]}, {oauth: [admin]}, {oauth: [owner]}]",
        ["info api-security-added", "info api-security-added", "info api-security-removed"],
        ["info api-security-added", "info api-security-removed", "info api-security-removed"],
    ),
    Case("ways in another order", "security: [{key: []}, {oauth: []}]", "security: [{oauth: []}, {key: []}]"),
    Case("nothing is asked for, said in two ways", "security: []", "security: [{}]"),
    Case(
        "credentials are no longer optional",
        "security: [{}, {key: []}]",
        "security: [{key: []}]",
        ["info api-security-removed"],
        ["info api-security-added"],
    ),
]

GLOBAL = [
    Case(
        "the document asks for credentials",
        "",
        "security: [{key: []}]",
        ["info api-global-security-added"],
        ["info api-global-security-removed"],
    ),
    Case(
        "the document asks for a scope more",
        "security: [{oauth: [read]}]",
        "security: [{oauth: [read, write]}]",
        ["info api-global-security-scope-added"],
        ["info api-global-security-scope-removed"],
    ),
    Case(
        "an operation says what the document says anyway",
        "{security: [{key: []}], paths: {/jobs: {get: {}}}}",
        "{security: [{key: []}], paths: {/jobs: {get: {security: [{key: []}]}}}}",
    ),
    Case(
        "an operation asks for nothing, unlike its document",
        "{security: [{key: []}], paths: {/jobs: {get: {}}}}",
        "{security: [{key: []}], paths: {/jobs: {get: {security: []}}}}",
        ["info api-security-removed"],
        ["info api-security-added"],
    ),
]

SCHEMES = [
    Case("scheme", "", f"one: {OAUTH}", ["info api-security-component-added"], ["info api-security-component-removed"]),
    Case(
        "type",
        "one: {type: http, scheme: basic}",
        "one: {type: apiKey, in: header, name: key}",
        ["info api-security-component-type-changed"],
        ["info api-security-component-type-changed"],
    ),
    Case(
        "scope",
        f"one: {OAUTH}",
        f"one: {OAUTH.replace('Read', 'Read, write: Write')}",
        ["info api-security-component-oauth-scope-added"],
        ["info api-security-component-oauth-scope-removed"],
    ),
    Case(
        "a scope's description",
        f"one: {OAUTH}",
        f"one: {OAUTH.replace('Read', 'Read all')}",
        ["info api-security-component-oauth-scope-changed"],
        ["info api-security-component-oauth-scope-changed"],
    ),
    Case(
        "address of sign-in",
        f"one: {OAUTH}",
        f"one: {OAUTH.replace('a.invalid', 'b.invalid')}",
        ["info api-security-component-oauth-url-changed"],
        ["info api-security-component-oauth-url-changed"],
    ),
    Case(
        "address of tokens",
        f"one: {OAUTH}",
        f"one: {OAUTH.replace('scopes', 'tokenUrl: //t.invalid, scopes')}",
        ["info api-security-component-oauth-token-url-changed"],
        ["info api-security-component-oauth-token-url-changed"],
    ),
]


@pytest.mark.parametrize("case", CASES, ids=str)
def test_what_an_operation_asks_for(case: Case) -> None:
    base, revision = (
        document("paths: {/jobs: {get: {responses: {}, " + text + "}}}") for text in (case.base, case.revision)
    )
    assert found(base, revision, LevelPolicy.OASDIFF) == case.forth
    assert found(revision, base, LevelPolicy.OASDIFF) == case.back


@pytest.mark.parametrize("case", GLOBAL, ids=str)
def test_what_the_document_asks_for(case: Case) -> None:
    base, revision = document(case.base), document(case.revision)
    assert found(base, revision, LevelPolicy.OASDIFF) == case.forth
    assert found(revision, base, LevelPolicy.OASDIFF) == case.back


@pytest.mark.parametrize("case", SCHEMES, ids=str)
def test_security_schemes(case: Case) -> None:
    base, revision = (document("components: {securitySchemes: {" + text + "}}") for text in (case.base, case.revision))
    assert found(base, revision, LevelPolicy.OASDIFF) == case.forth
    assert found(revision, base, LevelPolicy.OASDIFF) == case.back


REFUSING = [
    Case("asks where nothing was asked", "[]", "[{key: []}]",
         ["breaking api-security-added"], ["info api-security-removed"]),
    Case("one way more", "[{key: []}]", "[{key: []}, {oauth: []}]",
         ["info api-security-added"], ["breaking api-security-removed"]),
    Case("credentials are optional at first", "[]", "[{}, {key: []}]",
         ["info api-security-added", "info api-security-added"],
         ["info api-security-removed", "info api-security-removed"]),
    Case("calls without credentials are enough", "[{key: []}]", "[{}]",
         ["info api-security-removed"], ["breaking api-security-added"]),
    Case("credentials are no longer optional", "[{}, {key: []}]", "[{key: []}]",
         ["breaking api-security-removed"], ["info api-security-added"]),
    Case("both, then one of them", "[{key: [], oauth: [read]}]", "[{key: []}]",
         ["info api-security-added", "info api-security-removed"],
         ["breaking api-security-removed", "info api-security-added"]),
    Case("a scope more", "[{oauth: [read]}]", "[{oauth: [read, write]}]",
         ["breaking api-security-scope-added"], ["info api-security-scope-removed"]),
]  # fmt: skip


@pytest.mark.parametrize("case", REFUSING, ids=str)
def test_who_is_refused(case: Case) -> None:
    """A call that had enough credentials and has no longer is refused: that is breaking, and nothing else is."""
    base, revision = (
        document("paths: {/jobs: {get: {responses: {}, security: " + text + "}}}")
        for text in (case.base, case.revision)
    )
    assert found(base, revision) == case.forth
    assert found(revision, base) == case.back
