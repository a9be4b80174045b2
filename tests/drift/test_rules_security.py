"""Who may call, and how one signs in."""

from __future__ import annotations

import pytest

from drift.rule_cases import Case, document, found
from openapi_drift.diff.compare import compare
from openapi_drift.diff.levels import LevelPolicy

OAUTH = "{type: oauth2, flows: {implicit: {authorizationUrl: 'https://a.invalid', scopes: {read: Read}}}}"

KEY = "one: {type: apiKey, in: header, name: X-Key}"
IN_CHANGED, NAME_CHANGED = "breaking api-security-component-in-changed", "breaking api-security-component-name-changed"

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
        "a flow",
        f"one: {OAUTH}",
        f"one: {OAUTH.replace('flows: {', 'flows: {password: {tokenUrl: //t.invalid, scopes: {}}, ')}",
        ["info api-security-component-oauth-flow-added"],
        ["breaking api-security-component-oauth-flow-removed"],
    ),
    Case("a key's place", KEY, KEY.replace("header", "query"), [IN_CHANGED], [IN_CHANGED]),
    Case("a key's name", KEY, KEY.replace("X-Key", "X-Other"), [NAME_CHANGED], [NAME_CHANGED]),
    Case("a key's header in other capitals", KEY, KEY.replace("X-Key", "x-key")),
    Case(
        "a scheme of HTTP",
        "one: {type: http, scheme: basic}",
        "one: {type: http, scheme: bearer}",
        ["breaking api-security-component-scheme-changed"],
        ["breaking api-security-component-scheme-changed"],
    ),
    Case("a scheme of HTTP in other capitals", "one: {type: http, scheme: basic}", "one: {type: http, scheme: Basic}"),
    Case(
        "a hint on tokens",
        "one: {type: http, scheme: bearer}",
        "one: {type: http, scheme: bearer, bearerFormat: JWT}",
        ["info api-security-component-bearer-format-changed"],
        ["info api-security-component-bearer-format-changed"],
    ),
    Case(
        "address of OpenID",
        "one: {type: openIdConnect, openIdConnectUrl: 'https://a.invalid'}",
        "one: {type: openIdConnect, openIdConnectUrl: 'https://b.invalid'}",
        ["warning api-security-component-open-id-connect-url-changed"],
        ["warning api-security-component-open-id-connect-url-changed"],
    ),
    Case("described otherwise", KEY, KEY.replace("name:", "description: it, name:")),
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
    """What became of a scheme breaks who signs in by it, if an operation asks for it."""
    text = "{security: [{one: []}], components: {securitySchemes: {%s}}}"
    base, revision = document(text % case.base), document(text % case.revision)
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


def test_a_scheme_that_nobody_is_asked_for_breaks_nobody() -> None:
    """A change of a scheme is for information where no operation asks for it."""
    base, revision = (
        document("components: {securitySchemes: {" + text + "}}") for text in (KEY, KEY.replace("header", "query"))
    )
    assert found(base, revision) == ["info api-security-component-in-changed"]


def test_a_key_that_goes_elsewhere_says_what_breaks() -> None:
    """The sentence names both places of a key."""
    text = "{security: [{one: []}], components: {securitySchemes: {%s}}}"
    moved = "one: {type: apiKey, in: query, name: key}"
    changes = compare(document(text % KEY), document(text % moved))
    assert changes[0].text == (
        "Calls that sign in by `one` fail: the key goes into the query as `key`, no longer into the header as `X-Key`"
    )


@pytest.mark.parametrize(
    ("base", "revision"),
    [
        ("{security: [{a: []}], paths: {/x: {get: {}}}}", "paths: {/x: {get: {security: [{a: []}]}}}"),
        ("{security: [], paths: {/x: {get: {}}}}", "paths: {/x: {get: {security: []}}}"),
        (
            "{security: [{a: []}, {b: []}], paths: {/x: {get: {}}}}",
            "{security: [{b: []}, {a: []}], paths: {/x: {get: {}}}}",
        ),
    ],
)
def test_access_said_once_or_for_each_operation(base: str, revision: str) -> None:
    """What operations ask for is the same, wherever it is said."""
    assert found(document(base), document(revision)) == []
    assert found(document(revision), document(base)) == []


def test_what_the_document_asks_for_where_each_operation_asks_itself() -> None:
    """A word for all operations means nothing where each has its own."""
    text = "{security: [{%s: []}], paths: {/x: {get: {security: []}}}}"
    assert compare(document(text % "a"), document(text % "b")) == []
