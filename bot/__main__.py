"""The command line: parses, calls one module of bot/commands, and turns every failure into a sentence.

Exits 0 (fine), 1 (refused or failed) or 2 (misused); 130 after Ctrl-C. Data goes to stdout, words for people to stderr.
"""

import contextlib
import errno
import os
import sys
import uuid
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import click

from bot.commands import Commands
from bot.errors import Refusal, account, in_words

ROOT = Path(__file__).resolve().parent.parent


@click.command(
    cls=Commands,
    no_args_is_help=True,
    context_settings={"help_option_names": ["--help", "-h"], "max_content_width": 100},
    epilog="每个命令都有 --help。设置写在 .env 里,见 .env.example。 / Every command has --help; for the settings see .env.example.",
)
def cli() -> None:
    """小苗:儿童主任的工作助手。 / Xiaomiao, a field tool for the people who look after children."""


def main(command: click.Command = cli, arguments: list[str] | None = None) -> int:
    """Run one command line and return its exit code; no traceback ever reaches the terminal."""
    try:
        result = command.main(args=arguments, prog_name="./run", standalone_mode=False)
        sys.stdout.flush()
        return result if isinstance(result, int) else 0
    except click.UsageError as problem:
        return say(usage(problem), problem.exit_code)
    except click.ClickException as problem:
        return say(problem.format_message(), problem.exit_code)
    except (click.Abort, KeyboardInterrupt):
        return say("已停下。 / Stopped.", 130)
    except Refusal as problem:
        return say(problem.sentence, problem.exit_code)
    except Exception as problem:
        if isinstance(problem, OSError) and problem.errno == errno.EPIPE:
            # Whoever read our output (head, less) has seen enough; do not complain at exit either.
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            return 1
        return say(in_words(problem) or kept(problem), 1)


def usage(problem: click.UsageError) -> str:
    words = problem.format_message()
    if " / " not in words:  # click's own are in English only
        words = f"命令写得不对。 / {words}"
    if problem.ctx and problem.ctx.parent:
        words += f"\n{problem.ctx.command_path} --help"
    return words


def say(sentence: str, code: int) -> int:
    with contextlib.suppress(OSError):
        click.echo(sentence, err=True)
    return code


def kept(problem: BaseException, now: Callable[[], datetime] = lambda: datetime.now(UTC)) -> str:
    """Write the account of an unexpected failure to DATA_DIR/logs and say under which reference it lies there."""
    reference = uuid.uuid4().hex[:8]
    logs = Path(os.environ.get("DATA_DIR") or ROOT / "var") / "logs"
    with contextlib.suppress(Exception):
        from bot.settings import load  # may be the very thing that fails

        logs = load(warn=lambda _: None).data_dir / "logs"
    path = logs / f"failure-{reference}.txt"
    # The command only, without its arguments: they may hold a name.
    command = next((word for word in sys.argv[1:] if not word.startswith("-")), "")
    text = f"{now().isoformat(timespec='seconds')} ./run {command[:20]}\n{account(problem)}\n"
    try:
        logs.mkdir(parents=True, exist_ok=True)
        with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
            file.write(text)
    except OSError:
        return f"程序出错了({type(problem).__name__}),日志也写不进 {logs}。 / It failed, and no log could be written."
    return (
        f"程序出错了,编号 {reference},细节记在 {path}。 / "
        f"Something unexpected failed; reference {reference}, details in {path}."
    )


if __name__ == "__main__":
    sys.exit(main())
