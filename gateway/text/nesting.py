"""Entities as Telegram keeps them: any two are either apart or one lies inside the other."""

import itertools
from typing import Any

Json = dict[str, Any]
Span = tuple[int, int]

# These may begin and end anywhere, so they are cut where they would cross another one.
STYLES = ("bold", "italic", "underline", "strikethrough", "spoiler")
# Nothing stands inside these, and no style over them.
BARE = frozenset({"code", "pre"})
QUOTES = frozenset({"blockquote", "expandable_blockquote"})
# The outer one first, when two cover the same text.
ORDER = ("expandable_blockquote", "blockquote", "pre", "code", "text_link", "text_mention", "date_time", *STYLES)


def nested(entities: list[Json]) -> list[Json]:
    """The same formatting without crossings: doubled styles are joined, crossing ones cut, what may not stand inside
    another is dropped. In the order Telegram gives them."""
    whole = _whole([entity for entity in entities if entity["type"] not in STYLES])
    bare = [_span(entity) for entity in whole if entity["type"] in BARE]
    edges = {edge for entity in whole for edge in _span(entity)}
    kept = list(whole)
    for style in STYLES:
        spans = _joined([_span(entity) for entity in entities if entity["type"] == style])
        spans = [piece for span in spans for piece in _without(span, bare)]
        pieces = [piece for span in spans for piece in _cut(span, whole)]
        # a style begun earlier is the outer one; where it would be crossed, the later one is cut
        pieces = [piece for span in pieces for piece in _cut(span, kept)]
        kept += [{"type": style, "offset": first, "length": last - first} for first, last in pieces]
        edges.update(edge for piece in pieces for edge in piece)
    return sorted(kept, key=_rank)


def _whole(entities: list[Json]) -> list[Json]:
    """Those that are never cut: of two that cross, the later one goes; inside code nothing stands, in a quotation no
    other quotation."""
    kept: list[Json] = []
    for entity in sorted(entities, key=_rank):
        if all(_stands(entity, other) for other in kept):
            kept.append(entity)
    return kept


def _stands(entity: Json, other: Json) -> bool:
    (first, last), (start, stop) = _span(entity), _span(other)
    if last <= start or first >= stop:
        return True
    if not (start <= first and last <= stop):
        return False  # sorted, so it cannot be the outer one
    if other["type"] in QUOTES:
        return entity["type"] not in QUOTES
    return False  # a link, code or a mention holds nothing but styles


def _joined(spans: list[Span]) -> list[Span]:
    joined: list[Span] = []
    for first, last in sorted(spans):
        if joined and first <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(last, joined[-1][1]))
        else:
            joined.append((first, last))
    return joined


def _without(span: Span, holes: list[Span]) -> list[Span]:
    pieces = [span]
    for start, stop in holes:
        pieces = [
            piece
            for first, last in pieces
            for piece in ((first, min(last, start)), (max(first, stop), last))
            if piece[0] < piece[1]
        ]
    return pieces


def _cut(span: Span, others: list[Json]) -> list[Span]:
    """The span in pieces, none of which crosses one of the others."""
    first, last = span
    cuts = {first, last}
    for other in others:
        start, stop = _span(other)
        if start < first < stop < last:
            cuts.add(stop)
        elif first < start < last < stop:
            cuts.add(start)
    edges = sorted(cuts)
    return list(itertools.pairwise(edges))


def _span(entity: Json) -> Span:
    return entity["offset"], entity["offset"] + entity["length"]


def _rank(entity: Json) -> tuple[int, int, int]:
    order = ORDER.index(entity["type"]) if entity["type"] in ORDER else len(ORDER)
    return entity["offset"], -entity["length"], order
