"""The demo county's posts, its training, lessons somebody has begun, and opinions with answers (plan task 17)."""

from __future__ import annotations

from datetime import datetime, timedelta
from random import Random
from typing import Any

from sqlalchemy import Connection

from db import feedback, lessons, training
from db.models import lessons_learnt, post_terms, training_seats
from db.rows import add_many
from db.types import new_id
from domain.calendar import local_day
from domain.demo.county import County
from domain.demo.staff import Seat
from domain.people import Role
from domain.units import COUNTY, UnitTree

HELD, LAST_YEAR, COMING = timedelta(days=40), timedelta(days=400), timedelta(days=12)
PLACE, TOPIC = "县民政局三楼会议室", "强制报告和冬季安全"
ANSWERED: tuple[tuple[str, str], ...] = (
    ("同一张表一个月报了三遍，能不能一次报了都有？", "从十月起，走访记一次，几张台账自动出，不用再抄。"),
    ("村里信号不好，记不上怎么办？", "没有信号也能写，手机有网了会自己补发，不丢。"),
    ("补贴什么时候发？", "由镇上按季度发到卡里，本季度的在下月十日前。"),
)
WAITING: tuple[tuple[str, int], ...] = (
    ("字再大一点就好了，年纪大看着吃力。", 33),
    ("冬天走访远的村，能不能两个月一次？", 4),
)


def put(conn: Connection, county: County, at: datetime, tree: UnitTree) -> None:
    """Everything from a stream of its own, so that nobody else's draw changes."""
    rng = Random(f"{county.seed}/team")
    officer = next((seat.holder.id for seat in county.staff.seats if seat.role is Role.COUNTY and seat.holder), None)
    if officer is None:
        return
    directors = [seat for seat in county.staff.seats if seat.role is Role.CHILD_DIRECTOR]
    held = [seat for seat in directors if seat.holder is not None]
    _terms(conn, rng, directors, at, officer)
    _training(conn, rng, held, at, officer)
    _lessons(conn, rng, held, at)
    _opinions(conn, at, officer)


def _terms(conn: Connection, rng: Random, found: list[Seat], at: datetime, by: str) -> None:
    today = local_day(at)
    ends = today.replace(year=today.year + 1, month=12, day=31)
    rows: list[dict[str, Any]] = []
    for seat in found:
        soon = rng.random() < 0.03
        rows.append(
            {
                "id": new_id(),
                "post_id": seat.id,
                "until": today + timedelta(days=rng.randint(20, 55)) if soon else ends,
                "allowance": "镇上按季度发到卡里",
                "in_national": seat.holder is not None and rng.random() < 0.95,
                "noted_by": by,
                "noted_at": at,
            }
        )
    add_many(conn, post_terms, rows)


def _training(conn: Connection, rng: Random, held: list[Seat], at: datetime, by: str) -> None:
    """Last year's session had nearly everybody; this year's half of them, so there is a second chance to arrange."""
    for when, share in ((at - LAST_YEAR, 0.97), (at - HELD, 0.5)):
        made = training.put(conn, COUNTY, local_day(when), "09:00", PLACE, TOPIC, when, by=by, demo=True)
        training.open_(conn, made, when)
        training.close(conn, made)
        here = [seat for seat in held if rng.random() < share]
        add_many(
            conn, training_seats,
            [
                {"id": new_id(), "training_id": made, "person_id": seat.holder.id, "how": "code", "at": when, "by_person": None}
                for seat in here if seat.holder is not None
            ],
        )  # fmt: skip
    training.put(
        conn, COUNTY, local_day(at + COMING), "09:00", PLACE, "补训：跟孩子说话、入户看什么", at, by=by, demo=True
    )


def _lessons(conn: Connection, rng: Random, held: list[Seat], at: datetime) -> None:
    rows: list[dict[str, Any]] = []
    for seat in held:
        if seat.holder is None or rng.random() > 0.3:
            continue
        done = rng.randint(1, 5)
        for place, one in enumerate(lessons.ALL[: done + 1]):
            over = place < done
            rows.append(
                {
                    "id": new_id(),
                    "person_id": seat.holder.id,
                    "lesson": one.code,
                    "step": one.end if over else 2,
                    "right": str(rng.randint(3, 5) if over else 0),
                    "begun_at": at - HELD,
                    "finished_on": local_day(at - timedelta(days=rng.randint(1, 39))) if over else None,
                }
            )
    add_many(conn, lessons_learnt, rows)


def _opinions(conn: Connection, at: datetime, by: str) -> None:
    """Three answered and listed; one that waits too long, one fresh."""
    for place, (text, answer) in enumerate(ANSWERED):
        when = at - timedelta(days=50 - 9 * place)
        made = feedback.put(conn, text, when, chat=None)
        feedback.answer(conn, made, answer, when + timedelta(days=6), by)
        feedback.publish(conn, made, text, local_day(when + timedelta(days=7)))
    for text, ago in WAITING:
        feedback.put(conn, text, at - timedelta(days=ago), chat=None)
