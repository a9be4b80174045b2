"""What can be named on both sides of a comparison."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from drift_reports.conftest import DOCUMENT, NEXT, OVERLAY, Git, Vendor
from openapi_drift.checks.inputs import Input, Reader
from openapi_drift.diff.change import Side
from openapi_drift.diff.excerpts import LINES, block
from openapi_drift.errors import NotCheckedError, SpecsError
from openapi_drift.sources import carried_root
from specs.test_fetch import Server, serving, text

FOLDER = "specs/jobs-v1"
FILE = f"{FOLDER}/openapi.yaml"


def paths(side: Input) -> list[str]:
    return list(side.document.content["paths"])


def is_corrected(side: Input) -> bool:
    return "429" in side.document.content["paths"]["/jobs"]["get"]["responses"]


@pytest.mark.parametrize(
    ("named", "name", "count", "corrected"),
    [
        (FILE, FILE, 2, False),
        (FOLDER, f"{FOLDER} with its overlay", 2, True),
        ("jobs-v1", f"{FOLDER} with its overlay", 2, True),
        (f"HEAD:{FILE}", f"HEAD:{FILE}", 1, False),
        (f"HEAD:{FOLDER}/", f"HEAD:{FOLDER} with its overlay", 1, True),
        (f"main:{FOLDER}", f"main:{FOLDER} with its overlay", 1, True),
    ],
)
def test_each_way_to_name_a_document(checkout: Path, named: str, name: str, count: int, corrected: bool) -> None:
    found, _ = Reader(checkout).pair(named, FILE)
    assert (found.name, len(paths(found)), is_corrected(found)) == (name, count, corrected)
    raw, _ = Reader(checkout, raw=True).pair(named, FILE)
    assert not is_corrected(raw)


@pytest.mark.parametrize(
    ("other", "name"),
    [
        (FILE, f"HEAD:{FILE}"),
        (FOLDER, f"HEAD:{FOLDER} with its overlay"),
        ("jobs-v1", f"HEAD:{FOLDER} with its overlay"),
        (f"main:{FILE}", f"HEAD:{FILE}"),
    ],
)
def test_a_revision_alone_takes_the_path_of_the_other_side(checkout: Path, other: str, name: str) -> None:
    assert Reader(checkout).pair("HEAD", other)[0].name == name
    assert Reader(checkout).pair(other, "HEAD")[1].name == name


def test_a_path_is_found_from_a_folder_below(checkout: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(checkout / FOLDER)
    before, after = Reader(checkout).pair("HEAD", "openapi.yaml")
    assert (before.name, after.name) == (f"HEAD:{FILE}", "openapi.yaml")


def test_a_revision_needs_a_repository_only(checkout: Path, git: Git) -> None:
    git("rm", "--quiet", "--cached", "specs/sources.toml")
    (checkout / "specs" / "sources.toml").unlink()
    before, after = Reader().pair("HEAD", FILE)
    assert (before.name, len(paths(before)), len(paths(after))) == (f"HEAD:{FILE}", 1, 2)


def test_a_file_needs_no_checkout(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "a.yaml").write_text(DOCUMENT)
    before, after = Reader().pair("a.yaml", "a.yaml")
    assert before.document.content == after.document.content


def test_what_the_overlay_wrote_is_at_its_action_s_line(checkout: Path) -> None:
    found, _ = Reader(checkout).pair(FOLDER, FILE)

    def place(pointer: str) -> str:
        return str(found.document.position(pointer))

    get = "/paths/~1jobs/get"
    assert place(f"{get}/parameters/0/required") == f"{FOLDER}/overlay.yaml:4"
    assert place(f"{get}/responses/429/description") == f"{FOLDER}/overlay.yaml:9"
    assert place(f"{get}/parameters/0") == f"{FILE}:10"
    assert place(f"{get}/responses/200") == f"{FILE}:15"
    assert place(f"{get}/responses") == f"{FILE}:14"


def test_excerpts_show_the_file_s_lines_or_what_the_overlay_wrote(checkout: Path) -> None:
    found, _ = Reader(checkout).pair(FOLDER, FILE)

    def excerpt(pointer: str) -> tuple[int, list[str]]:
        shown = found.sources.excerpt(Side(pointer, found.document.position(pointer)))
        assert shown is not None
        return shown.first, list(shown.lines)

    get = "/paths/~1jobs/get"
    assert excerpt(f"{get}/responses/429") == (0, ["'429':", "  description: Too many"])
    assert excerpt(f"{get}/responses/200") == (15, ["'200':", "  description: OK"])
    parameter = ["name: state", "in: query", "schema:", "  type: string", "required: true"]
    assert excerpt(f"{get}/parameters/0") == (0, parameter)
    lines = ["- name: state", "  in: query", "  schema:", "    type: string"]
    assert excerpt(f"{get}/parameters") == (9, ["parameters:", *lines])


def test_a_word_alone_is_shown_in_its_object(checkout: Path) -> None:
    found, _ = Reader(checkout).pair(FILE, FILE)
    pointer = "/paths/~1jobs/get/parameters/0/schema/type"
    shown = found.sources.excerpt(Side(pointer, found.document.position(pointer)))
    assert shown is not None
    assert (shown.first, shown.lines) == (12, ["schema:", "  type: string"])


def test_a_document_on_one_line_is_shown_as_its_value(tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    path.write_text('{"openapi": "3.1.0", "info": {"title": "' + "t" * 300 + '", "version": "1"}, "paths": {}}')
    found, _ = Reader().pair(str(path), str(path))
    shown = found.sources.excerpt(Side("/info/version", found.document.position("/info/version")))
    assert shown is not None
    assert (shown.first, shown.lines) == (0, ["info:", f"  title: {'t' * 231}", "  version: '1'"])


def test_a_block_ends_with_its_bracket_and_is_cut_when_long() -> None:
    lines = ['{"a": {', '  "b": {', '    "c": 1', "  },", '  "d": 2', "}}"]
    assert block(lines, 2).lines == ['"b": {', '  "c": 1', "},"]
    long = block(["a:", *(f"  k{number}: 1" for number in range(30)), "b: 2"], 1)
    assert (len(long.lines), long.more) == (LINES, 31 - LINES)
    assert block(lines, 99).lines == []


def test_live_is_what_the_vendor_serves_and_nothing_is_written(checkout: Path, vendor: Vendor, git: Git) -> None:
    vendor.body = NEXT.replace("deleteJob", "removeJob")
    before, after = Reader(checkout, url=vendor.url).pair("jobs-v1", "live:jobs-v1")
    assert (before.name, after.name) == (FILE, "live:jobs-v1")
    assert not is_corrected(before)
    assert after.document.content["paths"]["/jobs/{id}"]["delete"]["operationId"] == "removeJob"
    assert str(after.document.position("/paths/~1jobs")) == "live:jobs-v1:6"
    assert git("status", "--porcelain") == f" M {FILE}\n"
    assert Reader(checkout, url=vendor.url).pair("HEAD", "live:jobs-v1")[0].name == f"HEAD:{FILE}"


@pytest.mark.parametrize(("status", "body"), [(503, NEXT), (200, "<html>sign in</html>"), (200, "swagger: '2.0'")])
def test_what_cannot_be_had_is_not_checked(checkout: Path, vendor: Vendor, status: int, body: str) -> None:
    vendor.status, vendor.body = status, body
    with pytest.raises(NotCheckedError, match="jobs-v1: not checked: "):
        Reader(checkout, url=vendor.url).pair("jobs-v1", "live:jobs-v1")


@pytest.mark.parametrize(
    ("named", "words"),
    [
        ("nosuch", r"nosuch: not found; .* an id of specs/ \(jobs-v1\)"),
        ("live:nosuch", r"no entry \[nosuch\]"),
        ("specs", "specs: must have one of openapi.yaml and openapi.json, has none"),
        ("HEAD:nosuch", "HEAD:nosuch: path 'nosuch' does not exist"),
        ("nosuch:specs", "nosuch:specs: invalid object name"),
        ("--upload-pack=x:specs", "is no git revision"),
    ],
)
def test_what_is_not_there_is_said(checkout: Path, named: str, words: str) -> None:
    with pytest.raises(SpecsError, match=words) as caught:
        Reader(checkout).pair(named, FILE)
    assert not isinstance(caught.value, NotCheckedError)


def test_revisions_alone_on_both_sides_name_no_document(checkout: Path) -> None:
    with pytest.raises(SpecsError, match="HEAD: is a revision; of which document"):
        Reader(checkout).pair("HEAD", "main")


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    monkeypatch.setenv("OPTCLOUD_AIMMS_API_KEY", "fake-key-for-tests-only")
    with serving() as running:
        yield running


def test_without_a_checkout_ids_are_those_that_the_package_carries(
    tmp_path: Path, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The documents of the wheel or of the checkout that this runs from; where there are none, that is said."""
    monkeypatch.chdir(tmp_path)
    document = carried_root() / "specs" / "aimms-pro-v2" / "openapi.yaml"
    server.routes["/"] = text(document.read_text(encoding="utf-8"))
    base, revision = Reader(url=f"{server.url}/").pair("aimms-pro-v2", "live:aimms-pro-v2")
    assert base.document.content == revision.document.content
    with pytest.raises(SpecsError, match=r"no entry \[jobs-v1\]"):
        Reader().pair("live:jobs-v1", "live:jobs-v1")
    monkeypatch.setattr("openapi_drift.sources.__file__", str(tmp_path / "lib" / "sources.py"))
    with pytest.raises(SpecsError, match=r"carries no documents; .* --root"):
        Reader().pair("live:jobs-v1", "live:jobs-v1")


def test_addresses_on_both_sides(server: Server) -> None:
    """The key goes along, in the header that is named; what cannot be had is "not checked", and no secret is shown."""
    document = (carried_root() / "specs" / "adiutaopt-v6" / "openapi.yaml").read_text(encoding="utf-8")
    server.routes |= {"/a": text(document), "/b": text(document.replace("version: 6.0.0", "version: 6.0.1"))}
    reader = Reader(secret_headers={"apikey": "fake-key-for-tests-only"})
    base, revision = reader.pair(f"{server.url}/a?token=fake-token", f"{server.url}/b")
    assert (base.name, revision.name) == (f"{server.url}/a", f"{server.url}/b")
    assert base.document.content != revision.document.content
    assert server.seen == [("/a?token=fake-token", "fake-key-for-tests-only"), ("/b", "fake-key-for-tests-only")]
    server.routes["/b"] = text("gone", status=500)
    with pytest.raises(NotCheckedError, match=r"not checked: .*/b: HTTP 500") as caught:
        reader.pair(f"{server.url}/a", f"{server.url}/b?token=fake-token")
    assert "fake" not in str(caught.value)


def test_a_stale_overlay_is_an_error(checkout: Path) -> None:
    (checkout / FOLDER / "overlay.yaml").write_text(OVERLAY.replace("'/jobs'].get.resp", "'/jibs'].get.resp"))
    with pytest.raises(SpecsError, match=r"action 2 .*stale"):
        Reader(checkout).pair(FOLDER, FILE)


def test_two_documents_in_one_folder(checkout: Path) -> None:
    (checkout / FOLDER / "openapi.json").write_text("{}")
    with pytest.raises(SpecsError, match="has both"):
        Reader(checkout).pair(FOLDER, FILE)


def test_a_file_of_the_past_that_is_not_text(checkout: Path, git: Git) -> None:
    (checkout / "odd.yaml").write_bytes(b"openapi: 3.0.3\n\xff\n")
    git("add", "odd.yaml")
    git("commit", "--quiet", "--message=odd")
    with pytest.raises(SpecsError, match=r"HEAD:odd.yaml:2: is not UTF-8"):
        Reader(checkout).pair("HEAD:odd.yaml", FILE)
