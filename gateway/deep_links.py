"""Links that open a chat and say /start CODE there: `<base>/b/<bot>?start=CODE`, as t.me/<bot>?start=CODE does."""

import re
from urllib.parse import parse_qs, urlsplit

from gateway.store.bots import Bot

CODE = re.compile(r"[A-Za-z0-9_-]{1,64}")  # Telegram's rule for what a deep link may carry
TELEGRAM = ("t.me", "telegram.me")


def is_code(text: str) -> bool:
    return CODE.fullmatch(text) is not None


def path(bot_username: str, code: str) -> str:
    return f"/b/{bot_username}?start={code}"


def to_open(url: str, bot: Bot, base_url: str | None) -> str | None:
    """What a page opens when a bot answers a button with `url`: only a deep link to this very bot, written for
    Telegram or for us. None: Telegram would refuse it."""
    try:
        parts = urlsplit(url.strip())
        codes = parse_qs(parts.query).get("start", [])
        ours = base_url is not None and parts.netloc == urlsplit(base_url).netloc
    except ValueError:
        return None
    if len(codes) != 1 or not is_code(codes[0]):
        return None
    name = parts.path.strip("/")
    if ours and name.startswith("b/"):
        name = name.removeprefix("b/")
    elif parts.scheme == "tg" and parts.netloc == "resolve":
        name = parse_qs(parts.query).get("domain", [""])[0]
    elif not (parts.scheme in ("http", "https") and parts.hostname in TELEGRAM):
        return None
    return path(bot.username, codes[0]) if name.lower() == bot.username.lower() else None
