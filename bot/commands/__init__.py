"""The commands of `./run`, one module each with a click command named `command`, imported only when it is called.

A command is offered only where its module exists, and listing them imports none: `./run --help` stays quick.
"""

import difflib
import importlib
import importlib.util

import click

# name → (module, attribute, what it does in one line); the order is that of `./run --help`.
COMMANDS: dict[str, tuple[str, str, str]] = {
    name: (module, attribute, says)
    for name, module, attribute, says in (
        ("up", "bot.commands.up", "command", "启动网页和机器人(不写命令就是它)"),
        ("bot", "bot.commands.bot", "command", "只启动机器人,连 Telegram 或别的 Bot API 服务器"),
        ("gateway", "gateway.__main__", "cli", "只启动网关;gateway add-bot、add-user 建机器人和用户"),
        ("intake", "bot.commands.intake", "command", "分开运行:只收消息"),
        ("worker", "bot.commands.worker", "command", "分开运行:只处理消息"),
        ("sender", "bot.commands.sender", "command", "分开运行:只发消息"),
        ("scheduler", "bot.commands.scheduler", "command", "分开运行:只管提醒"),
        ("invite", "bot.commands.invite", "command", "给一个岗位做一次性的登录链接"),
        ("import", "bot.commands.import_roster", "command", "导入花名册"),
        ("export", "bot.commands.export", "command", "导出花名册、台账和模板"),
        ("templates", "bot.commands.templates", "command", "取出打印用的模板,或检查县里改过的"),
        ("due", "bot.commands.due", "command", "列出未完成的任务和到期日"),
        ("units", "bot.commands.units", "command", "列出县、乡镇、村和部门"),
        ("draw", "bot.commands.draw", "command", "照抽样名单再抽一次,谁抽都一样"),
        ("understand", "bot.commands.understand", "command", "读一句工作记录,说出读懂了什么"),
        ("migrate", "bot.commands.migrate", "command", "把数据库升级到当前版本"),
        ("plan", "bot.commands.plan", "command", "三年行动:装方案、取方案文件、印任务对照表"),
        ("policy", "bot.commands.policy", "command", "看全县的设置,或从文件改设置"),
        ("recompute", "bot.commands.recompute", "command", "重算每个儿童的到期日"),
        ("reconcile", "bot.commands.reconcile", "command", "核对提醒:应发与实发"),
        ("audit", "bot.commands.audit", "command", "核验操作日志没有被改动"),
        ("inbox", "bot.commands.inbox", "command", "看收件箱和放在一边的消息"),
        ("backup", "bot.commands.backup", "command", "备份"),
        ("restore", "bot.commands.restore", "command", "从备份恢复"),
        ("rotate-key", "bot.commands.rotate_key", "command", "换一把新钥匙,不用停机"),
        ("demo-seed", "bot.commands.demo_seed", "command", "在空的数据文件夹里造一个演示县"),
        ("simulate", "bot.commands.simulate", "command", "模拟许多天,核对每条提醒"),
        ("torture", "bot.commands.torture", "command", "一边对话一边反复杀进程,核对没有丢失"),
        ("fuzz", "bot.commands.fuzz", "command", "给机器人发乱七八糟的消息,看它会不会出错"),
        ("tour", "bot.commands.tour", "command", "重做 docs/tour.md 的截图"),
    )
}


def exists(module: str) -> bool:
    """Whether the module is there, found without importing it (its package is)."""
    return importlib.util.find_spec(module) is not None


class Commands(click.Group):
    """A group that looks its commands up in the table above."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return [name for name, (module, _, _) in COMMANDS.items() if exists(module)]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        module, attribute, _ = COMMANDS.get(cmd_name, ("", "", ""))
        if not module or not exists(module):
            return None
        found: click.Command = getattr(importlib.import_module(module), attribute)
        return found

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        name = args[0]
        # `parse_args` of click hands an option it does not know on to us; only a word can be a command.
        if not name.startswith("-") and self.get_command(ctx, name) is None:
            near = difflib.get_close_matches(name, self.list_commands(ctx), n=1)
            hint_zh, hint_en = (f"是不是 {near[0]}?", f"Did you mean {near[0]}? ") if near else ("", "")
            raise click.UsageError(
                f"没有 {name} 这个命令。{hint_zh}用 ./run --help 看全部命令。 / "
                f"No such command: {name}. {hint_en}./run --help lists them."
            )
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        rows = [(name, COMMANDS[name][2]) for name in self.list_commands(ctx)]
        rows.append(("python", "用本项目的环境运行一个 Python 文件"))  # answered by the script run itself
        with formatter.section("命令 / Commands"):
            formatter.write_dl(rows)
