"""小虎奶奶电话换了 1390…: a number that changed belongs into the file, and is no contact with the child."""

from __future__ import annotations

import re
from collections.abc import Sequence

from bot.buttons import do
from bot.file_card import person_words
from bot.file_hand import entry_of
from bot.heard import Known
from bot.work import Work
from domain.access import Action, may
from domain.children import Child, Guardian, Relation
from domain.file_fields import tail
from domain.identity import read_phone

_DIGITS = r"(?P<phone>1(?:[\s-]?[0-9]){10})"
_SAYS = re.compile(
    rf"(?:电话|手机|号码?)[^，。；0-9]{{0,6}}(?:换|改|变)[^。；0-9]{{0,10}}{_DIGITS}|(?:换|改|新)(?:了|成|的)?(?:个)?(?:新)?(?:的)?(?:电话|手机|号)[^。；0-9]{{0,10}}{_DIGITS.replace('phone', 'other')}"
)
_CALLED = re.compile(r"打(?:了|过|通|给)|聊|接(?:了|的)|去(?:了|过)|见(?:了|到|着)|家访|走访|视频")
_WHO: tuple[tuple[str, Relation], ...] = (
    (r"姥|外[公婆爷]", Relation.MATERNAL_GRANDPARENT), (r"奶|爷|婆", Relation.PATERNAL_GRANDPARENT), (r"爸|爹|父", Relation.FATHER),
    (r"妈|娘|母", Relation.MOTHER), (r"[伯叔姑舅姨婶]", Relation.RELATIVE), (r"[哥姐]", Relation.SIBLING),
)  # fmt: skip


def offer(work: Work, of_whom: Sequence[Known]) -> bool:
    """Asks whether the file should say so; False where the words say more, or it is open whose number it is."""
    match = _SAYS.search(work.said)
    if match is None or len(of_whom) != 1 or work.me is None or not may(work.me, Action.CHANGE_FILE):
        return False
    phone = read_phone(match["phone"] or match["other"])
    if phone is None or _CALLED.search(work.said):
        return False
    child = entry_of(work, of_whom[0].file_no).child
    if child.closed_on is not None or child.unit not in work.visible(Action.CHANGE_FILE):
        return False
    carer = _meant(child, work.said[: match.start()])
    if carer is None or carer.phone == phone:
        return False
    into_file = (work.say("note.phone_into_file"), do("file.phone", child.file_no, tail(carer), phone))
    as_contact = (
        work.say("note.as_contact", name=child.name),
        do("note.as_contact", child.file_no, str(work.message_id or 0)),
    )
    work.reply(
        work.say("note.new_phone", name=child.name, who=person_words(carer), phone=phone), [[into_file], [as_contact]]
    )
    return True


def _meant(child: Child, before: str) -> Guardian | None:
    """The guardian named, or told by what they are to the child; without either the one the child lives with."""
    named = [one for one in child.guardians if one.name and one.name in before]
    relation = next((relation for words, relation in _WHO if re.search(words, before)), None)
    fitting = named or [one for one in child.guardians if one.relation is relation]
    if relation is None and not named:
        fitting = [one for one in child.guardians if one.carer]
    return fitting[0] if len(fitting) == 1 else None
