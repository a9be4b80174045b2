"""Sandboxes that serve: how one is begun in the background, found again, and ended.

Each is written down in the state folder while it serves. Whether it lives is told by a lock (`Owners`), not by its
process id, which may have been given to another program.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess  # runs this very program  # nosec B404
import sys
import time
import warnings
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import Any

import platformdirs
import typer
from attrs import asdict, frozen

from optcloud.cli.messages import Messages
from optcloud.core.errors import OptCloudError
from optcloud.process.owners import Owners, owners_of

PATIENCE = 10.0
"""Seconds that a sandbox has to end."""
_LOOK_EVERY = 0.02


class SandboxProcessError(OptCloudError):
    """A sandbox in the background did not begin, or did not end."""


@frozen
class ServingProcess:
    """A process that serves a sandbox at ``url``; ``owner`` is its name for ever (`Owners`)."""

    url: str
    pid: int
    owner: str
    host: str


def _folder() -> Path:
    return platformdirs.user_state_path("optcloud") / "sandbox"


def start(arguments: list[str]) -> dict[str, Any]:
    """Have another process serve, and return what it printed once it does. Raises `SandboxProcessError`."""
    command = [sys.executable, "-m", "optcloud", "sandbox", "--json", *arguments]
    process = subprocess.Popen(  # noqa: S603 - this very program  # nosec B603
        command,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        encoding="utf-8",
        **_detached(),
    )
    with ExitStack() as otherwise:
        otherwise.callback(process.communicate)
        otherwise.callback(process.kill)
        said = _first_json(process.stdout or [])
        if said is None:
            raise SandboxProcessError(_last_error(process.communicate()[1]))
        otherwise.pop_all()
    for pipe in (process.stdout, process.stderr):
        if pipe is not None:
            pipe.close()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ResourceWarning)  # it is to outlive this process
        del process
    return said


def _detached() -> dict[str, Any]:
    """Let the process live on when the terminal is closed, and have no part in its Ctrl-C."""
    if sys.platform == "win32":
        return {"creationflags": subprocess.DETACHED_PROCESS | subprocess.CREATE_NEW_PROCESS_GROUP}
    return {"start_new_session": True}


def _first_json(lines: Iterable[str]) -> dict[str, Any] | None:
    """Return the first JSON object; None where there is none to the end."""
    text = ""
    for line in lines:
        text += line
        with suppress(ValueError):
            said: dict[str, Any] = json.loads(text)
            return said
    return None


def _last_error(said: str) -> str:
    """Return the message of the last line, which is JSON unless Python itself broke."""
    last = said.strip().rpartition("\n")[2]
    with suppress(ValueError, KeyError, TypeError):
        return str(json.loads(last)["message"])
    return f"the sandbox did not begin: {last}"


@contextmanager
def registered(messages: Messages) -> Iterator[Callable[[str], None]]:
    """Return what writes this process down as serving a URL, until the end of the block."""
    files: list[Path] = []

    def register(url: str) -> None:
        folder = _folder()
        try:
            owners = owners_of(folder)
            owners.sweep()
            me = owners.me()
            file = folder / f"{url.rpartition(':')[2]}.json"
            file.write_text(json.dumps(asdict(ServingProcess(url, me.pid, me.name, me.host))))
            files.append(file)
        except OSError as error:
            words = f"optcloud sandbox --stop will not find this sandbox: {error}"
            messages.say(words, event="not written down", reason=str(error))

    try:
        yield register
    finally:
        for file in files:
            with suppress(OSError):
                file.unlink()


def serving() -> list[ServingProcess]:
    """Return the processes of this machine and user that serve; what dead ones have left is removed."""
    folder, found = _folder(), []
    if not folder.is_dir():
        return []
    owners = owners_of(folder)
    for file in sorted(folder.glob("*.json")):
        with suppress(OSError, ValueError, TypeError):  # one that is just being written or removed
            process = ServingProcess(**json.loads(file.read_text()))
            if process.host != owners.host:
                continue
            if _lives(owners, process):
                found.append(process)
            else:
                file.unlink()
    return found


def _lives(owners: Owners, process: ServingProcess) -> bool:
    return owners.is_alive(process.owner, process.host)


def stop(port: int, url: str | None) -> str | None:
    """End the sandbox of a port, or else of a URL, or else the only one; return its URL, None where there is none.

    Raises `typer.BadParameter` where several serve and none is named, `SandboxProcessError` where it goes on.
    """
    found = serving()
    if port:
        found = [process for process in found if process.url.endswith(f":{port}")]
    elif url:
        found = [process for process in found if process.url == url]
    if len(found) > 1:
        ports = ", ".join(process.url.rpartition(":")[2] for process in found)
        raise typer.BadParameter(f"several sandboxes serve; say which: --port {ports}", param_hint="--stop")
    if not found:
        return None
    process, owners, deadline = found[0], owners_of(_folder()), time.monotonic() + PATIENCE
    os.kill(process.pid, signal.SIGTERM)
    while _lives(owners, process):
        if time.monotonic() > deadline:
            raise SandboxProcessError(f"the sandbox at {process.url} has not ended yet (process {process.pid})")
        time.sleep(_LOOK_EVERY)
    return process.url
