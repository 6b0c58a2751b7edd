"""紧急查看: a child's file of another village or town, for half an hour, with a reason; the county hears of it at once."""

from __future__ import annotations

from collections import Counter

from bot import reveal
from bot.buttons import do
from bot.subject import Command, Press, Subject
from bot.work import Refused, Work, in_twos
from db import break_glass, children, people, roster_lines
from db.outbox import Urgency
from domain.access import Action, allowed
from domain.break_glass import LASTS, MOST_A_DAY, REASONS, SEARCHED, SEARCHES_A_DAY, Opening
from domain.calendar import local
from domain.children import Child
from domain.people import Role
from domain.reading.names import search
from domain.roster.columns import RELATION_WORDS
from domain.units import COUNTY

MOST_FOUND = 4


def glass(work: Work, words: str) -> None:
    """紧急查看 殷小虎, or a whole ID number, or a file number: only what is a whole name or number is found."""
    me = work.demand(Action.BREAK_GLASS)
    if not words:
        work.reply(work.say("glass.what"))
        return
    if break_glass.searches(work.conn, me.person_id, work.now) >= SEARCHES_A_DAY:
        raise Refused("glass.searched_enough", most=SEARCHES_A_DAY)
    lines = roster_lines.lines(work.conn, work.tree.under(COUNTY))
    hits = [hit for hit in search(words, lines, limit=MOST_FOUND + 1) if hit.rank == 0]
    known = children.by_id_no(work.conn, words.strip().upper()) if len(words.strip()) == 18 else None
    ids = [known] if known else [hit.id for hit in hits]
    found = [line for line in lines if line.id in ids]
    work.note(SEARCHED, None, hits=len(found))
    if not found or len(found) > MOST_FOUND:
        work.reply(work.say("glass.nobody" if not found else "glass.too_many"))
        return
    if len(found) == 1:
        _reasons(work, found[0].file_no, found[0].unit)
        return
    # where, not who: the words typed are the name already
    places = Counter(line.unit for line in found)
    rows = []
    for line in found:
        place = work.tree.path_name(line.unit)
        label = place if places[line.unit] == 1 else f"{place} {line.file_no}"
        rows.append([(label, do("glass.ask", line.file_no))])
    work.reply(work.say("glass.which"), rows)


def ask(work: Work, file_no: str) -> None:
    """Why: without a reason nothing opens."""
    work.demand(Action.BREAK_GLASS)
    work.toast()
    _reasons(work, file_no, _child(work, file_no).unit)


def _reasons(work: Work, file_no: str, unit: str) -> None:
    if allowed(work.me, Action.SEE_CHILD, unit):
        work.reply(work.say("glass.own"), [[(work.say("glass.own_open"), do("child.open", file_no))]])
        return
    cells = [(work.say(f"glass.reason.{reason}"), do("glass.open", file_no, reason)) for reason in REASONS]
    work.reply(work.say("glass.why", minutes=_minutes()), in_twos(cells))


def open_(work: Work, file_no: str, reason: str) -> None:
    """Opened: shown for half an hour, journaled, and told to the county and the supervisor concerned in the same moment."""
    me = work.demand(Action.BREAK_GLASS)
    one = _child(work, file_no)
    if reason not in REASONS:
        raise Refused("glass.why", minutes=_minutes())
    if allowed(work.me, Action.SEE_CHILD, one.unit):
        work.go("child", file_no)
        return
    opening = break_glass.running(work.conn, one.id, me.person_id, work.now)
    if opening is None:
        if break_glass.count(work.conn, me.person_id, work.now) >= MOST_A_DAY:
            raise Refused("glass.enough", most=MOST_A_DAY)
        opening = break_glass.begin(work.conn, one.id, one.unit, me.person_id, reason, work.now, demo=work.demo)
        work.note("glass.opened", f"child:{one.id}", reason=reason, opening=opening.id)
        _tell(work, one, opening)
    work.toast()
    _show(work, one, opening)


def again(work: Work, opening_id: str) -> None:
    """Look once more while it is open."""
    me = work.demand(Action.BREAK_GLASS)
    opening = break_glass.get(work.conn, opening_id)
    if opening is None or opening.by != me.person_id or not opening.open_at(work.now):
        raise Refused("glass.over")
    entry = children.by_ids(work.conn, [opening.child_id]).get(opening.child_id)
    if entry is None:
        raise Refused("glass.over")
    work.toast()
    _show(work, entry.child, opening)


def end(work: Work, opening_id: str) -> None:
    """The county or the supervisor concerned closes it before its time."""
    me = work.demand(Action.SEE_OVERDUE)
    opening = break_glass.get(work.conn, opening_id)
    if opening is None or me.with_role(Role.COUNTY, Role.SUPERVISOR) is None:
        raise Refused("glass.over")
    work.demand_in(Action.SEE_OVERDUE, opening.unit)
    if not break_glass.end(work.conn, opening_id, me.person_id, work.now):
        raise Refused("glass.over")
    work.note("glass.ended", f"child:{opening.child_id}", opening=opening.id)
    for chat in _chats(work, [opening.by]):
        work.tell(chat, work.say("glass.ended_told"), at_any_rate=True)
    work.toast()
    work.show(work.say("glass.ended"))


def _child(work: Work, file_no: str) -> Child:
    entry = children.by_file_no(work.conn, file_no, work.tree.under(COUNTY))
    if entry is None:
        raise Refused("glass.nobody")
    return entry.child


def _show(work: Work, one: Child, opening: Opening) -> None:
    """What helps in an emergency and no more: who the child is, where home is, whom to call, what to mind."""
    work.note("glass.read", f"child:{one.id}", opening=opening.id)
    age = one.age_on(work.today)
    lines = [work.say("glass.head", name=one.name, number=one.file_no, age=age if age is not None else "?")]
    lines.append(work.say("glass.home", place=work.tree.path_name(one.unit), address=one.address or ""))
    for guardian in one.guardians:
        relation = RELATION_WORDS[guardian.relation]
        lines.append(work.say("glass.person", relation=relation, name=guardian.name, phone=guardian.phone or ""))
    minded = [value for value in (one.health, one.disease, one.disability) if value and value != "健康"]
    if minded:
        lines.append(work.say("glass.health", words="；".join(minded)))
    for post in people.posts_at(work.conn, Role.CHILD_DIRECTOR, one.unit):
        person = people.person(work.conn, post.holder) if post.holder else None
        if person is not None and person.phone:
            lines.append(work.say("glass.director", name=person.name, phone=person.phone))
    lines.append(work.say("glass.until", time=f"{local(opening.until):%H:%M}"))
    seconds = max(60, int((opening.until - work.now).total_seconds()))
    reveal.show(work, "\n".join(lines), work.say("glass.hidden", number=one.file_no), seconds=seconds)
    work.reply(work.say("glass.told"), [[(work.say("glass.again"), do("glass.again", opening.id))]])


def _tell(work: Work, one: Child, opening: Opening) -> None:
    """The county, and the supervisor of the child's town: by file number and post, never by the child's name."""
    assert work.me is not None
    post = next(iter(work.me.posts))
    who = work.say("glass.by", place=work.tree.path_name(post.unit.code), role=work.say(f"role.{post.role.value}"))
    town = work.tree.town_of(one.unit)
    posts = people.posts_at(work.conn, Role.COUNTY, COUNTY)
    posts += people.posts_at(work.conn, Role.SUPERVISOR, town.code) if town else []
    chats = dict.fromkeys(chat for post in posts for chat in people.chats_of_post(work.conn, post))
    words = work.say(
        "glass.news", who=who, number=one.file_no, reason=work.say(f"glass.reason.{opening.reason}"),
        time=f"{local(opening.until):%H:%M}",
    )  # fmt: skip
    for chat in chats:
        if chat != work.chat_id:
            button = (work.say("glass.end"), do("glass.end", opening.id))
            work.tell(chat, words, [[button]], urgency=Urgency.EMERGENCY, at_any_rate=True)


def _chats(work: Work, ids: list[str]) -> list[int]:
    found = people.persons(work.conn, ids).values()
    return [one.chat_id for one in found if one.chat_id is not None]


def _minutes() -> int:
    return int(LASTS.total_seconds() // 60)


SUBJECT = Subject(
    "break_glass",
    commands=(Command("emergency", glass, Action.BREAK_GLASS, ("紧急查看", "急查"), menu=False),),
    presses={
        "glass.ask": Press(ask, Action.BREAK_GLASS),
        "glass.open": Press(open_, Action.BREAK_GLASS),
        "glass.again": Press(again, Action.BREAK_GLASS),
        "glass.end": Press(end, Action.SEE_OVERDUE),
    },
)
