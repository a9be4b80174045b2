"""Running a program for a job, on this machine: its input, its result, its end.

Input, output and complaints are files in a folder of its own, so nothing of them fills a pipe or this process's memory
while it runs.
"""

from __future__ import annotations

import asyncio
import contextlib
import errno
import os
import signal
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import IO, cast

from attrs import field, frozen

from optcloud.core.errors import ConfigError
from optcloud.core.escaping import shown
from optcloud.process.child_guard import POSIX, end_group, guard

GRACE = 5.0
"""Seconds that a program has to end after SIGTERM; then it is killed, with all that it started."""
TAIL = 2000  # bytes of its standard error that are told
_NEVER_RUNS = (errno.E2BIG, errno.ENOENT, errno.EACCES, errno.ENOEXEC, errno.EINVAL, errno.ENAMETOOLONG)


@frozen
class ProgramCall:
    """What is run for one job. ``timeout``: seconds, None: as long as it likes."""

    arguments: Sequence[str] = field(repr=False)
    content: bytes = field(repr=False)
    environment: Mapping[str, str] = field(repr=False)
    timeout: float | None = None


@frozen
class ProgramEnd:
    """How a program ended. ``word``: "ok", "failed", "timeout", or "stopped" (asked to by `ProgramRun.stop`).

    ``started`` and ``ended`` are seconds since the epoch, by this machine's clock.
    """

    word: str
    message: str
    result: bytes | None = field(repr=False)
    started: float
    ended: float


class ProgramRun:
    """One program, while it runs."""

    def __init__(self, call: ProgramCall) -> None:
        self._call = call
        self._stop = asyncio.Event()

    def stop(self) -> None:
        """Ask it to end: it ends as "stopped"."""
        self._stop.set()

    async def run(self) -> ProgramEnd:
        """Run it to its end; cancelled, end it. Raises `ConfigError` where it cannot be started."""
        with contextlib.ExitStack() as opened:
            folder = opened.enter_context(guard.folder())
            files = await asyncio.to_thread(_files, folder, self._call.content)
            streams = [
                opened.enter_context(cast(IO[bytes], path.open(mode)))
                for path, mode in zip(files, ("rb", "wb", "wb"), strict=True)
            ]
            environment = {**os.environ, **self._call.environment}
            environment |= {"OPTCLOUD_INPUT": str(files[0]), "OPTCLOUD_RESULT": str(folder / "result")}
            started = time.time()
            process = await _started(self._call.arguments, streams, environment)
            guard.watch(process.pid)
            try:
                word = await self._until_over(process)
            finally:
                await _ended_for_certain(process)
                guard.forget(process.pid)
            ended = time.time()
            code = process.returncode
            if word == "over":
                word = "failed" if code else "ok"
            result, complaint = await asyncio.to_thread(_read, folder, files, word == "ok")
            return ProgramEnd(word, _message(word, code, complaint, self._call.timeout), result, started, ended)

    async def _until_over(self, process: asyncio.subprocess.Process) -> str:
        over, stopped = asyncio.ensure_future(process.wait()), asyncio.ensure_future(self._stop.wait())
        try:
            await asyncio.wait({over, stopped}, timeout=self._call.timeout, return_when=asyncio.FIRST_COMPLETED)
            if over.done():
                return "over"
            return "stopped" if stopped.done() else "timeout"
        finally:
            over.cancel()
            stopped.cancel()


async def _started(
    arguments: Sequence[str], streams: Sequence[IO[bytes]], environment: Mapping[str, str]
) -> asyncio.subprocess.Process:
    stdin, stdout, stderr = streams
    try:
        return await asyncio.create_subprocess_exec(
            *arguments,
            stdin=stdin,
            stdout=stdout,
            stderr=stderr,
            env=environment,
            start_new_session=POSIX,
        )
    except (ValueError, UnicodeError) as error:
        raise ConfigError(f"{shown(arguments[0])} cannot be run with these arguments: {error}") from None
    except OSError as error:
        if error.errno in _NEVER_RUNS:
            raise ConfigError(f"{shown(arguments[0])} cannot be run: {os.strerror(error.errno)}") from None
        raise


async def _ended_for_certain(process: asyncio.subprocess.Process) -> None:
    """End what is left of it: it first, in good order, then all that it started. Cancelled meanwhile: at once."""
    try:
        if process.returncode is None:
            end_group(process.pid, signal.SIGTERM)
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(GRACE):
                    await process.wait()
    finally:
        end_group(process.pid, signal.SIGKILL if POSIX else signal.SIGTERM)
    await process.wait()


def _files(folder: Path, content: bytes) -> tuple[Path, Path, Path]:
    files = folder / "input", folder / "stdout", folder / "stderr"
    files[0].write_bytes(content)
    return files


def _read(folder: Path, files: Sequence[Path], wanted: bool) -> tuple[bytes | None, str]:
    with files[2].open("rb") as stderr:
        stderr.seek(max(0, files[2].stat().st_size - TAIL))
        complaint = stderr.read().decode("utf-8", "replace").strip()
    if not wanted:
        return None, complaint
    written = folder / "result"
    return (written if written.is_file() else files[1]).read_bytes(), complaint


def _message(word: str, code: int | None, complaint: str, timeout: float | None) -> str:
    if word == "ok":
        return ""
    if word == "failed":
        how = f"exit code {code}" if code is None or code >= 0 else f"ended by {_signal(-code)}"
    else:
        how = f"it took longer than {timeout:g} s" if word == "timeout" and timeout is not None else "stopped"
    return f"{how}: {complaint}" if complaint else how


def _signal(number: int) -> str:
    try:
        return signal.Signals(number).name
    except ValueError:
        return f"signal {number}"
