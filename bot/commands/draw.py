"""`./run draw`: the draw of a spot check once more, by anyone, from the frame the bot hands out."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import click

from bot.errors import Refusal
from domain.sampling import draw


@click.command("draw", help="Draw a spot check again from the frame file the chat hands out; one place code a line.")
@click.argument("frame", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option("--seed", help="Another seed than the one in the file.")
@click.option("--count", type=click.IntRange(1, 500), help="Another number of places.")
def command(frame: Path, seed: str | None, count: int | None) -> None:
    try:
        said: dict[str, Any] = json.loads(frame.read_text(encoding="utf-8"))
        places = [(str(code), str(town), int(weight)) for code, town, weight in said["frame"]]
        drawn = draw(places, [str(town) for town in said["towns"]], seed or str(said["seed"]), count or int(said["count"]))
    except (ValueError, KeyError, TypeError) as problem:
        raise Refusal(f"这不是抽样名单文件（{type(problem).__name__}）。 / This is not a frame file.") from None
    sys.stdout.writelines(f"{code}\n" for code in drawn.places)
    sys.stderr.write(f"名单指纹 / fingerprint: {drawn.digest}\n")
