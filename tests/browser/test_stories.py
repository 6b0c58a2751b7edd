"""The whole program, `python -m bot up` on a demo county, used on the page of a phone as a newcomer uses it."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from bot.commands._film import Phone, on_its_own
from tests.ports import free_port

from .conftest import PHONE, REPO, Guest, device

pytestmark = [pytest.mark.browser, pytest.mark.slow]


class Program:
    """The program on a port and a data folder of its own; may be killed and started again."""

    def __init__(self, data: Path) -> None:
        self.data = data
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.start()

    def start(self) -> None:
        command = [sys.executable, "-m", "bot", "up", "--children", "100", "--port", str(self.port)]
        self.process = subprocess.Popen(command, cwd=REPO, env=on_its_own(self.data), stdout=subprocess.PIPE, text=True)
        assert self.process.stdout is not None
        assert self.process.stdout.readline() == f"{self.url}/demo\n"

    def kill(self) -> None:
        """SIGKILL: nothing may depend on a tidy goodbye."""
        self.process.kill()
        self.process.communicate()


@pytest.fixture(scope="module")
def program(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Program]:
    running = Program(tmp_path_factory.mktemp("county"))
    yield running
    running.kill()


Pick = Callable[[str], Phone]


@pytest.fixture
def pick(browser: Browser, program: Program) -> Iterator[Pick]:
    """Pick a persona of the demo and begin; at the end nobody's page may have failed or asked anything outside."""
    guests: list[Guest] = []

    def begin(persona: str) -> Phone:
        page = device(browser, PHONE)
        guests.append(Guest(0, page, program.url))
        phone = Phone(page, f"{program.url}/demo", persona)
        phone.key("开始") if page.locator(".begin").count() else phone.say("/start")
        phone.taps = 0
        return phone

    yield begin
    for guest in guests:
        guest.context.close()
    for guest in guests:
        assert guest.outside() == []
        assert guest.troubles == []


def first_child(phone: Phone) -> str:
    """The first child of the list under 走访: the most urgent one."""
    return next(one for one in phone.buttons() if re.fullmatch(r"\w{2,4}( ⏰)?", one))


def test_an_all_normal_call_is_logged_in_five_taps(pick: Pick) -> None:
    director = pick("新坝镇暖泉村")
    director.key("走访")
    child = first_child(director)
    director.tap(child)
    director.tap("电话")
    director.tap("孩子本人，都正常")
    director.tap("确认")
    assert director.taps == 5
    assert f"记好了：{child.removesuffix(' ⏰')}，今天" in director.last


def test_one_sentence_fills_the_card_and_waits_to_be_confirmed(pick: Pick) -> None:
    director = pick("新坝镇暖泉村")
    director.say("昨天给小虎打了电话，奶奶接的，都好")
    assert "请核对" in director.last and "殷小虎" in director.last and "电话" in director.last
    director.tap("确认")
    assert "记好了：殷小虎" in director.last


REPORT = {"孩子现在安全吗": "安全", "孩子现在在哪里": "在学校", "有人牵涉吗": "没有"}
SEEN = "胳膊上有新伤，说是家里人打的"


def fill_the_report(phone: Phone) -> str:
    """Answer what must be answered, pass over the rest, up to the review card; the name of the child."""
    name = ""
    while not any("确认" in one for one in phone.buttons()):
        asked = phone.last
        answer = next((button for words, button in REPORT.items() if words in asked), "跳过")
        if "哪个孩子" in asked:
            name = answer = first_child(phone)
        if "看到、听到了什么" in asked:
            phone.say(SEEN)
        else:
            phone.tap(answer)
    return name


def test_a_report_goes_to_the_police_and_the_supervisor_and_the_answer_comes_back(pick: Pick) -> None:
    director, police, supervisor = pick("示范镇甲村"), pick("县公安局"), pick("· 儿童督导员 示范镇")
    director.key("报告")
    assert "110" in director.last and "孩子现在安全吗" in director.last
    name = fill_the_report(director)
    director.tap("确认")
    shown = director.articles.filter(has_text="已登记").last
    number = re.search(r"BG-\d{4}-\d{4}", shown.inner_text())
    assert name and number
    for other in (police, supervisor):
        other.wait_for(number[0])
        assert name not in other.page.get_by_role("log").inner_text()
    police.tap("看内容")
    assert name not in police.last and SEEN in police.last
    police.tap("显示姓名")
    police.tap("办案核实")
    police.wait_for(name)  # the question is taken back first, the names come in a message of their own
    police.tap("签收")
    director.wait_for("已签收")  # the supervisor hears of the turns a few minutes later, in one message
    police.tap("反馈")
    police.say("已到学校见到孩子，今晚住亲属家")
    police.tap("确认")
    director.wait_for("有反馈")
    director.tap("看进展")
    assert "已到学校见到孩子，今晚住亲属家" in director.last
    supervisor.tap("看内容")
    assert "签收" in supervisor.last and "反馈" in supervisor.last and name not in supervisor.last


def test_a_form_goes_on_where_it_was_after_the_program_was_killed(pick: Pick, program: Program) -> None:
    director = pick("巷道镇渠口村")
    director.key("走访")
    child = first_child(director)
    director.tap(child)
    director.tap("电话")
    program.kill()
    program.start()
    director.tap("家里大人，都正常")
    assert child.removesuffix(" ⏰") in director.last and "请核对" in director.last
    director.tap("确认")
    assert "记好了" in director.last
