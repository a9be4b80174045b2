"""What an installation brings: our packages and nothing else at the top of site-packages; what a release uploads."""

from __future__ import annotations

import os
import tarfile
import tomllib
import zipfile
from importlib.metadata import distribution
from importlib.util import find_spec
from pathlib import Path

import pytest
from packaging.requirements import Requirement

ROOT = Path(__file__).parents[2]
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


DIST = os.environ.get("OPTCLOUD_DIST", "")
built = pytest.mark.skipif(not DIST, reason="nothing was built to be uploaded (nox -s package)")


def test_the_extra_all_names_each_but_the_generators() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    extras = project["optional-dependencies"]
    [all_of] = map(Requirement, extras["all"])
    assert (all_of.name, all_of.extras) == ("optcloud", extras.keys() - {"all", "codegen"})


@built
def test_the_wheel_has_our_packages_and_the_documents_and_nothing_else() -> None:
    [wheel] = Path(DIST).glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        names = archive.namelist()
    tops = {name.partition("/")[0] for name in names}
    assert {top for top in tops if not top.endswith(".dist-info")} == set(PACKAGES)
    assert "openapi_drift/carried/specs/sources.toml" in names
    assert [name for name in names if name.endswith((".pyc", ".orig", ".rej"))] == []


@built
def test_the_sdist_has_what_a_person_builds_and_tests_with() -> None:
    [sdist] = Path(DIST).glob("*.tar.gz")
    with tarfile.open(sdist) as archive:
        names = {name.partition("/")[2] for name in archive.getnames()}
    wanted = {"pyproject.toml", "README.md", "LICENSE", "CHANGELOG.md", "noxfile.py", "specs/sources.toml"}
    wanted |= {"tests/conftest.py", "generated/fingerprint.json", "adapters/docs/build_site.py"}
    assert wanted - names == set()
    assert [name for name in names if name.startswith((".venv", ".nox", "build/", "dist/"))] == []
