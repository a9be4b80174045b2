"""A vendor's page against the table of what it says, however the page is marked up."""

from __future__ import annotations

import html
import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest

from drift_check.test_vendor import run
from openapi_drift.diff.change import Change, Level
from openapi_drift.errors import NotCheckedError, SpecsError
from openapi_drift.page.contract import compare_page
from openapi_drift.page.table import PageContract, load_contract, load_contracts
from openapi_drift.page.text import PageLine, lines_of
from optcloud.cli.exit_codes import DONE, DRIFT, NOT_CHECKED
from optcloud.core.settings import GurobiSettings
from optcloud.gurobi import models
from optcloud.gurobi.errors import NAMED_REFUSALS
from optcloud.observe.gurobi import DOCUMENT
from specs.test_fetch import Server, text

REPOSITORY = Path(__file__).parents[2]
BREAKING, WARNING = Level.BREAKING, Level.WARNING


@pytest.fixture(scope="module")
def contract() -> PageContract:
    return load_contracts(REPOSITORY)["gurobi-v1"]


def page_of(contract: PageContract) -> str:
    """A page that says what the table says, in words of our own."""
    said = ["<h1>API</h1><p>Base https://cloud.gurobi.com/api</p><table>"]
    said += [f"<tr><td>{name}</td><td>{entry['method']}</td></tr>" for name, entry in contract.endpoints.items()]
    terms = " ".join(word for words in contract.table["terms"].values() for word in words)
    said += ["</table>", f"<p>Words: {terms}</p>"]
    for entry in contract.endpoints.values():
        said += [f"<h3><code>{entry['path']}</code></h3><p>A {entry['method']} request to {entry['path']} answers.</p>"]
        for kind in ("fields", "parameters"):
            said += ["<ul>", *(_item(name, one) for name, one in entry.get(kind, {}).items()), "</ul>"]
    said += ["<h2>API Errors</h2><ul>", *(f"<li><b>{one}</b>: when so.</li>" for one in contract.messages), "</ul>"]
    return "\n".join([*said, "<h2>Elsewhere</h2><p>Try it for free</p>"])


def _item(name: str, said: dict[str, Any]) -> str:
    words = "".join(f"<li><i>{html.escape(word)}</i> - explained</li>" for word in said.get("words", []))
    default = f"<p>Left out, this defaults to {said['default']}.</p>" if "default" in said else ""
    required = " This is required." if said.get("required") else ""
    return f"<li><b>{name}</b>: what it is.{required}<ul>{words}</ul>{default}</li>"


@pytest.fixture(scope="module")
def page(contract: PageContract) -> str:
    return page_of(contract)


def found(changes: Iterable[Change]) -> list[tuple[str, Level, str]]:
    return [(change.id, change.level, change.base.pointer if change.base else "") for change in changes]


def changed(page: str, old: str, new: str, count: int = 1) -> str:
    assert old in page
    return page.replace(old, new, count)


def test_the_page_as_the_table_says(contract: PageContract, page: str) -> None:
    assert compare_page(contract, page) == []


def plain(page: str) -> str:
    """The same as text with bullets, as a copy of a page looks."""
    lines = [
        f"{'  ' * line.depth}{chr(0x2022) + ' ' if line.item and line.depth else ''}{line.text}"
        for line in lines_of(page)
    ]
    return "\n\n".join(lines)


MARKUP = {
    "white space": lambda page: re.sub(r"(?<=\w) (?=\w)", "\n\t  ", page),
    "non-breaking": lambda page: re.sub(r"(?<=\w) (?=\w)", "&nbsp;", page),
    "spans": lambda page: re.sub(r"<(/?)b>", r"<\1span class='x'>", page),
    "typographic dashes": lambda page: page.replace(" - ", " \u2013 "),
    "soft hyphens": lambda page: page.replace("license", "li\u00adcense"),
    "upper case tags": lambda page: re.sub(r"<(/?\w+)", lambda match: match[0].upper(), page),
    "scripts": lambda page: f"<script>var words = '<li>idle2</li>';</script>{page}<style>li{{}}</style>",
    "templates": lambda page: page.replace("<li><i>idle", "<template><ul><li>x</li></template><li><i>idle"),
    "wrapped": lambda page: f"<!doctype html><html><body><div><div>{page}</div></div></body></html>",
    "plain text": plain,
}


@pytest.mark.parametrize("markup", MARKUP)
def test_markup_does_not_matter(contract: PageContract, page: str, markup: str) -> None:
    other = MARKUP[markup](page)
    assert other != page
    assert compare_page(contract, other) == []
    without = other.replace(">idle<", ">dozing<") if markup != "plain text" else other.replace("idle - ", "dozing - ")
    ids = [change.id for change in compare_page(contract, without.replace(">IDLE<", ">dozing<"))]
    assert ids == ["page-word-removed", "page-word-added"]


STATE = "/endpoints/machines/fields/state/words"
REGION = "/endpoints/launch/parameters/region"
CASES: dict[str, tuple[str, str, list[tuple[str, Level, str]]]] = {
    "state gone": ("<li><i>idle</i> - explained</li>", "", [("page-word-removed", BREAKING, f"{STATE}/idle")]),
    "state new": (
        "<li><i>idle</i>",
        "<li><i>resting</i> - explained</li><li><i>idle</i>",
        [("page-word-added", WARNING, STATE)],
    ),
    "version new": (
        "<li><i>8.0</i>",
        "<li><i>8.1</i></li><li><i>8.0</i>",
        [("page-word-added", WARNING, "/endpoints/launch/parameters/GRBVersion/words")],
    ),
    "default": (
        "defaults to us-east-1",
        "defaults to us-west-1",
        [("page-default-changed", WARNING, f"{REGION}/default")],
    ),
    "parameter gone": (
        "<b>machineIds</b>",
        "<b>ids</b>",
        [("page-parameter-removed", BREAKING, "/endpoints/kill/parameters/machineIds")],
    ),
    "parameter new": (
        "<li><b>GRBVersion</b>",
        "<li><b>spot</b>: cheap</li><li><b>GRBVersion</b>",
        [("page-parameter-added", WARNING, "/endpoints/launch/parameters")],
    ),
    "parameter required": (
        "<b>GRBVersion</b>: what it is.",
        "<b>GRBVersion</b>: what it is. This argument is required.",
        [("page-parameter-became-required", BREAKING, "/endpoints/launch/parameters/GRBVersion")],
    ),
    "field gone": (
        "<b>DNSName</b>",
        "<b>host</b>",
        [
            ("page-field-removed", BREAKING, "/endpoints/machines/fields/DNSName"),
            ("page-field-added", WARNING, "/endpoints/machines/fields"),
        ],
    ),
    "method": (
        "<td>kill</td><td>POST</td>",
        "<td>kill</td><td>DELETE</td>",
        [("page-method-changed", BREAKING, "/endpoints/kill/method")],
    ),
    "endpoint new": (
        "Try it for free",
        "Try /api/pools for free",
        [("page-endpoint-added", WARNING, "/endpoints")],
    ),
    "error gone": (
        "<li><b>Invalid Region</b>: when so.</li>",
        "",
        [("page-error-removed", BREAKING, "/errors/messages/Invalid Region")],
    ),
    "error new": (
        "<li><b>Invalid Region</b>",
        "<li><b>Out of Credit</b>: when so.</li><li><b>Invalid Region</b>",
        [("page-error-added", WARNING, "/errors/messages")],
    ),
    "signing": ("HMAC-SHA1", "HMAC-SHA256", [("page-term-removed", BREAKING, "/terms/signing/HMAC-SHA1")]),
    "the end": (
        "Try it for free",
        "This API is no longer available",
        [("page-notice-added", WARNING, "/notices/end/no longer available")],
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_what_the_page_says_otherwise(contract: PageContract, page: str, case: str) -> None:
    old, new, expected = CASES[case]
    changes = compare_page(contract, changed(page, old, new))
    assert found(changes) == expected
    lines = contract.text.splitlines()
    for change in changes:
        assert change.base is not None and change.base.position is not None
        assert change.base.position.file == "specs/gurobi-v1/contract.toml"
        words = change.base.pointer.split("/")
        assert any(word in lines[change.base.position.line - 1] for word in (words[-1], words[-2])), change


def test_an_endpoint_that_is_gone(contract: PageContract, page: str) -> None:
    changes = compare_page(contract, page.replace("/api/kill", "/api/stop").replace("<td>kill</td>", "<td>stop</td>"))
    assert found(changes) == [
        ("page-endpoint-removed", BREAKING, "/endpoints/kill"),
        ("page-endpoint-added", WARNING, "/endpoints"),
    ]
    assert (changes[0].method, changes[0].path, changes[0].operation_id) == ("POST", "/api/kill", "kill")


def test_lists_that_cannot_be_told_apart_are_searched_only(contract: PageContract, page: str) -> None:
    """Flat paragraphs: what is gone still shows, what is new cannot be told."""
    flat = re.sub(r"</?(ul|li|table|tr)>", "<p>", page)
    assert compare_page(contract, flat) == []
    assert found(compare_page(contract, flat.replace("obtaining license", "fetching license"))) == [
        ("page-word-removed", BREAKING, f"{STATE}/obtaining license")
    ]


@pytest.mark.parametrize("other", ["<html><title>Sign in</title><form>user</form></html>", "", "Page not found"])
def test_another_page_is_not_checked(contract: PageContract, other: str) -> None:
    with pytest.raises(NotCheckedError, match=r"names no endpoint of specs/gurobi-v1/contract\.toml"):
        compare_page(contract, other)


def test_lines_of_definitions_and_tables() -> None:
    page = "<dl><dt>idle</dt><dd>rests</dd></dl><table><tr><th>a</th><td>b</td></tr></table>&lt;end&gt;<p>x<br>y</p>"
    assert lines_of(page) == [
        PageLine("idle - rests", 1, item=True),
        PageLine("a - b", 1, item=True),
        PageLine("<end>"),
        PageLine("x"),
        PageLine("y"),
    ]


def test_on_the_command_line(vendor: Server, page: str) -> None:
    def check() -> Any:
        return run(REPOSITORY, "--cloud", "gurobi", "--url", f"{vendor.url}/page", kind="vendor")

    vendor.routes["/page"] = text(f"<html>{page}</html>", "text/html")
    assert (check().exit_code, check().stdout) == (DONE, "vendor gurobi-v1: no drift\n")
    vendor.routes["/page"] = text(f"<html>{changed(page, '<i>idle</i>', '<i>dozing</i>')}</html>", "text/html")
    result = check()
    assert result.exit_code == DRIFT
    assert "the page no longer names the value of `state` `idle`" in " ".join(result.stdout.split())
    assert "`oc.gurobi.machines`" in result.stdout
    vendor.routes["/page"] = text("<html><form>Sign in</form></html>", "text/html")
    assert (check().exit_code, "not checked: " in check().stdout) == (NOT_CHECKED, True)
    vendor.routes["/page"] = text("gone", "text/html", 404)
    assert (check().exit_code, "HTTP 404" in check().stdout) == (NOT_CHECKED, True)


@pytest.mark.parametrize("part", ["[page]", "[endpoints.kill]", "[errors]", "[terms]"])
def test_a_table_that_lacks_a_part(contract: PageContract, tmp_path: Path, part: str) -> None:
    path = tmp_path / "contract.toml"
    path.write_text(contract.text.replace(part, "[other]"))
    with pytest.raises(SpecsError, match=rf"contract.toml: .*{part.strip('[]').partition('.')[0]}"):
        load_contract(path, "specs/x/contract.toml")


def test_a_table_that_is_no_toml(tmp_path: Path) -> None:
    path = tmp_path / "contract.toml"
    path.write_text("[page")
    with pytest.raises(SpecsError, match=r"specs/x/contract\.toml: "):
        load_contract(path, "specs/x/contract.toml")


def words(contract: PageContract, endpoint: str, kind: str, name: str) -> set[str]:
    return set(contract.endpoints[endpoint][kind][name]["words"])


def test_our_own_tables_agree_with_it(contract: PageContract) -> None:
    assert set(models.MACHINE_TYPES) == words(contract, "launch", "parameters", "machineType")
    assert set(models.MACHINE_TYPES) == words(contract, "machines", "fields", "machineType")
    assert set(models.REGIONS) == words(contract, "launch", "parameters", "region")
    assert set(models.REGIONS) == words(contract, "machines", "fields", "region")
    assert set(models.LICENSE_TYPES) == words(contract, "launch", "parameters", "licenseType")
    assert {*models.LICENSE_TYPES, models.WORKER} == words(contract, "machines", "fields", "licenseType")
    on_the_way = {"launching", "pending", "obtaining license"}
    later = {"error"}  # of the successor: Gurobi facts 4
    assert (
        models.READY | models.LEAVING | models.FAILED | on_the_way
        == words(contract, "machines", "fields", "state") | later
    )
    assert set(NAMED_REFUSALS) == set(contract.messages)
    url = GurobiSettings(access_id="id", secret_key="not-a-real-key").url
    assert contract.table["terms"]["address"] == [url]


def test_our_own_calls_agree_with_it(contract: PageContract) -> None:
    """What the flows send and read, by the names in their files."""
    folder = REPOSITORY / "adapters" / "optcloud" / "gurobi"
    code = "".join(path.read_text() for path in folder.glob("*.py"))
    for entry in contract.endpoints.values():
        for name in entry.get("parameters", {}):
            assert f'"{name}"' in code, name
    for name in {*contract.endpoints["machines"]["fields"], *contract.endpoints["licenses"]["fields"]}:
        assert f'"{name}"' in code, name


def test_what_the_observer_is_held_to_agrees_with_it(contract: PageContract) -> None:
    for name, entry in contract.endpoints.items():
        (operation,) = DOCUMENT["paths"][entry["path"].removeprefix("/api")].items()
        assert operation[0].upper() == entry["method"]
        properties = operation[1]["responses"]["200"]["content"]["application/json"]["schema"]["items"]["properties"]
        said = entry.get("fields") or contract.endpoints["machines"]["fields"]
        assert properties.keys() == said.keys(), name
        for field, one in said.items():
            assert set(properties[field].get("x-extensible-enum", ())) - {"error"} == set(one.get("words", ())), field
