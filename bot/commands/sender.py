"""`./run sender`: this part of the bot alone; with PostgreSQL the parts run apart and in number."""

import click

from bot.commands._service import part_command

command = click.command("sender")(part_command("sender", "只把发件箱里的话送出去。", intake=False, worker=False, sender=True, scheduler=False))
