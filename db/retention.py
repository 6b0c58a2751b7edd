"""How long each class of data is kept, as data, and the nightly sweep that sees to it.

个人信息保护法 art. 19 and 47: no longer than the purpose needs, and deleted by us without being asked. How long that is
the law leaves open: the days are PROPOSALS until the county's archive office decides.

Rows stay, so that counts and order can still be proved; what was said in them goes. Nothing here touches a child's
file, a contact, an issue, a report or what happened to it, a draft, feedback, or the journal.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Collection, Iterator
from contextlib import closing
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from typing import Any

from sqlalchemy import Column, ColumnElement, Connection, Table, and_, delete, func, or_, select, update

from db import journal
from db.migrate import get_meta, put_meta
from db.models import attachments, drafts, imports, inbox, invites, outbox, wall_passes
from db.models import journal as journal_lines
from db.parts import parts
from db.rows import opened
from domain.calendar import local, local_day

SWEPT = "retention.swept_on"
NIGHT = time(2, 0)  # from this hour on; after a night switched off, in the morning
A_NIGHT = timedelta(days=1, hours=2)


def _nothing(conn: Connection) -> Collection[str]:
    return ()


@dataclass(frozen=True)
class Kept:
    """One class of data: how many days after which moment it goes, and on whose word.

    `empties` are the columns emptied; where there are none the row itself goes. `spared` are ids still in use.
    """

    name: str
    table: Table
    days: int
    done: ColumnElement[bool]  # only rows in this state are ever touched
    since: ColumnElement[Any]  # the moment the days are counted from
    source: str
    empties: tuple[Column[Any], ...] = ()
    becomes: dict[str, str] = field(default_factory=dict)
    spared: Callable[[Connection], Collection[str]] = _nothing

    def past(self, now: datetime) -> ColumnElement[bool]:
        """The rows whose time is over and that still hold something."""
        holds = [or_(*(column.is_not(None) for column in self.empties))] if self.empties else []
        return and_(self.done, self.since < now - timedelta(days=self.days), *holds)


def _in_drafts(conn: Connection) -> set[str]:
    """Every word that stands in an open draft: pictures and papers of a report wait as long as it does."""
    rows = conn.execute(select(drafts.c.id, drafts.c.content)).all()
    return {
        text
        for row in rows
        for text in _strings(opened(conn, drafts, {"id": row.id, "content": row.content})["content"])
    }


def _strings(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict | list):
        for one in value.values() if isinstance(value, dict) else value:
            yield from _strings(one)


_WORDS = (outbox.c.params, outbox.c.file, outbox.c.file_name)
_CHAT = "建议值：聊天原文留 30 天，由县档案部门定 / PROPOSAL: raw chat text 30 days"

CLASSES: tuple[Kept, ...] = (
    # one put aside (state 'aside') is somebody's unworked message: it waits for a person, however long
    Kept("inbox_bodies", inbox, 30, inbox.c.state == "done", inbox.c.done_at, _CHAT, (inbox.c.body,)),
    Kept(
        "outbox_words", outbox, 30, outbox.c.state.in_(("sent", "refused", "withdrawn")),
        func.coalesce(outbox.c.sent_at, outbox.c.created_at), _CHAT + "；文件发出就清 / files go when they are sent", _WORDS,
    ),
    # what could not be said to somebody who blocked us is said when they come back, but not after a month
    Kept(
        "outbox_unsaid", outbox, 30, outbox.c.state == "unreachable", outbox.c.created_at, _CHAT, _WORDS,
        {"state": "expired"},
    ),
    Kept(
        "import_rows", imports, 7, imports.c.applied_at.is_(None) & imports.c.stage.is_(None), imports.c.at,
        "建议值：一周没人确认的导入预览，要时从原表重做 / PROPOSAL: a preview nobody confirmed in a week is made anew from the file", (imports.c.rows,),
    ),
    Kept(
        "orphan_attachments", attachments, 7, attachments.c.subject.is_(None), attachments.c.received_at,
        "建议值：不属于任何记录的照片不留，7 天是写完记录的时间 / PROPOSAL: media 0 days unless it belongs to a record; 7 leave time to finish one", spared=_in_drafts,
    ),
    Kept(
        "held_photos", attachments, 7, attachments.c.subject.like("held:%"), attachments.c.received_at,
        "个人信息保护法第 13、29 条：没有同意的孩子照片不留，7 天用来问家长 / a picture of a child nobody agreed to is not kept; 7 days to ask",
    ),
    Kept(
        "invites", invites, 30, invites.c.id.is_not(None), func.coalesce(invites.c.used_at, invites.c.expires_at),
        "建议值：链接用过或过期，里面的姓名就没用了，谁做的谁用的日志里有 / PROPOSAL: a name that is of no use once the link is used or dead",
    ),
    Kept(
        "wall_passes", wall_passes, 7, wall_passes.c.id.is_not(None), wall_passes.c.until,
        "建议值：看完就没用了，谁要的日志里有 / PROPOSAL: of no use once the session is over; who asked for one is in the journal",
    ),
)  # fmt: skip

# What no sweep touches, and why: said here so that the yearly audit finds both halves in one place.
STAYS: dict[str, str] = {
    "children, guardians, child_labels, child_history": "档案在用期间和县档案部门规定的年限 / while the file is open and as long as the paper file (county archive office)",
    "kin, benefits, helps, consents, child_terms, proposal_answers": "随儿童档案（方案第 9 项）；同意书本身就是凭据 / with the child's file (plan task 9); a consent is the proof of itself",
    "file_asks": "只有编号和字段名 / ids and the names of fields only",
    "import_children, roster_notes": "随儿童档案：导入改了什么，名册另写了什么 / with the child's file: what an import changed, and what its roster said besides",
    "likenesses, merges": "随儿童档案：谁认定哪两份档案是、不是同一个孩子 / with the child's file: which two files somebody said are one child's, or are not",
    "tier_decisions": "随儿童档案：每次定级是谁、为什么 / with the child's file: every tier was set by a person for a reason",
    "deeds": "各单位为三年行动做的事：到方案总结和归档 / what units did for the plan: until its closing report and the archive after it",
    "agreements, agreement_children": "随儿童档案：委托谁照护、告知了什么（第二十二条） / with the child's file: who looks after the child, and the notices given (art. 22)",
    "contacts, contact_years, issues": "随儿童档案（方案第 9 项，一人一档） / with the child's file, plan task 9: one child one file",
    "reports, report_desks, report_events": "按案卷保存；报错的写明原因结掉，从不删除 / as case files; a wrong report is closed with its reason, never deleted",
    "referrals, referral_events, guidance_given": "随儿童档案：求助和转介的经过（方案第 2-18 项） / with the child's file: help asked for and given (plan tasks 2-18)",
    "helpers, pairs": "结对帮扶的人和承诺：与儿童档案同期 / who looked after which child, and that a declaration was given: as long as the child's file",
    "benefit_amounts": "县里的标准，没有个人信息 / the county's own words; no person in them",
    "national_ticks": "随儿童档案：与全国系统核对的结果 / with the child's file: what stands in the national system is compared with it",
    "drafts": "没写完的是本人的；报告草稿留到报出为止 / what somebody has begun is theirs; a report's draft until it is filed",
    "feedback": "县里处理完为止 / until the county has dealt with it",
    "post_terms, trainings, training_seats, training_talks": "谁任过什么岗、培训过没有，统计用（方案第 17 项） / who held which post and was trained, for the plan's figures (task 17)",
    "lessons_learnt, newcomers": "学到哪里，只有本人看得到 / the learner's own: where they are; no result is readable by anybody else",
    "journal": "至少 3 年，整本保存：抽掉一行就断链 / 3 years at least, and whole: taking a line out would break its chain",
    "work_log": "本人的工作笔记，别人看不到，由本人删 / the worker's own notes, readable by nobody else: until they delete them",
    "spot_checks, spot_check_rows, spot_check_findings": "随儿童档案：抽查和整改（方案第 9 项） / with the child's file: what was looked at and mended (plan task 9)",
    "moves, handovers, handover_items": "随儿童档案：谁管过、何时交接（方案第 9、17 项），只有编号和原因 / with the child's file: who had it and when it went over (plan task 9, 17); ids, and why it moved",
    "sweeps, sweep_villages, sweep_homes": "每年摸排的结果（编号）和谁签的字（方案第 9 项） / what the yearly sweep found, as ids, and who signed for it (plan task 9, H5)",
    "issue_events": "随儿童档案：问题后来怎样（方案第 9 项） / with the child's file: what became of an issue (plan task 9)",
    "drives, drive_rows": "随儿童档案：走访慰问到了谁，不漏不重（方案第 12 项） / with the child's file: who was visited with what, so that nobody is left out or served twice (plan task 12)",
    "help_requests, help_words": "求助了什么、结果怎样，到方案总结；没有个案 / what was asked of whom and what came of it, until the plan's closing report; no case is in it",
    "announcements, announcement_people, announcement_words": "发了什么通知、谁看过，到方案总结 / what was announced and who has seen it: until the plan's closing report",
    "card_versions, card_months, card_weeks, card_forwards": "只有编号：宣传卡和哪些村转发过 / no personal content beyond ids: the county's own words, and which village passed them on",
    "plans, plan_progress, plan_asks, plan_inspections": "各单位填的方案进展：到方案总结和归档 / what units said of the plan: until its closing report and the archive after it",
    "glass_openings": "编号、代码和时间：紧急查看的凭据，与日志同期 / ids, a code and moments: the proof of who opened a file in an emergency, as long as the journal",
    "rights_requests": "随儿童档案：家长申请了什么、怎么答复（个人信息保护法第 50 条） / with the child's file: what a guardian asked and what was answered (个人信息保护法 art. 50)",
    "activities, activity_children": "办了什么活动、谁参加了：到方案总结和归档 / what was held and who was there: until the plan's closing report and the archive after it",
    "danger_points, point_looks, hazards, inspections": "是地点不是人：县里管多久留多久（方案第 15 项） / places, not people: as long as the county looks after them (plan task 15)",
    "schools, law_deputies": "学校名册（方案第 1 项）；离任的法治副校长带离任日期 / the schools' roster (plan task 1); a former 法治副校长 with the day it ended",
    "data_checks, data_check_hits": "只有数量和编号，名单不留；没人认领的 7 天后清 / counts and ids only, the lists are never kept; one nobody named goes after 7 days (db/data_checks.py)",
    "early_warnings": "随儿童档案：预警和谁看过（方案第 19 项） / with the child's file: what was noticed, and that somebody looked (plan task 19)",
    "phone_talks": "随儿童档案：每学期一个字，不记内容（方案第 16 项） / with the child's file: one word a term, nothing told (plan task 16)",
    "night_contacts": "夜间联系人的号码；停用的一行证明当时谁值守（方案第 7 项） / a worker's number for the night; an ended line proves who answered for an office then (plan task 7)",
    "jobs, job_passes": "没有个人信息：招工信息和哪些村转过（方案第 13 项） / no person in them: notices of work, and which village passed them on (plan task 13)",
    "online_clues": "没有孩子：网上举报了什么、怎么答复（方案第 16 项） / no child in them: what was reported online and answered (plan task 16)",
    "leaves, reminders, snoozes, settings, posts, units": "只有编号 / no personal content beyond ids",
    "reading_corrections, forms_filled": "只有数量 / counts only",
}


def overdue(conn: Connection, now: datetime) -> dict[str, int]:
    """How many rows of each class are past their time: the proof that the sweep works is that all are 0 after it."""
    return {kept.name: len(_ids(conn, kept, now)) for kept in CLASSES}


def late(conn: Connection, now: datetime) -> dict[str, int]:
    """The same of rows a whole night should have taken: what became due since the last sweep is not late yet."""
    return overdue(conn, now - A_NIGHT)


def sweep(conn: Connection, now: datetime) -> dict[str, int]:
    """Empty or delete what is past its time; how many rows of each class. Written into the journal, as counts."""
    counts: dict[str, Any] = {}
    for kept in CLASSES:
        ids = _ids(conn, kept, now)
        for part in parts(ids):
            key = kept.table.c.id.in_(part)
            if kept.empties:
                nothing: dict[str, Any] = {column.name: None for column in kept.empties}
                conn.execute(update(kept.table).where(key, kept.done).values(**nothing, **kept.becomes))
            else:
                conn.execute(delete(kept.table).where(key, kept.done))
        counts[kept.name] = len(ids)
    journal.note(conn, now, "retention.swept", **counts)
    return counts


@dataclass(frozen=True)
class Swept:
    """One sweep as the journal has it: the proof of what was deleted."""

    at: datetime
    counts: dict[str, int]

    @property
    def total(self) -> int:
        return sum(self.counts.values())


def swept(conn: Connection, since: datetime) -> list[Swept]:
    """The sweeps since then, the newest first."""
    rows = conn.execute(
        select(journal_lines.c.at, journal_lines.c.detail)
        .where(journal_lines.c.action == "retention.swept", journal_lines.c.at >= since)
        .order_by(journal_lines.c.at.desc())
    )
    return [Swept(row.at, {name: int(count) for name, count in (row.detail or {}).items()}) for row in rows]


def nightly(conn: Connection, now: datetime) -> dict[str, int] | None:
    """The sweep, once for each local day from two in the morning on; None if it is not its time or was made today."""
    today = local_day(now).isoformat()
    if local(now).time() < NIGHT or get_meta(conn, SWEPT) == today:
        return None
    put_meta(conn, SWEPT, today)
    return sweep(conn, now)


def fold(path: str, wait: float = 5.0) -> bool:
    """Empty SQLite's write-ahead log: the old pages in it still hold, sealed, what a sweep took out of the tables.

    Whether it is empty now; somebody who reads for long (a backup) may hold it, then it is to be asked again.
    """
    with closing(sqlite3.connect(path, timeout=wait)) as conn:
        busy: int = conn.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]
    return not busy


def _ids(conn: Connection, kept: Kept, now: datetime) -> list[str]:
    ids = list(conn.execute(select(kept.table.c.id).where(kept.past(now))).scalars())
    spared = kept.spared(conn) if ids else ()
    return [one for one in ids if one not in spared]
