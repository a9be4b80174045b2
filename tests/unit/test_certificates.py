"""SSL_CERT_FILE and SSL_CERT_DIR: what cannot be used is told with the variable and the path."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from optcloud.core.errors import ConfigError
from optcloud.transport.certificates import tls_context
from unit.proxying import certificate


@pytest.fixture(autouse=True)
def bare(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("SSL_CERT_FILE", "SSL_CERT_DIR"):
        monkeypatch.delenv(name, raising=False)


def test_without_either_certifis_list_counts(monkeypatch: pytest.MonkeyPatch) -> None:
    """An empty value is none."""
    monkeypatch.setenv("SSL_CERT_FILE", "")
    assert tls_context().cert_store_stats()["x509"] > 50


def test_what_is_used(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file, or folders that hold one under the name of its hash; the file goes before the folders."""
    pem = certificate(tmp_path)
    folder = tmp_path / "hashed"
    folder.mkdir()
    (folder / "0a1b2c3d.0").write_bytes(pem.read_bytes())
    monkeypatch.setenv("SSL_CERT_DIR", f"{tmp_path}/none:{folder}")
    assert tls_context().cert_store_stats()["x509"] == 0  # read when they are needed
    monkeypatch.setenv("SSL_CERT_FILE", str(pem))
    assert tls_context().cert_store_stats()["x509"] == 1


@pytest.mark.parametrize("variable", ["SSL_CERT_FILE", "SSL_CERT_DIR"])
@pytest.mark.parametrize("kind", ["missing", "empty", "junk", "key", "der", "folder", "file", "line end", "too long"])
def test_what_cannot_be_used(variable: str, kind: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The variable, the path and the mend are named."""
    path = tmp_path / "0a1b2c3d.0"
    pem = certificate(tmp_path).read_text()
    if kind == "folder" and variable == "SSL_CERT_FILE":
        path.mkdir()
    elif kind not in {"missing", "folder", "line end", "too long"}:
        path.write_text({"empty": "", "key": pem[pem.index("-----BEGIN PRIVATE") :]}.get(kind, "junk\n-----BEGIN"))
    if kind == "der":
        path.write_bytes(b"\x30\x82\x01\x0a\x02\x82")
    value = str(tmp_path if variable == "SSL_CERT_DIR" and kind != "file" else path)
    value += {"missing": "/none", "line end": "\n", "too long": "/x" * 3000}.get(kind, "")
    monkeypatch.setenv(variable, value)
    with pytest.raises(ConfigError, match=f"^environment variable {variable}: {re.escape(repr(value))}") as caught:
        tls_context()
    assert "certificates in PEM form, or unset the variable" in str(caught.value)
