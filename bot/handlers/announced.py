"""通知 as it is received: read, 知道了 in one tap, a question to whoever sent it."""

from __future__ import annotations

from bot import flow
from bot.announcement_view import brief, text_of
from bot.buttons import do
from bot.subject import Command, Conversation, Press, Subject
from bot.work import Refused, Work
from db import announcements, people
from db.drafts import Kept
from domain.access import Action
from domain.announcements import ANNOUNCE_ASK, Announcement
from domain.forms import Answers


def _mine_to_read(work: Work, announcement: str) -> Announcement:
    me, one = work.demand(Action.GIVE_FEEDBACK), announcements.get(work.conn, announcement)
    if one is None or not any(reader.person == me.person_id for reader in announcements.readers(work.conn, one.id)):
        raise Refused("announce.gone")
    return one


def known(work: Work, announcement: str) -> None:
    """知道了."""
    one, me = _mine_to_read(work, announcement), work.demand(Action.GIVE_FEEDBACK)
    if one.withdrawn:
        work.toast()
        work.show(work.say("announce.was_withdrawn"))
        return
    announcements.known(work.conn, one.id, me.person_id, work.now)
    work.toast(work.say("announce.thanks"))
    work.show(
        text_of(work, one) + "\n\n" + work.say("announce.you_know"),
        [[(work.say("announce.ask"), do("an.ask", one.id))]],
    )


def typed(work: Work, words: str) -> None:
    """知道了 written instead of tapped: the newest that waits for it."""
    me = work.demand(Action.GIVE_FEEDBACK)
    for one in announcements.received(work.conn, me.person_id):
        if announcements.known(work.conn, one.id, me.person_id, work.now):
            work.reply(work.say("announce.typed", text=brief(one.text)))
            return
    work.reply(work.say("announce.thanks"))


def ask(work: Work, announcement: str) -> None:
    """A question to the sender."""
    one = _mine_to_read(work, announcement)
    work.toast()
    flow.begin(work, "announceask", {"announcement": one.id}, fresh=True)


def _asked(work: Work, answers: Answers, kept: Kept) -> None:
    one, me = _mine_to_read(work, answers["announcement"]), work.demand(Action.GIVE_FEEDBACK)
    word = announcements.put_word(work.conn, one.id, me.person_id, me.person_id, answers["text"], work.now)
    announcements.known(work.conn, one.id, me.person_id, work.now)
    sender = people.person(work.conn, one.by)
    if sender is not None and sender.chat_id is not None and sender.left_on is None:
        place = next(
            (reader.unit for reader in announcements.readers(work.conn, one.id) if reader.person == me.person_id), ""
        )
        text = work.say("announce.question", place=work.tree.path_name(place), about=brief(one.text))
        work.tell(sender.chat_id, text, [[(work.say("help_wanted.read"), do("an.word", word))]])
    work.show(work.say("announce.question_sent"))


def read_word(work: Work, word_id: str) -> None:
    """A question or an answer, read by the two it is between."""
    me, word = work.demand(Action.GIVE_FEEDBACK), announcements.word(work.conn, word_id)
    one = announcements.get(work.conn, word.announcement) if word else None
    if word is None or one is None or me.person_id not in (one.by, word.person):
        raise Refused("announce.gone")
    work.toast()
    mine = me.person_id == one.by
    press = do("an.reply", word.id) if mine else do("an.ask", one.id)
    label = work.say("announce.reply" if mine else "announce.ask")
    work.show(work.say("announce.word", about=brief(one.text), text=word.text), [[(label, press)]])


SUBJECT = Subject(
    "announced",
    commands=(Command("known", typed, Action.GIVE_FEEDBACK, ("知道了",), menu=False),),
    conversations=(Conversation(ANNOUNCE_ASK, _asked, Action.GIVE_FEEDBACK, at_once=lambda answers: True),),
    presses={
        "an.known": Press(known, Action.GIVE_FEEDBACK),
        "an.ask": Press(ask, Action.GIVE_FEEDBACK),
        "an.word": Press(read_word, Action.GIVE_FEEDBACK),
    },
)
