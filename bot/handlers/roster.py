"""导入名册: a workbook sent into the chat → preview → 确认, and the way back. Nothing is written into files before 确认."""

from __future__ import annotations

import hashlib
from pathlib import PurePath

from sqlalchemy import update

from bot.buttons import do
from bot.importing import say_undone
from bot.reminders.rules import day_words
from bot.roster_card import copy_of, done_buttons, done_lines, say_preview, scope_of
from bot.subject import Command, Press, Subject
from bot.work import File, Refused, Work, in_twos
from db import roster as rosters
from db import roster_jobs, roster_lines, roster_taking, roster_undo, roster_waiting
from db.models import attachments
from db.roster import Scope
from db.roster_undo import Done
from domain.access import Action, may
from domain.calendar import local_day
from domain.people import Role, UnitKind
from domain.roster import BY_KEY, differing, in_words
from domain.roster.misplaced import out_of_place
from files.roster import Roster, RosterFileError, read_roster, template

AT_ONCE = 200  # rows worked within the message itself: about a second
HEADED = {"unit": "village"}
ON_FILE = 1_500  # files in whose villages such a look stays as short
WORKBOOKS = {".xlsx", ".xls", ".xlsm", ".xlsb", ".ods", ".csv", ".et"}


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
        _take(work, file, file.prepared)
    else:
        return False
    return True


def _forget(work: Work, file: File) -> None:
    """The workbook itself is not kept: its rows rest sealed with the preview, and go when it is confirmed or dropped."""
    work.conn.execute(
        update(attachments).where(attachments.c.id == file.id).values(content=None, name=None, file_id=None)
    )


def _scope(work: Work) -> Scope:
    me = work.demand(Action.IMPORT_ROSTER)
    return scope_of(me, work.tree, work.visible(Action.IMPORT_ROSTER))


def _take(work: Work, file: File, found: Roster) -> None:
    """Look at once, or, where that would keep others waiting, put the rows away and look beside the messages."""
    if out_of_place(found.rows, demo=work.demo):
        work.note("roster.refused")
        work.reply(work.say("roster.real_in_demo" if work.demo else "roster.demo_in_county"))
        return
    assert file.content is not None
    me, scope = work.demand(Action.IMPORT_ROSTER), _scope(work)
    digest = hashlib.sha256(file.content).digest()
    if len(found.rows) > AT_ONCE or _many_on_file(work, scope):
        progress = work.reply(work.say("roster.progress.sent", rows=len(found.rows)))
        about = {
            "sheets": found.sheets, "without": found.sheets_without_roster, "missing": found.missing, "ignored": found.ignored,
        }  # fmt: skip
        roster_jobs.receive(work.conn, found.rows, about, digest, me.person_id, work.chat_id, progress, work.now)
        work.note("roster.received", None, rows=len(found.rows))
        return
    preview = rosters.look(work.conn, found.rows, scope, work.today)
    say_preview(work, scope, found, preview, digest, copy_of(work, preview))


def _many_on_file(work: Work, scope: Scope) -> bool:
    return sum(roster_lines.count_by_unit(work.conn, scope.codes).values()) > ON_FILE


def yes(work: Work, import_id: str) -> None:
    """确认导入: compared anew, then all of it or nothing."""
    me = work.demand(Action.IMPORT_ROSTER)
    ready = roster_waiting.ready(work.conn, import_id, me.person_id)
    if ready is not None and ready[0] > AT_ONCE:
        if work.pressed is not None:
            work.strip(work.pressed)
        progress = work.reply(work.say("roster.progress.begun", rows=ready[0]))
        if not roster_jobs.start(work.conn, import_id, me.person_id, work.chat_id, progress):
            raise Refused("roster.over")
        work.note("roster.confirmed", f"import:{import_id}", rows=ready[0])
        work.toast()
        return
    done = roster_taking.apply(
        work.conn, import_id, _scope(work), me.person_id, work.now, work.today, work.policy, demo=work.demo
    )
    if done is None:
        raise Refused("roster.over")
    work.note("roster.imported", f"import:{import_id}", **done)
    work.toast()
    some = done["new"] or done["changed"]
    work.show("\n".join(done_lines(work, done)), done_buttons(work, import_id) if some else ())


# --- two rows about one child that do not agree ---


def ask(work: Work, import_id: str) -> None:
    """The next child about whom two rows disagree, side by side: only what is not the same."""
    me = work.demand(Action.IMPORT_ROSTER)
    asked = roster_waiting.question(work.conn, import_id, me.person_id)
    work.toast()
    if asked is None:
        _go_on(work, import_id)
        return
    rows = [row for _, _, row in asked.rows]
    work.note("roster.compared", f"import:{import_id}")
    names = "、".join(dict.fromkeys(row.name for row in rows))
    lines = [work.say("roster.disagree", name=names, left=asked.left)]
    keys = differing(rows)
    for number, (sheet, line, row) in enumerate(asked.rows, 1):
        lines.append(work.say("roster.version", number=number, sheet=sheet, line=line))
        # the column is headed 村/社区 wherever a row's unit is told
        lines += [f"{BY_KEY[HEADED.get(key, key)].heading}：{in_words(key, getattr(row, key), work.tree)}" for key in keys]
    group = str(asked.place)
    takes = [(work.say("roster.take", number=at + 1), do("roster.take", import_id, group, str(at))) for at in range(len(rows))]
    buttons = [
        *in_twos(takes),
        [(work.say("roster.join"), do("roster.take", import_id, group, "j"))],
        [(work.say("roster.take_none"), do("roster.take", import_id, group, "x"))],
    ]
    work.reply("\n".join(lines), buttons)


def take(work: Work, import_id: str, place: str, which: str) -> None:
    me = work.demand(Action.IMPORT_ROSTER)
    index = int(which) if which.isdecimal() else 0 if which == "j" else None
    if not place.isdecimal() or not roster_waiting.answer(
        work.conn, import_id, me.person_id, int(place), index, join=which == "j"
    ):
        raise Refused("roster.over")
    if work.pressed is not None:
        work.strip(work.pressed)
    ask(work, import_id)


def notes(work: Work, import_id: str) -> None:
    """Keep the columns we have no field for beside each file."""
    me = work.demand(Action.IMPORT_ROSTER)
    if not roster_waiting.keep_notes(work.conn, import_id, me.person_id, True):
        raise Refused("roster.over")
    work.toast()
    _go_on(work, import_id)


def _go_on(work: Work, import_id: str) -> None:
    me = work.demand(Action.IMPORT_ROSTER)
    ready = roster_waiting.ready(work.conn, import_id, me.person_id)
    if ready is None:
        raise Refused("roster.over")
    lines = [work.say("roster.ready", count=ready[0])]
    if ready[1]:
        lines.append(work.say("roster.notes_kept"))
    yes = [(work.say("roster.yes_all"), do("roster.yes", import_id))] if ready[0] else []
    rows = [[*yes, (work.say("roster.no"), do("roster.no", import_id))]]
    asked = roster_waiting.question(work.conn, import_id, me.person_id)
    if asked is not None:
        rows.append([(work.say("roster.ask", count=asked.left), do("roster.ask", import_id))])
    work.reply("\n".join(lines), rows)


# --- taking a whole import back ---


def imports(work: Work, words: str) -> None:
    """/imports: what was imported lately, and the way back. One's own; the county sees everybody's."""
    me = work.demand(Action.IMPORT_ROSTER)
    found = roster_undo.recent(work.conn, None if me.with_role(Role.COUNTY) else me.person_id, work.now)
    if not found:
        work.reply(work.say("roster.no_imports"))
        return
    lines, cells = [work.say("roster.imports")], []
    for place, one in enumerate(found, 1):
        day = day_words(work.words, local_day(one.at), work.today)
        who = work.say("roster.by_you") if one.by == me.person_id else work.say("roster.by_command" if one.by is None else "roster.by_other")
        state = work.say("roster.is_undone") if one.undone_at else ""
        lines.append(work.say("roster.import", place=place, day=day, who=who, new=one.new, changed=one.changed, state=state))
        if one.undone_at is None and one.stage is None:
            cells.append((work.say("roster.undo_this", place=place), do("roster.undo", one.id)))
    work.reply("\n".join(lines), in_twos(cells))


def _mine(work: Work, import_id: str) -> Done:
    me, one = work.demand(Action.IMPORT_ROSTER), roster_undo.one(work.conn, import_id)
    if one is None or (one.by != me.person_id and me.with_role(Role.COUNTY) is None):
        raise Refused("roster.over")
    if one.undone_at is not None or one.stage is not None:
        raise Refused("roster.undone_before")
    if roster_undo.outside(work.conn, import_id, work.visible(Action.IMPORT_ROSTER)):
        raise Refused("roster.undo_above")
    return one


def undo(work: Work, import_id: str) -> None:
    """What taking it back means, before it is done."""
    one = _mine(work, import_id)
    work.toast()
    work.reply(
        work.say("roster.undo_sure", new=one.new, changed=one.changed),
        [[(work.say("roster.undo_yes"), do("roster.undone", import_id))]],
    )


def undone(work: Work, import_id: str) -> None:
    one, me = _mine(work, import_id), work.demand(Action.IMPORT_ROSTER)
    work.toast()
    long = one.new + one.changed > AT_ONCE
    if work.pressed is not None:
        work.strip(work.pressed)
    progress = work.reply(work.say("roster.progress.undoing", count=one.new + one.changed)) if long else None
    if not roster_undo.begin(work.conn, import_id, me.person_id, work.chat_id if long else None, progress):
        raise Refused("roster.undone_before")
    if not long:
        while roster_undo.part(work.conn, import_id, work.now, work.today, work.policy):
            pass
        say_undone(work, import_id)


def no(work: Work, import_id: str) -> None:
    """取消: the rows of the preview are forgotten."""
    me = work.demand(Action.IMPORT_ROSTER)
    if not roster_waiting.drop(work.conn, import_id, me.person_id):
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
    commands=(
        Command("import", how, Action.IMPORT_ROSTER, ("导入名册", "导入"), menu=False),
        Command("imports", imports, Action.IMPORT_ROSTER, ("导入记录", "撤销导入"), menu=False),
    ),
    presses={
        f"roster.{name}": Press(run, Action.IMPORT_ROSTER)
        for name, run in (
            ("yes", yes), ("no", no), ("ask", ask), ("take", take), ("notes", notes), ("undo", undo), ("undone", undone),
        )
    },
    document=document,
    prepare=prepare,
)
