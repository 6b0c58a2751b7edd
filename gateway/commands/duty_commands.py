"""calls: whom the duty officer has to phone."""

import time
from datetime import datetime
from pathlib import Path

import click

from gateway import settings, words
from gateway.commands.shared import data_option, json_option, refuse, show, store
from gateway.store import people, urgent


@click.command("calls")
@click.option("--done", type=click.IntRange(1), help="这个编号已打过电话 / this one has been phoned")
@json_option
@data_option
def calls(done: int | None, as_json: bool, data: Path) -> None:
    """列出没有人确认的紧急通知，要打电话的：编号、用户编号、姓名、消息编号、发出时间。

    List the urgent messages nobody acknowledged in time: id, person's id, name, number of the message, since when.
    """
    with store(data) as tx:
        now = int(time.time())
        if done is not None:
            if not urgent.done(tx, done, now):
                refuse(words.NO_SUCH_CALL.format(number=done))
            return
        rows = []
        for one in urgent.to_call(tx, now - settings.from_environment().call_after_seconds):
            person = people.get(tx, one.user_id)
            since = datetime.fromtimestamp(one.sent_at).astimezone().isoformat(timespec="minutes")
            name = person.first_name if person else ""
            rows.append({"id": one.id, "user_id": one.user_id, "name": name, "code": one.message_id, "since": since})
        show(rows, as_json)
