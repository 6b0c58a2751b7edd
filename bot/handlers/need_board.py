"""求助墙 and who helps: needs without names, taken up by declared helpers; pairs; the publicity log (plan tasks 6, 12, 18).

Organisations have no login of their own: the office that looks after them (民政, 团县委, 妇联 …) acts for them.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bot import flow, referral_news, sharing
from bot.buttons import do, short
from bot.child_card import back_to, entry_of
from bot.referral_lines import child_lines
from bot.reminders.rules import day_words
from bot.subject import Command, Conversation, Press, Subject
from bot.work import Refused, Work, in_twos
from db import deeds, helpers, referrals
from db.drafts import Kept
from db.helpers import Helper
from domain.access import Action, granting, may
from domain.forms import Answers, World
from domain.referrals.events import Act, Event
from domain.referrals.forms import HELPER, PAIR, PUBLICITY_FORM
from domain.referrals.steps import Impossible
from domain.units import COUNTY

SHOWN = 6
LONG_PAIR = 180  # days after which a pair is worth a word of thanks
Cell = tuple[str, Any]


# --- the board ---


def board(work: Work, words: str) -> None:
    """What is needed, in words that tell nobody who it is."""
    found = referrals.on_board(work.conn)
    lines = [work.say("board.title" if found else "board.nothing", count=len(found))]
    cells: list[Cell] = []
    for place, (one, now) in enumerate(found[:SHOWN], 1):
        said = referrals.get(work.conn, one.id)
        town = work.tree.town_of(one.unit)
        state = "matched" if now.did("matched") else "claimed" if now.helper else "open"
        lines.append(
            work.say(
                "board.line", place=place, need=work.say(f"referral.need.{one.topic or 'other'}"),
                words=said.said.get("public", "") if said else "", town=town.name if town else "",
                state=work.say(f"board.state.{state}"),
            )
        )  # fmt: skip
        if now.helper is None and may(work.me, Action.HELPERS):
            cells.append((work.say("board.claim_nth", place=place), do("board.claim", one.id)))
    rows = in_twos(cells)
    if may(work.me, Action.HELPERS):
        rows.append([(work.say("helper.open"), do("go", "helpers"))])
    else:
        rows.append([(work.say("board.add"), do("referral.kind", "social"))])
    work.reply("\n".join(lines), rows)


def claim(work: Work, referral_id: str) -> None:
    """Who takes it up: only those whose declaration lies there."""
    _need(work, referral_id)
    work.toast()
    ready = [one for one in helpers.all_of_them(work.conn) if one.declared_on is not None]
    if not ready:
        work.reply(work.say("board.no_helper"), [[(work.say("helper.open"), do("go", "helpers"))]])
        return
    # two ids do not fit one button: the helper by the end of its id
    rows = [[(one.name, do("board.take", referral_id, short(one.id)))] for one in ready[:10]]
    work.reply(work.say("board.who"), rows)


def take(work: Work, referral_id: str, tail: str) -> None:
    """The first one has it; the second is told so kindly."""
    one = _need(work, referral_id)
    helper = next((each for each in helpers.all_of_them(work.conn) if short(each.id) == tail), None)
    if helper is None or helper.declared_on is None:
        raise Refused("board.undeclared")
    me = work.demand(Action.HELPERS)
    unit = next((post.unit.code for post in me.posts), COUNTY)
    event = Event(Act.CLAIMED, work.now, me.person_id, unit, detail={"helper": helper.id})
    seat = referrals.seat_of(work.conn, one, me)
    try:
        with work.conn.begin_nested():
            referrals.act(work.conn, one, seat or referrals.nobody(unit), event)
    except Impossible as impossible:
        work.toast()
        work.reply(
            work.say("board.taken" if impossible.why == "claimed_already" else "board.gone"),
            [[(work.say("board.open"), do("go", "board"))]],
        )
        return
    work.note("board.claimed", f"referral:{one.id}", helper=helper.id)
    work.toast()
    referral_news.claimed(work, one)
    work.show(
        work.say("board.claimed", name=helper.name, number=one.number), [[(work.say("board.open"), do("go", "board"))]]
    )


def _need(work: Work, referral_id: str) -> referrals.Referral:
    one = referrals.get(work.conn, referral_id)
    if one is None or one.kind_code != "social":
        raise Refused("referral.gone")
    return one


# --- who helps ---


def everybody(work: Work, words: str) -> None:
    """Who is registered, who still owes the declaration, and what may be done."""
    found = helpers.all_of_them(work.conn)
    lines = [work.say("helper.title" if found else "helper.nobody", count=len(found))]
    rows: list[list[Cell]] = []
    for one in found[-12:]:
        key = "helper.line" if one.declared_on else "helper.line_undeclared"
        lines.append(work.say(key, sort=work.say(f"helper.sort.{one.kind}"), name=one.name))
        if one.declared_on is None and _answers_for(work, one):
            rows.append([(work.say("helper.declare", name=one.name), do("helper.declare", one.id))])
    rows.append([(work.say("helper.new"), do("helper.new")), (work.say("helper.thanks"), do("helper.thanks"))])
    rows.append([(work.say("board.open"), do("go", "board"))])
    work.reply("\n".join(lines), rows)


def new_helper(work: Work) -> None:
    work.demand(Action.HELPERS)
    work.toast()
    flow.begin(work, "helper")


def _helper_made(work: Work, answers: Answers, kept: Kept) -> None:
    me = work.demand(Action.HELPERS)
    unit = next(post.unit.code for post in me.posts)
    declared = work.today if answers["declared"] == "yes" else None
    made = helpers.put(
        work.conn,
        answers["sort"],
        answers["name"],
        unit,
        work.now,
        declared_on=declared,
        by=me.person_id,
        demo=work.demo,
    )
    work.note("helper.added", f"helper:{made}", declared=declared is not None)
    key = "helper.made" if declared else "helper.made_undeclared"
    work.show(work.say(key, name=answers["name"]), [[(work.say("helper.open"), do("go", "helpers"))]])


def declare(work: Work, helper_id: str) -> None:
    work.demand(Action.HELPERS)
    one = helpers.get(work.conn, helper_id)
    if one is None or not _answers_for(work, one) or not helpers.declare(work.conn, helper_id, work.today):
        raise Refused("helper.gone")
    work.note("helper.declared", f"helper:{helper_id}")
    work.toast(work.say("helper.declared"))
    everybody(work, "")


def _answers_for(work: Work, helper: helpers.Helper) -> bool:
    """Whether the helper is registered with an office of mine, or below it: there the written declaration lies."""
    mine = any(post.unit.code == helper.unit for post in granting(work.me, Action.HELPERS))
    return mine or helper.unit in work.visible(Action.HELPERS)


def thanks(work: Work) -> None:
    """表彰参考: in the order they were registered, with what each did; nobody is ranked (plan task 18)."""
    work.demand(Action.HELPERS)
    work.toast()
    met = referrals.met_by_helper(work.conn)
    lengths = helpers.lengths(work.conn, work.today)
    lines = []
    for one in helpers.all_of_them(work.conn):
        long = sum(days >= LONG_PAIR for days in lengths.get(one.id, ()))
        if met.get(one.id) or long:
            lines.append(work.say("helper.thanks_line", name=one.name, met=met.get(one.id, 0), pairs=long))
    work.reply("\n".join([work.say("helper.thanks_title"), *lines] if lines else [work.say("helper.thanks_none")]))


# --- pairs ---


def pairs_of(work: Work, file_no: str) -> None:
    """Who stands by this child, and a new pair."""
    one = entry_of(work, file_no).child
    work.demand_in(Action.REFER, one.unit)
    work.toast()
    work.note("child.pairs", f"child:{one.id}")
    running = helpers.pairs_of(work.conn, [one.id])
    lines = [work.say("pair.of" if running else "pair.nobody", name=one.name)]
    rows: list[list[Cell]] = []
    for each in running:
        sort = work.say(f"pair.sort.{each.kind}")
        lines.append(
            work.say("pair.line", sort=sort, name=each.helper.name, day=day_words(work.words, each.since, work.today))
        )
        rows.append([(work.say("pair.end", name=each.helper.name), do("pair.end", file_no, short(each.id)))])
    rows.append([(work.say("pair.add"), do("pair.add", file_no)), *back_to(work, file_no)])
    work.reply("\n".join(lines), rows)


def add_pair(work: Work, file_no: str) -> None:
    entry_of(work, file_no)
    work.toast()
    if not _ready(work):
        work.reply(work.say("pair.no_helper"))
        return
    flow.begin(work, "pair", {"child": file_no})


def end_pair(work: Work, file_no: str, tail: str) -> None:
    one = entry_of(work, file_no).child
    work.demand_in(Action.REFER, one.unit)
    if not helpers.part(work.conn, tail, one.id, work.today):
        raise Refused("helper.gone")
    work.note("pair.ended", f"child:{one.id}")
    work.toast(work.say("pair.ended"))
    pairs_of(work, file_no)


def _ready(work: Work) -> list[Helper]:
    return [one for one in helpers.all_of_them(work.conn) if one.declared_on is not None]


def _pair_facts(work: Work) -> Mapping[str, Any]:
    return {"roster": lambda: child_lines(work), "helpers": [(short(one.id), one.name) for one in _ready(work)]}


def _pair_value(work: Work, world: World, key: str, value: Any, answers: Answers) -> str | None:
    if key == "child":
        return entry_of(work, str(value)).child.name
    if key == "helper":
        return next((name for tail, name in world.facts["helpers"] if tail == value), str(value))
    return None


def _paired(work: Work, answers: Answers, kept: Kept) -> None:
    me, child = work.demand(Action.REFER), entry_of(work, answers["child"]).child
    work.demand_in(Action.REFER, child.unit)
    helper = next((one for one in _ready(work) if short(one.id) == answers["helper"]), None)
    if helper is None:
        raise Refused("helper.gone")
    if not sharing.agreed(work, child, helper.name):
        again = (work.say("pair.go_on", name=helper.name), do("pair.with", child.file_no, short(helper.id), answers["sort"]))
        sharing.ask_first(work, child, helper.name, [[again], back_to(work, child.file_no)])
        return
    made = helpers.pair(work.conn, child.id, helper.id, answers["sort"], work.today, by=me.person_id, demo=work.demo)
    if made is None:
        raise Refused("pair.there_already")
    work.note("pair.made", f"child:{child.id}", helper=helper.id)
    work.show(work.say("pair.made", name=helper.name), [back_to(work, child.file_no)])


def pair_with(work: Work, file_no: str, tail: str, sort: str) -> None:
    """The same pair once more, after the family was asked."""
    one = entry_of(work, file_no).child
    if not any(short(each.id) == tail for each in _ready(work)):
        raise Refused("helper.gone")
    work.toast()
    flow.begin(work, "pair", {"child": one.file_no, "helper": tail, "sort": sort}, fresh=True)


# --- publicity for mandatory reporting ---


def publicity(work: Work, words: str) -> None:
    """强制报告宣传 is written down in one short form (plan task 6)."""
    flow.begin(work, "publicity")


def _publicised(work: Work, answers: Answers, kept: Kept) -> None:
    me = work.demand(Action.RECORD_DEED)
    unit = next(post.unit.code for post in me.posts)
    way = work.say(f"publicity.way.{answers['way']}")
    note = f"{way}。{answers['note']}" if answers.get("note") else way
    made = deeds.put(
        work.conn, "publicity", unit, work.today, work.now, by=me.person_id, reached=answers.get("reached"), note=note,
        demo=work.demo,
    )  # fmt: skip
    work.note("deed.done", f"unit:{unit}", deed=made, duty="publicity")
    work.show(work.say("publicity.saved"))


SUBJECT = Subject(
    "need_board",
    commands=(
        Command("board", board, Action.REFER, ("求助墙", "需求墙", "社会帮助"), menu=False),
        Command("helpers", everybody, Action.HELPERS, ("帮扶力量", "志愿者", "爱心妈妈"), menu=False),
        Command("publicity", publicity, Action.RECORD_DEED, ("宣传", "宣传记录"), menu=False),
    ),
    conversations=(
        Conversation(HELPER, _helper_made, Action.HELPERS),
        Conversation(PAIR, _paired, Action.REFER, facts=_pair_facts, value=_pair_value),
        Conversation(PUBLICITY_FORM, _publicised, Action.RECORD_DEED),
    ),
    presses={
        "board.claim": Press(claim, Action.HELPERS),
        "board.take": Press(take, Action.HELPERS),
        "helper.new": Press(new_helper, Action.HELPERS),
        "helper.declare": Press(declare, Action.HELPERS),
        "helper.thanks": Press(thanks, Action.HELPERS),
        "pair.new": Press(pairs_of, Action.REFER),
        "pair.add": Press(add_pair, Action.REFER),
        "pair.with": Press(pair_with, Action.REFER),
        "pair.end": Press(end_pair, Action.REFER),
    },
)
