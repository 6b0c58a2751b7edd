"""Bot API: how a bot hears of things, by asking (getUpdates) or by being called (webhook)."""

import asyncio
import ipaddress
import re
from typing import Any
from urllib.parse import urlsplit

from gateway import spec
from gateway.addresses import forbidden_host, is_among
from gateway.api_call import Call
from gateway.context import Gateway
from gateway.errors import OTHER_POLLER, UNAUTHORIZED, WEBHOOK_ACTIVE, ApiError, bad
from gateway.hub import Listener
from gateway.settings import Settings
from gateway.store import bots, updates
from gateway.store.bots import Bot, Webhook
from gateway.store.database import Tx

Json = dict[str, Any]
SECRET = re.compile(r"[A-Za-z0-9_-]{1,256}")
LOOK_AGAIN_SECONDS = 5.0  # the command line may queue an update from another process
DEFAULT_CONNECTIONS = 40


async def get_updates(gateway: Gateway, bot: Bot, params: Json) -> list[Json]:
    """The oldest waiting updates; those before `offset` are confirmed and gone. A newer call ends an older one."""
    limit = min(max(params.get("limit", 100), 1), 100)
    seconds = min(max(params.get("timeout", 0), 0), gateway.settings.longest_poll_seconds)
    with gateway.hub.bot(bot.id) as listener:
        older, gateway.polls[bot.id] = gateway.polls.get(bot.id), listener
        if older is not None:
            older.wake()
        try:
            first = await _confirm(gateway, bot, params)
            return await _wait(gateway, bot, listener, first, limit, seconds)
        finally:
            if gateway.polls.get(bot.id) is listener:
                del gateway.polls[bot.id]


async def _confirm(gateway: Gateway, bot: Bot, params: Json) -> int:
    """Settle what the call says about earlier updates; the first update id it wants."""
    offset, wanted = params.get("offset", 0), _kinds(params.get("allowed_updates"))

    def look(tx: Tx) -> tuple[bool, int, bool]:
        first = updates.first_to_keep(tx, bot.id, offset)
        hooked = bots.webhook(tx, bot.id) is not None
        return hooked, first, updates.any_before(tx, bot.id, first)

    def settle(tx: Tx) -> None:
        updates.confirm_before(tx, bot.id, first)
        if wanted is not None:
            bots.set_allowed_updates(tx, bot.id, wanted)

    hooked, first, settles = await gateway.db.read(look)
    if hooked:
        raise ApiError(*WEBHOOK_ACTIVE)
    if settles or (wanted is not None and tuple(wanted) != bot.allowed_updates):
        await gateway.db.write(settle)
    return first


async def _wait(gateway: Gateway, bot: Bot, listener: Listener, first: int, limit: int, seconds: float) -> list[Json]:
    loop = asyncio.get_running_loop()
    until = loop.time() + seconds

    def look(tx: Tx) -> tuple[bool, bool, list[Json]]:
        valid = bots.token_is_of(tx, bot)
        return valid, bots.webhook(tx, bot.id) is not None, updates.waiting(tx, bot.id, limit, first)

    while True:
        valid, hooked, found = await gateway.db.read(look)
        if not valid:
            raise ApiError(*UNAUTHORIZED)  # the token was taken away while the bot waited
        if gateway.polls.get(bot.id) is not listener:
            raise ApiError(*OTHER_POLLER)
        if hooked:
            raise ApiError(*WEBHOOK_ACTIVE)
        left = until - loop.time()
        if found or left <= 0 or gateway.hub.closing:
            return found
        await listener.wait(min(left, LOOK_AGAIN_SECONDS))


def _kinds(wanted: list[str] | None) -> list[str] | None:
    """Of the kinds of updates a bot names those that exist, as Telegram does it; an empty list: the default ones."""
    if wanted is None:
        return None
    known = spec.load().types["Update"].fields
    return [kind for kind in dict.fromkeys(wanted) if kind in known and kind != "update_id"]


def set_webhook(call: Call) -> bool:
    url = call.params["url"].strip()
    if not url:
        return delete_webhook(call)
    problem = _problem(url, call.get("ip_address"), call.settings)
    if problem:
        raise bad(f"bad webhook: {problem}")
    secret = call.get("secret_token")
    if secret is not None and not SECRET.fullmatch(secret):
        raise bad("secret token contains unallowed characters")
    connections = min(max(call.get("max_connections", DEFAULT_CONNECTIONS), 1), 100)
    hook = Webhook(
        url, secret, connections, call.get("ip_address"), call.get("certificate") is not None, error_at=None, error=None
    )
    bots.set_webhook(call.tx, call.bot.id, hook)
    wanted = _kinds(call.get("allowed_updates"))
    if wanted is not None:
        bots.set_allowed_updates(call.tx, call.bot.id, wanted)
    _drop(call)
    return True


def _problem(url: str, ip_address: str | None, settings: Settings) -> str | None:
    local = settings.local_webhooks
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname, parts.port
    except ValueError:
        return "invalid webhook URL specified"
    if parts.scheme not in ("http", "https") or not host:
        return "invalid webhook URL specified"
    if parts.username or parts.password:
        return "webhook URL must not contain a password"
    if ip_address and not _is_address(ip_address):
        return "invalid IP address specified"
    if forbidden_host(host, local) or (ip_address and forbidden_host(ip_address, local)):
        return "IP address is reserved"
    if not is_among(host, settings.webhook_hosts):
        return "this gateway calls only the hosts its operator named"
    if parts.scheme == "http" and not local:
        return "An HTTPS URL must be provided for webhook"
    return None


def _is_address(text: str) -> bool:
    try:
        ipaddress.ip_address(text)
    except ValueError:
        return False
    return True


def delete_webhook(call: Call) -> bool:
    bots.delete_webhook(call.tx, call.bot.id)
    _drop(call)
    return True


def _drop(call: Call) -> None:
    if call.get("drop_pending_updates"):
        updates.drop_all(call.tx, call.bot.id)
    call.tx.effects.bots.add(call.bot.id)
    call.tx.effects.webhooks.add(call.bot.id)


def get_webhook_info(call: Call) -> Json:
    hook = bots.webhook(call.tx, call.bot.id)
    info: Json = {
        "url": hook.url if hook else "",
        "has_custom_certificate": bool(hook and hook.has_certificate),
        "pending_update_count": updates.count(call.tx, call.bot.id),
    }
    if call.bot.allowed_updates:
        info["allowed_updates"] = list(call.bot.allowed_updates)
    if hook is None:
        return info
    info["max_connections"] = hook.max_connections
    if hook.ip_address:
        info["ip_address"] = hook.ip_address
    if hook.error_at is not None:
        info |= {"last_error_date": hook.error_at, "last_error_message": hook.error}
    return info
