"""Referrals in the database: raised, sent, worked on. Rows are only ever added; three columns follow the facts."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, Integer, cast, func, or_, select, update

from db import reports
from db.models import referral_events, units
from db.models import referrals as table
from db.parts import parts
from db.rows import add, opened
from db.types import new_id
from domain import access
from domain.access import Action
from domain.calendar import DAY, LOCAL, local_day
from domain.people import Me, Role
from domain.referrals.events import Act, Event
from domain.referrals.life import Life, State, life
from domain.referrals.steps import Part, Seat, take
from domain.referrals.types import BOARD_KIND, KINDS, Kind, lead, topic_of
from domain.units import COUNTY

NUMBER = "ZJ"  # 转介
BUREAU = f"{COUNTY}.civil_affairs"
_PLAIN = (
    table.c.id, table.c.number, table.c.kind, table.c.child_id, table.c.unit, table.c.raised_by, table.c.raised_at,
    table.c.topic, table.c.issue_id,
)  # fmt: skip


@dataclass(frozen=True)
class Referral:
    """What was asked for. `content` (the answers) is empty where it was left sealed."""

    id: str
    number: str
    kind_code: str
    child_id: str | None
    unit: str
    raised_by: str
    raised_at: datetime
    topic: str | None = None
    issue_id: str | None = None
    content: dict[str, Any] | None = None

    @property
    def kind(self) -> Kind:
        return KINDS[self.kind_code]

    @property
    def said(self) -> dict[str, Any]:
        return self.content or {}


@dataclass(frozen=True)
class Listed:
    """A referral as somebody sees it in a list."""

    referral: Referral
    seat: Seat
    life: Life


# --- raising ---


def raise_(
    conn: Connection, kind: str, unit: str, by: str, content: dict[str, Any], now: datetime, *, child_id: str | None = None,
    issue_id: str | None = None, next_on: date | None = None, demo: bool = False,
) -> Referral:  # fmt: skip
    """Write it down under the next number of the year and send it to its lead unit.

    A unit with nobody registered is passed over: the county has it at once.
    """
    number = _next_number(conn, now.astimezone(LOCAL).year)
    one = Referral(new_id(), number, kind, child_id, unit, by, now, topic_of(KINDS[kind], content), issue_id, content)
    add(
        conn, table, id=one.id, number=number, kind=kind, child_id=child_id, issue_id=issue_id, unit=unit, raised_by=by,
        raised_at=now, content=content, topic=one.topic, demo=demo,
    )  # fmt: skip
    put(conn, one, Event(Act.RAISED, now, by, detail={"next": next_on.isoformat()} if next_on else None))
    if content.get("consent") in ("yes", "no"):
        put(conn, one, Event(Act.CONSENT, now, by, detail={"given": str(content["consent"])}))
    _send(conn, one, lead(one.kind, content, unit), now)
    follow(conn, one)
    return one


def _send(conn: Connection, one: Referral, unit: str, now: datetime) -> None:
    if unit != COUNTY and "." in unit and not reports.staffed(conn, [unit]):
        if unit != BUREAU:  # 县民政局 as a receiver is the county bureau itself
            put(conn, one, Event(Act.VACANT, now, to=unit))
        unit = COUNTY
    put(conn, one, Event(Act.SENT, now, to=unit))


def _next_number(conn: Connection, year: int) -> str:
    # one at a time: the county's row is held until the commit (SQLite has one writer anyway)
    conn.execute(select(units.c.code).where(units.c.parent.is_(None)).with_for_update(key_share=True))
    prefix = f"{NUMBER}-{year}-"
    serial = func.max(cast(func.substr(table.c.number, len(prefix) + 1), Integer))
    last = conn.execute(select(serial).where(table.c.number.like(prefix + "%"))).scalar()
    return f"{prefix}{(last or 0) + 1:04}"


# --- steps ---


def act(conn: Connection, one: Referral, seat: Seat, event: Event) -> Life:
    """Take one step, if it may be taken; where it stands afterwards. Raises Impossible.

    The row is locked first: of two who accept or claim at once the second is told so.
    """
    conn.execute(select(table.c.id).where(table.c.id == one.id).with_for_update())
    take(life_of(conn, one), one.kind, event, seat)
    if event.kind is Act.FORWARDED and event.to and "." in event.to and not reports.staffed(conn, [event.to]):
        put(conn, one, event)
        put(conn, one, Event(Act.VACANT, event.at, to=event.to))
        put(conn, one, Event(Act.SENT, event.at, to=COUNTY))
    else:
        put(conn, one, event)
    return follow(conn, one)


def put(conn: Connection, one: Referral, event: Event) -> None:
    """Write down one thing that happened; in the order of writing, whatever the clock did."""
    last = conn.execute(select(func.max(referral_events.c.seq)).where(referral_events.c.referral_id == one.id)).scalar()
    add(
        conn, referral_events, id=new_id(), referral_id=one.id, seq=(last or 0) + 1, at=event.at, kind=event.kind.value,
        by_person=event.person, unit=event.unit, to=event.to, note=event.note,
        detail=dict(event.detail) if event.detail else None,
    )  # fmt: skip


def follow(conn: Connection, one: Referral) -> Life:
    """The columns lists are found by, from the facts."""
    now = life_of(conn, one)
    over = None if now.open else (now.told_at or now.result_at or now.sent_at)
    again = now.next_on
    if now.state is State.DONE and now.result_at is not None:
        again = local_day(now.result_at)  # the family is to be told soon after
    elif now.state is State.CLOSED:
        again = now.until
    conn.execute(update(table).where(table.c.id == one.id).values(desk=now.desk, again_on=again, over_at=over))
    return now


# --- reading ---


def get(conn: Connection, referral_id: str) -> Referral | None:
    row = conn.execute(select(table).where(table.c.id == referral_id)).first()
    return _referral(opened(conn, table, row)) if row else None


def by_number(conn: Connection, number: str) -> Referral | None:
    found = conn.execute(select(table.c.id).where(table.c.number == number)).scalar()
    return get(conn, found) if found else None


def _referral(values: Any) -> Referral:
    return Referral(
        values["id"], values["number"], values["kind"], values["child_id"], values["unit"], values["raised_by"],
        values["raised_at"], values["topic"], values["issue_id"], dict(values.get("content") or {}),
    )  # fmt: skip


def life_of(conn: Connection, one: Referral) -> Life:
    return life(events(conn, one.id, notes=False), family=one.kind.family)


def events(conn: Connection, referral_id: str, *, notes: bool = True) -> list[Event]:
    """All that happened to it, the earliest first; `notes` opens what was written."""
    return _events(conn, [referral_id], notes)[referral_id]


def _events(conn: Connection, ids: Sequence[str], notes: bool = False) -> dict[str, list[Event]]:
    found: dict[str, list[Event]] = defaultdict(list)
    for part in parts(ids):
        query = select(referral_events).where(referral_events.c.referral_id.in_(part))
        for row in conn.execute(query.order_by(referral_events.c.seq)).all():
            values: Any = opened(conn, referral_events, row) if notes else row._mapping
            found[values["referral_id"]].append(
                Event(
                    Act(values["kind"]), values["at"], values["by_person"], values["unit"], values["to"],
                    values["note"] if notes else None, values["detail"],
                )
            )  # fmt: skip
    return found


def with_lives(conn: Connection, *where: Any) -> list[tuple[Referral, Life]]:
    """Referrals and where they stand; what was said stays sealed."""
    rows = conn.execute(select(*_PLAIN).where(*where).order_by(table.c.raised_at, table.c.number)).all()
    happened = _events(conn, [row.id for row in rows])
    found = [_referral(row._mapping) for row in rows]
    return [(one, life(happened[one.id], family=one.kind.family)) for one in found]


def of_child(conn: Connection, child_id: str) -> list[tuple[Referral, Life]]:
    """Every referral of a child, the newest last."""
    return with_lives(conn, table.c.child_id == child_id)


def open_ones(conn: Connection) -> list[tuple[Referral, Life]]:
    """Everything that still needs somebody."""
    return with_lives(conn, table.c.over_at.is_(None))


@dataclass(frozen=True)
class Named:
    """A day that was named with a referral. `what`: look_again, tell_family, benefit_ends; `since` the fact behind it."""

    child: str
    what: str
    day: date
    since: date


SPOKEN_OF = 30 * DAY  # so long after it ran out a benefit is still asked about


def days_named(conn: Connection, last: date, today: date, child: str | None = None) -> list[Named]:
    """The days up to `last` on which the village has to do something about a referral of its own children."""
    where = [
        table.c.again_on <= last,
        table.c.child_id.is_not(None),
        or_(table.c.over_at.is_(None), table.c.again_on >= today - SPOKEN_OF),
    ]
    if child is not None:
        where.append(table.c.child_id == child)
    found = []
    for one, now in with_lives(conn, *where):
        assert one.child_id is not None
        if now.state is State.DONE and now.result_at is not None:
            found.append(Named(one.child_id, "tell_family", local_day(now.result_at), local_day(now.result_at)))
        elif now.open and now.by_village and now.next_on is not None:
            spoken = now.word_at or now.raised_at or one.raised_at
            found.append(Named(one.child_id, "look_again", now.next_on, local_day(spoken)))
        elif (
            now.until is not None and now.result_at is not None and not now.open and not _renewed(conn, one, now.until)
        ):
            found.append(Named(one.child_id, "benefit_ends", now.until, local_day(now.result_at)))
    return found


def _renewed(conn: Connection, one: Referral, until: date) -> bool:
    """The same benefit was asked for anew, shortly before it ran out or since."""
    same = select(table.c.raised_at).where(
        table.c.child_id == one.child_id,
        table.c.kind == one.kind_code,
        table.c.topic == one.topic,
        table.c.id != one.id,
    )
    return any(local_day(row.raised_at) >= until - 2 * SPOKEN_OF for row in conn.execute(same))


# --- who may open it ---


def seat_of(conn: Connection, one: Referral, me: Me, now: Life | None = None) -> Seat | None:
    """As what this person may open the referral; None if not at all."""
    now = now or life_of(conn, one)
    codes = {post.unit.code for post in me.posts if post.role in (Role.DEPARTMENT, Role.COUNTY)}
    if now.desk in codes:
        return Seat(Part.LEAD, now.desk)
    home = next(
        (post for post in me.posts if post.role is not Role.COUNTY and access.covers(post, Action.REFER, one.unit)),
        None,
    )
    if home is not None:
        return Seat(Part.LEAD if now.by_village else Part.HOME, home.unit.code)
    if me.with_role(Role.COUNTY):
        return Seat(Part.COUNTY, COUNTY)
    if (one.raised_by == me.person_id and not _moved_away(conn, one, me)) or one.unit in codes:
        return Seat(Part.ASKER, one.unit if one.unit in codes else None)
    past = select(referral_events.c.id).where(
        referral_events.c.referral_id == one.id, or_(referral_events.c.to.in_(codes), referral_events.c.unit.in_(codes))
    )
    return Seat(Part.PAST) if codes and conn.execute(past.limit(1)).first() else None


def _moved_away(conn: Connection, one: Referral, me: Me) -> bool:
    """Whether this person asked as the child's own village or town, and the child lives elsewhere now."""
    left = select(referral_events.c.unit).where(
        referral_events.c.referral_id == one.id, referral_events.c.kind == Act.MOVED.value
    )
    return any(access.covers(post, Action.REFER, unit) for unit in conn.execute(left).scalars() for post in me.posts)


def of_me(conn: Connection, me: Me, codes: Collection[str]) -> list[Listed]:
    """Every referral this person may open. `codes`: the places the person's posts cover (work.visible(Action.REFER))."""
    own = [post.unit.code for post in me.posts]
    held = select(referral_events.c.referral_id).where(
        or_(referral_events.c.to.in_(own), referral_events.c.unit.in_(own)), referral_events.c.to.is_not(None)
    )
    where = or_(
        table.c.raised_by == me.person_id, table.c.desk.in_(own), table.c.unit.in_([*codes, *own]), table.c.id.in_(held)
    )
    found = []
    for one, now in with_lives(conn, where):
        seat = seat_of(conn, one, me, now)
        if seat is not None:
            found.append(Listed(one, seat, now))
    return found


def nobody(unit: str) -> Seat:
    """The seat of an office that only acts for a helper."""
    return Seat(Part.PAST, unit)


# --- figures others ask for ---


def met_by_helper(conn: Connection) -> dict[str, int]:
    """How many needs each helper has met, wholly or in part."""
    found: dict[str, int] = defaultdict(int)
    for _, now in with_lives(conn, table.c.kind == BOARD_KIND):
        if now.helper is not None and now.outcome in ("met", "partly"):
            found[now.helper] += 1
    return dict(found)


def warnings_of(conn: Connection, child_id: str) -> int:
    """How often a guardian of this child was admonished (劝诫): each record, and each further one on it."""
    return sum(
        1 + sum(step == "warned_again" for step, _ in now.steps)
        for one, now in of_child(conn, child_id)
        if one.kind_code == "neglect" and now.state is not State.WITHDRAWN
    )


def on_board(conn: Connection) -> list[tuple[Referral, Life]]:
    """The needs nobody has brought to an end, those nobody has taken up first."""
    found = with_lives(conn, table.c.kind == BOARD_KIND, table.c.over_at.is_(None))
    found = [(one, now) for one, now in found if now.state is not State.DONE]
    return sorted(found, key=lambda each: (each[1].helper is not None, each[0].raised_at))


def asked_about_work(conn: Connection, year: int, unit_codes: Iterable[str]) -> set[str]:
    """The children whose parents were asked this year whether work at home would bring them back (plan task 13)."""
    rows = conn.execute(
        select(table.c.child_id, table.c.raised_at).where(table.c.kind == "work", table.c.unit.in_(list(unit_codes)))
    ).all()
    return {row.child_id for row in rows if row.child_id and row.raised_at.astimezone(LOCAL).year == year}
