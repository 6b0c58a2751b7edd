"""导入名册: a workbook sent into the chat → preview → 确认. Nothing is written into the files before that."""

from __future__ import annotations

import hashlib
from pathlib import PurePath

from sqlalchemy import update

from bot.buttons import do
from bot.subject import Command, Press, Subject
from bot.work import File, Refused, Rows, Work
from db import roster as rosters
from db.models import attachments
from db.roster import Preview, Scope
from domain.access import Action, granting, may
from domain.people import UnitKind
from domain.roster import BY_KEY, Bad
from files.roster import Roster, RosterFileError, corrected_copy, read_roster, template

WORKBOOKS = {".xlsx", ".xls", ".xlsm", ".xlsb", ".ods", ".csv", ".et"}
EXAMPLES = 3
HEADINGS = 4


def prepare(content: bytes, name: str) -> Roster | RosterFileError:
    """Read the file, outside the transaction. Never raises: what cannot be read is a value too."""
    try:
        return read_roster(content, name)
    except RosterFileError as problem:
        return problem
    except Exception:  # a stranger's file may break a reader in ways nobody foresaw; the person gets a sentence
        return RosterFileError("damaged")


def document(work: Work) -> bool:
    """A document sent outside any form: a roster, or a kind word why it is none."""
    file = work.files[0]
    if not may(work.me, Action.IMPORT_ROSTER):
        if not (isinstance(file.prepared, Roster) or PurePath(file.name).suffix.lower() in WORKBOOKS):
            return False
        _forget(work, file)
        work.reply(work.say("roster.not_for_you"))
        return True
    if file.content is None:
        work.reply(work.say("roster.not_fetched"))
        return True
    _forget(work, file)
    if isinstance(file.prepared, RosterFileError):
        work.reply(work.say(file.prepared.key, **file.prepared.params))
    elif isinstance(file.prepared, Roster):
        _preview(work, file, file.prepared)
    else:
        return False
    return True


def _forget(work: Work, file: File) -> None:
    """The workbook itself is not kept: its rows rest sealed with the preview, and go when it is confirmed or dropped."""
    work.conn.execute(
        update(attachments).where(attachments.c.id == file.id).values(content=None, name=None, file_id=None)
    )


def _scope(work: Work) -> Scope:
    """A director's own village, a supervisor's own town, the whole county for the bureau.

    Who holds several posts imports into all their units: the place that covers them is home, the codes keep the limits.
    """
    work.demand(Action.IMPORT_ROSTER)
    units = list(dict.fromkeys(post.unit for post in granting(work.me, Action.IMPORT_ROSTER)))
    home = units[0]
    while any(unit.code not in work.tree.under(home.code) for unit in units):
        above = work.tree.get(home.parent or "")
        if above is None:
            break
        home = above
    return Scope(work.tree, home, work.visible(Action.IMPORT_ROSTER))


def _preview(work: Work, file: File, found: Roster) -> None:
    if rosters.out_of_place(found.rows, demo=work.demo):
        work.note("roster.refused")
        work.reply(work.say("roster.real_in_demo" if work.demo else "roster.demo_in_county"))
        return
    assert file.content is not None
    assert work.me is not None
    scope = _scope(work)
    preview = rosters.look(work.conn, found.rows, scope, work.today)
    counts = preview.counts
    if not preview.changes and not counts["bad"]:
        work.note("roster.previewed", None, **counts)
        work.reply(work.say("roster.nothing_new", rows=counts["rows"]))
        return
    if counts["bad"] or counts["warnings"]:
        copy = corrected_copy(preview.rows, work.tree, lambda key, params: work.say(key, **params))
        work.document(copy, work.say("roster.copy_name"), work.say("roster.copy", bad=counts["bad"]))
    rows: Rows = ()
    if preview.changes:
        digest = hashlib.sha256(file.content).digest()
        import_id = rosters.keep(work.conn, preview, digest, work.me.person_id, work.now)
        rows = [
            [
                (work.say("roster.yes", count=preview.changes), do("roster.yes", import_id)),
                (work.say("roster.no"), do("roster.no", import_id)),
            ]
        ]
    work.note("roster.previewed", None, **counts)
    work.reply("\n".join(_lines(work, scope, found, preview)), rows)


def _lines(work: Work, scope: Scope, found: Roster, preview: Preview) -> list[str]:
    counts = preview.counts
    place = work.tree.path_name(scope.home.code)
    lines = [work.say("roster.read", place=place, rows=counts["rows"])]
    lines.append(work.say("roster.counts", **counts))
    for what in ("bad", "repeated", "warnings", "not_in_file"):
        if counts[what]:
            lines.append(work.say(f"roster.count.{what}", count=counts[what]))
    if found.missing and counts["bad"]:
        lines.append(work.say("roster.missing", columns="、".join(BY_KEY[key].heading for key in found.missing)))
    if found.ignored:
        lines.append(work.say("roster.ignored", columns="、".join(found.ignored[:HEADINGS]), count=len(found.ignored)))
    lines += _examples(work, found, preview)
    end = "sure" if preview.changes else "none_new" if counts["same"] else "none_good"
    lines.append(work.say(f"roster.{end}"))
    return lines


def _examples(work: Work, found: Roster, preview: Preview) -> list[str]:
    """Row and column only: what is wrong with them, with what the cell said, stands in the workbook given back."""
    bad = [row for row in preview.rows if isinstance(row.result, Bad)][:EXAMPLES]
    said = []
    for row in bad:
        columns = "、".join(dict.fromkeys(BY_KEY[problem.column].heading for problem in row.problems))
        where = row.source.sheet if len(found.sheets) > 1 else ""
        said.append(work.say("roster.example", sheet=where, line=row.source.line, columns=columns))
    return said


def yes(work: Work, import_id: str) -> None:
    """确认导入: compared anew, then all of it or nothing."""
    me = work.demand(Action.IMPORT_ROSTER)
    done = rosters.apply(
        work.conn, import_id, _scope(work), me.person_id, work.now, work.today, work.policy, demo=work.demo
    )
    if done is None:
        raise Refused("roster.over")
    work.note("roster.imported", f"import:{import_id}", **done)
    work.toast()
    if not done["new"] and not done["changed"] and not done["bad"]:
        work.show(work.say("roster.same_by_now"))
        return
    lines = [work.say("roster.done", **done)]
    if done["bad"]:
        lines.append(work.say("roster.done_bad", count=done["bad"]))
    work.show("\n".join(lines), [[(work.say("roster.see"), do("go", "child")), (work.say("roster.today"), do("go", "today"))]])


def no(work: Work, import_id: str) -> None:
    """取消: the rows of the preview are forgotten."""
    me = work.demand(Action.IMPORT_ROSTER)
    if not rosters.drop(work.conn, import_id, me.person_id):
        raise Refused("roster.over")
    work.note("roster.dropped", f"import:{import_id}")
    work.toast()
    work.show(work.say("roster.dropped"))


def how(work: Work, words: str) -> None:
    """/import: the empty template, and what to do with it."""
    scope = _scope(work)
    kind = "village" if scope.home.kind in (UnitKind.VILLAGE, UnitKind.COMMUNITY) else scope.home.kind.value
    work.document(template(work.tree), work.say("roster.template_name"))
    lines = [work.say("roster.how"), work.say(f"roster.how.{kind}", place=work.tree.path_name(scope.home.code))]
    if work.demo:
        lines.append(work.say("roster.how.demo"))
    work.reply("\n".join(lines))


SUBJECT = Subject(
    "roster",
    commands=(Command("import", how, Action.IMPORT_ROSTER, ("导入名册", "导入"), menu=False),),
    presses={"roster.yes": Press(yes, Action.IMPORT_ROSTER), "roster.no": Press(no, Action.IMPORT_ROSTER)},
    document=document,
    prepare=prepare,
)
