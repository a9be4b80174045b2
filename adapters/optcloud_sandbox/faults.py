"""Scripted faults: what goes wrong, with which requests, how many times."""

import json
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from importlib.util import find_spec
from typing import Any, Literal

from optcloud_sandbox.codings import CODINGS
from optcloud_sandbox.parsing import check_words, typed
from optcloud_sandbox.pending import PendingQueue

Kind = Literal[
    "drop-before",
    "drop-after",
    "silent",
    "status",
    "html",
    "cut",
    "cut-coded",
    "slow",
    "endless",
    "drip",
    "bomb",
    "content-type",
    "wrong-type",
]
Vendor = Literal["aimms", "adiutaopt", "cognito", "dex", "gurobi"]

LONGEST = 24 * 3600  # seconds
MOST_SIZE = 1 << 34


@dataclass(frozen=True)
class Fault:
    """One fault, for requests that match `vendor`, `method` and `path`; None matches all.

    kind:
      "drop-before"   the connection is reset before the body is read: nothing happens
      "drop-after"    the request is carried out, then the connection is reset without a reply
      "silent"        nothing comes until the client leaves, or, when `seconds` are over or on `faults.release()`, the
                      connection ends
      "status"        a reply with `status` (and Retry-After when `retry_after` is given) instead of the vendor's
      "html"          an HTML page with `status` instead of the vendor's reply, as from a gateway or a proxy
      "cut"           the reply announces its full Content-Length and ends halfway
      "cut-coded"     the reply is coded by `coding`, and half of that comes in a framing that is whole
      "slow"          the reply comes after `seconds`, or, when that is None, on `faults.release()`
      "endless"       the reply comes at once, and white space behind it until the client leaves or on
                      `faults.release()`
      "drip"          the same, a byte each `seconds` (0.05)
      "bomb"          the reply, with white space of `size` bytes in front of it, coded by `coding`
      "content-type"  the reply carries `content_type` instead of its own
      "wrong-type"    the request is carried out, the status stays, and the body is JSON of another type: a list for an
                      object, an object for anything else; with `inside`, the same object with values of other types;
                      or `body`, as it is

    `path` is a regular expression searched in the whole path, e.g. "^/gurobi/api/launch" or "/tasks/.*/response$".
    `times` requests are hit, after the first `skip` matching ones; None hits them until cleared.
    `carried_out` (for "status", "html" and "silent"): the request takes effect all the same, as behind a gateway that
    gives up. `coding`: gzip, deflate or br, or several of them with commas between, in the order they are applied.
    """

    kind: Kind
    vendor: Vendor | None = None
    method: str | None = None
    path: str | None = None
    times: int | None = 1
    skip: int = 0
    status: int = 503
    retry_after: int | str | None = None
    seconds: float | None = None
    content_type: str = "text/html"
    carried_out: bool = False
    inside: bool = False
    body: str | None = None
    coding: str = "gzip"
    size: int = 1 << 30

    def __post_init__(self) -> None:
        check_words(type(self), vars(self), "Fault ")
        if self.times is not None and self.times < 1:
            raise ValueError(f"Fault times must be 1 or more, or None for every time, got {self.times!r}")
        if not 200 <= self.status <= 599:
            raise ValueError(f"Fault status must lie between 200 and 599, got {self.status!r}")
        if self.seconds is not None and not 0 <= self.seconds <= LONGEST:
            raise ValueError(f"Fault seconds must lie between 0 and {LONGEST}, got {self.seconds!r}")
        if not 0 <= self.size <= MOST_SIZE:
            raise ValueError(f"Fault size must lie between 0 and {MOST_SIZE}, got {self.size!r}")
        if not (self.content_type.isascii() and self.content_type.isprintable()):
            raise ValueError(f"Fault content_type must be printable ASCII, got {self.content_type!r}")
        if not (str(self.retry_after).isascii() and str(self.retry_after).isprintable()):
            raise ValueError(f"Fault retry_after must be printable ASCII, got {self.retry_after!r}")
        if unknown := set(self.codings) - set(CODINGS):
            raise ValueError(f"Fault coding must be of {', '.join(CODINGS)}, got {', '.join(sorted(unknown))!r}")
        if "br" in self.codings and find_spec("brotli") is None:
            raise ValueError('Fault coding br needs brotli, which is not installed: pip install "optcloud[codecs]"')
        if self.path is not None:
            try:
                re.compile(self.path)
            except (re.error, OverflowError, RecursionError) as error:
                raise ValueError(f"Fault path {self.path[:100]!r} is no regular expression: {error}") from error

    @property
    def codings(self) -> tuple[str, ...]:
        return tuple(part.strip() for part in self.coding.split(","))

    @property
    def acts(self) -> bool:
        """Whether the vendor carries the request out."""
        return self.carried_out or self.kind not in ("drop-before", "status", "html", "silent")

    def matches(self, vendor: str, method: str, path: str) -> bool:
        return (
            (self.vendor is None or self.vendor == vendor)
            and (self.method is None or self.method.upper() == method)
            and (self.path is None or re.search(self.path, path) is not None)
        )

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> "Fault":
        """Fault from the control plane's JSON; ValueError names a field that does not exist."""
        if "kind" not in data:
            raise ValueError("a fault needs 'kind'")
        return typed(cls, data)


def wrong_type(body: bytes, *, inside: bool = False) -> bytes:
    """JSON of another type than `body` is, or of the same type with other values."""
    try:
        data = json.loads(body)
    except ValueError:
        data = None
    if inside and isinstance(data, dict):
        return json.dumps({name: _other(value) for name, value in data.items()}).encode()
    if inside and isinstance(data, list):
        return json.dumps([_other(value) for value in data]).encode()
    return json.dumps(_other(data)).encode()


def _other(value: object) -> object:
    return ["of another type"] if isinstance(value, dict) else {"of": "another type"}


class FaultPlan(PendingQueue[Fault]):
    """The faults to come."""

    def pending(self) -> list[dict[str, Any]]:
        return [asdict(entry.what) | {"times": entry.times, "skip": entry.skip} for entry in self.entries]
