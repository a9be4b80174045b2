"""On loopback: a vendor behind TLS, and proxies in front of it, each in threads of its own."""

from __future__ import annotations

import datetime
import ipaddress
import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from patience import PATIENCE

HOST = "cloud.test"
Talk = Callable[[socket.socket], None]


def certificate(folder: Path, host: str = HOST) -> Path:
    """Write a certificate that vouches for itself; the key is part of the file."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, host)])
    now = datetime.datetime.now(datetime.UTC)
    names: list[x509.GeneralName] = [x509.DNSName(host), x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]
    built = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=2))
        .add_extension(x509.SubjectAlternativeName(names), critical=False)
        .sign(key, hashes.SHA256())
    )
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    path = folder / f"{host}.pem"
    path.write_bytes(built.public_bytes(serialization.Encoding.PEM) + private)
    return path


@contextmanager
def serving(talk: Talk) -> Iterator[int]:
    """Talk to whoever connects, on the port that is returned."""

    def guarded(connection: socket.socket) -> None:
        with connection, suppress(OSError):  # the other side may go at any time
            connection.settimeout(PATIENCE)
            talk(connection)

    def accept() -> None:
        with suppress(OSError):
            while True:
                threading.Thread(target=guarded, args=(listener.accept()[0],), daemon=True).start()

    listener = socket.create_server(("127.0.0.1", 0))
    threading.Thread(target=accept, daemon=True).start()
    try:
        yield listener.getsockname()[1]
    finally:
        listener.shutdown(socket.SHUT_RDWR)
        listener.close()


def head(connection: socket.socket) -> bytes:
    """Read up to the empty line."""
    data = b""
    while b"\r\n\r\n" not in data:
        piece = connection.recv(4096)
        if not piece:
            raise OSError("gone")
        data += piece
    return data


def vendor(pem: Path, seen: list[bytes], *, silent: bool = False) -> Talk:
    """Answer each request behind TLS with an empty JSON list, or go without a word when one has been read."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(pem)

    def talk(connection: socket.socket) -> None:
        with context.wrap_socket(connection, server_side=True) as secured:
            while True:
                seen.append(head(secured))
                if silent:
                    return
                secured.sendall(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n[]")

    return talk


def answering(reply: bytes, seen: list[bytes]) -> Talk:
    """A proxy that answers every CONNECT with the same bytes and goes; none: it goes without a word."""

    def talk(connection: socket.socket) -> None:
        seen.append(head(connection))
        connection.sendall(reply)

    return talk


def tunnel(port: int, seen: list[bytes]) -> Talk:
    """A proxy that leads every CONNECT to one port."""

    def talk(connection: socket.socket) -> None:
        seen.append(head(connection))
        connection.sendall(b"HTTP/1.1 200 Connection established\r\n\r\n")
        _join(connection, port)

    return talk


def socks(port: int, seen: list[bytes], *, user: bytes = b"", password: bytes = b"") -> Talk:
    """A SOCKS proxy of version 5 (RFC 1928, RFC 1929) that leads everybody to one port."""

    def talk(connection: socket.socket) -> None:
        connection.recv(_byte(connection, skip=1))
        connection.sendall(b"\x05\x02" if user else b"\x05\x00")
        if user:
            given = [connection.recv(_byte(connection, skip=1)), connection.recv(_byte(connection))]
            connection.sendall(b"\x01\x00" if given == [user, password] else b"\x01\x01")
        connection.recv(4)  # version, CONNECT, reserved, a name follows
        seen.append(connection.recv(_byte(connection)))
        connection.recv(2)
        connection.sendall(b"\x05\x00\x00\x01\x7f\x00\x00\x01\x00\x00")
        _join(connection, port)

    return talk


def _byte(connection: socket.socket, *, skip: int = 0) -> int:
    return connection.recv(skip + 1)[-1]


def _join(connection: socket.socket, port: int) -> None:
    """Carry bytes both ways until one side goes."""
    with socket.create_connection(("127.0.0.1", port), timeout=PATIENCE) as other:

        def carry(source: socket.socket, target: socket.socket) -> None:
            with suppress(OSError):
                while piece := source.recv(65536):
                    target.sendall(piece)
            for end in (source, target):
                with suppress(OSError):
                    end.shutdown(socket.SHUT_RDWR)

        back = threading.Thread(target=carry, args=(other, connection), daemon=True)
        back.start()
        carry(connection, other)
        back.join(PATIENCE)
