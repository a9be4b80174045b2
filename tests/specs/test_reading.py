"""Reading documents: the line of each place, and one clear error for whatever cannot be read."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from typer.testing import CliRunner

from openapi_drift.__main__ import main
from openapi_drift.checks.acceptances import read as read_acceptances
from openapi_drift.diff.compare import compare
from openapi_drift.documents.document import load, load_text, parse_openapi
from openapi_drift.documents.overlay import load_overlay
from openapi_drift.documents.reading import yaml_text
from openapi_drift.documents.reading.limits import MAX_DEPTH
from openapi_drift.errors import SpecsError
from optcloud.cli.app import app

PARSE = yaml.parse
HEAD = 'openapi: 3.1.0\ninfo: {title: Jobs, version: "1"}\n'
DOCUMENT = """\
openapi: 3.0.3
info:
  title: Jobs
  version: "1"
paths:
  /jobs/{id}:
    get:
      parameters:
        - name: id
          in: path
      responses:
        200:
          description: on
"""

UNREADABLE = {
    "nothing": ("", "jobs.yaml:1: is empty"),
    "a sign-in page": ("<!DOCTYPE html>\n<title>Sign in</title>", "jobs.yaml:1: is HTML"),
    "a word": ("hello", "jobs.yaml:1: is not an OpenAPI document: its top level is no mapping"),
    "a list": ("- 1\n- 2", "jobs.yaml:1: is not an OpenAPI document: its top level is no mapping"),
    "another document": ("title: x", "jobs.yaml:1: is not an OpenAPI document: it has no `openapi` field"),
    "Swagger": ('swagger: "2.0"', "jobs.yaml:1: is Swagger 2.0; convert it to OpenAPI 3 first"),
    "a later OpenAPI": ("openapi: 4.0.0", "jobs.yaml:1: is OpenAPI 4.0.0; 3.0 and 3.1 can be read"),
    "no YAML": ("a: [1, 2\nb: 3", "jobs.yaml:2: is not YAML"),
    "a tab": ("a:\n\t- b", "jobs.yaml:2: is not YAML"),
    "a character": ("a: b\nc: \x07", "jobs.yaml:2: is not YAML: a character that YAML does not allow"),
    "a key twice": (HEAD + "paths: {}\ninfo: {}", "jobs.yaml:4: the key 'info' is given twice"),
    "a number twice": ("a:\n  200: x\n  '200': y", "jobs.yaml:3: the key '200' is given twice"),
    "a collection as key": ("? [a]\n: b", "jobs.yaml:1: a key must be a word"),
    "two documents": (HEAD + "---\na: 1", "jobs.yaml:3: holds more than one YAML document"),
    "an unknown alias": ("a: *b", "jobs.yaml:1: "),
    "an alias to itself": ("a: &a\n  b: *a", "jobs.yaml:2: the alias *a names no anchor before it, or one around it"),
    "deep nesting": (HEAD + "x: " + "[" * 5000, f"jobs.yaml:3: is nested deeper than {MAX_DEPTH} levels"),
    "deep lines": ("\n".join(" " * n + "a:" for n in range(300)), "jobs.yaml:201: is nested deeper than"),
    "a reference to nothing": (
        HEAD + "paths:\n  /a:\n    $ref: '#/components/x'",
        "jobs.yaml:5: the reference '#/components/x' leads nowhere",
    ),
    "a reference out": (HEAD + "x: {}\ny: {$ref: other.yaml}", "jobs.yaml:4: the reference 'other.yaml' leads out"),
    "a reference by name": (HEAD + "y: {$ref: '#name'}", "jobs.yaml:3: the reference '#name' is no JSON pointer"),
    "a path item elsewhere": (
        HEAD + "paths:\n  /a:\n    $ref: https://other.invalid/paths.yaml#/a",
        "jobs.yaml:5: the reference 'https://other.invalid/paths.yaml#/a' leads out of the document",
    ),
    "an empty integer": (HEAD + "x: !!int ''", "jobs.yaml:3: '' has the tag !!int and is none"),
    "half an integer": (HEAD + "x: !!int 0x_", "jobs.yaml:3: '0x_' has the tag !!int and is none"),
    "no truth": (HEAD + "x: !!bool maybe", "jobs.yaml:3: 'maybe' has the tag !!bool and is none"),
    "a tag of a program": (HEAD + "x: !!python/name:os.system x", "jobs.yaml:3: the tag 'tag:yaml.org,2002:python/"),
    "a tag on a list": (HEAD + "x: !!set [a]", "jobs.yaml:3: the tag 'tag:yaml.org,2002:set' is none of those"),
    "a tagged key": (HEAD + "!x a: b", "jobs.yaml:3: the tag '!x' is none of those"),
    "half a character": (HEAD + "x:\n- ok\n- \ud800", "jobs.yaml:5: has half of a surrogate pair"),
    "half a character, escaped": (HEAD + 'x: "a\\uDC00"', "jobs.yaml:3: has half of a surrogate pair"),
    "white space": (" \n" * 40_000_000, "jobs.yaml:1: is empty"),
    "a word in white space": (HEAD + " \n" * 40_000_000, "jobs.yaml: is larger than 64 MiB"),
    "a bomb of long texts": (
        f"a: &a {'x' * 100_000}\nb: [{'*a, ' * 2000}]",
        "jobs.yaml:2: its aliases grow it beyond 2,000,000 values",
    ),
    "a bomb of long keys": (
        f"a: &a {'x' * 100_000}\nb: [{'{*a : 1}, ' * 2000}]",
        "jobs.yaml:2: its aliases grow it beyond 2,000,000 values",
    ),
    "a circle": (
        HEAD
        + "components:\n  schemas:\n    A: {$ref: '#/components/schemas/B'}\n    B: {$ref: '#/components/schemas/A'}",
        "refers to itself in a circle",
    ),
}


@pytest.mark.parametrize("parser", [yaml.SafeLoader, yaml.CSafeLoader], ids=["python", "libyaml"])
@pytest.mark.parametrize("text", UNREADABLE, ids=list(UNREADABLE))
def test_what_cannot_be_read_is_one_error_with_the_line(
    text: str, parser: type, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever parser PyYAML has, and whatever it says, the error is ours."""
    monkeypatch.setattr(yaml_text, "_PARSER", parser)
    content, says = UNREADABLE[text]
    with pytest.raises(SpecsError) as caught:
        load_text(content, "jobs.yaml")
    assert says in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("text", UNREADABLE, ids=list(UNREADABLE))
def test_every_command_says_the_same(
    text: str, checkout: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Generating, comparing, and files of overlays and acceptances: one reader, one error, no traceback."""
    data = UNREADABLE[text][0].encode(errors="surrogatepass")
    registry = checkout / "specs" / "sources.toml"
    registry.write_text(registry.read_text().replace('format = "json"', 'format = "yaml"'))
    document = checkout / "specs" / "orders-v1" / "openapi.yaml"
    document.write_bytes(data)
    assert main(["--root", str(checkout), "generate", "--force"]) == 1
    assert f"error: {document}" in capsys.readouterr().err
    result = CliRunner().invoke(app, ["spec", "diff", str(document), str(document)])
    assert (result.exit_code, result.exception is None or isinstance(result.exception, SystemExit)) == (1, True)
    other = tmp_path / "other.yaml"
    other.write_bytes(data)
    if text == "nothing":
        assert read_acceptances(other) == []
    for read in (load_overlay, *([read_acceptances] if text != "nothing" else [])):
        with pytest.raises(SpecsError, match=r"other\.yaml"):
            read(other)


@pytest.mark.parametrize("limit", [0, 100, 1000])
def test_the_sentence_on_nesting_is_ours_whenever_the_parser_gives_up(
    limit: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A parser that reads ahead and has a limit of its own reports none of the brackets after its last event."""

    def parse(text: str, Loader: type) -> Iterator[Any]:  # noqa: N803  PyYAML's name
        for number, event in enumerate(PARSE(text, Loader=Loader)):
            if number == limit or event.start_mark.line > 1:
                mark = yaml.Mark("", len(text) - 1, 2, 0, None, None)
                raise yaml.scanner.ScannerError(None, None, "words of another library", mark)
            yield event

    monkeypatch.setattr(yaml, "parse", parse)
    with pytest.raises(SpecsError, match=r"jobs\.yaml:3: is nested deeper than 200 levels"):
        load_text(HEAD + "x: " + "[" * 5000, "jobs.yaml")


def test_as_many_levels_as_the_limit_are_read() -> None:
    """The limit itself is allowed, in brackets and in lines, by YAML and by JSON."""
    inner = MAX_DEPTH - 1
    lines = "".join(f"{' ' * level}a:\n" for level in range(1, inner))
    for text in (
        HEAD + "x: " + "[" * inner + "]" * inner,
        HEAD + "x:\n" + lines + " " * inner + "a: 1",
        '{"openapi": "3.1.0", "x": ' + "[" * inner + "]" * inner + "}",
    ):
        assert load_text(text, "jobs").content["x"]


def test_a_yaml_bomb_is_refused() -> None:
    """Billion laughs: each line has ten aliases of the one before."""
    lines = ["l0: &l0 [x, x, x, x, x, x, x, x, x, x]"]
    lines += [f"l{n}: &l{n} [{', '.join([f'*l{n - 1}'] * 10)}]" for n in range(1, 10)]
    with pytest.raises(SpecsError, match=r"jobs\.yaml:\d+: its aliases grow it beyond"):
        load_text("\n".join(lines), "jobs.yaml")


JSON_ERRORS = {
    '{"openapi": "3.1.0",\n "info": {},\n "info": {}}': "jobs.json:3: the key 'info' is given twice",
    '{"openapi": "3.1.0",\n "info": }': "jobs.json:2: is not JSON",
    '{"a": "\\"{[", "b": \n' + "[" * 100_000: "jobs.json:2: is nested deeper than",
    '{"openapi": "3.1.0",\n "x": {\n "$ref": "#/y"}}': "jobs.json:3: the reference '#/y' leads nowhere",
    '{"openapi": "3.1.0",\n "x": "\\ud83d\\ude00 \\ud83d"}': "jobs.json:2: has half of a surrogate pair",
    '{"a": [' + "0," * 2_000_000 + "0]}": "jobs.json:1: has more than 2,000,000 values",
}


@pytest.mark.parametrize(
    ("text", "says"), JSON_ERRORS.items(), ids=["twice", "no JSON", "deep", "reference", "half a character", "many"]
)
def test_the_same_for_json(text: str, says: str) -> None:
    with pytest.raises(SpecsError) as caught:
        load_text(text, "jobs.json")
    assert says in str(caught.value)


@pytest.mark.parametrize("spaced", [None, 2])
def test_positions_are_the_lines_of_keys(spaced: int | None) -> None:
    as_yaml = load_text(DOCUMENT, "jobs.yaml")
    lines = {
        "": 1,
        "/info/version": 4,
        "/paths/~1jobs~1{id}/get": 7,
        "/paths/~1jobs~1{id}/get/parameters/0": 9,
        "/paths/~1jobs~1{id}/get/responses/200/description": 13,
        "/paths/~1jobs~1{id}/get/nothing/here": 7,
    }
    assert {pointer: as_yaml.position(pointer).line for pointer in lines} == lines

    text = json.dumps(as_yaml.content, indent=spaced)
    as_json = load_text(text, "jobs.json")
    assert as_json.content == as_yaml.content
    if spaced:
        found = as_json.position("/paths/~1jobs~1{id}/get/responses/200/description").line
        assert text.splitlines()[found - 1].strip().startswith('"description"')


def test_json_with_quotes_brackets_and_escapes_in_words_keeps_its_lines() -> None:
    text = '{"openapi": "3.1.0", "a\\"}\\u00e9[": [\n"x, {", {"b\\\\":\n [1]}],\n"c": 1}'
    loaded = load_text(text, "jobs.json")
    assert loaded.position('/a"}é[/1').line == 2
    assert loaded.position('/a"}é[/1/b\\/0').line == 3
    assert loaded.position("/c").line == 4


def test_scalars_are_those_of_json() -> None:
    content = load_text(
        "openapi: 3.1.0\nx: [on, no, Yes, 2026-01-31, 010, 0x1f, 0o17, 0x_, 1e3, .5, ~, null, TRUE, .nan, '1', "
        "!!str 2, 1_000, !!int '3', !!float 4, ! 5, 1e999]",
        "jobs.yaml",
    ).content
    assert content["x"] == [
        "on", "no", "Yes", "2026-01-31", 10, 31, 15, "0x_", 1000.0, 0.5, None, None, True, ".nan", "1", "2", "1_000",
        3, 4.0, "5", "1e999",
    ]  # fmt: skip


def test_keys_are_text_as_they_are_written() -> None:
    """JSON has no other keys, so that a status, a truth or null as key stays the word that it is."""
    text = "openapi: 3.1.0\nx: {on: 1, no: 2, 1.10: 3, 010: 4, Null: 5, ~: 6, true: 7, 200: 8, 0x10: 9}"
    content = load_text(text, "jobs.yaml").content
    assert list(content["x"]) == ["on", "no", "1.10", "010", "Null", "~", "true", "200", "0x10"]


@pytest.mark.parametrize("version", ["1.10", "010", "1", "2026", "0x10", "1e3", "1.4.2"])
def test_a_version_without_quotes_is_what_is_written(version: str) -> None:
    """1.10 is not 1.1, though as numbers they are the same."""
    text = f"openapi: 3.1\ninfo: {{version: {version}, x: {version}}}\npaths: {{/: {{}}}}"
    content = parse_openapi(text, "jobs.yaml")
    assert (content["openapi"], content["info"]["version"]) == ("3.1", version)


def test_aliases_and_merge_keys_are_followed() -> None:
    text = HEAD + "x: &x {a: 1, b: 2}\ny:\n  <<: *x\n  b: 3\nz: [*x]"
    loaded = load_text(text, "jobs.yaml")
    assert loaded.content["y"] == {"a": 1, "b": 3}
    assert loaded.content["z"] == [{"a": 1, "b": 2}]
    assert loaded.position("/y/b").line == 6


def test_data_may_look_like_references() -> None:
    schema = "{example: {$ref: nowhere}, default: {$ref: '#/x'}, enum: [{$ref: y}], properties: {example: {}}}"
    load_text(f"{HEAD}components: {{schemas: {{A: {schema}}}}}", "jobs.yaml")
    with pytest.raises(SpecsError, match="leads nowhere"):
        load_text(f"{HEAD}components: {{schemas: {{A: {{properties: {{example: {{$ref: '#/x'}}}}}}}}}}", "jobs.yaml")


def test_files_of_several_encodings(tmp_path: Path) -> None:
    """UTF-8 is read, with a byte order mark and without; all else is refused and named."""
    for encoding in ("utf-8", "utf-8-sig"):
        path = tmp_path / f"{encoding}.yaml"
        path.write_text(HEAD + "x: é", encoding=encoding)
        assert load(path).content["x"] == "é"
    for encoding in ("utf-16", "utf-16-le", "utf-32-be"):
        path.write_text(HEAD, encoding=encoding)
        with pytest.raises(SpecsError, match=r":1: is not UTF-8 text but UTF-16 or UTF-32; store it as UTF-8"):
            load(path)
    with pytest.raises(SpecsError, match="/dev/zero: is larger than 64 MiB"):
        load("/dev/zero")
    (tmp_path / "latin.yaml").write_bytes(b"openapi: 3.1.0\nx: \xe9")
    with pytest.raises(SpecsError, match=r"latin\.yaml:2: is not UTF-8"):
        load(tmp_path / "latin.yaml")
    with pytest.raises(SpecsError, match="cannot be read"):
        load(tmp_path / "missing.yaml")
    with pytest.raises(SpecsError, match="cannot be read"):
        load(tmp_path)


def test_json_under_another_name_and_yaml_in_braces(tmp_path: Path) -> None:
    assert load_text('{"openapi": "3.1.0", "x": "\\ud83d\\ude00"}', "served").content["x"] == "😀"
    assert load_text("{openapi: 3.1.0, x: [a]}", "served").content["x"] == ["a"]


def nested(levels: int, leaf: dict[str, Any]) -> str:
    schema = leaf
    for _ in range(levels):
        schema = {"properties": {"a": schema}}
    operation = {"requestBody": {"content": {"application/json": {"schema": schema}}}, "responses": {}}
    return json.dumps({"openapi": "3.1.0", "info": {}, "paths": {"/a": {"post": operation}}})


def test_many_levels_of_nesting_are_read_and_compared() -> None:
    base, revision = (load_text(nested(90, {"maximum": limit}), "jobs.json") for limit in (9, 5))
    [change] = [change for change in compare(base, revision) if change.id.startswith("request")]
    assert change.id == "request-property-max-decreased"


def test_integers_of_thousands_of_digits_do_not_stop_the_reading() -> None:
    for text in ("openapi: 3.1.0\nx: " + "9" * 5000, '{"openapi": "3.1.0", "x": ' + "9" * 5000 + "}"):
        assert load_text(text, "jobs").content["x"]
