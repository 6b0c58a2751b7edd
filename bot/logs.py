"""Where the program's own notes go: one JSON line each into DATA_DIR/logs, with ids only, never what people wrote.

What libraries and the gateway log goes the same way: one line of ASCII whatever is in it, in UTC, and of an exception
its kind and its places in the code, never its words.
"""

from __future__ import annotations

import fcntl
import logging
import logging.handlers
import os
import sys
import time
import traceback
from pathlib import Path

import structlog

DAYS_KEPT = 190  # 网络安全法 art. 21: at least six months


COMMON: tuple[structlog.typing.Processor, ...] = (
    structlog.stdlib.add_log_level,
    structlog.stdlib.add_logger_name,
    structlog.processors.TimeStamper(fmt="iso", utc=True),
)


class OneFileADay(logging.handlers.TimedRotatingFileHandler):
    """One file a day, kept for DAYS_KEPT days, also where several processes (intake, workers, sender) write to it.

    Python 3.11's own removes the file of yesterday when the second process comes to midnight, and all that was in it.
    """

    def __init__(self, path: Path) -> None:
        super().__init__(path, when="midnight", backupCount=DAYS_KEPT, encoding="utf-8", delay=True)

    def doRollover(self) -> None:
        """Put yesterday away, unless another process has; then go on in the file of today."""
        if self.stream is not None:
            self.stream.close()
            self.stream = None  # type: ignore[assignment] # opened anew with the next line
        day = time.strftime(self.suffix, time.localtime(self.rolloverAt - self.interval))
        yesterday = Path(self.rotation_filename(f"{self.baseFilename}.{day}"))
        folder = os.open(yesterday.parent, os.O_RDONLY)
        try:
            fcntl.flock(folder, fcntl.LOCK_EX)
            if not yesterday.exists() and os.path.exists(self.baseFilename):
                os.rename(self.baseFilename, yesterday)
            for old in self.getFilesToDelete():
                Path(old).unlink(missing_ok=True)
        finally:
            os.close(folder)  # and the lock with it
        self.rolloverAt = self.computeRollover(int(time.time()))


def set_up(folder: Path, level: str) -> None:
    """Log to `folder`/xiaomiao.log, a file a day; warnings with advice for people also to the terminal."""
    folder.mkdir(parents=True, exist_ok=True)
    to_file = OneFileADay(folder / "xiaomiao.log")
    to_file.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=[*COMMON, _of_others],
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                _without_words,
                structlog.processors.JSONRenderer(ensure_ascii=True),
            ],
        )
    )
    root = logging.getLogger()
    root.handlers = [to_file]
    root.setLevel(level)
    to_file.addFilter(_ours_or_a_warning)
    for noisy in ("httpx", "apscheduler", "aiosqlite", "telegram", "uvicorn", "alembic"):
        logging.getLogger(noisy).setLevel(logging.WARNING)
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *COMMON,
            _advice_to_terminal,
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        wrapper_class=structlog.stdlib.BoundLogger,
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=True,
    )


def _ours_or_a_warning(record: logging.LogRecord) -> bool:
    """What libraries chat about at DEBUG is what they are given: Pillow writes down what a camera wrote into a picture."""
    of_structlog = isinstance(record.msg, dict)
    return of_structlog or record.name == "gateway" or record.levelno >= logging.WARNING


def _advice_to_terminal(logger: object, method: str, event: structlog.typing.EventDict) -> structlog.typing.EventDict:
    if "advice" in event:
        sys.stderr.write(f"{event['advice']}\n")
    return event


def _of_others(logger: object, method: str, event: structlog.typing.EventDict) -> structlog.typing.EventDict:
    """The ids a record of the gateway carries beside its words."""
    ids: dict[str, object] = getattr(event["_record"], "ids", {})
    if event["_record"].name == "asyncio":  # the lines below name the task with its exception, words and all
        event["event"] = str(event["event"]).partition("\n")[0]
    return {**event, **ids}


def _without_words(logger: object, method: str, event: structlog.typing.EventDict) -> structlog.typing.EventDict:
    """An exception's words may be what somebody wrote."""
    about = event.pop("exc_info", None)
    about = sys.exc_info() if about is True else about
    if isinstance(about, BaseException):
        about = (type(about), about, about.__traceback__)
    if isinstance(about, tuple) and about[0] is not None:
        frames = traceback.extract_tb(about[2])[-6:]
        event["trouble"] = about[0].__name__
        event["at"] = " > ".join(f"{Path(frame.filename).name}:{frame.lineno}" for frame in frames)
    return event
