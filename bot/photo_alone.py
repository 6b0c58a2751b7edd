"""A photo sent without a word: to the visit noted a moment ago, else to a new one that first asks of which child."""

from __future__ import annotations

from bot import flow, going_on, heard
from bot.put_right import open_again
from bot.work import Work
from db import drafts
from domain.access import Action, may
from domain.forms import Draft
from domain.people import Role


def take(work: Work) -> bool:
    """Keep it with a visit; False for files that are no photo and for people who visit nobody.

    Nothing is kept with a child before 确认, and 取消 lets the photo go.
    """
    if work.me is None or not work.files or not work.me.with_role(Role.CHILD_DIRECTOR):
        return False
    if not may(work.me, Action.LOG_CONTACT) or any(one.kind != "photo" for one in work.files):
        return False
    records = going_on.just_kept(work)
    answers = (records[0].content.get("answers") or {}) if records else {}
    if answers:
        open_again(work, records[0], heard.with_photos(work, answers), records[0].content.get("heard") or {})
        return True
    work.reply(work.say("note.photo_alone"))
    begun = Draft(heard.FORM, heard.with_photos(work, {"day": work.today.isoformat()}))
    drafts.start(work.conn, work.chat_id, work.me.person_id, begun, work.now)
    flow.repeat(work)
    return True
