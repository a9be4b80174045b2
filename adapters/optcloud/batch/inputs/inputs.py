"""The inputs of a batch, read one by one from wherever they are: a file, a folder, or what a program makes."""

from __future__ import annotations

import os
from collections.abc import AsyncIterable, AsyncIterator, Iterable, Iterator, Mapping
from contextlib import closing
from functools import partial
from pathlib import Path
from typing import Any, TypeAlias

from attrs import frozen

from optcloud.batch.inputs.files import Reader, reader_for
from optcloud.batch.inputs.rows import InputRow, InputsError, KeyCheck, KeyedRow, SeenKeys, keyed
from optcloud.batch.inputs.values import Encode, as_json, value_row, value_rows
from optcloud.batch.jobs import JobInput
from optcloud.batch.store.contents import kept_input
from optcloud.core.errors import ConfigError
from optcloud.core.findings import InputFinding
from optcloud.core.local_paths import local_path

InputSource: TypeAlias = str | os.PathLike[str] | Mapping[str, Any] | Iterable[Any]


def read_inputs(
    source: InputSource, *, key: str | None = None, files: Path | None = None, encode: Encode = as_json
) -> Iterator[tuple[str, JobInput]]:
    """Iterate over key and input of each job; however many there are, the memory that it takes stays the same.

    ``source`` is the path of

    - JSON lines (``.jsonl``, ``.ndjson``) or a JSON array (``.json``): each document as it is written there;
    - CSV (``.csv``, ``.tsv``) with a header: each row becomes a JSON object of texts;
    - Parquet (``.parquet``; extra ``parquet``): each row becomes a JSON object;
    - a folder: each file as it is, in the order of names, without hidden ones;

    or an iterable of dictionaries, models, bytes, texts, paths of files, or pairs of a key and one of these; or a
    mapping of keys to these. ``encode`` makes JSON of what is neither bytes nor text nor a path.

    The key of a job is what the field ``key`` has, a text or an integer; else the number of its line (JSON lines, CSV)
    or row, or the file's name. The same key with the same content is the same job.

    Inputs from 64 KB on are files: those of a folder where they lie, others in the folder ``files`` (None: they stay
    bytes).

    Raises `InputsError` with place, fault and mend of the first few: for a file before its first row is given, for an
    iterable when it comes to the first. Raises `ConfigError` for a source that is none, `OSError` for what cannot be
    read, `StoreUnavailable` for what cannot be written.
    """
    found = _source_of(source, encode)
    return _inputs(found, key, files)


async def read_inputs_async(
    source: AsyncIterable[Any], *, key: str | None = None, files: Path | None = None, encode: Encode = as_json
) -> AsyncIterator[tuple[str, JobInput]]:
    """Iterate as `read_inputs` does over an asynchronous iterable. Raises what that does, when it comes to the row."""
    with closing(SeenKeys()) as seen:
        check, number = KeyCheck(key, seen), 0
        async for value in source:
            number += 1
            row = value_row(number, value, encode)
            found = check.of(row) if isinstance(row, InputRow) else row
            if isinstance(found, InputFinding):
                raise InputsError((found,))
            yield found.key, kept_input(found.content, files)


@frozen
class _Source:
    """Rows to read; ``again``: as often as one likes."""

    read: Any
    again: bool


def _source_of(source: Any, encode: Encode) -> _Source:
    if isinstance(source, str | os.PathLike):
        path = local_path(source, "inputs")
        reader: Reader = reader_for(path)
        return _Source(partial(reader, path), again=path.is_file() or path.is_dir())
    if isinstance(source, Mapping):
        return _Source(partial(value_rows, source.items(), encode, pairs=True), again=False)
    if hasattr(source, "columns"):
        raise ConfigError(
            f"a {type(source).__name__} is a table: give its rows, such as table.to_dict('records') of pandas, "
            "table.iter_rows(named=True) of polars, table.to_pylist() of pyarrow, or a Parquet file"
        )
    if hasattr(source, "read"):
        raise ConfigError("an open file was given for inputs: give its path, whose end tells what it holds")
    if isinstance(source, AsyncIterable):
        raise ConfigError("an asynchronous iterable was given for inputs: gather them, or write them to a file first")
    if isinstance(source, bytes | bytearray | memoryview) or not isinstance(source, Iterable):
        raise ConfigError(
            f"a {type(source).__name__} is no source of inputs: give the path of a file or folder, an iterable of "
            "inputs, or a mapping of keys to inputs"
        )
    return _Source(partial(value_rows, source, encode), again=False)


def _inputs(source: _Source, key: str | None, files: Path | None) -> Iterator[tuple[str, JobInput]]:
    if source.again:
        for _ in keyed(source.read(), key, at_once=False):
            pass  # faults are told before the first row is added
    row: KeyedRow
    for row in keyed(source.read(), key, at_once=True):
        yield row.key, kept_input(row.content, files)
