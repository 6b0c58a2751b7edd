"""抽查: draw villages so that anyone can draw the same again, look at each child's papers, call the family, mend.

A look at papers, never at a person: what is missing is said to the village with a day, without blame, and is done with
once it has been looked at again (plan task 9, H7). A town checks itself the same way.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Mapping
from typing import Any

from bot import check_paper, flow, stand_in
from bot.buttons import do
from bot.reminders.rules import day_words
from bot.subject import Command, Conversation, Press, Subject
from bot.work import Cell, Refused, Rows, Work, in_twos
from db import children, deeds, people, spot_checks
from db.drafts import Kept
from db.spot_checks import AlreadyDrawn, Check, Finding, Line
from domain.access import Action
from domain.children import Label
from domain.forms import Answers, World
from domain.people import Role, UnitKind
from domain.reading.folding import fold
from domain.sampling import LEAST_VILLAGES, draw, frame_of
from domain.spot_checks import CHECK_SHEET, Item, Result

MOST_VILLAGES = 60
OWN_COUNT = 3  # villages of a town's check of itself
SHOWN = 8


def _unit(work: Work) -> str:
    """The county, or the supervisor's own town."""
    me = work.demand(Action.SPOT_CHECK)
    post = me.with_role(Role.COUNTY) or me.with_role(Role.SUPERVISOR)
    if post is None:
        raise Refused("access.denied")
    return post.unit.code


def spot_check(work: Work, words: str) -> None:
    """The check that runs, village by village; else what would be drawn, and the button that draws."""
    unit = _unit(work)
    found = spot_checks.running(work.conn, unit)
    if found is not None:
        _progress(work, found)
        return
    seed, count, communities = _asked(work, unit, words)
    frame, towns = _frame(work, unit, communities)
    if not frame:
        raise Refused("spotcheck.nothing")
    drawn = draw(frame, towns, seed, count)
    lines = [work.say("spotcheck.intro", places=len(drawn.places), frame=len(frame), seed=seed)]
    lines += [work.say("spotcheck.empty_town", town=work.tree.path_name(town)) for town in drawn.empty_towns]
    only = [town for town in towns if sum(at == town for _, at, _ in frame) == 1]
    lines += [work.say("spotcheck.only_one", town=work.tree.path_name(town)) for town in only]
    lines.append(work.say("spotcheck.method"))
    with_, without = ("c", "v") if communities else ("v", "c")
    rows: Rows = [
        [(work.say("spotcheck.draw", count=len(drawn.places)), do("sc.draw", seed, str(count), with_))],
        [(work.say(f"spotcheck.other_{without}"), do("sc.preview", seed, str(count), without))],
    ]
    last = spot_checks.newest(work.conn, unit)
    more = [[(work.say("spotcheck.last"), do("sc.paper", last.id))]] if last is not None else []
    work.show("\n".join(lines), [*rows, *more])


def _asked(work: Work, unit: str, words: str) -> tuple[str, int, bool]:
    """种子 20261122 12个村 含社区: what was typed behind the command, with today's defaults."""
    seed, count = f"{work.today:%Y%m%d}-{work.now.microsecond % 9000 + 1000}", _least(work, unit)
    parts = fold(words).replace("种子", " 种子 ").split()
    for place, part in enumerate(parts):
        if part == "种子" and place + 1 < len(parts):
            seed = _clean(parts[place + 1]) or seed
        elif part.rstrip("个村").isdigit() and (not place or parts[place - 1] != "种子"):
            count = min(max(int(part.rstrip("个村")), _least(work, unit)), MOST_VILLAGES)
    return seed, count, "社区" in words


def _clean(seed: str) -> str:
    return "".join(sign for sign in seed if sign.isascii() and (sign.isalnum() or sign == "-"))[:20]


def _least(work: Work, unit: str) -> int:
    place = work.tree.get(unit)
    return LEAST_VILLAGES if place is not None and place.kind is UnitKind.COUNTY else OWN_COUNT


def _frame(work: Work, unit: str, communities: bool) -> tuple[list[tuple[str, str, int]], list[str]]:
    kinds = {UnitKind.VILLAGE, UnitKind.COMMUNITY} if communities else {UnitKind.VILLAGE}
    codes = [code for code in work.tree.under(unit) if (at := work.tree.get(code)) is not None and at.kind in kinds]
    towns = [town.code for town in work.tree.towns if town.code in work.tree.under(unit)]
    return frame_of(spot_checks.places(work.conn, codes, work.tree, work.today), work.today), towns


def preview(work: Work, seed: str, count: str, kinds: str) -> None:
    work.toast()
    spot_check(work, f"种子 {seed} {count}个村" + (" 社区" if kinds == "c" else ""))


def draw_now(work: Work, seed: str, count: str, kinds: str) -> None:
    """Draw; of two who draw at once the first wins, and the other is shown that draw."""
    unit, me = _unit(work), work.demand(Action.SPOT_CHECK)
    work.toast()
    least = _least(work, unit)
    number = min(max(int(count), least), MOST_VILLAGES) if count.isascii() and count.isdigit() else least
    seed = _clean(seed) or f"{work.today:%Y%m%d}"
    frame, towns = _frame(work, unit, kinds == "c")
    if not frame:
        raise Refused("spotcheck.nothing")
    drawn = draw(frame, towns, seed, number)
    try:
        made = spot_checks.put(work.conn, unit, seed, frame, drawn, work.now, by=me.person_id, demo=work.demo)
    except AlreadyDrawn:
        work.reply(work.say("spotcheck.already"))
        found = spot_checks.running(work.conn, unit)
        if found is not None:
            _progress(work, found)
        return
    work.note("spotcheck.drawn", f"unit:{unit}", check=made, places=len(drawn.places), digest=drawn.digest[:16])
    found = spot_checks.get(work.conn, made)
    assert found is not None
    name = work.say("spotcheck.frame_name", day=work.today.isoformat())
    frame_file = json.dumps(
        {"seed": seed, "count": number, "towns": towns, "frame": frame}, ensure_ascii=False, indent=0
    )
    work.document(frame_file.encode(), name, work.say("spotcheck.frame_caption", digest=drawn.digest[:16]))
    _progress(work, found)


# --- the check that runs ---


def _check(work: Work, check_id: str) -> Check:
    """A check of my own unit, or of the county for a supervisor's own villages."""
    found, unit = spot_checks.get(work.conn, check_id), _unit(work)
    if found is None or (found.unit != unit and unit not in work.tree.under(found.unit)):
        raise Refused("spotcheck.gone")
    return found


def _progress(work: Work, found: Check) -> None:
    own = work.visible(Action.SPOT_CHECK)
    by_place: dict[str, list[Line]] = defaultdict(list)
    for line in spot_checks.lines(work.conn, found.id):
        if line.unit in own:
            by_place[line.unit].append(line)
    done = sum(line.done for there in by_place.values() for line in there)
    everything = sum(map(len, by_place.values()))
    lines = [
        work.say("spotcheck.running", day=day_words(work.words, found.drawn_at.date(), work.today), seed=found.seed)
    ]
    lines.append(work.say("spotcheck.done", done=done, count=everything))
    cells: list[Cell] = []
    for unit, there in by_place.items():
        ready = sum(line.done for line in there)
        mark = "✅" if ready == len(there) else f"{ready}/{len(there)}"
        place = work.tree.get(unit)
        cells.append((f"{place.name if place else unit} {mark}", do("sc.place", found.id, unit)))
    again = spot_checks.to_look_again(work.conn, found.id)
    last: list[Cell] = [(work.say("spotcheck.paper"), do("sc.paper", found.id))]
    if again:
        last.insert(0, (work.say("spotcheck.again", count=len(again)), do("sc.again", found.id)))
    if found.running and found.unit == _unit(work):
        last.append((work.say("spotcheck.close"), do("sc.close", found.id)))
    work.show("\n".join(lines), [*in_twos(cells), *in_twos(last)])


def open_check(work: Work, check_id: str) -> None:
    work.toast()
    _progress(work, _check(work, check_id))


def place(work: Work, check_id: str, unit: str) -> None:
    """The children drawn in one village."""
    found = _check(work, check_id)
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
    line = spot_checks.line(work.conn, row)
    if line is None:
        raise Refused("spotcheck.gone")
    work.demand_in(Action.SPOT_CHECK, line.unit)
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
    me, line = work.demand(Action.SPOT_CHECK), spot_checks.line(work.conn, answers["row"])
    if line is None:
        raise Refused("spotcheck.gone")
    work.demand_in(Action.SPOT_CHECK, line.unit)
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


# --- looking again, the paper, the end ---


def again(work: Work, check_id: str) -> None:
    """What villages say they have mended, one by one."""
    found = _check(work, check_id)
    work.toast()
    own = work.visible(Action.SPOT_CHECK)
    waiting = [one for one in spot_checks.to_look_again(work.conn, found.id) if one.unit in own]
    if not waiting:
        _progress(work, found)
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
    one = next(iter(spot_checks.findings(work.conn, spot_checks.spot_check_findings.c.id == finding)), None)
    if one is None:
        raise Refused("spotcheck.gone")
    work.demand_in(Action.SPOT_CHECK, one.unit)
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
    found, me = _check(work, check_id), work.demand(Action.SPOT_CHECK)
    if found.unit != _unit(work):
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
    found = _check(work, check_id)
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
    "spotcheck",
    commands=(Command("spotcheck", spot_check, Action.SPOT_CHECK, ("抽查", "档案抽查", "自查"), menu=False),),
    conversations=(
        Conversation(CHECK_SHEET, _filled, Action.SPOT_CHECK, facts=_facts, value=_value, heading=_heading),
    ),
    presses={
        "sc.preview": Press(preview, Action.SPOT_CHECK),
        "sc.draw": Press(draw_now, Action.SPOT_CHECK),
        "sc.open": Press(open_check, Action.SPOT_CHECK),
        "sc.place": Press(place, Action.SPOT_CHECK),
        "sc.sheet": Press(sheet, Action.SPOT_CHECK),
        "sc.again": Press(again, Action.SPOT_CHECK),
        "sc.settle": Press(settle, Action.SPOT_CHECK),
        "sc.close": Press(close, Action.SPOT_CHECK),
        "sc.paper": Press(paper, Action.SPOT_CHECK),
    },
)
