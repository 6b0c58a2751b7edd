"""`./run worker`: this part of the bot alone; with PostgreSQL the parts run apart and in number."""

import click

from bot.commands._service import part_command

command = click.command("worker")(part_command("worker", "只处理收件箱里的消息；可以开几个。", intake=False, worker=True, sender=False, scheduler=False))
