"""儿童: finding a child by what a worker types or taps, and plain questions about how many there are."""

from __future__ import annotations

import base64
import binascii
import re
from typing import Any

from bot import flow
from bot.buttons import do
from bot.child_card import open_card, phone, photos, reasons, records
from bot.subject import Command, Press, Subject
from bot.work import Refused, Work, in_rows_of, in_twos
from db import children, roster_lines
from domain.access import Action, may
from domain.children import Label, Tier
from domain.namesakes import told_apart
from domain.people import Role, UnitKind
from domain.reading.names import How, Match, search
from domain.roster.columns import LABEL_WORDS
from domain.roster.values import read_labels
from domain.visits import VISIT

PAGE = 10
_NUMBER = re.compile(r"GT-[\d-]{4,14}")
MOST_WORDS = 30  # bytes of a query that still fits a button
PLACES = (UnitKind.VILLAGE, UnitKind.COMMUNITY)
Button = tuple[str, Any]


# --- finding ---


def child(work: Work, words: str) -> None:
    """/child, /child 小虎, 儿童 xiaohu: the card, or the children it may be."""
    if words:
        _find(work, words)
    elif work.me is not None and work.me.with_role(Role.CHILD_DIRECTOR):
        _list(work, work.visible(Action.SEE_CHILD), 0, "child.page", "")
    else:
        _places(work)


def _find(work: Work, words: str, page: int = 0) -> None:
    lines = roster_lines.lines(work.conn, work.visible(Action.SEE_CHILD))
    hits = search(words, lines, limit=200)
    if not hits:
        if _by_number(work, words):
            return
        work.note("child.searched", None, hits=0)
        work.reply(work.say("child.nobody", words=words[:20]), _new_child(work))
        return
    if (len(hits) == 1 and hits[0].how is not How.NEAR) or _clear(hits):
        by_id = {line.id: line.file_no for line in lines}
        open_card(work, by_id[hits[0].id])
        return
    work.note("child.searched", None, hits=len(hits))
    by_line = {line.id: line for line in lines}
    several = len({line.unit for line in lines}) > 1
    cells: list[Button] = []
    called = told_apart([by_line[hit.id] for hit in hits], numbered=True)
    for hit in hits:
        line = by_line[hit.id]
        name = line.name if hit.guardian else called[line.file_no]
        label = work.say("child.hit", name=name, number=line.file_no[-4:])
        if several:
            unit = work.tree.get(line.unit)
            label = work.say("child.hit_in", hit=label, unit=unit.name if unit else line.unit)
        if hit.guardian:
            label = work.say("child.hit_of", hit=label, guardian=hit.guardian)
        cells.append((label, do("child.open", line.file_no)))
    key = "child.near" if hits[0].how is How.NEAR else "child.several"
    _pages(work, work.say(key, count=len(hits)), cells, page, "child.found", _packed(words))


def _by_number(work: Work, words: str) -> bool:
    """A whole file number opens the card of a closed file, too, which no list shows any more."""
    number = words.strip().upper()
    if not _NUMBER.fullmatch(number) or children.by_file_no(work.conn, number, work.visible(Action.SEE_CHILD)) is None:
        return False
    open_card(work, number)
    return True


def _new_child(work: Work) -> list[list[Button]]:
    """A way to open a file, for those who may."""
    return [[(work.say("child.new"), do("go", "newchild"))]] if may(work.me, Action.CHANGE_FILE) else []


def _clear(hits: list[Match]) -> bool:
    """A whole name or number that is one child's alone, whatever else it is a part of."""
    return hits[0].rank == 0 and all(hit.rank > 0 for hit in hits[1:])


def found(work: Work, page: str, packed: str) -> None:
    """A further page of what words found. The words travel in the button, so nothing is kept between."""
    try:
        words = base64.urlsafe_b64decode(packed).decode()
    except (binascii.Error, ValueError):
        raise Refused("child.ask") from None
    work.toast()
    _find(work, words, _number(page))


def _packed(words: str) -> str:
    raw = words.encode()
    return base64.urlsafe_b64encode(raw).decode() if len(raw) <= MOST_WORDS else ""


def _list(work: Work, codes: frozenset[str], page: int, turn: str, place: str) -> None:
    lines = roster_lines.lines(work.conn, codes)
    if not lines:
        work.show(work.say("child.empty"), _new_child(work))
        return
    work.note("child.listed", f"unit:{place}" if place else None, count=len(lines))
    cells: list[Button] = [
        (work.say("child.hit", name=line.name, number=line.file_no[-4:]), do("child.open", line.file_no)) for line in lines
    ]
    title = work.say("child.list", place=work.tree.path_name(place) if place else work.say("child.yours"), count=len(lines))
    _pages(work, title, cells, page, turn, place)


def _pages(work: Work, title: str, cells: list[Button], page: int, turn: str, argument: str) -> None:
    page = max(0, min(page, (len(cells) - 1) // PAGE))
    shown = cells[page * PAGE : (page + 1) * PAGE]
    wide = any(len(label) > 14 for label, _ in shown)
    rows: list[list[Button]] = in_rows_of(1 if wide else 2, shown)
    turns: list[Button] = []
    if argument or turn == "child.page":
        if page > 0:
            turns.append((work.say("form.previous_page"), do(turn, str(page - 1), argument)))
        if len(cells) > (page + 1) * PAGE:
            turns.append((work.say("form.next_page"), do(turn, str(page + 1), argument)))
    elif len(cells) > PAGE:
        title += "\n" + work.say("child.narrow")
    work.show(title, [*rows, turns] if turns else rows)


def _number(page: str) -> int:
    return int(page) if page.isdecimal() else 0


def page(work: Work, number: str, place: str = "") -> None:
    """A page of one's own list, or of a village's."""
    work.toast()
    codes = work.visible(Action.SEE_CHILD)
    _list(work, codes & work.tree.under(place) if place else codes, _number(number), "child.page", place)


def village(work: Work, code: str) -> None:
    """The villages of a town, or the children of a village."""
    unit = work.tree.get(code)
    if unit is None or code not in work.visible(Action.SEE_CHILD):
        raise Refused("child.not_yours")
    work.toast()
    if unit.kind in PLACES:
        page(work, "0", code)
    else:
        _places(work, code)


def _places(work: Work, above: str | None = None) -> None:
    """Where to look, with how many children there are; or simply type."""
    codes = work.visible(Action.SEE_CHILD)
    counts = roster_lines.count_by_unit(work.conn, codes)
    tops = [above] if above else [post.unit.code for post in work.me.posts if post.unit.code in codes] if work.me else []
    cells: list[Button] = []
    for top in tops:
        for unit in work.tree.children_of(top):
            count = sum(counts.get(code, 0) for code in work.tree.under(unit.code))
            if unit.code in codes and count:
                cells.append((work.say("child.place", unit=unit.name, count=count), do("child.village", unit.code)))
    work.show(work.say("child.ask"), in_twos(cells))


# --- plain questions ---

_HOW_MANY = re.compile(
    r"(?P<place>.{0,14}?)(?:现在|目前|今年)?(?:一共|总共|共)?(?:有|里有)(?:几个|几名|几|多少个|多少名|多少)"
    r"(?P<label>.{0,8}?)(?:的)?(?:娃娃|娃儿|娃|孩子|儿童|小孩)(?:呢|啊|呀)?[?？。]?"
)
_MINE = {"", "我", "我们", "我村", "我们村", "本村", "村里", "村上", "我镇", "我们镇", "全镇", "本镇", "镇上", "全县", "本县", "县里"}


def free(work: Work) -> bool:
    """六一村有几个娃 / 我们村有多少留守儿童; or a bare name typed by somebody who may look it up."""
    if work.files or not may(work.me, Action.SEE_CHILD):
        return False
    asked = _HOW_MANY.fullmatch(re.sub(r"\s+", "", work.said))
    return _count(work, asked["place"], asked["label"]) if asked else _bare_name(work)


def _count(work: Work, place: str, said_label: str) -> bool:
    labels, unknown = read_labels(said_label)
    if unknown or len(labels) > 1:
        return False
    label: Label | None = labels[0] if labels else None
    visible = work.visible(Action.SEE_CHILD)
    if place in _MINE:
        _say_count(work, work.say("child.yours"), visible, label, None)
        return True
    home = work.me.posts[0].unit if work.me else None
    units = [unit for unit in work.tree.find(place, home) if unit.kind is not UnitKind.DEPARTMENT]
    if not units:
        return False
    mine = [unit for unit in units if unit.code in visible]
    if not mine:
        work.reply(work.say("child.place_not_yours", place=place))
        return True
    for unit in mine[:3]:
        _say_count(work, work.tree.path_name(unit.code), visible & work.tree.under(unit.code), label, unit.code)
    return True


def _say_count(work: Work, place: str, codes: frozenset[str], label: Label | None, code: str | None) -> None:
    tiers = roster_lines.count_by_tier(work.conn, codes, label)
    shown = " ".join(f"{work.say(f'reminders.tier.{tier.value}')}{count}" for tier in Tier if (count := tiers.get(tier)))
    what = work.say("child.label", label=LABEL_WORDS[label]) if label else work.say("child.children")
    total = sum(tiers.values())
    rows = [[(work.say("child.see_list"), do("child.village", code))]] if code and total else []
    work.reply(work.say("child.count", place=place, count=total, what=what, tiers=shown).strip(), rows)


def _bare_name(work: Work) -> bool:
    """Nothing but a name or its pinyin: taken only where it is clearly one of the children's."""
    words = work.said.strip()
    if not re.fullmatch(r"[㐀-鿿·]{2,5}|[A-Za-z ]{4,20}|GT-[\d-]{4,14}", words):
        return False
    hits = search(words, roster_lines.lines(work.conn, work.visible(Action.SEE_CHILD)), limit=2)
    if not hits:
        return _by_number(work, words)
    if hits[0].how not in (How.NAME, How.GIVEN, How.PINYIN, How.FILE_NO):
        return False
    kept = flow.in_hand(work)
    if len(hits) > 1 and kept is not None and kept.draft.form == VISIT.name and "child" not in kept.draft.answers:
        return False  # the record in hand asks which child, and says itself between whom it is
    _find(work, words)
    return True


SUBJECT = Subject(
    "child",
    commands=(Command("child", child, Action.SEE_CHILD, ("儿童", "找孩子", "查孩子", "档案", "看档案", "查档案")),),
    presses={
        "child.open": Press(open_card, Action.SEE_CHILD),
        "child.page": Press(page, Action.SEE_CHILD),
        "child.found": Press(found, Action.SEE_CHILD),
        "child.village": Press(village, Action.SEE_CHILD),
        "child.why": Press(reasons, Action.SEE_CHILD),
        "child.phone": Press(phone, Action.SEE_SENSITIVE),
        "child.records": Press(records, Action.SEE_CHILD),
        "child.photos": Press(photos, Action.SEE_SENSITIVE),
    },
    free=free,
)
