"""Loaded into a Dask scheduler (`--preload`): counts what comes and goes over its connections."""

from __future__ import annotations

from typing import Any

from distributed.comm import tcp
from distributed.utils import nbytes


def dask_setup(scheduler: Any) -> None:
    """Count from now on, and leave the counters where a client can ask for them."""
    counted = scheduler.traffic = {"messages": 0, "bytes": 0}
    to_frames, from_frames = tcp.to_frames, tcp.from_frames

    def count(frames: list[Any]) -> None:
        counted["messages"] += 1
        counted["bytes"] += sum(map(nbytes, frames))

    async def counting_to(*arguments: Any, **options: Any) -> Any:
        frames = await to_frames(*arguments, **options)
        count(frames)
        return frames

    async def counting_from(frames: Any, *arguments: Any, **options: Any) -> Any:
        count(frames)
        return await from_frames(frames, *arguments, **options)

    tcp.to_frames, tcp.from_frames = counting_to, counting_from
