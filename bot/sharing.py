"""Before an organisation, a volunteer or an enterprise learns who a child is: has the family agreed to that one?

个人信息保护法 art. 23, 29, 31: a consent of its own for each recipient, the young person's own from 14 on. Departments that
do their duty need none (art. 35); they are told of the child on another way and this is not asked for them.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from bot.buttons import do
from bot.work import Work
from db import child_file
from domain.access import Action, allowed
from domain.children import Child
from domain.consent import ConsentKind, Standing, consent_for

Button = tuple[str, Any]


def agreed(work: Work, child: Child, organisation: str) -> bool:
    """Whether this organisation may learn who the child is, today."""
    return child_file.standing(work.conn, child, ConsentKind.SHARING, work.today, organisation) is Standing.GIVEN


def agreed_ones(work: Work, found: Iterable[Child], organisation: str) -> set[str]:
    """The ids of those among these children whose families agreed: one look for a whole list."""
    children = {one.id: one for one in found}
    lines = child_file.consents_of(work.conn, list(children))
    return {
        key
        for key, one in children.items()
        if consent_for(
            (line for line in lines if line.child_id == key), one, ConsentKind.SHARING, work.today, organisation
        )
        is Standing.GIVEN
    }


def ask_first(work: Work, child: Child, organisation: str, rows: Iterable[Iterable[Button]] = ()) -> None:
    """Say that the family must be asked, with the button that writes its word down; `rows` lead on from there."""
    held = child_file.standing(work.conn, child, ConsentKind.SHARING, work.today, organisation)
    said = work.say(f"sharing.{held.value}", name=child.name, organisation=organisation)
    own: list[list[Button]] = []
    if child.closed_on is None and allowed(work.me, Action.CHANGE_FILE, child.unit):
        own.append([(work.say("sharing.write_down"), do("consent.new", child.file_no, ConsentKind.SHARING.value))])
    work.reply(said, [*own, *([*row] for row in rows)])
