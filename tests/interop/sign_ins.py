"""Three clients of Cognito on the same sandbox: Amazon's JavaScript library, pycognito, and optcloud's own."""

import base64
import json
import os
import shutil
import subprocess
import warnings
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

import pytest

from optcloud import OptCloud
from optcloud.core.prompts import QuestionHandler
from optcloud.sandbox import Sandbox
from patience import PATIENCE

SCRIPT = Path(__file__).with_name("cognito_sign_in.cjs")
Job = dict[str, Any]


def subject_of(id_token: str) -> str:
    """Claim sub of a JSON Web Token, whose signature is somebody else's business here."""
    payload = id_token.split(".")[1]
    subject: str = json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))["sub"]
    return subject


def node_program() -> str:
    """Node; skips the test where it or the library is missing. OPTCLOUD_NODE_MODULES names the folder of modules."""
    program = shutil.which("node")
    if program is None:
        pytest.skip("node is not installed")
    modules = os.environ.get("OPTCLOUD_NODE_MODULES")
    if not modules or not Path(modules, "amazon-cognito-identity-js").is_dir():
        pytest.skip("OPTCLOUD_NODE_MODULES does not name a node_modules folder with amazon-cognito-identity-js")
    return program


class NodeSignIns:
    """One process of Node for many sign-ins, which it works off while this process does something else."""

    def __init__(self, node: str, sandbox: Sandbox) -> None:
        credentials = sandbox.credentials
        arguments = [credentials.user_pool_id, credentials.client_id, sandbox.urls.cognito]
        self._process = subprocess.Popen(
            [node, str(SCRIPT), *arguments],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            encoding="utf-8",
        )

    def begin(self, jobs: Sequence[Job]) -> None:
        _pipe(self._process.stdin).write("".join(json.dumps(job) + "\n" for job in jobs))
        _pipe(self._process.stdin).flush()

    def result(self) -> Job:
        """Of the next sign-in, in the order begun."""
        line = _pipe(self._process.stdout).readline()
        assert line, _pipe(self._process.stderr).read()
        result: Job = json.loads(line)
        return result

    def sign_in(self, **job: Any) -> Job:
        self.begin([job])
        return self.result()

    def close(self) -> None:
        _, errors = self._process.communicate(timeout=PATIENCE)
        assert (self._process.returncode, errors) == (0, "")


@contextmanager
def node_sign_ins(sandbox: Sandbox) -> Iterator[NodeSignIns]:
    sign_ins = NodeSignIns(node_program(), sandbox)
    yield sign_ins
    sign_ins.close()


def pycognito_user(sandbox: Sandbox, username: str, client: Any = None, **more: Any) -> Any:
    """A `pycognito.Cognito`; skips the test where it is missing. `client`: one of boto3 to be used again."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # its imports, not ours
        pycognito = pytest.importorskip("pycognito", reason="not installed: pip install pycognito boto3")
    credentials = sandbox.credentials
    user = pycognito.Cognito(
        credentials.user_pool_id,
        more.pop("client_id", credentials.client_id),
        username=username,
        user_pool_region="eu-central-1",
        access_key="fake",
        secret_key="fake",
        # Its issuer is the endpoint, a slash and the pool: hence no slash at the end here.
        boto3_client_kwargs={"endpoint_url": sandbox.urls.cognito.rstrip("/")},
        **more,
    )
    user.client = client or user.client
    return user


def our_settings(sandbox: Sandbox, username: str, password: str) -> dict[str, str]:
    """adiutaOpt's settings of `OptCloud` for a user of this sandbox."""
    environment = sandbox.environment()
    names = ("url", "user_pool_id", "client_id", "cognito_url")
    settings = {name: environment[f"OPTCLOUD_ADIUTAOPT_{name.upper()}"] for name in names}
    return settings | {"username": username, "password": password}


def our_sign_in(
    sandbox: Sandbox,
    username: str,
    password: str,
    asker: QuestionHandler | None = None,
    settings: Mapping[str, str] | None = None,
) -> str:
    """Version of the planner's schema, which takes a sign-in to read. `settings` go before those of the sandbox."""
    found = our_settings(sandbox, username, password) | dict(settings or {})
    with OptCloud(adiutaopt=found, adiutaopt_challenge=asker) as oc:
        return str(oc.adiutaopt.shift.version().schema)


def _pipe(pipe: IO[str] | None) -> IO[str]:
    assert pipe is not None
    return pipe
