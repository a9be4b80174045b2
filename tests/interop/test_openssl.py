"""Gurobi requests signed by the openssl command line, as a shell script would."""

import base64
import shutil
import subprocess
from datetime import UTC, datetime

import httpx
import pytest

from optcloud.core.retry import RetryPolicy
from optcloud.core.settings import GurobiSettings
from optcloud.gurobi.connection import policy
from optcloud.gurobi.signature import encode_parameters
from optcloud.sandbox import Sandbox
from optcloud.transport.blocking import Transport
from optcloud.transport.httpx_mapping import DriverConfig


@pytest.fixture
def openssl() -> str:
    program = shutil.which("openssl")
    if program is None:
        pytest.skip("the openssl command line is not installed")
    return program


def sign(openssl: str, key: str, text: str) -> str:
    command = [openssl, "dgst", "-sha1", "-mac", "HMAC", "-macopt", f"key:{key}", "-binary"]
    digest = subprocess.run(command, input=text.encode(), capture_output=True, check=True).stdout
    return base64.b64encode(digest).decode("ascii")


def test_the_vendors_vector(openssl: str) -> None:
    text = "The quick brown fox jumps over the lazy dog"
    assert sign(openssl, "key", text) == "3nybhbi3iqa8ino29wqQcBydtNk="


def test_a_launch_signed_by_openssl_is_accepted_and_a_changed_one_is_not(openssl: str, sandbox: Sandbox) -> None:
    body = f"id={sandbox.credentials.gurobi_access_id}&numMachines=2&licenseType=full%20compute%20server"
    date = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    signature = sign(openssl, sandbox.credentials.gurobi_secret_key, f"POST&{body}&{date}")
    headers = {"X-Gurobi-Date": date, "X-Gurobi-Signature": signature}
    headers["Content-Type"] = "application/x-www-form-urlencoded"
    changed = httpx.post(f"{sandbox.urls.gurobi}/launch", content=body.replace("=2", "=3"), headers=headers)
    assert (changed.status_code, changed.text[:17]) == (400, "Invalid Signature")
    launched = httpx.post(f"{sandbox.urls.gurobi}/launch", content=body, headers=headers).json()
    assert [machine["licenseType"] for machine in launched] == ["full compute server", "distributed worker"]


@pytest.mark.parametrize("password", ["a b&c=d+e%20", "/~'\"\n\t\0", "ü€\U0001f600\u202e", ""])
def test_what_optcloud_sends_is_what_openssl_signs(openssl: str, password: str) -> None:
    """Over the bytes that go out, whatever the values hold."""
    sent: list[httpx.Request] = []

    def keep(request: httpx.Request) -> httpx.Response:
        sent.append(request)
        return httpx.Response(200, json=[])

    settings = GurobiSettings(access_id="fake/id+1", secret_key="fake-secret+key/=")
    way = Transport(policy(settings, RetryPolicy()), DriverConfig(), inner=httpx.MockTransport(keep))
    parameters = encode_parameters([("userPassword", password), ("id", settings.access_id)])
    with httpx.Client(base_url=settings.url, transport=way) as client:
        client.post("/launch", content=parameters.encode())
        client.get(f"/machines?{parameters}")
    for request, parts in zip(sent, [sent[0].content, sent[1].url.query], strict=True):
        text = f"{request.method}&{parts.decode('ascii')}&{request.headers['x-gurobi-date']}"
        assert request.headers["x-gurobi-signature"] == sign(openssl, settings.secret_key.reveal(), text)
