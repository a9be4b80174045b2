"""Whom TLS trusts: certifi's list, or what ``SSL_CERT_FILE`` (else ``SSL_CERT_DIR``) names, as httpx has it."""

from __future__ import annotations

import os
import re
import ssl
from pathlib import Path

import httpx

from optcloud.core.errors import ConfigError

_HASHED = re.compile(r"[0-9a-f]{8}\.\d+")  # as openssl rehash names the certificates of a folder


def tls_context() -> ssl.SSLContext:
    """Return what connections over TLS are checked by. Raises `ConfigError`, which names the variable and the path."""
    if file := os.environ.get("SSL_CERT_FILE"):
        return _from_file(file)
    if folders := os.environ.get("SSL_CERT_DIR"):
        return _from_folders(folders)
    return httpx.create_ssl_context(trust_env=False)


def in_use() -> str:
    """Say in words which certificates `tls_context` trusts."""
    for variable in ("SSL_CERT_FILE", "SSL_CERT_DIR"):
        if path := os.environ.get(variable):
            return f"the certificates of {path} (from environment variable {variable})"
    return "certifi's list of certificates (SSL_CERT_FILE names another)"


def no_tls() -> ssl.SSLContext:
    """Return what is handed over for plain http: it trusts nobody, and reads no certificates."""
    return ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)


def _from_file(file: str) -> ssl.SSLContext:
    try:
        context = ssl.create_default_context(cafile=file)
    except ssl.SSLError as error:
        raise _unusable("SSL_CERT_FILE", file, "it holds no certificates in PEM form") from error
    except (OSError, ValueError) as error:
        raise _unusable("SSL_CERT_FILE", file, _reason(error)) from error
    if not context.cert_store_stats()["x509"]:
        raise _unusable("SSL_CERT_FILE", file, "it holds no certificates")
    return context


def _from_folders(folders: str) -> ssl.SSLContext:
    """Check that there is a certificate: TLS reads the folders later, and passes over what it cannot read."""
    reasons = []
    for folder in folders.split(os.pathsep):
        try:
            if any(_is_certificate(path) for path in Path(folder).iterdir() if _HASHED.fullmatch(path.name)):
                return ssl.create_default_context(capath=folders)
        except (OSError, ValueError) as error:
            reasons.append(_reason(error))
        else:
            reasons.append("it has no certificate under the name of its hash (openssl rehash gives such names)")
    raise _unusable("SSL_CERT_DIR", folders, "; ".join(dict.fromkeys(reasons)))


def _is_certificate(path: Path) -> bool:
    try:
        no_tls().load_verify_locations(cafile=path)
    except OSError:  # also what OpenSSL says of a file that holds none
        return False
    return True


def _reason(error: OSError | ValueError) -> str:
    return "there is no such file or folder" if isinstance(error, FileNotFoundError) else f"it cannot be read: {error}"


def _unusable(variable: str, path: str, reason: str) -> ConfigError:
    return ConfigError(
        f"environment variable {variable}: {path!r} cannot be used for TLS: {reason}; name certificates in PEM form, "
        "or unset the variable"
    )
