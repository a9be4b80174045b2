"""A checkout with one vendor's document, and a server on loopback that plays the vendor."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from specs.conftest import DOCUMENT, make_checkout
from specs.test_fetch import Server, serving, text

KEY = "fake-key-for-tests-only"


@pytest.fixture
def document() -> dict[str, Any]:
    """The vendor's document, to change at will."""
    copy: dict[str, Any] = json.loads(json.dumps(DOCUMENT))
    return copy


@pytest.fixture
def vendor() -> Iterator[Server]:
    with serving() as running:
        running.routes["/spec"] = text(json.dumps(DOCUMENT), "application/json")
        yield running


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A checkout whose registry records the document."""
    checkout = make_checkout(tmp_path / "checkout")
    record(checkout)
    return checkout


def record(root: Path) -> None:
    """Put the sha256 of the document into the registry."""
    path = root / "specs" / "sources.toml"
    sha256 = hashlib.sha256((root / "specs" / "orders-v1" / "openapi.json").read_bytes()).hexdigest()
    path.write_text(path.read_text().replace('sha256 = ""', f'sha256 = "{sha256}"'))
