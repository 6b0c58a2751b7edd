"""Polls and quizzes on the page."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Locator, expect

from .conftest import Bot, Guest
from .holding import box, said

pytestmark = [pytest.mark.browser, pytest.mark.slow]


def ask(bot: Bot, guest: Guest, question: str, options: list[str], **more: Any) -> tuple[int, Locator]:
    sent = bot("sendPoll", chat_id=guest.chat, question=question, options=[{"text": text} for text in options], **more)
    return sent["message_id"], said(guest.page, question)


def result(poll: Locator, text: str) -> Locator:
    return poll.get_by_role("listitem").filter(has_text=text)


def answers(bot: Bot) -> list[list[int]]:
    waiting = bot("getUpdates", offset=bot.offset, timeout=1)
    bot.offset = waiting[-1]["update_id"] + 1 if waiting else bot.offset
    return [update["poll_answer"]["option_ids"] for update in waiting if "poll_answer" in update]


def test_a_tap_votes_counts_are_shown_and_the_vote_can_be_taken_back(guest: Guest, bot: Bot) -> None:
    _, poll = ask(bot, guest, "周三能来吗？", ["能来", "来不了"], is_anonymous=False)
    expect(poll).to_contain_text("还没有人参加")
    poll.get_by_role("button", name="能来").tap()
    expect(result(poll, "能来").first).to_contain_text("1 票")
    expect(result(poll, "能来").first).to_contain_text("您选的")
    expect(result(poll, "来不了")).to_contain_text("0 票")
    guest.page.reload()
    expect(result(poll, "能来").first).to_contain_text("您选的")
    assert answers(bot) == [[0]]
    guest.page.get_by_text("正在打开…").wait_for(state="hidden")  # what is shown from the phone's own store is drawn again
    expect(box(guest.page)).to_be_enabled()
    poll.get_by_role("button", name="重新选").tap()
    expect(poll.get_by_role("button", name="能来")).to_be_visible()
    assert answers(bot) == [[]]


def test_several_choices_are_marked_first_and_sent_together(guest: Guest, bot: Bot) -> None:
    _, poll = ask(
        bot, guest, "想学什么？", ["心理", "政策", "防溺水"], allows_multiple_answers=True, is_anonymous=False
    )
    send = poll.get_by_role("button", name="投票")
    expect(send).to_be_disabled()
    for choice in ("心理", "政策", "防溺水", "政策"):  # the fourth tap unmarks the second
        poll.get_by_role("checkbox", name=choice).tap()
    expect(poll.get_by_role("checkbox", name="政策")).to_have_attribute("aria-checked", "false")
    send.tap()
    expect(result(poll, "防溺水")).to_contain_text("您选的")
    expect(result(poll, "政策")).not_to_contain_text("您选的")
    assert answers(bot) == [[0, 2]]


def test_a_quiz_says_what_is_right_and_why(guest: Guest, bot: Bot) -> None:
    _, poll = ask(
        bot, guest, "发现孩子身上有伤？", ["先问是谁", "先保证安全，马上报告"],
        type="quiz", correct_option_id=1, explanation="强制报告：发现或怀疑，都要报告。",
    )  # fmt: skip
    expect(poll).not_to_contain_text("强制报告")
    poll.get_by_role("button", name="先问是谁").tap()
    expect(result(poll, "先问是谁")).to_contain_text("您选的，不对")
    expect(result(poll, "马上报告")).to_contain_text("正确")
    expect(poll).to_contain_text("强制报告：发现或怀疑，都要报告。")
    expect(poll.get_by_role("button", name="重新选")).to_have_count(0)


def test_a_closed_poll_shows_its_counts_and_takes_no_vote(guest: Guest, bot: Bot) -> None:
    number, poll = ask(bot, guest, "还来得及吗？", ["来得及", "不了"])
    expect(poll.get_by_role("button", name="来得及")).to_be_visible()
    bot("stopPoll", chat_id=guest.chat, message_id=number)
    expect(poll).to_contain_text("已结束")
    expect(poll.get_by_role("button", name="来得及")).to_have_count(0)
    expect(result(poll, "来得及")).to_contain_text("0 票")


def test_a_vote_that_did_not_arrive_says_so_and_may_be_given_again(guest: Guest, bot: Bot) -> None:
    _, poll = ask(bot, guest, "在吗？", ["在", "不在"])
    guest.page.route("**/api/vote", lambda route: route.abort())
    poll.get_by_role("button", name="在", exact=True).tap()
    expect(guest.page.get_by_text("没有做成，请看看网络，再试一次。")).to_be_visible()
    guest.page.unroute("**/api/vote")
    poll.get_by_role("button", name="在", exact=True).tap()
    expect(poll).to_contain_text("共 1 人参加")
