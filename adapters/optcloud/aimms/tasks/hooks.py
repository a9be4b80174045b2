"""Task hooks: AIMMS calls an address of yours whenever a task's state changes. What is sent, and what is believed.

Source: vendor page "AIMMS PRO REST API", Request a task call back; AIMMS facts 2.9 and 8.8. A call is a
PUT with the query parameters ``task_uuid``, ``task_state``, ``at`` and, if the address has a parameter ``key`` (which
is left out of the call), ``hmac``. A call is only ever a reason to look at the task: by the vendor's words the HMAC
covers the task's id, so that neither the state nor the time of a call is proven.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import re
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import partial
from typing import Literal, Protocol
from urllib.parse import parse_qs, urlencode, urlsplit

from attrs import field, frozen

from optcloud.aimms.connection import VENDOR
from optcloud.aimms.tasks.details import moment
from optcloud.aimms.tasks.states import STATES
from optcloud.core.errors import BadRequest, ConfigError, OptCloudError, ReplyError
from optcloud.core.request_policy import LOOPBACK
from optcloud.core.secret import Redactor, Secret, as_secret
from optcloud.core.states import State
from optcloud.core.wake_up import Alarm

KEY = "key"
ADDED = ("task_uuid", "task_state", "at", "hmac")
_LONGEST_QUERY = 8192
_BARE_OFFSET = re.compile(r" (\d\d:?\d\d)$")  # a plus sign that was not encoded arrives as a blank
_WITH_CLOCK = re.compile(r"\d\d:\d\d")


class HookError(OptCloudError):
    """A call is not believed. ``status`` is the HTTP status to answer with: 403, or 405 where it is no PUT."""

    def __init__(self, message: str, status: Literal[403, 405] = 403) -> None:
        self.status = status
        super().__init__(message)


@frozen
class StateChange:
    """What a call says: a hint, never proof. ``state`` is UNKNOWN for a word that optcloud does not know."""

    task_id: str
    word: str
    at: datetime

    @property
    def state(self) -> State:
        """The word in our vocabulary."""
        return STATES.get(self.word.lower(), State.UNKNOWN)


class Hooked(Protocol):
    """Who hears of calls, and wakes who waits for them (`optcloud.aimms.tasks.hook_receiver`)."""

    def alarm(self, task_ids: Iterable[str], *, ends_only: bool = False) -> Alarm:
        """Return an alarm that rings, by a task's id, whenever a believed call tells of one of these tasks."""


def _signed_text(task_id: str) -> bytes:
    """What the HMAC is calculated from, besides the key (inferred: the UUID as it stands in the call, UTF-8)."""
    return task_id.encode()


@frozen
class HookKey:
    """The key of a hook's address, and how calls are signed with it.

    Not published, so inferred here and settable: ``digest`` (a name that `hashlib.new` knows), ``encoding`` ("hex" or
    "base64", with either alphabet) and ``signed`` (the bytes that are signed, made of the task's id).
    """

    secret: Secret = field(converter=as_secret)
    digest: str = "sha256"
    encoding: Literal["hex", "base64"] = "hex"
    signed: Callable[[str], bytes] = _signed_text

    def __attrs_post_init__(self) -> None:
        if not self.secret:
            raise ConfigError("hook key: it is empty; make one, for example with secrets.token_hex()")
        if self.digest not in hashlib.algorithms_available:
            raise ConfigError(f"hook key: there is no digest {self.digest!r}; try 'sha256', 'sha1' or 'sha512'")

    def sign(self, task_id: str) -> str:
        """Return the HMAC of a task's id as AIMMS would send it."""
        mac = self._mac(task_id)
        return mac.hex() if self.encoding == "hex" else base64.b64encode(mac).decode()

    def proves(self, task_id: str, signature: str) -> bool:
        """Return whether this HMAC was made with the key; takes the same time whatever is wrong with it."""
        return hmac.compare_digest(self._mac(task_id), _bytes_of(signature, self.encoding))

    def address(self, base: str) -> Secret:
        """Return the address to hand to `run`: ``base`` with the key added."""
        separator = "&" if urlsplit(base).query else "?"
        return Secret(check_hook(base + separator + urlencode({KEY: self.secret.reveal()})))

    def _mac(self, task_id: str) -> bytes:
        return hmac.new(self.secret.reveal().encode(), self.signed(task_id), self.digest).digest()


def check_hook(url: str | Secret) -> str:
    """Return the value of the header ``taskStateHook``. Raises `BadRequest`, which never shows the address.

    Plain http is refused except on loopback, since the key is part of the address (AIMMS itself does not repeat it).
    """
    url = as_secret(url)
    if (wrong := _wrong_with(url.reveal())) is not None:
        raise BadRequest(f"hook: {wrong}", vendor=VENDOR)
    return url.reveal()


def _wrong_with(text: str) -> str | None:
    wrong = None
    try:
        parts = urlsplit(text)
        query = parse_qs(parts.query, keep_blank_values=True)
        host, _port = parts.hostname, parts.port
    except ValueError:
        return "it is no address"
    if not text.isascii() or not text.isprintable() or " " in text:
        wrong = "it has characters that belong percent-encoded into an address"
    elif parts.scheme not in {"http", "https"} or not host:
        wrong = "it is no http(s) address"
    elif parts.scheme == "http" and host not in LOOPBACK:
        wrong = "it would be called in the clear; use https"
    elif "@" in parts.netloc or "#" in text:
        wrong = "leave out user names and the fragment ('#')"
    elif taken := sorted(set(ADDED) & query.keys()):
        wrong = f"AIMMS adds the parameter {taken[0]} itself; give yours another name"
    elif len(query.get(KEY, ["one"])) > 1 or query.get(KEY) == [""]:
        wrong = "give one parameter key, which is not empty"
    return wrong


@contextmanager
def hiding(url: str | Secret | None) -> Iterator[None]:
    """Hide the key of a hook's address in the words of a refusal: AIMMS may repeat the address."""
    try:
        yield
    except ReplyError as error:
        if url is not None:
            query = parse_qs(urlsplit(check_hook(url)).query)
            error.hide(partial(_hidden, query.get(KEY, [""])[0]))
        raise


def _hidden(key: str, words: str) -> str:
    """Hide the key in words that may have been cut to size in its middle."""
    words = Redactor([Secret(key)])(words)
    for length in range(len(key) - 1, 3, -1):
        if words.endswith(key[:length] + "…"):
            return words[: -length - 1] + "…"
    return words


def read_hook(url_or_query: str, key: HookKey, *, now: float, age: float = 300.0) -> StateChange:
    """Read a call's address, or its query alone, and check that it is signed and at most ``age`` seconds old.

    ``now`` is in seconds since the epoch. Raises `HookError`. Whether the call was seen before is for the receiver
    to say (`optcloud.aimms.tasks.hook_receiver`).
    """
    query = url_or_query.partition("?")[2] if "?" in url_or_query else url_or_query
    if len(query) > _LONGEST_QUERY:
        raise HookError("the call's query is longer than any that AIMMS would send")
    try:
        given = parse_qs(query, keep_blank_values=True, errors="strict", max_num_fields=100)
    except ValueError:
        raise HookError("the call's query cannot be read") from None
    for name in ADDED:
        if len(given.get(name, [])) != 1 or not given[name][0]:
            raise HookError(f"the call must have the parameter {name} once; does the hook's address have a key?")
    task_id, word, at, signature = (given[name][0] for name in ADDED)
    if not key.proves(task_id, signature):
        raise HookError("the call is not signed with this key (or AIMMS signs in another way: see HookKey)")
    made = read_at(at)
    if abs(now - made.timestamp()) > age:
        raise HookError(f"the call was made more than {age:g} s ago, or the clocks differ by that much")
    return StateChange(task_id, word, made)


def read_at(text: str) -> datetime:
    """Read the time of a call. Its form is not published.

    Inferred: one of the forms in which AIMMS writes times elsewhere, in UTC where it has no zone, or the seconds or
    milliseconds since the epoch. Raises `HookError`.
    """
    if _WITH_CLOCK.search(text[:-5]):
        text = _BARE_OFFSET.sub(r"+\1", text)
    found = moment(text)
    if found is not None:
        return found if found.tzinfo else found.replace(tzinfo=UTC)
    try:
        number = float(text)
        return datetime.fromtimestamp(number / 1000 if number > 1e11 else number, UTC)
    except (ValueError, OverflowError, OSError):
        raise HookError("the call's parameter at is no time") from None


def _bytes_of(signature: str, encoding: Literal["hex", "base64"]) -> bytes:
    """Decode a signature; nothing when it is none."""
    try:
        if encoding == "hex":
            return bytes.fromhex(signature)
        plain = signature.replace(" ", "+").replace("-", "+").replace("_", "/").rstrip("=")
        return base64.b64decode(plain + "=" * (-len(plain) % 4), validate=True)
    except (ValueError, binascii.Error):
        return b""
