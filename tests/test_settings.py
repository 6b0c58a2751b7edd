"""Settings: typed, from the environment and .env, refused with a sentence that says what to write and repeats nothing."""

import os
import re
from datetime import time
from pathlib import Path

import pytest

from bot.env_file import BadSettings, example
from bot.settings import ROOT, Settings, described, load
from gateway import env_file as gateway_env_file
from gateway.settings import DAY, MINUTE, from_environment


@pytest.fixture(autouse=True)
def env_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty settings file of the test's own, and nothing in the environment."""
    for name in Settings.model_fields:
        monkeypatch.delenv(name.upper(), raising=False)
    path = tmp_path / "settings.env"
    path.touch()
    monkeypatch.setenv("ENV_FILE", str(path))
    return path


def test_without_any_setting_it_is_the_demo_on_this_machine() -> None:
    settings = load()
    assert settings.county is None
    assert settings.bot_token is None
    assert settings.data_dir == ROOT / "var"
    assert settings.database_url == f"sqlite+aiosqlite:///{ROOT}/var/xiaomiao.db"
    assert settings.key_file == ROOT / "var" / "keys.json"
    assert (settings.gateway_host, settings.gateway_port) == ("127.0.0.1", 8080)
    assert settings.time_zone.key == "Asia/Shanghai"


def test_database_and_keys_follow_the_data_folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("DATA_DIR", str(tmp_path))
    settings = load()
    assert settings.database_url == f"sqlite+aiosqlite:///{tmp_path}/xiaomiao.db"
    assert settings.key_file == tmp_path / "keys.json"


def test_the_environment_wins_over_the_file(env_file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    env_file.write_text("GATEWAY_PORT=9001\nDIGEST_AT=7:30\n")
    monkeypatch.setenv("GATEWAY_PORT", "9002")
    settings = load()
    assert settings.gateway_port == 9002
    assert settings.digest_at == time(7, 30)


def test_a_relative_folder_means_the_projects_in_the_file_and_the_callers_in_the_environment(
    env_file: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.chdir(tmp_path)
    env_file.write_text("DATA_DIR=mine\nDATABASE_URL=sqlite:///mine.db\n")
    assert load().data_dir == ROOT / "mine"
    assert load().database_url == f"sqlite+aiosqlite:///{ROOT}/mine.db"
    monkeypatch.setenv("DATA_DIR", "mine")
    assert load().data_dir == tmp_path / "mine"


def test_an_empty_value_counts_as_not_set(env_file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    env_file.write_text("COUNTY=\nBOT_TOKEN=\n")
    monkeypatch.setenv("DATA_DIR", "")
    settings = load()
    assert (settings.county, settings.bot_token, settings.data_dir) == (None, None, ROOT / "var")


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("BOT_TOKEN", "not a token"),
        ("BOT_API_URL", "api.telegram.org"),
        ("BOT_API_URL", "https://api.telegram.org/bot123:secretsecret"),
        ("WEBHOOK_URL", "http://example.com/hook"),
        ("WEBHOOK_SECRET", "with a blank"),
        ("DATABASE_URL", "mysql://root:secretsecret@db/x"),
        ("DATABASE_URL", "sqlite://"),
        ("GATEWAY_PORT", "eighty"),
        ("GATEWAY_PORT", "70000"),
        ("BASE_URL", "http://host:99999"),
        ("DIGEST_AT", "25:00"),
        ("DIGEST_AT", "32400"),
        ("QUIET_FROM", "nine"),
        ("MESSAGES_PER_DAY", "0"),
        ("POLICE_STATION_PHONE", "ask the office"),
        ("LOG_LEVEL", "LOUD"),
        ("COUNTY", "../620724"),
        ("ALLOW_TELEGRAM_FOR_COUNTY_DATA", "yes"),
        ("DATA_DIR", "/dev/null"),
    ],
)
def test_nonsense_is_refused_by_name_with_what_to_write_and_never_repeated(
    name: str, value: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(BadSettings) as refused:
        load()
    assert refused.value.exit_code == 2
    assert refused.value.sentence.startswith(f"设置 {name} 不能用,应写:")
    assert f"{name} cannot be used; write " in refused.value.sentence
    assert "secretsecret" not in refused.value.sentence
    assert len(refused.value.sentence.splitlines()) == 1


def test_every_bad_setting_gets_its_own_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BOT_TOKEN", "x")
    monkeypatch.setenv("DIGEST_AT", "x")
    with pytest.raises(BadSettings) as refused:
        load()
    assert [line.split()[1] for line in refused.value.sentence.splitlines()] == ["BOT_TOKEN", "DIGEST_AT"]


def test_secrets_do_not_show_when_settings_are_printed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BOT_TOKEN", "123:secretsecret")
    monkeypatch.setenv("WEBHOOK_SECRET", "secretsecret")
    monkeypatch.setenv("XIAOMIAO_KEYS", '{"keys": "secretsecret"}')
    monkeypatch.setenv("DATABASE_URL", "postgresql://me:secretsecret@db/xiaomiao")
    settings = load()
    assert "secretsecret" not in repr(settings) + str(settings)
    assert settings.database_url == "postgresql+asyncpg://me:secretsecret@db/xiaomiao"


def test_a_county_in_service_needs_https_and_the_demo_does_not(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BASE_URL", "http://192.168.1.5:8080/")
    assert load().base_url == "http://192.168.1.5:8080"
    monkeypatch.setenv("COUNTY", "620724")
    with pytest.raises(BadSettings, match="BASE_URL"):
        load()
    monkeypatch.setenv("BASE_URL", "https://xiaomiao.example.cn")
    assert load().county == "620724"


def test_only_the_whole_sentence_lets_county_data_go_to_telegram(monkeypatch: pytest.MonkeyPatch) -> None:
    assert not load().county_data_may_go_to_telegram
    monkeypatch.setenv("ALLOW_TELEGRAM_FOR_COUNTY_DATA", "我知道数据会离开本县")
    assert load().county_data_may_go_to_telegram


@pytest.mark.parametrize(
    ("address", "is_telegram"),
    [
        ("https://api.telegram.org", True),
        ("https://API.Telegram.org:443/", True),
        ("http://127.0.0.1:8081", False),
        ("https://telegram.org.example.cn", False),
    ],
)
def test_telegrams_own_server_is_known_by_its_host(
    address: str, is_telegram: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BOT_API_URL", address)
    assert load().talks_to_telegram is is_telegram


def test_an_unknown_name_in_the_file_is_warned_about_by_name_only(env_file: Path) -> None:
    env_file.write_text("BOT_TOKKEN=123:secretsecret\nGATEWAY_PORT=9001\n")
    warnings: list[str] = []
    assert load(warn=warnings.append).gateway_port == 9001
    assert len(warnings) == 1
    assert "BOT_TOKKEN" in warnings[0]
    assert "BOT_TOKEN?" in warnings[0]
    assert "secretsecret" not in warnings[0]


@pytest.mark.parametrize("content", [b"GATEWAY_PORT=9001\n123:secretsecret\n", b"A=1\n'broken\n", b"A=1\nB='open\n"])
def test_a_line_that_is_no_setting_is_refused_by_its_number(env_file: Path, content: bytes) -> None:
    env_file.write_bytes(content)
    with pytest.raises(BadSettings, match="第 2 行") as refused:
        load()
    assert "secretsecret" not in refused.value.sentence


def test_a_file_saved_by_windows_is_read_and_one_that_is_no_text_refused(env_file: Path) -> None:
    env_file.write_bytes("\ufeffGATEWAY_PORT=9001\r\n".encode())
    assert load().gateway_port == 9001
    env_file.write_bytes("COUNTY=高台县\n".encode("gbk"))
    with pytest.raises(BadSettings, match="UTF-8"):
        load()


def test_a_settings_file_that_was_named_must_exist(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("ENV_FILE", str(tmp_path / "nowhere"))
    with pytest.raises(BadSettings, match="nowhere"):
        load()


def test_the_example_is_what_the_settings_say() -> None:
    assert (ROOT / ".env.example").read_text(encoding="utf-8") == example(described())


def test_the_example_with_its_defaults_switched_on_changes_nothing(env_file: Path) -> None:
    plain = load()
    lines = (ROOT / ".env.example").read_text(encoding="utf-8").splitlines()
    env_file.write_text("\n".join(line.removeprefix("#") for line in lines if not line.startswith("# ")) + os.linesep)
    warnings: list[str] = []
    assert load(warn=warnings.append) == plain
    assert warnings == []


def test_every_setting_is_described_in_both_languages() -> None:
    for setting in described():
        assert setting.says.count(" / ") == 1, setting.name
        assert setting.expects.count(" / ") == 1, setting.name


def test_what_concerns_the_gateway_alone_may_stand_in_the_same_file(tmp_path: Path) -> None:
    file = tmp_path / "own.env"
    file.write_text(
        "GATEWAY_KEEP_CHAT_DAYS=90\nGATEWAY_LOCK_AFTER_MINUTES=7\nGATEWAY_KEY_FILE=keys/g.key\nBOT_TOKEN=1:x\n"
    )
    environ = {"ENV_FILE": str(file), "GATEWAY_LOCK_AFTER_MINUTES": "9"}
    gateway_env_file.read(environ)
    found = from_environment(environ)
    assert (found.keep_chat_seconds, found.lock_after_seconds) == (90 * DAY, 9 * MINUTE)  # the environment wins
    assert environ["GATEWAY_KEY_FILE"] == str(ROOT / "keys/g.key") and "BOT_TOKEN" not in environ


def test_every_setting_of_the_gateway_stands_in_the_example() -> None:
    asked = {
        name
        for path in (ROOT / "gateway").rglob("*.py")
        for name in re.findall(r'"(GATEWAY_[A-Z_]+)"', path.read_text())
    }
    assert asked == set(gateway_env_file.NAMES)
