"""Sealing, blind look-ups, and what happens with wrong, missing or mended keys."""

from __future__ import annotations

import stat
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import Connection, insert, select, update

from db import rows
from db.crypto import KeyTrouble, load_keyring, new_keyring, parse_keyring
from db.migrate import check_keys, migrate
from db.models import people
from db.session import Database
from db.types import new_id
from tests.house import KEYS


def test_a_value_opens_only_in_its_own_place() -> None:
    token = KEYS.seal("people.name:1", "柴玉兰".encode())
    assert KEYS.open("people.name:1", token).decode() == "柴玉兰"
    for place in ("people.name:2", "people.phone:1"):
        with pytest.raises(KeyTrouble):
            KEYS.open(place, token)


def test_the_same_value_never_seals_to_the_same_bytes() -> None:
    assert KEYS.seal("a", b"x") != KEYS.seal("a", b"x")


def test_a_rotated_keyring_opens_the_old_and_seals_with_the_new() -> None:
    old, new = new_keyring(), new_keyring()
    both = replace(old, keys=old.keys | new.keys, current=new.current)
    token = old.seal("a", b"x")
    assert both.open("a", token) == b"x"
    with pytest.raises(KeyTrouble):
        old.open("a", both.seal("a", b"y"))


def test_equal_values_meet_in_the_blind_index_of_one_purpose_only() -> None:
    assert KEYS.blind("id_no", "620799201605080119") == KEYS.blind("id_no", "620799201605080119")
    assert KEYS.blind("id_no", "1") != KEYS.blind("invite", "1")
    assert KEYS.blind("id_no", "1") != new_keyring().blind("id_no", "1")


def test_a_key_file_is_made_once_for_the_owner_only_and_read_again(tmp_path: Path) -> None:
    made = load_keyring(tmp_path / "keys.json", make=True)
    assert stat.S_IMODE((tmp_path / "keys.json").stat().st_mode) == 0o600
    assert load_keyring(tmp_path / "keys.json", make=False) == made


@pytest.mark.parametrize("text", ["", "{}", "[]", '{"current":"k1","keys":{"k1":"AA=="},"index":"AA=="}', "null"])
def test_a_damaged_key_file_is_refused_with_its_place_and_without_its_content(text: str) -> None:
    with pytest.raises(KeyTrouble, match=r"keys\.json"):
        parse_keyring(text, "keys.json")


def test_a_missing_key_file_is_refused_in_a_sentence_and_not_made_anew(tmp_path: Path) -> None:
    with pytest.raises(KeyTrouble, match="找不到密钥文件"):
        load_keyring(tmp_path / "keys.json", make=False)
    assert not (tmp_path / "keys.json").exists()


async def test_another_countys_keys_are_refused_before_anything_is_read(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'a.db'}"

    def make(conn: Connection) -> None:
        migrate(conn)
        check_keys(conn)

    async with Database(url, KEYS) as db:
        await db.run(make)
    async with Database(url, new_keyring()) as db:
        with pytest.raises(KeyTrouble):
            await db.run(check_keys)
    async with Database(url, replace(KEYS, index=new_keyring().index)) as db:
        with pytest.raises(KeyTrouble, match="查找密钥"):
            await db.run(check_keys)


async def test_plain_text_cannot_be_written_into_a_secret_column(tmp_path: Path) -> None:
    def work(conn: Connection) -> None:
        migrate(conn)
        with pytest.raises(Exception, match="sealed values only"):
            conn.execute(insert(people).values(id="1", name="柴玉兰", language="zh_CN", demo=True))

    async with Database(f"sqlite:///{tmp_path / 'a.db'}", KEYS) as db:
        await db.run(work)


async def test_a_sealed_value_copied_into_another_row_does_not_open(tmp_path: Path) -> None:
    def work(conn: Connection) -> None:
        migrate(conn)
        one, two = new_id(), new_id()
        for row_id, name in ((one, "甲"), (two, "乙")):
            rows.add(conn, people, id=row_id, name=name, language="zh_CN", demo=True)
        stolen = conn.execute(select(people.c.name).where(people.c.id == one)).scalar_one()
        conn.execute(update(people).where(people.c.id == two).values(name=stolen))
        row = conn.execute(select(people).where(people.c.id == two)).one()
        with pytest.raises(KeyTrouble):
            rows.opened(conn, people, row)

    async with Database(f"sqlite:///{tmp_path / 'a.db'}", KEYS) as db:
        await db.run(work)
