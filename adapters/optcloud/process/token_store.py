"""Where tokens are kept between processes: a file of the owner's only, or the operating system's keyring.

Beside it lies a lock file, by which processes renew one at a time. The operating system frees the lock when its holder
ends, however that ends, so nothing of it can grow stale; the file itself stays, since removing it would let two in.
"""

from __future__ import annotations

import hashlib
import os
import threading
from pathlib import Path

import platformdirs
from attrs import field, frozen

from optcloud.core import secret_store
from optcloud.core.errors import ConfigError, CredentialsNotFound
from optcloud.core.process_bound import renew_in_child
from optcloud.core.secret import Secret
from optcloud.core.secret_store import FilePlace, KeyringPlace, SecretNotStored
from optcloud.core.settings import AdiutaOptSettings, TokenCacheWord
from optcloud.process.file_locks import TAKEN, unlock
from optcloud.process.file_locks import lock as _lock

# Windows takes entries of 2,560 bytes at most, two for each letter; a refresh token alone has some 1,800 letters.
PIECE = 1000
MOST_PIECES = 50


def token_store_for(settings: AdiutaOptSettings, word: TokenCacheWord) -> FileTokenStore | KeyringTokenStore | None:
    """Return where the tokens of these settings are kept: of one user of one pool and client, at one address."""
    if word == "off":
        return None
    facts = (settings.url, settings.cognito_url, settings.user_pool_id, settings.client_id, settings.username)
    name = hashlib.sha256("\n".join(facts).encode()).hexdigest()[:32]  # no address, no user name to be read off
    folder = platformdirs.user_state_path("optcloud") / "adiutaopt"
    if word == "keyring":
        return KeyringTokenStore(f"adiutaopt-tokens-{name}", folder / f"{name}.lock")
    return FileTokenStore(folder / f"{name}.json", folder / f"{name}.lock")


class FileTurn:
    """A lock on a file, for this object alone: threads of one process exclude each other by it, too.

    The child of a fork does not have the turn that its parent took.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._file: int | None = None
        self._over = False
        self._guard = threading.Lock()  # who gives back may overtake who takes, when a task is cancelled
        renew_in_child(self)

    def after_fork(self) -> None:
        """Leave the turn to the parent: closing a copy of the open file does not free it, and `unlock` would."""
        self._guard = threading.Lock()
        self._close()

    def take(self) -> bool:
        """Take the lock, unless another has it: False. Raises `ConfigError` where there can be none."""
        with self._guard:
            if self._over or self._file is not None:
                return self._file is not None
            try:
                _make_folder(self._path.parent)
                file = os.open(self._path, os.O_RDWR | os.O_CREAT, 0o600)
            except OSError as error:
                raise ConfigError(f"{self._path}: {error}") from error
            try:
                _lock(file)
            except TAKEN:
                os.close(file)
                return False
            except OSError as error:
                os.close(file)
                raise ConfigError(f"{self._path}: cannot be locked: {error}") from error
            self._file = file
            return True

    def give_back(self) -> None:
        """Free the lock."""
        with self._guard:
            self._over = True
            if self._file is not None:
                unlock(self._file)  # a child that was forked while it was taken may have a copy that nobody closes
                self._close()

    def _close(self) -> None:
        if self._file is not None:
            os.close(self._file)
            self._file = None


@frozen
class FileTokenStore:
    """Tokens in a file that only its owner can read; a new file replaces it once that is whole."""

    path: Path
    lock: Path = field(repr=False)

    @property
    def place(self) -> str:
        """How it is called in messages."""
        return str(self.path)

    def load(self) -> Secret | None:
        """Return what is kept. Raises `ConfigError`, also where others may read it."""
        return _read(FilePlace(self.path))

    def keep(self, text: Secret) -> None:
        """Keep it. Raises `ConfigError`."""
        try:
            _make_folder(self.path.parent)
        except OSError as error:
            raise ConfigError(f"{self.path.parent}: cannot be made: {error}") from error
        _write(FilePlace(self.path), text)

    def remove(self) -> bool:
        """Remove it; say whether there was any. Raises `ConfigError`."""
        return secret_store.remove(FilePlace(self.path))

    def turn(self) -> FileTurn:
        """Return a turn to be taken."""
        return FileTurn(self.lock)


@frozen
class KeyringTokenStore:
    """Tokens in the keyring, in pieces that each keyring takes; the first entry says how many, and their hash."""

    name: str
    lock: Path = field(repr=False)

    @property
    def place(self) -> str:
        """How it is called in messages."""
        return f"keyring:{self.name}"

    def load(self) -> Secret | None:
        """Return what is kept. Raises `ConfigError`, also where the pieces do not belong together."""
        head = _read(KeyringPlace(self.name))
        if head is None:
            return None
        pieces = [_read(place) for place in self._pieces(head)]
        text = Secret("".join(piece.reveal() for piece in pieces if piece is not None))
        if None in pieces or not head.reveal().endswith(_digest(text)):
            raise ConfigError(f"{self.place}: its pieces do not belong together")
        return text

    def keep(self, text: Secret) -> None:
        """Keep it. Raises `ConfigError`."""
        pieces = _in_pieces(text)
        head = Secret(f"{len(pieces)}:{_digest(text)}")
        self._remove_pieces(beyond=len(pieces))
        for place, piece in zip(self._pieces(head), pieces, strict=True):
            _write(place, piece)
        _write(KeyringPlace(self.name), head)

    def remove(self) -> bool:
        """Remove it; say whether there was any. Raises `ConfigError`."""
        self._remove_pieces(beyond=0)
        return secret_store.remove(KeyringPlace(self.name))

    def turn(self) -> FileTurn:
        """Return a turn to be taken."""
        return FileTurn(self.lock)

    def _remove_pieces(self, *, beyond: int) -> None:
        """Remove the pieces of what was kept before, but for the first ``beyond`` ones, which will be written over."""
        try:
            head = _read(KeyringPlace(self.name))
            pieces = [] if head is None else self._pieces(head)
        except ConfigError:
            pieces = [KeyringPlace(f"{self.name}-{piece}") for piece in range(MOST_PIECES)]  # damaged: any there may be
        for place in pieces[beyond:]:
            secret_store.remove(place)

    def _pieces(self, head: Secret) -> list[KeyringPlace]:
        number = head.reveal().partition(":")[0]
        if not (number.isascii() and number.isdigit() and len(number) < 3 and int(number) <= MOST_PIECES):
            raise ConfigError(f"{self.place}: its first entry cannot be read")
        return [KeyringPlace(f"{self.name}-{piece}") for piece in range(int(number))]


def _in_pieces(text: Secret) -> list[Secret]:
    whole = text.reveal()
    return [Secret(whole[start : start + PIECE]) for start in range(0, len(whole), PIECE)]


def _digest(text: Secret) -> str:
    return hashlib.sha256(text.reveal().encode()).hexdigest()


def _make_folder(folder: Path) -> None:
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)


def _read(place: FilePlace | KeyringPlace) -> Secret | None:
    try:
        return secret_store.read(place)
    except CredentialsNotFound:
        return None


def _write(place: FilePlace | KeyringPlace, text: Secret) -> None:
    try:
        with secret_store.drawer(place, overwrite=True) as drawer:
            drawer.keep(text)
    except SecretNotStored as error:
        raise ConfigError(f"{place}: cannot be written ({error.reason})") from None  # that error has the secret
