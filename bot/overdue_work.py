"""Overdue children with who can help: what 超期, its ledger and the summary's workbook share."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from bot.reminders import rules
from bot.work import Work
from db import people, reminder_people, summaries
from domain.duties import SUPERVISOR_CONTACT, OpenDuty
from domain.identity import mask_name
from domain.people import Post, Role
from domain.summaries import OverdueChild, overdue_list
from files.workbook import Cell, Sheet


@dataclass(frozen=True)
class Late:
    """The overdue children of some units, the most urgent first, and every post that can help."""

    children: tuple[OverdueChild, ...]
    posts: dict[str, Post]


def late(work: Work, codes: Collection[str]) -> Late:
    """Who is overdue there, as far as the person has to do with it: a director is not shown the supervisor's work."""
    owed: list[OpenDuty] = summaries.overdue(work.conn, codes, work.today, work.policy)
    if not work.me or not work.me.with_role(Role.SUPERVISOR, Role.COUNTY):
        owed = [one for one in owed if one.duty is not SUPERVISOR_CONTACT]
    found = overdue_list(owed, reminder_people.rota(work.conn), work.today)
    return Late(found, {post.id: post for post in people.find_posts(work.conn)})


def helpers(work: Work, found: Late, line: OverdueChild) -> str:
    """Who can help, by post: the village's director, then the town's supervisor, else the county; vacancies said."""
    filled = [found.posts[post_id] for post_id in line.helpers if post_id in found.posts]
    mine = {post.id for post in work.me.posts} if work.me else set()
    parts: list[str] = []
    for role in (Role.CHILD_DIRECTOR, Role.SUPERVISOR):
        there = [post for post in filled if post.role is role]
        if not there:
            parts.append(work.say("overdue.vacant", role=work.say(f"role.{role.value}")))
        parts += [_post(work, post) for post in there if post.id not in mine]
    if not any(post.role is not Role.COUNTY and post.id not in mine for post in filled):
        parts += [_post(work, post) for post in filled if post.role is Role.COUNTY and post.id not in mine]
    return work.say("summary.comma").join(parts)


def _post(work: Work, post: Post) -> str:
    role = work.say(f"role.{post.role.value}")
    if post.role is Role.COUNTY:
        return role
    key = "overdue.helper_deputy" if post.deputy else "overdue.helper"
    return work.say(key, unit=post.unit.name, role=role)


def sheet(work: Work, codes: Collection[str]) -> Sheet:
    """超期名单: a row for each overdue duty of a child, by urgency; file numbers, names masked."""
    found = late(work, codes)
    names = summaries.names(work.conn, [line.child_id for line in found.children], codes)
    columns = ("file_no", "name", "village", "tier", "duty", "due", "days", "helpers")
    rows: list[tuple[Cell, ...]] = []
    for line in found.children:
        who_helps = helpers(work, found, line)
        for duty in line.duties:
            rows.append(
                (
                    duty.child.file_no if duty.child else "",
                    mask_name(names.get(line.child_id, "")),
                    work.tree.path_name(line.unit),
                    work.say(f"tier.{line.tier.value}"),
                    work.say(rules.SAYINGS[duty.duty.code].name),
                    duty.due,
                    duty.overdue_days(work.today),
                    who_helps,
                )
            )
    return Sheet(work.say("ledger.overdue"), tuple(work.say(f"ledger.column.{name}") for name in columns), rows)

