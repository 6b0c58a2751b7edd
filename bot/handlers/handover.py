"""交接: a director leaves. One reading list of what is open, 已交 from one side, 已接 from the other, the rest above (task 17)."""

from __future__ import annotations

from collections import Counter
from typing import Any

from bot.buttons import do
from bot.reminders.rules import day_words
from bot.subject import Command, Press, Subject
from bot.work import Refused, Work, in_twos
from db import children, drafts, duties, handovers, issues, people, reports
from db.handovers import Handover, Item, RunsAlready
from domain.access import Action, allowed, may
from domain.calendar import DAY
from domain.handover import AHEAD, Handed, Side
from domain.people import Post, Role

PAGE = 6
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
            _show(work, found)
        else:
            _offer(work, unit)
        return
    above = work.visible(Action.INVITE)
    running = handovers.running_of(work.conn, work.visible(Action.HAND_OVER), me.person_id)
    if len(running) == 1 and not above:
        _show(work, running[0])
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
        _show(work, _found(work, found.id))
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
    _show(work, found)


# --- the list ---


def _found(work: Work, handover_id: str) -> Handover:
    """One I give, take, or watch over. Raises Refused."""
    me, one = work.demand(Action.HAND_OVER), handovers.get(work.conn, handover_id)
    if one is None or not (me.person_id in (one.giver, one.taker) or allowed(work.me, Action.HAND_OVER, one.unit)):
        raise Refused("handover.gone")
    return one


def _sides(work: Work, one: Handover) -> tuple[Side, ...]:
    """What I sign: my own side; above, the side of whoever is not there (any more)."""
    me = work.demand(Action.HAND_OVER)
    found = [side for side, person in ((Side.GIVE, one.giver), (Side.TAKE, one.taker)) if person == me.person_id]
    if allowed(work.me, Action.INVITE, one.unit):
        if not _works_here(work, one.giver):
            found.append(Side.GIVE)
        if one.taker is None:
            found.append(Side.TAKE)
    return tuple(dict.fromkeys(found))


def _works_here(work: Work, person: str | None) -> bool:
    """Whether somebody can still open this chat: without a post one is a stranger to us."""
    return person is not None and bool(people.posts_of(work.conn, person))


def _visible(work: Work, one: Handover) -> list[Item]:
    """The list as I may see it: reports only those I could open anyway, so that not even their number tells anything."""
    assert work.me is not None
    everything = handovers.items(work.conn, one.id)
    if not any(item.kind is Handed.REPORT for item in everything):
        return everything
    open_to_me = {listed.report.id for listed in reports.of_me(work.conn, work.me)}
    return [item for item in everything if item.kind is not Handed.REPORT or item.of in open_to_me]


def see(work: Work, handover_id: str) -> None:
    work.toast()
    _show(work, _found(work, handover_id))


def _show(work: Work, one: Handover) -> None:
    """How far it is, part by part; above, what nobody took yet."""
    there = _visible(work, one)
    lines = [work.say("handover.title", place=work.tree.path_name(one.unit))]
    if one.taker is None:
        lines.append(work.say("handover.no_taker"))
    cells: list[Button] = []
    for kind in Handed:
        part = [item for item in there if item.kind is kind]
        if not part:
            continue
        given, taken = sum(item.given for item in part), sum(item.taken for item in part)
        name = work.say(f"handover.kind.{kind.value}")
        lines.append(work.say("handover.line", kind=name, count=len(part), given=given, taken=taken))
        mark = "✅ " if given == taken == len(part) else ""
        cells.append((mark + name, do("ho.kind", one.id, kind.value)))
    if not there:
        lines.append(work.say("handover.nothing"))
    me = work.demand(Action.HAND_OVER)
    if one.giver == me.person_id and (
        mine := [kept for kept in drafts.of_chat(work.conn, work.chat_id) if kept.draft.form == "report"]
    ):
        lines.append(work.say("handover.drafts", count=len(mine)))
    last: list[Button] = []
    if one.running and allowed(work.me, Action.INVITE, one.unit):
        untaken = sum(not item.taken for item in there)
        if untaken:
            lines.append(work.say("handover.untaken", count=untaken))
        last.append((work.say("handover.finish"), do("ho.finish", one.id)))
        if one.taker is None:
            last.append((work.say("handover.invite"), do("go", "invite")))
    work.show("\n".join(lines), [*in_twos(cells), last])


def kind(work: Work, handover_id: str, code: str, page: str = "0") -> None:
    """One part of the list, by pages: what it is about, and a tap for each or for all."""
    one = _found(work, handover_id)
    if code not in set(Handed):
        raise Refused("handover.gone")
    work.toast()
    part = [item for item in _visible(work, one) if item.kind is Handed(code)]
    last = max(0, (len(part) - 1) // PAGE)
    number = min(int(page) if page.isdigit() else 0, last)
    shown = part[number * PAGE : (number + 1) * PAGE]
    lines = [work.say("handover.part", kind=work.say(f"handover.kind.{code}"), count=len(part))]
    rows: list[list[Button]] = []
    sides = _sides(work, one) if one.running else ()
    for item, words in zip(shown, _words(work, one, shown), strict=True):
        mark = "✅" if item.given and item.taken else "📤" if item.given else "📥" if item.taken else "▫️"
        lines.append(f"{mark} {words}")
    for side in sides:
        if any(not _signed(item, side) for item in part):
            rows.append(
                [(work.say(f"handover.all.{side.value}", count=len(part)), do("ho.all", one.id, code, side.value))]
            )
    for side in sides[:1] if len(sides) == 1 else ():
        cells: list[Button] = [
            (
                work.say("handover.one_back" if _signed(item, side) else f"handover.one.{side.value}", place=place),
                do("ho.item", item.id, side.value),
            )
            for place, item in enumerate(shown, number * PAGE + 1)
        ]
        rows += [cells[at : at + 3] for at in range(0, len(cells), 3)]
    turns: list[Button] = []
    if number:
        turns.append((work.say("form.previous_page"), do("ho.kind", one.id, code, str(number - 1))))
    if number < last:
        turns.append((work.say("form.next_page"), do("ho.kind", one.id, code, str(number + 1))))
    lines = [lines[0], *(f"{place}. {line}" for place, line in enumerate(lines[1:], number * PAGE + 1))]
    work.show("\n".join(lines), [*rows, turns, [(work.say("handover.back"), do("ho.see", one.id))]])


def _signed(item: Item, side: Side) -> bool:
    return item.given if side is Side.GIVE else item.taken


def _words(work: Work, one: Handover, shown: list[Item]) -> list[str]:
    """What each is about: by name to who may see the village's children, by number to who may not (any more)."""
    about = {item.of for item in shown if item.subject.startswith("child:")}
    problems = {
        item.of: found for item in shown if item.kind is Handed.ISSUE and (found := issues.get(work.conn, item.of))
    }
    about |= {found.child_id for found in problems.values()}
    files = {key: entry.child for key, entry in children.by_ids(work.conn, about).items()}
    names = allowed(work.me, Action.SEE_CHILD, one.unit)
    if files:
        work.note("child.list", f"unit:{one.unit}", count=len(files))
    numbers = (
        {listed.report.id: listed.report.number for listed in reports.of_me(work.conn, work.me)} if work.me else {}
    )
    owed: dict[str, list[str]] = {}
    if shown and shown[0].kind is Handed.DUTY:
        for duty in sorted(
            duties.everything_until(work.conn, work.today + AHEAD * DAY, work.today, work.policy, {one.unit}),
            key=lambda duty: duty.due,
        ):
            if duty.child is not None and duty.duty.who is Role.CHILD_DIRECTOR:
                said = work.say(
                    "handover.owed",
                    duty=work.say(f"reminders.duty.{duty.duty.code}"),
                    day=day_words(work.words, duty.due, work.today),
                )
                owed.setdefault(duty.child.id, []).append(said)
    said_of: list[str] = []
    for item in shown:
        child = files.get(problems[item.of].child_id if item.of in problems else item.of)
        who = "" if child is None else child.name if names else child.file_no
        mark = work.say(f"reminders.tier.{child.tier.value}") if child is not None else ""
        if item.kind is Handed.REPORT:
            said_of.append(work.say("handover.report", number=numbers.get(item.of, "")))
        elif item.kind is Handed.MOVE:
            said_of.append(work.say("handover.move"))
        elif item.kind is Handed.ISSUE:
            issue = problems.get(item.of)
            what = (work.words.find(f"child.issue.{issue.type}") or "") if issue else ""
            said_of.append(work.say("handover.issue", who=who, kind=what))
        elif item.kind is Handed.DUTY:
            said_of.append(
                f"{mark}{who} "
                + work.say("reminders.and").join((owed.get(item.of) or [work.say("handover.done_since")])[:2])
            )
        else:
            said_of.append(f"{mark}{who}")
    return said_of


def one_item(work: Work, item_id: str, side: str) -> None:
    """已交 or 已接 for one thing; pressed again it is taken back."""
    item = handovers.item(work.conn, item_id)
    if item is None:
        raise Refused("handover.gone")
    one = _mine(work, item.handover, side)
    if item.id not in {each.id for each in _visible(work, one)}:
        raise Refused("handover.gone")
    me, signed = work.demand(Action.HAND_OVER), _signed(item, Side(side))
    handovers.sign(work.conn, [item.id], Side(side), work.now, None if signed else me.person_id)
    work.note(f"handover.{side}", f"unit:{one.unit}", item=item.id, back=signed)
    part = [each.id for each in _visible(work, one) if each.kind is item.kind]
    kind(work, one.id, item.kind.value, str(part.index(item.id) // PAGE))


def all_of(work: Work, handover_id: str, code: str, side: str) -> None:
    """The whole part at once."""
    one = _mine(work, handover_id, side)
    me = work.demand(Action.HAND_OVER)
    ids = [item.id for item in _visible(work, one) if item.kind.value == code and not _signed(item, Side(side))]
    handovers.sign(work.conn, ids, Side(side), work.now, me.person_id)
    work.note(f"handover.{side}", f"unit:{one.unit}", kind=code, count=len(ids))
    work.toast(work.say(f"handover.noted.{side}"))
    _tell_if_all(work, one, Side(side))
    _show(work, one)


def _mine(work: Work, handover_id: str, side: str) -> Handover:
    one = _found(work, handover_id)
    if side not in set(Side) or not one.running:
        raise Refused("handover.gone")
    if Side(side) not in _sides(work, one):
        raise Refused("handover.not_your_side")
    return one


def _tell_if_all(work: Work, one: Handover, side: Side) -> None:
    """The other side hears once that everything is signed on this one."""
    if any(not _signed(item, side) for item in _visible(work, one)):
        return
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
    one = _found(work, handover_id)
    work.demand_in(Action.INVITE, one.unit)
    if not one.running:
        raise Refused("handover.gone")
    there = _visible(work, one)
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
        "ho.kind": Press(kind, Action.HAND_OVER),
        "ho.item": Press(one_item, Action.HAND_OVER),
        "ho.all": Press(all_of, Action.HAND_OVER),
        "ho.finish": Press(finish, Action.INVITE),
    },
)
