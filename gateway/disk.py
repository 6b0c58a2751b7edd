"""The disk the store is on: how much room is left there, and whether that is enough."""

import asyncio
import shutil

from gateway.context import Gateway


async def free_bytes(gateway: Gateway) -> int:
    return (await asyncio.to_thread(shutil.disk_usage, gateway.data)).free


def has_room(gateway: Gateway, free: int) -> bool:
    """Is `free` enough to go on? What is left then is for words."""
    return free >= gateway.settings.least_free_bytes
