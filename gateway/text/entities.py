"""Message entities: offsets count UTF-16 code units, as everywhere in the Bot API."""

import re
from typing import Any

from gateway.errors import bad

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
NOT_INSIDE = frozenset({"code", "pre", "text_link", "text_mention"})
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
CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f]")


def utf16(text: str) -> int:
    """The length of `text` in UTF-16 code units."""
    return len(text) + sum(character > "\uffff" for character in text)


def cleaned(text: str) -> str:
    """Without carriage returns and with a space for every control character, as Telegram does it."""
    return CONTROL.sub(" ", text.replace("\r", ""))


def finished(text: str, entities: list[Json]) -> tuple[str, list[Json]]:
    """Trim the text at both ends, fit the entities to it, add the ones that are found (links, commands, …), sort."""
    lead = utf16(text) - utf16(text.lstrip())
    text = text.strip()
    end = utf16(text)
    kept = []
    for entity in entities:
        first = max(entity["offset"] - lead, 0)
        last = min(entity["offset"] + entity["length"] - lead, end)
        if last > first:
            kept.append({**entity, "offset": first, "length": last - first})
    kept += _found(text, kept)
    kept.sort(key=lambda entity: (entity["offset"], -entity["length"]))
    return text, kept


def _found(text: str, present: list[Json]) -> list[Json]:
    taken = [(e["offset"], e["offset"] + e["length"]) for e in present if e["type"] in NOT_INSIDE]
    found: list[Json] = []
    for kind, pattern in FOUND:
        for match in pattern.finditer(text):
            first = utf16(text[: match.start()])
            last = first + utf16(match[0])
            if all(last <= start or first >= stop for start, stop in taken):
                taken.append((first, last))
                found.append({"type": kind, "offset": first, "length": last - first})
    return found


def checked(text: str, entities: list[Json]) -> list[Json]:
    """Entities a bot gave itself: kinds a bot may not set are ignored, impossible offsets refused."""
    end = utf16(text)
    kept = []
    for entity in entities:
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
        if entity["type"] in FROM_BOTS and not (entity["type"] == "text_link" and not safe_link(entity.get("url", ""))):
            kept.append(entity)
    return kept


def safe_link(url: str) -> bool:
    """Schemes a page may open; anything else (javascript:, data:, file:) is no link."""
    return LINKS.fullmatch(url.strip()) is not None


def _splits_a_pair(text: str, offset: int) -> bool:
    units = text.encode("utf-16-le")[: offset * 2]
    return len(units) >= 2 and 0xD8 <= units[-1] <= 0xDB
