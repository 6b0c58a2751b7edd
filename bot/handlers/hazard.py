"""隐患: a dangerous place told in one message goes to the office whose it is, is mended, looked at and closed (plan task 15)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bot import flow, referral_news
from bot.buttons import do, short
from bot.hazard_card import (
    SHORT_WORDS,
    desk_name,
    desks,
    kind_name,
    known_unit,
    line,
    one_of_mine,
    place_facts,
    raise_,
    tell,
    tell_desk,
    village_chats,
)
from bot.subject import Command, Conversation, Press, Subject
from bot.work import Cell, Refused, Rows, Work, in_twos
from db import attachments, drafts, hazards, reports
from db.drafts import Kept
from domain.access import Action, may
from domain.forms import Answers, World
from domain.hazards import CHECKED, FIXED, HAZARD, OWNERS, kind_of, place_of, told
from domain.people import Role
from domain.reading.signs import find_signs, is_place_only
from domain.units import COUNTY

SHOWN = 6


def overview(work: Work, words: str) -> None:
    """隐患: what is open here or on my desk; words typed behind the command are a report."""
    work.demand(Action.VILLAGE_WORK)
    if words.strip():
        begin(work, words.strip())
        return
    found = hazards.open_ones(work.conn, work.visible(Action.VILLAGE_WORK), desks(work))
    lines = [work.say("hazard.title" if found else "hazard.nothing", count=len(found))]
    lines += [line(work, one) for one in found[:SHOWN]]
    if len(found) > SHOWN:
        lines.append(work.say("hazard.more", count=len(found) - SHOWN))
    cells: list[Cell] = [
        (work.say("hazard.see", kind=kind_name(work, one.kind), place=one.place[:8]), do("hz.open", one.id))
        for one in found[:SHOWN]
    ]
    last: list[Cell] = [(work.say("hazard.new"), do("hz.new")), (work.say("more.waters"), do("go", "waters"))]
    last.append((work.say("more.inspections"), do("go", "inspections")))
    work.show("\n".join(lines), [*in_twos(cells), *in_twos(last)])


def begin(work: Work, words: str, photos: tuple[str, ...] = ()) -> None:
    """The form with what the words tell filled in; the place is asked where none is named."""
    known: Answers = {**known_unit(work), "words": words[:500]}
    kind, place = kind_of(words), place_of(words)
    known |= {"kind": kind} if kind else {}
    known |= {"place": place} if place and len(place) > 1 else {}
    known |= {"photos": list(photos)} if photos else {}
    flow.begin(work, "hazard", known)


def new(work: Work) -> None:
    work.toast()
    flow.begin(work, "hazard")


def free(work: Work) -> bool:
    """A photo whose caption tells of a dangerous place and of nobody in it, or a sentence that does: 北渠边护栏断了."""
    if not work.files and told(work.said or "") and may(work.me, Action.VILLAGE_WORK) and not find_signs(work.said):
        begin(work, work.said)
        return True
    if not work.files or not work.said or work.files[0].kind != "photo" or not may(work.me, Action.VILLAGE_WORK):
        return False
    words = work.said.removeprefix("隐患").strip(" ：:，,")
    if words == work.said and not is_place_only(work.said, find_signs(work.said)):
        return False
    begin(work, words or work.said, tuple(one.id for one in work.files))
    return True


def from_words(work: Work, draft: str) -> None:
    """The card of a dangerous place: what was offered as a report becomes a hazard instead."""
    kept = next((one for one in drafts.of_chat(work.conn, work.chat_id) if short(one.id) == draft), None)
    if kept is None or kept.draft.form != "report":
        raise Refused("hazard.gone")
    words = str(kept.draft.answers.get("seen", ""))
    if not is_place_only(words, find_signs(words)):
        raise Refused("referral.report_instead")
    drafts.take_away(work.conn, kept.id)
    work.note("report.not_begun", by="hazard")
    work.toast()
    if work.pressed is not None:
        work.strip(work.pressed)
    begin(work, words)


def _value(work: Work, world: World, key: str, answer: Any, answers: Answers) -> str | None:
    if key == "unit":
        return work.tree.path_name(answer)
    if key == "photos":
        return work.say("hazard.photo_count", count=len(answer or []))
    return None


def _reported(work: Work, answers: Answers, kept: Kept) -> None:
    one = raise_(
        work, answers["unit"], answers["kind"], answers["place"], answers["words"], answers.get("photos") or []
    )
    key = "hazard.saved" if one.desk == one.owner else "hazard.saved_county"
    rows: Rows = [[(work.say("hazard.open"), do("hz.open", one.id)), (work.say("more.hazards"), do("go", "hazards"))]]
    work.show(work.say(key, unit=work.tree.path_name(one.owner)), rows)


# --- one hazard ----------------------------------------------------------------------------------------------------


def show(work: Work, hazard_id: str) -> None:
    """What was reported and where it stands, with the next step for who has it."""
    one = one_of_mine(work, hazard_id)
    work.toast()
    work.note("hazard.read", f"hazard:{one.id}")
    lines = [work.say("hazard.card_of", kind=kind_name(work, one.kind)), line(work, one)]
    if len(one.words) > SHORT_WORDS:  # the line shows no more of them
        lines.append(one.words)
    if one.fixed:
        lines.append(work.say("hazard.fixed_says", what=one.fixed))
    if one.again:
        lines.append(work.say("hazard.again", count=one.again))
    cells: list[Cell] = []
    pictures = attachments.count_of(work.conn, [f"hazard:{one.id}"]).get(f"hazard:{one.id}", 0)
    if pictures:
        cells.append((work.say("hazard.photos", count=pictures), do("hz.photos", one.id)))
    if one.closed_at is None:
        if one.fixed_at is None and (one.desk in desks(work) or _village(work, one.unit)):
            cells.append((work.say("hazard.is_fixed"), do("hz.fix", one.id)))
        if one.fixed_at is not None and _looks(work, one.unit):
            cells.append((work.say("hazard.look"), do("hz.look", one.id)))
        if one.fixed_at is None and COUNTY in desks(work):
            cells.append((work.say("hazard.send_on"), do("hz.send", one.id)))
    work.show("\n".join(lines), [*in_twos(cells), [(work.say("more.hazards"), do("go", "hazards"))]])


def _village(work: Work, unit: str) -> bool:
    return any(
        post.role is Role.CHILD_DIRECTOR and post.unit.code == unit for post in (work.me.posts if work.me else ())
    )


def _looks(work: Work, unit: str) -> bool:
    """The village's director looks; the town and the county may where nobody is in that post."""
    return unit in work.visible(Action.VILLAGE_WORK)


def photos(work: Work, hazard_id: str) -> None:
    one = one_of_mine(work, hazard_id)
    work.toast()
    work.note("hazard.photos", f"hazard:{one.id}")
    for picture in attachments.pictures(work.conn, f"hazard:{one.id}"):
        work.photo(picture.content, picture.name, kind_name(work, one.kind))


def send(work: Work, hazard_id: str) -> None:
    """The county hands it to the office that mends it."""
    one = one_of_mine(work, hazard_id)
    if COUNTY not in desks(work):
        raise Refused("access.denied")
    work.toast()
    staffed = set(reports.staffed(work.conn, [f"{COUNTY}.{slug}" for slug in OWNERS]))
    cells: list[Cell] = [
        (work.tree.path_name(code), do("hz.to", one.id, code))
        for slug in OWNERS
        if (code := f"{COUNTY}.{slug}") in staffed
    ]
    work.show(work.say("hazard.send_where" if cells else "hazard.nobody_there"), in_twos(cells))


def send_to(work: Work, hazard_id: str, desk: str) -> None:
    one = one_of_mine(work, hazard_id)
    known = {f"{COUNTY}.{slug}" for slug in OWNERS}
    if COUNTY not in desks(work) or desk not in known or not hazards.send_on(work.conn, one.id, desk, work.now):
        raise Refused("hazard.gone")
    work.note("hazard.sent_on", f"hazard:{one.id}", desk=desk)
    changed = hazards.get(work.conn, one.id)
    assert changed is not None
    tell_desk(work, changed)
    show(work, one.id)


def fix(work: Work, hazard_id: str) -> None:
    one = one_of_mine(work, hazard_id)
    work.toast()
    if one.closed_at is not None or one.fixed_at is not None:
        raise Refused("hazard.fixed_already")
    flow.begin(work, "fixed", {"hazard": one.id})


def _fixed(work: Work, answers: Answers, kept: Kept) -> None:
    me, one = work.demand(Action.VILLAGE_WORK), one_of_mine(work, answers["hazard"])
    if not (one.desk in desks(work) or _village(work, one.unit)) or not hazards.fix(
        work.conn, one.id, answers["what"], work.now, me.person_id
    ):
        raise Refused("hazard.fixed_already")
    attachments.attach(work.conn, answers.get("photos") or [], work.chat_id, f"hazard:{one.id}", me.person_id)
    work.note("hazard.fixed", f"hazard:{one.id}")
    tell(work, village_chats(work, one), "hazard.news.fixed", one)
    if _looks(work, one.unit):
        rows: Rows = [
            [(work.say("hazard.look"), do("hz.look", one.id)), (work.say("more.hazards"), do("go", "hazards"))]
        ]
        work.show(work.say("hazard.fixed_look_too"), rows)
        return
    work.show(work.say("hazard.fixed_saved"), [[(work.say("more.hazards"), do("go", "hazards"))]])


def look(work: Work, hazard_id: str) -> None:
    one = one_of_mine(work, hazard_id)
    work.toast()
    if one.closed_at is not None or one.fixed_at is None or not _looks(work, one.unit):
        raise Refused("hazard.not_fixed")
    flow.begin(work, "checked", {"hazard": one.id})


def _checked(work: Work, answers: Answers, kept: Kept) -> None:
    me, one = work.demand(Action.VILLAGE_WORK), one_of_mine(work, answers["hazard"])
    good = answers["good"] == "yes"
    if (
        not _looks(work, one.unit)
        or one.fixed_at is None
        or not hazards.check(work.conn, one.id, good, work.now, me.person_id)
    ):
        raise Refused("hazard.not_fixed")
    work.note("hazard.checked", f"hazard:{one.id}", good=good)
    tell(work, referral_news.unit_chats(work, one.desk), "hazard.news.closed" if good else "hazard.news.again", one)
    work.show(work.say("hazard.closed" if good else "hazard.back_to", unit=desk_name(work, one.desk)), [
        [(work.say("more.hazards"), do("go", "hazards"))],
    ])  # fmt: skip


def _about(work: Work, world: World, key: str, answer: Any, answers: Answers) -> str | None:
    if key == "hazard":
        one = hazards.get(work.conn, answer)
        return f"{work.tree.path_name(one.unit)} {one.place}" if one else ""
    return work.say("hazard.photo_count", count=len(answer or [])) if key == "photos" else None


def _facts(work: Work) -> Mapping[str, Any]:
    return place_facts(work)


SUBJECT = Subject(
    "hazard",
    commands=(
        Command("hazards", overview, Action.VILLAGE_WORK, ("隐患", "报隐患", "隐患排查", "安全隐患"), menu=False),
    ),
    conversations=(
        Conversation(HAZARD, _reported, Action.VILLAGE_WORK, facts=_facts, value=_value, starts_with=known_unit),
        Conversation(FIXED, _fixed, Action.VILLAGE_WORK, value=_about),
        Conversation(CHECKED, _checked, Action.VILLAGE_WORK, value=_about),
    ),
    presses={
        "hz.new": Press(new, Action.VILLAGE_WORK),
        "hz.open": Press(show, Action.VILLAGE_WORK),
        "hz.photos": Press(photos, Action.VILLAGE_WORK),
        "hz.fix": Press(fix, Action.VILLAGE_WORK),
        "hz.look": Press(look, Action.VILLAGE_WORK),
        "hz.send": Press(send, Action.VILLAGE_WORK),
        "hz.to": Press(send_to, Action.VILLAGE_WORK),
        "hz.words": Press(from_words, Action.VILLAGE_WORK),
    },
    free=free,
)
