"""`./run plan`: the plans there are, another one from a file, the file to edit, and the table of docs/plan.md."""

from __future__ import annotations

import json
import sys
from datetime import UTC, datetime
from pathlib import Path

import click
from sqlalchemy import Connection

from bot.commands._open import kind_of, run_with_database, tree_of
from bot.errors import Refusal
from bot.national_sync import measure_national_sync
from bot.plan_try import table
from bot.words import Words
from db import journal, plan_desk, plan_measures
from db import policy as policies
from db.plan_measures.look import Look
from domain.calendar import local_day
from domain.plan_file import BadPlan, RawPlan, as_data, check
from files.plan_table import plan_workbook, read_plan


@click.group("plan", invoke_without_command=True)
@click.pass_context
def command(context: click.Context) -> None:
    """三年行动:看有哪些方案、装下一个方案、取方案文件、印任务对照表。 / The plans of the county."""
    if context.invoked_subcommand is None:
        for line in run_with_database(_listed):
            click.echo(line)


def _listed(conn: Connection) -> list[str]:
    return [
        f"{one.code}\t{one.number}\t{len(one.tasks)}\t{one.name}" for one in plan_desk.all_plans(conn, tree_of(conn))
    ]


@command.command("load")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def load(file: Path) -> None:
    """装一个方案(.xlsx 或 .json);有错就说是哪一行哪一列,一项也不装。 / Load a plan, or say what is wrong where."""
    words, now = Words(), datetime.now(UTC)
    try:
        raw = read_plan(file.read_bytes(), file.name)
    except BadPlan as problem:
        raise Refusal(_faults(words, problem)) from None
    done = run_with_database(lambda conn: _load(conn, raw, words, now), write=True)
    click.echo(done, err=True)


def _load(conn: Connection, raw: RawPlan, words: Words, now: datetime) -> str:
    tree = tree_of(conn)
    try:
        found = check(raw, tree)
    except BadPlan as problem:
        raise Refusal(_faults(words, problem)) from None
    again = plan_desk.load(conn, found, tree, now, by=None, demo=kind_of(conn) == "demo")
    journal.note(conn, now, "plan.loaded", plan=found.code, tasks=len(found.tasks))
    key = "plan.loaded_again" if again else "plan.loaded"
    return words(key, name=found.name, years=found.code, tasks=len(found.tasks), stones=len(found.milestones))


def _faults(words: Words, problem: BadPlan) -> str:
    lines = [words("plan.not_loaded", count=len(problem.faults) + problem.more)]
    lines += [f"- {words(f'plan.fault.{one.key}', **one.holes)}" for one in problem.faults]
    lines += [words("plan.and_more", count=problem.more)] if problem.more else []
    return "\n".join([*lines, "The plan cannot be loaded; the lines above say where and why."])


@command.command("file")
@click.argument("out", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--plan", "code", help="哪几年的方案,如 2024-2026;不写就是现在的。 / Which years.")
def file(out: Path, code: str | None) -> None:
    """把方案写成一个 Excel 文件,改好再装。 / The plan as a workbook to edit (or .json by its name)."""
    now = datetime.now(UTC)

    def made(conn: Connection) -> bytes:
        tree = tree_of(conn)
        found = plan_desk.plan(conn, tree, local_day(now), code)
        if found is None or (code and found.code != code):
            raise Refusal(f"没有 {code} 这个方案。./run plan 列出全部。 / There is no such plan.")
        if out.suffix == ".json":
            return json.dumps(as_data(found, tree), ensure_ascii=False, indent=1).encode()
        return plan_workbook(as_data(found, tree), found.name, Words()("plan.file_note"), local_day(now))

    out.write_bytes(run_with_database(made))
    click.echo(f"写好了:{out} / Written.", err=True)


@command.command("table")
@click.option("--at", type=click.DateTime(["%Y-%m-%d"]), help="算到哪一天,默认今天。 / As of which day.")
def print_table(at: datetime | None) -> None:
    """任务、功能、怎么试、当前的数,印成 Markdown(docs/plan.md 就是演示县上印的)。 / The table of docs/plan.md."""
    now = at.replace(hour=4, tzinfo=UTC) if at else datetime.now(UTC)
    sys.stdout.writelines(f"{line}\n" for line in run_with_database(lambda conn: lines(conn, now)))


def lines(conn: Connection, now: datetime) -> list[str]:
    """The table for the plan of that day, with every measure computed."""
    tree = tree_of(conn)
    found = plan_desk.plan(conn, tree, local_day(now))
    if found is None:
        raise Refusal("还没有方案。 / There is no plan.")
    look = Look(conn, tree, now, policies.current(conn, now), national=measure_national_sync)
    codes = tuple(dict.fromkeys(code for task in found.tasks for code in task.measures))
    return list(table(found, tree, plan_measures.measure_all(look, codes), Words()))
