"""Generating and checking, with the real generators."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from openapi_drift.errors import SpecsError
from openapi_drift.generation import fingerprint
from openapi_drift.generation.generate import check, generate

REPOSITORY = Path(__file__).parents[2]


def run(root: Path, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "openapi_drift", "--root", str(root), *arguments],
        env={**os.environ, "PYTHONPATH": str(REPOSITORY / "adapters"), **environment},
        capture_output=True,
        text=True,
        check=False,
    )


def change_document(root: Path, old: str, new: str) -> None:
    path = root / "specs" / "orders-v1" / "openapi.json"
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new))


def test_another_hash_seed_gives_the_same_bytes(generated_checkout: Path) -> None:
    done = run(generated_checkout, "generate", "--check", "--force", PYTHONHASHSEED="4711")
    assert done.returncode == 0, done.stdout + done.stderr


def test_a_third_document_costs_a_folder_and_an_entry(generated_checkout: Path) -> None:
    output = generated_checkout / "generated"
    assert sorted(path.name for path in output.iterdir()) == ["fingerprint.json", "orders", "orders_models"]
    effective = json.loads((output / "orders" / "openapi.json").read_text())
    assert "customer" in effective["components"]["schemas"]["Order"]["properties"]
    program = """
import asyncio, httpx, msgspec, orders_models
from orders.api.orders import create_order
from orders.models import Batch, Order
from orders import Client
seen = []
def answer(request):
    seen.append((request.headers["Content-Type"], request.headers["Accept"], request.extensions["operation"]["id"]))
    return httpx.Response(200, json={"id": "ABC", "amount": None})
client = Client("http://orders.invalid", httpx_args={"transport": httpx.MockTransport(answer)})
reply = create_order.sync(client=client, body=Order(id="ABC"))
assert reply.id == "ABC" and reply.amount is None, reply
asyncio.run(create_order.asyncio(client=client, body=Batch(orders=[Order(id="DEF")])))
assert seen == [
    ("application/json", "application/json", "createOrder"),
    ("application/vnd.orders+json", "application/json", "createOrder"),
], seen
assert msgspec.json.decode(b'{"id": "ABC", "new": 1}', type=orders_models.Order).id == "ABC"
"""
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", program],
        env={**os.environ, "PYTHONPATH": str(output)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr


def test_a_changed_property_fails_the_check_and_is_generated_then(generated_checkout: Path) -> None:
    change_document(generated_checkout, '"amount"', '"quantity"')
    model = generated_checkout / "generated" / "orders" / "models" / "order.py"
    before = model.read_text()

    failed = run(generated_checkout, "generate", "--check")
    assert failed.returncode == 1
    assert "generated/orders/models/order.py\n" in failed.stderr
    assert "-    amount: " in failed.stdout
    names = [
        "changed for users of the generated packages:",
        "  removed field orders.models.Order.amount",
        "  added field orders.models.Order.quantity",
        "  removed field orders_models.Order.amount",
        "  added field orders_models.Order.quantity",
    ]
    assert failed.stderr.splitlines()[-6:-1] == names
    assert model.read_text() == before

    done = run(generated_checkout, "generate")
    assert done.returncode == 0, done.stderr
    assert "wrote generated/orders/models/order.py" in done.stdout
    assert done.stdout.splitlines()[-5:] == names
    assert "quantity: int | None | Unset" in model.read_text()
    assert not check(generated_checkout).differences
    assert [path.name for path in generated_checkout.iterdir() if path.name.startswith(".generated")] == []


def test_edits_and_stray_files_are_found(generated_checkout: Path) -> None:
    output = generated_checkout / "generated"
    (output / "orders" / "stray.py").write_text("")
    (output / "notes.txt").write_text("")
    (output / "orders_models" / "py.typed").unlink()
    client = output / "orders" / "client.py"
    client.write_text(client.read_text().replace("DEFAULT_TIMEOUT = 60.0", "DEFAULT_TIMEOUT = 61.0"))

    outcome = check(generated_checkout)
    assert outcome.ran
    assert set(outcome.differences) == {
        "generated/notes.txt",
        "generated/orders/client.py",
        "generated/orders/stray.py",
        "generated/orders_models/py.typed",
    }
    assert "-DEFAULT_TIMEOUT = 61.0" in outcome.diff
    assert "+DEFAULT_TIMEOUT = 60.0" in outcome.diff


@pytest.mark.parametrize("what", ["document", "overlay", "pin", "output"])
def test_the_fingerprint_notices(generated_checkout: Path, what: str) -> None:
    assert fingerprint.is_current(generated_checkout)
    path = {
        "document": generated_checkout / "specs" / "orders-v1" / "openapi.json",
        "overlay": generated_checkout / "specs" / "orders-v1" / "overlay.yaml",
        "pin": generated_checkout / "pyproject.toml",
        "output": generated_checkout / "generated" / "orders" / "types.py",
    }[what]
    text = path.read_text()
    path.write_text(text.replace("ruff==", "ruff==9") if what == "pin" else text + "\n")
    assert not fingerprint.is_current(generated_checkout)


def test_the_fingerprint_notices_a_changed_template(
    generated_checkout: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.copytree(Path(fingerprint.__file__).parents[1], tmp_path, dirs_exist_ok=True)
    monkeypatch.setattr(fingerprint, "_PACKAGE", tmp_path)
    assert fingerprint.is_current(generated_checkout)
    (tmp_path / "generation" / "templates" / "client" / "types.py.jinja").write_text("")
    assert not fingerprint.is_current(generated_checkout)


def test_when_nothing_changed_no_generator_is_asked(generated_checkout: Path) -> None:
    # -S: no installed distribution at all, only the standard library.
    arguments = [sys.executable, "-S", "-m", "openapi_drift", "--root", str(generated_checkout), "generate"]
    done = subprocess.run(
        [*arguments, "--check"],
        env={"PYTHONPATH": str(REPOSITORY / "adapters")},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stdout) == (0, "generated/ is up to date (nothing changed)\n"), done.stderr


def test_an_undecodable_union_is_kept_as_it_comes(checkout: Path) -> None:
    sources = checkout / "specs" / "sources.toml"
    sources.write_text(sources.read_text().replace('client = "orders"\n', ""))
    schemas = '"Either": {"oneOf": [{"$ref": "#/components/schemas/Order"}, {"$ref": "#/components/schemas/Batch"}]}, '
    change_document(checkout, '"schemas": {', '"schemas": {' + schemas)
    generate(checkout)
    models = (checkout / "generated" / "orders_models" / "__init__.py").read_text()
    assert "Either: TypeAlias = dict[str, Any]" in models


def test_operations_that_would_share_a_name_are_refused(checkout: Path) -> None:
    path = checkout / "specs" / "orders-v1" / "openapi.json"
    document: dict[str, Any] = json.loads(path.read_text())
    post = document["paths"]["/orders"]["post"]
    document["paths"]["/orders"]["put"] = {**post, "operationId": "create_order"}
    path.write_text(json.dumps(document))
    with pytest.raises(SpecsError, match="'createOrder' and 'create_order' have the same Python name"):
        generate(checkout)


def test_other_versions_of_the_generators_are_refused(checkout: Path) -> None:
    path = checkout / "pyproject.toml"
    path.write_text(path.read_text().replace("ruff==", "ruff==9"))
    with pytest.raises(SpecsError, match=r"ruff 9\S+ is needed, found .*pip install -e '.\[codegen\]'"):
        generate(checkout)
