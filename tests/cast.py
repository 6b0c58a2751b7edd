"""The cast: invented people and children whom all stories share (rules of domain.md section 7)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Connection, update

from db import child_changes, children, people
from db.models import people as people_table
from db.models import posts
from db.rows import add
from db.types import new_id
from domain.children import Child, Guardian, Label, Relation, Sex, Tier
from domain.people import Role
from domain.policy import COUNTY_DEFAULTS

XINBA, NUANQUAN, XINGOU, XIAOBA = "620724106", "620724106001", "620724106002", "620724106009"
HEIQUAN, DINGAN = "620724107", "620724107001"
COUNTY, POLICE, EDUCATION = "620724", "620724.police", "620724.education"
DEMO_TOWN, DEMO_VILLAGE = "620724900", "620724900001"


@dataclass(frozen=True)
class Person:
    name: str
    chat_id: int
    role: Role
    unit: str
    phone: str


YULAN = Person("柴玉兰", 100_101, Role.CHILD_DIRECTOR, NUANQUAN, "10000000101")  # director of 暖泉村
CUIFANG = Person("闫翠芳", 100_102, Role.CHILD_DIRECTOR, XINGOU, "10000000102")  # next village
GUIXIANG = Person("祁桂香", 100_103, Role.CHILD_DIRECTOR, DINGAN, "10000000103")  # another town
JIANGUO = Person("盛建国", 100_201, Role.SUPERVISOR, XINBA, "10000000201")
CHANGMING = Person("段长明", 100_202, Role.SUPERVISOR, HEIQUAN, "10000000202")
HEJING = Person("何静", 100_301, Role.COUNTY, COUNTY, "10000000301")
MAGUANG = Person("马光", 100_401, Role.DEPARTMENT, POLICE, "10000000401")
LUOLAOSHI = Person("罗海燕", 100_402, Role.DEPARTMENT, EDUCATION, "10000000402")
LEADER = Person("任远", 100_501, Role.LEADER, COUNTY, "10000000501")
ADMIN = Person("贾新", 100_601, Role.ADMIN, COUNTY, "10000000601")
AUDITOR = Person("郑明", 100_701, Role.AUDITOR, COUNTY, "10000000701")
PEOPLE = (
    YULAN, CUIFANG, GUIXIANG, JIANGUO, CHANGMING, HEJING, MAGUANG, LUOLAOSHI, LEADER, ADMIN, AUDITOR,
)  # fmt: skip


def _child(serial: int, name: str, unit: str, sex: Sex, born: date, tier: Tier, carer: str, **more: object) -> Child:
    return Child(
        id=new_id(), file_no=f"{children.file_prefix(unit)}{serial:04}", name=name, unit=unit, sex=sex,
        birth_date=born, tier=tier, labels=(Label.LEFT_BEHIND,), added_on=date(2025, 3, 10),
        guardians=(
            Guardian(Relation.PATERNAL_GRANDPARENT, carer, "10012345678", carer=True),
            Guardian(Relation.FATHER, name[0] + "建军", "10087654321", away=True, work_place="新疆昌吉"),
        ), **more,  # type: ignore[arg-type]
    )  # fmt: skip


XIAOHU = _child(1, "殷小虎", NUANQUAN, Sex.MALE, date(2016, 5, 8), Tier.GREEN, "王秀英", id_no="620799201605080119", household="h1")
XIAOYU = _child(2, "殷小雨", NUANQUAN, Sex.FEMALE, date(2018, 2, 1), Tier.YELLOW, "王秀英", household="h1")
HAORAN = _child(3, "蒋浩然", NUANQUAN, Sex.MALE, date(2013, 9, 30), Tier.RED, "蒋万福")
YINUO = _child(1, "罗一诺", XINGOU, Sex.FEMALE, date(2015, 7, 7), Tier.GREEN, "朱菊香")
MUCHEN = _child(1, "祁沐宸", DINGAN, Sex.MALE, date(2014, 4, 4), Tier.GREEN, "何桂兰")
CHILDREN = (XIAOHU, XIAOYU, HAORAN, YINUO, MUCHEN)


def settle_in(conn: Connection, now: datetime) -> None:
    """Write the cast into a migrated database that holds the units."""
    for person in PEOPLE:
        person_id = new_id()
        add(
            conn, people_table, id=person_id, name=person.name, chat_id=person.chat_id, phone=person.phone,
            language="zh_CN", bound_at=now, demo=True,
        )  # fmt: skip
        post = people.ensure_post(conn, person.role, person.unit, date(2025, 1, 1))
        conn.execute(update(posts).where(posts.c.id == post.id).values(holder=person_id))
    child_changes.add_children(conn, CHILDREN, now, COUNTY_DEFAULTS, by=None, source="cast", demo=True)
