"""A small roster to read messages against, and how a child stands in it."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Pupil:
    """One child as the reader knows it."""

    id: str
    name: str
    guardian: str = ""
    village: str = ""


TWO_VILLAGES = [
    Pupil("t", "殷小虎", "奶奶刘桂兰", "殷家庄村"),
    Pupil("r", "殷小雨", "奶奶刘桂兰", "殷家庄村"),
    Pupil("h", "蒋浩然", "爷爷蒋长福", "六一村"),
    Pupil("j", "罗静", "姥姥田秀英", "六一村"),
    Pupil("w", "王军", "爸爸王成", "六一村"),
]
