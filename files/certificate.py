"""培训证书: one A4 page across, for somebody whose yearly training is done (plan task 17)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

from files import press

TEMPLATE = "certificate.typ"
Say = Callable[..., str]


@dataclass(frozen=True)
class Certificate:
    """What stands on it. `how` is session or makeup; there are no marks and no grade."""

    name: str
    post: str
    year: int
    day: date
    how: str
    number: str
    topics: tuple[str, ...] = ()


def certificate_pdf(paper: Certificate, say: Say, *, demo: bool = False) -> bytes:
    """The page as a PDF. A character without a glyph is a 〓 (files/press.py)."""
    return press.pdf(TEMPLATE, data_of(paper, say, demo))


def pictures(paper: Certificate, say: Say, *, demo: bool = False, ppi: float = 72.0) -> list[bytes]:
    """The same page as PNG, for looking at; never sent."""
    return press.pictures(TEMPLATE, data_of(paper, say, demo), ppi)


def data_of(paper: Certificate, say: Say, demo: bool) -> dict[str, Any]:
    """What the template prints, as plain values."""
    day = {"year": paper.day.year, "month": paper.day.month, "day": paper.day.day}
    return {
        "title": say("certificate.title"),
        "number": say("certificate.number", number=paper.number),
        "name": paper.name,
        "post": paper.post,
        "text": say(f"certificate.text_{paper.how}", year=paper.year, **{key: day[key] for key in ("month", "day")}),
        "topics": say("certificate.topics", topics="、".join(paper.topics)) if paper.topics else "",
        "hereby": say("certificate.hereby"),
        "office": say("certificate.office"),
        "seal": say("certificate.seal"),
        "day": say("certificate.day", **day),
        "mark": say("certificate.demo") if demo else "",
    }
