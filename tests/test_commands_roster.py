"""./run import, units, invite, inbox, audit and migrate: what they print, where, and how they exit."""

from __future__ import annotations

import io
import json
import os
import re
import signal
import socket
import subprocess
import sys
import urllib.request
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import TypeVar

import openpyxl
import pytest
from sqlalchemy import Connection, func, select, text

from bot.__main__ import main
from bot.commands._open import run_with_database
from db import children as child_rows
from db import inbox, journal, people
from db.migrate import put_meta
from db.models import children, invites
from db.models import journal as journal_table
from domain.people import Role

pytestmark = pytest.mark.slow  # left out of ./test --fast

ROOT = Path(__file__).resolve().parent.parent
NOW = datetime(2026, 11, 18, 2, 30, tzinfo=UTC)
HEAD = ("姓名", "身份证号", "性别", "乡镇", "村/社区", "照护人姓名", "照护人电话")
GOOD = ("王思源", "620799201605080135", None, "新坝镇", "暖泉村", "王万福", "10000000001")
SISTER = ("王欣怡", "620799201311020284", None, "新坝镇", "暖泉村", "王万福", "10000000001")
BAD = ("李晓", "620799201311020285", None, "新坝镇", "暖泉村", None, None)
T = TypeVar("T")


@pytest.fixture(autouse=True)
def data_dir(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("DATA_DIR", str(tmp_path / "var"))
    monkeypatch.setenv("ENV_FILE", os.devnull)
    for name in ("COUNTY", "BOT_TOKEN", "BASE_URL", "DATABASE_URL"):
        monkeypatch.delenv(name, raising=False)
    return tmp_path / "var"


@pytest.fixture
def demo(capsys: pytest.CaptureFixture[str]) -> None:
    """A migrated demo folder with no child in it."""
    assert main(arguments=["migrate"]) == 0
    capsys.readouterr()


def roster(path: Path, *rows: tuple[str | None, ...], head: tuple[str, ...] = HEAD) -> Path:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    for row in (head, *rows):
        sheet.append(list(row))
    book.save(path)
    return path


def run(*arguments: str | Path) -> int:
    return main(arguments=[str(one) for one in arguments])


def look(query: Callable[[Connection], T]) -> T:
    return run_with_database(query)


def children_on_file() -> int:
    return look(lambda conn: conn.execute(select(func.count()).select_from(children)).scalar_one())


# --- migrate, units ---


def test_migrate_makes_a_county_folder_once_and_is_harmless_again(
    data_dir: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("COUNTY", "高台县")
    assert run("migrate") == 0
    first = json.loads(capsys.readouterr().out)
    assert first["kind"] == "county"
    assert (data_dir / "keys.json").stat().st_mode & 0o077 == 0
    assert run("migrate") == 0
    assert json.loads(capsys.readouterr().out) == first


def test_a_demo_folder_is_not_taken_for_a_countys(
    demo: None, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("COUNTY", "高台县")
    assert run("migrate") == 1
    assert "演示" in capsys.readouterr().err


def test_units_lists_every_place_and_department_with_or_without_a_database(
    capsys: pytest.CaptureFixture[str], request: pytest.FixtureRequest
) -> None:
    assert run("units", "--json") == 0
    before = json.loads(capsys.readouterr().out)
    request.getfixturevalue("demo")
    assert run("units", "--json") == 0
    rows = json.loads(capsys.readouterr().out)
    assert rows == before
    by_code = {row["code"]: row for row in rows}
    assert by_code["620724106009"] == {"code": "620724106009", "kind": "village", "name": "小坝村", "parent": "620724106"}
    assert by_code["620724.police"]["kind"] == "department"
    kinds = [row["kind"] for row in rows]
    assert (kinds.count("county"), kinds.count("town")) == (1, 10)  # nine and the demo's own
    assert run("units") == 0
    assert "    620724106009  小坝村\n" in capsys.readouterr().out


# --- import ---


def test_a_good_roster_is_imported_once(demo: None, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = roster(tmp_path / "名册.xlsx", GOOD, SISTER)
    assert run("import", file) == 0
    done = json.loads(capsys.readouterr().out)
    assert (done["new"], done["bad"], done["imported"]) == (2, 0, True)
    assert children_on_file() == 2
    assert run("import", file) == 0
    again = json.loads(capsys.readouterr().out)
    assert (again["new"], again["same"], again["imported"]) == (0, 2, False)
    assert children_on_file() == 2
    assert look(lambda conn: conn.execute(select(func.count(func.distinct(children.c.household)))).scalar_one()) == 1


def test_a_dry_run_writes_nothing(demo: None, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("import", roster(tmp_path / "a.xlsx", GOOD), "--dry-run") == 0
    assert json.loads(capsys.readouterr().out)["new"] == 1
    assert children_on_file() == 0


def test_bad_rows_stop_the_whole_import_unless_they_are_skipped(
    demo: None, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file, copy = roster(tmp_path / "a.xlsx", GOOD, BAD), tmp_path / "copy.xlsx"
    assert run("import", file, "--corrected", copy) == 1
    shown = capsys.readouterr()
    assert json.loads(shown.out)["bad"] == 1
    assert "第3行：身份证号" in shown.err
    assert "李晓" not in shown.err
    assert "620799201311020285" not in shown.err
    assert children_on_file() == 0
    assert copy.stat().st_mode & 0o077 == 0
    assert "校验不对" in str(openpyxl.load_workbook(io.BytesIO(copy.read_bytes()))["儿童名册"]["A2"].value)
    assert run("import", file, "--skip-bad") == 0
    assert json.loads(capsys.readouterr().out)["imported"] is True
    assert children_on_file() == 1


def test_an_import_killed_twice_goes_on_where_it_was_and_makes_no_child_twice(
    demo: None, data_dir: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    rows = [("儿童" + "甲乙丙丁戊己庚辛壬癸"[at], None, "女", "新坝镇", "暖泉村", f"2015-06-1{at}") for at in range(10)]
    file = roster(tmp_path / "名册.xlsx", *rows, head=("姓名", "身份证号", "性别", "乡镇", "村/社区", "出生日期"))
    counted = []
    for point in ("part_written_not_committed", "part_committed"):
        program = [sys.executable, "-m", "tests.die_at", point, str(tmp_path / point), "import", str(file)]
        died = subprocess.run(program, cwd=ROOT, capture_output=True, timeout=60)
        assert died.returncode == -signal.SIGKILL, died.stderr
        counted.append(children_on_file())
    assert counted == [3, 6]  # what was written and not committed is gone, what was committed stays
    assert run("import", file) == 0
    shown = capsys.readouterr()
    assert "接着导" in shown.err and json.loads(shown.out)["new"] == 10
    assert children_on_file() == 10
    assert run("import", file) == 0
    assert json.loads(capsys.readouterr().out)["same"] == 10


@pytest.mark.parametrize(("word", "phone", "school"), [("用这行", "10000000009", None), ("合起来", "10000000009", "城关小学")])
def test_rows_that_contradict_each_other_are_chosen_in_the_copy(
    demo: None, tmp_path: Path, capsys: pytest.CaptureFixture[str], word: str, phone: str, school: str | None
) -> None:
    head = (*HEAD, "学校")
    file, copy = roster(tmp_path / "a.xlsx", (*GOOD, "城关小学"), (*GOOD[:6], "10000000009", None), head=head), tmp_path / "copy.xlsx"
    assert run("import", file, "--corrected", copy) == 1
    assert "两处写的不一样" in capsys.readouterr().err
    book = openpyxl.load_workbook(copy)
    sheet = book["儿童名册"]
    heads = [str(cell.value) for cell in sheet[1]]
    sheet.cell(3, heads.index("取舍") + 1).value = word
    book.save(copy)
    assert run("import", copy) == 0
    done = json.loads(capsys.readouterr().out)
    assert (done["new"], done["bad"], done["repeated"]) == (1, 0, 1)
    child = look(lambda conn: child_rows.in_units(conn, ["620724106001"]))[0].child
    assert (child.guardians[0].phone, child.school) == (phone, school)


def test_unit_limits_an_import_to_a_village(demo: None, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = roster(tmp_path / "a.xlsx", GOOD)
    assert run("import", file, "--unit", "新坝镇小坝村") == 1
    assert json.loads(capsys.readouterr().out)["bad"] == 1
    assert run("import", file, "--unit", "620724106") == 0


def test_an_unknown_unit_is_misuse_and_the_near_ones_are_named(
    demo: None, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run("import", roster(tmp_path / "a.xlsx", GOOD), "--unit", "小坝村") == 2
    said = capsys.readouterr().err
    assert "620724106009 新坝镇小坝村" in said
    assert said.count("小坝村") >= 3  # there are two of this name
    assert run("import", tmp_path / "a.xlsx", "--unit", "620724106999") == 2
    assert "620724106" in capsys.readouterr().err
    assert children_on_file() == 0


def test_a_demo_folder_refuses_a_real_roster(demo: None, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    real = (*GOOD[:6], "13812345678")
    assert run("import", roster(tmp_path / "a.xlsx", real)) == 1
    shown = capsys.readouterr()
    assert "不收真实的名册" in shown.err
    assert shown.out == ""
    assert children_on_file() == 0


def test_a_file_that_is_no_workbook_is_refused_in_a_sentence(
    demo: None, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "a.xlsx"
    path.write_bytes(b"%PDF-1.7")
    assert run("import", path) == 1
    assert "不是表格文件" in capsys.readouterr().err
    assert run("import", tmp_path / "gone.xlsx") == 2


def test_without_data_every_command_says_what_to_run_first(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for arguments in (["inbox"], ["audit", "verify"], ["import", str(roster(tmp_path / "a.xlsx", GOOD))]):
        assert main(arguments=arguments) == 1
        assert "./run migrate" in capsys.readouterr().err


# --- invite ---


def invited(*more: str) -> int:
    return run("invite", "--role", "child_director", "--unit", "620724106009", "--name", "安小兰", *more)


def test_without_a_gateway_the_code_alone_is_printed_and_said(demo: None, capsys: pytest.CaptureFixture[str]) -> None:
    assert invited() == 0
    shown = capsys.readouterr()
    code = re.fullmatch(r"/start (\w{12})\n", shown.out)
    assert code is not None
    assert "网关没有应答" in shown.err
    assert "█" in shown.err or "▀" in shown.err

    def bind(conn: Connection) -> str:
        return people.bind(conn, code[1], 555, "zh_CN", datetime.now(UTC)).unit.code

    assert run_with_database(bind, write=True) == "620724106009"


def test_on_telegram_the_deep_link_is_printed_and_drawn(
    demo: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    run_with_database(lambda conn: put_meta(conn, "bot_username", "xiaomiao_bot"), write=True)
    monkeypatch.setenv("BOT_TOKEN", "123456:" + "A" * 35)
    assert invited("--png", str(tmp_path / "qr.png")) == 0
    assert re.fullmatch(r"https://t\.me/xiaomiao_bot\?start=\w{12}\n", capsys.readouterr().out)
    assert (tmp_path / "qr.png").read_bytes().startswith(b"\x89PNG")


def test_a_bot_that_is_not_on_telegram_gets_no_telegram_link(demo: None, capsys: pytest.CaptureFixture[str]) -> None:
    run_with_database(lambda conn: put_meta(conn, "bot_username", "xiaomiao_bot"), write=True)
    assert invited("--json") == 0
    found = json.loads(capsys.readouterr().out)
    assert (found["web"], found["telegram"]) == (None, None)
    assert len(found["code"]) == 12


@pytest.fixture
def gateway(demo: None, data_dir: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """Our gateway as a process of its own, knowing the bot `xiaomiao_bot`."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    folder = data_dir / "gateway"
    program = [sys.executable, "-m", "gateway"]
    process = subprocess.Popen(
        [*program, "--host", "127.0.0.1", "--port", str(port), "--data", str(folder)], cwd=ROOT, stdout=subprocess.PIPE, text=True
    )
    try:
        assert process.stdout is not None
        assert "ready" in process.stdout.readline()
        subprocess.run(
            [*program, "add-bot", "小苗", "--username", "xiaomiao_bot", "--data", str(folder)], cwd=ROOT, check=True, capture_output=True
        )
        monkeypatch.setenv("GATEWAY_PORT", str(port))
        run_with_database(lambda conn: put_meta(conn, "bot_username", "xiaomiao_bot"), write=True)
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait(10)


@pytest.mark.slow
def test_with_the_gateway_a_web_link_is_printed_that_opens(gateway: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert invited() == 0
    link = capsys.readouterr().out.strip()
    assert link.startswith(f"{gateway}/l/")
    with urllib.request.urlopen(link, timeout=5) as page:
        assert "进入" in page.read().decode()


@pytest.mark.parametrize(
    ("arguments", "hint"),
    [
        (("--role", "child_directr", "--unit", "620724106009"), "child_director"),
        (("--role", "supervisor", "--unit", "新坝"), ""),
        (("--role", "supervisor", "--unit", "620724106009"), "620724106 新坝镇"),
        (("--role", "child_director", "--unit", "620724106"), "620724106001 新坝镇暖泉村"),
        (("--role", "department", "--unit", "620724.polic"), "620724.police"),
    ],
    ids=["role", "fine", "no supervisor in a village", "no director of a town", "department"],
)
def test_a_role_that_does_not_fit_is_misuse_with_a_hint(
    demo: None, capsys: pytest.CaptureFixture[str], arguments: tuple[str, ...], hint: str
) -> None:
    code = run("invite", *arguments, "--name", "安小兰")
    assert code == (2 if hint else 0)
    assert hint in capsys.readouterr().err
    made = look(lambda conn: conn.execute(select(func.count()).select_from(invites)).scalar_one())
    assert made == (0 if hint else 1)


def test_an_invitation_is_journaled_without_the_name(demo: None, capsys: pytest.CaptureFixture[str]) -> None:
    assert invited("--deputy") == 0
    rows = look(lambda conn: conn.execute(select(journal_table)).all())
    assert [row.action for row in rows] == ["invited"]
    assert rows[0].detail == {"role": Role.CHILD_DIRECTOR.value, "unit": "620724106009", "deputy": True, "by": "command"}


# --- inbox, audit ---


def test_what_was_put_aside_is_listed_without_content_and_taken_back(demo: None, capsys: pytest.CaptureFixture[str]) -> None:
    message = {"message_id": 1, "date": 0, "chat": {"id": 7, "type": "private"}, "text": "殷小虎"}

    def break_three_times(conn: Connection) -> None:
        inbox.put(conn, 1, [{"update_id": 5, "message": message}], NOW)
        for tries in range(3):
            row = inbox.first_of(conn, 7, NOW.replace(hour=3 + tries))
            assert row is not None
            inbox.failed(conn, row, "abcd1234", NOW.replace(hour=3 + tries))

    run_with_database(break_three_times, write=True)
    assert run("inbox", "--aside") == 0
    out = capsys.readouterr().out
    row = json.loads(out)
    assert (row["chat_id"], row["trouble"]) == (7, "abcd1234")
    assert "殷小虎" not in out
    assert run("inbox", "--again", row["id"]) == 0
    assert run("inbox", "--again", row["id"]) == 1
    capsys.readouterr()
    assert run("inbox") == 0
    assert json.loads(capsys.readouterr().out) == {"waiting": 1, "aside": 0}


def test_audit_finds_a_line_that_was_changed(demo: None, capsys: pytest.CaptureFixture[str]) -> None:
    def fill(conn: Connection) -> None:
        for number in range(3):
            journal.note(conn, NOW, "child.read", person="p", subject=f"child:{number}")
        journal.seal(conn)

    run_with_database(fill, write=True)
    assert run("audit", "verify") == 0
    said = json.loads(capsys.readouterr().out)
    assert said.pop("head").startswith("3:")
    assert said == {"links": 3, "unsealed": 0, "broken_at": None}
    run_with_database(lambda conn: conn.execute(text("UPDATE journal SET subject='child:9' WHERE seq=2")).close(), write=True)
    assert run("audit", "verify") == 1
    shown = capsys.readouterr()
    assert json.loads(shown.out)["broken_at"] == 2
    assert "改动过" in shown.err


def test_the_journal_is_exported_by_days_and_the_export_is_journaled(demo: None, capsys: pytest.CaptureFixture[str]) -> None:
    def fill(conn: Connection) -> None:
        journal.note(conn, NOW.replace(day=10), "child.read", person="p", subject="child:1")
        journal.note(conn, NOW, "child.read", person="p", subject="child:2")

    run_with_database(fill, write=True)
    assert run("audit", "export", "--since", "2026-11-18", "--until", "2026-11-18") == 0
    rows = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [row["subject"] for row in rows] == ["child:2"]
    assert look(lambda conn: [row.action for row in conn.execute(select(journal_table))])[-1] == "audit.exported"
