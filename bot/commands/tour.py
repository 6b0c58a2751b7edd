"""`./run tour`: docs/tour.md, a short film in screenshots, taken from the running program."""

from __future__ import annotations

import asyncio
import os
import re
import shutil
import sys
import tempfile
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from bot.commands import _film
from bot.commands._film import Film, Phone, Program
from bot.commands._open import open_database, tree_of
from bot.commands._service import say
from bot.errors import Refusal
from bot.reminders.tick import beat
from bot.settings import ROOT, load
from domain.calendar import DAY, at, local_day, next_working_day
from domain.policy import COUNTY_DEFAULTS

if TYPE_CHECKING:
    from playwright.sync_api import Browser

HEAD = """# 小苗的一天 · A day with Xiaomiao

由 `./run tour` 从运行着的演示县拍下；人和事都是编的。不在上班时间拍时，早上的那条会提前请出来。
*Taken by `./run tour` from the running demo county; every person and event in it is invented. Outside working hours the
morning's message is asked for early.*
"""

# What the director answers, by words of the question; whatever else is asked is passed over.
REPORT: tuple[tuple[str, str], ...] = (
    ("孩子现在安全吗", "现在有危险"),
    ("打了吗", "我已拨打"),
    ("孩子现在在哪里", "在学校"),
    ("是什么情况", "身上有伤"),
    ("有人牵涉吗", "没有"),
)
ANSWER = "已受理，民警已到学校见到孩子，今晚安排在亲属家，明天做伤情检查。"
SEEN = "上午去学校，孩子胳膊和后背有新伤，说是昨晚在家被打的，不敢回家。"


@click.command("tour")
@click.option("--out", default=ROOT / "docs" / "tour", show_default="docs/tour", type=click.Path(path_type=Path), help="图片的文件夹；页面写在它旁边")
@click.option("--children", default=300, show_default=True, help="演示县里的孩子数")
def command(out: Path, children: int) -> None:
    """重做 docs/tour.md 的截图（要有 Chromium 和 ./test 的环境）。 / Take the pictures of docs/tour.md anew."""
    try:
        import PIL  # noqa: F401
        from playwright.sync_api import Error, sync_playwright
    except ImportError:
        raise Refusal(
            "截图要用 playwright 和 pillow，它们在测试环境里：请先运行一次 ./test --fast。 / "
            "The tour needs the packages of ./test; run ./test --fast once."
        ) from None
    with tempfile.TemporaryDirectory(prefix="tour-") as folder:
        os.environ.update(_film.on_its_own(Path(folder) / "data"))  # for the morning below, which opens the same data
        with sync_playwright() as playwright:
            browser = _film.opened_browser(playwright)
            film = Film(Path(folder) / "film" / out.name)
            with Program(Path(folder) / "data", children) as program:
                try:
                    _play(film, browser, program.demo)
                except Error as problem:
                    why = " ".join(str(problem).split())[:200]
                    raise Refusal(f"拍到一半停了：{why} / The film stopped half-way.") from problem
            browser.close()
        _replace(film, out)
    size = sum(one.stat().st_size for one in out.iterdir())
    say(f"拍好了：{out.with_suffix('.md')}，{len(list(out.iterdir()))} 张，{size / 1e6:.1f} MB。 / Done.")
    sys.stdout.write(f"{out.with_suffix('.md')}\n")


def _replace(film: Film, out: Path) -> None:
    """The old pictures go only when the new ones are all there."""
    out.mkdir(parents=True, exist_ok=True)
    for old in out.glob("*.png"):
        old.unlink()
    film.write(out.with_suffix(".md"), HEAD)
    made = [out.with_suffix(".md"), out.parent / "chat.png"]
    shutil.copyfile(film.folder.parent / "chat.png", made[1])
    for picture in film.folder.iterdir():
        made.append(out / picture.name)
        shutil.copyfile(picture, made[-1])
    for one in made:
        one.chmod(0o644)  # opening the data above made this process write for its own user only


def _play(film: Film, browser: Browser, demo: str) -> None:
    def phone(persona: str, **kind: object) -> Phone:
        return Phone(_film.held(browser, **kind), demo, persona)

    _choosing(film, browser, demo)
    director = phone("新坝镇暖泉村")
    _visits(film, director, _morning(film, director))
    _report(film, phone, browser, demo)
    _figures(film, phone)
    _eyes(film, phone)


def _choosing(film: Film, browser: Browser, demo: str) -> None:
    film.scene("1. 打开 · Opening it")
    page = _film.held(browser)
    page.goto(demo)
    film.shot(
        page.screenshot(), "demo", "./run 打印一个链接，打开它，选一个角色。", "./run prints a link; open it and pick a persona."
    )
    page.context.close()


def _morning(film: Film, director: Phone) -> list[str]:
    """Her morning; the names of the children to be called."""
    film.scene("2. 早上 · The morning")
    director.key("开始")
    film.shot(
        director.picture(), "start", "村里的儿童主任点「开始」，下面就是她常用的几件事。",
        "A village child director taps 开始; what she needs every day stands under her thumb.",
    )  # fmt: skip
    from playwright.sync_api import TimeoutError as NotYet

    digest = director.articles.filter(has_text="早上好").last
    try:
        digest.wait_for(timeout=8_000)  # in working hours it has come by itself
    except NotYet:
        with ThreadPoolExecutor(1) as aside:  # Playwright's own loop runs in this thread
            aside.submit(asyncio.run, _next_morning()).result()
        digest.wait_for()
    if "早上好" not in director.last:
        director.look_at("早上好")
    film.shot(
        director.picture(), "digest", "每天早上最多一条：谁该联系、谁该走访。推送里只有编号，没有姓名。",
        "At most one message each morning: who is due. A push carries numbers, never names.",
    )  # fmt: skip
    director.key("今天")
    director.look_at("📋")
    film.shot(
        director.picture(), "today", "随时点「今天」，看到名字、该做什么、上次是哪天。",
        "今天 shows the same list at any time, with names, what is due and when it last happened.",
    )  # fmt: skip
    calls = re.findall(r"^\d+\. \W*(\w{2,4})：联系", director.last, re.M)
    director.tap("1 ❓")
    film.shot(
        director.picture(), "why", "点「为什么」，说清按哪条规定、从哪天算起。", "为什么 says which rule applies and from which day it counts."
    )
    return calls


async def _next_morning() -> None:
    """One heartbeat at nine of the next working day, so that the film need not wait for it."""
    now, hour = datetime.now(UTC), COUNTY_DEFAULTS.digest_hour
    today = local_day(now)
    morning = at(next_working_day(today if now < at(today, hour) else today + DAY, COUNTY_DEFAULTS.calendar), hour)
    db = await open_database(load())
    try:
        await db.run(lambda conn: beat(conn, morning, tree_of(conn)))
    finally:
        await db.close()


def _visits(film: Film, director: Phone, calls: list[str]) -> None:
    film.scene("3. 记一次联系，五下 · Logging a call in five taps")
    director.key("走访")
    film.shot(director.picture(), "who", "点「走访」，点孩子的名字。", "走访, then the child.")
    everybody = [one.removesuffix("⏰").strip() for one in director.buttons()]
    names = calls + [one for one in everybody if re.fullmatch(r"\w{3}", one) and one not in calls]
    director.tap(names[0])
    film.shot(director.picture(), "how", "点「电话」。", "By telephone.")
    director.tap("电话")
    film.shot(director.picture(), "outcome", "点「孩子本人，都正常」。", "The child herself, all well.")
    director.tap("孩子本人，都正常")
    film.shot(director.picture(), "review", "核对一眼，点「确认」。", "One look at the card, then 确认.")
    director.tap("确认")
    director.wait_for("记好了")
    film.shot(director.picture(), "kept", "记好了，也说了下次该是哪天。记错了可以改、可以撤。", "Kept, with the next due day. It can be corrected or taken back.")

    film.scene("4. 一句话也行 · Or in one sentence")
    given = names[1][1:]
    called = given if given.startswith("小") else f"小{given}"
    director.say(f"昨天给{called}打了电话，奶奶接的，都好")
    picture = director.picture()
    film.shot(
        picture, "sentence", "照平常说话写一句，小苗填好卡片：哪个孩子、哪天、怎么联系的、怎么样。",
        "One sentence as she would say it; the card comes back filled in: who, which day, how, and how the child is.",
    )  # fmt: skip
    _film.save(picture, film.folder.parent / "chat.png")
    director.tap("确认")
    director.wait_for("记好了")
    film.shot(director.picture(), "kept", "点「确认」才算数；拿不准的，小苗会问，不会猜。", "Only 确认 counts; what is unclear is asked, never guessed.")


def _report(film: Film, phone: Callable[..., Phone], browser: Browser, demo: str) -> None:
    director, police, supervisor = phone("示范镇甲村"), phone("县公安局"), phone("· 儿童督导员 示范镇")
    for one in (director, police, supervisor):
        one.key("开始")

    film.scene("5. 强制报告，从三边看 · A mandatory report, seen from three sides")
    director.key("报告")
    film.shot(
        director.picture(), "emergency", "先是 110、120、12345，点号码就拨；再问一句：孩子现在安全吗？",
        "First the emergency numbers, one tap to dial; then one question: is the child safe now?",
    )  # fmt: skip
    _answer(film, director)
    filed = director.articles.filter(has_text="已登记").last.inner_text()
    number = next(word for word in filed.split() if word.startswith("BG-"))
    for one in (police, supervisor):
        one.wait_for(number)
    film.shot(
        director.picture(), "director-filed", "确认以后有了编号，立刻转给公安；小苗不说「已报警」，只说「等签收」。",
        "Confirmed, it has a number and goes to the police at once. The bot never says it has been reported, only that it waits to be signed for.",
    )  # fmt: skip
    film.shot(
        police.picture(), "police-push", "民警马上收到：只有编号和缓急，没有姓名。", "The police officer hears at once: number and urgency, no name."
    )
    police.tap("看内容")
    police.look_at("类别")
    film.shot(
        police.picture(), "police-details", "点「看内容」才看到详情，看过都有记录。", "The details are behind a button, and every look is journaled."
    )
    police.tap("签收")
    director.wait_for("已签收")
    supervisor.tap("看内容")  # who only watches is not pushed every turn; the card has them all
    film.shot(
        supervisor.picture(), "supervisor", "镇上的督导员同时知道：有一份报告，谁在办，有没有人签收。",
        "The town's supervisor knows at the same time that there is one, who has it and whether it was signed for.",
    )  # fmt: skip
    police.tap("反馈")
    police.say(ANSWER)
    police.tap("确认")
    director.wait_for("有反馈")
    director.tap("看进展")
    film.shot(
        director.picture(), "director-answer", "民警签收、反馈，报告人一步一步都看得到。", "Signed for and answered: the reporter sees every step."
    )

    film.scene("6. 并排看 · Side by side")
    wall = _film.wall(browser, demo, ("示范镇甲村", "县公安局", "· 儿童督导员 示范镇"))
    film.shot(
        wall.screenshot(), "wall", "在电脑上勾选几个角色，并排打开：同一份报告，三个人各看到什么。",
        "On a wide screen several personas side by side: one report, and what each of the three sees of it.",
    )  # fmt: skip
    wall.context.close()


def _answer(film: Film, director: Phone) -> None:
    """Go through the report form by what it asks, until the review card, and confirm it."""
    film_at = {"打了吗": ("danger", "现在有危险：先打 110。", "In danger: call 110 first."),
               "是什么情况": ("kind", "一次问一件，不清楚的可以跳过，不要证据。", "One thing at a time, most may be skipped, never proof."),
               "有人牵涉吗": ("involved", "村里镇上有人牵涉？牵涉的那一级看不到这份报告。", "Is somebody in village or town involved? That level will not see it.")}  # fmt: skip
    while "确认" not in " ".join(director.buttons()):
        asked = director.last
        for words, (name, zh, en) in film_at.items():
            if words in asked:
                film.shot(director.picture(), name, zh, en)
        choice = next((tap for words, tap in REPORT if words in asked), None)
        if choice:
            director.tap(choice)
        elif "是哪个孩子" in asked:
            director.tap(next(one for one in director.buttons() if 2 <= len(one) <= 4))
        elif "看到、听到了什么" in asked:
            director.say(SEEN)
        else:
            director.tap("跳过")
    film.shot(director.picture(), "review", "核对，确认。这之前随时可以放下，填过的不会丢。", "The review card. It may be put aside at any point; nothing is lost.")
    director.tap("确认")


def _figures(film: Film, phone: Callable[..., Phone]) -> None:
    supervisor, county, leader = phone("· 儿童督导员 新坝镇"), phone("· 县民政局"), phone("分管领导")
    for one in (supervisor, county, leader):
        one.key("开始")
    film.scene("7. 汇总、全县 · The town and the county")
    supervisor.key("汇总")
    film.shot(supervisor.picture(), "town", "督导员点「汇总」：十行字说清全镇。", "A supervisor's town in ten lines.")
    supervisor.tap("图")
    supervisor.look_at("，截至")
    film.shot(supervisor.picture(), "chart", "点「图」：哪个村需要帮一把。", "The chart: which village needs a hand.")
    supervisor.tap("Excel")
    film.shot(supervisor.picture(), "excel", "点「Excel」：同样的数，一张表。", "The workbook, from the same numbers.")
    county.key("全县")
    film.shot(county.picture(), "county", "县里点「全县」。", "The whole county.")
    county.tap("图")
    film.shot(county.picture(), "county-chart", "各镇一张图；只找没人联系到的孩子，不给人排名。", "All towns in one chart; it looks for children nobody reached and ranks nobody.")
    leader.key("全县")
    film.shot(leader.picture(), "leader", "分管领导只看合计，五人以下的格子不显示。", "A leader sees totals only; cells under five are withheld.")


def _eyes(film: Film, phone: Callable[..., Phone]) -> None:
    film.scene("8. 夜里和老花眼 · At night, and for tired eyes")
    dark = phone("新坝镇暖泉村", color_scheme="dark")
    dark.key("走访")
    film.shot(dark.picture(), "dark", "跟着手机变深色。", "Dark when the phone is dark.")
    dark.page.get_by_role("button", name="大字").click()
    film.shot(dark.picture(), "dark-large", "点「大字」。", "Large type.")
    light = phone("新坝镇暖泉村")
    light.page.get_by_role("button", name="大字").click()
    light.key("今天")
    film.shot(light.picture(), "large", "白天的大字。", "Large type by day.")
