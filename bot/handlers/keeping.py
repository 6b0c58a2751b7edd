"""留存: what was deleted when and by class, what stays and why, and the yearly audit's figures, on a phone. Counts only.

Source: 个人信息保护法 art. 19, 47 (no longer than needed), 54 and 未成年人网络保护条例 art. 37 (the yearly audit, by 31 January).
"""

from __future__ import annotations

from collections import Counter
from datetime import timedelta

from bot.buttons import Button, do
from bot.reminders.rules import day_words
from bot.subject import Command, Press, Subject
from bot.work import Rows, Work, in_twos
from db import audit_pack, retention
from domain.access import Action
from domain.calendar import local, local_day

LOOKS_BACK = timedelta(days=30)
MOST_NIGHTS = 10
JANUARY = 1


def keeping(work: Work, words: str) -> None:
    """留存; 审计 leads to the figures of the year the audit is about."""
    work.demand(Action.SEE_KEEPING)
    if words:
        figures(work, words)
        return
    nights, counts = retention.swept(work.conn, work.now - LOOKS_BACK), Counter[str]()
    for night in nights:
        counts.update(night.counts)
    late = sum(retention.late(work.conn, work.now).values())
    lines = [work.say("keeping.title")]
    if nights:
        lines.append(work.say("keeping.last", day=_day(work, nights[0]), count=nights[0].total))
        lines.append(work.say("keeping.month" if counts.total() else "keeping.month_none"))
        lines += [
            work.say(
                "keeping.class", what=work.say(f"keeping.what.{kept.name}"), days=kept.days, count=counts[kept.name]
            )
            for kept in retention.CLASSES
            if counts[kept.name]
        ]
    else:
        lines.append(work.say("keeping.never"))
    lines.append(work.say("keeping.late", count=late) if late else work.say("keeping.none_late"))
    cells = [
        (work.say(f"keeping.button.{page}"), do("keeping.page", page)) for page in ("nights", "days", "stays", "year")
    ]
    work.show("\n".join(lines), in_twos(cells))


def page(work: Work, name: str) -> None:
    work.demand(Action.SEE_KEEPING)
    work.toast()
    if name == "nights":
        lines = [work.say("keeping.nights")]
        for night in retention.swept(work.conn, work.now - LOOKS_BACK)[:MOST_NIGHTS]:
            what = "、".join(
                work.say("keeping.some", what=work.say(f"keeping.what.{kept.name}"), count=night.counts[kept.name])
                for kept in retention.CLASSES
                if night.counts.get(kept.name)
            )
            lines.append(work.say("keeping.night", day=_day(work, night), what=what or work.say("keeping.nothing")))
        _show(work, lines)
    elif name == "days":
        _show(work, [work.say("keeping.days"), *(
            work.say("keeping.day", what=work.say(f"keeping.what.{kept.name}"), days=kept.days) for kept in retention.CLASSES
        )])  # fmt: skip
    elif name == "stays":
        _show(work, [work.say("keeping.stays")])
    elif name == "year" or name.isdecimal():
        figures(work, name)
    else:
        keeping(work, "")


def figures(work: Work, words: str) -> None:
    """The audit pack as a short text. In January it is about the year that has ended."""
    this = work.today.year
    year = int(words) if words.isdecimal() and 2020 <= int(words) <= this else this - (work.today.month == JANUARY)
    pack = audit_pack.collect(work.conn, year, work.now, verify=False)
    open_files = {band: pack.children.get(f"{band} open", 0) for band in ("<14", "14-17", "18+", "unknown")}
    text = work.say(
        "keeping.year", year=year, children=sum(open_files.values()), young=open_files["<14"], older=open_files["14-17"],
        closed=sum(pack.children.values()) - sum(open_files.values()), read=pack.access["read"],
        export=pack.access["export"], refused=pack.access["refused"], referrals=pack.shares["referrals"],
        reports=pack.shares["reports"], openings=pack.openings, requests=sum(pack.requests.values()),
        deleted=sum(pack.deletions.values()), late=sum(pack.overdue.values()), links=pack.journal_links,
        incidents=pack.incidents,
    )  # fmt: skip
    other = this - 1 if year == this else this
    rows: Rows = [[(work.say("keeping.other_year", year=other), do("keeping.page", str(other)))], [_back(work)]]
    work.show(text, rows)


def _show(work: Work, lines: list[str]) -> None:
    work.show("\n".join(lines), [[_back(work)]])


def _back(work: Work) -> tuple[str, Button]:
    return work.say("keeping.back"), do("keeping.page", "all")


def _day(work: Work, night: retention.Swept) -> str:
    return f"{day_words(work.words, local_day(night.at), work.today)} {local(night.at):%H:%M}"


SUBJECT = Subject(
    "keeping",
    commands=(Command("keeping", keeping, Action.SEE_KEEPING, ("留存", "清理记录", "审计"), menu=False),),
    presses={"keeping.page": Press(page, Action.SEE_KEEPING)},
)
