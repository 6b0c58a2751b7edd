"""A spot check child by child: the sheet, what villages mended looked at again, the end and its paper."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bot import check_paper, flow, stand_in
from bot.buttons import do
from bot.check_view import check_of, show_progress, unit_of
from bot.reminders.rules import day_words
from bot.subject import Conversation, Press, Subject
from bot.work import Cell, Refused, Rows, Work
from db import children, deeds, people, spot_checks
from db.drafts import Kept
from db.spot_checks import Finding
from domain.access import Action
from domain.children import Label
from domain.forms import Answers, World
from domain.people import Role, UnitKind
from domain.spot_checks import CHECK_SHEET, Item, Result


def open_check(work: Work, check_id: str) -> None:
    work.toast()
    show_progress(work, check_of(work, check_id))


def place(work: Work, check_id: str, unit: str) -> None:
    """The children drawn in one village."""
    found = check_of(work, check_id)
    work.demand_in(Action.SPOT_CHECK, unit)
    work.toast()
    there = [line for line in spot_checks.lines(work.conn, found.id) if line.unit == unit]
    files = children.by_ids(work.conn, [line.child for line in there])
    work.note("child.list", f"unit:{unit}", count=len(files))
    rows: list[list[Cell]] = []
    for line in there:
        entry = files.get(line.child)
        if entry is None:
            continue
        child = entry.child
        row: list[Cell] = [(("✅ " if line.done else "") + child.name, do("sc.sheet", line.id))]
        rows.append([*row, (work.say("spotcheck.call"), do("child.phone", child.file_no))])
    rows.append([(work.say("spotcheck.back"), do("sc.open", found.id))])
    work.show(work.say("spotcheck.place", place=work.tree.path_name(unit)), rows)


def sheet(work: Work, row: str) -> None:
    """The sheet of one child; one that is filled in shows what was found."""
    line = work.demand_there(Action.SPOT_CHECK, spot_checks.line(work.conn, row), "spotcheck.gone")
    work.toast()
    entry = children.by_id(work.conn, line.child, work.visible(Action.SEE_CHILD))
    if entry is None:
        raise Refused("child.not_yours")
    work.note("child.read", f"child:{line.child}")
    if line.done:
        said = [one for one in spot_checks.of_check(work.conn, line.check) if one.child == line.child]
        lines = [work.say("spotcheck.found", name=entry.child.name), *(_item(work, one) for one in said)]
        work.reply("\n".join(lines), [[(work.say("spotcheck.back"), do("sc.open", line.check))]])
        return
    left_behind = "yes" if Label.LEFT_BEHIND in entry.child.labels else "no"
    flow.begin(work, "checksheet", {"row": line.id, "left_behind": left_behind})


def _item(work: Work, one: Finding) -> str:
    state = "" if one.result is not Result.LACKS else work.say("spotcheck.open" if one.open else "spotcheck.mended")
    return work.say(
        "spotcheck.item",
        item=work.say(f"checksheet.name.{one.item.value}"),
        result=work.say(f"spotcheck.result.{one.result.value}"),
        state=state,
    )


def _heading(work: Work, world: World, answers: Answers) -> str:
    line = spot_checks.line(work.conn, answers["row"])
    entry = children.by_id(work.conn, line.child, work.visible(Action.SEE_CHILD)) if line else None
    return (
        work.say("spotcheck.heading", name=entry.child.name, place=work.tree.path_name(entry.child.unit))
        if entry
        else ""
    )


def _filled(work: Work, answers: Answers, kept: Kept) -> None:
    me = work.demand(Action.SPOT_CHECK)
    line = work.demand_there(Action.SPOT_CHECK, spot_checks.line(work.conn, answers["row"]), "spotcheck.gone")
    results = {item: Result(answers[item.value]) for item in Item if answers.get(item.value)}
    lacking = spot_checks.fill_in(work.conn, line, results, answers.get("note"), work.now, me.person_id)
    if lacking is None:
        raise Refused("spotcheck.filled_already")
    work.note("spotcheck.filled", f"child:{line.child}", lacks=len(lacking))
    rows: Rows = [[(work.say("spotcheck.next"), do("sc.place", line.check, line.unit))]]
    if not lacking:
        work.show(work.say("spotcheck.all_good"), rows)
        return
    for post in people.posts_at(work.conn, Role.CHILD_DIRECTOR, line.unit):
        for chat in people.chats_of_post(work.conn, post):
            text = work.say(
                "spotcheck.please_mend",
                count=len(lacking),
                day=day_words(work.words, lacking[0].due or work.today, work.today),
            )
            work.tell(chat, text, [[(work.say("more.mend"), do("go", "mend"))]])
    work.show(work.say("spotcheck.told", count=len(lacking)), rows)


def again(work: Work, check_id: str) -> None:
    """What villages say they have mended, one by one."""
    found = check_of(work, check_id)
    work.toast()
    own = work.visible(Action.SPOT_CHECK)
    waiting = [one for one in spot_checks.to_look_again(work.conn, found.id) if one.unit in own]
    if not waiting:
        show_progress(work, found)
        return
    one = waiting[0]
    entry = children.by_id(work.conn, one.child, work.visible(Action.SEE_CHILD))
    work.note("child.read", f"child:{one.child}")
    text = work.say(
        "spotcheck.mended_what", place=work.tree.path_name(one.unit), name=entry.child.name if entry else "",
        item=work.say(f"checksheet.name.{one.item.value}"), what=one.mended or "", left=len(waiting) - 1,
    )  # fmt: skip
    work.show(
        text,
        [
            [
                (work.say("spotcheck.good"), do("sc.settle", one.id, "y")),
                (work.say("spotcheck.not_yet"), do("sc.settle", one.id, "n")),
            ],
            [(work.say("spotcheck.back"), do("sc.open", found.id))],
        ],
    )


def settle(work: Work, finding: str, answer: str) -> None:
    me = work.demand(Action.SPOT_CHECK)
    found = next(iter(spot_checks.findings(work.conn, spot_checks.spot_check_findings.c.id == finding)), None)
    one = work.demand_there(Action.SPOT_CHECK, found, "spotcheck.gone")
    good = answer == "y"
    if spot_checks.settle(work.conn, one.id, good, work.now, me.person_id):
        work.note("spotcheck.settled", f"child:{one.child}", good=good)
        for post in people.posts_at(work.conn, Role.CHILD_DIRECTOR, one.unit):
            stand_in.tell(
                work,
                post.holder,
                "spotcheck.thanks" if good else "spotcheck.once_more",
                item=work.say(f"checksheet.name.{one.item.value}"),
            )
    again(work, one.check)


def close(work: Work, check_id: str) -> None:
    """The check is over; the county's yearly one is entered in its books."""
    found, me = check_of(work, check_id), work.demand(Action.SPOT_CHECK)
    if found.unit != unit_of(work):
        raise Refused("access.denied")
    work.toast()
    there = spot_checks.lines(work.conn, found.id)
    left = sum(not line.done for line in there)
    if left:
        raise Refused("spotcheck.not_done", count=left)
    if spot_checks.close(work.conn, found.id, work.now):
        work.note("spotcheck.closed", f"unit:{found.unit}", check=found.id)
        place = work.tree.get(found.unit)
        if place is not None and place.kind is UnitKind.COUNTY:
            count = len({line.unit for line in there})
            deeds.put(
                work.conn,
                "spot_check",
                found.unit,
                work.today,
                work.now,
                by=me.person_id,
                reached=count,
                demo=work.demo,
            )
    paper(work, found.id)


def paper(work: Work, check_id: str) -> None:
    """The report as PDF and Excel: method, counts, what to mend; no child, and few are not counted out."""
    found = check_of(work, check_id)
    work.toast()
    own = work.visible(Action.SPOT_CHECK)
    there = [line for line in spot_checks.lines(work.conn, found.id) if line.unit in own]
    seen = [one for one in spot_checks.of_check(work.conn, found.id) if one.unit in own]
    work.note("spotcheck.paper", f"unit:{found.unit}", check=found.id)
    pdf, book = check_paper.papers(work, found, there, seen)
    day = found.drawn_at.date().isoformat()
    work.document(pdf, work.say("spotcheck.pdf_name", day=day), work.say("spotcheck.paper_caption"))
    work.document(book, work.say("spotcheck.book_name", day=day))


def _facts(work: Work) -> Mapping[str, Any]:
    return {}


def _value(work: Work, world: World, key: str, answer: Any, answers: Answers) -> str | None:
    if key == "row":
        line = spot_checks.line(work.conn, answer)
        entry = children.by_id(work.conn, line.child, work.visible(Action.SEE_CHILD)) if line else None
        return entry.child.name if entry else ""
    return None


SUBJECT = Subject(
    "checking",
    conversations=(
        Conversation(CHECK_SHEET, _filled, Action.SPOT_CHECK, facts=_facts, value=_value, heading=_heading),
    ),
    presses={
        "sc.open": Press(open_check, Action.SPOT_CHECK),
        "sc.place": Press(place, Action.SPOT_CHECK),
        "sc.sheet": Press(sheet, Action.SPOT_CHECK),
        "sc.again": Press(again, Action.SPOT_CHECK),
        "sc.settle": Press(settle, Action.SPOT_CHECK),
        "sc.close": Press(close, Action.SPOT_CHECK),
        "sc.paper": Press(paper, Action.SPOT_CHECK),
    },
)
