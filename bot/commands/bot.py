"""`./run bot`: the bot alone, against Telegram or any other Bot API server."""

import click

from bot.commands._service import part_command

command = click.command("bot")(
    part_command(
        "bot",
        "只启动机器人，连 BOT_API_URL（默认 Telegram）。默认轮询；写了 WEBHOOK_URL 就用 webhook。 / "
        "The bot alone, against BOT_API_URL; polling, or by webhook where WEBHOOK_URL is set.",
        intake=True,
        worker=True,
        sender=True,
        scheduler=True,
    )
)
