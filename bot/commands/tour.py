"""`./run tour`: docs/tour.md, a short film in screenshots, taken from the running program."""

from __future__ import annotations

import asyncio
import os
import sys
import tempfile
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from bot.commands import _film
from bot.commands._film import DESK, Film, Phone, Program
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

由 `./run tour` 从运行着的演示县拍下；人和事都是编的。
*Taken by `./run tour` from the running demo county; every person and event in it is invented.*
"""

# What the director answers, by words of the question; whatever else is asked is passed over.
REPORT: tuple[tuple[str, str], ...] = (
    ("孩子现在安全吗", "现在有危险"),
    ("打了吗", "我已拨打"),
    ("孩子现在在哪里", "在学校"),
    ("是什么情况", "身上有伤"),
    ("有人牵涉吗", "没有"),
)
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
        os.environ.update(_film.on_its_own(Path(folder)))  # for the morning below, which opens the same data
        with sync_playwright() as playwright:
            browser = _film.opened_browser(playwright)
            out.mkdir(parents=True, exist_ok=True)
            for old in out.glob("*.png"):
                old.unlink()
            with Program(Path(folder), children) as program:
                film = Film(out)
                try:
                    _play(film, browser, program.demo)
                except Error as problem:
                    raise Refusal(f"拍到一半停了：{str(problem).splitlines()[0]} / The film stopped half-way.") from problem
            browser.close()
    film.write(out.with_suffix(".md"), HEAD)
    size = sum(one.stat().st_size for one in out.iterdir())
    say(f"拍好了：{out.with_suffix('.md')}，{len(list(out.iterdir()))} 张，{size / 1e6:.1f} MB。 / Done.")
    sys.stdout.write(f"{out.with_suffix('.md')}\n")


def _play(film: Film, browser: Browser, demo: str) -> None:
    def phone(persona: str, **kind: object) -> Phone:
        return Phone(browser, demo, persona, **kind)

    _choosing(film, browser, demo)
    director = phone("新坝镇暖泉村")
    _morning(film, director)
    _visits(film, director)
    _report(film, phone, browser, demo)
    _figures(film, phone)
    _eyes(film, phone)


def _choosing(film: Film, browser: Browser, demo: str) -> None:
    film.scene("1. 打开 · Opening it")
    page = browser.new_context(**{**_film.HERE, **_film.PHONE}).new_page()
    page.goto(demo)
    film.shot(
        page.screenshot(), "demo", "./run 打印一个链接，打开它，选一个角色。", "./run prints a link; open it and pick a persona."
    )
    page.context.close()


def _morning(film: Film, director: Phone) -> None:
    film.scene("2. 早上 · The morning")
    director.key("开始")
    film.shot(
        director.picture(), "start", "村里的儿童主任点「开始」，下面就是她常用的几件事。",
        "A village child director taps 开始; what she needs every day stands under her thumb.",
    )  # fmt: skip
    if "早上好" not in director.last:
        with ThreadPoolExecutor(1) as aside:  # Playwright's own loop runs in this thread
            aside.submit(asyncio.run, _next_morning()).result()
        director.wait_for("早上好")
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
    director.tap("1 ❓")
    film.shot(
        director.picture(), "why", "点「为什么」，说清按哪条规定、从哪天算起。", "为什么 says which rule applies and from which day it counts."
    )


async def _next_morning() -> None:
    """One heartbeat at nine of the next working day, so that the film need not wait for it."""
    tomorrow = next_working_day(local_day(datetime.now(UTC)) + DAY, COUNTY_DEFAULTS.calendar)
    db = await open_database(load())
    try:
        await db.run(lambda conn: beat(conn, at(tomorrow, COUNTY_DEFAULTS.digest_hour), tree_of(conn)))
    finally:
        await db.close()


def _visits(film: Film, director: Phone) -> None:
    film.scene("3. 记一次联系，五下 · Logging a call in five taps")
    director.key("走访")
    film.shot(director.picture(), "who", "点「走访」，点孩子的名字。", "走访, then the child.")
    names = [one.split()[0] for one in director.buttons() if len(one.split()[0]) in (2, 3, 4) and "⏰" in one]
    names += [one for one in director.buttons() if len(one) == 3 and one not in names]
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
    called = f"小{names[1][1:]}"
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
    number = next(word for word in director.last.replace("：", " ").split() if word.startswith("BG-"))
    for one in (police, supervisor):
        one.wait_for(number)
    film.shot(
        police.picture(), "police-push", "民警那边：立刻收到，只有编号和缓急，没有姓名。", "The police officer: at once, number and urgency only, no name."
    )
