"""The command line: commands found without importing them, every failure a sentence, data and words kept apart."""

import errno
import os
import re
import subprocess
import sys
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from bot import commands
from bot.__main__ import cli, main
from bot.commands import COMMANDS, exists
from bot.errors import Refusal, account, scrub

ROOT = Path(__file__).resolve().parent.parent

NAME = "王小苗"


def failing(problem: BaseException) -> click.Command:
    @click.command()
    def command() -> None:
        raise problem

    return command


@pytest.fixture(autouse=True)
def data_dir(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("DATA_DIR", str(tmp_path))
    monkeypatch.setenv("ENV_FILE", os.devnull)
    return tmp_path


def test_every_command_listed_is_there_with_a_help_of_its_own() -> None:
    listed = cli.list_commands(click.Context(cli))  # type: ignore[attr-defined]
    for name in listed:
        shown = CliRunner().invoke(cli, [name, "--help"])
        assert shown.exit_code == 0, name
        assert "Usage:" in shown.output, name


def test_a_command_whose_module_is_missing_is_neither_listed_nor_found(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setitem(commands.COMMANDS, "gone", ("bot.commands.no_such_module", "command", "没有"))
    assert "gone" not in cli.list_commands(click.Context(cli))  # type: ignore[attr-defined]
    assert main(arguments=["gone"]) == 2
    assert "没有 gone 这个命令" in capsys.readouterr().err


def test_every_module_in_the_folder_of_commands_is_in_the_table() -> None:
    modules = {f"bot.commands.{path.stem}" for path in (ROOT / "bot" / "commands").glob("[a-z]*.py")}
    offered = {module for module, _, _ in COMMANDS.values()}
    unlisted = {module for module in modules - offered if "command = " in read(module) or "def command(" in read(module)}
    assert unlisted == set()


def read(module: str) -> str:
    return (ROOT / (module.replace(".", "/") + ".py")).read_text(encoding="utf-8")


def test_listing_the_commands_imports_none_of_them_nor_the_bot() -> None:
    code = (
        "import sys; from bot.__main__ import main; main(arguments=['--help'])\n"
        "bad = {m for m in sys.modules if m.startswith(('telegram', 'sqlalchemy', 'pydantic', 'bot.commands.'))}\n"
        "sys.exit(repr(bad) if bad else 0)"
    )
    ran = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False)
    assert (ran.returncode, ran.stderr) == (0, "")
    listed = {line.split()[0] for line in ran.stdout.splitlines() if re.match(r"  [a-z]", line)}
    assert listed >= {name for name, (module, _, _) in COMMANDS.items() if exists(module)} | {"python"}


def test_a_mistyped_command_exits_with_2_and_names_the_likely_one(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setitem(commands.COMMANDS, "units", ("bot.errors", "command", "列出"))
    assert main(arguments=["unts"]) == 2
    said = capsys.readouterr()
    assert said.out == ""
    assert "是不是 units?" in said.err
    assert "Did you mean units?" in said.err


def test_an_unknown_option_is_misuse_in_both_languages(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(arguments=["--nonsense"]) == 2
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err.startswith("命令写得不对。 / No such option")


class Misused(Refusal):
    exit_code = 2


@pytest.mark.parametrize(("problem", "code"), [(Refusal("端口被占用。"), 1), (Misused("端口被占用。"), 2)])
def test_a_refusal_is_one_sentence_on_stderr(
    problem: Refusal, code: int, capsys: pytest.CaptureFixture[str], data_dir: Path
) -> None:
    assert main(failing(problem), []) == code
    said = capsys.readouterr()
    assert (said.out, said.err) == ("", "端口被占用。\n")
    assert list(data_dir.iterdir()) == []


def test_ctrl_c_stops_without_a_traceback(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(failing(KeyboardInterrupt()), []) == 130
    assert capsys.readouterr().err.endswith("已停下。 / Stopped.\n")


def test_a_commands_own_exit_code_is_kept() -> None:
    @click.command()
    @click.pass_context
    def command(ctx: click.Context) -> None:
        ctx.exit(1)

    assert main(command, []) == 1
    assert main(click.Command("fine", callback=lambda: None), []) == 0


def test_an_unexpected_failure_gets_a_reference_and_its_account_lies_in_the_logs(
    capsys: pytest.CaptureFixture[str], data_dir: Path
) -> None:
    assert main(failing(RuntimeError(f"{NAME} 620799201501011234 10012345678")), []) == 1
    said = capsys.readouterr().err
    assert "Traceback" not in said
    assert NAME not in said
    reference = re.search(r"编号 (\w{8})", said)
    assert reference
    log = data_dir / "logs" / f"failure-{reference[1]}.txt"
    assert str(log) in said
    assert log.stat().st_mode & 0o777 == 0o600
    text = log.read_text(encoding="utf-8")
    assert "test_command_line.py" in text
    assert "in command" in text
    assert "builtins.RuntimeError: <words> <number> <number>" in text


def test_a_failure_is_still_told_when_its_log_cannot_be_written(
    capsys: pytest.CaptureFixture[str], data_dir: Path
) -> None:
    (data_dir / "logs").write_text("a file where the folder should be")
    assert main(failing(RuntimeError(NAME)), []) == 1
    said = capsys.readouterr().err
    assert "RuntimeError" in said
    assert NAME not in said


@pytest.mark.parametrize(
    ("problem", "words"),
    [
        (OSError(errno.ENOSPC, "No space left on device"), "磁盘满了"),
        (PermissionError(errno.EACCES, "Permission denied", "/srv/xiaomiao"), "没有权限读写:/srv/xiaomiao"),
        (OSError(errno.EROFS, "Read-only file system"), "没有权限读写"),
        (RuntimeError("(sqlite3.OperationalError) database or disk is full"), "磁盘满了"),
        (RuntimeError("attempt to write a readonly database"), "数据库文件不可写"),
    ],
)
def test_troubles_of_the_machine_are_said_in_words_and_need_no_log(
    problem: Exception, words: str, capsys: pytest.CaptureFixture[str], data_dir: Path
) -> None:
    wrapped = RuntimeError("saving failed")
    wrapped.__cause__ = problem
    assert main(failing(wrapped), []) == 1
    assert words in capsys.readouterr().err
    assert not (data_dir / "logs").exists()


def test_bad_settings_exit_with_2_and_a_sentence(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    from bot.settings import load

    monkeypatch.setenv("GATEWAY_PORT", "eighty")
    assert main(click.Command("up", callback=lambda: load() and None), []) == 2
    assert "GATEWAY_PORT" in capsys.readouterr().err


def test_a_reader_that_has_seen_enough_is_no_error() -> None:
    code = (
        "import click, sys; from bot.__main__ import main\n"
        "sys.exit(main(click.Command('x', callback=lambda: [click.echo('x' * 1000) for _ in range(1000)] and None), []))"
    )
    ran = subprocess.run(
        f'"{sys.executable}" -c "$CODE" | head -c 1', shell=True, cwd=ROOT, env=os.environ | {"CODE": code},
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert (ran.stdout, ran.stderr) == ("x", "")


@pytest.mark.parametrize(
    ("text", "left"),
    [
        (f"bad name {NAME} here", "bad name <words> here"),
        ("阿依古丽·买买提", "<words>"),
        ("62079920150101123X and 10012345678", "<number> and <number>"),
        ("https://host/bot123456:AAbbccddeeffgghhiijjkkll/getMe", "https://host/bot<token>/getMe"),
        ("postgresql://me:password@db/x", "postgresql://<credentials>@db/x"),
        ("column visits.kind, row 17", "column visits.kind, row 17"),
    ],
)
def test_what_goes_to_a_log_keeps_the_technical_and_drops_the_personal(text: str, left: str) -> None:
    assert scrub(text) == left


def test_an_account_tells_what_led_to_what() -> None:
    def inner() -> None:
        raise KeyError("row")

    try:
        try:
            inner()
        except KeyError as first:
            raise ValueError(NAME) from first
    except ValueError as problem:
        text = account(problem)
    assert text.index("builtins.KeyError: 'row'") < text.index("led to:") < text.index("builtins.ValueError: <words>")
    assert "in inner" in text
