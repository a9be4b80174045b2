"""Jobs and their results as a table: Parquet for programs, CSV for everything else. One row a job, streamed.

Columns: ``key``, ``state``, ``ref``, ``attempts``; ``added``, ``armed``, ``sent``, ``started``, ``ended`` (in UTC);
``message``, ``word``, ``content_type``; and the result, as the vendor gave it, in one of three: ``result`` where it is
text in UTF-8 (JSON is), ``result_binary`` where it is not (in CSV: as Base64), ``result_path`` where it is a file
(large ones).

Texts are written as they are. A spreadsheet takes one that begins with ``=`` for a formula when it opens CSV by a
double click: import it there with all columns as text, or read it with a program.
"""

from __future__ import annotations

import csv
import secrets
from base64 import b64encode
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from optcloud.batch.ledger.rows import JobRow
from optcloud.core.extras import need
from optcloud.core.local_paths import path_to_write

TIMES = ("added", "armed", "sent", "started", "ended")
COLUMNS = (
    *("key", "state", "ref", "attempts", *TIMES, "message", "word", "content_type"),
    *("result", "result_binary", "result_path"),
)
_GROUP_ROWS, _GROUP_BYTES = 10_000, 16 * 1024 * 1024


def to_parquet(rows: Iterable[JobRow], path: str | Path) -> Path:
    """Write Parquet; a file that is there already is replaced when the new one is whole. Times are typed, in µs.

    Raises `ConfigError` where the folder is not there, or without the extra ``parquet``; `OSError`.
    """
    target = path_to_write(path)
    arrow = need("pyarrow", package="optcloud[parquet]", purpose="a Parquet file")
    parquet = need("pyarrow.parquet", package="optcloud[parquet]", purpose="a Parquet file")
    kinds = dict.fromkeys(COLUMNS, arrow.string()) | dict.fromkeys(TIMES, arrow.timestamp("us", tz="UTC"))
    schema = arrow.schema(kinds | {"attempts": arrow.int32(), "result_binary": arrow.binary()})
    with replacing(target) as beside, parquet.ParquetWriter(beside, schema, compression="zstd") as writer:
        for group in _groups(rows):
            writer.write_table(arrow.Table.from_pylist(group, schema=schema))
    return target


def to_csv(rows: Iterable[JobRow], path: str | Path) -> Path:
    """Write CSV in UTF-8; a file that is there already is replaced when the new one is whole.

    Times are in ISO 8601; a field is empty for what is not known. Raises `ConfigError` where the folder is not
    there, `OSError`.
    """
    target = path_to_write(path)
    with replacing(target) as beside, beside.open("x", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(COLUMNS)
        writer.writerows(csv_fields(row) for row in rows)
    return target


def csv_fields(row: JobRow, *, with_result: bool = True) -> list[Any]:
    """Return the fields of a row as CSV has them; without its result, those before it."""
    record = _record(row)
    names = COLUMNS if with_result else COLUMNS[: COLUMNS.index("result")]
    return [_written(name, record[name]) for name in names]


@contextmanager
def replacing(target: Path) -> Iterator[Path]:
    """Give the path of a file to write beside the target, which it replaces at the end, or not at all."""
    beside = target.with_name(f".{target.name[:100]}.{secrets.token_hex(4)}")
    try:
        yield beside
        beside.replace(target)
    finally:
        beside.unlink(missing_ok=True)


def _groups(rows: Iterable[JobRow]) -> Iterator[list[dict[str, Any]]]:
    group: list[dict[str, Any]] = []
    size = 0
    for row in rows:
        record = _record(row)
        for name in TIMES:
            record[name] = None if record[name] is None else round(record[name] * 1_000_000)
        group.append(record)
        size += len(row.result or b"")
        if len(group) >= _GROUP_ROWS or size >= _GROUP_BYTES:
            yield group
            group, size = [], 0
    if group:
        yield group


def _record(row: JobRow) -> dict[str, Any]:
    text, binary = _result(row.result)
    return {
        "key": row.key,
        "state": str(row.state),
        "ref": row.ref,
        "attempts": row.attempt,
        **{name: getattr(row, name) for name in TIMES},
        "message": row.message,
        "word": row.word,
        "content_type": row.content_type,
        "result": text,
        "result_binary": binary,
        "result_path": row.result_path,
    }


def _result(content: bytes | None) -> tuple[str | None, bytes | None]:
    if content is None:
        return None, None
    try:
        return content.decode(), None
    except UnicodeDecodeError:
        return None, content


def _written(name: str, value: Any) -> Any:
    if value is None:
        return ""
    if name in TIMES:
        return datetime.fromtimestamp(value, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    return b64encode(value).decode() if name == "result_binary" else value
