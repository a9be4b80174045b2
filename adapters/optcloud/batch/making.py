"""Making a batch, and adding jobs to it. It is made when its first jobs have been read: bad inputs leave none."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterable, Callable, Coroutine, Iterator, Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any, TypeAlias

from optcloud.batch.inputs.inputs import InputSource, read_inputs, read_inputs_async
from optcloud.batch.inputs.values import encode_for
from optcloud.batch.jobs import JobInput, Timings
from optcloud.batch.ledger.batches import first_page
from optcloud.batch.ledger.ledger import JobLedger
from optcloud.batch.ledger.rows import Added
from optcloud.batch.targets.target_for import target_for
from optcloud.core.errors import ConfigError

if TYPE_CHECKING:
    from optcloud.batch.ledger.rows import BatchInfo

Jobs: TypeAlias = Iterator[tuple[str, JobInput]]
PAGE = 500  # jobs of an asynchronous iterable that are added at a time
DECIDED = {"mark"}
"""Parts of a spec that are decided when a batch is made, whatever was asked for; beside those left open (None)."""


def found(ledger: JobLedger, name: str, wanted: Mapping[str, Any] | None) -> BatchInfo | None:
    """Return the batch, if it is there. Raises `ConfigError` where it runs on something else than is wanted."""
    there: BatchInfo | None = next((info for info in ledger.batches() if info.name == name), None)
    if there is None:
        if wanted is None:
            raise ConfigError(f"batch {name}: it is new, so say what its jobs run on")
        return None
    decided = {part for part, value in (wanted or {}).items() if value is None} | DECIDED
    differ = [part for part, value in (wanted or {}).items() if there.spec.get(part) != value and part not in decided]
    if differ:
        raise ConfigError(f"batch {name} exists already, and {_against(there.spec, wanted or {}, differ)}")
    return there


def _against(there: Mapping[str, Any], wanted: Mapping[str, Any], differ: list[str]) -> str:
    if "cloud" in differ:
        return f"runs on {there.get('cloud')}, not on {wanted['cloud']}; give the new one another name"
    told = ", ".join(f"{part} {there.get(part)!r}, not {wanted[part]!r}" for part in sorted(differ))
    return f"what it runs stays as it was made: {told}; give the new one another name"


async def made(
    ledger: JobLedger,
    name: str,
    wanted: Mapping[str, Any],
    oc: Any,
    *,
    timings: Timings | None,
    chunk: int,
    priority: int,
) -> None:
    """Make the batch; what the spec leaves open is decided by the vendor's answers. Raises what those raise."""
    target = target_for(oc, wanted)
    target.know(ledger.view(target.account))
    try:
        await target.settle()
        create = partial(ledger.create, name, account=target.account, spec=dict(target.spec()))
        await asyncio.to_thread(create, timings=timings or Timings(), chunk=chunk, priority=priority)
    finally:
        await target.close()


def inputs_of(ledger: JobLedger, source: InputSource, spec: Mapping[str, Any], *, key: str | None) -> Jobs:
    """Return the jobs of a source, streamed."""
    return read_inputs(source, key=key, files=ledger.folder, encode=encode_for(str(spec["cloud"])))


async def add_inputs_async(
    ledger: JobLedger,
    name: str,
    source: AsyncIterable[Any],
    spec: Mapping[str, Any],
    *,
    key: str | None,
    make: Callable[[], Coroutine[Any, Any, None]] | None,
) -> Added:
    """Add the jobs of an asynchronous iterable, some at a time. ``make``: makes the batch, once the first are read."""
    encode, total, page = encode_for(str(spec["cloud"])), Added(0, 0), []
    async for job in read_inputs_async(source, key=key, files=ledger.folder, encode=encode):
        page.append(job)
        if len(page) == PAGE:
            total, page, make = await _added(ledger, name, page, total, make), [], None
    return await _added(ledger, name, page, total, make)


async def _added(
    ledger: JobLedger,
    name: str,
    page: Sequence[tuple[str, JobInput]],
    before: Added,
    make: Callable[[], Coroutine[Any, Any, None]] | None,
) -> Added:
    if make is not None:
        page = await asyncio.to_thread(first_page, name, page)
        await make()
    more = await asyncio.to_thread(ledger.add, name, page)
    return Added(before.added + more.added, before.known + more.known)
