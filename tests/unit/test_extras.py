"""A package that is not installed is named, with what to install, wherever it is wanted."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

import optcloud
from openapi_drift import __main__ as tooling
from optcloud.adiutaopt.plans.encoding import BROTLI, codecs, decoded
from optcloud.aimms.people.file import load
from optcloud.batch.engines.fleet import check_fleet
from optcloud.batch.inputs.files import parquet_rows
from optcloud.batch.results import tables as batch_tables
from optcloud.batch.store.open_store import open_store
from optcloud.core import content_codings, extras, secret_store
from optcloud.process.postgres_address import DatabaseAddress
from optcloud.transport.proxies import proxy_for
from optcloud.views import excel, tables
from optcloud.views.gantt.renderer import render
from optcloud.views.tables import Table, TableColumn

DATABASE = "postgresql://user@db.invalid/plans"
TABLE = Table("t", (TableColumn("a", "id", [1]),))


def _yaml(folder: Path) -> object:
    (folder / "people.yaml").write_text("environments: {}\n")
    return load(folder / "people.yaml")


# By the module that is missing: the extra, or the package, and what wants it.
WANTED: list[tuple[str, str, Callable[[Path], object]]] = [
    ("brotli", "optcloud[codecs]", lambda folder: codecs("br")),
    ("brotli", "optcloud[codecs]", lambda folder: decoded(b"x", BROTLI)),
    ("brotli", "optcloud[codecs]", lambda folder: content_codings.undone(b"x", "br", 10)),
    ("keyring", "optcloud[keyring]", lambda folder: secret_store.read("keyring:prod")),
    ("openpyxl", "openpyxl", lambda folder: excel.to_excel([TABLE], folder / "x.xlsx")),
    ("pandas", "pandas", lambda folder: tables.to_pandas(TABLE)),
    ("polars", "polars", lambda folder: tables.to_polars(TABLE)),
    ("procrastinate", "optcloud[fleet]", lambda folder: check_fleet(DATABASE)),
    ("psycopg", "optcloud[fleet]", lambda folder: check_fleet(DATABASE)),
    ("psycopg", "optcloud[fleet]", lambda folder: DatabaseAddress.parse(DATABASE)),
    ("psycopg", "optcloud[fleet]", lambda folder: open_store(DATABASE, clock=None, make=False)),
    ("pyarrow", "optcloud[parquet]", lambda folder: tables.to_arrow(TABLE)),
    ("pyarrow", "optcloud[parquet]", lambda folder: tables.to_parquet(TABLE, folder / "x.parquet")),
    ("pyarrow", "optcloud[parquet]", lambda folder: batch_tables.to_parquet([], folder / "x.parquet")),
    ("pyarrow", "optcloud[parquet]", lambda folder: next(parquet_rows(folder / "x.parquet"))),
    ("socksio", "optcloud[socks]", lambda folder: proxy_for("https://cloud.test/")),
    ("vl_convert", "optcloud[pictures]", lambda folder: render([])),
    ("yaml", "optcloud[people]", _yaml),
]


@pytest.mark.parametrize(("module", "package", "want"), WANTED)
def test_the_library_names_what_is_missing(
    module: str, package: str, want: Callable[[Path], object], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ALL_PROXY", "socks5://proxy.test")
    monkeypatch.setitem(sys.modules, module, None)
    words = re.escape(f'which is not installed: pip install "{package}"')
    with pytest.raises((optcloud.ConfigError, content_codings.BadCoding), match=f" needs {module}.*, {words}$"):
        want(tmp_path)


@pytest.mark.parametrize("module", ["cryptography", "jsonschema", "jwt", "starlette", "uvicorn"])
def test_the_sandbox_names_what_is_missing(module: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, module, None)
    words = re.escape(f'the sandbox needs {module}, which is not installed: pip install "optcloud[sandbox]"')
    with pytest.raises(ModuleNotFoundError, match=f"^{words}$") as caught:
        from optcloud.sandbox import Sandbox  # noqa: F401
    assert caught.value.name == module


def test_a_driver_without_its_library_is_told_as_such(monkeypatch: pytest.MonkeyPatch) -> None:
    """The driver raises a plain ImportError where PostgreSQL's own library is not there."""

    def importing(name: str) -> object:
        raise ImportError("no pq wrapper available")

    monkeypatch.setattr(extras, "import_module", importing)
    with pytest.raises(optcloud.ConfigError, match=r'needs psycopg\[binary\], .* pip install "optcloud\[fleet\]"'):
        DatabaseAddress.parse(DATABASE)


@pytest.fixture
def without_tools(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """An installation without the extra ``codegen``, in which nothing of the tooling was loaded."""
    with monkeypatch.context() as patch:
        for name in [name for name in sys.modules if name.startswith("openapi_drift.")]:
            patch.delitem(sys.modules, name)
        patch.setitem(sys.modules, "jsonpath_ng", None)
        yield


def test_the_tooling_names_what_is_missing(without_tools: None, capsys: pytest.CaptureFixture[str]) -> None:
    assert tooling.main(["fetch"]) == 1
    told = 'error: this command needs jsonpath_ng, which is not installed: pip install "optcloud[codegen]"\n'
    assert capsys.readouterr().err == told


def test_only_packages_of_others_are_called_missing() -> None:
    told = pytest.raises(optcloud.ConfigError, match=r'^it needs yaml, .* pip install "optcloud\[specs\]"$')
    with told, extras.needs("specs", purpose="it"):
        raise ModuleNotFoundError(name="yaml.nodes")
    for name in ("optcloud.nosuch", "optcloud_sandbox.nosuch", "openapi_drift", None):
        with pytest.raises(ModuleNotFoundError), extras.needs("specs"):
            raise ModuleNotFoundError(name=name)
