"""交接: a director leaves. One reading list of what is open, 已交 from one side, 已接 from the other, the rest above (task 17)."""

from __future__ import annotations

from collections import Counter
from typing import Any

from bot.buttons import do
from bot.handover_list import PAGE, found_of, show, show_part, sides_of, signed, visible
from bot.subject import Command, Press, Subject
from bot.work import Refused, Work, in_twos
from db import handovers, people
from db.handovers import Handover, RunsAlready
from domain.access import Action, allowed, may
from domain.handover import Handed, Side
from domain.people import Post, Role

PLACES = 12
Button = tuple[str, Any]


# --- which ---


def handover(work: Work, words: str) -> None:
    """/handover, 交接; with a village behind it, that one: what is under way, else the offer to begin."""
    me = work.demand(Action.HAND_OVER)
    unit = _unit(work, words)
    if unit is not None:
        found = handovers.at_unit(work.conn, unit)
        if found is not None:
            show(work, found)
        else:
            _offer(work, unit)
        return
    above = work.visible(Action.INVITE)
    running = handovers.running_of(work.conn, work.visible(Action.HAND_OVER), me.person_id)
    if len(running) == 1 and not above:
        show(work, running[0])
        return
    lines = [work.say("handover.running", count=len(running))] if running else [work.say("handover.none")]
    cells: list[Button] = [
        (work.say("handover.of", place=_name(work, one.unit)), do("ho.see", one.id)) for one in running
    ]
    if may(work.me, Action.INVITE) and above:
        lines.append(work.say("handover.how"))
        vacant = [
            post for post in _posts(work) if post.holder is None and post.unit.code not in {one.unit for one in running}
        ]
        if vacant:
            lines.append(
                work.say(
                    "handover.vacant", places="、".join(post.unit.name for post in vacant[:PLACES]), count=len(vacant)
                )
            )
        cells += [
            (work.say("handover.towns_village", place=post.unit.name), do("ho.offer", post.unit.code))
            for post in _posts(work)[:PLACES]
            if _one_town(work)
        ]
    work.reply("\n".join(lines), in_twos(cells))


def _one_town(work: Work) -> bool:
    """A supervisor's own town is short enough to be shown; the county writes the village's name."""
    return work.me is not None and work.me.with_role(Role.COUNTY) is None


def _posts(work: Work) -> list[Post]:
    codes = work.visible(Action.INVITE)
    return [
        post for post in people.find_posts(work.conn) if post.role is Role.CHILD_DIRECTOR and post.unit.code in codes
    ]


def _unit(work: Work, words: str) -> str | None:
    words = words.strip()
    if not words:
        return None
    home = work.me.posts[0].unit if work.me else None
    direct = work.tree.get(words)
    found = [direct] if direct is not None else work.tree.find(words, home)
    codes = work.visible(Action.HAND_OVER)
    mine = [unit.code for unit in found if unit.code in codes]
    if len(mine) != 1:
        raise Refused("handover.which")
    return mine[0]


def _name(work: Work, code: str) -> str:
    unit = work.tree.get(code)
    return unit.name if unit else code


def offer(work: Work, unit: str) -> None:
    work.toast()
    found = handovers.at_unit(work.conn, unit)
    if found is not None:
        show(work, found_of(work, found.id))
    else:
        _offer(work, unit)


def _offer(work: Work, unit: str) -> None:
    """What would be on the list, before anybody is told."""
    if not allowed(work.me, Action.INVITE, unit):
        raise Refused("handover.by_supervisor")
    post = _post(work, unit)
    things = handovers.open_things(work.conn, post, work.now, work.policy, None)
    counts: Counter[Handed] = Counter(kind for kind, _ in things if kind is not Handed.REPORT)
    lines = [work.say("handover.offer" if post.holder else "handover.offer_vacant", place=work.tree.path_name(unit))]
    lines += [
        work.say("handover.count", kind=work.say(f"handover.kind.{kind.value}"), count=counts[kind])
        for kind in Handed
        if counts[kind]
    ]
    work.show("\n".join(lines), [[(work.say("handover.start"), do("ho.start", unit))]])


def _post(work: Work, unit: str) -> Post:
    found = people.posts_at(work.conn, Role.CHILD_DIRECTOR, unit)
    if not found:
        raise Refused("help.no_post")
    return found[0]


def start(work: Work, unit: str) -> None:
    me, post = work.demand_in(Action.INVITE, unit), _post(work, unit)
    work.toast()
    try:
        made = handovers.start(
            work.conn, post, work.now, work.policy, giver=post.holder, taker=None, by=me.person_id, demo=work.demo
        )
    except RunsAlready:
        raise Refused("handover.runs_already") from None
    work.note("handover.begun", f"unit:{unit}", handover=made)
    for chat in people.chats_of_post(work.conn, post):
        if chat != work.chat_id:
            work.tell(
                chat,
                work.say("handover.please_give", place=work.tree.path_name(unit)),
                [[(work.say("more.handover"), do("ho.see", made))]],
            )
    found = handovers.get(work.conn, made)
    assert found is not None
    show(work, found)


# --- signing ---


def see(work: Work, handover_id: str) -> None:
    work.toast()
    show(work, found_of(work, handover_id))


def one_item(work: Work, item_id: str, side: str) -> None:
    """已交 or 已接 for one thing; pressed again it is taken back."""
    item = handovers.item(work.conn, item_id)
    if item is None:
        raise Refused("handover.gone")
    one = _mine(work, item.handover, side)
    if item.id not in {each.id for each in visible(work, one)}:
        raise Refused("handover.gone")
    me, before = work.demand(Action.HAND_OVER), signed(item, Side(side))
    handovers.sign(work.conn, [item.id], Side(side), work.now, None if before else me.person_id)
    work.note(f"handover.{side}", f"unit:{one.unit}", item=item.id, back=before)
    if not before:
        _tell_if_all(work, one, Side(side))
    part = [each.id for each in visible(work, one) if each.kind is item.kind]
    show_part(work, one.id, item.kind.value, str(part.index(item.id) // PAGE))


def all_of(work: Work, handover_id: str, code: str, side: str) -> None:
    """The whole part at once."""
    one = _mine(work, handover_id, side)
    me = work.demand(Action.HAND_OVER)
    ids = [item.id for item in visible(work, one) if item.kind.value == code and not signed(item, Side(side))]
    handovers.sign(work.conn, ids, Side(side), work.now, me.person_id)
    work.note(f"handover.{side}", f"unit:{one.unit}", kind=code, count=len(ids))
    work.toast(work.say(f"handover.noted.{side}"))
    _tell_if_all(work, one, Side(side))
    show(work, one)


def _mine(work: Work, handover_id: str, side: str) -> Handover:
    one = found_of(work, handover_id)
    if side not in set(Side) or not one.running:
        raise Refused("handover.gone")
    if Side(side) not in sides_of(work, one):
        raise Refused("handover.not_your_side")
    return one


def _tell_if_all(work: Work, one: Handover, side: Side) -> None:
    """The other side hears once that everything is signed on this one."""
    if any(not signed(item, side) for item in visible(work, one)):
        return
    if side is Side.GIVE and all(item.given for item in handovers.items(work.conn, one.id)):
        handovers.let_go(work.conn, one)
    others = [one.taker if side is Side.GIVE else one.giver]
    chats = [
        person.chat_id for key in others if key and (person := people.person(work.conn, key)) and person.left_on is None
    ]
    chats += [
        chat
        for post in people.posts_above(work.conn, _post(work, one.unit))
        for chat in people.chats_of_post(work.conn, post)
    ]
    for chat in dict.fromkeys(chats):
        if chat is not None and chat != work.chat_id:
            work.tell(
                chat,
                work.say(f"handover.all_signed.{side.value}", place=work.tree.path_name(one.unit)),
                [[(work.say("more.handover"), do("ho.see", one.id))]],
            )


# --- the end ---


def finish(work: Work, handover_id: str, sure: str = "") -> None:
    """The supervisor ends it, knowing what nobody took: that is the supervisor's from now on."""
    one = found_of(work, handover_id)
    work.demand_in(Action.INVITE, one.unit)
    if not one.running:
        raise Refused("handover.gone")
    there = visible(work, one)
    untaken = Counter(item.kind for item in there if not item.taken)
    work.toast()
    if not sure:
        lines = [
            work.say("handover.finish_open" if untaken else "handover.finish_all", place=work.tree.path_name(one.unit))
        ]
        lines += [
            work.say("handover.count", kind=work.say(f"handover.kind.{each.value}"), count=untaken[each])
            for each in Handed
            if untaken[each]
        ]
        lines.append(work.say("handover.then_new" if one.taker else "handover.then_vacant"))
        work.show(
            "\n".join(lines),
            [
                [
                    (work.say("handover.yes"), do("ho.finish", one.id, "1")),
                    (work.say("handover.back"), do("ho.see", one.id)),
                ]
            ],
        )
        return
    if not handovers.finish(work.conn, one, work.now):
        raise Refused("handover.gone")
    work.note("handover.finished", f"unit:{one.unit}", untaken=sum(untaken.values()), vacant=one.taker is None)
    for person in (one.giver, one.taker):
        known = people.person(work.conn, person) if person else None
        if known is not None and known.chat_id is not None and known.chat_id != work.chat_id and known.left_on is None:
            work.tell(known.chat_id, work.say("handover.over", place=work.tree.path_name(one.unit)))
    work.show(
        work.say(
            "handover.finished" if one.taker else "handover.finished_vacant",
            place=work.tree.path_name(one.unit),
            count=sum(untaken.values()),
        )
    )


SUBJECT = Subject(
    "handover",
    commands=(Command("handover", handover, Action.HAND_OVER, ("交接", "工作交接", "离任交接"), menu=False),),
    presses={
        "ho.see": Press(see, Action.HAND_OVER),
        "ho.offer": Press(offer, Action.INVITE),
        "ho.start": Press(start, Action.INVITE),
        "ho.kind": Press(show_part, Action.HAND_OVER),
        "ho.item": Press(one_item, Action.HAND_OVER),
        "ho.all": Press(all_of, Action.HAND_OVER),
        "ho.finish": Press(finish, Action.INVITE),
    },
)
