"""Papers about children: their facts gathered from the tables, and every paper sent under a password of its own.

The password habit is that of a case's papers (bot/handlers/papers.py): said in a message of its own that hides itself, the
file name without a name in it, the reason in the journal, and no copy behind (the outbox forgets a file once it is sent).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import date

from sqlalchemy import Connection

from bot import reveal
from bot.paper_fields import moment
from bot.work import Refused, Work
from db import agreements, child_file, contacts, papers
from db.children import Entry as Filed
from domain.access import Action
from domain.child_file import HELP_WORDS, Benefit, ChildFile
from domain.children import Child, Tier
from domain.units import UnitTree
from files import word_templates
from files.charts import ChartFailed
from files.child_record import ISSUES, KINDS, Entry, Problem, Record, Step, day_of, record_of
from files.grid import Frame
from files.office_lock import locked
from files.report_form import new_password, sealed
from files.sheet_style import Style
from files.word_templates import BadTemplate

REASONS = ("archive", "bureau", "handover", "family", "own")
MOST_ENTRIES = 400
TIERS = {Tier.RED.value: "红", Tier.YELLOW.value: "黄", Tier.GREEN.value: "绿"}
TRACES = {"opened": "建立档案", "changed": "更新档案", "imported": "由花名册更新档案", "signed": "签订委托照护协议"}
KEEP_SAFE = "含未成年人信息，请妥善保管"


# --- gathering -----------------------------------------------------------------------------------------------------


def whole(work: Work, child: Child) -> Record:
    """Everything the papers of one child say. The caller has found the child within the person's own units."""
    conn = work.conn
    file = child_file.file_of(conn, child)
    records = contacts.latest(conn, child.id, MOST_ENTRIES)
    problems = papers.issues_of(conn, [child.id]).get(child.id, [])
    traces = papers.traces(conn, child.id)
    workers = [one.contact.by_person for one in records]
    workers += [one.by for one in problems] + [one.by for one in traces] + [one.by for one in file.helps]
    names = papers.names(conn, workers)
    entries = [
        Entry(one.contact, one.content, one.parents_called, names.get(one.contact.by_person or "", ""))
        for one in records
    ]
    steps = _steps(file, entries, problems, traces, names)
    return record_of(
        file, work.tree.path_name(child.unit), work.today, entries=entries, problems=[_problem(one) for one in problems],
        papers=agreements.of_children(conn, [child.id]).get(child.id, []), steps=steps,
    )  # fmt: skip


def _steps(
    file: ChildFile, entries: Sequence[Entry], problems: Sequence[papers.IssueRow], traces: Sequence[papers.Trace],
    names: Mapping[str, str],
) -> list[Step]:  # fmt: skip
    """What was done for the child and by whom, from what was entered anyway: nothing is typed twice."""
    return [
        *(Step(one.contact.day, _contact_words(one), one.by) for one in entries),
        *(
            Step(one.day, TRACES.get(one.what) or f"风险等级：{TIERS[one.before]}→{TIERS[one.after]}", names.get(one.by or "", ""))
            for one in traces
        ),
        *(Step(one.opened_on, f"发现问题：{ISSUES.get(one.type, one.type)}", names.get(one.by or "", "")) for one in problems),
        *(Step(one.closed_on, f"解决问题：{ISSUES.get(one.type, one.type)}") for one in problems if one.closed_on),
        *(Step(one.day, f"关爱帮扶：{HELP_WORDS[one.kind]}", names.get(one.by or "", "")) for one in file.helps),
    ]  # fmt: skip


def log_of(work: Work, child: Child) -> list[Step]:
    """工作日志 of one child, the newest first."""
    return [Step(date.fromisoformat(one["日期"]), one["内容"], one["经办"]) for one in whole(work, child).log]


def _contact_words(one: Entry) -> str:
    kind = KINDS[one.contact.kind]
    said = kind if kind.startswith(("上门", "见面", "发信息")) else f"{kind}联系"
    return said if one.contact.reached else f"{said}（没见到人）" if kind == "上门走访" else f"{said}（没联系上）"


def _problem(one: papers.IssueRow) -> Problem:
    return Problem(one.type, one.text, one.opened_on, one.closed_on, one.solution, one.contact_id)


def many(conn: Connection, tree: UnitTree, today: date, filed: Collection[Filed]) -> list[Record]:
    """The same for a ledger of many children, in a few statements: without what was written at each contact."""
    ids = [one.child.id for one in filed]
    plain = contacts.of_children(conn, ids)
    open_days = papers.unsolved(conn, ids)
    signed = agreements.of_children(conn, ids)
    benefits: dict[str, list[Benefit]] = defaultdict(list)
    for benefit in child_file.benefits_of(conn, ids):
        benefits[benefit.child_id].append(benefit)
    found = []
    for one in filed:
        child = one.child
        file = ChildFile(child, benefits=tuple(benefits[child.id]))
        found.append(
            record_of(
                file, tree.path_name(child.unit), today,
                entries=[Entry(contact, {}, None, "") for contact in plain.get(child.id, ())],
                problems=[Problem("", "", day) for day in open_days.get(child.id, ())], papers=signed.get(child.id, ()),
            )
        )  # fmt: skip
    return found


# --- the paper itself ----------------------------------------------------------------------------------------------


def mark(work: Work) -> str:
    return work.say("papers.mark.demo") if work.demo else ""


def frame(work: Work, head: str) -> Frame:
    """Head, foot and mark of every page: who printed it and when stands on it."""
    who = work.me.name if work.me else ""
    return Frame(head, f"打印：{who}　{moment(work.now)}　{KEEP_SAFE}", mark(work))


def made(work: Work) -> str:
    return day_of(work.today)


def style(work: Work) -> Style:
    """The county's own look of workbooks; a mistake in it is answered with where it stands."""
    try:
        return word_templates.style_of(work.templates)
    except BadTemplate as problem:
        raise Refused("print.bad_template", faults="\n".join(problem.faults)) from None


def printed(make: Callable[[], bytes]) -> bytes:
    """A PDF; a character that our fonts do not have is said, with the way out, and never printed as a box."""
    try:
        return make()
    except ChartFailed:
        raise Refused("print.no_glyph") from None


def reason_of(code: str) -> str:
    if code not in REASONS:
        raise Refused("print.gone")
    return code


def send(work: Work, content: bytes, name: str, caption: str) -> None:
    """Seal the paper, send it, and say the password apart. `name` ends in pdf, docx or xlsx and names no person."""
    password = new_password()
    try:
        closed = sealed(content, password) if name.endswith(".pdf") else locked(content, password)
    except ValueError:
        raise Refused("print.too_big") from None
    work.document(closed, name, caption)
    reveal.show(
        work, work.say("print.password", name=caption, password=password), work.say("print.password_hidden", name=caption),
        seconds=reveal.PASSWORD_SECONDS,
    )  # fmt: skip


def may_print(work: Work, unit: str) -> None:
    """Papers hold ID numbers, phones and the address. Raises Denied."""
    work.demand_in(Action.EXPORT, unit)
    work.demand_in(Action.SEE_SENSITIVE, unit)


def month_name(day: date) -> str:
    return f"{day.year}年{day.month}月"
