"""What a document has and the generated packages have not: told with its place, refused or accepted."""

from __future__ import annotations

import json
import shutil
import tomllib
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openapi_python_client.config import Config, ConfigFile, MetaType
from openapi_python_client.parser import GeneratorData

from openapi_drift.__main__ import main
from openapi_drift.documents.pointers import join
from openapi_drift.errors import SpecsError
from openapi_drift.generation import client_generator, fingerprint, models_generator
from openapi_drift.generation.client_warnings import client_findings
from openapi_drift.generation.crashes import run_without_crashing
from openapi_drift.generation.findings import Finding, change_findings, judge
from openapi_drift.generation.generate import check, generate
from openapi_drift.generation.models_warnings import models_findings
from openapi_drift.generation.runs.client_run import told
from openapi_drift.generation.tools import GeneratorFailedError, ToolOutput, run_tool, stored
from openapi_drift.sources import DocumentSource, load_sources

ANYTHING = st.text(st.characters(exclude_characters="{}", exclude_categories=["Cs"]), max_size=25)
NAMES = ANYTHING | st.sampled_from(
    [
        " within x. Endpoint will not be generated.",
        "WARNING parsing PUT /x within tag.",
        "a\nUnable to process schema b:",
        "\n\nFailure to process schema has resulted in the removal of:\n/components/schemas/a",
        ", response will be omitted from generated client",
        "a (b) c), response",
    ]
)
PLACES = {  # what the generator leaves out of an operation, and its place below it
    "whole": [()],
    "response": [("responses", "404"), ("responses", "5 oh 4")],
    "body": [("requestBody", "content", "application/x-tar")],
    "parameter": [("parameters", "query", "filter")],
    "nothing": [],
}


def operation(number: int, tag: str, kind: str) -> dict[str, Any]:
    text = {"schema": {"type": "string"}}
    tar, json_body = {"application/x-tar": text}, {"application/json": text}
    value: dict[str, Any] = {"operationId": f"op{number}", "tags": [tag], "responses": {"200": {"description": tag}}}
    value["parameters"] = [{"name": "orderID", "in": "path", "required": True, **text}]
    if kind == "response":
        unread = {"description": tag, "content": {"application/x-tar": text}}
        value["responses"] |= {"404": unread, "5 oh 4": unread, "500": {"description": tag}}
    if kind == "parameter":
        there = {"name": "page", "in": "query", **text}
        value["parameters"] += [there, {"name": "filter", "in": "query", "content": json_body}]
    if kind in ("whole", "body"):
        value["requestBody"] = {"content": tar if kind == "whole" else {**tar, **json_body}}
    return value


SCHEMAS = {
    "array of nothing": {"type": "array"},
    "parts of text": {"type": "object", "allOf": [{"type": "object"}, {"$ref": "#/components/schemas/Text"}]},
    "good": {"type": "object", "properties": {"a": {"type": "string"}}},
}


def warned(document: dict[str, Any]) -> dict[str, Any]:
    """What the generator itself says of a document, in this process and without writing anything."""
    config = Config.from_sources(
        ConfigFile(literal_enums=True), MetaType.NONE, Path("x.json"), "utf-8", overwrite=False, output_path=None
    )
    data = GeneratorData.from_dict(json.loads(json.dumps(document)), config=config)
    assert isinstance(data, GeneratorData), data
    collections = data.endpoint_collections_by_tag.values()
    errors = [error for collection in collections for error in collection.parse_errors]
    return dict(json.loads(json.dumps(told(data, [*errors, *data.errors]))))


@settings(max_examples=60, deadline=None)
@given(
    paths=st.lists(
        st.tuples(NAMES, NAMES, st.sampled_from(sorted(PLACES))), max_size=4, unique_by=lambda each: each[0]
    ),
    schemas=st.lists(st.tuples(NAMES, st.sampled_from(sorted(SCHEMAS))), max_size=3),
)
def test_whatever_is_left_out_is_found_whatever_it_is_called(
    paths: list[tuple[str, str, str]], schemas: list[tuple[str, str]]
) -> None:
    """Names with a warning's own words in them change nothing: each part is found at its place, and nothing else."""
    named = {f"{name} S{number}": kind for number, (name, kind) in enumerate(schemas)}
    document = {
        "openapi": "3.1.0",
        "info": {"title": "x", "version": "1"},
        "paths": {f"/{path}{{orderID}}": {"put": operation(n, tag, kind)} for n, (path, tag, kind) in enumerate(paths)},
        "components": {"schemas": {"Text": {"type": "string"}} | {name: SCHEMAS[kind] for name, kind in named.items()}},
    }
    findings = list(client_findings("orders-v1", document, warned(document)))
    expected = {
        join("/paths", f"/{path}{{orderID}}", "put", *below) for path, _, kind in paths for below in PLACES[kind]
    }
    expected |= {join("/components/schemas", name) for name, kind in named.items() if kind != "good"}
    assert sorted(finding.place for finding in findings) == sorted(expected)
    assert all(finding.reason.strip() and "object at 0x" not in finding.reason for finding in findings)
    operations = {finding.operation for finding in findings if finding.place.startswith("/paths")}
    assert operations == {f"PUT /{path}{{orderID}}" for path, _, kind in paths if PLACES[kind]}


def test_each_reason_stands_at_its_own_part() -> None:
    document = {"openapi": "3.1.0", "info": {"title": "x", "version": "1"}}
    paths = {f"/{{orderID}}-{kind}": {"put": operation(number, "tag", kind)} for number, kind in enumerate(PLACES)}
    found = client_findings("orders-v1", document | {"paths": paths}, warned(document | {"paths": paths}))
    unread = "Unsupported content_type application/x-tar"
    assert [finding.words.removeprefix("orders-v1, client: PUT /{orderID}-") for finding in found] == [
        "whole: the operation: Unsupported content type application/x-tar",
        f"response, /paths/~1{{orderID}}-response/put/responses/404: the response 404: {unread}",
        "response, /paths/~1{orderID}-response/put/responses/5 oh 4: the response 5 oh 4: "
        "Invalid response status code pattern: 5 oh 4",
        "body, /paths/~1{orderID}-body/put/requestBody/content/application~1x-tar: the body as application/x-tar: "
        "Unsupported content type application/x-tar",
        "parameter, /paths/~1{orderID}-parameter/put/parameters/query/filter: the query parameter filter: "
        "it has no `schema`, and the generator reads no `content` of parameters",
    ]


def test_an_operation_whose_module_another_one_takes_is_missing() -> None:
    """The generator says nothing of it: both are written into one file, and the last one stays."""
    anonymous = {"responses": {"200": {"description": "x"}}}
    paths = {"/a/b": {"get": anonymous}, "/a_b": {"get": anonymous}}
    document = {"openapi": "3.1.0", "info": {"title": "x", "version": "1"}, "paths": paths}
    (finding,) = client_findings("x", document, warned(document))
    assert finding.words == "x, client: GET /a/b: the operation: another one has its module, default/get_a_b"


@given(header=ANYTHING, detail=ANYTHING, data=ANYTHING)
def test_a_warning_that_cannot_be_read_is_a_finding_in_its_own_words(header: str, detail: str, data: str) -> None:
    warnings = [{"header": f"? {header}", "detail": detail, "data": data}]
    document: dict[str, Any] = {"paths": {}}
    (finding,) = client_findings("x", document, {"warnings": warnings, "operations": []})
    assert finding.place.split() == f"? {header} {detail} {data}".split()
    assert finding.lost
    (of_models,) = models_findings("x", document, [f"? {header}"])
    assert of_models.place.split() == f"? {header}".split()


def test_warnings_of_the_models_name_their_schemas(tmp_path: Path) -> None:
    """Of the generator itself, on a document as it is."""
    either = {"oneOf": [{"$ref": "#/components/schemas/A"}, {"$ref": "#/components/schemas/B"}]}
    schemas = {
        "A": {"type": "object", "properties": {"at": {"type": "string", "format": "a 'b' \"c\""}}},
        "B": {"type": "object", "properties": {"default": {"type": ["string", "null"], "format": "a 'b' \"c\""}}},
        "Either": either,
    }
    document = {"openapi": "3.1.0", "info": {"title": "x", "version": "1"}, "paths": {}}
    document["components"] = {"schemas": schemas}
    with stored(document, tmp_path / "input" / "openapi.json") as given_:
        arguments = ["--input", given_.name, "--output", str(tmp_path / "x.py"), "--input-file-type", "openapi"]
        arguments += ["--output-model-type", "msgspec.Struct", "--formatters", "builtin", "--disable-timestamp"]
        talk = run_tool("openapi_drift.generation.runs.models_run", arguments, cwd=given_.parent)
    found = {finding.place: finding for finding in models_findings("x", document, talk.told())}
    assert sorted(found) == [
        "/components/schemas/A/properties/at",
        "/components/schemas/B/properties/default",
        "/components/schemas/Either",
    ]
    assert found["/components/schemas/Either"].reason.startswith("msgspec cannot decode the union Either: ")


@given(place=ANYTHING.filter(bool), missing=ANYTHING, reason=ANYTHING)
def test_what_the_error_says_to_write_accepts_the_finding(place: str, missing: str, reason: str) -> None:
    """Whatever a place is called, the lines can be copied into sources.toml; the error is one line a finding."""
    findings = [Finding("orders-v1", "client", place, missing, reason), Finding("b", "models", "/b", "x", "y")]
    judged = judge(findings, {})
    with pytest.raises(SpecsError) as caught:
        judged.refuse()
    said = str(caught.value).splitlines()
    assert said[0] == "2 parts of 2 documents cannot be generated; nothing was written:"
    assert said[1:3] == [f"  {finding.words}" for finding in findings]
    (entry,) = tomllib.loads("\n".join(said[-2:])).values()
    source = DocumentSource("orders-v1", Path(), "", "", "yaml", "", "", "", "", accepted=entry["accepted"])
    again = judge(findings, {"orders-v1": source})
    assert again.unaccepted == (findings[1],)
    assert list(again.accepted["orders-v1"].values()) == [1]


def test_an_operation_accepts_all_of_its_parts_and_a_place_only_itself() -> None:
    whole = Finding("a", "client", "/paths/~1x/put", "the operation", "why", "PUT /x")
    part = Finding("a", "client", "/paths/~1x/put/responses/404", "the response 404", "why", "PUT /x")
    other = Finding("b", "client", "/paths/~1x/put", "the operation", "why", "PUT /x")

    def left(*keys: str) -> tuple[Finding, ...]:
        source = DocumentSource("a", Path(), "", "", "yaml", "", "", "", "", accepted=dict.fromkeys(keys, "why"))
        return judge([whole, part, other], {"a": source}).unaccepted

    assert left("PUT /x") == (other,)
    assert left(part.place) == (whole, other)
    assert left(whole.place) == (part, other)


def test_what_a_document_says_in_other_words_is_a_remark() -> None:
    class Note:
        def __init__(self, place: str, lost: bool) -> None:
            self.place, self.reason, self.lost = place, "why", lost

    notes = [Note("/paths/~1x/put/responses/9", True), Note("/paths/~1x/parameters", True), Note("/a", False)]
    judged = judge(change_findings("a", "client", notes), {})
    assert [finding.words for finding in judged.unaccepted] == [
        "a, client: PUT /x, /paths/~1x/put/responses/9: why",
        "a, client: /paths/~1x/parameters: why",
    ]
    assert [remark.words for remark in judged.remarks] == ["a, client: /a: why"]


def parts_of(document: dict[str, Any]) -> set[str]:
    operations = {join("/paths", path, method) for path, item in document["paths"].items() for method in item}
    return operations | {join("/components/schemas", name) for name in document["components"]["schemas"]}


@given(data=st.data())
def test_what_a_generator_stumbles_over_is_left_out_and_nothing_else(data: st.DataObject) -> None:
    """Up to three parts of any number, wherever they stand; the document that is given is not changed."""
    paths = data.draw(
        st.dictionaries(ANYTHING, st.sets(st.sampled_from(["get", "put", "trace"]), min_size=1), max_size=9)
    )
    schemas = data.draw(st.sets(ANYTHING, max_size=9))
    document = {"paths": {path: {method: {} for method in methods} for path, methods in paths.items()}}
    document["components"] = {"schemas": {name: {} for name in schemas}}
    everything = sorted(parts_of(document))
    culprits = set(data.draw(st.lists(st.sampled_from(everything), max_size=3))) if everything else set()
    before = json.dumps(document)

    def run(asked: dict[str, Any]) -> set[str]:
        there = parts_of(asked)
        if there & culprits:
            raise GeneratorFailedError("TypeError: in words")
        return there

    there, findings = run_without_crashing("orders-v1", "client", document, run)
    assert there == set(everything) - culprits
    assert sorted(finding.place for finding in findings) == sorted(culprits)
    assert {finding.reason for finding in findings} <= {"TypeError: in words"}
    assert json.dumps(document) == before


@pytest.mark.parametrize("operations", [0, 300])
def test_a_generator_that_fails_always_or_too_often_is_given_up(operations: int) -> None:
    """With its own words, after a bounded number of runs."""
    runs = []

    def run(asked: dict[str, Any]) -> None:
        runs.append(len(asked["paths"]))
        if not operations or any(item for item in asked["paths"].values()):
            raise GeneratorFailedError("TypeError: in words")

    document = {"paths": {f"/{number}": {"get": {}} for number in range(operations)}}
    with pytest.raises(GeneratorFailedError, match="TypeError: in words"):
        run_without_crashing("x", "client", document, run)
    assert len(runs) < 80


def without_models(root: Path) -> None:
    """Since each generator costs a second or two."""
    sources = root / "specs" / "sources.toml"
    sources.write_text(sources.read_text().replace('models = "orders_models"\n', ""))


def change(root: Path, responses: dict[str, Any], accepted: str = "") -> None:
    path = root / "specs" / "orders-v1" / "openapi.json"
    document = json.loads(path.read_text())
    document["paths"]["/orders"]["post"]["responses"] |= responses
    path.write_text(json.dumps(document))
    with (root / "specs" / "sources.toml").open("a") as sources:
        sources.write(f"[orders-v1.accepted]\n{accepted}\n" if accepted else "")


NO_STATUS = {"soon": {"description": "no status of HTTP"}}
PLACE = "/paths/~1orders/post/responses/soon"


@pytest.fixture(scope="module")
def kept_going(generated_once: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A checkout whose document has a response that is left out, written all the same; its models failed."""
    root = Path(shutil.copytree(generated_once, tmp_path_factory.mktemp("kept") / "checkout"))
    change(root, NO_STATUS)
    (root / "generated" / "orders" / "stray.py").write_text("")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(models_generator, "finish_package", failing)
        outcome = generate(root, keep_going=True)
    assert outcome.findings.summary == "2 parts of orders-v1 cannot be generated"
    assert PLACE in outcome.findings.lines[0]
    assert outcome.findings.lines[1] == "orders-v1, models: the whole package: it does not import"
    return root


def failing(package: Path) -> None:
    raise SpecsError("it does not import")


def test_what_is_missing_is_refused_and_the_tree_stays(generated_checkout: Path) -> None:
    change(generated_checkout, NO_STATUS)
    without_models(generated_checkout)
    before = (generated_checkout / "generated" / "fingerprint.json").read_bytes()
    with pytest.raises(SpecsError, match=r"1 part of orders-v1 cannot be generated; nothing was written") as caught:
        check(generated_checkout)
    assert PLACE in str(caught.value)
    assert (generated_checkout / "generated" / "fingerprint.json").read_bytes() == before


def test_all_the_rest_is_written_and_never_passes_for_up_to_date(kept_going: Path) -> None:
    """What failed as a whole stays as it was."""
    output = kept_going / "generated"
    assert sorted(path.name for path in output.iterdir()) == ["orders", "orders_models"]
    assert "soon" in (output / "orders" / "openapi.json").read_text()
    assert not (output / "orders" / "stray.py").exists()
    assert not fingerprint.is_current(kept_going)


def test_what_is_accepted_is_counted_and_what_matches_nothing_is_told(
    kept_going: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Also when nothing changed; without the acceptance the tree is not up to date. A relative root is as good."""
    root = Path(shutil.copytree(kept_going, tmp_path / "checkout"))
    monkeypatch.chdir(tmp_path)
    without_models(root)
    change(root, {}, f'"{PLACE}" = "nobody reads it"\n"PUT /gone" = "it was odd"')
    said = (
        "1 part of documents left out, as specs/sources.toml accepts\n"
        'specs/sources.toml: [orders-v1.accepted] "PUT /gone" matches nothing; remove it\n'
    )
    for command in (["generate"], ["generate"], ["generate", "--check"]):
        assert main(["--root", root.name, *command]) == 0
        assert capsys.readouterr().err == said
    sources = root / "specs" / "sources.toml"
    sources.write_text(sources.read_text().replace("nobody reads it", "another reason"))
    assert fingerprint.is_current(root)
    sources.write_text(sources.read_text().replace(PLACE, "/paths"))
    assert not fingerprint.is_current(root)


def test_an_operation_that_a_generator_stumbles_over_is_told(
    generated_checkout: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stumbling(module: str, arguments: list[str], *, cwd: Path) -> ToolOutput:
        if "createOrder" in (cwd / "openapi.json").read_text():
            raise GeneratorFailedError("client_run failed (1):\nTypeError: in words")
        return run_tool(module, arguments, cwd=cwd)

    without_models(generated_checkout)
    monkeypatch.setattr(client_generator, "run_tool", stumbling)
    with pytest.raises(SpecsError, match=r"orders-v1, client: POST /orders: the operation: client_run .* in words"):
        generate(generated_checkout, force=True)


def test_all_failures_of_all_documents_are_told_at_once(checkout: Path) -> None:
    """And one alone says what it says itself."""
    sources, folder = checkout / "specs" / "sources.toml", checkout / "specs" / "orders-v1"
    (folder / "overlay.yaml").write_text("overlay: nonsense")
    with pytest.raises(SpecsError) as alone:
        generate(checkout)
    assert "nothing was written" not in str(alone.value)
    shutil.copytree(folder, checkout / "specs" / "other-v1")
    sources.write_text(sources.read_text() + sources.read_text().replace("orders", "other"))
    with pytest.raises(SpecsError, match="2 parts of 2 documents cannot be generated") as caught:
        generate(checkout)
    assert "orders-v1, client: the whole document: " in str(caught.value)
    assert "other-v1, client: the whole document: " in str(caught.value)


@pytest.mark.parametrize("entry", ['"PUT /x" = ""', '"PUT /x" = " "', '"PUT /x" = 1', '"PUT /x" = {}'])
def test_an_acceptance_needs_a_reason(checkout: Path, entry: str) -> None:
    change(checkout, {}, entry)
    with pytest.raises(SpecsError, match=r"\[orders-v1.accepted\] 'PUT /x' needs a reason"):
        load_sources(checkout)


def test_acceptances_are_a_table(checkout: Path) -> None:
    sources = checkout / "specs" / "sources.toml"
    sources.write_text(sources.read_text() + 'accepted = ["PUT /x"]\n')
    with pytest.raises(SpecsError, match=r"\[orders-v1.accepted\] must be a table"):
        load_sources(checkout)


def test_what_a_person_adopted_is_in_the_fingerprint_if_there_is_some(generated_checkout: Path) -> None:
    adopted = generated_checkout / "specs" / "orders-v1" / "adopted.yaml"
    now = fingerprint.fingerprint(generated_checkout, generated_checkout / "generated")
    assert sorted(now["documents"]["orders-v1"]) == ["client", "document", "models", "overlay"]
    adopted.write_text("a: 1")
    assert load_sources(generated_checkout)["orders-v1"].adopted == adopted
    assert not fingerprint.is_current(generated_checkout)


def test_references_to_other_files_are_one_error(checkout: Path) -> None:
    """With their number, the first place and what to do; a single one has no number."""
    path = checkout / "specs" / "orders-v1" / "openapi.json"
    document = json.loads(path.read_text())
    for count, told_ in ((1, ""), (300, ", the first of 300 that do")):
        document["paths"] |= {f"/{number:03}": {"$ref": f"paths.yaml#/{number}"} for number in range(count)}
        path.write_text(json.dumps(document, indent=1))
        line = path.read_text()[: path.read_text().index("paths.yaml#/0")].count("\n") + 1
        with pytest.raises(SpecsError) as caught:
            generate(checkout)
        assert str(caught.value) == (
            f"{path}:{line}: the reference 'paths.yaml#/0' leads out of the document{told_}; "
            "bundle it into one file first, e.g. with `redocly bundle openapi.yaml -o bundled.yaml`"
        )
