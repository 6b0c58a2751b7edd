"""The kinds of values a setting may have. Each refuses without repeating the value, which may be a secret."""

import re
from datetime import time
from pathlib import Path
from typing import Annotated
from urllib.parse import urlsplit

from pydantic import AfterValidator, BeforeValidator, Field, SecretStr


def is_https_or_local(address: str) -> bool:
    host = urlsplit(address).hostname or ""
    return address.startswith("https://") or host in {"localhost", "::1"} or host.startswith("127.")


def _web_address(value: str) -> str:
    parts = urlsplit(value)
    # Reading .port raises ValueError where it is no number below 65536.
    if parts.scheme not in {"http", "https"} or not parts.hostname or parts.query or parts.fragment or parts.port == 0:
        raise ValueError
    if re.search(r"\s", value):
        raise ValueError
    return value.rstrip("/")


def _api_address(value: str) -> str:
    if re.search(r"/bot(\d+:.*)?/?$", value):
        raise ValueError  # the token is appended by us, as /bot<TOKEN>
    return _web_address(value)


def _https_address(value: str) -> str:
    if not is_https_or_local(value):
        raise ValueError
    return _web_address(value)


def _database_address(value: str) -> str:
    scheme, _, rest = value.partition("://")
    if scheme in {"postgres", "postgresql", "postgresql+asyncpg"} and len(rest) > 1:
        return f"postgresql+asyncpg://{rest}"
    if scheme in {"sqlite", "sqlite+aiosqlite"} and rest.startswith("/") and len(rest) > 1:
        return f"sqlite+aiosqlite:///{Path(rest[1:]).expanduser().absolute()}"
    raise ValueError


def _token(value: SecretStr) -> SecretStr:
    if not re.fullmatch(r"\d+:[A-Za-z0-9_-]+", value.get_secret_value(), re.ASCII):
        raise ValueError
    return value


def _header_secret(value: SecretStr) -> SecretStr:
    if not re.fullmatch(r"[A-Za-z0-9_-]{1,256}", value.get_secret_value()):
        raise ValueError
    return value


def _clock(value: object) -> object:
    """09:00, and nothing pydantic would also take (a number of seconds, a time with a zone)."""
    if isinstance(value, time):
        return value
    found = re.fullmatch(r"([01]?\d|2[0-3])[::]([0-5]\d)", str(value))
    if not found:
        raise ValueError
    return time(int(found[1]), int(found[2]))


def _phone(value: str) -> str:
    if not re.fullmatch(r"\+?\d[\d -]{1,18}\d", value, re.ASCII):
        raise ValueError
    return value


WebAddress = Annotated[str, AfterValidator(_web_address)]
ApiAddress = Annotated[str, AfterValidator(_api_address)]
HttpsAddress = Annotated[str, AfterValidator(_https_address)]
DatabaseAddress = Annotated[str, AfterValidator(_database_address)]
Token = Annotated[SecretStr, AfterValidator(_token)]
HeaderSecret = Annotated[SecretStr, AfterValidator(_header_secret)]
Clock = Annotated[time, BeforeValidator(_clock)]
Phone = Annotated[str, AfterValidator(_phone)]
Port = Annotated[int, Field(ge=1, le=65535)]
