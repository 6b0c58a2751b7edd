"""Questions about one child, and about whom to ring."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from html import escape
from typing import Any

from bot import child_card
from bot.buttons import do
from bot.child_card import dial
from bot.heard import Known
from bot.reminders.rules import day_words
from bot.work import Work
from db import contacts, people
from domain.access import Action, may
from domain.calendar import add_months
from domain.children import Child
from domain.people import Post, Role, Unit, UnitKind
from domain.reading.asked import Question

MOST = 8
ADULT = 18
OF_THE_LAW = 16  # a left-behind child is under 16 (county plan)
HOTLINES = ("110", "120", "12345", "12355", "12356")


@dataclass(frozen=True)
class Asking:
    """A question, who asks, and the children their words may mean."""

    work: Work
    question: Question
    known: Mapping[str, Known]

    def units(self, action: Action) -> list[Unit]:
        """The places named, as far as the person sees them; their own where none is named."""
        codes = self.work.visible(action)
        own = [post.unit for post in self.work.me.posts] if self.work.me else []
        found: list[Unit] = []
        for words in self.question.places:
            found += [
                one
                for one in self.work.tree.find(words, own[0] if own else None)
                if one.kind is not UnitKind.DEPARTMENT
            ]
        return list(dict.fromkeys(one for one in found if one.code in codes))

    def place_words(self) -> str:
        return self.question.places[0] if self.question.places else ""

    def named(self) -> list[Known]:
        """The children named, ties included: the person picks."""
        ids = [*self.question.children, *(one for tie in self.question.ties for one in tie)]
        return [self.known[one] for one in dict.fromkeys(ids) if one in self.known]


def child(ask: Asking) -> bool:
    found = ask.named()
    if len(found) == 1:
        child_card.open_card(ask.work, found[0].file_no)
    elif found:
        _which(ask, found, "child.open")
    else:
        return may(ask.work.me, Action.SEE_CHILD) and ask.work.go("child", "")
    return True


def last_contact(ask: Asking) -> bool:
    """When somebody was last there, and what is due next."""
    found = ask.named()
    if len(found) != 1:
        return child(ask)
    work, one = ask.work, _file(ask.work, found[0])
    work.note("child.read", f"child:{one.id}")
    records = contacts.latest(work.conn, one.id, 2)
    said = (
        work.say("child.last", last="；".join(child_card.brief(work, record) for record in records))
        if records
        else work.say("child.never")
    )
    work.reply(
        work.say("asked.of_child", name=one.name, said=said),
        [[(work.say("asked.card"), do("child.open", one.file_no))]],
    )
    return True


def age(ask: Asking) -> bool:
    found = ask.named()
    if len(found) != 1:
        return child(ask)
    work, one = ask.work, _file(ask.work, found[0])
    work.note("child.read", f"child:{one.id}")
    years = one.age_on(work.today)
    if years is None or one.birth_date is None:
        said = work.say("child.age_unknown")
    else:
        wanted = OF_THE_LAW if years <= OF_THE_LAW else ADULT
        turns = add_months(one.birth_date, 12 * wanted)
        key = "asked.age_past" if turns <= work.today else "asked.age_ahead"
        said = work.say(key, age=years, wanted=wanted, day=day_words(work.words, turns, work.today))
    work.reply(
        work.say("asked.of_child", name=one.name, said=said),
        [[(work.say("asked.card"), do("child.open", one.file_no))]],
    )
    return True


def phone(ask: Asking) -> bool:
    """Numbers to tap: one's own supervisor, a child's family, the county's desks, the hotlines."""
    who, found = ask.question.who, ask.named()
    if who in ("guardian", "child") or (found and who not in ("supervisor", "police", "county", "hotline")):
        if len(found) == 1:
            child_card.phone(ask.work, found[0].file_no)
        elif found:
            _which(ask, found, "child.phone")
        else:
            ask.work.reply(ask.work.say("asked.whose_phone"))
        return True
    say_numbers(ask.work, who, ask.units(Action.SEE_SUMMARY))
    return True


def say_numbers(work: Work, who: str, units: list[Unit]) -> None:
    """The numbers of posts near the person, and those that always answer."""
    lines: list[str] = []
    for post in _posts(work, who, units):
        for person in people.persons(work.conn, [one for one in (post.holder, post.deputy) if one]).values():
            place = "" if post.role is Role.COUNTY else work.tree.path_name(post.unit.code)
            number = dial(work, person.phone) if person.phone else escape(work.say("child.no_phone"))
            lines.append(
                work.say(
                    "asked.number",
                    place=escape(place),
                    role=work.say(f"role.{post.role.value}"),
                    name=escape(person.name),
                    number=number,
                )
            )
    for key, number in work.phones.items():
        label = work.words.find(f"report.phone.{key}") or work.words.find(f"asked.desk.{key}")
        if label:
            lines.append(work.say("asked.desk", name=escape(label), number=dial(work, number)))
    if not lines:
        lines.append(work.say("asked.no_number"))
    lines += [work.say(f"asked.hotline.{number}", number=dial(work, number)) for number in HOTLINES]
    work.reply("\n".join(lines), html=True)


def _posts(work: Work, who: str, units: list[Unit]) -> list[Post]:
    """Whose work touches the person's: above them; below them where a place is named."""
    if work.me is None:
        return []
    if units and not work.me.with_role(Role.CHILD_DIRECTOR):
        found = [
            post
            for unit in units[:2]
            for role in (Role.SUPERVISOR, Role.CHILD_DIRECTOR)
            for post in people.posts_at(work.conn, role, unit.code)
        ]
        if found:
            return found
    if who == "county":
        return people.posts_at(work.conn, Role.COUNTY, work.me.posts[0].unit.code.split(".")[0][:6])
    above = [one for post in work.me.posts for one in people.posts_above(work.conn, post)]
    return [one for one in dict.fromkeys(above) if work.me.person_id not in (one.holder, one.deputy)]


def _which(ask: Asking, found: list[Known], press: str) -> None:
    cells: list[tuple[str, Any]] = [
        (" ".join(filter(None, (one.name, one.village, one.guardian))), do(press, one.file_no)) for one in found[:MOST]
    ]
    ask.work.reply(ask.work.say("asked.which"), [[cell] for cell in cells])


def _file(work: Work, one: Known) -> Child:
    return child_card.entry_of(work, one.file_no).child
