"""What `nox -s docs` has built: whole, and without anything that is loaded from elsewhere."""

from __future__ import annotations

import importlib
import re
import zlib
from functools import cache
from pathlib import Path

import pytest

from docs.snippets import ROOT
from project.test_public_surface import PUBLIC, public_names

SITE = ROOT / "build" / "docs" / "site"
pytestmark = pytest.mark.skipif(not SITE.exists(), reason="not built: python adapters/docs/build_site.py")


@cache
def documented() -> set[str]:
    """The names that the site has an entry of, by its inventory."""
    _, _, packed = (SITE / "objects.inv").read_bytes().partition(b"zlib.\n")
    return {line.split()[0] for line in zlib.decompress(packed).decode().splitlines()}


def test_what_is_public_is_documented() -> None:
    """By the name that users import, or by the place where it is defined."""
    names = [("optcloud", name) for name in importlib.import_module("optcloud").__all__ if name != "__version__"]
    names += [(module, name) for module in PUBLIC for name in public_names(module)]
    missing = []
    for module, name in names:
        kind = getattr(importlib.import_module(module), name)
        if not {f"{module}.{name}", f"{getattr(kind, '__module__', module)}.{name}"} & documented():
            missing.append(f"{module}.{name}")
    assert not missing


def test_each_namespace_of_a_cloud_is_documented() -> None:
    from optcloud.aimms.cloud import AimmsVerbs
    from optcloud.aimms.namespaces import LazyNamespace

    page = (SITE / "reference" / "api" / "aimms.html").read_text(encoding="utf-8")
    names = [name for name, value in vars(AimmsVerbs).items() if isinstance(value, LazyNamespace)]
    assert len(names) > 5
    assert [name for name in names if f"oc.aimms.{name}" not in page] == []


@pytest.mark.parametrize("page", sorted(SITE.rglob("*.html")), ids=lambda page: page.relative_to(SITE).as_posix())
def test_a_page_loads_nothing_from_elsewhere(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    tags = re.findall(r"<(?:script|img|iframe|source|link)\b[^>]*\b(?:src|href)=\"?(?:https?:)?//[^>]*>", text)
    assert [tag for tag in tags if 'rel="canonical"' not in tag] == []
