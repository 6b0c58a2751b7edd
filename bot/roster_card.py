"""What an import says: how far it is, what a file would do, and how it ended. Shared by the chat and the long ones."""

from __future__ import annotations

from bot.buttons import do
from bot.work import Rows, Work
from db import roster_waiting
from db.roster import Preview, Scope
from domain.access import Action, granting
from domain.people import Me
from domain.roster import BY_KEY, Bad, disagreements
from domain.units import UnitTree
from files.roster import Roster, corrected_copy

EXAMPLES = 3
HEADINGS = 4
MOST_IN_COPY = 5_000  # rows; of a longer file only those with something to look at


def scope_of(me: Me, tree: UnitTree, codes: frozenset[str]) -> Scope:
    """A director's own village, a supervisor's own town, the whole county for the bureau.

    Who holds several posts imports into all their units: the place that covers them is home, the codes keep the limits.
    """
    units = list(dict.fromkeys(post.unit for post in granting(me, Action.IMPORT_ROSTER)))
    home = units[0]
    while any(unit.code not in tree.under(home.code) for unit in units):
        above = tree.get(home.parent or "")
        if above is None:
            break
        home = above
    return Scope(tree, home, codes)


def copy_of(work: Work, preview: Preview) -> bytes | None:
    """The corrected copy, where there is anything to look at. Takes seconds for thousands of rows: not in a transaction."""
    counts = preview.counts
    if not counts["bad"] and not counts["warnings"]:
        return None
    rows = preview.rows
    if len(rows) > MOST_IN_COPY:
        rows = tuple(row for row in rows if isinstance(row.result, Bad) or row.result.warnings)[:MOST_IN_COPY]
    return corrected_copy(rows, work.tree, lambda key, params: work.say(key, **params))


def say_preview(
    work: Work, scope: Scope, found: Roster, preview: Preview, digest: bytes, copy: bytes | None, import_id: str | None = None
) -> None:
    """Say what the file would do, keep its rows, and offer what can be done with them."""
    counts = preview.counts
    asked = len(disagreements(preview.rows))
    if not preview.changes and not counts["bad"]:
        if import_id is not None:
            roster_waiting.drop(work.conn, import_id, work.me.person_id if work.me else None)
        work.note("roster.previewed", None, **counts)
        work.reply(work.say("roster.nothing_new", rows=counts["rows"]))
        return
    if copy is not None:
        work.document(copy, work.say("roster.copy_name"), work.say("roster.copy", bad=counts["bad"]))
    rows: Rows = ()
    by = work.me.person_id if work.me else None
    if preview.changes or asked:
        import_id = roster_waiting.keep(work.conn, preview, digest, by, work.now, import_id=import_id)
        rows = _buttons(work, import_id, preview, asked, bool(found.ignored))
    elif import_id is not None:
        roster_waiting.drop(work.conn, import_id, by)
    work.note("roster.previewed", None, **counts)
    work.reply("\n".join(_lines(work, scope, found, preview, asked)), rows)


def _buttons(work: Work, import_id: str, preview: Preview, asked: int, ignored: bool) -> Rows:
    no = (work.say("roster.no"), do("roster.no", import_id))
    yes = [(work.say("roster.yes", count=preview.changes), do("roster.yes", import_id))] if preview.changes else []
    rows = [[*yes, no]]
    if asked:
        rows.append([(work.say("roster.ask", count=asked), do("roster.ask", import_id))])
    if ignored:
        rows.append([(work.say("roster.keep_notes"), do("roster.notes", import_id))])
    return rows


def _lines(work: Work, scope: Scope, found: Roster, preview: Preview, asked: int) -> list[str]:
    counts = preview.counts
    place = work.tree.path_name(scope.home.code)
    lines = [work.say("roster.read", place=place, rows=counts["rows"])]
    lines.append(work.say("roster.counts", **counts))
    for what in ("bad", "repeated", "warnings", "not_in_file"):
        if counts[what]:
            lines.append(work.say(f"roster.count.{what}", count=counts[what]))
    if asked:
        lines.append(work.say("roster.count.asked", count=asked))
    if found.missing and counts["bad"]:
        lines.append(work.say("roster.missing", columns="、".join(BY_KEY[key].heading for key in found.missing)))
    if found.ignored:
        lines.append(work.say("roster.ignored", columns="、".join(found.ignored[:HEADINGS]), count=len(found.ignored)))
    if found.sheets_without_roster:
        lines.append(work.say("roster.sheets_left", sheets="、".join(found.sheets_without_roster[:HEADINGS])))
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


def done_lines(work: Work, done: dict[str, int]) -> list[str]:
    """How an import ended."""
    if not done.get("new") and not done.get("changed") and not done.get("bad"):
        return [work.say("roster.same_by_now")]
    lines = [work.say("roster.done", new=done.get("new", 0), changed=done.get("changed", 0), same=done.get("same", 0))]
    if done.get("bad"):
        lines.append(work.say("roster.done_bad", count=done["bad"]))
    return lines


def done_buttons(work: Work, import_id: str) -> Rows:
    return [
        [(work.say("roster.see"), do("go", "child")), (work.say("roster.today"), do("go", "today"))],
        [(work.say("roster.undo"), do("roster.undo", import_id))],
    ]
