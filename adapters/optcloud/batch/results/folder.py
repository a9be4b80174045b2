"""Results as files in a folder, one for each job that has one, and a table beside them that tells which is whose."""

from __future__ import annotations

import csv
import hashlib
import re
from collections.abc import Iterable
from itertools import count
from pathlib import Path

from optcloud.batch.ledger.rows import JobRow
from optcloud.batch.results.tables import COLUMNS, csv_fields, replacing
from optcloud.batch.store.contents import checked_file
from optcloud.core.escaping import shown
from optcloud.core.local_paths import path_to_write

INDEX = "results.csv"
_ENDS = {
    "application/json": ".json",
    "application/xml": ".xml",
    "application/zip": ".zip",
    "application/gzip": ".gz",
    "application/pdf": ".pdf",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": ".xlsx",
    "text/csv": ".csv",
    "text/html": ".html",
    "text/plain": ".txt",
    "text/xml": ".xml",
}
_PLAIN = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9._ -]{0,98}[A-Za-z0-9_-])?")
_DEVICES = re.compile(r"(?:CON|PRN|AUX|NUL|COM[0-9]|LPT[0-9])(?:\..*)?", re.IGNORECASE)  # no names on Windows


def to_folder(rows: Iterable[JobRow], path: str | Path) -> Path:
    """Write each result, as the vendor gave it, into a file of its own, and ``results.csv``, the table of all jobs.

    A file is named after the job's key; where no file can be called so everywhere, by what is left of it and a check
    value. Its end tells the content type (``.bin``: unknown). The table's column ``file`` tells which is whose. Files
    that are there already are replaced, each when the new one is whole, the table last; others stay.

    Raises `ConfigError` where the folder's own folder is not there, `KeptFileError` where the file of a large result is
    gone or changed, `OSError`.
    """
    folder = path_to_write(path)
    folder.mkdir(exist_ok=True)
    taken = {hash(INDEX)}
    with replacing(folder / INDEX) as beside, beside.open("x", encoding="utf-8", newline="") as file:
        index = csv.writer(file)
        index.writerow([*COLUMNS[: COLUMNS.index("result")], "file"])
        for row in rows:
            content = _content(row)
            name = "" if content is None else _free(row.key, end_of(row.content_type), taken)
            if content is not None:
                with replacing(folder / name) as whole:
                    whole.write_bytes(content)
            index.writerow([*csv_fields(row, with_result=False), name])
    return folder


def end_of(content_type: str) -> str:
    """Return how the name of a file of this content type ends."""
    kind = content_type.partition(";")[0].strip().lower()
    return ".json" if kind.endswith("+json") else _ENDS.get(kind, ".bin")


def file_name(key: str, end: str, *, mark: int = 0) -> str:
    """Return a name that a file can have in any folder of any system; another one for each ``mark``."""
    stem = key[: -len(end)] if key.lower().endswith(end) and len(key) > len(end) else key
    if not mark and _PLAIN.fullmatch(stem) and not _DEVICES.fullmatch(stem):
        return stem + end
    left = re.sub(r"[^A-Za-z0-9_-]+", "_", stem).strip("_-")[:60]
    digest = hashlib.sha256(key.encode(errors="surrogatepass")).hexdigest()[:12]
    return f"{left or 'job'}-{digest}{f'-{mark}' if mark > 1 else ''}{end}"


def _free(key: str, end: str, taken: set[int]) -> str:
    """Return a name that no file of this run has, also where large and small letters are the same."""
    names = (file_name(key, end, mark=mark) for mark in count())
    name = next(name for name in names if hash(name.lower()) not in taken)
    taken.add(hash(name.lower()))
    return name


def _content(row: JobRow) -> bytes | None:
    if row.result is None and row.result_path is not None:
        return checked_file(row.result_path, row.result_sha256, f"the result of job {shown(row.key)}")
    return row.result
