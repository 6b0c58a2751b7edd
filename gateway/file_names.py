"""Names of files, as somebody else gave them: nothing in them may lead anywhere, hide anything or be taken for code."""

import unicodedata
from pathlib import PurePosixPath
from urllib.parse import quote

LONGEST_NAME = 120
LONGEST_SUFFIX = 16
# Folders and drives, what Windows does not take, and what a page or a shell might read as more than text.
NOT_IN_NAMES = frozenset('<>:"|?*\0')
# Windows still takes these for devices, whatever their suffix.
DEVICES = frozenset(
    ["con", "prn", "aux", "nul", *(f"com{n}" for n in range(1, 10)), *(f"lpt{n}" for n in range(1, 10))]
)


def safe_name(name: str) -> str:
    """A file name without folders, control characters, invisible and direction marks (an `exe` that shows as `docx`)
    and what file systems do not like; at most 120 characters, its suffix kept; never empty."""
    name = unicodedata.normalize("NFC", name).replace("\\", "/").rpartition("/")[2]
    name = "".join(
        character for character in name if unicodedata.category(character) not in ("Cf", "Cs", "Co", "Zl", "Zp")
    )
    name = "".join(
        " " if character in NOT_IN_NAMES or unicodedata.category(character) == "Cc" else character for character in name
    )
    name = " ".join(name.split()).strip(". ") or "file"
    if len(name) > LONGEST_NAME:
        suffix = PurePosixPath(name).suffix[:LONGEST_SUFFIX]
        name = name[: LONGEST_NAME - len(suffix)].rstrip(". ") + suffix
    return f"_{name}" if name.partition(".")[0].rstrip().lower() in DEVICES else name


def attachment(name: str) -> str:
    """The Content-Disposition of a file that is to be saved: the whole name, and a plain one for old programs."""
    plain = "".join(character if character.isalnum() and character.isascii() else "_" for character in name)
    suffix = PurePosixPath(name).suffix
    kept = suffix if suffix[1:].isascii() and suffix[1:].isalnum() else ""
    stem = plain[: len(plain) - len(suffix)].strip("_") if suffix else plain.strip("_")
    return f"attachment; filename=\"{stem or 'file'}{kept}\"; filename*=UTF-8''{quote(name, safe='')}"
