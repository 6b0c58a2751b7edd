"""A small model over the characters of a whole note, names, kin, places and days made alike.

Multinomial logistic regression, one to four characters at a time (training/train_notes.py). It is asked what patterns
cannot know: of which kind a contact was (contact_told.py), whether a note is of the sort that tells of harm
(second_opinion.py).
"""

from __future__ import annotations

import json
import math
import re
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from domain.reading.folding import fold
from domain.reading.places import PUBLIC
from domain.reading.words import ANYBODY

DATA = Path(__file__).parent / "data"
SIZES = (1, 2, 3, 4)
READ_AT_MOST = 400  # characters; a longer note has told by then
LOUD = 4.0  # how far all n-grams of a note together weigh
_NAME = re.compile(f"{ANYBODY}+")
_DAY = re.compile(r"(?:今天|昨天|前天|今早|昨晚|今晚|昨日|今日|前日|大前天|上午|下午|中午|早上|晚上|刚才|刚刚|(?:上上?个?|这个?|本)?(?:周|星期|礼拜)[一二三四五六日天]|[0-9一二三四五六七八九十]+月(?:[0-9一二三四五六七八九十]+[日号]?)?|[0-9一二三四五六七八九十]+[号日])+")
_KIN = re.compile(r"(?:他|她|娃|孩子)?的?(?:爷爷?|奶奶?|爸爸?|妈妈?|姥[姥爷]|外[公婆爷]|姑姑|姑妈|姑父|姑|姨妈?|小姨|舅舅|舅妈|舅|叔叔|婶婶|婶子|大伯|伯伯|老汉|老人|父亲|母亲|祖父|祖母|家长|监护人)")
_PLACE = re.compile(PUBLIC)


@dataclass(frozen=True)
class NoteModel:
    """A bias per class and weights per feature and class."""

    bias: tuple[float, ...]
    weights: dict[str, tuple[float, ...]]

    def scores(self, text: str) -> list[float]:
        """How loudly a note speaks for each class. `text` has its names covered (roster.without_names)."""
        found = list(self.bias)
        for gram, loud in grams(plainly(text)).items():
            if (weights := self.weights.get(gram)) is not None:
                for k, weight in enumerate(weights):
                    found[k] += weight * loud
        return found


@lru_cache(maxsize=4)
def load(name: str) -> NoteModel:
    """The shipped weights of that name, read once."""
    raw = json.loads((DATA / name).read_text("utf-8"))
    return NoteModel(tuple(raw["bias"]), {gram: tuple(w / 100 for w in weights) for gram, weights in raw["weights"].items()})


def plainly(text: str) -> str:
    """A note as the model sees it, names already made ANYBODY: days, kin and public places alike, blanks as commas."""
    words = re.sub(r"\s+", "，", re.sub(r"[0-9]+", "0", _DAY.sub("时", _NAME.sub(ANYBODY, fold(text[:READ_AT_MOST])))))
    return f"^{_PLACE.sub('处', _KIN.sub('亲', words))}$"


def grams(plain: str) -> dict[str, float]:
    """What the model sees in it, each as loud as the others together allow. Shared with the training."""
    seen = {plain[at : at + size] for size in SIZES for at in range(len(plain) - size + 1)}
    return dict.fromkeys(seen, LOUD / math.sqrt(len(seen))) if seen else {}
