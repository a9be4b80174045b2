"""Tokens in a store (a file, the keyring), shared between processes: never an obstacle to signing in."""

from __future__ import annotations

import logging
from functools import partial
from typing import TypeVar

from optcloud.adiutaopt.sign_in.tokens import Tokens, TokenStore, Turn, read_kept
from optcloud.core.errors import ConfigError
from optcloud.core.events import ALSO_AN_EVENT, TokensNotKept
from optcloud.core.flow import Flow, Notify, RunBlocking, Sleep
from optcloud.core.secret import Secret

logger = logging.getLogger("optcloud")
T = TypeVar("T")
PATIENCE = 120.0  # seconds for another process to renew, with a person to answer; then this one does it by itself
_PAUSES = (0.05, 0.1, 0.25)  # seconds between looks; the last one from then on


def load_from(token_store: TokenStore) -> Flow[Tokens | None]:
    """Return the tokens that are kept; None where there are none that can be used, which is no error."""
    try:
        text: Secret | None = yield RunBlocking(token_store.load)
        return None if text is None else read_kept(text)
    except (ConfigError, ValueError) as error:
        logger.warning("tokens kept at %s are not used, and replaced: %s", token_store.place, error)
        return None


def keep_on(token_store: TokenStore, tokens: Tokens) -> Flow[bool]:
    """Keep tokens; where that cannot be, say so and go on."""
    try:
        yield RunBlocking(partial(token_store.keep, tokens.text()))
    except ConfigError as error:
        yield from _not_kept(token_store, error)
        return False
    return True


def in_turn(token_store: TokenStore, flow: Flow[T]) -> Flow[T]:
    """Run a flow while no other process renews the tokens of the store; after `PATIENCE`, all the same."""
    turn = token_store.turn()
    try:
        waited, looks = 0.0, 0
        while not (yield from _is_taken(token_store, turn)):
            if waited >= PATIENCE:
                logger.warning("another process has not renewed the tokens at %s for %.0f s", token_store.place, waited)
                break
            pause = _PAUSES[min(looks, len(_PAUSES) - 1)]
            yield Sleep(pause)
            waited, looks = waited + pause, looks + 1
        return (yield from flow)
    finally:
        yield RunBlocking(turn.give_back)


def _is_taken(token_store: TokenStore, turn: Turn) -> Flow[bool]:
    """Take the turn. Where turns cannot be taken at all, nobody waits for one."""
    try:
        taken: bool = yield RunBlocking(turn.take)
    except ConfigError as error:
        yield from _not_kept(token_store, error)
        return True
    return taken


def _not_kept(token_store: TokenStore, error: ConfigError) -> Flow[None]:
    logger.warning("tokens cannot be kept at %s: %s", token_store.place, error, extra=ALSO_AN_EVENT)
    yield Notify(TokensNotKept(token_store.place, str(error)))
