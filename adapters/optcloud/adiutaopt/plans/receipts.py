"""What to keep of a submitted problem: the plan's key, the problem's hash, the requestID for the vendor's support.

Sources: adiutaOpt facts F001, F003, F045. A reference (``adiutaopt:profile/planner/KEY``) is enough to resume; a
receipt also says of which problem it is, and since when the key exists.
"""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec
from attrs import asdict, fields, frozen

from optcloud.core.errors import ConfigError
from optcloud.core.local_paths import local_path
from optcloud.core.reference import Reference
from optcloud.core.replies import UNREADABLE
from optcloud.views.notebook import ShownAsTable


@frozen(kw_only=True)
class Receipt(ShownAsTable):
    """Plain values; `save` writes them as JSON. What is not known of an attached plan is None.

    ``input_hash``: SHA-256 of the problem's JSON text, in hexadecimal digits. ``input_bytes``, ``sent_bytes``: its size
    before and after compressing; ``media_type`` as sent; ``version``: the package pinned, if any. ``known``: True when
    the vendor knew the problem already, so that it costs no calculation. ``submitted_at``: when the reply came, by this
    machine's clock (UTC, ISO 8601). ``request_id``: the vendor's ``requestID``, once a solution was seen.
    """

    ref: str
    key: str
    planner: str
    input_hash: str | None = None
    input_bytes: int | None = None
    sent_bytes: int | None = None
    media_type: str | None = None
    version: str | None = None
    known: bool | None = None
    submitted_at: str | None = None
    request_id: str | None = None

    @property
    def submitted(self) -> float | None:
        """``submitted_at`` in seconds since the epoch."""
        return None if self.submitted_at is None else datetime.fromisoformat(self.submitted_at).timestamp()

    def as_dict(self) -> dict[str, Any]:
        """Return the plain values."""
        return asdict(self)

    def save(self, path: str | Path) -> Path:
        """Write the receipt as JSON and return the path. Raises `OSError`."""
        target = local_path(path)
        target.write_bytes(msgspec.json.format(msgspec.json.encode(self.as_dict())) + b"\n")
        return target

    @classmethod
    def load(cls, path: str | Path) -> Receipt:
        """Read a receipt that was saved; fields of a later version are passed over. Raises `ConfigError`, `OSError`."""
        content = local_path(path).read_bytes()
        try:
            saved = msgspec.json.decode(content, type=dict[str, Any])
            names = {field.name for field in fields(cls)}
            receipt = msgspec.convert({name: value for name, value in saved.items() if name in names}, cls)
            _ = receipt.submitted
        except (*UNREADABLE, ValueError) as error:
            raise ConfigError(f"{path} is not the receipt of a plan: {error}") from error
        if Reference.parse(receipt.ref).path[-1] != receipt.key:
            raise ConfigError(f"{path} is not the receipt of a plan: its ref has another key")
        return receipt


def receipt_of(reference: Reference) -> Receipt:
    """What a reference alone tells."""
    return Receipt(ref=str(reference), key=reference.path[1], planner=reference.path[0])


def moment(wall: float) -> str:
    """Seconds since the epoch as UTC, ISO 8601."""
    return datetime.fromtimestamp(wall, UTC).isoformat(timespec="milliseconds")
