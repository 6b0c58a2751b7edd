"""rotate-key: another key for everything that is sealed, while the gateway runs."""

import time
from pathlib import Path

import click

from gateway import words
from gateway.commands.shared import data_option, plain_refusals, refuse, say
from gateway.store import reseal, vault
from gateway.store.database import opened, prepare
from gateway.store.files import Blobs


@click.command("rotate-key")
@click.option("--reseal-only", is_flag=True, help="不换密钥，只把旧内容改用现在的密钥 / no new key, only reseal")
@click.option(
    "--drop-old", is_flag=True, help="不换密钥，改用完后去掉旧密钥 / no new key, reseal and drop the old ones"
)
@data_option
def rotate_key(reseal_only: bool, drop_old: bool, data: Path) -> None:
    """换一个新密钥：新内容马上用它，旧内容逐步改用它。网关不用停。

    Make a new key: it seals from now on, and what is there is sealed anew under it. The gateway may run meanwhile.
    """
    with plain_refusals():
        if not (data / "gateway.db").exists():
            refuse(words.NO_GATEWAY_HERE.format(path=data))
        if reseal_only:
            say(words.RESEALED.format(number=_reseal(data)))
            return
        path = vault.key_file(data)
        prepare(data)  # only over a store that opens
        if not drop_old:
            made = vault.add_key(path)
            say(words.KEY_ROTATED.format(id=made, number=_reseal(data)))
            return
        time.sleep(2 * vault.LOOK_SECONDS)  # by now a running gateway uses the new key too
        _reseal(data)
        if _reseal(data):
            refuse(words.STILL_OLD)
        say(words.OLD_KEYS_DROPPED.format(number=vault.drop_old_keys(path)))


def _reseal(data: Path) -> int:
    """Everything, in small transactions, so that people and bots get their turn in between."""
    number = 0
    for sealed in reseal.SEALED:
        after = None
        while True:
            with opened(data) as tx:
                anew, after = reseal.some(tx, sealed, after)
            number += anew
            if after is None:
                break
    _, keys = prepare(data)
    return number + reseal.blobs(Blobs(data / "files", keys))
