"""The gateway's own settings may stand in the project's `.env` as well; environment variables win over it."""

import os
from collections.abc import MutableMapping
from pathlib import Path

from dotenv import dotenv_values

from gateway import words
from gateway.errors import CannotServe

ROOT = Path(__file__).resolve().parent.parent
# name → what it says, what to write, the default as .env.example shows it
NAMES: dict[str, tuple[str, str, str]] = {
    "GATEWAY_KEY_FILE": (
        "网关的密钥文件;不写就是数据旁边的 gateway.key / the gateway's key; unset means gateway.key beside its data",
        "一个文件的路径 / the path of a file", "",
    ),
    "GATEWAY_KEYS": (
        "密钥文件的内容,代替 GATEWAY_KEY_FILE / the content of that file, instead of it",
        "编号 空格 base64 / an id, a space, base64", "",
    ),
    "GATEWAY_KEEP_CHAT_DAYS": ("聊天留几天 / days a chat is kept", "1 到 10000 / 1 to 10000", "180"),
    "GATEWAY_KEEP_SENSITIVE_DAYS": ("敏感的消息留几天 / days of what is sensitive", "1 到 10000 / 1 to 10000", "30"),
    "GATEWAY_KEEP_REPORT_DAYS": ("表格和文件留几天 / days of tables and documents", "1 到 10000 / 1 to 10000", "7"),
    "GATEWAY_KEEP_LOGIN_DAYS": ("登录消息留几天 / days of sign-in messages", "1 到 10000 / 1 to 10000", "1"),
    "GATEWAY_LOCK_AFTER_MINUTES": (
        "设了密码的设备几分钟不动就锁上 / minutes after which a device with a PIN locks", "1 到 10000 / 1 to 10000", "5",
    ),
    "GATEWAY_IDLE_DAYS": (
        "几天没用的设备要重新登录 / days without use after which a device is signed out", "1 到 10000 / 1 to 10000", "180",
    ),
    "GATEWAY_SIGN_IN_DAYS": (
        "登录最多管几天 / days after which every device signs in anew", "1 到 10000 / 1 to 10000", "365",
    ),
    "GATEWAY_PERSON_MEGABYTES": (
        "一个聊天里,人发的照片和文件最多存多少 MB / megabytes people may keep in one chat", "1 到 10000 / 1 to 10000",
        "2048",
    ),
    "GATEWAY_SCANNER": (
        "查病毒的 clamd 在哪里,人发的文件先给它看 / a clamd that looks at people's files first",
        "unix:/路径 或 主机:端口 / unix:/path or host:port", "",
    ),
    "GATEWAY_PUSH_HOSTS": (
        "可以连的推送服务,不写就是各浏览器自己的 / push services that may be called; unset: those of the browsers",
        "用逗号隔开的域名,或 * / names with commas between them, or *", "",
    ),
    "GATEWAY_WEBHOOK_HOSTS": (
        "机器人的 webhook 可以指向哪里,不写就不限外网地址 / where webhooks may point; unset: any public address",
        "用逗号隔开的域名,或 * / names with commas between them, or *", "",
    ),
    "GATEWAY_CALL_AFTER_MINUTES": (
        "紧急消息几分钟没人看就进值班电话单 / minutes after which an urgent message asks for a telephone call",
        "1 到 10000 / 1 to 10000", "10",
    ),
    "GATEWAY_HOOK_AFTER_MINUTES": (
        "普通消息几分钟没看就告诉下面的地址 / minutes after which an unseen message is told to the address below",
        "1 到 10000 / 1 to 10000", "30",
    ),
    "GATEWAY_HOOK_URL": (
        "短信或企业微信的接口,只收编号 / an SMS or WeCom service of the county; it gets codes only",
        "http:// 或 https:// 开头的地址 / an address that starts with http:// or https://", "",
    ),
    "GATEWAY_HOOK_SECRET": ("上面接口的暗号 / the secret of that address", "任意文字 / any text", ""),
    "GATEWAY_PUSH_CONTACT": (
        "推送服务有事找谁 / whom push services may write to", "mailto:… 或 https://… / mailto:… or https://…", "",
    ),
}  # fmt: skip


def read(environ: MutableMapping[str, str] = os.environ) -> None:
    """Set what `.env` (or the file ENV_FILE names) says of these names and the environment does not.

    A relative path counts from the project's folder. Raises CannotServe where the file cannot be read.
    """
    path = Path(environ.get("ENV_FILE") or ROOT / ".env")
    if not path.is_file():
        return
    try:
        found = dotenv_values(path, encoding="utf-8-sig", interpolate=False)
    except (OSError, UnicodeDecodeError):
        raise CannotServe(words.BAD_ENV_FILE.format(path=path.name)) from None
    for name in NAMES:
        value = (found.get(name) or "").strip()
        if value and not environ.get(name):
            environ[name] = str(ROOT / Path(value).expanduser()) if name == "GATEWAY_KEY_FILE" else value
