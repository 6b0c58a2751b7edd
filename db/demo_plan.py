"""The demo county's plan desk: words of the units, a few papers, milestones, last year's inspection (domain/demo/plan.py)."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import Connection

from db import plan_desk
from db.models import attachments
from db.rows import add
from db.types import new_id
from domain.calendar import local_day
from domain.demo import plan as words
from domain.demo.county import County
from domain.units import COUNTY, UnitTree

BUREAU = f"{COUNTY}.civil_affairs"
LAST_YEAR = timedelta(days=370)


def put(conn: Connection, county: County, at: datetime, tree: UnitTree) -> None:
    """Nothing where no plan ran yet on that day."""
    found = plan_desk.plan(conn, tree, local_day(at))
    if found is None or not found.first <= local_day(at) <= found.last:
        return
    holders = {seat.unit: seat.holder.id for seat in county.staff.seats if seat.holder and "." in seat.unit}
    said = sorted(
        words.words_of(county.seed, {task.no: len(task.responsible) for task in found.tasks}),
        key=lambda one: -one.days_ago,
    )
    for one in said:
        task = found.task(one.task)
        if task is None:
            continue
        # with two lead units both speak, as a task is as far as the slower one
        for unit in task.lead if one.kind == "lead" else (task.responsible[one.place],):
            when = at - timedelta(days=one.days_ago)
            made = plan_desk.say(
                conn, found.code, one.task, unit, one.kind, when, percent=one.percent, text=one.text, by=holders.get(unit),
                demo=True,
            )  # fmt: skip
            if one.proof:
                _proof(conn, made, one.proof, when)
    for milestone, text in zip(found.milestones, words.MILESTONES, strict=False):
        plan_desk.say(
            conn,
            found.code,
            0,
            BUREAU,
            "milestone",
            at - timedelta(days=200),
            text=text,
            milestone=milestone.day,
            demo=True,
        )
    towns = [town.code for town in tree.towns][:4]
    day = local_day(at - LAST_YEAR)
    made = plan_desk.put_inspection(
        conn,
        found.code,
        "inspection",
        day,
        towns,
        words.INSPECTION,
        at - LAST_YEAR,
        due=day + timedelta(days=30),
        demo=True,
    )
    plan_desk.mend(conn, made, words.MENDED, at - LAST_YEAR + timedelta(days=25))


def _proof(conn: Connection, said: str, name: str, when: datetime) -> None:
    content = f"演示文件：{name.removesuffix('.txt')}\n".encode()
    add(
        conn, attachments, id=new_id(), chat_id=0, received_at=when, kind="document", mime="text/plain", size=len(content),
        name=name, content=content, subject=plan_desk.PROOF + said,
    )  # fmt: skip
