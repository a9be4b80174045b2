"""Files of inputs, read row by row: JSON lines, JSON arrays, CSV, Parquet, and folders with one file for each job.

Nothing is read as a whole, but for the row at hand. What is wrong with a row comes in its place.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TypeAlias

import msgspec

from optcloud.batch.inputs.csv import csv_rows
from optcloud.batch.inputs.json import array_items, json_lines
from optcloud.batch.inputs.rows import InputRow
from optcloud.core.errors import ConfigError
from optcloud.core.escaping import shown
from optcloud.core.extras import need
from optcloud.core.findings import InputFinding

Reader: TypeAlias = Callable[[Path], Iterator[InputRow | InputFinding]]
_AT_ONCE = 1024  # rows of Parquet


def reader_for(path: Path) -> Reader:
    """Return what reads such a file or folder. Raises `ConfigError` for a name that tells no form known here."""
    if path.is_dir():
        return folder_files
    if not path.exists():
        raise ConfigError(f"there is no file or folder {shown(str(path))} to read inputs from")
    reader = _READERS.get(path.suffix.lower())
    if reader is None:
        raise ConfigError(
            f"{shown(path.name)}: the end of a name tells what is in a file, and is one of {', '.join(_READERS)}; "
            "or give a folder with one file for each job"
        )
    return reader


def parquet_rows(path: Path) -> Iterator[InputRow | InputFinding]:
    """Each row as a JSON object, in msgspec's writing: times in ISO 8601, decimals as texts, bytes as Base64.

    What is missing, and NaN, is null. Rows are numbered from 1.
    """
    pyarrow = need("pyarrow", package="optcloud[parquet]", purpose="a Parquet file")
    parquet = need("pyarrow.parquet", package="optcloud[parquet]", purpose="a Parquet file")
    number = 0
    try:
        with parquet.ParquetFile(path) as file:
            names = file.schema_arrow.names
            if twice := sorted({name for name in names if names.count(name) > 1}):
                yield InputFinding(path.name, f"has several columns {shown(twice[0])}", "give each its own name")
                return
            for batch in file.iter_batches(_AT_ONCE):
                for row in batch.to_pylist():
                    number += 1
                    place = f"{path.name}, row {number}"
                    yield InputRow(place, number, msgspec.json.encode(row), row)
    except (pyarrow.ArrowException, ValueError, TypeError, OverflowError) as error:
        after = f", after row {number}" if number else ""
        yield InputFinding(f"{path.name}{after}", f"cannot be read: {error}")


def folder_files(folder: Path) -> Iterator[InputRow | InputFinding]:
    """Each file of a folder and the folders in it, as it is; its path in there is its key. In the order of names.

    Hidden files and folders (whose name begins with a dot) are left out, and links to folders are not followed.
    """
    for path in _walk(folder):
        key = path.relative_to(folder).as_posix()
        place = f"{folder.name}/{key}"
        if path.is_file() and os.access(path, os.R_OK):
            yield InputRow(place, key, path)
        else:
            yield InputFinding(place, "is no file that can be read", "take it out of the folder")


def _walk(folder: Path) -> Iterator[Path]:
    with os.scandir(folder) as found:
        entries = sorted((entry.name, entry.is_dir(follow_symlinks=False)) for entry in found)
    for name, is_folder in entries:
        path = folder / name
        if name.startswith(".") or (path.is_symlink() and path.is_dir()):
            continue
        if is_folder:
            yield from _walk(path)
        else:
            yield path


_READERS: dict[str, Reader] = {
    ".jsonl": json_lines,
    ".ndjson": json_lines,
    ".json": array_items,
    ".csv": csv_rows,
    ".tsv": csv_rows,
    ".parquet": parquet_rows,
}
