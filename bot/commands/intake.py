"""`./run intake`: this part of the bot alone; with PostgreSQL the parts run apart and in number."""

import click

from bot.commands._service import part_command

command = click.command("intake")(part_command("intake", "只收消息，放进收件箱。", intake=True, worker=False, sender=False, scheduler=False))
