"""The words a value came from."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Span:
    """Places in the text as it was typed: `text[start:end]` are `words`."""

    start: int
    end: int
    words: str


def span_of(text: str, start: int, end: int) -> Span:
    return Span(start, end, text[start:end])
