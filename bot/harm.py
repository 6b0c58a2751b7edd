"""Words read as a sign of harm: the emergency card, and a report draft that already holds them.

Nobody is told and nothing is filed; the worker decides (domain.md 1.2: show the card, never auto-file).
"""

from __future__ import annotations

import re
from datetime import timedelta
from html import escape

from bot import flow
from bot.buttons import Resume, do, short
from bot.child_card import dial
from bot.work import Rows, Work
from db import children, drafts
from db.drafts import Kept
from domain.access import Action, may
from domain.forms import Answers, Draft
from domain.reading.signs import find_signs, is_alarming, is_place_only

# Signs for which another office helps without a report: out of school (plan task 11), cheated online (plan task 16).
AS_REFERRAL = {"X6": "schooling", "X8": "online"}
STILL_THE_SAME = timedelta(minutes=30)  # so long further words are taken as about the same harm


def hear(work: Work, words: str) -> None:
    """Words typed into a form that is about something else."""
    if is_alarming(find_signs(words)):
        kept = drafts.in_hand(work.conn, work.chat_id)
        child = kept.draft.answers.get("child") if kept else None
        offer_report(work, words, child_of(work, child))


def child_of(work: Work, file_no: object) -> str | None:
    """The id behind a visit form's answer, as the report form wants it."""
    if not isinstance(file_no, str):
        return None
    entry = children.by_file_no(work.conn, file_no, work.visible(Action.LOG_CONTACT))
    return entry.child.id if entry else None


def _offered_just_now(work: Work, known: Answers) -> Kept | None:
    """A report offered a few minutes ago, not yet begun, and of no other child."""
    for kept in drafts.of_chat(work.conn, work.chat_id):
        answers = kept.draft.answers
        waiting = kept.draft.form == "report" and "seen" in answers and set(answers) <= {"seen", "child"}
        another = known.get("child", answers.get("child")) != answers.get("child", known.get("child"))
        if waiting and not another and work.now - kept.touched_at <= STILL_THE_SAME:
            return kept
    return None


def referral_for(told: str) -> str | None:
    """The kind of referral that may take the place of a report, where nothing else in these words is alarming."""
    codes = {sign.code for sign in find_signs(told) if is_alarming([sign])}
    return AS_REFERRAL.get(codes.pop()) if len(codes) == 1 else None


def offer_report(work: Work, words: str, child_id: str | None) -> None:
    """Show 110, keep the words in a report draft, and leave in hand what was in hand."""
    assert work.me is not None
    known: Answers = {"seen": words}
    if child_id is not None:
        known["child"] = child_id
    before = drafts.in_hand(work.conn, work.chat_id)
    kept, told = _offered_just_now(work, known), words
    if kept is not None:  # told in several messages: one report, not several
        before_it = str(kept.draft.answers["seen"])
        told = before_it if words in before_it else f"{before_it}\n{words}"
        drafts.put(work.conn, kept, Draft("report", kept.draft.answers | known | {"seen": told}), work.now)
    else:
        kept = drafts.start(work.conn, work.chat_id, work.me.person_id, Draft("report", known), work.now)
        drafts.take_in_hand(work.conn, work.chat_id, before.id if before else None)
        drafts.suggest(work.conn, kept.id)
        work.note("report.begun", by="words")
    place_only = is_place_only(told, find_signs(told))
    said = work.say("note.hazard" if place_only else "note.harm")
    card = re.sub(r"\b(?:110|120)\b", lambda number: dial(work, number[0]), escape(said))
    as_hazard: Rows = []
    if place_only and may(work.me, Action.VILLAGE_WORK):  # nobody is hurt: the office whose place it is mends it
        as_hazard = [[(work.say("note.as_hazard"), do("hz.words", short(kept.id)))]]
    kind = referral_for(told)
    as_referral: Rows = []
    if kind is not None and may(work.me, Action.REFER):
        as_referral = [[(work.say(f"referral.kind.{kind}"), do("referral.words", kind, short(kept.id)))]]
    work.reply(
        card,
        [
            *as_hazard,
            [(work.say("note.harm_report"), Resume(short(kept.id), "report"))],
            *as_referral,
            [(work.say("note.harm_no"), do("note.no_harm", short(kept.id)))],
            [(work.say("note.why"), do("note.why", short(kept.id)))],
        ],
        html=True,
    )
    flow.repeat(work)
