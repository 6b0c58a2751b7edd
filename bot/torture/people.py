"""The scripted county: people with phones who say things, press buttons, repeat themselves, and remember what they did.

Each walks through scenes (a visit by taps, a free sentence, a report, feedback, words nobody knows) as a person does:
looks at the newest message with buttons and presses one. Every scene carries a token of its own in the words it
leaves behind, so the account can tell whether its fact is there, and how often.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from random import Random
from typing import Any

from bot.torture.phone import Phone
from domain.people import Role

Json = dict[str, Any]
MOST_STEPS = 25
PATIENCE = 12.0  # seconds somebody looks at a chat where nothing happens before doing something else
GLANCE = 3.0  # seconds for what was on its way: the old buttons go first, the next question comes a moment later
STAYS = 30.0  # seconds somebody who reports harm waits for the next question
HURRY = 0.3  # whoever reports harm does not dawdle
_AVOIDED = {"many", "other"}  # leads away from the roster, into questions of their own
_UNKNOWN = ("今天风大得很", "村口的路修好了", "你是谁", "哈哈", "？？？", "👍👍", "/nosuch")
_ASKED: dict[Role | None, tuple[str, ...]] = {
    Role.CHILD_DIRECTOR: ("今天", "帮助", "儿童", "开始", "更多"),
    Role.SUPERVISOR: ("今天", "超期", "汇总", "帮助", "更多"),
    Role.DEPARTMENT: ("案件", "今天", "帮助"),
    Role.COUNTY: ("案件", "超期", "帮助"),
}


@dataclass(frozen=True)
class Fact:
    """A form somebody confirmed, and got the gateway's 200 for: its token must be in `kind`'s table exactly once.

    A receipt is a press on 签收; its token is the report's id.
    """

    chat_id: int
    kind: str  # visit | report | feedback | receipt
    token: str


@dataclass(frozen=True)
class Somebody:
    """Who takes part: a post with a chat, and the children whose names they may write. `role` is None for a stranger."""

    chat_id: int
    name: str
    role: Role | None
    children: tuple[str, ...]
    unit: str = ""


@dataclass
class Person:
    """One person with one phone."""

    who: Somebody
    phone: Phone
    rng: Random
    pause: tuple[float, float]
    over: asyncio.Event
    facts: list[Fact] = field(default_factory=list)
    thrown_away: list[Fact] = field(default_factory=list)
    _scenes: int = 0
    _hurries: bool = False

    async def talk(self) -> None:
        """Scene after scene until it is over; what was being filled in then stays half filled."""
        scenes = self._repertoire()
        await asyncio.sleep(self.rng.uniform(0, self.pause[1]))
        while not self.over.is_set():
            self._scenes += 1
            token = f"zz{self.who.chat_id % 100_000:05d}x{self._scenes:03d}"
            scene = self.rng.choices([one for one, _ in scenes], [weight for _, weight in scenes])[0]
            await scene(token)

    async def clear_the_desk(self) -> None:
        """No office goes home with an unsigned report in front of it; asked when everybody has stopped talking."""
        if self.who.role is Role.DEPARTMENT:
            self._hurries = True
            await self._takes_up("")

    def _repertoire(self) -> list[tuple[Callable[[str], Awaitable[None]], int]]:
        if self.who.role is None:  # nobody of ours: answered all the same
            return [(self._unknown, 2), (self._asks, 1)]
        found: list[tuple[Callable[[str], Awaitable[None]], int]] = [
            (self._feedback, 4), (self._unknown, 2), (self._asks, 2), (self._changes_mind, 1),
        ]  # fmt: skip
        if self.who.children:
            found += [(self._visit, 5), (self._sentence, 5), (self._report, 4)]
        if self.who.role is Role.DEPARTMENT:
            found += [(self._takes_up, 12)]
        return found

    # --- the scenes ---

    async def _feedback(self, token: str) -> None:
        if self.rng.random() < 0.5:
            await self._say(f"意见反馈 字再大一点就好了 {token}")
        else:
            await self._say("意见反馈")
            await self._say(f"字再大一点就好了 {token}")
        await self._walk("feedback", token, said=True)

    async def _visit(self, token: str) -> None:
        await self._say("走访")
        await self._walk("visit", token)

    async def _sentence(self, token: str) -> None:
        child = self.rng.choice(self.who.children)
        words = self.rng.choice(
            ("今天去了{}家，奶奶在，娃也在，都好", "昨天给{}打了电话，孩子接的，一切都好", "{}今天打电话没人接")
        )
        await self._say(f"{words.format(child)} {token}")
        await self._walk("visit", token, said=True)

    async def _report(self, token: str) -> None:
        """Once begun it is brought to its end, also when everybody else has stopped talking."""
        self._hurries = True
        try:
            told = self.rng.random() < 0.6
            await self._say(f"报告 孩子说昨晚挨了打，不敢回家 {token}" if told else "报告")
            await self._walk("report", token, said=told)
        finally:
            self._hurries = False

    async def _takes_up(self, token: str) -> None:
        """案件: open the newest report that came in, and sign for it."""
        news = self.phone.newest_button(lambda data: data.startswith("do:case.open:"))
        if news is None or not await self._press(*news):
            await self._say("案件")
            return
        report = news[1].split(":")[2].split("|")[0]
        sign = self.phone.newest_button(lambda data: data == f"do:case.act:{report}|received")
        if sign is not None and await self._press(*sign):
            self.facts.append(Fact(self.who.chat_id, "receipt", report))
            if self.rng.random() < 0.25:
                await self._press(*sign)

    async def _unknown(self, token: str) -> None:
        await self._say(f"{self.rng.choice(_UNKNOWN)} {token}")

    async def _asks(self, token: str) -> None:
        await self._say(self.rng.choice(_ASKED.get(self.who.role, ("帮助",))))

    async def _changes_mind(self, token: str) -> None:
        """取消 on the review card: nothing of it may be kept."""
        await self._say(f"意见反馈 算了还是不说了 {token}")
        await self._say("取消")
        self.thrown_away.append(Fact(self.who.chat_id, "feedback", token))

    # --- walking through a form by looking at its buttons ---

    async def _walk(self, form: str, token: str, said: bool = False) -> None:
        """Until 确认 was pressed, or nothing more comes of it."""
        for _ in range(MOST_STEPS):
            if self.over.is_set() and not self._hurries:
                return
            message, buttons = self.phone.newest_form(form)
            if message is None:
                await self.phone.look(self.phone.events, STAYS if self._hurries else GLANCE)
                message, buttons = self.phone.newest_form(form)
            if message is None:
                return  # nothing was opened, or it is done already
            tags = {tag: data for tag, _, data in buttons}
            if "ok" in tags and not said and form != "feedback":
                said = True
                await self._say(f"家里都好，记一下 {token}")
            elif "ok" in tags:
                # the card of an older, half-filled form may stand here: only the one with these words is ours
                if token in self.phone.messages[message].get("text", ""):
                    await self._confirm(message, tags["ok"], Fact(self.who.chat_id, form, token))
                return
            elif "f" in tags and said:
                await self._press(message, tags["f"])
            else:
                press = self._choice(buttons)
                if press is not None:
                    await self._press(message, press)
                else:
                    said = True
                    await self._say(f"看到的就是这些，先记下来 {token}")

    def _choice(self, buttons: list[tuple[str, str, str]]) -> str | None:
        """A button to answer the open question with, or None where words are wanted."""
        picks = [data for tag, choice, data in buttons if tag == "p" and choice not in _AVOIDED]
        ticked = [data for tag, _, data in buttons if tag == "d"]
        leave = [data for tag, _, data in buttons if tag == "s"]
        fresh = [data for tag, _, data in buttons if tag == "n"]
        if picks and not (leave and self.rng.random() < 0.5):
            return self.rng.choice(picks)
        for found in (ticked, leave, fresh):
            if found:
                return found[0]
        return None

    async def _confirm(self, message: int, data: str, fact: Fact) -> None:
        if not await self._press(message, data):
            return
        self.facts.append(fact)
        if self.rng.random() < 0.25:  # an impatient finger
            await self._press(message, data)

    # --- one thing done ---

    async def _say(self, words: str) -> None:
        await asyncio.sleep(self._pause())
        seen = self.phone.events
        await self.phone.say(words, again=self.rng.random() < 0.1)
        await self._look(seen)

    async def _press(self, message: int, data: str) -> bool:
        await asyncio.sleep(self._pause() / 2)
        seen = self.phone.events
        done = await self.phone.press(message, data, again=self.rng.random() < 0.1)
        if done:
            await self._look(seen)
        return done

    def _pause(self) -> float:
        return self.rng.uniform(*self.pause) * (HURRY if self._hurries else 1.0)

    async def _look(self, seen: int) -> None:
        """Wait for what comes, or until it is over."""
        if self._hurries:
            await self.phone.look(seen, PATIENCE)
            return
        both = [asyncio.ensure_future(self.phone.look(seen, PATIENCE)), asyncio.ensure_future(self.over.wait())]
        try:
            await asyncio.wait(both, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for one in both:
                one.cancel()
