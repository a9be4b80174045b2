"""Where calls go: the servers of a document, of a path, of an operation."""

from __future__ import annotations

import pytest

from drift.rule_cases import Case, document, found

PATHS = "paths: {/jobs: {get: {}, post: {}}}"
ADDED, REMOVED, PATH = "info api-server-added", "warning api-server-removed", "breaking api-server-path-changed"
VARIABLE = "servers: [{url: 'https://{zone}.invalid/v1', variables: {zone: {default: eu, enum: %s}}}]"


def _document(servers: str = "", get: str = "", post: str = "", item: str = "") -> str:
    shared = f"servers: [{servers}]," if servers else ""
    return f"{{{shared} paths: {{/jobs: {{{item} get: {{{get}}}, post: {{{post}}}}}}}}}"


def _url(*urls: str) -> str:
    return ", ".join(f"{{url: '{url}'}}" for url in urls)


A, B, V1, V2 = "https://a.invalid", "https://b.invalid", "https://a.invalid/v1", "https://a.invalid/v2"
CASES = [
    Case("the first server that is named", _document(), _document(_url(A)), [ADDED], [REMOVED]),
    Case("one server more", _document(_url(A)), _document(_url(A, B)), [ADDED], [REMOVED]),
    Case("another host", _document(_url(A)), _document(_url(B)), [ADDED, REMOVED], [ADDED, REMOVED]),
    Case("another version in the path", _document(_url(V1)), _document(_url(V2)), [PATH], [PATH]),
    Case("another relative path", _document(_url("/v1")), _document(_url("/v2")), [PATH], [PATH]),
    Case("a relative path where none was named", _document(), _document(_url("/v2")), [PATH], [PATH]),
    Case("the old path stays beside the new", _document(_url(V1)), _document(_url(V1, V2)), [ADDED], [REMOVED]),
    Case("the root, said in words", _document(), _document(_url("/"))),
    Case("in another order", _document(_url(A, B)), _document(_url(B, A))),
    Case("a slash at the end, a host in capitals", _document(_url(A)), _document(_url("https://A.invalid/"))),
    Case("described otherwise", _document("{url: /, description: one}"), _document("{url: /, description: two}")),
    Case(
        "the host as a default of a variable",
        VARIABLE % "[eu, us]" + f"\n{PATHS}",
        VARIABLE.replace("default: eu", "default: us") % "[eu, us]" + f"\n{PATHS}",
        ["warning api-server-variable-default-changed"],
        ["warning api-server-variable-default-changed"],
    ),
    Case(
        "a word that a variable may be",
        VARIABLE % "[eu]" + f"\n{PATHS}",
        VARIABLE % "[us, eu]" + f"\n{PATHS}",
        ["info api-server-variable-enum-value-added"],
        ["breaking api-server-variable-enum-value-removed"],
    ),
    Case("one operation goes elsewhere", _document(), _document(get=f"servers: [{_url(A)}]"), [REMOVED], [REMOVED]),
    Case(
        "one operation keeps to an old path",
        _document(_url(V1), get=f"servers: [{_url(V1)}]"),
        _document(_url(V1), get=f"servers: [{_url(V2)}]"),
        [PATH],
        [PATH],
    ),
    Case(
        "said for each operation instead of once",
        _document(_url(V1)),
        _document(get=f"servers: [{_url(V1)}]", post=f"servers: [{_url(V1)}]"),
    ),
    Case("said for the path instead of once", _document(_url(V1)), _document(item=f"servers: [{_url(V1)}],")),
    Case(
        "what no operation goes by",
        _document(_url(V1), item=f"servers: [{_url(V1)}],"),
        _document(_url(V2), item=f"servers: [{_url(V1)}],"),
        ["info api-server-path-changed"],
        ["info api-server-path-changed"],
    ),
]


@pytest.mark.parametrize("case", CASES, ids=str)
def test_where_calls_go(case: Case) -> None:
    """Another path breaks, another host may, and what calls go by in the same way is silent."""
    base, revision = document(case.base), document(case.revision)
    assert found(base, revision) == sorted(case.forth)
    assert found(revision, base) == sorted(case.back)


@pytest.mark.parametrize("url", ["https://[", "://", "{", "https://{a}/{a}", "%"])
def test_odd_addresses_are_compared_like_others(url: str) -> None:
    """An address that is none is a server like another."""
    assert found(document(_document(_url(A))), document(_document(_url(A, url)))) == [ADDED]


def test_an_address_that_is_listed_twice_is_two_servers() -> None:
    """Neither hides the other, whatever their order."""
    one = "{{url: '/{{zone}}', variables: {{zone: {{default: {}}}}}}}"
    twice = f"servers: [{one}, {one}]"
    assert found(document(twice.format("eu", "us")), document(twice.format("us", "eu"))) == []
    assert found(document(twice.format("eu", "us")), document(twice.format("asia", "us"))) != []
    assert found(document(twice.format("us", "eu")), document(twice.format("us", "asia"))) != []
