"""Where the program's own notes go: one JSON line each into DATA_DIR/logs, with ids only, never what people wrote."""

from __future__ import annotations

import logging
import logging.handlers
import sys
from pathlib import Path

import structlog

DAYS_KEPT = 190  # 网络安全法 art. 21: at least six months


def set_up(folder: Path, level: str) -> None:
    """Log to `folder`/xiaomiao.log, a file a day; warnings with advice for people also to the terminal."""
    folder.mkdir(parents=True, exist_ok=True)
    to_file = logging.handlers.TimedRotatingFileHandler(
        folder / "xiaomiao.log", when="midnight", backupCount=DAYS_KEPT, encoding="utf-8", delay=True
    )
    root = logging.getLogger()
    root.handlers = [to_file]
    root.setLevel(level)
    for noisy in ("httpx", "apscheduler", "aiosqlite", "telegram", "uvicorn", "alembic"):
        logging.getLogger(noisy).setLevel(logging.WARNING)
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            structlog.stdlib.add_log_level,
            structlog.stdlib.add_logger_name,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            _advice_to_terminal,
            structlog.processors.JSONRenderer(ensure_ascii=False),
        ],
        wrapper_class=structlog.stdlib.BoundLogger,
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=True,
    )


def _advice_to_terminal(logger: object, method: str, event: structlog.typing.EventDict) -> structlog.typing.EventDict:
    if "advice" in event:
        sys.stderr.write(f"{event['advice']}\n")
    return event
