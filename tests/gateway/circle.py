"""A group: the supervisor 李建国 (owner), the directors 王秀英 and 王秀兰 (all invented), and the bot 小苗."""

from __future__ import annotations

from dataclasses import dataclass

from tests.gateway.conftest import XIUYING, new_phone
from tests.gateway.sides import BotSide, Phone, Running

JIANGUO, XIULAN = 100_002, 100_003
ABOUT = {"type": "group", "title": "南华镇儿童主任"}


@dataclass
class Circle:
    gateway: Running
    bot: BotSide
    id: int
    xiuying: Phone
    jianguo: Phone
    xiulan: Phone

    async def rest(self) -> None:
        """The bot takes what waits for it, so that a test sees only what comes after."""
        await settled(self.bot)

    async def by_admin(self) -> None:
        await self.gateway.change_group(self.id, administrators=[self.bot.username])
        await self.rest()


async def settled(bot: BotSide) -> None:
    waiting = await bot.updates()
    if waiting:
        await bot.updates(offset=waiting[-1]["update_id"] + 1)


async def new_circle(gateway: Running, bot: BotSide, phone: Phone) -> Circle:
    jianguo = await new_phone(gateway, bot, "李建国")
    xiulan = await new_phone(gateway, bot, "王秀兰")
    group = await gateway.group("南华镇儿童主任", [bot], [JIANGUO, XIUYING])
    await settled(bot)
    return Circle(gateway, bot, group, phone.in_group(group), jianguo.in_group(group), xiulan.in_group(group))
