"""大屏: a one-time link to the wall, for the county bureau and the leaders."""

from __future__ import annotations

from ipaddress import ip_address
from urllib.parse import urlsplit

from bot.subject import Command, Subject
from bot.wall.server import URL
from bot.work import Work
from db import wall as passes
from db.migrate import get_meta
from db.wall import LINK_GOOD_FOR, SESSION_GOOD_FOR
from domain.access import Action


def wall(work: Work, words: str) -> None:
    """The link; whoever has it sees what this person sees, so it works once and not for long."""
    me = work.demand(Action.SEE_COUNTY)
    address = get_meta(work.conn, URL) or ""
    if not address:
        work.reply(work.say("wall.off"))
        return
    key = passes.make_link(work.conn, me.person_id, work.now)
    work.note("wall.link")
    text = work.say(
        "wall.link",
        minutes=int(LINK_GOOD_FOR.total_seconds() // 60),
        hours=int(SESSION_GOOD_FOR.total_seconds() // 3600),
    )
    if opens_only_here(address) and not work.demo:
        text += "\n" + work.say("wall.only_here", address=address)
    work.reply(text, [[(work.say("wall.open"), f"{address}/wall#{key}")]])


def opens_only_here(address: str) -> bool:
    """Whether no WALL_URL was set: then the link opens on the machine of the program alone, and nothing tells why."""
    host = urlsplit(address).hostname or ""
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback or ip_address(host).is_unspecified
    except ValueError:
        return False  # a name


SUBJECT = Subject("wall", commands=(Command("wall", wall, Action.SEE_COUNTY, ("大屏", "大屏幕"), menu=False),))
