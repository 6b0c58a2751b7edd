"""Memory that is free again, handed back to the system."""

from __future__ import annotations

import ctypes


def give_back() -> None:
    """The C library keeps what the morning's survey or the night's look took, for good: on a county's small machine
    that is a hundred megabytes nobody needs until tomorrow. Only glibc has the call; elsewhere nothing happens."""
    trim = getattr(ctypes.CDLL(None), "malloc_trim", None)
    if trim is not None:
        trim(0)
