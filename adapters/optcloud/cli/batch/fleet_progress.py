"""How far the batches are that a worker of the fleet works: a line a minute for each, and none while it has nothing."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Callable
from typing import TYPE_CHECKING

from optcloud.batch.progress import BatchCounts, RateMeter
from optcloud.core.errors import OptCloudError

if TYPE_CHECKING:
    from optcloud.cli.batch.events import BatchMessages

_EVERY = 60.0  # seconds


async def tell_each_minute(counts: Callable[[str], BatchCounts], messages: BatchMessages) -> None:
    """Tell until cancelled. ``counts`` blocks; while the store does not answer, which is told elsewhere, none comes."""
    clock = asyncio.get_running_loop().time
    began, meters = clock(), defaultdict[str, RateMeter](RateMeter)
    while True:
        await asyncio.sleep(_EVERY)
        for batch in messages.in_hand:
            try:
                now = await asyncio.to_thread(counts, batch)
            except OptCloudError:
                continue
            messages.say_progress(batch, meters[batch].progress(now, clock() - began))
