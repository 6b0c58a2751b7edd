"""Message entities: offsets count UTF-16 code units, as everywhere in the Bot API."""

import re
from collections.abc import Sequence
from itertools import accumulate
from typing import Any

from gateway.errors import bad
from gateway.text.nesting import nested

Json = dict[str, Any]

FROM_BOTS = frozenset(
    [
        "bold",
        "italic",
        "underline",
        "strikethrough",
        "spoiler",
        "blockquote",
        "expandable_blockquote",
        "code",
        "pre",
        "text_link",
        "text_mention",
        "custom_emoji",
        "date_time",
    ]
)
LINKS = re.compile(r"(https?|tg|mailto|tel):[^\s]+", re.IGNORECASE)
DOMAIN = re.compile(r"[a-z0-9-]+(?:\.[a-z0-9-]+)*\.[a-z]{2,}(?::[0-9]+)?(?:[/?#][^\s]*)?", re.IGNORECASE)
PERSON = re.compile(r"tg://user/?\?id=([0-9]{1,18})", re.IGNORECASE)
NOT_INSIDE = frozenset({"code", "pre", "text_link", "text_mention", "date_time"})
# Not preceded or followed by a letter or digit of any script, so that 3/4 or a@b are no command and no mention.
FOUND = (
    (
        "url",
        re.compile(
            r"(?<![A-Za-z0-9_@/.])https?://[^\s<>\"“”‘’（）【】《》，。；！？]+[^\s<>\"“”‘’（）【】《》，。；！？.,:;!?)\]]"
        ),
    ),
    ("email", re.compile(r"(?<![\w.+-])[A-Za-z0-9_.+-]+@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)*\.[A-Za-z]{2,}(?!\w)")),
    ("mention", re.compile(r"(?<![\w@/.])@[A-Za-z][A-Za-z0-9_]{2,31}(?!\w)")),
    ("hashtag", re.compile(r"(?<![\w#&/])#(?=\w*[^\W\d_])\w{1,255}")),
    ("bot_command", re.compile(r"(?<![\w/<>@])/[A-Za-z0-9_]{1,64}(?:@[A-Za-z][A-Za-z0-9_]{2,31})?(?![\w/@])")),
)
LONGEST_TEXT = 4096
MOST_ENTITIES = 100  # more of them are ignored, as Telegram does it
CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f]")


def utf16(text: str) -> int:
    """The length of `text` in UTF-16 code units."""
    return len(text) + sum(character > "\uffff" for character in text)


def part(text: str, entity: Json) -> str:
    """The words an entity covers."""
    units = text.encode("utf-16-le")
    first, last = entity["offset"] * 2, (entity["offset"] + entity["length"]) * 2
    return units[first:last].decode("utf-16-le", "replace")


def cleaned(text: str) -> str:
    """Without carriage returns and with a space for every control character, as Telegram does it."""
    return CONTROL.sub(" ", text.replace("\r", ""))


def finished(text: str, entities: list[Json]) -> tuple[str, list[Json]]:
    """Trim the text at both ends, fit the entities to it, add the ones that are found (links, commands, …), sort."""
    lead = utf16(text) - utf16(text.lstrip())
    text = text.strip()
    if len(text) > LONGEST_TEXT:
        return text, []  # too long for any message: whoever asked refuses it
    end = utf16(text)
    kept = []
    for entity in sorted(entities, key=lambda entity: entity["offset"])[:MOST_ENTITIES]:
        if entity["type"] == "custom_emoji":
            continue  # the text itself holds the ordinary emoji that stands for it
        first = max(entity["offset"] - lead, 0)
        last = min(entity["offset"] + entity["length"] - lead, end)
        if last > first:
            kept.append({**entity, "offset": first, "length": last - first})
    return text, nested(kept + _found(text, kept))[:MOST_ENTITIES]


def _found(text: str, present: list[Json]) -> list[Json]:
    taken = [(e["offset"], e["offset"] + e["length"]) for e in present if e["type"] in NOT_INSIDE]
    found: list[Json] = []
    offsets = _offsets(text)
    for kind, pattern in FOUND:
        for match in pattern.finditer(text):
            first = offsets[match.start()]
            last = first + utf16(match[0])
            if all(last <= start or first >= stop for start, stop in taken):
                taken.append((first, last))
                found.append({"type": kind, "offset": first, "length": last - first})
    return found


def checked(text: str, entities: list[Json]) -> list[Json]:
    """Entities a bot gave itself: kinds a bot may not set are ignored, impossible offsets refused."""
    end = utf16(text)
    kept = []
    for entity in entities[:MOST_ENTITIES]:
        first, last = entity["offset"], entity["offset"] + entity["length"]
        if first < 0 or entity["length"] < 0:
            raise bad(f"can't parse entities: entity begins at wrong UTF-16 offset {first}")
        if last > end:
            raise bad(
                f"can't parse entities: entity beginning at UTF-16 offset {first} "
                f"ends after the end of the text at UTF-16 offset {last}"
            )
        if _splits_a_pair(text, first) or _splits_a_pair(text, last):
            raise bad(f"can't parse entities: entity begins or ends in a middle of a UTF-16 symbol at offset {first}")
        if (sound := _sound(entity)) is not None:
            kept.append(sound)
    return kept


def _sound(entity: Json) -> Json | None:
    """Only what this kind of entity holds; None when a bot may not set it or something is missing."""
    kind = entity["type"]
    place = {"type": kind, "offset": entity["offset"], "length": entity["length"]}
    if kind == "text_link":
        made = link(entity.get("url", ""))
        return {**made, **{name: place[name] for name in ("offset", "length")}} if made else None
    if kind == "text_mention":
        return {**place, "user": entity["user"]} if "user" in entity else None
    if kind == "pre" and entity.get("language"):
        return {**place, "language": entity["language"]}
    if kind == "date_time":
        return {**place, **date_time(entity.get("unix_time", 0), entity.get("date_time_format"))}
    return place if kind in FROM_BOTS else None


def link(url: str) -> Json | None:
    """What a link becomes: a person when it names one (`user` then holds only the id), else a text_link; None when a
    page may not open it."""
    url = url.strip()
    named = PERSON.fullmatch(url)
    if named:
        return {"type": "text_mention", "user": {"id": int(named[1])}}
    if DOMAIN.fullmatch(url):
        url = f"http://{url}"
    return {"type": "text_link", "url": url} if safe_link(url) else None


def date_time(unix_time: int, shape: str | None) -> Json:
    return {"type": "date_time", "unix_time": unix_time, **({"date_time_format": shape} if shape else {})}


def safe_link(url: str) -> bool:
    """Schemes a page may open; anything else (javascript:, data:, file:) is no link."""
    return LINKS.fullmatch(url.strip()) is not None


def _offsets(text: str) -> Sequence[int]:
    """For each character where it begins in UTF-16."""
    if all(character <= "\uffff" for character in text):
        return range(len(text) + 1)
    return list(accumulate((2 if character > "\uffff" else 1 for character in text), initial=0))


def _splits_a_pair(text: str, offset: int) -> bool:
    units = text.encode("utf-16-le")[: offset * 2]
    return len(units) >= 2 and 0xD8 <= units[-1] <= 0xDB
