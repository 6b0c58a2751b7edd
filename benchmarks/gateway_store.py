"""A gateway's store filled directly, for measuring it: people signed in on a device, and half a year of messages.

No benchmark by itself; the gateway's own functions write every row, so that it is sealed as any other.
"""

from __future__ import annotations

import sys
import time
from pathlib import Path

BOT = "benchmark_bot"
FIRST = 100_001
OF_ONE_CHAT = 1_000
WORDS = "第{}条：今天去了殷家庄，奶奶在家，孩子在学校，都好。下个月再去。"


def people_of(data: Path, count: int) -> tuple[str, list[str]]:
    """A bot and so many people, each signed in on a device: the bot's token, the people's cookies."""
    from gateway.store import bots, people, sessions
    from gateway.store.database import opened

    now, cookies = int(time.time()), []
    with opened(data) as tx:
        token = bots.add(tx, "小苗", BOT)
        bot = bots.named(tx, BOT)
        assert bot is not None
        for number in range(count):
            user = people.put(tx, f"某人{number}", FIRST + number)
            people.open_chat(tx, bot.id, user)
            session = sessions.start(tx, now, "一部手机")
            sessions.add_chat(tx, session, user, bot.id, now)
            cookies.append(session.token)
    return token, cookies


def fill(data: Path, user: int, count: int) -> None:
    """So many earlier messages in this person's chat, over half a year, seen but for the last five."""
    from gateway.store import bots, messages, people, seen
    from gateway.store.database import opened
    from gateway.store.messages import Stored

    now = int(time.time())
    with opened(data) as tx:
        bot = bots.named(tx, BOT)
        chat = bot and people.chat(tx, bot.id, user)
        assert bot
        assert chat
        about, sender, writer = chat.about(), bot.user(), chat.person.user()
        for number in range(1, count + 1):
            out, date = number % 2 == 1, now - (count - number) * 170 * 24 * 3600 // count
            message = {
                "message_id": number, "from": writer if out else sender, "chat": about, "date": date,
                "text": WORDS.format(number),
            }  # fmt: skip
            messages.put(tx, bot.id, user, Stored(out, message, {}))
        tx.run("UPDATE chats SET last_message_id = ? WHERE bot_id = ? AND user_id = ?", count, bot.id, user)
        seen.put(tx, bot.id, user, user, count - 5, now)


def fill_up(data: Path, people: int, stored: int) -> None:
    """As many messages as are wanted in all: a fifth of them in the second person's chat, the rest all over."""
    left = stored - OF_ONE_CHAT
    big = min(stored // 5, left)
    fill(data, FIRST + 1, big)
    others = range(FIRST + 2, FIRST + people)
    each, over = divmod(left - big, len(others))
    for number, user in enumerate(others):
        if each or number < over:
            fill(data, user, each + (number < over))
        if number % 50 == 0:
            print(f"\rfilling the store: {number + 2} of {people} chats", end="", file=sys.stderr, flush=True)
    print("\r" + " " * 60 + "\r", end="", file=sys.stderr)
