"""adiutaOpt: tokens, media types, sizes, schema, keys, solutions."""

import base64
import gzip
import json
import sys
import zlib
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import brotli  # type: ignore[import-untyped]
import httpx
import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import rsa

from optcloud.sandbox import AfterPolls, Sandbox
from optcloud_sandbox.settings import Limits, Settings
from sandbox_server.raw_clients import CognitoClient

VENDOR = "application/vnd.adiutabyte.adiutaopt.json+"
PLAN: dict[str, Any] = {"meta": {}, "parameters": {}, "tasks": [{"id": 1, "revenue": 5}], "workers": [{"id": 7}]}
TEXT = json.dumps(PLAN).encode()
CODERS: dict[str, Callable[[bytes], bytes]] = {"gzip": gzip.compress, "deflate": zlib.compress, "br": brotli.compress}


def submit(
    client: httpx.Client, body: bytes = TEXT, kind: str | None = "application/json", more: dict[str, str] | None = None
) -> httpx.Response:
    headers = (more or {}) | ({} if kind is None else {"content-type": kind})
    return client.post("/shift-description", content=body, headers=headers)


def key_of(reply: httpx.Response) -> str:
    assert reply.status_code in (200, 201), reply.text
    key = reply.json()
    assert isinstance(key, str)
    return key


def test_a_new_problem_is_201_and_the_same_again_is_200_with_the_same_key(adiutaopt: httpx.Client) -> None:
    first, again = submit(adiutaopt), submit(adiutaopt)
    assert (first.status_code, again.status_code) == (201, 200)
    assert key_of(first) == key_of(again)
    assert key_of(first).endswith("==")
    other = submit(adiutaopt, TEXT + b" ")
    assert other.status_code == 201
    assert key_of(other) != key_of(first)


def test_the_planner_and_the_pinned_version_are_part_of_the_identity(adiutaopt: httpx.Client) -> None:
    keys = {key_of(submit(adiutaopt)), key_of(submit(adiutaopt, more={"adiutaopt-version": "2024-07-04_1p1"}))}
    for path in ("/description", "/floor-description"):
        keys.add(key_of(adiutaopt.post(path, content=TEXT, headers={"content-type": "application/json"})))
    assert len(keys) == 4


@pytest.mark.parametrize("name", CODERS)
def test_compressed_problems_are_the_same_problem(adiutaopt: httpx.Client, name: str) -> None:
    plain = submit(adiutaopt)
    packed = submit(adiutaopt, CODERS[name](TEXT), VENDOR + name)
    assert (packed.status_code, packed.json()) == (200, plain.json())


@pytest.mark.parametrize("kind", [None, "text/plain", "application/xml", "application/gzip", f"{VENDOR}zstd"])
def test_other_media_types_are_415(adiutaopt: httpx.Client, kind: str | None) -> None:
    assert submit(adiutaopt, kind=kind).status_code == 415


def test_a_charset_parameter_is_no_other_media_type(adiutaopt: httpx.Client) -> None:
    assert submit(adiutaopt, kind="application/json; charset=utf-8").status_code == 201


def test_a_content_encoding_is_415(adiutaopt: httpx.Client) -> None:
    assert submit(adiutaopt, gzip.compress(TEXT), more={"content-encoding": "gzip"}).status_code == 415


@pytest.mark.parametrize(
    ("name", "body"),
    [
        ("gzip", TEXT),
        ("gzip", gzip.compress(TEXT, mtime=0)[:-9]),
        ("gzip", gzip.compress(TEXT, mtime=0) + b"more"),
        ("gzip", gzip.compress(TEXT, mtime=0) * 2 + gzip.compress(b" ", mtime=0)[:-1]),
        ("deflate", zlib.compress(TEXT) * 2),
        ("br", brotli.compress(TEXT) * 2),
        ("br", brotli.compress(TEXT)[:-1]),
        ("gzip", zlib.compress(TEXT)),
        ("deflate", zlib.compress(TEXT)[2:-4]),  # raw deflate, without the zlib container
        ("br", b"\xff\xff"),
    ],
)
def test_bodies_that_do_not_decompress_are_400(adiutaopt: httpx.Client, name: str, body: bytes) -> None:
    assert submit(adiutaopt, body, VENDOR + name).status_code == 400


def test_bodies_that_are_not_json_are_400(adiutaopt: httpx.Client) -> None:
    assert submit(adiutaopt, b"{").status_code == 400
    assert submit(adiutaopt, gzip.compress(b"{"), f"{VENDOR}gzip").status_code == 400


def test_the_size_limits(sandbox: Sandbox, adiutaopt: httpx.Client) -> None:
    plain = TEXT.ljust(6_000_000)
    assert submit(adiutaopt, plain).status_code == 413
    assert submit(adiutaopt, plain[:-1]).status_code == 201
    assert submit(adiutaopt, gzip.compress(plain), f"{VENDOR}gzip").status_code == 201
    noise = base64.b64encode(bytes(range(256)) * 20)
    sandbox.settings = replace(sandbox.settings, limits=Limits(plan_compressed=len(gzip.compress(noise)) - 1))
    assert submit(adiutaopt, gzip.compress(noise), f"{VENDOR}gzip").status_code == 413


@pytest.mark.parametrize("name", CODERS)
def test_a_body_that_explodes_is_413(sandbox: Sandbox, adiutaopt: httpx.Client, name: str) -> None:
    sandbox.settings = Settings(limits=Limits(plan_decompressed=10_000))
    assert submit(adiutaopt, CODERS[name](b" " * 20_000), VENDOR + name).status_code == 413


def test_without_brotli_br_says_so(adiutaopt: httpx.Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "brotli", None)  # as where it is not installed
    reply = submit(adiutaopt, brotli.compress(TEXT), f"{VENDOR}br")
    assert reply.status_code == 415
    assert "the coding br needs brotli, which is not installed" in reply.json()["message"]
    key = key_of(submit(adiutaopt))
    assert adiutaopt.get(f"/solution/{key}", headers={"accept": f"{VENDOR}br"}).status_code == 406


@pytest.mark.parametrize(
    ("change", "path"),
    [
        ({"tasks": None}, "/tasks"),
        ({"tasks": [{"revenue": -1}]}, "/tasks/0/revenue"),
        ({"workers": [{"costsPerMinute": "1"}]}, "/workers/0/costsPerMinute"),
        ({"recovery": [2147483648]}, "/recovery/0"),
    ],
)
def test_a_schema_violation_is_422_and_names_the_path(
    adiutaopt: httpx.Client, change: dict[str, Any], path: str
) -> None:
    reply = submit(adiutaopt, json.dumps(PLAN | change).encode())
    assert reply.status_code == 422
    assert path in [error["path"] for error in reply.json()["errors"]]


@pytest.mark.parametrize("missing", ["meta", "parameters", "tasks", "workers"])
def test_required_fields(adiutaopt: httpx.Client, missing: str) -> None:
    reply = submit(adiutaopt, json.dumps({key: value for key, value in PLAN.items() if key != missing}).encode())
    assert reply.status_code == 422
    assert f"'{missing}'" in reply.json()["errors"][0]["message"]


def test_logic_is_judged_later(adiutaopt: httpx.Client) -> None:
    plan = PLAN | {"tasks": [{"id": 1, "date": "2020-02-31"}, {"id": 1, "unpreferredWorkers": [8]}]}
    solution = adiutaopt.get(f"/solution/{key_of(submit(adiutaopt, json.dumps(plan).encode()))}")
    assert solution.status_code == 200
    assert "workers" not in solution.json()
    assert [(error["errorID"], error["path"]) for error in solution.json()["errors"]] == [
        ("impossible-date", "/tasks/0/date"),
        ("dangling-id", "/tasks/1/unpreferredWorkers"),
    ]


def test_the_solution_repeats_the_input_and_says_what_it_is(adiutaopt: httpx.Client) -> None:
    solution = adiutaopt.get(f"/solution/{key_of(submit(adiutaopt))}").json()
    assert solution["tasks"] == [{"id": 1, "revenue": 5, "workerID": 7, "profit": 5}]
    assert solution["meta"] == {}
    assert solution["requestID"]
    assert "not the vendor's optimizer" in solution["info"]["notice"]
    assert solution["backendVersion"]["version"] == "v1.0.0"


@pytest.mark.parametrize("escape", [True, False])
def test_the_key_in_the_path_escaped_or_not(sandbox: Sandbox, adiutaopt: httpx.Client, escape: bool) -> None:
    key = key_of(submit(adiutaopt))
    assert adiutaopt.get(f"/solution/{key.replace('=', '%3D') if escape else key}").status_code == 200


@pytest.mark.parametrize("status", [202, 204, 404])
def test_still_calculating_is_a_setting(sandbox: Sandbox, adiutaopt: httpx.Client, status: Any) -> None:
    sandbox.settings = Settings(still_calculating=status)
    sandbox.pace = AfterPolls(2)
    key = key_of(submit(adiutaopt))
    replies = [adiutaopt.get(f"/solution/{key}") for _ in range(3)]
    assert [reply.status_code for reply in replies] == [status, status, 200]
    assert (replies[0].content == b"") == (status != 404)


def test_an_unknown_key_is_404(adiutaopt: httpx.Client) -> None:
    assert adiutaopt.get("/solution/nobody==").status_code == 404


@pytest.mark.parametrize("accept", [None, "*/*", "application/json"])
@pytest.mark.parametrize(("encoding", "decode"), [(None, bytes), ("identity", bytes), ("gzip", gzip.decompress)])
def test_json_answers_and_their_content_coding(
    adiutaopt: httpx.Client, accept: str | None, encoding: str | None, decode: Callable[[bytes], bytes]
) -> None:
    headers = {"accept": accept, "accept-encoding": encoding}
    given = {name: value for name, value in headers.items() if value}
    with adiutaopt.stream("GET", f"/solution/{key_of(submit(adiutaopt))}", headers=given) as reply:
        body = b"".join(reply.iter_raw())
    assert reply.headers["content-type"] == "application/json"
    assert reply.headers.get("content-encoding") == (None if encoding in (None, "identity") else encoding)
    assert "requestID" in json.loads(decode(body))


@pytest.mark.parametrize(
    ("name", "decode"), [("gzip", gzip.decompress), ("deflate", zlib.decompress), ("br", brotli.decompress)]
)
def test_compressed_media_types_are_raw_bytes(
    adiutaopt: httpx.Client, name: str, decode: Callable[[bytes], bytes]
) -> None:
    reply = adiutaopt.get(f"/solution/{key_of(submit(adiutaopt))}", headers={"accept": VENDOR + name})
    assert (reply.headers["content-type"], "content-encoding" in reply.headers) == (VENDOR + name, False)
    assert "requestID" in json.loads(decode(reply.content))


@pytest.mark.parametrize(
    "headers",
    [
        {"accept": "text/html"},
        {"accept": "application/json, */*"},
        {"accept-encoding": "br, identity;q=0"},
        {"accept-encoding": "gzip;q=2"},
        {"accept": f"{VENDOR}gzip", "accept-encoding": "gzip, *;q=0"},
    ],
)
def test_other_accepts_are_406(adiutaopt: httpx.Client, headers: dict[str, str]) -> None:
    assert adiutaopt.get(f"/solution/{key_of(submit(adiutaopt))}", headers=headers).status_code == 406


@pytest.mark.parametrize(
    ("accept", "encoding", "coding"),
    [
        ("application/json", "gzip, deflate", "gzip"),
        ("application/json", "br, zstd, deflate, gzip", "deflate"),
        ("application/json", "br", None),
        (f"{VENDOR}gzip", "gzip, deflate", None),
    ],
)
def test_of_several_codings_the_first_permitted_one_is_taken(
    adiutaopt: httpx.Client, accept: str, encoding: str, coding: str | None
) -> None:
    """Libraries that name what they can undo, whatever they accept, are answered."""
    headers = {"accept": accept, "accept-encoding": encoding}
    reply = adiutaopt.get(f"/solution/{key_of(submit(adiutaopt))}", headers=headers)
    assert (reply.status_code, reply.headers.get("content-encoding")) == (200, coding)
    text = gzip.decompress(reply.content) if accept != "application/json" else reply.content
    assert "requestID" in json.loads(text)


def test_several_gzip_members_are_one_problem(adiutaopt: httpx.Client) -> None:
    """What gzip writes in a row reads as one file (RFC 1952, 2.2)."""
    members = gzip.compress(TEXT[:10]) + gzip.compress(b"") + gzip.compress(TEXT[10:])
    assert submit(adiutaopt, members, f"{VENDOR}gzip").json() == submit(adiutaopt).json()


@pytest.mark.parametrize("scheme", ["bearer", "BEARER", "bEaReR  "])
def test_the_scheme_of_a_token_is_in_letters_of_either_case(
    sandbox: Sandbox, http: httpx.Client, cognito: CognitoClient, scheme: str
) -> None:
    """`bearer` says what `Bearer` says (RFC 9110, 11.1)."""
    sandbox.settings = Settings(authorization="bearer")
    headers = {"authorization": f"{scheme} {cognito.tokens()['IdToken']}"}
    assert http.get(f"{sandbox.urls.adiutaopt}/version", headers=headers).status_code == 200


def test_versions_and_packages(adiutaopt: httpx.Client) -> None:
    names = [package["Name"] for package in adiutaopt.get("/shift-packages-list").json()]
    assert adiutaopt.get("/version").json()["version"] == names[0]
    pinned = adiutaopt.get("/shift-version", headers={"adiutaopt-version": names[1]}).json()
    assert pinned["version"] == names[1]
    assert adiutaopt.get("/version", headers={"adiutaopt-version": "1999-01-01_0"}).status_code == 400
    assert submit(adiutaopt, more={"adiutaopt-version": "1999-01-01_0"}).status_code == 400


def test_preflights_need_no_token(sandbox: Sandbox, http: httpx.Client) -> None:
    for path in ("/description", "/shift-description", "/solution/anything", "/floor-version", "/packages-list"):
        assert http.options(sandbox.urls.adiutaopt + path).status_code == 200


@pytest.mark.parametrize(
    ("setting", "bearer", "bare"), [("either", 200, 200), ("bearer", 200, 401), ("bare", 401, 200)]
)
def test_the_forms_of_authorization(
    sandbox: Sandbox, http: httpx.Client, cognito: CognitoClient, setting: Any, bearer: int, bare: int
) -> None:
    sandbox.settings = Settings(authorization=setting)
    token, url = cognito.tokens()["IdToken"], f"{sandbox.urls.adiutaopt}/version"
    assert http.get(url, headers={"authorization": f"Bearer {token}"}).status_code == bearer
    assert http.get(url, headers={"authorization": token}).status_code == bare


def test_an_id_token_lives_for_one_hour(sandbox: Sandbox, adiutaopt: httpx.Client) -> None:
    sandbox.turn(3590)
    assert adiutaopt.get("/version").status_code == 200
    sandbox.turn(11)
    reply = adiutaopt.get("/version")
    assert (reply.status_code, reply.json()["message"]) == (401, "the token has expired")


def test_tokens_that_are_refused(sandbox: Sandbox, http: httpx.Client, cognito: CognitoClient) -> None:
    tokens = cognito.tokens()
    good: dict[str, Any] = jwt.decode(tokens["IdToken"], options={"verify_signature": False})
    stranger = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    header, _, signature = tokens["IdToken"].split(".")
    longer = base64.urlsafe_b64encode(json.dumps(good | {"exp": good["exp"] + 1}).encode()).decode().rstrip("=")
    refused = {
        "access token": tokens["AccessToken"],
        "another key": jwt.encode(good, stranger, algorithm="RS256", headers={"kid": "sandbox-signing-key"}),
        "no signature": jwt.encode(good, "", algorithm="none"),
        "the public key as a secret": jwt.encode(good, "x" * 40, algorithm="HS256"),
        "changed claims": f"{header}.{longer}.{signature}",
        "rubbish": "fake",
    }
    for name, token in refused.items():
        reply = http.get(f"{sandbox.urls.adiutaopt}/version", headers={"authorization": f"Bearer {token}"})
        assert reply.status_code == 401, name
    assert http.get(f"{sandbox.urls.adiutaopt}/version").status_code == 401


def test_a_planted_solution_of_47_mb_is_served_as_it_is(sandbox: Sandbox, adiutaopt: httpx.Client) -> None:
    text = json.dumps({"tasks": ["x" * 1000] * 47_000}).encode()
    assert len(text) > 47_000_000
    key = sandbox.plant_solution(text)
    assert adiutaopt.get(f"/solution/{key}", headers={"accept-encoding": "identity"}).content == text
