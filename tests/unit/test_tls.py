"""Encrypted connections of both forms, and what a fork leaves of them."""

from __future__ import annotations

import datetime
import ipaddress
import os
import socket
import ssl
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from unit.hostile import FORMS, Hostile, Talk, ask, getting, timeout
from unit.test_loops_and_forks import forks, in_child

BIG = bytes(range(256)) * 12_000


def answer(talk: Talk, head: bytes) -> None:
    talk.reply(BIG if b"/big" in head else head.split()[1])


@pytest.fixture
def encrypting(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[socket.socket], ssl.SSLSocket]:
    """Encrypts the server's end, with a certificate made for the test, which clients trust."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "optcloud test")])
    now, day = datetime.datetime.now(datetime.UTC), datetime.timedelta(days=1)
    built = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number(), now - day, now + day)
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    form, bare = serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    path = tmp_path / "both.pem"
    path.write_bytes(
        built.public_bytes(serialization.Encoding.PEM) + key.private_bytes(serialization.Encoding.PEM, form, bare)
    )
    monkeypatch.setenv("SSL_CERT_FILE", str(path))
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(path)
    return lambda sock: context.wrap_socket(sock, server_side=True)


@pytest.mark.parametrize("form", FORMS)
def test_encrypted_replies_small_and_large_on_one_connection(form: Any, encrypting: Any) -> None:
    """Each comes whole, and the connection is used again."""
    with Hostile(answer, encrypting) as server, form(server.url.replace("http:", "https:")) as run:
        for _ in range(3):
            assert run(ask(getting("/small"))).content == b"/small"
            assert run(ask(getting("/big"))).content == BIG
    assert server.connections == 1


@forks
@pytest.mark.filterwarnings("ignore:This process:DeprecationWarning")
def test_a_forks_child_leaves_its_parents_encryption_alone(encrypting: Any) -> None:
    """The child's copies are closed without a word to the other end: the parent goes on, on the same connection."""
    blocking = FORMS[0]
    with (
        Hostile(answer, encrypting) as server,
        blocking(server.url.replace("http:", "https:"), timeout=timeout(30)) as run,
    ):
        assert run(ask(getting("/before"))).content == b"/before"
        child = in_child(lambda: run(ask(getting("/child"))).content == b"/child")
        assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
        assert server.connections == 2
        assert run(ask(getting("/after"))).content == b"/after"
        assert server.connections == 2
