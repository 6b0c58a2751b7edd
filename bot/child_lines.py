"""Children in a list, named for those who know them anyway: the village and its town. The county's lists have numbers."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from bot.work import Work
from db import summaries
from domain.access import Action, granting
from domain.people import Role


def known_names(work: Work, found: Sequence[tuple[str, str]], codes: Collection[str], action: str) -> dict[str, str]:
    """The names of these (child, unit) as far as the person's own post is there; journaled as `action` with the count."""
    own = frozenset(
        code
        for post in granting(work.me, Action.SEE_CHILD)
        if post.role is not Role.COUNTY
        for code in work.tree.under(post.unit.code)
    )
    names = summaries.names(work.conn, [child for child, unit in found if unit in own], own & frozenset(codes))
    if names:
        work.note(action, count=len(names))
    return names
