"""The card of the week on a director's first digest of that week: a line and a button, never a message of its own."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from sqlalchemy import Connection

from bot.buttons import Button, do
from bot.words import Words
from db import cards_library, people
from domain.people import Role

Rows = Sequence[Sequence[tuple[str, Button | str]]]


def added(conn: Connection, person: str, today: date, words: Words, text: str, rows: Rows) -> tuple[str, Rows]:
    """The digest with the card, where there is one in season and this week's has not come yet."""
    if not any(post.role is Role.CHILD_DIRECTOR for post in people.posts_of(conn, person)):
        return text, rows
    card = cards_library.of_the_week(conn, today)
    if card is None or not cards_library.brings(conn, person, today, card):
        return text, rows
    button: tuple[str, Button | str] = (words("cards.week_button", title=card.title), do("cd.open", card.code))
    return f"{text}\n{words('cards.week_line', title=card.title)}", [*rows, [button]]
