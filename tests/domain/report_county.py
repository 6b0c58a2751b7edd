"""A county in miniature for the life of a report: its units, who sits where, a report, and what happens to it."""

from __future__ import annotations

from datetime import UTC, datetime

from domain.people import Post, Role, Unit, UnitKind
from domain.policy import COUNTY_DEFAULTS
from domain.reports import situations
from domain.reports.conflict import Conflict, persons_around, tells_supervisor, units_around
from domain.reports.crew import Matter
from domain.reports.events import Act, Event
from domain.reports.rising import Signal

COUNTY, TOWN, VILLAGE = "620724", "620724106", "620724106001"
POLICE, CIVIL, EDUCATION, PROCURATORATE = (
    f"{COUNTY}.{slug}" for slug in ("police", "civil_affairs", "education", "procuratorate")
)
DEPARTMENTS = (POLICE, CIVIL, EDUCATION)
NOON = datetime(2026, 11, 18, 2, 30, tzinfo=UTC)  # Wednesday 10:30 in Gaotai
FRIDAY_NIGHT = datetime(2026, 11, 20, 12, 30, tzinfo=UTC)  # 20:30; half an hour later nobody is at work till Monday
POLICY = COUNTY_DEFAULTS


def _post(role: Role, code: str, holder: str | None, deputy: str | None = None) -> Post:
    kind = UnitKind.VILLAGE if len(code) == 12 else UnitKind.TOWN if len(code) == 9 else UnitKind.DEPARTMENT
    return Post(f"{role}@{code}", role, Unit(code, kind, "", None), holder, deputy)


POSTS = (
    _post(Role.CHILD_DIRECTOR, VILLAGE, "director"),
    _post(Role.CHILD_DIRECTOR, "620724106002", "neighbour"),
    _post(Role.SUPERVISOR, TOWN, "supervisor"),
    _post(Role.COUNTY, COUNTY, "bureau", "bureau deputy"),
    _post(Role.DEPARTMENT, POLICE, "officer", "officer deputy"),
    _post(Role.LEADER, POLICE, "police head"),
    _post(Role.DEPARTMENT, CIVIL, "carer"),
    _post(Role.DEPARTMENT, EDUCATION, "teacher", "supervisor"),  # wears two hats
    _post(Role.DEPARTMENT, PROCURATORATE, "prosecutor"),
    _post(Role.LEADER, COUNTY, "leader"),
)
# The same once more in plain words, for the model: who stands where. Where a department has no head the bureau does.
_BUREAU = {"county": {"bureau"}, "county_deputy": {"bureau deputy"}}
STANDS: dict[tuple[str, str], set[str]] = {
    ("officer", POLICE): {"officer"}, ("deputy", POLICE): {"officer deputy"}, ("head", POLICE): {"police head"},
    ("officer", CIVIL): {"carer"}, ("officer", EDUCATION): {"teacher"}, ("deputy", EDUCATION): {"supervisor"},
    ("officer", COUNTY): {"bureau"}, ("deputy", COUNTY): {"bureau deputy"},
}  # fmt: skip
EVERYWHERE = {
    **_BUREAU,
    "reporter": {"director"},
    "visitor": {"director"},
    "leader": {"leader"},
    "procuratorate": {"prosecutor"},
}
PEOPLE = sorted({one for post in POSTS for one in (post.holder, post.deputy) if one})


def matter(
    conflict: Conflict = Conflict.NONE, *, unsafe: bool = True, code: str = "R4", reporter: str = "director"
) -> Matter:
    around = units_around(conflict, [VILLAGE])
    return Matter(
        "r1", "BG-2026-0001", code, reporter, VILLAGE, "c1", unsafe, situations.any_hour(code, unsafe), around,
        persons_around(around, POSTS) - {reporter}, tells_supervisor(conflict),
    )  # fmt: skip


def happened(kind: Act, at: datetime, unit: str | None = None, to: str | None = None, **detail: str) -> Event:
    return Event(kind, at, unit, "p", to, "因为", detail or None)


def filed(at: datetime, *to: str) -> list[Event]:
    return [happened(Act.FILED, at), *(happened(Act.SENT, at, to=one) for one in to)]


def escalated(signal: Signal, at: datetime) -> Event:
    running = signal.running
    detail = {
        "clock": running.clock.code,
        "desk": running.desk,
        "since": running.since.isoformat(),
        "rung": signal.step,
    }
    return Event(Act.ESCALATED, at, detail=detail)
