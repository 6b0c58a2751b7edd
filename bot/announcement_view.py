"""An announcement as everybody reads it."""

from __future__ import annotations

from bot.buttons import do
from bot.reminders.rules import day_words
from bot.work import Rows, Work
from db import announcements
from domain.access import Action
from domain.announcements import Announcement
from domain.calendar import local_day
from domain.units import COUNTY


def day_said(work: Work, one: Announcement) -> str:
    return day_words(work.words, local_day(one.at), work.today)


def brief(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= 18 else line[:17] + "…"


def text_of(work: Work, one: Announcement) -> str:
    key = "announce.urgent" if one.urgent else "announce.changed" if one.version > 1 else "announce.text"
    office = work.say("announce.county") if one.unit == COUNTY else work.tree.path_name(one.unit)
    return work.say(key, office=office, text=one.text)


def buttons_of(work: Work, one: Announcement) -> Rows:
    return [[(work.say("announce.known"), do("an.known", one.id)), (work.say("announce.ask"), do("an.ask", one.id))]]


def received(work: Work) -> None:
    """The last few that came to me, each with 知道了."""
    me = work.demand(Action.GIVE_FEEDBACK)
    got = announcements.received(work.conn, me.person_id, 3)
    if not got:
        work.reply(work.say("announce.none"))
    for one in reversed(got):
        work.reply(text_of(work, one), buttons_of(work, one))
