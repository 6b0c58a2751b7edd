"""明天 · 这周 · 这个月: the look-ahead from 今天, and the route list to print (走访路线单)."""

from __future__ import annotations

from datetime import date

from bot import walks
from bot.asked import what_is_left
from bot.asked.of_child import Asking
from bot.buttons import Button, do
from bot.reminders import rules
from bot.subject import Press, Subject
from bot.walks import Stop
from bot.work import Refused, Work, in_twos
from domain.access import Action
from domain.calendar import DAY, month_end
from domain.identity import mask_phone
from domain.reading.asked import Asked, Period, Question
from domain.seasons import busy
from files.route_list import RouteList, Row, route_pdf

PAGE = 8
WEEK = 6  # days after today


def show(work: Work, number: str = "0") -> None:
    """这周: what falls due in seven days, household by household, with the reason."""
    last = work.today + WEEK * DAY
    found = walks.stops(work, last)
    work.toast()
    if not found:
        work.show(work.say("week.nothing", day=_day(work, last)), [_around(work)])
        return
    pages = (len(found) - 1) // PAGE
    page = min(int(number) if number.isdecimal() else 0, pages)
    shown = found[page * PAGE : (page + 1) * PAGE]
    kids = sum(len(stop.children) for stop in found)
    lines = [work.say("week.title", day=_day(work, last), count=kids, homes=len(found))]
    several, village, part = len({stop.unit for stop in found}) > 1, "", ""
    for place, stop in enumerate(shown, page * PAGE + 1):
        if several and stop.unit != village:
            village, part = stop.unit, ""
            lines.append(work.say("week.village", name=work.tree.path_name(village)))
        if stop.hamlet != part:
            part = stop.hamlet
            lines.append(work.say("week.hamlet", name=part or work.say("week.no_hamlet")))
        lines.append(_line(work, place, stop))
    if busy(work.policy.farm_seasons, work.today):
        lines.append(work.say("week.farm"))
    cells: list[tuple[str, Button]] = [
        (
            work.say("asked.family_card", place=place, name=stop.children[0].name),
            do("child.open", stop.children[0].file_no),
        )
        for place, stop in enumerate(shown, page * PAGE + 1)
    ]
    rows = in_twos(cells)
    turns: list[tuple[str, Button]] = [(work.say("form.previous_page"), do("week.show", str(page - 1)))] if page else []
    turns += [(work.say("form.next_page"), do("week.show", str(page + 1)))] if page < pages else []
    work.show("\n".join(lines), [*rows, turns, [(work.say("week.print"), do("week.print", str(WEEK)))], _around(work)])


def _line(work: Work, place: int, stop: Stop) -> str:
    names = work.say("reminders.comma").join(
        rules.tier_mark(work.words, child.tier) + child.name for child in stop.children
    )
    carer = stop.carer
    home = work.say("asked.of_carer", name=carer.name) if carer and carer.name else ""
    return work.say("week.stop", place=place, names=names, home=home, due=walks.due_words(work, stop))


def tomorrow(work: Work) -> None:
    """明天我该跑哪几家: the same answer as to the question."""
    work.demand(Action.SEE_DUTIES)
    work.toast()
    day = work.today + DAY
    what_is_left.route(_asking(work, Asked.ROUTE, day, day))
    work.reply(work.say("week.paper"), [[(work.say("week.print"), do("week.print", "1"))], _around(work)])


def month(work: Work) -> None:
    """这个月还差谁: the same answer as to the question."""
    work.demand(Action.SEE_DUTIES)
    work.toast()
    what_is_left.left(_asking(work, Asked.LEFT, work.today, month_end(work.today)))


def _asking(work: Work, asked: Asked, first: date, last: date) -> Asking:
    return Asking(work, Question(asked, 0, 0, "", period=Period(first, last)), {})


def _around(work: Work) -> list[tuple[str, Button]]:
    return [
        (work.say("visit.to_today"), do("go", "today")), (work.say("week.tomorrow"), do("week.tomorrow")),
        (work.say("week.month"), do("week.month")),
    ]  # fmt: skip


def _day(work: Work, day: date) -> str:
    return rules.day_words(work.words, day, work.today)


# --- on paper ---


def print_list(work: Work, days: str) -> None:
    """走访路线单: an A4 sheet to carry along. Pressing it is the reason: this walk; it is journaled."""
    ahead = min(int(days), 31) if days.isdecimal() else 1
    last = work.today + ahead * DAY
    found = walks.stops(work, last)
    work.toast()
    if not found:
        raise Refused("week.nothing", day=_day(work, last))
    work.note("route.printed", days=ahead, count=sum(len(stop.children) for stop in found))
    rows = tuple(_row(work, place, stop) for place, stop in enumerate(found, 1))
    say = work.say
    paper = RouteList(
        title=say("route.title"), until=say("route.until", day=last.isoformat(), homes=len(rows)),
        made=say("route.made", day=work.today.isoformat()), head=say("route.head"), pages=say("route.pages"),
        columns=tuple(say(f"route.column.{name}") for name in ("done", "place", "child", "due", "phone", "notes")),
        rows=rows, note=say("route.note"), mark=say("route.demo") if work.demo else None,
    )  # fmt: skip
    name = say("route.file_name", day=work.today.isoformat())
    work.document(route_pdf(paper), name, say("route.caption", homes=len(rows)))


def _row(work: Work, place: int, stop: Stop) -> Row:
    unit, carer = work.tree.get(stop.unit), stop.carer
    kids = "\n".join(f"{child.name}\n{child.file_no}" for child in stop.children)
    phone = mask_phone(carer.phone) if carer and carer.phone else ""
    home = "\n".join(filter(None, ((unit.name if unit else "") + stop.hamlet, carer.name if carer else "")))
    return Row(place, home, kids, walks.due_words(work, stop), phone)


SUBJECT = Subject(
    "week",
    presses={
        "week.show": Press(show, Action.SEE_DUTIES),
        "week.tomorrow": Press(tomorrow, Action.SEE_DUTIES),
        "week.month": Press(month, Action.SEE_DUTIES),
        "week.print": Press(print_list, Action.SEE_CHILD),
    },
)
