"""`optcloud spec`: a thin layer over `openapi_drift`, in a checkout."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from cli.conftest import Run
from openapi_drift.generation import generate
from openapi_drift.generation.changed_names import UNCHANGED, ChangedName
from openapi_drift.generation.findings import Finding, JudgedFindings
from openapi_drift.generation.generate import GenerationOutcome
from openapi_drift.sources import carried_root
from specs.conftest import DOCUMENT, make_checkout
from specs.test_fetch import Server, serving, text


@pytest.fixture
def checkout(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "specs").mkdir()
    (tmp_path / "specs" / "sources.toml").write_text("")
    (tmp_path / "deep").mkdir()
    monkeypatch.chdir(tmp_path / "deep")
    return tmp_path


@pytest.mark.parametrize("command", ["fetch", "generate", "check --kind generated"])
def test_outside_a_checkout(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, command: str) -> None:
    monkeypatch.chdir(tmp_path)
    result = run("spec", *command.split())
    assert result.exit_code == 1
    assert "specs/sources.toml" in result.stderr
    assert "--root" in result.stderr


@pytest.fixture
def vendor() -> Iterator[Server]:
    with serving() as running:
        yield running


@pytest.fixture
def served(vendor: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """The document of AIMMS PRO that optcloud carries, as a vendor serves it; and a folder that is no checkout."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("OPTCLOUD_AIMMS_API_KEY", "fake-key-for-tests-only")
    document = (carried_root() / "specs" / "aimms-pro-v2" / "openapi.yaml").read_text(encoding="utf-8")
    vendor.routes["/aimms"] = text(document)
    return document


def test_the_documents_are_listed_and_printed_in_any_folder(run: Run, served: str) -> None:
    listed = json.loads(run("spec", "list", "--json").stdout)
    assert [one["version"] for one in listed if one["id"] == "aimms-pro-v2"] == ["v2.0"]
    assert run("spec", "show", "aimms-pro-v2").stdout == served
    unknown = run("spec", "show", "aimms-pro-v3")
    assert unknown.exit_code == 2
    assert "aimms-pro-v2" in unknown.stderr


def test_check_outside_a_checkout_holds_the_vendor_against_what_optcloud_carries(
    run: Run, vendor: Server, served: str
) -> None:
    """One document can be named; 0, 6 and 7 as in a checkout."""
    named = ("spec", "check", "aimms-pro-v2", "--url", f"aimms-pro-v2={vendor.url}/aimms")
    result = run(*named)
    assert (result.exit_code, result.stdout) == (0, "vendor aimms-pro-v2: no drift\n")
    vendor.routes["/aimms"] = text(served.replace("operationId: getTasks\n", "operationId: listTasks\n"))
    assert run(*named).exit_code == 6
    vendor.routes["/aimms"] = text("<html>sign in</html>", "text/html")
    assert run(*named).exit_code == 7


def test_what_an_account_has_not_keeps_no_check_red(run: Run, vendor: Server, served: str) -> None:
    """Documents without an address, and services that answer 404, are listed; named, or all of them, they count."""
    cloud = ("spec", "check", "--cloud", "aimms", "--kind", "vendor")
    result = run(*cloud, "--url", f"{vendor.url}/aimms")
    assert result.exit_code == 0
    assert "vendor aimms-user-manager-v1: not checked: an account is needed" in result.stdout
    vendor.routes["/gone"] = text("no such service", status=404)
    urls = ("--url", f"aimms-pro-v2={vendor.url}/aimms", "--url", f"aimms-user-manager-v1={vendor.url}/gone")
    result = run(*cloud, *urls)
    assert result.exit_code == 0
    assert "HTTP 404" in result.stdout
    vendor.routes["/gone"] = text("down", status=500)
    assert run(*cloud, *urls).exit_code == 7
    vendor.routes["/gone"] = text("no such service", status=404)
    assert run("spec", "check", "aimms-user-manager-v1", *urls[2:]).exit_code == 7
    assert run("spec", "check", "--cloud", "aimms", "--cloud", "adiutaopt", "--kind", "vendor").exit_code == 7


@pytest.mark.parametrize("form", ["github", "sarif"])
def test_annotations_stand_at_the_users_lines(run: Run, vendor: Server, served: str, tmp_path: Path, form: str) -> None:
    """With the change's words; no file is named that is not in the tree."""
    (tmp_path / "src").mkdir()
    (tmp_path / "src" / "plan.py").write_text("import optcloud\n\nfrom aimms_pro.api.task import get_tasks\n")
    vendor.routes["/aimms"] = text(served.replace("operationId: getTasks\n", "operationId: listTasks\n"))
    named = ("spec", "check", "aimms-pro-v2", "--url", f"aimms-pro-v2={vendor.url}/aimms", "--uses", "src")
    result = run(*named, "--format", form)
    assert result.exit_code == 6
    if form == "github":
        annotations = re.findall(r"^::(?:error|warning|notice) (file=\S*)", result.stdout, re.MULTILINE)
        assert [line.partition(",title=")[0] for line in annotations] == ["file=src/plan.py,line=3"]
        assert "getTasks" in result.stdout
        return
    (log,) = json.loads(result.stdout)["runs"]
    found = [place for each in log["results"] for place in each["locations"]]
    places = [place["physicalLocation"] for place in found if "physicalLocation" in place]
    assert {place["artifactLocation"]["uri"] for place in places} == {"src/plan.py"}
    assert {place["region"]["startLine"] for place in places} == {3}


def test_check_finds_the_checkout_and_never_passes_for_want_of_anything_to_check(run: Run, checkout: Path) -> None:
    result = run("spec", "check")
    assert (result.exit_code, result.stdout) == (1, "")
    assert "nothing to check" in result.stderr


def test_generate_tells_what_it_wrote(run: Run, checkout: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Files, and what is called otherwise now by those who use them."""
    renamed = ChangedName("renamed", "operation", "orders.api.orders.create", "orders.api.orders.make")
    wrote = GenerationOutcome(ran=True, differences={"generated/x": ""}, names=(renamed,))
    found = iter([wrote, wrote, GenerationOutcome(False, {})])
    monkeypatch.setattr(generate, "generate", lambda root, force, keep_going: next(found))
    assert run("spec", "generate").stdout.splitlines() == [
        "wrote generated/x",
        "changed for users of the generated packages:",
        "  renamed operation orders.api.orders.create -> orders.api.orders.make",
    ]
    assert json.loads(run("spec", "generate", "--json").stdout)["names"] == [renamed._asdict()]
    assert run("spec", "generate").stdout == "up to date\n"


def test_generate_tells_what_is_missing_and_what_is_accepted(
    run: Run, checkout: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What was written is data; what is missing is told, and ends with 1: the document has more."""
    finding = Finding("orders-v1", "client", "/paths/~1x/put", "the operation", "why", "PUT /x")
    accepted = {"orders-v1": {"GET /x": 2, "/gone": 0}}
    remark = Finding("orders-v1", "models", "/x", "", "in other words", lost=False)
    outcome = GenerationOutcome(True, {"generated/x": ""}, JudgedFindings((finding,), (remark,), accepted))
    monkeypatch.setattr(generate, "generate", lambda root, force, keep_going: outcome)
    result = run("spec", "generate", "--keep-going")
    assert (result.exit_code, result.stdout) == (1, f"wrote generated/x\n{UNCHANGED}\n")
    assert result.stderr.splitlines() == [
        "2 parts of documents left out, as specs/sources.toml accepts",
        'specs/sources.toml: [orders-v1.accepted] "/gone" matches nothing; remove it',
        "orders-v1, client: PUT /x: the operation: why",
    ]
    assert json.loads(run("spec", "generate", "--json").stdout)["missing"] == [finding.words]
    assert run("spec", "generate", "--notes").stderr.startswith("orders-v1, models: /x: in other words\n")


def test_a_document_that_is_not_fetched_is_an_error(run: Run, checkout: Path) -> None:
    result = run("spec", "fetch", "nosuch", "--json")
    assert result.exit_code == 1
    (record,) = json.loads(result.stdout)
    assert (record["id"], record["fetched"]) == ("nosuch", False)


def test_a_fetch_tells_what_became_of_the_overlay(run: Run, tmp_path: Path) -> None:
    """Below what changed, and as data."""
    root = make_checkout(tmp_path / "checkout")
    newer = json.loads(json.dumps(DOCUMENT))
    newer["components"]["schemas"]["Order"]["properties"]["customer"] = {"type": "string"}
    with serving() as vendor:
        vendor.routes["/spec"] = text(json.dumps(newer), "application/json")
        arguments = ("spec", "fetch", "orders-v1", "--url", f"{vendor.url}/spec", "--root", str(root))
        line = (
            "overlay.yaml: action 1 ($.components.schemas.Order.properties): no longer needed: the document says it now"
        )
        assert run(*arguments).stdout.splitlines()[-1] == f"  {line}"
        (record,) = json.loads(run(*arguments, "--json").stdout)
        assert record["overlay"] == [line]
