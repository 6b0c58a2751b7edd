"""How the two fonts beside this file were made, and how to make them again.

    python files/fonts/cut.py /usr/share/fonts/opentype/noto

Source: Noto Sans CJK SC from Debian's package fonts-noto-cjk (licence: OFL.txt beside this file).
Kept: every Han character the simplified-Chinese face has, because children's names use them
(喆 堃 𠮷 𬭚 and whatever the next registry office allows): the whole Unified block (GBK is part of it),
extension A, the compatibility forms, and the supplementary planes, which hold the rest of 通用规范汉字表.
Cutting finer would save a few megabytes and cost somebody their name. Left out: Hangul, kana beyond the
basics, vertical forms and the glyph variants of the other regions.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

from fontTools import subset  # type: ignore[import-untyped]
from fontTools.ttLib import TTCollection, TTFont  # type: ignore[import-untyped]

HERE = Path(__file__).parent
FAMILY = "Noto Sans CJK SC"
SCRIPTS = (
    (0x0020, 0x024F),  # ASCII, Latin-1, Latin extended: pinyin with tone marks
    (0x0370, 0x045F),  # Greek and Cyrillic, both part of GBK
    (0x2000, 0x206F),  # general punctuation
    (0x2070, 0x218F),  # superscripts, ℃ № Ⅷ ⅓
    (0x2190, 0x22FF),  # arrows, mathematical signs
    (0x2460, 0x27BF),  # ① , box drawing, blocks, geometric shapes, ticks and crosses
    (0x3000, 0x312F),  # CJK punctuation, kana, bopomofo
    (0x3200, 0x33FF),  # ㈠ ㎡
    (0x3400, 0x4DBF),  # extension A
    (0x4E00, 0x9FFF),  # the Unified block
    (0xF900, 0xFAFF),  # compatibility forms
    (0xFE30, 0xFE6F),  # small and vertical punctuation
    (0xFF00, 0xFFEF),  # full-width forms
    (0x20000, 0x323AF),  # extensions B and later
)


def wanted(available: Iterable[int]) -> Iterator[int]:
    """The code points to keep, of those the font has."""
    return (point for point in available if any(first <= point <= last for first, last in SCRIPTS))


def cut(collection: Path, out: Path) -> int:
    """Write the simplified-Chinese face of a collection, cut down; return how many characters it keeps."""
    faces: list[TTFont] = TTCollection(str(collection), lazy=True).fonts
    face = next(font for font in faces if font["name"].getBestFamilyName() == FAMILY)
    options = subset.Options(
        layout_features=["kern", "halt", "palt", "tnum", "lnum"],  # no locl: it drags in the other regions' forms
        desubroutinize=False,
        name_IDs=["*"],
        notdef_outline=True,
        hinting=False,
        recalc_timestamp=False,
    )
    cutter = subset.Subsetter(options)
    kept = sorted(wanted(face.getBestCmap()))
    cutter.populate(unicodes=kept)
    cutter.subset(face)
    face.save(str(out))
    return len(kept)


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    source = Path(sys.argv[1])
    for weight in ("Regular", "Bold"):
        target = HERE / f"NotoSansCJKsc-{weight}.otf"
        count = cut(source / f"NotoSansCJK-{weight}.ttc", target)
        sys.stderr.write(f"{target.name}: {count} characters, {target.stat().st_size / 1e6:.1f} MB\n")
