"""Fetching documents served on loopback."""

import datetime
import http.server
import ipaddress
import json
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
import yaml
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from openapi_drift.__main__ import main
from openapi_drift.documents.document import parse_openapi
from openapi_drift.errors import SpecsError
from openapi_drift.fetch import Fetched, fetch
from openapi_drift.sources import load_sources

KEY = "fake-key-for-tests-only"
ENVIRON = {"ORDERS_API_KEY": KEY}
Handler = http.server.BaseHTTPRequestHandler
Route = Callable[[Handler], None]


@dataclass
class Server:
    """A server on loopback: routes by path, and the requests it saw with the key they carried."""

    url: str
    routes: dict[str, Route] = field(default_factory=dict)
    seen: list[tuple[str, str | None]] = field(default_factory=list)


@contextmanager
def serving(context: ssl.SSLContext | None = None) -> Iterator[Server]:
    server = Server(url="")

    class RequestHandler(Handler):
        def do_GET(self) -> None:  # noqa: N802  the base's name
            server.seen.append((self.path, self.headers.get("apikey")))
            server.routes[self.path.partition("?")[0]](self)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002  the base's name
            """Say nothing."""

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), RequestHandler) as listener:
        if context:
            listener.socket = context.wrap_socket(listener.socket, server_side=True)
        server.url = f"{'https' if context else 'http'}://127.0.0.1:{listener.server_address[1]}"
        thread = threading.Thread(target=listener.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield server
        finally:
            listener.shutdown()
            thread.join()


@pytest.fixture
def server() -> Iterator[Server]:
    with serving() as running:
        yield running


@pytest.fixture
def other_server() -> Iterator[Server]:
    with serving() as running:
        yield running


def text(content: str | bytes, kind: str = "application/yaml", status: int = 200, cut: int = 0) -> Route:
    body = content.encode() if isinstance(content, str) else content

    def answer(request: Handler) -> None:
        request.send_response(status)
        request.send_header("Content-Type", kind)
        request.send_header("Content-Length", str(len(body)))
        request.end_headers()
        request.wfile.write(body[: len(body) - cut])
        request.close_connection = True

    return answer


def redirect(location: str) -> Route:
    def answer(request: Handler) -> None:
        request.send_response(302)
        request.send_header("Location", location)
        request.send_header("Content-Length", "0")
        request.end_headers()

    return answer


@pytest.fixture
def root(checkout: Path) -> Path:
    """The third document's checkout, as YAML and with a key."""
    folder = checkout / "specs" / "orders-v1"
    (folder / "openapi.yaml").write_text(yaml.safe_dump(json.loads((folder / "openapi.json").read_text())))
    (folder / "openapi.json").unlink()
    path = checkout / "specs" / "sources.toml"
    auth = 'auth = { header = "apikey", env = "ORDERS_API_KEY" }\n'
    path.write_text(path.read_text().replace('format = "json"', 'format = "yaml"') + auth)
    return checkout


@pytest.fixture
def newer(document: dict[str, Any]) -> dict[str, Any]:
    """The vendor's next version: one operation and schema more, one schema changed."""
    document["info"]["version"] = "2.0"
    document["paths"]["/orders/{id}"] = {
        "get": {"operationId": "getOrder", "responses": {"200": {"description": "OK"}}},
        "parameters": [{"name": "id", "in": "path", "required": True, "schema": {"type": "string"}}],
    }
    document["components"]["schemas"]["Order"]["required"] = []
    document["components"]["schemas"]["Customer"] = {"type": "object"}
    return document


def state(root: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in (root / "specs").rglob("*") if path.is_file()}


def get(root: Path, url: str) -> Fetched:
    return fetch(root, "orders-v1", url=url, environ=ENVIRON)


def test_a_document_is_stored_recorded_and_compared(root: Path, server: Server, newer: dict[str, Any]) -> None:
    content = "# as the vendor wrote it\n" + yaml.safe_dump(newer)
    server.routes["/spec"] = text(content, "text/plain")
    before = (root / "specs" / "sources.toml").read_text().splitlines()

    fetched = get(root, f"{server.url}/spec")

    assert fetched.changes == [
        "~ version 1.0 -> 2.0",
        "+ operation GET /orders/{id}",
        "+ schema Customer",
        "~ schema Order",
    ]
    assert server.seen == [("/spec", KEY)]
    source = load_sources(root)["orders-v1"]
    assert source.document.read_text() == content
    assert (source.provenance, source.version, source.sha256) == ("downloaded", "2.0", fetched.sha256)
    assert source.date == datetime.datetime.now(tz=datetime.UTC).date().isoformat()
    after = (root / "specs" / "sources.toml").read_text().splitlines()
    assert [line for line in after if line not in before] == [
        'provenance = "downloaded"',
        'version = "2.0"',
        f'sha256 = "{fetched.sha256}"  # not asked for here',
        f'date = "{source.date}"',
    ]


def test_json_in_place_of_yaml_is_stored_as_json(root: Path, server: Server, newer: dict[str, Any]) -> None:
    server.routes["/spec"] = text(json.dumps(newer), "application/json")
    fetched = get(root, f"{server.url}/spec")
    source = load_sources(root)["orders-v1"]
    assert fetched.path == source.document == root / "specs" / "orders-v1" / "openapi.json"
    assert parse_openapi(source.document.read_text(), "spec", source.format) == newer
    assert not (source.folder / "openapi.yaml").exists()


BAD: list[tuple[str, Route, str]] = [
    ("html", text("<!DOCTYPE html><title>Sign in</title>", "text/html"), "an HTML page"),
    ("html-as-yaml", text("\n<html></html>", "application/yaml"), "an HTML page"),
    ("cut", text("openapi: 3.0.0\n" * 10, cut=5), "without sending complete message body"),
    ("cut-json", text('{"openapi": "3.0.0", "info"', "application/json"), "orders-v1:1: is not JSON"),
    ("no-paths", text("openapi: 3.0.0\ninfo: {version: '1'}\n"), "paths is missing"),
    ("swagger", text("swagger: '2.0'\ninfo: {version: '1'}\npaths: {/: {}}\n"), "Swagger 2.0"),
    ("binary", text(b"\xff\xfe\x00", "application/octet-stream"), "not UTF-8 text but UTF-16"),
    ("denied", text("{}", "application/json", 401), "HTTP 401 Unauthorized"),
    ("gone", text("openapi: 3.0.0", status=404), "HTTP 404"),
    ("loop", redirect("/loop"), "more than 5 redirects"),
    ("plain", redirect("http://192.0.2.1/spec"), "plain http is for loopback only"),
    ("file", redirect("file:///etc/hostname"), "not an http or https address"),
]


@pytest.mark.parametrize(("name", "route", "reason"), BAD, ids=[name for name, _, _ in BAD])
def test_what_cannot_be_had_changes_nothing(root: Path, server: Server, name: str, route: Route, reason: str) -> None:
    server.routes[f"/{name}"] = route
    before = state(root)
    with pytest.raises(SpecsError, match=reason) as caught:
        get(root, f"{server.url}/{name}")
    assert state(root) == before
    assert KEY not in str(caught.value)


def test_a_registry_that_cannot_be_written_keeps_the_document(
    root: Path, server: Server, newer: dict[str, Any]
) -> None:
    path = root / "specs" / "sources.toml"
    path.write_text(path.read_text().replace('version = "1.0"', "version = '1.0'"))
    server.routes["/spec"] = text(yaml.safe_dump(newer))
    before = state(root)
    with pytest.raises(SpecsError, match=r"\[orders-v1\] cannot record version"):
        get(root, f"{server.url}/spec")
    assert state(root) == before


def test_a_yaml_text_cut_at_a_line_is_noticed(root: Path, server: Server, newer: dict[str, Any]) -> None:
    whole = yaml.safe_dump(newer, sort_keys=False)
    server.routes["/spec"] = text(whole[: whole.index("    Batch:")])
    with pytest.raises(SpecsError, match="the reference '#/components/schemas/Batch' leads nowhere"):
        get(root, f"{server.url}/spec")


def test_a_redirect_on_the_same_host_keeps_the_key(root: Path, server: Server, newer: dict[str, Any]) -> None:
    server.routes["/old"] = redirect("/new?format=yaml")
    server.routes["/new"] = text(yaml.safe_dump(newer))
    get(root, f"{server.url}/old")
    assert server.seen == [("/old", KEY), ("/new?format=yaml", KEY)]


def test_a_redirect_elsewhere_goes_without_the_key_for_good(
    root: Path, server: Server, other_server: Server, newer: dict[str, Any]
) -> None:
    server.routes["/old"] = redirect(f"{other_server.url}/back")
    other_server.routes["/back"] = redirect(f"{server.url}/new")
    server.routes["/new"] = text(yaml.safe_dump(newer))
    get(root, f"{server.url}/old")
    assert other_server.seen == [("/back", None)]
    assert server.seen == [("/old", KEY), ("/new", None)]


def test_https_never_becomes_http(
    root: Path, server: Server, newer: dict[str, Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    certificate = self_signed(tmp_path)
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    server.routes["/spec"] = text(yaml.safe_dump(newer))
    with serving(context) as secure:
        secure.routes["/spec"] = redirect(f"{server.url}/spec")
        with pytest.raises(SpecsError, match="redirects from https to http, refused"):
            get(root, f"{secure.url}/spec")
    assert secure.seen == [("/spec", KEY)]
    assert server.seen == []


def self_signed(folder: Path) -> Path:
    """A certificate for 127.0.0.1 and its key, in one file."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "127.0.0.1")])
    now = datetime.datetime.now(tz=datetime.UTC)
    certificate = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(hours=1))
        .not_valid_after(now + datetime.timedelta(hours=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    path = folder / "certificate.pem"
    path.write_bytes(certificate.public_bytes(serialization.Encoding.PEM) + private)
    return path


def test_nobody_listens(root: Path) -> None:
    before = state(root)
    with serving() as stopped:
        url = stopped.url
    with pytest.raises(SpecsError, match=rf"{url}/spec: "):
        get(root, f"{url}/spec?token=secret-in-query")
    assert state(root) == before


@pytest.mark.parametrize("account", ["evil.example/", "a@b", "", "a.b", "-a"])
def test_an_account_cannot_lead_the_key_elsewhere(root: Path, account: str) -> None:
    path = root / "specs" / "sources.toml"
    path.write_text(path.read_text().replace('"{url}"', '"https://{account}.invalid/pro-api/v2/"'))
    with pytest.raises(SpecsError, match="--account"):
        fetch(root, "orders-v1", account=account, environ=ENVIRON)


def test_a_missing_key_is_named(root: Path) -> None:
    with pytest.raises(SpecsError, match="environment variable ORDERS_API_KEY"):
        fetch(root, "orders-v1", url="http://127.0.0.1:9/", environ={})


def test_the_command_reports_each_and_fails(
    root: Path,
    server: Server,
    newer: dict[str, Any],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("ORDERS_API_KEY", KEY)
    server.routes["/spec"] = text(yaml.safe_dump(newer))
    server.routes["/html"] = text("<html>", "text/html")
    command = ["--root", str(root), "fetch", "orders-v1", "--url"]

    assert main([*command, f"{server.url}/spec"]) == 0
    assert "  + operation GET /orders/{id}\n" in capsys.readouterr().out

    assert main([*command, f"{server.url}/html"]) == 1
    said = capsys.readouterr()
    assert f"orders-v1: not fetched: {server.url}/html: an HTML page" in said.err
    assert KEY not in said.err + said.out

    assert main(["--root", str(root), "fetch"]) == 1
    assert "orders-v1: not fetched: its address is not known; give it with --url" in capsys.readouterr().err
