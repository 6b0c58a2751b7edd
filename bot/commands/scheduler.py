"""`./run scheduler`: this part of the bot alone; with PostgreSQL the parts run apart and in number."""

import click

from bot.commands._service import part_command

command = click.command("scheduler")(part_command("scheduler", "只管到点的提醒。", intake=False, worker=False, sender=False, scheduler=True))
