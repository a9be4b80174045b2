"""A small third document in a checkout of its own, generated once with the real generators."""

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from openapi_drift.generation.generate import generate

REPOSITORY = Path(__file__).parents[2]

ORDER = {
    "type": "object",
    "required": ["id"],
    "properties": {"id": {"type": "string", "pattern": "^[A-Z]{3}$"}, "amount": {"type": ["integer", "null"]}},
}
DOCUMENT: dict[str, Any] = {
    "openapi": "3.1.0",
    "info": {"title": "Orders", "version": "1.0"},
    "paths": {
        "/orders": {
            "post": {
                "operationId": "createOrder",
                "tags": ["orders"],
                "requestBody": {
                    "required": True,
                    "content": {
                        "application/json": {"schema": {"$ref": "#/components/schemas/Order"}},
                        "application/vnd.orders+json": {"schema": {"$ref": "#/components/schemas/Batch"}},
                    },
                },
                "responses": {
                    "200": {
                        "description": "OK",
                        "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Order"}}},
                    }
                },
            }
        }
    },
    "components": {
        "schemas": {
            "Order": ORDER,
            "Batch": {
                "type": "object",
                "properties": {"orders": {"type": "array", "items": {"$ref": "#/components/schemas/Order"}}},
            },
        }
    },
}
OVERLAY = """\
overlay: 1.0.0
info: {title: Orders corrected, version: 1.0.0}
actions:
- target: $.components.schemas.Order.properties
  description: Orders have a customer.
  x-evidence: page 1
  update:
    customer: {type: string}
"""
SOURCES = """\
[orders-v1]
vendor = "Orders Ltd"
url = "{url}"
format = "json"
provenance = "reconstructed"
version = "1.0"
sha256 = ""  # not asked for here
date = "2026-01-01"
client = "orders"
models = "orders_models"
"""


@pytest.fixture
def document() -> dict[str, Any]:
    """The third document, to change at will."""
    copy: dict[str, Any] = json.loads(json.dumps(DOCUMENT))
    return copy


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A checkout with the third document only, nothing generated yet."""
    return make_checkout(tmp_path / "checkout")


@pytest.fixture(scope="session")
def generated_once(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = make_checkout(tmp_path_factory.mktemp("orders") / "checkout")
    generate(root)
    return root


@pytest.fixture
def generated_checkout(generated_once: Path, tmp_path: Path) -> Path:
    """A checkout with the third document, generated."""
    return Path(shutil.copytree(generated_once, tmp_path / "generated-checkout"))


def make_checkout(root: Path) -> Path:
    folder = root / "specs" / "orders-v1"
    folder.mkdir(parents=True)
    shutil.copy(REPOSITORY / "pyproject.toml", root)
    (root / "specs" / "sources.toml").write_text(SOURCES)
    (folder / "openapi.json").write_text(json.dumps(DOCUMENT))
    (folder / "overlay.yaml").write_text(OVERLAY)
    return root
