"""Logs on the command line: what is logged is said on stderr, as a line or, with ``--json``, as a JSON object."""

from __future__ import annotations

import logging
import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from optcloud.cli.messages import Messages
from optcloud.core.events import ALSO_AN_EVENT
from optcloud.core.logs import FACTS, LogSetting, TellingHandler, logger


class SayingHandler(TellingHandler):
    """Says a log entry, unless it is marked with `ALSO_AN_EVENT`: an event or an error says that one."""

    def __init__(self, messages: Messages) -> None:
        super().__init__(logging.WARNING)
        self._messages = messages

    def emit(self, record: logging.LogRecord) -> None:
        """Say an entry."""
        if not ALSO_AN_EVENT.keys() <= vars(record).keys():
            words = record.getMessage()
            facts: dict[str, Any] = {"event": "log", **getattr(record, FACTS, {})}
            self._messages.say(words, **facts, level=record.levelname.lower(), message=words)

    def say_more(self, level: int) -> None:
        """Say entries of this level, too."""
        self.setLevel(min(level, self.level))
        logger.setLevel(min(level, logger.getEffectiveLevel()))


@contextmanager
def say_log_entries(messages: Messages) -> Iterator[None]:
    """Say what is logged inside the block. Python by itself prints it raw, also into JSON and progress lines.

    ``OPTCLOUD_LOG`` without a file has more said. Raises `ConfigError`.
    """
    handler, level = SayingHandler(messages), logger.level
    logger.addHandler(handler)
    messages.on_log_level = handler.say_more
    try:
        setting = LogSetting.read(os.environ)
        if setting is not None and setting.file is None:
            messages.say_logs_from(setting.level)
        handler.say_more(messages.log_level)  # what was asked for before the command
        yield
    finally:
        logger.removeHandler(handler)
        logger.setLevel(level)
