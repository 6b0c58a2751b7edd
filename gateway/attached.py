"""Which uploaded parts a call refers to, by `attach://<part>`, anywhere a file may stand."""

from collections.abc import Iterator
from typing import Any

from gateway.spec import Field

Json = dict[str, Any]
PREFIX = "attach://"
# Parameters and fields that are pictures: scaled and written anew, where other files stay as they came.
PICTURES = frozenset({"photo", "thumbnail", "cover"})
IN_MEDIA = ("media", "photo", "thumbnail", "cover")


def files(fields: dict[str, Field], params: Json) -> dict[str, bool]:
    """The names `attach://<part>` in these parameters, and whether each is a picture."""
    found: dict[str, bool] = {}
    for name, value in params.items():
        types = fields[name].types
        if "InputFile" in types:
            found |= _named(value, name in PICTURES, found)
        elif any("InputMedia" in kind or kind.startswith(("InputPoll", "Array of InputPoll")) for kind in types):
            for named, is_picture in _in_media(value):
                found |= _named(named, is_picture, found)
    return found


def _named(value: Any, is_picture: bool, found: dict[str, bool]) -> dict[str, bool]:
    if not isinstance(value, str) or not value.startswith(PREFIX) or value in found:
        return {}
    return {value: is_picture}


def _in_media(value: Any) -> Iterator[tuple[Any, bool]]:
    if isinstance(value, list):
        for one in value:
            yield from _in_media(one)
    elif isinstance(value, dict):
        for name in IN_MEDIA:
            if isinstance(value.get(name), str):
                yield value[name], name in PICTURES or value.get("type") == "photo"
            elif name in value:
                yield from _in_media(value[name])
