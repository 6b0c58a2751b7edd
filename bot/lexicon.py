"""The county's own words for signs of harm: the file lexicon.txt in the data folder (domain.reading.county_lexicon).

Read when a process starts, so a changed file counts from the next start. A file that cannot be used stops the start with
the number of its line: a sign that silently is not read would be worse.
"""

from __future__ import annotations

import os
from pathlib import Path

from dotenv import dotenv_values

from bot.errors import Refusal
from domain.reading.county_lexicon import BadLexicon, add_county

FILE = "lexicon.txt"
_ROOT = Path(__file__).resolve().parent.parent
_WHY = {
    "columns": (
        "要写四或五栏，用 | 隔开：代码 | 词 | 例句 | 反例 | 除非",
        "four or five columns are wanted, parted by |",
    ),
    "code": ("第一栏要写 R1-R9 或 X1-X11", "the first column must be one of R1-R9, X1-X11"),
    "words": ("第二栏每个词要有两到六十个字", "each word of the second column needs 2 to 60 characters"),
    "example": ("第三栏的例句没有用到第二栏的词", "the example does not contain the words"),
    "counter": (
        "第四栏要写一句不该提示的话，里面不能有第二栏的词",
        "the counter-example is missing, or would be caught as well",
    ),
    "many": ("词太多，最多 500 行", "too many entries, 500 at most"),
}


def use(data_dir: Path) -> int:
    """Take up the file of that data folder, where there is one; the number of its entries. Raises Refusal."""
    file = data_dir / FILE
    try:
        return len(add_county(file.read_text(encoding="utf-8-sig") if file.exists() else ""))
    except BadLexicon as problem:
        zh, en = _WHY[problem.reason]
        raise Refusal(
            f"{FILE} 第 {problem.line} 行用不了：{zh}。 / Line {problem.line} of {FILE} cannot be used: {en}."
        ) from None
    except UnicodeDecodeError:
        raise Refusal(f"{FILE} 不是 UTF-8 文本，请另存为 UTF-8。 / {FILE} is not UTF-8 text.") from None


def data_dir() -> Path:
    """The data folder as `understand` needs it, without loading all settings: the environment, then `.env`, then var."""
    if named := os.environ.get("DATA_DIR"):
        return Path(named).expanduser()
    env = Path(os.environ.get("ENV_FILE") or _ROOT / ".env")
    return _ROOT / Path((dotenv_values(env).get("DATA_DIR") if env.is_file() else None) or "var").expanduser()
