"""查重 in the demo county: the child of 渠口村 who was entered twice waits for a decision (domain/demo/doubles.py)."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection

from db import duplicates
from domain.demo.county import County
from domain.demo.staff import LARGE
from domain.units import UnitTree


def put(conn: Connection, county: County, at: datetime, tree: UnitTree) -> None:
    """Look through the one village as the night does through all; whoever may see the pair hears of it the next night."""
    duplicates.find(conn, [LARGE], at)
