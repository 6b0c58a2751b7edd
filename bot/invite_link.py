"""Passing an invitation on: as our gateway's link with its picture, as Telegram's, or as a code."""

from __future__ import annotations

from bot.login_links import HOLE, order, qr_png
from bot.work import Work
from db.migrate import get_meta
from db.people import Invitation


def pass_on(work: Work, made: Invitation, name: str, where: str, hours: int, lines: list[str]) -> None:
    """Say `lines`, then what the inviter hands to the person."""
    link = None if work.links_tel else telegram_link(get_meta(work.conn, "bot_username"), made.code)
    if link is None and not work.login_links:
        lines = [*lines, work.say("invite.no_login")]
    work.show("\n".join(lines))
    if work.login_links:
        words = {"name": name, "post": where, "link": HOLE, "code": made.code, "hours": hours}
        work.login_link("invite.png", work.say("invite.pass_on_link", **words), order(made.code, name, hours))
    elif link is None:
        work.reply(work.say("invite.pass_on_code", name=name, post=where, code=made.code, hours=hours))
    else:
        text = work.say("invite.pass_on_link", name=name, post=where, link=link, code=made.code, hours=hours)
        work.photo(qr_png(link), "invite.png", text)


def telegram_link(username: str | None, code: str) -> str | None:
    """The deep link that opens the bot on Telegram and sends /start with the code."""
    return f"https://t.me/{username}?start={code}" if username else None
