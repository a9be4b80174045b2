"""Opt-in: nothing is loaded when it is off; the environment and the argument both turn it on."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from observe.drifting import drifting
from openapi_drift.observed.observed import DOCUMENTS, read_shapes
from optcloud import ConfigError, NotFound, OptCloud
from optcloud.observe.document import Document, load
from optcloud.observe.vendors import CONTRACTS, VendorContract
from optcloud.sandbox import Fault, Sandbox

LOADED = """
import sys
from optcloud import OptCloud
settings = {"url": "http://127.0.0.1:9/pro-api/v2", "api_key": "fake-key"}
with OptCloud(aimms=settings) as cloud:
    cloud.aimms
print([name for name in sys.modules if name.startswith("optcloud.observe")])
"""


def test_off_loads_nothing(sandbox: Sandbox) -> None:
    found = subprocess.run([sys.executable, "-c", LOADED], check=True, capture_output=True, text=True)
    assert found.stdout == "[]\n"


@pytest.mark.parametrize("through", ["environment", "argument"])
def test_on(sandbox: Sandbox, file: Path, monkeypatch: pytest.MonkeyPatch, through: str) -> None:
    if through == "environment":
        monkeypatch.setenv("OPTCLOUD_OBSERVE", str(file))
    with OptCloud(observe=file if through == "argument" else None) as cloud:
        job = cloud.aimms.run("Sandbox", "echo", input={})
        job.result()
        sandbox.faults.add(Fault("content-type", vendor="aimms", content_type="application/problem+json"))
        job.poll()
    (shape,) = read_shapes(file)
    assert (shape.vendor, shape.operation, shape.media) == ("AIMMS PRO", "getTask", "application/problem+json")


def test_a_vendor_without_a_document(sandbox: Sandbox, file: Path) -> None:
    def changed(_path: str, machines: Any) -> Any:
        return [{**machine, "state": "being moved", "rack": "Confidential"} for machine in machines]

    known = sandbox.credentials
    with drifting(sandbox.urls.gurobi, changed) as url:
        settings = {"url": url, "access_id": known.gurobi_access_id, "secret_key": known.gurobi_secret_key}
        with OptCloud(gurobi=settings, observe=file) as cloud:
            cloud.gurobi.licenses()
            pool = cloud.gurobi.launch(1)
            sandbox.faults.add(Fault("html", vendor="gurobi", status=404))
            with pytest.raises(NotFound):
                cloud.gurobi.machines()  # text, as refusals are
            pool.kill()
    shapes = [(one.operation, one.kind, one.name) for one in read_shapes(file)]
    assert ("launch", "word", "being moved") in shapes
    assert ("kill", "field", "rack") in shapes
    assert {kind for _, kind, _ in shapes} == {"word", "field"}
    assert "Confidential" not in file.read_text()
    assert "no document" in read_shapes(file)[0].hint


def test_the_sandbox_is_as_documented(sandbox: Sandbox, file: Path) -> None:
    problem = {"meta": {}, "parameters": {}, "tasks": [{"id": "t"}], "workers": [{"id": "w"}]}
    with OptCloud(observe=file) as cloud:
        cloud.aimms.run("Sandbox", "solve", input={"assignment": {"costs": [[1]]}}).result()
        cloud.aimms.tasks()
        cloud.aimms.apps.list()
        cloud.adiutaopt.shift.submit(problem).result()
        cloud.adiutaopt.shift.version()
        cloud.gurobi.licenses()
        with cloud.gurobi.launch(1, machine_type="c4.large"):
            cloud.gurobi.machines()
    assert read_shapes(file) == []


@pytest.mark.parametrize("contract", CONTRACTS.values(), ids=CONTRACTS.keys())
def test_every_reply_of_the_documents_has_a_quick_check(contract: VendorContract) -> None:
    document = Document(contract.content or load(contract.document, None), contract.words)
    document.compile_all()
    contents = [
        content
        for operation in map(document.operation, document.operations())
        if operation is not None
        for answer in operation.answers.values()
        for content in answer.contents.values()
        if content.root is not None
    ]
    assert len(contents) >= 4
    plain = [content for content in contents if content.root is not None and not content.root.alternatives]
    assert all(quick.checks for content in plain if (quick := content.quick(set())) is not None)


def test_vocabularies_have_their_place_in_the_documents() -> None:
    assert {contract.document for contract in CONTRACTS.values() if contract.content is None} == set(DOCUMENTS)
    for contract in CONTRACTS.values():
        document = contract.content or load(contract.document, None)
        for pointer in contract.words:
            part = document
            for token in pointer.split("/")[1:]:
                part = part[token]
            assert part["type"] == "string"


@pytest.mark.parametrize("text", ["<html>", "[]", '{"paths": {"/x": {"get": {"operationId": "x", "responses": [1]}}}}'])
def test_a_document_that_is_none_is_said_before_anything_is_sent(
    sandbox: Sandbox, file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, text: str
) -> None:
    (tmp_path / "aimms_pro.json").write_text(text)
    monkeypatch.setenv("OPTCLOUD_OBSERVE_DOCUMENTS", str(tmp_path))
    with OptCloud(observe=file) as cloud, pytest.raises(ConfigError, match=r"aimms_pro\.json"):
        _ = cloud.aimms
