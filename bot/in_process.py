"""A Bot API that is no server: what the simulation, the random updates and the tests answer with, in process."""

from __future__ import annotations

from telegram.request import BaseRequest


class InProcess(BaseRequest):
    """Nothing to open and nothing to close; `do_request` is each one's own."""

    @property
    def read_timeout(self) -> float | None:
        return 5.0

    async def initialize(self) -> None:
        return None

    async def shutdown(self) -> None:
        return None
