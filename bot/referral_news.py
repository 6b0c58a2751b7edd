"""Who hears of what happened to a referral: numbers and offices only, never whom it is about."""

from __future__ import annotations

from bot.buttons import do
from bot.referral_card import kind_name, unit_name
from bot.work import Work
from db import people, referrals, reports
from db.referrals import Referral
from domain.people import Role
from domain.referrals.events import Act, Event
from domain.referrals.life import Life
from domain.units import COUNTY

BACK_TO_ASKER = (Act.ACCEPTED, Act.STEP, Act.RESULT, Act.RETURNED, Act.FORWARDED)


def tell(work: Work, one: Referral, event: Event, now: Life) -> None:
    """After a step, or after raising (an event of kind SENT): the desk, the asker, the director, the county."""
    told = {work.chat_id}
    if event.kind in (Act.SENT, Act.FORWARDED) and now.desk and not now.by_village:
        key = "referral.news.vacant" if now.desk == COUNTY and event.to != COUNTY and event.to else "referral.news.sent"
        _say(work, one, key, unit_chats(work, now.desk), told, unit=unit_name(work, event.to or now.desk))
    if event.kind is Act.RETURNED:
        _say(
            work, one, "referral.news.returned_county", unit_chats(work, COUNTY), told, unit=unit_name(work, event.unit)
        )
    if event.kind is Act.TOLD:
        _say(work, one, "referral.news.told", unit_chats(work, now.desk or COUNTY), told, unit="")
    if event.kind in BACK_TO_ASKER:
        step = work.words.find(f"referral.step.{event.said('step')}") or ""
        outcome = work.words.find(f"referral.outcome.{event.said('outcome')}") or ""
        _say(
            work, one, f"referral.news.{event.kind.value}", _asker_chats(work, one), told,
            unit=unit_name(work, event.to if event.kind is Act.FORWARDED else event.unit), step=step, outcome=outcome,
        )  # fmt: skip


def alarm(work: Work, one: Referral) -> None:
    """A child out of school: the town's supervisor and the county hear at once (控辍保学)."""
    town = work.tree.town_of(one.unit)
    found = unit_chats(work, COUNTY)
    for post in people.posts_at(work.conn, Role.SUPERVISOR, town.code) if town else ():
        found += people.chats_of_post(work.conn, post)
    _say(work, one, "referral.news.dropped_out", found, {work.chat_id}, unit=unit_name(work, one.unit))


def claimed(work: Work, one: Referral) -> None:
    """Somebody takes a need up: the village asks the family whether they agree."""
    _say(work, one, "referral.news.claimed", _asker_chats(work, one), {work.chat_id})


def unit_chats(work: Work, unit: str) -> list[int]:
    return [chat for post in reports.posts_of_unit(work.conn, unit) for chat in people.chats_of_post(work.conn, post)]


def _asker_chats(work: Work, one: Referral) -> list[int]:
    """Whoever asked, and the director of the village, who brings it to the family."""
    asker = people.person(work.conn, one.raised_by)
    found = [asker.chat_id] if asker and asker.chat_id and asker.left_on is None else []
    found = [chat for chat in found if _may_open(work, one, chat)]
    for post in people.posts_at(work.conn, Role.CHILD_DIRECTOR, one.unit):
        found += people.chats_of_post(work.conn, post)
    if "." in one.unit:
        found += unit_chats(work, one.unit)
    return found


def _may_open(work: Work, one: Referral, chat: int) -> bool:
    """Not whoever asked for a child that has moved away since: the new village hears in their place."""
    me = people.me_of(work.conn, chat)
    return me is not None and referrals.seat_of(work.conn, one, me) is not None


def _say(work: Work, one: Referral, key: str, chats: list[int], told: set[int], **holes: str) -> None:
    for chat in dict.fromkeys(chats):
        if chat not in told:
            told.add(chat)
            words = work.say(key, number=one.number, kind=kind_name(work, one), **holes)
            work.tell(chat, words, [[(work.say("referral.open"), do("referral.open", one.id))]])
