"""Who is listening right now: open pages by chat, long polls and webhook senders by bot. Only wake-up calls go through
here; what happened is read from the database, so nothing is lost when nobody listens."""

import asyncio
import contextlib
from collections import defaultdict
from collections.abc import Hashable, Iterator
from typing import TypeVar

from gateway.store.database import Effects
from gateway.store.groups import home

K = TypeVar("K", bound=Hashable)
ChatKey = tuple[int, int]  # bot (of a group: none in particular), chat


class Listener:
    """One open page. `typing` and `lists` are told and forgotten."""

    def __init__(self) -> None:
        self._woken = asyncio.Event()
        self.typing = 0
        self.lists = False  # the person's list of chats changed
        self.over = False  # this page makes room for newer ones

    def wake(self) -> None:
        self._woken.set()

    async def wait(self, seconds: float) -> bool:
        """True when woken, False when the time is over."""
        try:
            async with asyncio.timeout(seconds):
                await self._woken.wait()
        except TimeoutError:
            return False
        self._woken.clear()
        return True


class Hub:
    def __init__(self) -> None:
        self.closing = False
        self._pages: dict[ChatKey, set[Listener]] = defaultdict(set)
        self._people: dict[int, dict[Listener, int]] = defaultdict(dict)  # person -> open pages and the chat of each
        self._bots: dict[int, set[Listener]] = defaultdict(set)

    def tell(self, effects: Effects) -> None:
        """Called after every commit."""
        for bot_id, chat_id, seconds in effects.typing:
            for page in self._pages.get((home(bot_id, chat_id), chat_id), ()):
                page.typing = seconds
                page.wake()
        for key in effects.chats:
            for page in self._pages.get(key, ()):
                page.wake()
        for person in effects.people:
            for page in self._people.get(person, {}):
                page.wake()
        for person, about in effects.lists:
            for page, shows in self._people.get(person, {}).items():
                if shows != about:
                    page.lists = True
                    page.wake()
        for bot_id in effects.bots:
            self.wake_bot(bot_id)

    def wake_bot(self, bot_id: int) -> None:
        for listener in self._bots.get(bot_id, ()):
            listener.wake()

    @contextlib.contextmanager
    def page(self, key: ChatKey, person: int, most: int | None = None) -> Iterator[Listener]:
        """An open page; with more than `most` of one person the oldest ends."""
        with self._listening(self._pages, key) as listener:
            self._people[person][listener] = key[1]
            open_pages = [page for page in self._people[person] if not page.over]
            for oldest in open_pages[: len(open_pages) - most] if most and len(open_pages) > most else ():
                oldest.over = True
                oldest.wake()
            try:
                yield listener
            finally:
                del self._people[person][listener]
                if not self._people[person]:
                    del self._people[person]

    @contextlib.contextmanager
    def bot(self, bot_id: int) -> Iterator[Listener]:
        with self._listening(self._bots, bot_id) as listener:
            yield listener

    def shows(self, person: int, chat_id: int) -> bool:
        """Has this person a page open on this chat?"""
        return chat_id in self._people.get(person, {}).values()

    def open_pages(self) -> int:
        return sum(map(len, self._pages.values()))

    def wake_all(self) -> None:
        """Another process changed something: everybody looks again."""
        for pages in self._people.values():
            for page in pages:
                page.lists = True
        self._wake_everybody()

    def close(self) -> None:
        """The gateway stops: every open stream and poll ends by itself."""
        self.closing = True
        self._wake_everybody()

    def _wake_everybody(self) -> None:
        for listeners in [*self._pages.values(), *self._bots.values()]:
            for listener in listeners:
                listener.wake()

    @contextlib.contextmanager
    def _listening(self, where: dict[K, set[Listener]], key: K) -> Iterator[Listener]:
        listener = Listener()
        where[key].add(listener)
        try:
            yield listener
        finally:
            where[key].discard(listener)
            if not where[key]:
                del where[key]
