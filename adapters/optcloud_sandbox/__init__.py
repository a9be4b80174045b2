"""All three vendors and Amazon Cognito on loopback: the real wire, published fake credentials, no cost.

`Sandbox` is loaded on first touch, so that importing this package (pytest does so through the plugin) costs nothing.
Without the extra ``sandbox`` that touch is a ModuleNotFoundError that says what to install.
"""

from importlib.util import find_spec
from typing import TYPE_CHECKING

from optcloud_sandbox.aimms.reports import this_run
from optcloud_sandbox.credentials import Credentials
from optcloud_sandbox.faults import Fault
from optcloud_sandbox.gurobi.records import MachineRecord
from optcloud_sandbox.gurobi.scripts import Step
from optcloud_sandbox.journal import Entry
from optcloud_sandbox.pace import AfterPolls, AfterSeconds, AtOnce, Pace
from optcloud_sandbox.urls import Urls

if TYPE_CHECKING:
    from optcloud_sandbox.server import Sandbox, serve

__all__ = [
    "AfterPolls",
    "AfterSeconds",
    "AtOnce",
    "Credentials",
    "Entry",
    "Fault",
    "MachineRecord",
    "Pace",
    "Sandbox",
    "Step",
    "Urls",
    "serve",
    "this_run",
]

_IN_SERVER = ("Sandbox", "serve")
_OF_THE_EXTRA = ("cryptography", "jsonschema", "jwt", "starlette", "uvicorn")


def __getattr__(name: str) -> object:
    if name in _IN_SERVER:
        for module in _OF_THE_EXTRA:
            if find_spec(module) is None:
                words = f'the sandbox needs {module}, which is not installed: pip install "optcloud[sandbox]"'
                raise ModuleNotFoundError(words, name=module)
        from optcloud_sandbox import server  # noqa: PLC0415 - uvicorn and Starlette only when a server is wanted

        return getattr(server, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
