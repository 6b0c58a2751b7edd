"""Every sentence a person reads, from locales/<language>/*.po, zh_CN first and complete."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from pathlib import Path

from babel.messages.pofile import read_po

LOCALES = Path(__file__).parent.parent / "locales"
DEFAULT = "zh_CN"
LANGUAGES = ("zh_CN", "en")


class MissingWords(KeyError):
    """A key that no language has: a mistake of ours, found by the tests."""


@cache
def catalogue(language: str) -> dict[str, str]:
    """Key → sentence of one language. One .po file per subject; keys are `subject.what`."""
    found: dict[str, str] = {}
    for path in sorted((LOCALES / language).glob("*.po")):
        with path.open("rb") as file:
            for message in read_po(file):
                if message.id and message.string:
                    if message.id in found:
                        raise MissingWords(f"{message.id} stands twice, also in {path.name}")
                    found[str(message.id)] = str(message.string)
    return found


class Words:
    """The sentences of one language, falling back to zh_CN."""

    def __init__(self, language: str = DEFAULT) -> None:
        self.language = language if language in LANGUAGES else DEFAULT

    def __call__(self, key: str, /, **holes: object) -> str:
        sentence = self.find(key)
        if sentence is None:
            raise MissingWords(key)
        return sentence.format(**holes) if holes else sentence

    def find(self, key: str) -> str | None:
        """The sentence as it stands, or None."""
        return catalogue(self.language).get(key) or catalogue(DEFAULT).get(key)

    def all_of(self, prefix: str) -> Iterator[tuple[str, str]]:
        """Every (key, sentence) whose key begins like this."""
        for key in _keys_under(prefix):
            yield key, self(key)


@cache
def _keys_under(prefix: str) -> tuple[str, ...]:
    """Asked with every screen of a visit; the catalogue has thousands of keys, the prefixes are few and our own."""
    return tuple(key for key in catalogue(DEFAULT) if key.startswith(prefix))
