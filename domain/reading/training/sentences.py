"""The sentences the model learns from: read from harm.txt, harmless.txt, told.txt and voices.txt, varied, put into messages."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from domain.demo import words as demo
from domain.reading.signs import is_alarming, listed_signs
from domain.reading.training.corpus import to_learn_from

HERE = Path(__file__).parent
_CHOICE = re.compile(r"\(([^()]*)\)(\?)?")
# Said around what was found; a message is rarely the finding alone.
OPENINGS = (
    "今天去家里看了", "昨天走访", "今天入户", "前天去的他家", "今天打电话问的", "刚从他家出来", "上午在学校见的", "今天碰见他奶奶", "给他爷爷打了电话",
    "昨晚视频了一下", "今天家访", "10月8号入户", "上周三去的", "今天上门", "路过进去坐了坐", "在村口碰见", "老师打电话叫我去", "下午电话联系", "今早去看",
)  # fmt: skip
CLOSINGS = (
    "今天去看的", "今天电话里说的", "我今天去家里看见的", "今天在学校见的", "昨天上门", "刚才打的电话", "奶奶说的", "我刚从他家出来", "邻居告诉我的", "今天走访发现",
    "昨天视频说的", "我看不对", "今天放学路上说的", "班主任跟我说的", "先跟你们说一声", "咋办",
)  # fmt: skip
AGAIN = 3  # times a labelled message is learnt, as the written lines are learnt in several wordings
PLAIN = 3000  # whole harmless notes beside the written ones
# Names are covered before the model reads (roster.without_names); what is left is a house or a number.
NAMES = ("某某", "某某某", "某某某", "某某某", "某某", "某某某", "某某", "某某家", "某某", "某某", "老刘家孙子", "3号娃", "某某某", "某某", "某某")


@dataclass(frozen=True)
class Told:
    """One message to learn from. `line` is the written line it stems from: lines, not messages, are kept apart."""

    text: str
    code: str  # "" for harmless, "?" for harm of whatever code
    line: int


def lines() -> list[tuple[str, str]]:
    """(code, template) of every written line; the code is empty where nothing alarms."""
    found: list[tuple[str, str]] = []
    for name in ("harm.txt", "told.txt", "voices.txt"):
        for line in _written(name):
            code, _, rest = line.partition(" ")
            found.append(("" if code == "-" else code, rest.strip()))
    for name in ("harmless.txt", "daily.txt"):
        found += [("", line) for line in _written(name)]
    # What only tells how a contact came about alarms nobody, but where the lists hear harm in it.
    found += [("", said) for line in _written("kinds.txt") if not is_alarming(listed_signs(said := line.partition(" ")[2]))]
    found += [("", line) for line in sorted(set(demo.sentences()))]  # what the demo county's workers write
    return found


def _written(name: str) -> Iterator[str]:
    for line in (HERE / name).read_text("utf-8").splitlines():
        if line.strip() and not line.startswith("#"):
            yield line.strip()


def plain(chance: random.Random, count: int) -> list[Told]:
    """Whole harmless notes from the frames and lists of plain.txt. Each FOUND belongs to one third of the lines."""
    frames: list[str] = []
    words: dict[str, list[str]] = {}
    for line in _written("plain.txt"):
        if line.startswith("="):
            name, *listed = line[1:].split(" ")
            words.setdefault(name, []).extend(listed)
        else:
            frames.append(line)
    made = []
    for number in range(count):
        said = varied(chance.choice(frames), chance)
        for name, listed in words.items():
            mine = [one for place, one in enumerate(listed) if name != "FOUND" or place % 3 == number % 3]
            while name in said:
                said = said.replace(name, chance.choice(mine), 1)
        if chance.random() < 0.4:
            said = said.replace("，", chance.choice(("", " ")))
        made.append(Told(said, "", 9_000 + number % 3 + 3 * chance.randrange(40)))
    return made


def varied(template: str, chance: random.Random) -> str:
    """One of the sentences a template stands for."""

    def pick(match: re.Match[str]) -> str:
        if match[2] and chance.random() < 0.5:
            return ""
        return chance.choice(match[1].split("|"))

    return _CHOICE.sub(pick, template)


def messages(seed: int, each: int = 9) -> list[Told]:
    """Every line several times: bare, dictated without marks, and inside a message with harmless sentences around it."""
    chance = random.Random(seed)
    written = lines()
    harmless = [(number, template) for number, (code, template) in enumerate(written) if not code]
    found: dict[str, Told] = {}
    for number, (code, template) in enumerate(written):
        for turn in range(each if "|" in template else 4):
            said = varied(template, chance)
            if turn % 3:
                parts = [said]
                if chance.random() < 0.6:
                    parts.insert(0, chance.choice(OPENINGS) + chance.choice(("", *NAMES[:6])))
                if chance.random() < 0.35:
                    parts.append(chance.choice(CLOSINGS))
                if chance.random() < 0.4:  # of the same share of lines, so that the halves kept apart stay apart
                    other = [one for one in harmless if one[0] % 3 == number % 3]
                    parts.insert(chance.randrange(len(parts) + 1), varied(chance.choice(other)[1], chance))
                if chance.random() < 0.3:
                    parts[0] = chance.choice(NAMES) + parts[0]
                said = chance.choice(("，", "，", " ", "。")).join(parts)
            if chance.random() < 0.3:
                said = said.replace("，", chance.choice(("", " ", " ")))
            found.setdefault(said, Told(said, code, number))
    whole = [Told(text, "?" if alarms else "", 20_000 + number) for number, (text, alarms) in enumerate(to_learn_from()) for _ in range(AGAIN)]
    return [*found.values(), *plain(chance, PLAIN), *whole]
