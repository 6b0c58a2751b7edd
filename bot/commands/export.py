"""`./run export`: the empty roster template, and the children as CSV."""

from __future__ import annotations

import re
import sys
from datetime import UTC, datetime
from pathlib import Path

import click
from sqlalchemy import Connection

from bot import national_sync
from bot.commands._open import kind_of, run_with_database, tree_of
from bot.errors import Refusal
from bot.settings import load
from db import children, journal, people
from domain import units
from domain.access import Action, visible_units
from domain.calendar import local_day
from domain.people import Me, Post, Role
from domain.units import UnitTree
from files.national import Standing, national_csv
from files.roster import roster_csv, template

LONGEST_REASON = 200


def children_csv(
    conn: Connection, now: datetime, *, plain: bool = False, as_post: str | None = None, reason: str | None = None
) -> str:
    """The children on file as CSV, masked unless `plain`; the journal says who took how many and why.

    On county data plain rows need a filled post (`ROLE:UNIT`) that may see them, and a reason; only that post's
    children are given. Raises Refusal.
    """
    tree, kind = tree_of(conn), kind_of(conn)
    if plain and kind != "demo" and not (as_post and reason and reason.strip()):
        raise Refusal(
            "正式数据要不遮挡地导出，须写明以谁的岗位(--as)和为什么(--reason)。 / "
            "Unmasked county data needs --as POST and --reason TEXT."
        )
    codes, person, subject = tree.under(units.COUNTY), None, None
    if as_post:
        post = _post(conn, as_post)
        person, subject = post.holder or post.deputy, f"post:{post.id}"
        action = Action.SEE_SENSITIVE if plain else Action.EXPORT
        codes = _scope(post, tree, action)
        if not codes:
            raise Refusal("这个岗位不能导出儿童名册。 / This post may not export children.")
    found = [entry.child for entry in children.in_units(conn, codes)]
    why = {"reason": _inert(reason)} if reason else {}
    journal.note(
        conn, now, "export", person=person, subject=subject, what="children", rows=len(found), plain=plain, **why
    )
    return roster_csv(found, tree, plain)


def national_table(conn: Connection, now: datetime, *, as_post: str | None = None, reason: str | None = None) -> str:
    """The columns of the national system's form as CSV, unmasked: they are typed in over there. Raises Refusal.

    On county data it takes a filled post that may see them, and a reason; the journal says who took how many and why.
    """
    tree, kind = tree_of(conn), kind_of(conn)
    if kind != "demo" and not (as_post and reason and reason.strip()):
        raise Refusal(
            "正式数据的录入表不遮挡，须写明以谁的岗位(--as)和为什么(--reason)。 / "
            "The table is unmasked; county data needs --as POST and --reason TEXT."
        )
    codes, person, subject = tree.under(units.COUNTY), None, None
    if as_post:
        post = _post(conn, as_post)
        person, subject = post.holder or post.deputy, f"post:{post.id}"
        codes = _scope(post, tree, Action.SEE_SENSITIVE) & _scope(post, tree, Action.EXPORT)
        if not codes:
            raise Refusal("这个岗位不能导出儿童名册。 / This post may not export children.")
    lines = [one.line for one in national_sync.of_units(conn, tree, local_day(now), codes)]
    rows = [one.row for one in lines if one.standing is not Standing.NONE]
    why = {"reason": _inert(reason)} if reason else {}
    journal.note(conn, now, "export", person=person, subject=subject, what="national", rows=len(rows), plain=True, **why)
    return national_csv(rows)


def _post(conn: Connection, words: str) -> Post:
    role, _, unit = words.partition(":")
    if role not in {one.value for one in Role} or not unit:
        raise Refusal(
            "--as 写成 岗位:单位代码，例如 county:620724、supervisor:620724106。 / Write --as as ROLE:UNIT."
        )
    found = [post for post in people.posts_at(conn, Role(role), unit) if post.holder or post.deputy]
    if not found:
        raise Refusal("没有这个岗位，或者岗位空缺。 / There is no such post, or nobody holds it.")
    return found[0]


def _scope(post: Post, tree: UnitTree, action: Action) -> frozenset[str]:
    return visible_units(Me(post.holder or post.deputy or "", "", 0, (post,)), action, tree.under)


def _inert(reason: str) -> str:
    """The journal keeps no numbers of persons, also not inside a reason."""
    return re.sub(r"\d{6,}[\dXx]?", "…", reason.strip())[:LONGEST_REASON]


@click.command()
@click.option("--template", "wants_template", is_flag=True, help="空的花名册(Excel)。 / The empty roster (Excel).")
@click.option("--children", "wants_children", is_flag=True, help="儿童名册(CSV),敏感内容遮住。 / The children (CSV), masked.")
@click.option("--national", "wants_national", is_flag=True, help="国家系统录入表(CSV),不遮挡。 / For the national system.")
@click.option("--plain", is_flag=True, help="不遮挡;写进日志。 / Unmasked; journaled.")
@click.option("--as", "as_post", metavar="POST", help="以哪个岗位,例如 county:620724。 / On behalf of which post.")
@click.option("--reason", metavar="TEXT", help="为什么(不要写姓名)。 / Why; no names, please.")
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), help="写到文件;不写就是标准输出。 / File; else stdout.")
def command(
    wants_template: bool, wants_children: bool, wants_national: bool, plain: bool, as_post: str | None, reason: str | None,
    out: Path | None,
) -> None:
    """导出空的花名册模板,或儿童名册。名册含未成年人信息,请妥善保管。"""
    if wants_template + wants_children + wants_national != 1:
        raise click.UsageError(
            "写 --template、--children 或 --national,写一个。 / Give one of --template, --children and --national."
        )
    if wants_template and (plain or as_post or reason):
        raise click.UsageError("模板是空的,用不着 --plain、--as、--reason。 / The template is empty; leave these out.")
    if wants_template:
        content = template(units.load(demo=load().county is None))
        if out is None and sys.stdout.isatty():
            raise click.UsageError("这是 Excel 文件,请写 --out 文件名.xlsx。 / This is an Excel file; give --out FILE.")
    else:
        now = datetime.now(UTC)
        def work(conn: Connection) -> str:
            if wants_national:
                return national_table(conn, now, as_post=as_post, reason=reason)
            return children_csv(conn, now, plain=plain, as_post=as_post, reason=reason)

        text = run_with_database(work, write=True)
        # Excel reads UTF-8 only behind a byte-order mark; programs that read our stdout do without
        content = text.encode("utf-8-sig" if out else "utf-8")
    if out is None:
        click.echo(content, nl=False)
        return
    out.touch(mode=0o600)
    out.write_bytes(content)
    click.echo(f"写好了:{out}。 / Written.", err=True)
