"""打印: a child's 登记表, 档案 and 走访记录表 as PDF or Word, each under a password; and the county's own templates."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

from bot import child_cases
from bot import child_papers as papers
from bot.buttons import do, short
from bot.child_card import back_to, entry_of
from bot.subject import Command, Press, Subject
from bot.work import Refused, Rows, Work, in_twos
from db import attachments, roster_lines
from domain.access import Action
from domain.children import Child
from domain.namesakes import told_apart
from domain.reading.names import How, search
from files import child_file, word_templates
from files.child_record import Facts, Record
from files.grid import grid_pdf
from files.register_form import register
from files.sheet_style import FILE_NAME, BadStyle, default_workbook, read_style
from files.visit_form import visit_form
from files.word_templates import KINDS, BadTemplate

LAST_VISITS = 6
MOST_FOUND = 8
_PAPER = re.compile(r"\s*的?(?:登记表|走访记录表|走访表|档案|表)$")  # 打印小虎的登记表
BLANK = "0"  # a page to take along
# code of a paper on a button → (kind of template, pdf or docx)
WITH_REPORTS = "cp"  # the file with the numbers of its reports behind it, for those who sit on them
PAPERS = {
    "rp": ("register", "pdf"), "rw": ("register", "docx"), "fp": ("file", "pdf"), "fw": ("file", "docx"),
    WITH_REPORTS: ("file", "pdf"),
}  # fmt: skip
VISITS = {"vp": ("visit", "pdf"), "vw": ("visit", "docx")}
Button = tuple[str, Any]


# --- choosing ------------------------------------------------------------------------------------------------------


def start(work: Work, words: str) -> None:
    """打印 小虎: the papers of that child."""
    work.demand(Action.EXPORT)
    words = _PAPER.sub("", words)
    if not words:
        work.reply(work.say("print.ask"))
        return
    lines = roster_lines.lines(work.conn, work.visible(Action.SEE_CHILD))
    hits = search(words, lines, limit=MOST_FOUND + 1)
    if not hits:
        if any(unit.code in work.visible(Action.EXPORT) for unit in work.tree.exact(words)):
            work.go("ledger", words)  # 登记表 暖泉村: of everybody there
            return
        work.reply(work.say("child.nobody", words=words[:20]))
        return
    by_id = {line.id: line for line in lines}
    if (len(hits) == 1 and hits[0].how is not How.NEAR) or (
        hits[0].rank == 0 and all(hit.rank > 0 for hit in hits[1:])
    ):
        choose(work, by_id[hits[0].id].file_no)
        return
    work.note("child.searched", None, hits=len(hits))
    found = [by_id[hit.id] for hit in hits[:MOST_FOUND]]
    called = told_apart(found, numbered=True)
    cells: list[Button] = [
        (work.say("child.hit", name=called[one.file_no], number=one.file_no[-4:]), do("print.choose", one.file_no))
        for one in found
    ]  # fmt: skip
    work.reply(work.say("print.which_child"), in_twos(cells))


def choose(work: Work, file_no: str) -> None:
    """Which paper."""
    one = _child(work, file_no)
    work.toast()
    rows: list[list[Button]] = [
        [(work.say("print.button.rp"), do("print.why", "rp", file_no)), (work.say("print.button.rw"), do("print.why", "rw", file_no))],
        [(work.say("print.button.fp"), do("print.why", "fp", file_no)), (work.say("print.button.fw"), do("print.why", "fw", file_no))],
        [(work.say("print.button.visit"), do("print.visits", "vp", file_no))],
        back_to(work, file_no),
    ]  # fmt: skip
    if child_cases.about(work, one):
        rows.insert(2, [(work.say("print.button.cp"), do("print.why", WITH_REPORTS, file_no))])
    work.reply(work.say("print.which", name=one.name, number=one.file_no), rows)


def visits(work: Work, kind: str, file_no: str) -> None:
    """Which visit; or an empty page to take along."""
    if kind not in VISITS:
        raise Refused("print.gone")
    one = _child(work, file_no)
    work.toast()
    record = papers.whole(work, one)
    cells: list[Button] = []
    for facts in record.visits[:LAST_VISITS]:
        cells.append(
            (f"{facts['日期']} {facts['走访人']}".strip(), do("print.why", kind + short(facts["编号"]), file_no))
        )
    cells.append((work.say("print.blank"), do("print.why", kind + BLANK, file_no)))
    other = "vw" if kind == "vp" else "vp"
    rows = [
        *in_twos(cells),
        [(work.say(f"print.to.{other}"), do("print.visits", other, file_no))],
        back_to(work, file_no),
    ]
    work.show(work.say("print.which_visit", name=one.name), rows)


def why(work: Work, what: str, file_no: str) -> None:
    """What for; then the paper is made."""
    one = _child(work, file_no)
    title = _title(work, what)
    work.toast()
    cells: list[Button] = [
        (work.say(f"print.reason.{code}"), do("print.make", what, file_no, code)) for code in papers.REASONS
    ]
    work.show(work.say("print.why", name=one.name, what=title), [*in_twos(cells), back_to(work, file_no)])


def _kind(what: str) -> tuple[str, str, str]:
    """The template, the form of the file, and which visit."""
    if what in PAPERS:
        return (*PAPERS[what], "")
    if what[:2] in VISITS and len(what) > 2:
        return (*VISITS[what[:2]], what[2:])
    raise Refused("print.gone")


def _title(work: Work, what: str) -> str:
    kind, ending, _ = _kind(what)
    if what == WITH_REPORTS:
        return work.say("print.title.with_reports")
    return work.say(f"print.title.{kind}", form="Word" if ending == "docx" else "PDF")


def _child(work: Work, file_no: str) -> Child:
    one = entry_of(work, file_no).child
    papers.may_print(work, one.unit)
    return one


# --- making --------------------------------------------------------------------------------------------------------


def make(work: Work, what: str, file_no: str, reason: str) -> None:
    """The paper and its password; the reason goes into the journal."""
    one = _child(work, file_no)
    papers.reason_of(reason)
    kind, ending, tail = _kind(what)
    work.toast()
    record = papers.whole(work, one)
    if what == WITH_REPORTS:
        found = child_cases.about(work, one)
        if not found:
            raise Refused("print.gone")
        work.note("child.reports", f"child:{one.id}", count=len(found), reason=reason)
        record = replace(record, reports=child_cases.facts(work, found))
    visit = _visit(record, tail) if kind == "visit" else None
    if ending == "docx":
        content = _word(work, kind, record, visit)
    else:
        content = papers.printed(lambda: _pdf(work, kind, record, visit))
    work.note("child.printed", f"child:{one.id}", what=kind, form=ending, reason=reason)
    title = _title(work, what)
    work.show(work.say("print.done", name=one.name, what=title), [back_to(work, file_no)])
    papers.send(
        work, content, f"{one.file_no}-{work.say(f'print.file_name.{kind}')}.{ending}", f"{one.file_no} {title}"
    )


def _visit(record: Record, tail: str) -> Facts | None:
    if tail == BLANK:
        return None
    found = next((facts for facts in record.visits if short(facts["编号"]) == tail), None)
    if found is None:
        raise Refused("print.gone")
    return found


def _pdf(work: Work, kind: str, record: Record, visit: Facts | None) -> bytes:
    unit, made = record.facts["所在村"], papers.made(work)
    frame = papers.frame(work, record.facts["档案号"])
    if kind == "file":
        return child_file.child_file_pdf(record, unit, made, frame)
    sheet = register(record, unit, made) if kind == "register" else visit_form(record, visit, unit)
    return grid_pdf([sheet], frame)


def _word(work: Work, kind: str, record: Record, visit: Facts | None) -> bytes:
    context = word_templates.context_of(record, record.facts["所在村"], papers.made(work), papers.mark(work), visit)
    try:
        return word_templates.word(kind, context, work.templates)
    except BadTemplate as problem:
        raise Refused("print.bad_template", faults="\n".join(problem.faults)) from None


# --- the county's own templates ------------------------------------------------------------------------------------


def templates(work: Work, words: str) -> None:
    """模板: which hold now, each to be fetched; a changed one is simply sent back under the same name."""
    work.demand(Action.SET_POLICY)
    lines = [work.say("templates.title")]
    cells: list[Button] = []
    for code, name in _names().items():
        own = work.templates is not None and (work.templates / name).is_file()
        faults = _faults(code, (work.templates / name).read_bytes()) if own and work.templates else []
        state = "bad" if faults else "own" if own else "ours"
        lines.append(work.say(f"templates.{state}", name=name))
        lines += faults
        cells.append((name.partition(".")[0], do("templates.get", code)))
    lines.append(work.say("templates.how"))
    work.reply("\n".join(lines), in_twos(cells))


def _names() -> dict[str, str]:
    return {code: one.name for code, one in KINDS.items()} | {"style": FILE_NAME}


def get(work: Work, code: str) -> None:
    """The template that counts now, as a file. It holds no child's data."""
    work.demand(Action.SET_POLICY)
    if code not in _names():
        raise Refused("print.gone")
    work.toast()
    name = _names()[code]
    own = work.templates / name if work.templates else None
    if own is not None and own.is_file():
        content = own.read_bytes()
    else:
        content = default_workbook() if code == "style" else word_templates.source(code, None)[0]
    rows: Rows = (
        [[(work.say("templates.reset"), do("templates.reset", code))]] if own is not None and own.is_file() else []
    )
    work.document(content, name, work.say("templates.caption", name=name), rows)


def reset(work: Work, code: str) -> None:
    """Back to our own template; the county's file is kept beside it under another name."""
    work.demand(Action.SET_POLICY)
    name = _names().get(code)
    if name is None or work.templates is None:
        raise Refused("print.gone")
    work.toast()
    own = work.templates / name
    if own.is_file():
        own.replace(own.with_name(f"{own.stem}-旧{own.suffix}"))
        work.note("template.reset", None, what=code)
    work.reply(work.say("templates.back_to_ours", name=name))


def taken(work: Work) -> bool:
    """A changed template sent into the chat by the county bureau: tried at once, and kept only if it works."""
    code = next((code for code, name in _names().items() if work.files and work.files[0].name == name), None)
    if code is None or work.templates is None or not work.visible(Action.SET_POLICY):
        return False
    content = work.files[0].content or b""
    attachments.drop(work.conn, [file.id for file in work.files])
    name = _names()[code]
    faults = _faults(code, content)
    if faults:
        work.reply(work.say("templates.refused", name=name, faults="\n".join(faults)))
        return True
    work.templates.mkdir(parents=True, exist_ok=True)
    fresh = work.templates / f".{name}.new"
    fresh.write_bytes(content)
    fresh.replace(work.templates / name)  # whole or not at all
    work.note("template.set", None, what=code, size=len(content))
    work.reply(work.say("templates.kept", name=name))
    return True


def _faults(code: str, content: bytes) -> list[str]:
    if code != "style":
        return word_templates.check(code, content)
    try:
        read_style(content)
    except BadStyle as problem:
        return problem.faults
    return []


SUBJECT = Subject(
    "print",
    commands=(
        Command("print", start, Action.EXPORT, ("打印", "打印档案", "登记表", "走访记录表"), menu=False),
        Command("templates", templates, Action.SET_POLICY, ("模板", "表格模板"), menu=False),
    ),
    presses={
        "print.choose": Press(choose, Action.EXPORT),
        "print.visits": Press(visits, Action.EXPORT),
        "print.why": Press(why, Action.EXPORT),
        "print.make": Press(make, Action.EXPORT),
        "templates.get": Press(get, Action.SET_POLICY),
        "templates.reset": Press(reset, Action.SET_POLICY),
    },
    document=taken,
)
