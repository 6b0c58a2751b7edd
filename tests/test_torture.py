"""The torture: nothing is lost by our bot, and the account catches one that loses something."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from bot.torture import account
from bot.torture.account import Account
from bot.torture.chaos import KINDS, environment, plan
from bot.torture.phone import Act
from bot.torture.trial import run

pytestmark = pytest.mark.slow


def quiet(words: str) -> None:
    pass


async def test_people_talk_while_processes_die_and_nothing_is_lost(tmp_path: Path) -> None:
    outcome = await run(15, seed=3, crowd=12, say=quiet, within=tmp_path)
    assert outcome.account.remarks == []
    assert outcome.account.clean and outcome.calm and outcome.own_ends == 0
    assert outcome.kills >= 2 and outcome.account.acknowledged >= 12 and outcome.account.said >= 12
    assert outcome.folder is None and os.listdir(tmp_path) == []


async def test_the_account_catches_a_bot_that_confirms_before_it_commits(tmp_path: Path) -> None:
    early = (sys.executable, "-m", "tests.confirm_early")
    outcome = await run(10, seed=4, crowd=12, say=quiet, bot=early, within=tmp_path)
    assert outcome.account.lost > 0 and not outcome.account.clean
    assert any("without an inbox row" in remark for remark in outcome.account.remarks)
    assert outcome.folder is not None


def test_the_seed_fixes_the_plan_and_two_minutes_bring_more_than_ten_kills() -> None:
    assert plan(5, 120) == plan(5, 120) != plan(6, 120)
    blows = plan(5, 120)
    assert sum(blow.what.startswith("kill") for blow in blows) >= 12
    assert {blow.what for blow in blows} == set(KINDS) - {"restart_server"}
    kills = [blow.at for blow in blows if blow.what.startswith("kill")]
    assert all(later - earlier > 1.0 for earlier, later in pairwise(kills))


def test_a_torture_that_is_ended_leaves_no_process_and_no_folder_behind(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "bot", "torture", "--minutes", "1", "--people", "2"]
    own = environment(tmp_path, TMPDIR=str(tmp_path))
    with subprocess.Popen(command, env=own, stderr=subprocess.PIPE, stdout=subprocess.DEVNULL, text=True) as torture:
        assert torture.stderr is not None
        while "people talk" not in torture.stderr.readline():
            assert torture.poll() is None
        children = [int(word) for word in Path(f"/proc/{torture.pid}/task/{torture.pid}/children").read_text().split()]
        torture.send_signal(signal.SIGTERM)
        assert torture.wait(30) == 130
    assert len(children) >= 2
    assert not any(Path(f"/proc/{child}").exists() for child in children)
    assert [entry.name for entry in tmp_path.iterdir() if "torture" in entry.name] == []


# --- the account itself, on rows made by hand ---


def says(number: int, words: str, **more: Any) -> Act:
    return Act(("say", number, words), **{"acknowledged": True, **more})


def row(update_id: int, number: int, words: str, state: str = "done", at: int = 0) -> dict[str, Any]:
    body = {"message": {"message_id": number, "text": words}}
    return {"update_id": update_id, "state": state, "body": body, "done_at": at or update_id}


def judged(acts: list[Act], rows: list[dict[str, Any]]) -> tuple[int, int, int]:
    drawn = Account()
    account._messages(drawn, 1, acts, rows, [{"created_at": one["done_at"]} for one in rows])
    return drawn.lost, drawn.twice, drawn.out_of_order


def test_the_account_tells_lost_from_twice_from_out_of_order() -> None:
    both = [says(1, "一"), says(2, "二")]
    one, two = row(11, 1, "一"), row(12, 2, "二")
    assert judged(both, [one, two]) == (0, 0, 0)
    assert judged(both, [one]) == (1, 0, 0)
    assert judged(both, [one, two, row(13, 2, "二")]) == (0, 1, 0)
    assert judged(both, [two, one]) == (0, 0, 1)
    assert judged(both, [one, row(12, 2, "二", state="waiting")]) == (1, 0, 0)


def test_what_was_never_acknowledged_may_have_arrived_or_not() -> None:
    acts = [says(1, "一"), Act(("say", None, "二"))]
    assert judged(acts, [row(11, 1, "一")]) == (0, 0, 0)
    assert judged(acts, [row(11, 1, "一"), row(12, 2, "二")]) == (0, 0, 0)
    assert judged(acts, [row(11, 1, "一"), row(12, 2, "二"), row(13, 3, "二")]) == (0, 1, 0)


def test_a_message_done_without_an_answer_counts_as_lost() -> None:
    drawn = Account()
    account._messages(drawn, 1, [says(1, "一")], [row(11, 1, "一")], [])
    assert drawn.lost == 1 and "without an answer" in drawn.remarks[0]


def sent(seq: int, number: int, text: str, method: str = "sendMessage", state: str = "sent") -> dict[str, Any]:
    return {
        "seq": seq, "message_id": number, "method": method, "state": state, "trouble": None, "params": {"text": text},
        "not_before": None, "urgency": 1,
    }  # fmt: skip


def seen(number: int, text: str) -> dict[str, Any]:
    return {"message_id": number, "text": text, "out": False}


def compared(said: list[dict[str, Any]], page: list[dict[str, Any]]) -> tuple[int, int, int]:
    drawn = Account()
    account._chat(drawn, 1, said, page)
    return drawn.lost, drawn.twice, drawn.out_of_order


def test_the_chat_must_show_what_was_said_once_in_its_order_and_in_its_last_words() -> None:
    said = [sent(1, 5, "好"), sent(2, 7, "收到")]
    assert compared(said, [seen(5, "好"), seen(7, "收到")]) == (0, 0, 0)
    assert compared(said, [seen(5, "好")]) == (1, 0, 0)
    assert compared(said, [seen(5, "好"), seen(6, "好"), seen(7, "收到")]) == (0, 1, 0)
    assert compared([sent(1, 7, "好"), sent(2, 5, "收到")], [seen(5, "收到"), seen(7, "好")]) == (0, 0, 1)
    edited = [*said, sent(3, 5, "改了", "editMessageText")]
    assert compared(edited, [seen(5, "好"), seen(7, "收到")]) == (0, 0, 1)
    assert compared([sent(1, 5, "好", state="waiting")], []) == (1, 0, 0)
