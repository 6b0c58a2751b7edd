"""读得准不准: how often the county's workers had to change what was read out of their messages. Counts, no words.

The figures tell where the reading has to be mended; they say nothing about the people who wrote (no ranking of people).
"""

from __future__ import annotations

from bot.buttons import do
from bot.reminders.rules import day_words
from bot.subject import Press, Subject
from bot.work import Work
from db import corrections
from domain.access import Action
from domain.calendar import period_start
from domain.summaries import QUARTER


def rates(work: Work) -> None:
    """This quarter, by field: read, changed before or after 确认, and the share."""
    work.demand(Action.SET_POLICY)  # the county bureau's own: leaders are shown children's figures, not the tool's
    work.toast()
    first = period_start(work.today, QUARTER)
    found = corrections.rates(work.conn, work.visible(Action.SEE_SUMMARY), first, work.today)
    if not found:
        work.reply(work.say("reading.none"))
        return
    lines = [
        work.say(
            "reading.title",
            first=day_words(work.words, first, work.today),
            last=day_words(work.words, work.today, work.today),
        )
    ]
    lines += [
        work.say(
            "reading.line", field=work.words.find(f"reading.field.{one.field}") or one.field, read=one.read,
            corrected=one.corrected, share=f"{one.share:.1%}",
        )
        for one in found
    ]  # fmt: skip
    work.reply("\n".join([*lines, work.say("reading.note")]), [[(work.say("reading.back"), do("go", "county"))]])


SUBJECT = Subject("reading", presses={"reading.rates": Press(rates, Action.SET_POLICY)})
