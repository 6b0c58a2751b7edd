"""backup and restore."""

import hashlib
import json
import time
from pathlib import Path

import click

from gateway import words
from gateway.commands.shared import data_option, plain_refusals, say
from gateway.store import backup


@click.command("backup")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@data_option
def make_backup(file: Path, data: Path) -> None:
    """把网关的全部数据备份成一个加密文件，不用停机。文件里没有密钥，密钥要另外保管。

    Back everything up into one encrypted FILE while the gateway runs. The key is not in it: keep it elsewhere.
    """
    file = file.expanduser().absolute()
    with plain_refusals():
        manifest = backup.take(data, file, int(time.time()))
    with file.open("rb") as whole:
        digest = hashlib.file_digest(whole, "sha256").hexdigest()
    about = {"file": str(file), "bytes": file.stat().st_size, "sha256": digest, **manifest.about()}
    click.echo(json.dumps(about, ensure_ascii=False))
    say(words.BACKUP_MADE)


@click.command("restore")
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option("--force", is_flag=True, help="目录里有数据也恢复，旧数据移到一边 / also over data, which is moved aside")
@data_option
def restore_backup(file: Path, force: bool, data: Path) -> None:
    """把备份恢复到停着的网关的数据目录。先把做备份时的密钥放好。

    Bring a backup back into the data folder of a gateway that is stopped. Put the key it was made with in place first.
    """
    with plain_refusals():
        manifest = backup.restore(file, data, int(time.time()), force)
    click.echo(json.dumps(manifest.about()))
    say(words.RESTORED.format(made_at=manifest.made_at[:16]))
