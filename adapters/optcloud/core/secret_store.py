"""Where secrets are kept: the keyring of the operating system, or a file that only its owner can read.

A place is written ``keyring:NAME`` or ``file:PATH``. It is made ready before there is a secret (`drawer`): what cannot
be stored should not be created. The keyring needs the package ``keyring`` (an optional extra), imported at use.
"""

from __future__ import annotations

import os
import secrets
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from types import ModuleType
from typing import Protocol, TypeAlias

from attrs import frozen

from optcloud.core.errors import ConfigError, CredentialsNotFound, OptCloudError
from optcloud.core.extras import needs
from optcloud.core.local_paths import local_path
from optcloud.core.secret import Secret

SERVICE = "optcloud"  # under which the keyring has our secrets


@frozen
class KeyringPlace:
    """An entry of the keyring of the operating system, under the service ``optcloud``."""

    name: str

    def __str__(self) -> str:
        return f"keyring:{self.name}"

    def lasting(self) -> KeyringPlace:
        """Return the same place."""
        return self


@frozen
class FilePlace:
    """A file that only its owner can read (on Windows: as its folder allows)."""

    path: Path

    def __str__(self) -> str:
        return f"file:{self.path}"

    def lasting(self) -> FilePlace:
        """Return the place as it is called from any folder."""
        return FilePlace(self.path.absolute())


Place: TypeAlias = KeyringPlace | FilePlace
_PLACE = "place of a secret"
AnyPlace: TypeAlias = Place | Path | str


class SecretNotStored(OptCloudError):  # noqa: N818 - says what happened, as the other errors do
    """A secret exists, but could not be stored: it is at hand as ``secret``, and nowhere else."""

    def __init__(self, place: Place, secret: Secret, reason: str) -> None:
        self.place = place
        self.secret = secret
        self.reason = reason
        super().__init__(
            f"the secret could not be stored at {place} ({reason}); it exists and is shown nowhere again: take it from "
            "the field 'secret' of this error"
        )


class Drawer(Protocol):
    """A place made ready for one secret."""

    def keep(self, secret: Secret) -> None:
        """Store the secret. Raises `SecretNotStored`, which has it."""


def is_place(text: str) -> bool:
    """Whether a text is the name of a place, rather than a secret."""
    return text.startswith(("keyring:", "file:"))


def place_of(given: AnyPlace) -> Place:
    """Return the place that is meant. Raises `ConfigError`."""
    if isinstance(given, KeyringPlace):
        return given
    if isinstance(given, FilePlace | Path):
        return FilePlace(local_path(given.path if isinstance(given, FilePlace) else given, _PLACE))
    kind, _mark, name = given.partition(":")
    if name and kind == "keyring":
        return KeyringPlace(name)
    if name and kind == "file":
        return FilePlace(local_path(name, _PLACE).expanduser())
    raise ConfigError(f"{given!r} is no place for a secret: write keyring:NAME or file:PATH, or give a Path")


def read(given: AnyPlace) -> Secret:
    """Return a secret. Raises `CredentialsNotFound` when it is not there, `ConfigError` when it cannot be trusted."""
    place = place_of(given)
    return _read_keyring(place) if isinstance(place, KeyringPlace) else _read_file(place)


def remove(given: AnyPlace) -> bool:
    """Remove a secret; say whether there was one. Raises `ConfigError` when it cannot be removed."""
    place = place_of(given)
    return _remove_entry(place) if isinstance(place, KeyringPlace) else _remove_file(place)


@contextmanager
def drawer(given: AnyPlace | None, *, overwrite: bool = False) -> Iterator[Drawer]:
    """Make a place ready, before the secret exists; None: it is not stored.

    Raises `ConfigError` when the place cannot be used, or has a secret and ``overwrite`` is False. What was made ready
    is taken away again when nothing was kept.
    """
    if given is None:
        yield _Nowhere()
        return
    place = place_of(given)
    if isinstance(place, KeyringPlace):
        yield _KeyringDrawer(place, overwrite=overwrite)
        return
    file = _FileDrawer(place, overwrite=overwrite)
    try:
        yield file
    finally:
        file.close()


class _Nowhere:
    def keep(self, secret: Secret) -> None:
        """Nothing is to be stored."""


# ---------------------------------------------------------------- files


def _read_file(place: FilePlace) -> Secret:
    try:
        with place.path.open("rb") as file:
            if os.name == "posix" and stat.S_IMODE(os.fstat(file.fileno()).st_mode) & 0o077:
                raise ConfigError(f"{place}: others than its owner may read it; run: chmod 600 '{place.path}'")
            value = _text(file.read())
    except FileNotFoundError as error:
        raise CredentialsNotFound(f"the secret of {place}", (str(place),)) from error
    except (OSError, ValueError) as error:  # the latter for a path that no file can have
        raise ConfigError(f"{place}: cannot be read: {error}") from error
    if value is None:  # said here, without the error that holds the bytes
        raise ConfigError(f"{place}: cannot be read: it is not UTF-8 text (PowerShell's '>' may write UTF-16)")
    if not value:
        raise CredentialsNotFound(f"the secret of {place}", (f"{place} (it is empty)",))
    return value


def _text(content: bytes) -> Secret | None:
    """Return a file's text without byte order mark and line ends at its ends; None where it is not UTF-8."""
    try:
        return Secret(content.decode("utf-8-sig").rstrip("\r\n"))
    except UnicodeDecodeError:
        return None


def _remove_file(place: FilePlace) -> bool:
    try:
        place.path.unlink()
    except FileNotFoundError:
        return False
    except OSError as error:
        raise ConfigError(f"{place}: cannot be removed: {error}") from error
    return True


class _FileDrawer:
    """A new file that only its owner can read, from its first moment; it replaces an old one once it is whole."""

    def __init__(self, place: FilePlace, *, overwrite: bool) -> None:
        self._place = place
        self._kept = False
        path = place.path
        self._path = path.with_name(f".{path.name}.{secrets.token_hex(4)}") if overwrite else path
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_NOFOLLOW", 0)
        try:
            self._file = os.open(self._path, flags, 0o600)
        except FileExistsError as error:
            raise ConfigError(f"{place} exists: choose another name, or allow it to be overwritten") from error
        except OSError as error:
            raise ConfigError(f"{place}: cannot be written: {error}") from error

    def keep(self, secret: Secret) -> None:
        """Write the secret as it is, without an end of line."""
        if reason := self._write(secret):
            raise SecretNotStored(self._place, secret, reason)
        self._kept = True

    def _write(self, secret: Secret) -> str | None:
        """Return what went wrong; an error passed on would have the revealed value in its traceback."""
        try:
            data = secret.reveal().encode()
            while data:
                data = data[os.write(self._file, data) :]
            os.fsync(self._file)
            if self._path != self._place.path:
                self._path.replace(self._place.path)
        except OSError as error:
            return error.strerror or type(error).__name__
        except UnicodeEncodeError:
            return "it is no text"
        return None

    def close(self) -> None:
        """Close the file; one without a secret is taken away."""
        os.close(self._file)
        if not self._kept:
            with suppress(OSError):  # that a file is left behind must not hide what went wrong before
                self._path.unlink()


# ---------------------------------------------------------------- the keyring


def _keyring() -> ModuleType:
    """Return the package, when there is a keyring to talk to."""
    with needs("keyring", purpose="the keyring"):
        import keyring  # noqa: PLC0415 - an extra
        from keyring.backends import fail  # noqa: PLC0415
    if isinstance(keyring.get_keyring(), fail.Keyring):
        raise ConfigError("this machine has no keyring that can be used: store the secret in a file (file:PATH)")
    return keyring


def keyring_works() -> bool:
    """Say whether there is a keyring that can be read here, and that keeps what it is given."""
    try:
        keyring = _keyring()
        _entry(keyring, KeyringPlace("optcloud"))
    except ConfigError:
        return False
    return bool(keyring.get_keyring().priority > 0)  # one that forgets everything is below


def _read_keyring(place: KeyringPlace) -> Secret:
    value = _entry(_keyring(), place)
    if not value:
        raise CredentialsNotFound(f"the secret of {place}", (f"{place} (service {SERVICE})",))
    return Secret(value)


def _entry(keyring: ModuleType, place: KeyringPlace) -> str | None:
    try:
        value: str | None = keyring.get_password(SERVICE, place.name)
    except keyring.errors.KeyringError as error:
        raise ConfigError(f"{place}: the keyring cannot be read: {type(error).__name__}: {error}") from error
    return value


def _remove_entry(place: KeyringPlace) -> bool:
    keyring = _keyring()
    if _entry(keyring, place) is None:
        return False
    try:
        keyring.delete_password(SERVICE, place.name)
    except keyring.errors.KeyringError as error:
        raise ConfigError(f"{place}: cannot be removed: {type(error).__name__}: {error}") from error
    return True


class _KeyringDrawer:
    def __init__(self, place: KeyringPlace, *, overwrite: bool) -> None:
        self._place = place
        self._keyring = _keyring()
        if _entry(self._keyring, place) is not None and not overwrite:
            raise ConfigError(f"{place} has a secret already: choose another name, or allow it to be overwritten")

    def keep(self, secret: Secret) -> None:
        """Set the entry."""
        if reason := self._set(secret):
            raise SecretNotStored(self._place, secret, reason)

    def _set(self, secret: Secret) -> str | None:
        """Return what went wrong, as a file's drawer does."""
        try:
            self._keyring.set_password(SERVICE, self._place.name, secret.reveal())
        except self._keyring.errors.KeyringError as error:
            return type(error).__name__
        return None
