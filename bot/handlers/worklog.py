"""工作日志: words that are about no child's file, kept for the worker alone, by day."""

from __future__ import annotations

from datetime import date

from bot.buttons import Button, do
from bot.reminders.rules import day_words
from bot.subject import Command, Press, Subject
from bot.work import Refused, Rows, Work, in_twos
from db import inbox, work_log
from domain.access import Action
from domain.work_days import month_named

A_PAGE = 10
SHORT = 24


def log(work: Work, words: str) -> None:
    """/worklog: one's own days; with words behind it they are kept at once."""
    me = work.demand(Action.GIVE_FEEDBACK)
    if words and month_named(words, work.today):  # 日志 上个月: a month to look at; anything else is kept
        work.go("logmonth", words)
        return
    if words:
        work_log.put(work.conn, me.person_id, work.today, words, work.now, work.message_id)
        work.reply(work.say("worklog.kept"), _see(work, work.today))
        return
    _list(work, 0)


def keep(work: Work, message_id: str) -> None:
    """记到工作日志, under an answer: the message is still in the inbox, so nothing had to be kept until now."""
    me = work.demand(Action.GIVE_FEEDBACK)
    words = inbox.words_of(work.conn, work.chat_id, int(message_id)) if message_id.isdecimal() else None
    if not words:
        raise Refused("worklog.too_late")
    fresh = work_log.put(work.conn, me.person_id, work.today, words, work.now, int(message_id))
    work.toast(work.say("worklog.kept" if fresh else "worklog.kept_already"))
    work.show(work.say("worklog.kept" if fresh else "worklog.kept_already"), _see(work, work.today))


def _see(work: Work, day: date) -> Rows:
    return [[(work.say("worklog.see"), do("worklog.day", day.isoformat()))]]


def _list(work: Work, page: int) -> None:
    me = work.demand(Action.GIVE_FEEDBACK)
    days = work_log.days(work.conn, me.person_id)
    sheet = (work.say("worklog.month"), do("logmonth.show", work.today.isoformat()[:7]))
    if not days:
        work.reply(work.say("worklog.empty"), [[sheet]])
        return
    page = max(0, min(page, (len(days) - 1) // A_PAGE))
    shown = days[page * A_PAGE : (page + 1) * A_PAGE]
    cells: list[tuple[str, Button | str]] = [
        (
            work.say("worklog.of_day", day=day_words(work.words, day, work.today), count=count),
            do("worklog.day", day.isoformat()),
        )
        for day, count in shown
    ]
    turns: list[tuple[str, Button | str]] = []
    if page:
        turns.append((work.say("form.previous_page"), do("worklog.page", str(page - 1))))
    if len(days) > (page + 1) * A_PAGE:
        turns.append((work.say("form.next_page"), do("worklog.page", str(page + 1))))
    rows: Rows = [*in_twos(cells), turns, [sheet]]
    work.show(work.say("worklog.title"), rows)


def page(work: Work, number: str) -> None:
    work.toast()
    _list(work, int(number) if number.isdecimal() else 0)


def day(work: Work, iso: str) -> None:
    """What one wrote on a day. Nobody else ever sees it."""
    me = work.demand(Action.GIVE_FEEDBACK)
    try:
        wanted = date.fromisoformat(iso)
    except ValueError:
        raise Refused("worklog.gone") from None
    work.toast()
    lines = work_log.of_day(work.conn, me.person_id, wanted)
    if not lines:
        work.show(work.say("worklog.empty"))
        return
    shown = [work.say("worklog.line", place=place, text=one.text) for place, one in enumerate(lines, 1)]
    rows = [
        [(work.say("worklog.drop", place=place, words=one.text[:SHORT].replace("\n", " ")), do("worklog.drop", one.id))]
        for place, one in enumerate(lines[:A_PAGE], 1)
    ]
    back = (work.say("worklog.all"), do("worklog.page", "0"))
    work.show(
        "\n".join([work.say("worklog.day", day=day_words(work.words, wanted, work.today)), *shown]), [*rows, [back]]
    )


def drop(work: Work, line_id: str) -> None:
    """Delete an entry of one's own."""
    me = work.demand(Action.GIVE_FEEDBACK)
    if not work_log.drop(work.conn, me.person_id, line_id):
        raise Refused("worklog.gone")
    work.toast()
    work.show(work.say("worklog.dropped"), [[(work.say("worklog.all"), do("worklog.page", "0"))]])


SUBJECT = Subject(
    "worklog",
    commands=(Command("worklog", log, Action.GIVE_FEEDBACK, ("工作日志", "日志"), menu=False),),
    presses={
        "worklog.keep": Press(keep, Action.GIVE_FEEDBACK),
        "worklog.page": Press(page, Action.GIVE_FEEDBACK),
        "worklog.day": Press(day, Action.GIVE_FEEDBACK),
        "worklog.drop": Press(drop, Action.GIVE_FEEDBACK),
    },
)
