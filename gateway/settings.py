"""The gateway's numbers in one place; the defaults are what a county runs with."""

from dataclasses import dataclass

MEGABYTE = 1024 * 1024
DAY = 24 * 3600


@dataclass(frozen=True)
class Rate:
    """A token bucket: `burst` at once, then `per_second`."""

    burst: float
    per_second: float


@dataclass(frozen=True)
class Settings:
    # people; the limits are per person and generous enough for fast fingers
    people_send: Rate | None = Rate(30, 2)
    people_upload: Rate | None = Rate(20, 0.5)
    # per address: links that do not open, tokens that are nobody's
    dead_links: Rate | None = Rate(20, 0.5)
    wrong_tokens: Rate | None = Rate(20, 0.5)
    session_seconds: int = 180 * DAY
    link_seconds: int = DAY
    photo_bytes: int = 10 * MEGABYTE
    document_bytes: int = 20 * MEGABYTE
    # bots; None: no limit. Telegram's own would be Rate(30, 30) over all and Rate(1, 1) a chat.
    bot_send: Rate | None = None
    bot_send_per_chat: Rate | None = None
    bot_photo_bytes: int = 10 * MEGABYTE
    bot_document_bytes: int = 50 * MEGABYTE
    bot_download_bytes: int = 20 * MEGABYTE
    longest_poll_seconds: int = 50
    query_seconds: int = 600
    # webhooks
    local_webhooks: bool = True  # `serve` turns this off when the gateway listens to more than this machine
    webhook_timeout_seconds: float = 60
    webhook_first_pause: float = 1
    webhook_longest_pause: float = 60
    # the event stream
    heartbeat_seconds: float = 15
    keep_events_seconds: int = 30 * DAY
    keep_answers_seconds: int = 30 * DAY
    shutdown_seconds: int = 5
