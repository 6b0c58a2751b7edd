"""From what a bot or a person wrote to text and entities."""

from typing import Any

from gateway.errors import bad
from gateway.text import entities, html, markdown

Json = dict[str, Any]
LONGEST_SOURCE = 65_536  # marks and tags included; nothing longer could become a message


def formatted(source: str, parse_mode: str | None = None, given: list[Json] | None = None) -> tuple[str, list[Json]]:
    """Text and entities as they are shown: parsed, cleaned, trimmed, links and commands found. Raises ApiError.

    `parse_mode` goes before `given` entities, as with Telegram.
    """
    if len(source) > LONGEST_SOURCE:
        raise bad("message is too long")
    source = entities.cleaned(source)
    mode = (parse_mode or "").lower()
    if mode == "html":
        return entities.finished(*html.parse(source))
    if mode == "markdownv2":
        return entities.finished(*markdown.parse_v2(source))
    if mode == "markdown":
        return entities.finished(*markdown.parse_old(source))
    if mode:
        raise bad("unsupported parse_mode")
    return entities.finished(source, entities.checked(source, given or []))
