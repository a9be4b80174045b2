"""Logs, by Python's own `logging`: which loggers there are, and ``OPTCLOUD_LOG``, which switches them on.

``optcloud`` has warnings and errors that no exception tells. Below it are three at levels that nobody sees unasked:

- ``wire``: at INFO a line for each request (method, host, path, status, seconds, attempt); at DEBUG also its
  headers, the connection, its proxy and TLS, and pauses.
- ``sign_in``: at DEBUG when tokens are taken, renewed or given up.
- ``wait``: at DEBUG each look at a job.

Secrets are in none of them: queries and bodies are left out, headers are masked unless they are known to be harmless,
and signed addresses are named by their host alone. What is a secret of the connection is masked wherever it stands.

``OPTCLOUD_LOG``: ``info`` or ``debug``, to stderr; ``info,FILE`` or ``debug,FILE``: appended to a file of the owner's.
There is no `logging.NullHandler` on ``optcloud``: unless a program configures logging, Python shows the warnings, such
as of machines that may still run and cost money.
"""

from __future__ import annotations

import logging
import os
from collections.abc import Mapping
from pathlib import Path

from attrs import frozen

from optcloud.core.errors import ConfigError
from optcloud.core.local_paths import path_to_write

VARIABLE = "OPTCLOUD_LOG"
LEVELS = {"info": logging.INFO, "debug": logging.DEBUG}
FACTS = "optcloud"
"""Attribute of a log record that has its facts by name, for logs that machines read."""

logger = logging.getLogger("optcloud")
wire = logging.getLogger("optcloud.wire")
sign_in = logging.getLogger("optcloud.sign_in")
waits = logging.getLogger("optcloud.wait")


class TellingHandler(logging.Handler):
    """A handler that tells the person at the terminal: then ``OPTCLOUD_LOG`` adds none that writes to stderr."""


@frozen
class LogSetting:
    """What ``OPTCLOUD_LOG`` asks for: a level, and a file, or None for stderr."""

    level: int
    file: Path | None

    @classmethod
    def read(cls, environment: Mapping[str, str]) -> LogSetting | None:
        """Return the setting, or None where there is none. Raises `ConfigError`."""
        text = environment.get(VARIABLE, "").strip()
        if not text:
            return None
        word, _comma, file = text.partition(",")
        if (level := LEVELS.get(word.strip().lower())) is None:
            raise ConfigError(
                f"environment variable {VARIABLE}: {text!r} is none of info, debug, info,FILE and debug,FILE"
            )
        return cls(level, Path(file.strip()).expanduser() if file.strip() else None)


class _Started:
    """What this process has begun to log to, by the text that asked for it."""

    setting: LogSetting | None = None
    handler: logging.Handler | None = None


def start_logging(environment: Mapping[str, str]) -> None:
    """Log from now on as ``OPTCLOUD_LOG`` says; once, however often it is called. Raises `ConfigError`."""
    if VARIABLE not in environment and _Started.setting is None:
        return
    setting = LogSetting.read(environment)
    if setting == _Started.setting:
        return
    stop_logging()
    if setting is None or (setting.file is None and any(isinstance(one, TellingHandler) for one in logger.handlers)):
        return
    handler = logging.StreamHandler() if setting.file is None else _file_handler(setting.file)
    handler.setLevel(setting.level)
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s: %(message)s"))
    logger.addHandler(handler)
    logger.setLevel(min(setting.level, logger.getEffectiveLevel()))
    _Started.setting, _Started.handler = setting, handler


def stop_logging() -> None:
    """Undo `start_logging`."""
    if _Started.handler is not None:
        logger.removeHandler(_Started.handler)
        _Started.handler.close()
        logger.setLevel(logging.NOTSET)
    _Started.setting = _Started.handler = None


def _file_handler(file: Path) -> logging.Handler:
    try:
        os.close(os.open(path_to_write(file), os.O_CREAT | os.O_APPEND | os.O_WRONLY, 0o600))
        return logging.FileHandler(file, encoding="utf-8")
    except (ConfigError, OSError) as error:
        raise ConfigError(f"environment variable {VARIABLE}: cannot write to {str(file)!r}: {error}") from error
