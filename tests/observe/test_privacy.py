"""What is written down: shapes; no secret, no free text, no key of a map."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from observe.small import brief, document, seen, show, watching
from optcloud import OptCloud, OptCloudError, Secret
from optcloud.core.reference import Reference
from optcloud.core.secret import Redactor
from optcloud.sandbox import Fault, Sandbox

STATE = {"type": "string", "enum": ["idle", "busy"]}
MACHINE = {"type": "object", "properties": {"state": STATE, "name": {"type": "string"}}}


@pytest.mark.parametrize(
    "text",
    [
        "planted-secret",
        "Jane Doe",
        "jane.doe@sandbox.invalid",
        "4711",
        "sk-4f1c9a7730",
        "the worker is ill until Friday",
        "x" * 33,
        "idle\nbusy",
        "",
    ],
)
def test_a_word_that_may_be_data_is_hidden(text: str, file: Path) -> None:
    show(watching(document(MACHINE), file, redact=Redactor([Secret("planted-secret")])), {"state": text})
    assert brief(seen(file)) == [("word", "$.state", "*", "string")]
    assert not text or json.dumps(text) not in file.read_text()


def test_a_word_of_a_vocabulary_with_spaces(file: Path) -> None:
    schema = {"type": "string", "enum": ["shutting down"]}
    show(watching(document(schema), file), "starting up")
    assert brief(seen(file)) == [("word", "$", "starting up", "string")]


def test_words_that_only_adapters_know_are_read_without_capitals(file: Path) -> None:
    schema = {"type": "object", "properties": {"state": {"type": "string"}}}
    pointer = "/paths/~1things~1{id}/get/responses/200/content/application~1json/schema/properties/state"
    watch = watching(document(schema), file, words={pointer: ["Idle", "busy"]})
    for state in ("IDLE", "busy", "frozen"):
        show(watch, {"state": state})
    (shape,) = seen(file)
    assert (shape.name, shape.known) == ("frozen", ("busy", "idle"))


@pytest.mark.parametrize(
    "name", ["planted-secret", "Jane Doe", "jane@sandbox.invalid", "2019-01-31", "id4711", "x" * 42]
)
def test_a_name_that_may_be_data_is_hidden(name: str, file: Path) -> None:
    show(watching(document(MACHINE), file, redact=Redactor([Secret("planted-secret")])), {"state": "idle", name: 1})
    assert brief(seen(file)) == [("field", "$.*", "*", "")]
    assert name not in file.read_text()


def test_an_object_of_many_strangers_is_a_map(file: Path) -> None:
    show(watching(document(MACHINE), file), {"state": "idle"} | dict.fromkeys(map(chr, range(97, 110)), 1))
    show(watching(document(MACHINE), file), {"Anna": 1, "Bertram": 2, "Cleo": 3, "Dora": 4})
    assert brief(seen(file)) == [("field", "$.*", "*", "")]


def test_names_that_go_on_coming_are_data(file: Path) -> None:
    watch = watching(document(MACHINE), file)
    letters = [f"name_{chr(97 + number // 26)}{chr(97 + number % 26)}" for number in range(60)]
    for name in letters:
        show(watch, {"state": "idle", name: 1})
    names = {one.name for one in seen(file)}
    assert "*" in names
    assert len(names) <= 25


def test_planted_secrets_never_reach_the_file(sandbox: Sandbox, file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    planted = "planted-fake-api-key-5f1"
    sandbox.add_aimms_key(planted, "Tasks", "PublishAimms")
    monkeypatch.setenv("OPTCLOUD_AIMMS_API_KEY", planted)
    monkeypatch.setenv("OPTCLOUD_OBSERVE", str(file))
    problem: dict[str, Any] = {"meta": {}, "parameters": {}, "tasks": [{"id": "Jane Doe"}], "workers": [{"id": "w"}]}
    with OptCloud() as cloud:
        cloud.aimms.run("Sandbox", "echo", input={planted: planted}).result()
        cloud.adiutaopt.shift.submit(problem).result()
        sandbox.faults.add(Fault("content-type", vendor="aimms", content_type=f"text/{planted}"))
        with pytest.raises(OptCloudError):
            cloud.aimms.attach(Reference.parse(f"aimms:default/{planted}")).poll()
    text = file.read_text()
    assert [(one.operation, one.status, one.media) for one in seen(file)] == [("getTask", "404", "*/*")]
    known = sandbox.credentials
    for secret in (planted, known.password, known.username, "Jane"):
        assert secret not in text
