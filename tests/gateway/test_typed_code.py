"""Somebody got a code on paper instead of a link: it is typed on the first page."""

from __future__ import annotations

from urllib.parse import urlsplit

import pytest

from gateway.settings import Rate, Settings
from gateway.store import links
from tests.gateway.conftest import QUICK, Start, new_bot
from tests.gateway.sides import BotSide, Phone, Running


def code_of(link: str) -> str:
    return urlsplit(link).path.removeprefix("/l/")


@pytest.mark.parametrize(
    "written",
    ["{code}", " {code} ", "{grouped}", "{capitals}", "http://elsewhere/l/{code}", "请打开 /l/{code}"],
)
async def test_a_code_is_read_however_it_is_written(gateway: Running, bot: BotSide, written: str) -> None:
    code = code_of(await gateway.link(await gateway.person("王秀英", bot), bot))
    grouped = "-".join(code[start : start + 4] for start in range(0, len(code), 4))
    phone = Phone(gateway.url)
    typed = written.format(code=code, grouped=grouped, capitals=grouped.upper().replace("-", " "))
    answer = await phone.http.post("/l", data={"code": typed})
    assert (answer.status_code, answer.headers["location"]) == (303, f"/l/{code}")
    assert "进入" in (await phone.http.get(answer.headers["location"])).text


async def test_the_first_page_offers_it_and_a_wrong_one_is_said_there(gateway: Running, bot: BotSide) -> None:
    phone = Phone(gateway.url)
    first = await phone.http.get("/")
    assert first.status_code == 401
    assert '<form method="post" action="/l"' in first.text
    for wrong in ("", "abcd", "<b>&", "zzzz-zzzz-zzzz-zzzz", "/l/", "x" * 300):
        answer = await phone.http.post("/l", data={"code": wrong})
        assert answer.status_code == 404
        assert "没有这个登录码" in answer.text
        assert "<b>&" not in answer.text
    assert (await phone.http.post("/l", content=b"x" * 10_000)).status_code in (404, 413)


async def test_a_used_code_is_no_code(gateway: Running, bot: BotSide) -> None:
    link = await gateway.link(await gateway.person("王秀英", bot), bot)
    await Phone(gateway.url).open(link)
    assert (await Phone(gateway.url).http.post("/l", data={"code": code_of(link)})).status_code == 404


async def test_guessing_is_slowed_and_the_page_says_how_long(start: Start) -> None:
    gateway = await start(Settings(**{**QUICK.__dict__, "dead_links": Rate(3, 0.1)}))
    await new_bot(gateway)
    phone = Phone(gateway.url)
    answers = [await phone.http.post("/l", data={"code": "no"}) for _ in range(4)]
    assert [answer.status_code for answer in answers] == [404, 404, 404, 429]
    assert int(answers[-1].headers["retry-after"]) > 0
    assert "秒" in answers[-1].text


def test_codes_can_be_read_off_paper() -> None:
    codes = {links.new_code() for _ in range(200)}
    assert len(codes) == 200
    assert not set("".join(codes)) & set("01oilABCDEFGHIJKLMNOPQRSTUVWXYZ-_")
