"""A person's devices: which there are, signing one out, the PIN, and a link that signs another one in.

These calls are about the whole device, not about one chat. Locking and unlocking are all that a locked device may do.
"""

import asyncio
import hashlib
import hmac
import io
import os
import re
from collections.abc import Awaitable, Callable
from typing import Any

import segno
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from gateway import access, logs, words
from gateway.context import Gateway
from gateway.errors import PageRefused
from gateway.params import read_page_json
from gateway.store import links, sessions
from gateway.store.database import Tx
from gateway.store.sessions import Session

Json = dict[str, Any]
PIN = re.compile(r"[0-9]{4,8}")
SALT = 16
# 16 MB and some tens of milliseconds a try; with five tries a PIN of four digits is enough.
SCRYPT = {"n": 2**14, "r": 8, "p": 1}
# What the name of a browser tells, the first that fits.
PLACES = (
    (r"iPad", "苹果平板"),
    (r"iPhone|iPod", "苹果手机"),
    (r"HarmonyOS|OpenHarmony", "鸿蒙手机"),
    (r"Android(?!.*Mobile)", "安卓平板"),
    (r"Android", "安卓手机"),
    (r"Windows", "Windows 电脑"),
    (r"Macintosh", "苹果电脑"),
    (r"Linux|X11", "电脑"),
)
PROGRAMS = (
    (r"wxwork", "企业微信"),
    (r"MicroMessenger", "微信"),
    (r"DingTalk", "钉钉"),
    (r"UCBrowser", "UC 浏览器"),
    (r"MQQBrowser|QQBrowser", "QQ 浏览器"),
    (r"HuaweiBrowser", "华为浏览器"),
    (r"MiuiBrowser", "小米浏览器"),
    (r"Edg", "Edge"),
    (r"Firefox|FxiOS", "Firefox"),
    (r"Chrome|CriOS", "Chrome"),
    (r"Safari", "Safari"),
)
Handler = Callable[[Gateway, Session, Json], Awaitable[Json]]


def device_name(user_agent: str) -> str:
    """What a person would call this device: 安卓手机 · 微信."""
    found = [
        next((name for pattern, name in table if re.search(pattern, user_agent)), None) for table in (PLACES, PROGRAMS)
    ]
    return " · ".join(filter(None, found)) or "其他设备"


def about(session: Session, gateway: Gateway) -> Json:
    """What `me` tells the page of its own device."""
    return {"id": session.device_id, "pin": session.has_pin, "lock_after": gateway.settings.lock_after_seconds}


def handler(answer: Handler, *, when_locked: bool = False) -> Callable[[Request], Awaitable[Response]]:
    """An endpoint; `when_locked` ones answer on a locked device too. A page that was just opened there cannot ask
    `me` for its CSRF value, so for these the origin of the page, with the strict cookie, has to do."""

    async def endpoint(request: Request) -> Response:
        gateway: Gateway = request.app.state.gateway
        session = await access.enter_device(request, when_locked=when_locked)
        if when_locked and not access.from_our_own_page(request):
            raise PageRefused(403, "csrf", words.RELOAD)
        body = await read_page_json(request) if request.method != "GET" else {}
        found = await answer(gateway, session, body)
        if request.method != "GET":
            logs.done(f"device_{answer.__name__}", request, device=session.device_id, **_about(answer, body))
        return JSONResponse(found)

    return endpoint


def _about(answer: Handler, body: Json) -> Json:
    """Which device was signed out; whether a PIN was set or taken away."""
    if answer is revoke:
        return {"other": body.get("id")}
    return {"pin": body.get("pin") is not None} if answer is set_pin else {}


async def every(gateway: Gateway, session: Session, body: Json) -> Json:
    return {"devices": await gateway.db.read(lambda tx: listed(tx, session))}


def listed(tx: Tx, session: Session) -> list[Json]:
    """Every device of the people of this one, as the page names them."""
    return [
        {
            "id": device.id,
            "name": device.name or device_name(""),
            "made_at": device.made_at,
            "seen_at": device.seen_at,
            "this": device.id == session.device_id,
        }
        for device in sessions.devices(tx, session)
    ]


async def revoke(gateway: Gateway, session: Session, body: Json) -> Json:
    """Sign one of the person's devices out, this one too; what is open on it ends at once. On a device with a PIN
    another one goes only with it."""
    device_id = body.get("id")
    if not isinstance(device_id, str):
        raise PageRefused(400, "bad_request", words.BAD_REQUEST)
    if session.has_pin and device_id != session.device_id:
        await _check(gateway, session, body.get("pin"))
    if not await gateway.db.write(lambda tx: sessions.revoke(tx, session, device_id)):
        raise PageRefused(404, "device_gone", words.DEVICE_GONE)
    return {}


async def set_pin(gateway: Gateway, session: Session, body: Json) -> Json:
    """Set, change or (null) take away this device's PIN; one that is set has to be given as `old`."""
    pin = body.get("pin")
    if pin is not None and not (isinstance(pin, str) and PIN.fullmatch(pin)):
        raise PageRefused(400, "bad_pin", words.BAD_PIN)
    if session.has_pin:
        await _check(gateway, session, body.get("old"))
    hashed = await asyncio.to_thread(_hash, pin) if pin is not None else None
    await gateway.db.write(lambda tx: sessions.set_pin(tx, session, hashed, gateway.now()))
    return {}


async def lock(gateway: Gateway, session: Session, body: Json) -> Json:
    await gateway.db.write(lambda tx: sessions.lock(tx, session))
    return {}


async def unlock(gateway: Gateway, session: Session, body: Json) -> Json:
    if session.has_pin:
        await _check(gateway, session, body.get("pin"))
    return {}


async def link(gateway: Gateway, session: Session, body: Json) -> Json:
    """A one-time link that signs another device of the same person in, as words and as a picture to point it at.
    `user_id` and `bot` name the chat it opens; by default the one opened last here. Whoever picks up a phone that lies
    open must not make it two: where there is a PIN it is asked for."""

    def work(tx: Tx) -> str:
        for chat in sessions.chats(tx, session):
            if body.get("user_id") in (None, chat.user_id) and body.get("bot") in (None, chat.bot_username):
                return links.make(tx, chat.bot_id, gateway.now() + seconds, user_id=chat.user_id)
        raise PageRefused(404, "not_yours", words.NOT_YOURS)

    seconds = gateway.settings.device_link_seconds
    if session.has_pin:
        await _check(gateway, session, body.get("pin"))
    wait = gateway.wait_for(session.key, "device_links")
    if wait:
        raise PageRefused(429, "too_fast", words.TOO_OFTEN.format(seconds=wait), wait)
    url = f"{gateway.base_url or ''}/l/{await gateway.db.write(work)}"
    return {"url": url, "qr_svg": qr_svg(url), "seconds": seconds}


def qr_svg(text: str) -> str:
    """Dark on light whatever the page's colours are, with the quiet border phones need."""
    into = io.BytesIO()
    code = segno.make_qr(text, error="m")
    code.save(into, kind="svg", border=4, light="white", omitsize=True, xmldecl=False, svgns=True)
    return into.getvalue().decode()


async def _check(gateway: Gateway, session: Session, pin: Any) -> None:
    """The PIN, or a refusal; the fifth wrong one in a row signs the device out."""
    if not isinstance(pin, str) or not PIN.fullmatch(pin):
        raise PageRefused(400, "bad_pin", words.BAD_PIN)
    tried = await gateway.db.write(lambda tx: sessions.try_pin(tx, session))
    if tried is not None:
        kept, left = tried
        if await asyncio.to_thread(_fits, pin, kept):
            await gateway.db.write(lambda tx: sessions.unlock(tx, session, gateway.now()))
            return
        if left:
            raise PageRefused(403, "wrong_pin", words.WRONG_PIN.format(left=left))
    await gateway.db.write(lambda tx: sessions.end(tx, session))
    raise PageRefused(401, "sign_in", words.TOO_MANY_PINS)


def _hash(pin: str) -> bytes:
    salt = os.urandom(SALT)
    return salt + hashlib.scrypt(pin.encode(), salt=salt, **SCRYPT)


def _fits(pin: str, kept: bytes) -> bool:
    return hmac.compare_digest(kept[SALT:], hashlib.scrypt(pin.encode(), salt=kept[:SALT], **SCRYPT))
