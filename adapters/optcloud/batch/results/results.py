"""What became of each job: one by one for a program, or all of them in a file or a folder."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from pathlib import Path
from typing import Any, Self, TypeAlias

import msgspec
from attrs import field, frozen

from optcloud.aimms.tasks.result import charset_of
from optcloud.batch.jobs import JobState
from optcloud.batch.ledger.rows import JobRow, utc_of
from optcloud.batch.results.folder import to_folder
from optcloud.batch.results.tables import to_csv, to_parquet
from optcloud.batch.store.contents import KeptFileError, checked_file
from optcloud.core.errors import ConfigError, JobError, JobFailed, JobGone, ResponseMismatch
from optcloud.core.escaping import shown
from optcloud.core.local_paths import local_path
from optcloud.core.replies import UNREADABLE, json_of

_Bytes: TypeAlias = bytes
_FORMS = {".parquet": to_parquet, ".csv": to_csv}


@frozen
class JobResult:
    """A job of a batch and what it gave. All times are in UTC; None is what has not happened, or is not known.

    ``attempt``: how often it was sent, or was about to be; ``word``: the vendor's word for its state; ``message``: why
    it failed or is held. ``path``: the file of a large result, None where the store has it or there is none.
    """

    key: str
    state: JobState
    ref: str | None
    attempt: int
    word: str
    message: str
    content_type: str
    added: datetime | None
    armed: datetime | None
    sent: datetime | None
    started: datetime | None
    ended: datetime | None
    path: Path | None
    _content: _Bytes | None = field(repr=False)
    _sha256: str | None = field(repr=False)

    @classmethod
    def of(cls, row: JobRow) -> Self:
        """Return the result of a row of the ledger."""
        return cls(
            key=row.key,
            state=row.state,
            ref=row.ref,
            attempt=row.attempt,
            word=row.word,
            message=row.message,
            content_type=row.content_type,
            added=utc_of(row.added),
            armed=utc_of(row.armed),
            sent=utc_of(row.sent),
            started=utc_of(row.started),
            ended=utc_of(row.ended),
            path=None if row.result_path is None else Path(row.result_path),
            content=row.result,
            sha256=row.result_sha256,
        )

    @property
    def bytes(self) -> _Bytes:
        """The result as the vendor gave it; a large one is read from its file each time.

        Raises what `raise_for_state` does where there is none, and `KeptFileError` where its file is gone or changed,
        or where the store had no folder for a large one.
        """
        if self._content is not None:
            return self._content
        if self.path is not None:
            return checked_file(str(self.path), self._sha256, f"the result of job {shown(self.key)}")
        self.raise_for_state()
        if self.message:
            raise KeptFileError(f"job {shown(self.key)}: {self.message}")
        return b""

    def json(self) -> Any:
        """Read the bytes as JSON. Raises `ResponseMismatch` (with the body kept) when they are none."""
        content = self.bytes
        try:
            return msgspec.json.decode(json_of(content))
        except UNREADABLE as error:
            raise self._mismatch(f"is not JSON: {error}", content) from error

    def text(self, encoding: str | None = None) -> str:
        """Decode the bytes by ``encoding``, else by the charset of the content type, else as UTF-8, strictly.

        Raises `ResponseMismatch` (with the body kept) when they are not that.
        """
        content = self.bytes
        charset = encoding or charset_of(self.content_type) or "utf-8"
        try:
            return content.decode(charset)
        except (UnicodeDecodeError, LookupError) as error:
            raise self._mismatch(f"({self.content_type}) is not {charset}: {error}", content) from error

    def raise_for_state(self) -> Self:
        """Return the same where the job is ok.

        Raises `JobFailed`, `JobGone`, and `JobError` for a job that has not ended, or is held.
        """
        if self.state is JobState.OK:
            return self
        ref, words = self.ref or "never sent", f"job {shown(self.key)} "
        if self.state is JobState.FAILED:
            raise JobFailed(
                f"{words}has failed: {self.message or self.word}", ref=ref, detail=self.word, body=self._content or b""
            )
        if self.state is JobState.GONE:
            raise JobGone(f"{words}is gone: {self.message or 'the vendor no longer knows it'}", ref=ref)
        if self.state is JobState.HELD:
            raise JobError(f"{words}is held until a person decides: {self.message}", ref=ref)
        raise JobError(f"{words}has not ended: it is {self.state}", ref=ref)

    def _mismatch(self, words: str, content: _Bytes) -> ResponseMismatch:
        return ResponseMismatch(f"the result of job {shown(self.key)} {words}", body=content)


def write_results(rows: Iterable[JobRow], path: str | Path) -> Path:
    """Write what became of each job: Parquet or CSV by the end of the name; without one, a folder.

    Raises `ConfigError` for another end, where the folder is not there, or without the extra ``parquet``; `OSError`.
    """
    target = local_path(path)
    suffix = target.suffix.lower()
    if suffix in _FORMS:
        return _FORMS[suffix](rows, target)
    if suffix and not target.is_dir():
        raise ConfigError(
            f"{shown(target.name)}: results are written to {' or '.join(_FORMS)}, or, with no such end, into a folder"
        )
    return to_folder(rows, target)
