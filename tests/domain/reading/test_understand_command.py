"""`understand`: JSON lines in, JSON lines out (design.md section 10)."""

import json
import subprocess
import sys

from click.testing import CliRunner, Result

from bot.commands.understand import command

LINE = {
    "text": "昨天去了马小禾家，爷爷在",
    "ref": "2026-09-16T18:10:00",
    "roster": [{"id": "D1-04", "name": "马小禾", "guardian": "爷爷马德福", "village": "云杏村"}],
}


def run(stdin: str | bytes, *flags: str) -> Result:
    return CliRunner().invoke(command, list(flags), input=stdin)


def test_a_message_is_answered_by_one_line_of_the_contract() -> None:
    result = run(json.dumps(LINE) + "\n\n" + json.dumps({**LINE, "text": "都好"}, ensure_ascii=False))
    first, second = (json.loads(line) for line in result.stdout.splitlines())
    assert result.exit_code == 0
    assert {"date", "children", "kind", "red_flag", "negative", "ask", "findings"} <= set(first)
    assert (first["date"], first["children"], first["kind"]) == ("2026-09-15", ["D1-04"], "home_visit")
    assert (first["red_flag"], first["negative"], first["ask"]) == (False, False, [])
    assert [ask["field"] for ask in second["ask"]] == ["children", "kind"]


def test_dates_answers_only_the_day() -> None:
    result = run('{"text": "上周三", "ref": "2026-11-18T16:30:00"}\n{"text": "五一村", "ref": "2026-11-18T16:30:00"}', "--dates")
    assert [json.loads(line) for line in result.stdout.splitlines()] == [{"date": "2026-11-11"}, {"date": None}]


def test_a_bad_line_is_named_by_its_number_and_its_text_is_not_repeated() -> None:
    for bad in (
        "{not json 马小禾",
        "[]",
        '{"text": 1, "ref": "2026-09-16"}',
        '{"text": "马小禾", "ref": "yesterday"}',
        '{"text": "马小禾"}',
        '{"text": "马小禾", "ref": "2026-09-16T18:10:00", "roster": {}}',
        '{"text": "马小禾", "ref": "2026-09-16T18:10:00", "roster": [{"id": "1"}]}',
    ):
        result = run(json.dumps(LINE) + "\n" + bad + "\n")
        assert result.exit_code == 2, bad
        assert "line 2" in result.stderr
        assert "马小禾" not in result.stderr
        assert len(result.stdout.splitlines()) == 1
    assert run(b"\xff\xfe\n").exit_code == 2


def test_neither_database_nor_telegram_is_loaded() -> None:
    code = "import sys, bot.commands.understand; print([m for m in sys.modules if m.split('.')[0] in ('db', 'sqlalchemy', 'telegram', 'dateparser', 'lunar_python')])"
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert found.stdout.strip() == "[]"
