"""The county's own numbers."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection

from domain.policy import Policy


def current(conn: Connection, now: datetime) -> Policy:
    """The policy in force at this moment: the plan's defaults with the hours of `.env`.

    Changing the numbers in the chat has its own issue; its dated settings will be laid over this here.
    """
    policy: Policy = conn.info["policy"]
    return policy
