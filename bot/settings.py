"""Typed settings from the environment and `.env`; the environment wins. Nonsense is refused before anything starts.

`python -m bot.settings` prints `.env.example`, so the file can never tell another story than the program.
The environment variable ENV_FILE names another file than the project's `.env` (several bots on one machine).
"""

import os
import re
import sys
from collections.abc import Callable
from datetime import time
from pathlib import Path
from typing import Any, Literal, Self
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from pydantic import Field, SecretStr, ValidationError, field_validator, model_validator
from pydantic_settings import BaseSettings, DotEnvSettingsSource, PydanticBaseSettingsSource, SettingsConfigDict

from bot.env_file import BadSettings, Setting, example, refusal, unknown_names
from bot.setting_types import (
    ApiAddress,
    Clock,
    DatabaseAddress,
    HeaderSecret,
    HttpsAddress,
    Phone,
    Port,
    Token,
    WebAddress,
    is_https_or_local,
)

ROOT = Path(__file__).resolve().parent.parent
TELEGRAM = "https://api.telegram.org"


def _setting(default: Any, says: str, expects: str, group: str = "", **more: Any) -> Any:
    """A field with what it is (shown in .env.example) and what to write (shown there and in a refusal)."""
    return Field(default, description=says, json_schema_extra={"expects": expects, "group": group}, **more)


_A_PHONE = "电话号码,如 0936-6620000 / a telephone number"
_A_CLOCK = "24 小时制的时刻,如 09:00 / a time of day such as 09:00"
_A_PORT = "1 到 65535 的端口号 / a port from 1 to 65535"


class Settings(BaseSettings):
    model_config = SettingsConfigDict(
        env_file_encoding="utf-8-sig", env_ignore_empty=True, extra="ignore", hide_input_in_errors=True, frozen=True
    )

    data_dir: Path = _setting(
        ROOT / "var",
        "程序写的所有文件都在这里 / the folder for every file the program writes",
        "一个可写的文件夹 / a folder that can be written to",
        "数据 / Data",
    )
    county: str | None = _setting(
        None,
        "正式使用的县;不写就是演示 / the county in service; unset means the demo county",
        "县的名称或六位区划代码,如 620724 / the county's name or its six-digit code",
        max_length=40,
        pattern=r"^\w[\w· -]*$",
    )
    database_url: DatabaseAddress = _setting(
        "",
        "数据库;不写就用数据文件夹里的 SQLite / the database; unset means SQLite in the data folder",
        "sqlite:///文件 或 postgresql://用户:密码@主机/库名 / sqlite:///FILE or postgresql://USER:PASSWORD@HOST/NAME",
        repr=False,
    )
    key_file: Path = _setting(
        Path(),
        "加密钥匙文件;不写就是数据文件夹里的 keys.json / the encryption keys; unset means keys.json in the data folder",
        "一个文件的路径 / the path of a file",
    )
    xiaomiao_keys: SecretStr | None = _setting(
        None,
        "钥匙文件的内容,代替 KEY_FILE / the content of the key file, instead of KEY_FILE",
        "钥匙文件的全文(JSON,写成一行) / the whole key file (JSON, on one line)",
    )

    backup_dir: Path | None = _setting(
        None,
        "每天夜里的备份放在哪里;不写就是数据文件夹里的 backups,演示县不备份 / where the nightly backups go; unset means backups in the "
        "data folder, and none for the demo county",
        "一个可写的文件夹,最好在另一块磁盘上 / a folder that can be written to, better on another disk",
    )
    backup_keep: int = _setting(
        14,
        "留几份每天的备份,更早的删掉;0 是不自动备份,也不提醒 / how many of the nightly backups are kept; 0 means none are made and "
        "nobody is warned",
        "0 到 400 的整数 / a whole number from 0 to 400",
        ge=0,
        le=400,
    )

    bot_token: Token | None = _setting(
        None,
        "机器人的令牌;不写就只用自带的网页 / the bot's token; unset means our own web page only",
        "BotFather 或 ./run gateway add-bot 给的令牌,形如 123456:AbC-… / the token as BotFather or "
        "./run gateway add-bot gave it",
        "通道 / Channels",
    )
    bot_api_url: ApiAddress = _setting(
        TELEGRAM,
        "Bot API 服务器 / the Bot API server",
        "http:// 或 https:// 开头的地址,不带 /bot 和令牌 / an address that starts with http:// or https://, "
        "without /bot and the token",
    )
    webhook_url: HttpsAddress | None = _setting(
        None,
        "写了就用 webhook,不写就轮询 / set it to be called by webhook; unset means polling",
        "https:// 开头的公开地址(本机可用 http://) / a public address that starts with https:// (http:// on this machine)",
    )
    webhook_secret: HeaderSecret | None = _setting(
        None,
        "webhook 的暗号;不写则每次启动新造一个 / the webhook's secret; unset means a new one at every start",
        "1 到 256 个字母、数字、_ 或 - / 1 to 256 letters, digits, _ or -",
    )
    webhook_host: str = _setting(
        "127.0.0.1",
        "webhook 在本机监听的地址 / where the webhook listens",
        "本机的一个地址 / an address of this machine",
        pattern=r"^[\w.:\[\]-]+$",
    )
    webhook_port: Port = _setting(8082, "webhook 的端口 / the webhook's port", _A_PORT)
    gateway_host: str = _setting(
        "127.0.0.1",
        "./run up 的网页监听的地址 / where the page of ./run up listens",
        "本机的一个地址,如 127.0.0.1 或 0.0.0.0 / an address of this machine, such as 127.0.0.1 or 0.0.0.0",
        pattern=r"^[\w.:\[\]-]+$",
    )
    gateway_port: Port = _setting(8080, "./run up 的网页的端口 / the port of the page of ./run up", _A_PORT)
    base_url: WebAddress | None = _setting(
        None,
        "网页的公开地址,写进登录链接 / the public address of the page, used in login links",
        "http:// 或 https:// 开头的地址,正式使用时必须 https:// / an address that starts with http:// or https://; in service "
        "it must be https://",
    )
    allow_telegram_for_county_data: Literal["我知道数据会离开本县"] | None = _setting(
        None,
        "准许把本县数据交给 Telegram 的境外服务器 / permits giving the county's data to Telegram's servers abroad",
        "空着,或一字不差的这句话:我知道数据会离开本县 / nothing, or exactly this sentence: 我知道数据会离开本县",
    )

    police_station_phone: Phone | None = _setting(
        None, "派出所值班电话 / the police station's duty phone", _A_PHONE, "本地电话,由县里填写 / Local numbers"
    )
    civil_affairs_phone: Phone | None = _setting(None, "县民政局值班电话 / the civil affairs bureau", _A_PHONE)
    child_protection_centre_phone: Phone | None = _setting(
        None, "县未成年人救助保护中心 / the county's centre for the protection of minors", _A_PHONE
    )
    procuratorate_phone: Phone | None = _setting(
        None, "检察院未检部门 / the procuratorate's juvenile section", _A_PHONE
    )
    education_bureau_phone: Phone | None = _setting(None, "教育局 / the education bureau", _A_PHONE)

    digest_at: Clock = _setting(
        time(9),
        "每天早上一条提醒的时刻 / when the one morning digest is sent",
        _A_CLOCK,
        "提醒(都是北京时间) / Reminders (all in China's time)",
    )
    quiet_from: Clock = _setting(time(21), "从此刻起不打扰 / quiet hours begin", _A_CLOCK)
    quiet_until: Clock = _setting(time(8), "到此刻为止不打扰 / quiet hours end", _A_CLOCK)
    messages_per_day: int = _setting(
        6,
        "每人每天最多几条主动消息,紧急的不算 / unasked messages per person and day, emergencies apart",
        "2 到 20 的整数 / a whole number from 2 to 20",
        ge=2,
        le=20,
    )

    wall_port: int = _setting(
        8083,
        "大屏的端口,被占用就另找一个;0 是不开 / the port of the wall, another one if it is taken; 0 is off",
        "0 或端口号 / 0 or a port number",
        "大屏 / The wall",
        ge=0,
        le=65535,
    )
    wall_host: str = _setting(
        "127.0.0.1",
        "大屏在本机监听的地址 / where the wall listens",
        "本机的一个地址,如 127.0.0.1 或 0.0.0.0 / an address of this machine, such as 127.0.0.1 or 0.0.0.0",
        pattern=r"^[\w.:\[\]-]+$",
    )
    wall_url: WebAddress | None = _setting(
        None,
        "大屏的公开地址,写进「大屏」的链接;不写就是本机的地址 / the public address of the wall, used in its links; unset means this machine's",
        "http:// 或 https:// 开头的地址,正式使用时必须 https:// / an address that starts with http:// or https://; in service "
        "it must be https://",
    )

    metrics_port: int = _setting(
        0,
        "机器人自己的 /healthz 和 /metrics 的端口,只在本机;0 是不开 / the bot's own /healthz and /metrics, on this machine only; 0 is off",
        "0 或端口号 / 0 or a port number",
        "看护 / Watching",
        ge=0,
        le=65535,
    )
    heartbeat_url: WebAddress | None = _setting(
        None,
        "提醒正常时每隔几分钟访问一次的地址,停了别人就知道;不带任何内容 / asked for every few minutes while the reminders go out, so "
        "that somebody notices when they stop; carries nothing",
        "http:// 或 https:// 开头的地址 / an address that starts with http:// or https://",
    )
    heartbeat_minutes: int = _setting(
        5,
        "每隔几分钟访问一次 / how many minutes between two such calls",
        "1 到 60 的整数 / a whole number from 1 to 60",
        ge=1,
        le=60,
    )

    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = _setting(
        "INFO",
        "日志的详细程度 / how much is logged",
        "DEBUG、INFO、WARNING 或 ERROR / DEBUG, INFO, WARNING or ERROR",
        "日志 / Log",
    )

    @field_validator("log_level", mode="before")
    @classmethod
    def _in_capitals(cls, value: object) -> object:
        return value.upper() if isinstance(value, str) else value

    @field_validator("data_dir", "key_file", "backup_dir")
    @classmethod
    def _from_where_we_stand(cls, value: Path | None) -> Path | None:
        return value.expanduser().absolute() if value is not None else None

    @model_validator(mode="before")
    @classmethod
    def _inside_the_data_dir(cls, values: dict[str, Any]) -> dict[str, Any]:
        data_dir = Path(values.get("data_dir") or ROOT / "var").expanduser().absolute()
        return {
            "database_url": f"sqlite:///{data_dir / 'xiaomiao.db'}",
            "key_file": data_dir / "keys.json",
        } | values

    @model_validator(mode="after")
    def _fit_together(self) -> Self:
        for name in ("data_dir", "key_file", "backup_dir"):
            path: Path | None = getattr(self, name)
            if path is not None and path.exists() and path.is_dir() != (name != "key_file"):
                raise ValueError(name)
        for name in ("base_url", "wall_url"):
            address = getattr(self, name)
            if self.county and address and not is_https_or_local(address):
                raise ValueError(name)
        return self

    @property
    def time_zone(self) -> ZoneInfo:
        """Whose days count. Not a setting: every county keeps Beijing time."""
        return ZoneInfo("Asia/Shanghai")

    @property
    def talks_to_telegram(self) -> bool:
        """Whether the Bot API server is Telegram's own, outside the county."""
        host = urlsplit(self.bot_api_url).hostname or ""
        return host == "telegram.org" or host.endswith(".telegram.org")

    @property
    def county_data_may_go_to_telegram(self) -> bool:
        """Only whoever typed the whole sentence lets minors' data leave the county."""
        return self.allow_telegram_for_county_data is not None

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        env_file = getattr(dotenv_settings, "env_file", None)
        return init_settings, env_settings, _ProjectFile(settings_cls, env_file)


class _ProjectFile(DotEnvSettingsSource):
    """`.env`, whose relative paths mean the project's folder; those in the environment mean the caller's."""

    def __call__(self) -> dict[str, Any]:
        values = super().__call__()
        for name in ("data_dir", "key_file", "backup_dir"):
            if values.get(name):
                values[name] = ROOT / Path(values[name]).expanduser()
        url = str(values.get("database_url", ""))
        if re.match(r"sqlite(\+aiosqlite)?:///[^/]", url):
            values["database_url"] = f"sqlite:///{ROOT / url.partition(':///')[2]}"
        return values


def env_file() -> Path:
    return Path(os.environ.get("ENV_FILE") or ROOT / ".env")


def to_stderr(sentence: str) -> None:
    sys.stderr.write(f"{sentence}\n")


def load(warn: Callable[[str], None] = to_stderr) -> Settings:
    """The settings this process starts with, or BadSettings with a sentence for each one that cannot be used.

    A name in `.env` that means nothing is only warned about: it is more often a slip than a danger.
    """
    path = env_file()
    if os.environ.get("ENV_FILE") and not path.exists():
        raise BadSettings(f"ENV_FILE 指的文件不存在:{path} / the file named by ENV_FILE does not exist")
    for warning in unknown_names(path, {name.upper() for name in Settings.model_fields}):
        warn(warning)
    try:
        return Settings(_env_file=path)  # type: ignore[call-arg]
    except ValidationError as problems:
        raise refusal(problems, described()) from None


def described() -> list[Setting]:
    """Every setting in the order of `.env.example`."""
    found = []
    for name, field in Settings.model_fields.items():
        extra = field.json_schema_extra
        assert isinstance(extra, dict)
        default = "" if name in {"data_dir", "key_file"} or field.default is None else field.default
        shown = f"{default:%H:%M}" if isinstance(default, time) else str(default)
        if name == "data_dir":
            shown = "var"
        found.append(Setting(name.upper(), str(field.description), str(extra["expects"]), str(extra["group"]), shown))
    return found


if __name__ == "__main__":
    sys.stdout.write(example(described()))
