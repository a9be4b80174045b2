"""Gurobi requests signed by the openssl command line, as a shell script would."""

import base64
import shutil
import subprocess
from datetime import UTC, datetime

import httpx
import pytest

from optcloud.sandbox import Sandbox


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
