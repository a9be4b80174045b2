"""Amazon's JavaScript library and pycognito sign in with the right password and are refused with a wrong one."""

import json
import os
import shutil
import subprocess
import warnings
from pathlib import Path
from typing import Any

import httpx
import pytest

from optcloud.sandbox import Sandbox

pytestmark = pytest.mark.filterwarnings("default")

SCRIPT = Path(__file__).with_name("cognito_sign_in.cjs")


def versions_with(sandbox: Sandbox, token: str) -> int:
    return httpx.get(f"{sandbox.urls.adiutaopt}/version", headers={"authorization": f"Bearer {token}"}).status_code


@pytest.fixture
def node() -> str:
    """Node and the folder of modules, named by OPTCLOUD_NODE_MODULES."""
    program = shutil.which("node")
    if program is None:
        pytest.skip("node is not installed")
    modules = os.environ.get("OPTCLOUD_NODE_MODULES")
    if not modules or not Path(modules, "amazon-cognito-identity-js").is_dir():
        pytest.skip("OPTCLOUD_NODE_MODULES does not name a node_modules folder with amazon-cognito-identity-js")
    return program


def sign_in_with_node(node: str, sandbox: Sandbox, password: str) -> dict[str, Any]:
    credentials = sandbox.credentials
    arguments = [credentials.user_pool_id, credentials.client_id, sandbox.urls.cognito, credentials.username]
    command = [node, str(SCRIPT), *arguments]
    run = subprocess.run(command, input=password, capture_output=True, text=True, check=False, timeout=60)
    assert run.returncode == 0, run.stderr
    result: dict[str, Any] = json.loads(run.stdout)
    return result


def test_amazon_cognito_identity_js_signs_in_refreshes_and_reads_the_user(node: str, sandbox: Sandbox) -> None:
    result = sign_in_with_node(node, sandbox, sandbox.credentials.password)
    assert versions_with(sandbox, result["idToken"]) == 200
    assert versions_with(sandbox, result["refreshedIdToken"]) == 200
    assert "email" in result["attributes"]


def test_amazon_cognito_identity_js_is_refused_with_a_wrong_password(node: str, sandbox: Sandbox) -> None:
    result = sign_in_with_node(node, sandbox, "wrong")
    assert result == {"error": "NotAuthorizedException", "message": "Incorrect username or password."}


@pytest.fixture
def pycognito_user(sandbox: Sandbox) -> Any:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # its imports, not ours
        pycognito = pytest.importorskip("pycognito", reason="not installed: pip install pycognito boto3")
    credentials = sandbox.credentials
    return pycognito.Cognito(
        credentials.user_pool_id,
        credentials.client_id,
        username=credentials.username,
        user_pool_region="eu-central-1",
        access_key="fake",
        secret_key="fake",
        # Its issuer is the endpoint, a slash and the pool: hence no slash at the end here.
        boto3_client_kwargs={"endpoint_url": sandbox.urls.cognito.rstrip("/")},
    )


def test_pycognito_signs_in_verifies_the_tokens_and_renews_them(sandbox: Sandbox, pycognito_user: Any) -> None:
    pycognito_user.authenticate(password=sandbox.credentials.password)  # checks signatures, audience, issuer itself
    first = pycognito_user.id_token
    assert versions_with(sandbox, first) == 200
    assert pycognito_user.get_user().email == sandbox.credentials.username
    pycognito_user.renew_access_token()
    assert pycognito_user.id_token != first
    assert versions_with(sandbox, pycognito_user.id_token) == 200


def test_pycognito_is_refused_with_a_wrong_password(sandbox: Sandbox, pycognito_user: Any) -> None:
    with pytest.raises(pycognito_user.client.exceptions.NotAuthorizedException, match="Incorrect username or password"):
        pycognito_user.authenticate(password="wrong")
    assert pycognito_user.id_token is None
