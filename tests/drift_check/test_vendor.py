"""Vendor against snapshot, on the command line: the document changes, the vendor is down, a sign-in page answers."""

from __future__ import annotations

import gzip
import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from drift_check.conftest import KEY
from openapi_drift.documents import download
from optcloud.cli.app import app
from optcloud.cli.exit_codes import DONE, DRIFT, ERROR, NOT_CHECKED, USAGE
from specs.hostile_vendor import Dripping, coded
from specs.test_fetch import Route, Server, redirect, serving, text

REPOSITORY = Path(__file__).parents[2]


def run(root: Path, *arguments: str, url: str = "", kind: str = "vendor") -> Any:
    where = ["--url", url, "--cloud", "orders"] if url else []
    command = ["spec", "check", "--root", str(root), *(["--kind", kind] if kind else []), *where, *arguments]
    result = CliRunner().invoke(app, command, prog_name="optcloud")
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    assert KEY not in result.stdout + result.stderr
    return result


def state(root: Path) -> dict[str, bytes]:
    return {str(path): path.read_bytes() for path in root.rglob("*") if path.is_file()}


def test_a_document_that_changes_between_two_checks(root: Path, vendor: Server, document: dict[str, Any]) -> None:
    url = f"{vendor.url}/spec"
    before = state(root)
    first = run(root, url=url)
    assert (first.exit_code, first.stdout) == (DONE, "vendor orders-v1: no drift\n")

    del document["paths"]["/orders"]["post"]
    document["paths"]["/carts"] = {"get": {"operationId": "getCarts", "responses": {"200": {"description": "OK"}}}}
    document["info"]["version"] = "2.0"
    vendor.routes["/spec"] = text(json.dumps(document, indent=1), "application/json")
    second = run(root, url=url)
    assert second.exit_code == DRIFT
    assert second.stdout.startswith("vendor orders-v1: drift: ")
    assert "POST /orders" in second.stdout
    assert "breaking" in second.stdout
    assert "specs/orders-v1/openapi.json:" in second.stdout
    assert "the vendor's version is 2.0, the snapshot's 1.0" in second.stdout
    assert "a difference may be a mistake of ours" in second.stdout
    assert state(root) == before

    record = json.loads(run(root, "--json", url=url).stdout)
    assert record["sections"] == {"vendor": "drift"}
    (check,) = record["checks"]
    removed = next(change for change in check["changes"] if change["level"] == "breaking")
    assert (removed["method"], removed["path"], removed["operation_id"]) == ("POST", "/orders", "createOrder")


@pytest.mark.parametrize(
    ("fail_on", "code", "said"),
    [
        (
            "breaking",
            DONE,
            "passed: 1 change that no rule explains, and that may break callers; --fail-on warning",
        ),
        ("warning", DRIFT, ""),
        ("any", DRIFT, ""),
        ("none", DONE, ""),
    ],
)
def test_what_no_rule_explains_passes_breaking_with_a_word(
    root: Path, vendor: Server, document: dict[str, Any], fail_on: str, code: int, said: str
) -> None:
    """Nobody has judged it: --fail-on breaking lets it pass and says so on stderr; the verdict stays drift."""
    document["paths"]["/orders"]["post"]["unheard"] = "of"
    vendor.routes["/spec"] = text(json.dumps(document), "application/json")
    result = run(root, "--fail-on", fail_on, url=f"{vendor.url}/spec")
    assert result.exit_code == code
    assert result.stdout.startswith("vendor orders-v1: drift: 1 warning\n")
    assert ("passed" in result.stderr, said in result.stderr) == (bool(said), True)


def test_what_is_accepted_or_means_nothing_is_not_said_to_pass(
    root: Path, vendor: Server, document: dict[str, Any], tmp_path: Path
) -> None:
    """The word on stderr is about unexplained changes that somebody still has to look at."""
    operation = document["paths"]["/orders"]["post"]
    operation["unheard"] = "of"
    vendor.routes["/spec"] = text(json.dumps(document), "application/json")
    url = f"{vendor.url}/spec"
    (check,) = json.loads(run(root, "--json", url=url).stdout)["checks"]
    (change,) = check["changes"]
    accepted = tmp_path / "accepted.yaml"
    entry = {"id": change["id"], "reason": "looked at", "text": change["text"]}
    accepted.write_text(json.dumps({"accepted": [entry | {"pointer": change["revision"]["pointer"]}]}))
    result = run(root, "--fail-on", "breaking", "--accepted", str(accepted), url=url)
    assert (result.exit_code, "passed" in result.stderr) == (DONE, False)
    operation |= {"x-note": "unheard of", "description": "anew"}
    del operation["unheard"]
    vendor.routes["/spec"] = text(json.dumps(document), "application/json")
    result = run(root, "--fail-on", "breaking", url=url)
    assert (result.exit_code, "passed" in result.stderr) == (DONE, False)


def test_written_differently_is_no_drift(root: Path, vendor: Server, document: dict[str, Any]) -> None:
    vendor.routes["/spec"] = text(json.dumps(document, indent=4, sort_keys=True), "application/json")
    assert run(root, url=f"{vendor.url}/spec").exit_code == DONE


def test_an_overlay_that_no_longer_fits_is_told(root: Path, vendor: Server, document: dict[str, Any]) -> None:
    document["components"]["schemas"]["Order"].pop("properties")
    vendor.routes["/spec"] = text(json.dumps(document), "application/json")
    result = run(root, url=f"{vendor.url}/spec")
    assert result.exit_code == DRIFT
    assert "the overlay does not fit what is served: overlay.yaml: action 1" in result.stdout


LOGIN = "<!doctype html><title>Sign in</title><form><input name=user></form>"
BAD: list[tuple[str, Route, str]] = [
    ("login", text(LOGIN, "text/html"), "an HTML page, perhaps a sign-in page"),
    ("login-as-yaml", text(LOGIN, "application/yaml"), "an HTML page, perhaps a sign-in page"),
    ("denied", text("{}", "application/json", 401), "HTTP 401"),
    ("broken", text("{}", "application/json", 503), "HTTP 503"),
    ("cut", text('{"openapi": "3.1.0", "paths": {"/o', "application/json"), "orders-v1:1:"),
    ("binary", text(b"\xff\xfe\x00", "application/octet-stream"), "not UTF-8"),
    ("swagger", text('{"swagger": "2.0", "paths": {"/": {}}}', "application/json"), "Swagger 2.0"),
    ("elsewhere", redirect("http://192.0.2.1/spec"), "plain http is for loopback only"),
    ("bomb", coded(gzip.compress(gzip.compress(b" " * 2**20) * 2**7), "gzip, gzip"), "is larger than 64 MiB"),
    ("cut-gzip", coded(gzip.compress(b"openapi: 3.1.0\n" * 99)[:-9], "gzip"), "its gzip is cut"),
    ("laughs", text("a: &a [x, x]\nb: &b [" + "*a, " * 10**6 + "]"), "its aliases grow it beyond"),
    ("deep", text("a: " + "[" * 10**5), "is nested deeper than 200 levels"),
]


@pytest.mark.parametrize(("name", "route", "reason"), BAD, ids=[name for name, _, _ in BAD])
def test_what_cannot_be_had_is_not_checked(root: Path, vendor: Server, name: str, route: Route, reason: str) -> None:
    vendor.routes[f"/{name}"] = route
    result = run(root, url=f"{vendor.url}/{name}")
    assert result.exit_code == NOT_CHECKED
    assert result.stdout.startswith("vendor orders-v1: not checked: ")
    assert reason in result.stdout
    assert "no drift" not in result.stdout
    assert json.loads(run(root, "--json", url=f"{vendor.url}/{name}").stdout)["sections"] == {"vendor": "not checked"}


def test_a_document_that_drips_is_not_checked(root: Path, vendor: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its sender never comes to an end, and the check does."""
    monkeypatch.setattr(download, "_DEADLINE", 0.3)
    with Dripping() as dripping:
        vendor.routes["/drips"] = dripping.in_body
        result = run(root, url=f"{vendor.url}/drips")
    assert result.exit_code == NOT_CHECKED
    assert "vendor orders-v1: not checked: " in result.stdout
    assert "/drips: had not come whole after 0.3 s" in result.stdout


def test_a_vendor_that_is_down_is_not_checked(root: Path) -> None:
    with serving() as stopped:
        url = f"{stopped.url}/spec?token={KEY}"
    result = run(root, url=url)
    assert result.exit_code == NOT_CHECKED
    assert "vendor orders-v1: not checked: http://127.0.0.1:" in result.stdout


def test_without_an_address_it_is_not_checked(root: Path) -> None:
    result = run(root)
    assert result.exit_code == NOT_CHECKED
    assert "its address is not known; give it with --url" in result.stdout


def test_drift_counts_more_than_what_was_not_checked_and_both_are_shown(root: Path) -> None:
    (root / "specs" / "orders-v1" / "openapi.json").write_text(
        (root / "specs" / "orders-v1" / "openapi.json").read_text() + "\n"
    )
    result = run(root, "--kind", "document")
    assert result.exit_code == DRIFT
    assert "document orders-v1: drift: 1 warning\n" in result.stdout
    assert "snapshot-edited" in result.stdout
    assert "vendor orders-v1: not checked: " in result.stdout
    assert run(root, "--kind", "document", "--fail-on", "breaking").exit_code == NOT_CHECKED


@pytest.mark.parametrize(("level", "code"), [("any", DRIFT), ("warning", DONE), ("breaking", DONE), ("none", DONE)])
def test_fail_on(root: Path, vendor: Server, document: dict[str, Any], level: str, code: int) -> None:
    document["paths"]["/carts"] = {"get": {"operationId": "getCarts", "responses": {"200": {"description": "OK"}}}}
    vendor.routes["/spec"] = text(json.dumps(document), "application/json")
    result = run(root, "--fail-on", level, url=f"{vendor.url}/spec")
    assert result.exit_code == code
    assert "drift: 1 other" in result.stdout


def test_accepted_changes_are_told_apart(root: Path, vendor: Server, document: dict[str, Any], tmp_path: Path) -> None:
    document["paths"]["/carts"] = {"get": {"operationId": "getCarts", "responses": {"200": {"description": "OK"}}}}
    vendor.routes["/spec"] = text(json.dumps(document), "application/json")
    accepted = tmp_path / "accepted.toml"
    accepted.write_text(
        '[[accepted]]\nid = "endpoint-added"\nreason = "not for us"\n[[accepted]]\nid = "x"\nreason = "y"\n'
    )
    result = run(root, "--accepted", str(accepted), url=f"{vendor.url}/spec")
    assert result.exit_code == DONE
    assert "not for us" in result.stdout
    assert "entry 2 (x) matches no change" in result.stdout


def test_the_key_goes_with_the_request(root: Path, vendor: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    path = root / "specs" / "sources.toml"
    path.write_text(path.read_text() + 'auth = { header = "apikey", env = "ORDERS_API_KEY" }\n')
    monkeypatch.delenv("ORDERS_API_KEY", raising=False)
    assert "ORDERS_API_KEY" in run(root, url=f"{vendor.url}/spec").stdout
    monkeypatch.setenv("ORDERS_API_KEY", KEY)
    assert run(root, url=f"{vendor.url}/spec").exit_code == DONE
    assert vendor.seen == [("/spec", KEY)]


def test_markdown_beside_the_text(root: Path, vendor: Server, tmp_path: Path) -> None:
    file = tmp_path / "drift.md"
    vendor.routes["/spec"] = text(LOGIN, "text/html")
    run(root, "--markdown", str(file), url=f"{vendor.url}/spec")
    assert "| Vendor against snapshot | `orders-v1` | **not checked**: " in file.read_text()


def test_github_annotations_name_what_was_not_checked(root: Path) -> None:
    assert run(root, "--format", "github").stdout.startswith(
        "::warning title=not checked::vendor orders-v1: its address"
    )


def test_names_that_nothing_has(root: Path) -> None:
    result = run(root, "--cloud", "order")
    assert result.exit_code == ERROR
    assert "order: nothing in specs/ is called so; there are: orders, orders-v1" in result.stderr
    result = run(root, "--url", "http://127.0.0.1:1/")
    assert (result.exit_code, "of which cloud?" in result.stderr) == (USAGE, True)


def test_an_address_for_each_cloud(root: Path, vendor: Server) -> None:
    assert run(root, "--url", f"orders={vendor.url}/spec?format=json").exit_code == DONE
    assert vendor.seen == [("/spec?format=json", None)]


def test_a_page_has_no_generated_code_to_check() -> None:
    result = CliRunner().invoke(
        app, ["spec", "check", "--root", str(REPOSITORY), "--cloud", "gurobi", "--kind", "generated"]
    )
    assert result.exit_code == ERROR
    assert "nothing to check" in result.stderr


def test_a_name_that_code_is_generated_from_breaks(root: Path, vendor: Server, document: dict[str, Any]) -> None:
    """Nothing on the wire differs; a comparison of two documents still calls it a remark."""
    post = document["paths"]["/orders"]["post"]
    post["operationId"], post["tags"] = "placeOrder", ["shop"]
    written = json.dumps(document).replace("schemas/Batch", "schemas/Orders").replace('"Batch":', '"Orders":')
    vendor.routes["/spec"] = text(written, "application/json")
    result = run(root, "--fail-on", "breaking", "--json", url=f"{vendor.url}/spec")
    assert result.exit_code == DRIFT
    (check,) = json.loads(result.stdout)["checks"]
    told = {change["text"].partition(":")[0] for change in check["changes"] if change["id"] == "generated-name-changed"}
    assert told == {
        "The operation's id was `createOrder` and is `placeOrder`",
        "The first tag, which is its module's name, was `orders` and is `shop`",
        "The schema `Batch` is called `Orders`",
    }
    assert {each["level"] for each in check["changes"] if each["id"] == "generated-name-changed"} == {"breaking"}
    assert "optcloud spec adopt orders-v1" in result.stdout
