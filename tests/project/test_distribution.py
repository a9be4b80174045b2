"""What an installation brings: our packages and nothing else at the top of site-packages."""

from __future__ import annotations

from importlib.metadata import distribution
from importlib.util import find_spec
from pathlib import Path

import pytest

PACKAGES = (
    "optcloud",
    "optcloud_sandbox",
    "openapi_drift",
    "aimms_pro",
    "aimms_pro_models",
    "aimms_user_manager",
    "aimms_session_manager",
    "aimms_secret_manager",
    "adiutaopt",
    "adiutaopt_models",
)


def test_nothing_strays_into_site_packages() -> None:
    try:
        files = distribution("optcloud").files or []
    except ModuleNotFoundError:
        pytest.skip("optcloud is on the path, not installed")
    tops = {file.parts[0] for file in files} - {".."}  # ../../../bin/optcloud
    others = tops - set(PACKAGES)
    assert [top for top in others if not top.startswith("optcloud-") and not top.endswith(".pth")] == []


@pytest.mark.parametrize("package", PACKAGES)
def test_each_package_is_typed(package: str) -> None:
    spec = find_spec(package)
    assert spec is not None
    assert spec.submodule_search_locations is not None
    assert (Path(next(iter(spec.submodule_search_locations))) / "py.typed").is_file()
