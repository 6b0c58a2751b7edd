"""Column types: moments that know their zone, days, and values that rest sealed."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import BigInteger, DateTime, Integer, LargeBinary
from sqlalchemy.engine import Dialect
from sqlalchemy.types import TypeDecorator
from uuid_utils import uuid7

BigId = BigInteger().with_variant(Integer, "sqlite")


def new_id() -> str:
    """A UUIDv7: made by us, because sealing needs the row's id before the row is written; sorts by time."""
    return str(uuid7())


class Moment(TypeDecorator[datetime]):
    """An instant. Insists on aware datetimes; stored as UTC."""

    impl = DateTime
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> Any:
        return dialect.type_descriptor(DateTime(timezone=dialect.name != "sqlite"))

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise TypeError("a Moment needs a time zone")
        value = value.astimezone(UTC)
        return value.replace(tzinfo=None) if dialect.name == "sqlite" else value

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


_to_json = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


class Sealed(bytes):
    """A sealed value, ready to be written or not yet opened."""


class Secret(TypeDecorator[Sealed]):
    """A sensitive value. Takes and gives only Sealed: plain text cannot be written into the column by mistake.

    `db.rows` seals on the way in and opens on the way out, because both need the row's id.
    `shape` says what the opened value is: "text", "json" or "bytes".
    """

    impl = LargeBinary
    cache_ok = True

    def __init__(self, shape: str = "text") -> None:
        super().__init__()
        self.shape = shape

    def process_bind_param(self, value: Sealed | None, dialect: Dialect) -> bytes | None:
        if value is not None and not isinstance(value, Sealed):
            raise TypeError("a Secret column takes sealed values only; write it through db.rows")
        return bytes(value) if value is not None else None

    def process_result_value(self, value: bytes | None, dialect: Dialect) -> Sealed | None:
        return None if value is None else Sealed(value)

    def encode(self, value: Any) -> bytes:
        if self.shape == "bytes":
            return bytes(value)
        if self.shape == "json":
            return _to_json(value).encode()
        return str(value).encode()

    def decode(self, plain: bytes) -> Any:
        if self.shape == "bytes":
            return plain
        return json.loads(plain) if self.shape == "json" else plain.decode()
