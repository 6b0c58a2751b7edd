"""抽查: draw villages so that anyone can draw the same again (looking at them: checking.py; mending: mend.py).

A look at papers, never at a person: what is missing is said to the village with a day, without blame, and is done with
once it has been looked at again (plan task 9, H7). A town checks itself the same way.
"""

from __future__ import annotations

import json

from bot.buttons import do
from bot.check_view import show_progress, unit_of
from bot.subject import Command, Press, Subject
from bot.work import Refused, Rows, Work
from db import spot_checks
from db.spot_checks import AlreadyDrawn
from domain.access import Action
from domain.people import UnitKind
from domain.reading.folding import fold
from domain.sampling import LEAST_VILLAGES, draw, frame_of

MOST_VILLAGES = 60
OWN_COUNT = 3  # villages of a town's check of itself
SHOWN = 8


def spot_check(work: Work, words: str) -> None:
    """The check that runs, village by village; else what would be drawn, and the button that draws."""
    unit = unit_of(work)
    found = spot_checks.running(work.conn, unit)
    if found is not None:
        show_progress(work, found)
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
        elif part.rstrip("个村").isdecimal() and (not place or parts[place - 1] != "种子"):
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
    unit, me = unit_of(work), work.demand(Action.SPOT_CHECK)
    work.toast()
    least = _least(work, unit)
    number = min(max(int(count), least), MOST_VILLAGES) if count.isdecimal() else least
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
            show_progress(work, found)
        return
    work.note("spotcheck.drawn", f"unit:{unit}", check=made, places=len(drawn.places), digest=drawn.digest[:16])
    found = spot_checks.get(work.conn, made)
    assert found is not None
    name = work.say("spotcheck.frame_name", day=work.today.isoformat())
    frame_file = json.dumps(
        {"seed": seed, "count": number, "towns": towns, "frame": frame}, ensure_ascii=False, indent=0
    )
    work.document(frame_file.encode(), name, work.say("spotcheck.frame_caption", digest=drawn.digest[:16]))
    show_progress(work, found)


SUBJECT = Subject(
    "spotcheck",
    commands=(Command("spotcheck", spot_check, Action.SPOT_CHECK, ("抽查", "档案抽查", "自查"), menu=False),),
    presses={
        "sc.preview": Press(preview, Action.SPOT_CHECK),
        "sc.draw": Press(draw_now, Action.SPOT_CHECK),
    },
)
