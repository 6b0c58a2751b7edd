"""What goes wrong, in a person's words. Nothing here may carry a name, a number or an address of anybody."""

import errno
import re
import traceback


class Refusal(Exception):
    """A request that is declined, with the sentence the person is shown; the command line exits with `exit_code`."""

    exit_code = 1

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence


_TOKEN = re.compile(r"\d+:[\w-]{20,}")
_CREDENTIALS = re.compile(r"://[^\s/@]+@")
_DIGITS = re.compile(r"\d{7,}[\dXx]?")
# Chinese characters wherever they are, with the middle dot of names such as 阿依古丽·买买提.
_CHINESE = re.compile(r"[㐀-鿿豈-﫿𠀀-𳎯]+(?:·[㐀-鿿豈-﫿𠀀-𳎯]+)*")


def scrub(text: str) -> str:
    """The same text without tokens, passwords in addresses, long numbers and Chinese words (they may be names)."""
    text = _TOKEN.sub("<token>", text)
    text = _CREDENTIALS.sub("://<credentials>@", text)
    return _CHINESE.sub("<words>", _DIGITS.sub("<number>", text))


def account(problem: BaseException) -> str:
    """The traceback of an unexpected exception, fit for a log file: places and types whole, messages scrubbed.

    An exception's message may repeat what a worker wrote (a ValueError over a field, a database driver's complaint).
    The places are file, line and function only: a source line can hold Chinese, never data.
    """
    parts: list[str] = []
    seen: set[int] = set()
    current: BaseException | None = problem
    while current is not None and id(current) not in seen:
        seen.add(id(current))
        places = traceback.extract_tb(current.__traceback__)
        lines = [f'  File "{place.filename}", line {place.lineno}, in {place.name}' for place in places]
        kind = type(current)
        lines.append(f"{kind.__module__}.{kind.__qualname__}: {scrub(str(current))}")
        parts.append("\n".join(lines))
        current = current.__cause__ or (None if current.__suppress_context__ else current.__context__)
    return "\n\nled to:\n".join(reversed(parts))


def in_words(problem: BaseException) -> str | None:
    """A sentence for the troubles of the machine itself (full disk, no access), also when another error wraps them."""
    current: BaseException | None = problem
    while current is not None:
        if isinstance(current, OSError):
            if current.errno in {errno.ENOSPC, errno.EDQUOT}:
                return "磁盘满了,没有写成。请腾出空间后再试。 / The disk is full; free some space and try again."
            if current.errno in {errno.EACCES, errno.EPERM, errno.EROFS}:
                where = f":{current.filename}" if current.filename else ""
                return f"没有权限读写{where}。请改好权限后再试。 / No permission to read or write this; mend it and try again."
        if "database or disk is full" in str(current):
            return "磁盘满了,数据库写不进去。请腾出空间后再试。 / The disk is full; free some space and try again."
        if "attempt to write a readonly database" in str(current):
            return "数据库文件不可写。请改好权限后再试。 / The database file cannot be written; mend its permissions."
        current = current.__cause__ or current.__context__
    return None
