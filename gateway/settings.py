"""The gateway's numbers in one place; the defaults are what a county runs with."""

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from gateway import words
from gateway.errors import CannotServe

MEGABYTE = 1024 * 1024
MINUTE = 60
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
    people_search: Rate | None = Rate(20, 1)
    most_streams: int = 30  # open pages of one person; the oldest makes room (it is mostly a line that broke)
    # per address: links that do not open, tokens that are nobody's
    dead_links: Rate | None = Rate(20, 0.5)
    wrong_tokens: Rate | None = Rate(20, 0.5)
    # a device is signed out when it was not used for so long, and in any case so long after its link
    session_seconds: int = 180 * DAY
    sign_in_seconds: int = 365 * DAY
    link_seconds: int = DAY
    longest_link_seconds: int = 31 * DAY
    # a device with a PIN locks after this long without anything done on it, and when its page is opened anew
    lock_after_seconds: int = 300
    reopen_seconds: int = 60
    device_link_seconds: int = 600
    # Web Push; the contact is for the push services, should they have to complain
    push_contact: str = "mailto:gateway@example.org"
    push_first_pause: float = 5
    local_push: bool = False  # endpoints on this machine: for tests only
    # a person's browser names its push service, so only those that browsers really have are ever called
    push_hosts: tuple[str, ...] | None = (
        "fcm.googleapis.com",
        "push.services.mozilla.com",
        "push.apple.com",
        "notify.windows.com",
    )
    # the outbound hook, code only; others than urgent messages when unseen this long
    hook_url: str | None = None
    hook_secret: str | None = None
    hook_after_seconds: int = 1800
    # an urgent message nobody acknowledged enters the duty officer's call list
    call_after_seconds: int = 600
    device_links: Rate | None = Rate(5, 1 / 60)
    photo_bytes: int = 10 * MEGABYTE
    document_bytes: int = 20 * MEGABYTE
    # what people may keep here of their own files in one chat: half a year of photos, not somebody's film collection
    chat_kept_bytes: int = 2048 * MEGABYTE
    chat_kept_files: int = 20_000
    scanner: str | None = None  # clamd: unix:/path or host:port; what people send is shown to it first
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
    webhook_hosts: tuple[str, ...] | None = None  # these and what is below them; None: any public address
    webhook_timeout_seconds: float = 60
    webhook_first_pause: float = 1
    webhook_longest_pause: float = 60
    # the event stream
    heartbeat_seconds: float = 15
    keep_events_seconds: int = 7 * DAY
    least_free_bytes: int = 200 * MEGABYTE  # with less room on the disk /healthz says no
    keep_answers_seconds: int = 30 * DAY
    shutdown_seconds: int = 5
    # life spans: after these the gateway forgets a message of that class, its files and its words in answers to it
    keep_chat_seconds: int = 180 * DAY
    keep_sensitive_seconds: int = 30 * DAY  # protect_content, or the bot says so
    keep_report_seconds: int = 7 * DAY  # tables and documents: whoever asked has them, or asks again
    keep_login_seconds: int = DAY
    keep_lonely_files_seconds: int = 7 * DAY  # a file whose message was deleted can be sent again by its id so long

    def kept(self, life: str) -> int:
        """The life span of one class of messages."""
        return {
            "chat": self.keep_chat_seconds,
            "sensitive": self.keep_sensitive_seconds,
            "report": self.keep_report_seconds,
            "login": self.keep_login_seconds,
        }[life]


# What an operator sets in the environment: the name, the field, what one of the given unit is in seconds or bytes.
IN_UNITS = (
    ("GATEWAY_HOOK_AFTER_MINUTES", "hook_after_seconds", MINUTE),
    ("GATEWAY_CALL_AFTER_MINUTES", "call_after_seconds", MINUTE),
    ("GATEWAY_LOCK_AFTER_MINUTES", "lock_after_seconds", MINUTE),
    ("GATEWAY_IDLE_DAYS", "session_seconds", DAY),
    ("GATEWAY_SIGN_IN_DAYS", "sign_in_seconds", DAY),
    ("GATEWAY_PERSON_MEGABYTES", "chat_kept_bytes", MEGABYTE),
    ("GATEWAY_KEEP_CHAT_DAYS", "keep_chat_seconds", DAY),
    ("GATEWAY_KEEP_SENSITIVE_DAYS", "keep_sensitive_seconds", DAY),
    ("GATEWAY_KEEP_REPORT_DAYS", "keep_report_seconds", DAY),
    ("GATEWAY_KEEP_LOGIN_DAYS", "keep_login_seconds", DAY),
)


# Names of hosts with commas between them; `*` is any public one.
OF_HOSTS = (("GATEWAY_PUSH_HOSTS", "push_hosts"), ("GATEWAY_WEBHOOK_HOSTS", "webhook_hosts"))
SCANNER = re.compile(r"unix:/.+|(?:[A-Za-z0-9.-]+|\[[0-9a-fA-F:]+\]):[0-9]{1,5}")
HOST = re.compile(r"[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?")


def from_environment(environ: Mapping[str, str] = os.environ) -> Settings:
    """The defaults with what the operator set. Raises CannotServe on nonsense."""
    found: dict[str, Any] = {}
    for name, field, unit in IN_UNITS:
        given = environ.get(name, "").strip()
        if given:
            if not (given.isascii() and given.isdecimal() and 0 < int(given) <= 10_000):
                raise CannotServe(words.BAD_SETTING.format(name=name, wanted="1-10000"))
            found[field] = int(given) * unit
    for name, field in OF_HOSTS:
        hosts = [one.strip().lower() for one in environ.get(name, "").split(",") if one.strip()]
        if hosts and hosts != ["*"] and not all(HOST.fullmatch(one) for one in hosts):
            raise CannotServe(words.BAD_SETTING.format(name=name, wanted="push.example.cn,… / *"))
        if hosts:
            found[field] = None if hosts == ["*"] else tuple(hosts)
    scanner = environ.get("GATEWAY_SCANNER", "").strip()
    if scanner:
        if not SCANNER.fullmatch(scanner):
            raise CannotServe(words.BAD_SETTING.format(name="GATEWAY_SCANNER", wanted="unix:/… / host:port"))
        found["scanner"] = scanner
    address = environ.get("GATEWAY_HOOK_URL", "").strip()
    if address:
        if urlsplit(address).scheme not in ("http", "https") or not urlsplit(address).hostname:
            raise CannotServe(words.BAD_SETTING.format(name="GATEWAY_HOOK_URL", wanted="http(s)://…"))
        found |= {"hook_url": address, "hook_secret": environ.get("GATEWAY_HOOK_SECRET") or None}
    contact = environ.get("GATEWAY_PUSH_CONTACT", "").strip()
    if contact:
        if not contact.startswith(("mailto:", "https://")):
            raise CannotServe(words.BAD_SETTING.format(name="GATEWAY_PUSH_CONTACT", wanted="mailto:… / https://…"))
        found["push_contact"] = contact
    return Settings(**found)
