"""搬家: a child goes to another village. The sender proposes, the receiver accepts; until then nothing changes hands."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from bot import flow, move_news
from bot.buttons import do
from bot.child_card import back_to, entry_of
from bot.reminders.rules import day_words
from bot.subject import Command, Conversation, Press, Subject
from bot.work import Refused, Work
from db import agreements, child_changes, children, following, moves
from db.drafts import Kept
from db.following import Along
from db.moves import Accepted, Move, MovesAlready
from domain.access import Action, allowed
from domain.agreements import needs_agreement
from domain.changes import Unfit, What, applied
from domain.children import Child
from domain.forms import Answers, Invalid, World
from domain.moves import MOVE, MOVE_BACK, OUT, WHYS, Ended
from domain.people import UnitKind
from domain.roster.columns import LABEL_WORDS

PLACES = (UnitKind.VILLAGE, UnitKind.COMMUNITY)
SHOWN = 6
Button = tuple[str, Any]


# --- the list ---


def listed(work: Work, words: str) -> None:
    """/moves, 搬家: what comes to me and waits, what I have proposed."""
    work.demand(Action.MOVE_CHILD)
    _list(work, work.reply)


def _list(work: Work, say: Any) -> None:
    mine = work.visible(Action.MOVE_CHILD)
    found = moves.open_within(work.conn, mine)
    if not found:
        say(work.say("move.none"), [])
        return
    coming = [one for one in found if one.to_unit in mine and not one.accepted]
    going = [one for one in found if one not in coming]
    files = children.by_ids(work.conn, [one.child for one in found])
    lines, rows = [work.say("move.title")], list[list[Button]]()
    for one in [*coming, *going][:SHOWN]:
        number = files[one.child].child.file_no
        key = "coming" if one in coming else "accepted" if one.accepted else "going"
        lines.append(work.say(f"move.line.{key}", number=number, **_holes(work, one)))
        rows.append([(work.say("move.look", number=number), do("move.see", one.id))])
    if len(found) > SHOWN:
        lines.append(work.say("move.more", count=len(found) - SHOWN))
    say("\n".join(lines), rows)


def _holes(work: Work, one: Move) -> dict[str, str]:
    return {
        "before": work.tree.path_name(one.from_unit), "to": work.tree.path_name(one.to_unit),
        "day": day_words(work.words, one.day, work.today),
    }  # fmt: skip


def _move(work: Work, move_id: str, *, over: bool = False) -> tuple[Move, Child]:
    """An open proposal that comes to one of my villages or leaves it; one that was returned too, with `over`. Raises Refused."""
    one = moves.get(work.conn, move_id)
    mine = work.visible(Action.MOVE_CHILD)
    if one is None or not {one.from_unit, one.to_unit} & mine:
        raise Refused("move.gone")
    if one.ended is not None and not (over and one.ended is Ended.RETURNED and one.from_unit in mine):
        raise Refused(f"move.over.{one.ended.value}")
    return one, children.by_ids(work.conn, [one.child])[one.child].child


def see(work: Work, move_id: str) -> None:
    """Who comes, from where, why: enough to say yes or no. Looked at by name, so it is journaled."""
    one, child = _move(work, move_id, over=True)
    work.note("move.read", f"child:{child.id}")
    work.toast()
    age = child.age_on(work.today)
    lines = [
        work.say(
            "move.who", name=child.name, number=child.file_no,
            age=work.say("move.age", age=age) if age is not None else "", tier=work.say(f"reminders.tier.{child.tier.value}"),
            labels="、".join(LABEL_WORDS[label] for label in child.labels),
        ),
        work.say("move.way", **_holes(work, one)),
        work.say("move.because", why=one.why),
    ]  # fmt: skip
    if one.ended is not None:
        lines.append(work.say("move.returned_because", to=work.tree.path_name(one.to_unit), why=one.ended_why or ""))
        work.show("\n".join(lines), [back_to(work, child.file_no)])
        return
    lines += move_news.said_of(following.open_with(work.conn, child.id), work.words, "move.along.ahead")
    rows: list[list[Button]] = []
    if allowed(work.me, Action.MOVE_CHILD, one.to_unit) and not one.accepted:
        together = moves.of_pass(work.conn, one)
        if len(together) > 1:
            lines.append(work.say("move.together", count=len(together)))
        rows.append(
            [(work.say("move.accept"), do("move.accept", one.id)), (work.say("move.back"), do("move.back", one.id))]
        )
    if allowed(work.me, Action.MOVE_CHILD, one.from_unit):
        lines.append(work.say("move.still_yours", place=work.tree.path_name(one.from_unit)))
        rows.append([(work.say("move.withdraw"), do("move.withdraw", one.id))])
    rows.append([(work.say("more.moves"), do("go", "moves"))])
    work.show("\n".join(lines), rows)


# --- proposing ---


def begin(work: Work, file_no: str) -> None:
    """搬走了: on the child's card under 变动."""
    one = entry_of(work, file_no).child
    work.demand_in(Action.MOVE_CHILD, one.unit)
    if one.closed_on is not None:
        raise Refused("file.closed")
    work.toast()
    running = moves.open_of_child(work.conn, one.id)
    if running is not None:
        see(work, running.id)
        return
    flow.begin(work, "move", {"child": file_no, "family": "yes" if _siblings(work, one) else "no"})


def _siblings(work: Work, one: Child) -> dict[str, str]:
    """The other open files of the household in the same village."""
    if one.household is None:
        return {}
    there = children.in_units(work.conn, [one.unit])
    return {
        entry.child.file_no: entry.child.name
        for entry in there
        if entry.child.household == one.household and entry.child.id != one.id
    }


def _facts(work: Work) -> Mapping[str, Any]:
    def village(said: str, file_no: str) -> str:
        from_unit = entry_of(work, file_no).child.unit
        direct = work.tree.get(said)
        home = work.me.posts[0].unit if work.me else None
        found = [direct] if direct is not None else work.tree.find(said, home)
        there = [unit for unit in found if unit.kind in PLACES and unit.code != from_unit]
        if not there:
            raise Invalid("move.problem.village")
        if len(there) > 1:
            raise Invalid("move.problem.which", places="、".join(work.tree.path_name(unit.code) for unit in there[:4]))
        return there[0].code

    def near(file_no: str) -> dict[str, str]:
        from_unit = entry_of(work, file_no).child.unit
        town = work.tree.town_of(from_unit)
        units = work.tree.children_of(town.code) if town else ()
        return {unit.code: unit.name for unit in units if unit.kind in PLACES and unit.code != from_unit}

    def siblings(file_no: str) -> dict[str, str]:
        return _siblings(work, entry_of(work, file_no).child)

    return {"village": village, "near": near, "siblings": siblings, "today": work.say("move.today")}


def _value(work: Work, world: World, key: str, answer: Any, answers: Answers) -> str | None:
    if key == "child":
        return entry_of(work, answer).child.name
    if key == "to":
        return work.say("move.to.out") if answer == OUT else work.tree.path_name(answer)
    if key == "day":
        return day_words(work.words, date.fromisoformat(answer), work.today)
    if key == "siblings":
        return "、".join(entry_of(work, number).child.name for number in answer) or work.say("move.alone")
    if key == "why" and answer in WHYS:
        return work.say(f"move.why.{answer}")
    return "" if key == "family" else None


def _proposed(work: Work, answers: Answers, kept: Kept) -> None:
    numbers = [answers["child"], *(answers.get("siblings") or [])]
    found = [entry_of(work, number).child for number in numbers]
    for one in found:
        work.demand_in(Action.MOVE_CHILD, one.unit)
    why = work.say(f"move.why.{answers['why']}") if answers["why"] in WHYS else answers["why"]
    if answers["to"] == OUT:
        _out(work, found, why)
        return
    me, to, day = work.demand(Action.MOVE_CHILD), answers["to"], date.fromisoformat(answers["day"])
    for one in found:
        try:
            moves.propose(work.conn, one.id, one.unit, to, day, why, work.now, by=me.person_id, demo=work.demo)
        except MovesAlready:
            raise Refused("move.already", name=one.name) from None
        work.note("move.proposed", f"child:{one.id}", to=to)
    before, place = work.tree.path_name(found[0].unit), work.tree.path_name(to)
    receivers = move_news.in_charge(work.conn, to)
    number = "、".join(one.file_no for one in found)
    move_news.tell(work.conn, receivers, "move.please_answer", work.now, before=before, to=place, number=number)
    names = "、".join(one.name for one in found)
    work.show(
        work.say("move.proposed", names=names, to=place, before=before),
        [[(work.say("more.moves"), do("go", "moves"))], back_to(work, found[0].file_no)],
    )


def _out(work: Work, found: list[Child], why: str) -> None:
    """Out of the county: 迁出, and the paper of each file to carry along."""
    me = work.demand(Action.MOVE_CHILD)
    rows: list[list[Button]] = []
    for one in found:
        try:
            after = applied(one, What.CLOSED, work.today, reason="moved")
        except Unfit as unfit:
            raise Refused(f"change.unfit.{unfit.why}") from None
        changed = {"closed_on": [None, work.today.isoformat()], "close_reason": [None, "moved"], "note": [None, why]}
        child_changes.change_child(
            work.conn,
            after,
            work.now,
            work.policy,
            by=me.person_id,
            source=f"chat:{What.CLOSED.value}",
            changed=changed,
        )
        work.note("child.changed", f"child:{one.id}", what=What.CLOSED.value)
        rows.append([(work.say("move.paper", name=one.name), do("print.make", "fp", one.file_no, "handover"))])
    for one in found:
        words = work.say("change.undo") if len(found) == 1 else work.say("move.undo", name=one.name)
        rows.append([(words, do("change.undo", one.file_no))])
    rows.append(back_to(work, found[0].file_no))
    work.show(work.say("move.out", names="、".join(one.name for one in found)), rows)


# --- answering ---


def accept(work: Work, move_id: str) -> None:
    """接收: from now on, or from the day named, the child is this village's, with all that is in the file."""
    one, _ = _move(work, move_id)
    me = work.demand_in(Action.MOVE_CHILD, one.to_unit)
    work.toast()
    before, done, at_once = move_news.senders(work.conn, one), list[Child](), False
    together = moves.of_pass(work.conn, one)
    files = children.by_ids(work.conn, [each.child for each in together])
    for each in together:
        now = moves.accept(work.conn, each, work.now, work.policy, me.person_id)
        if now in (Accepted.NOW, Accepted.LATER):
            work.note("move.accepted", f"child:{each.child}", unit=each.to_unit)
            done.append(files[each.child].child)
            at_once = at_once or now is Accepted.NOW
    if not done:
        raise Refused("move.over.elsewhere")
    along = move_news.left_open(work.conn, [each.id for each in done]) if at_once else Along()
    key = "move.gone_over" if at_once else "move.accepted_later"
    number = "、".join(each.file_no for each in done)
    move_news.tell(work.conn, before, key, work.now, but=me.person_id, along=along, number=number, **_told(work, one))
    names = "、".join(each.name for each in done)
    lines = [work.say("move.yours" if at_once else "move.yours_later", names=names, **_holes(work, one))]
    rows: list[list[Button]] = []
    if at_once:
        lines += move_news.said_of(along, work.words, "move.along.here")
        standing = agreements.of_children(work.conn, [each.id for each in done])
        if any(needs_agreement(each, work.today) or standing.get(each.id) for each in done):
            lines.append(work.say("move.agreement"))
        rows = [[(work.say("move.open", name=each.name), do("child.open", each.file_no))] for each in done]
    work.show("\n".join(lines), rows)


def _told(work: Work, one: Move) -> dict[str, str]:
    holes = _holes(work, one)
    return {"to": holes["to"], "day": holes["day"]}


def back(work: Work, move_id: str) -> None:
    """退回: with the reason."""
    one, _ = _move(work, move_id)
    work.demand_in(Action.MOVE_CHILD, one.to_unit)
    work.toast()
    flow.begin(work, "moveback", {"move": one.id})


def _returned(work: Work, answers: Answers, kept: Kept) -> None:
    one, _ = _move(work, answers["move"])
    me = work.demand_in(Action.MOVE_CHILD, one.to_unit)
    together = moves.of_pass(work.conn, one)
    files = children.by_ids(work.conn, [each.child for each in together])
    for each in together:
        moves.end(work.conn, each, Ended.RETURNED, work.now, work.policy, by=me.person_id, why=answers["why"])
        work.note("move.returned", f"child:{each.child}")
    number = "、".join(files[each.child].child.file_no for each in together)
    move_news.tell(
        work.conn, move_news.senders(work.conn, one), "move.returned_to_you", work.now, but=me.person_id, number=number,
        to=work.tree.path_name(one.to_unit), about=one.id,
    )  # fmt: skip
    work.show(
        work.say("move.returned", before=work.tree.path_name(one.from_unit)),
        [[(work.say("more.moves"), do("go", "moves"))]],
    )


def withdraw(work: Work, move_id: str) -> None:
    """收回: it was a mistake, or the family stays."""
    one, child = _move(work, move_id)
    me = work.demand_in(Action.MOVE_CHILD, one.from_unit)
    work.toast()
    if not moves.end(work.conn, one, Ended.WITHDRAWN, work.now, work.policy, by=me.person_id):
        raise Refused("move.over.moved")
    work.note("move.withdrawn", f"child:{child.id}")
    move_news.tell(
        work.conn, move_news.in_charge(work.conn, one.to_unit), "move.withdrawn_news", work.now, but=me.person_id,
        number=child.file_no, before=work.tree.path_name(one.from_unit),
    )  # fmt: skip
    lines = [work.say("move.withdrawn", name=child.name)]
    if left := moves.of_pass(work.conn, one):
        lines.append(work.say("move.still_asked", count=len(left)))
    work.show("\n".join(lines), [[(work.say("more.moves"), do("go", "moves"))], back_to(work, child.file_no)])


def _back_value(work: Work, world: World, key: str, answer: Any, answers: Answers) -> str | None:
    return _move(work, answer)[1].name if key == "move" else None


SUBJECT = Subject(
    "move",
    commands=(Command("moves", listed, Action.MOVE_CHILD, ("搬家", "待接收", "转村"), menu=False),),
    conversations=(
        Conversation(MOVE, _proposed, Action.MOVE_CHILD, facts=_facts, value=_value),
        Conversation(MOVE_BACK, _returned, Action.MOVE_CHILD, value=_back_value),
    ),
    presses={
        "move.see": Press(see, Action.MOVE_CHILD),
        "move.begin": Press(begin, Action.MOVE_CHILD),
        "move.accept": Press(accept, Action.MOVE_CHILD),
        "move.back": Press(back, Action.MOVE_CHILD),
        "move.withdraw": Press(withdraw, Action.MOVE_CHILD),
    },
)
