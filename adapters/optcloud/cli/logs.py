"""Log entries as talk: those that no event and no error tells."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from optcloud.cli.messages import Talk


class _Spoken(logging.Handler):
    """Says an entry; the ones marked with `optcloud.core.events.ALSO_AN_EVENT` are said as events or errors."""

    def __init__(self, talk: Talk) -> None:
        super().__init__(logging.WARNING)
        self._talk = talk

    def emit(self, record: logging.LogRecord) -> None:
        """Say an entry."""
        if not getattr(record, "also_an_event", False):
            words = record.getMessage()
            self._talk.say(words, event="log", level=record.levelname.lower(), message=words)


@contextmanager
def spoken(talk: Talk) -> Iterator[None]:
    """Say what is logged while inside. Without that, Python prints it raw, also into JSON and progress lines."""
    logger, handler = logging.getLogger("optcloud"), _Spoken(talk)
    logger.addHandler(handler)
    try:
        yield
    finally:
        logger.removeHandler(handler)
