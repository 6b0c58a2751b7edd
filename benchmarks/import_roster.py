"""A county's whole roster through `./run import`: reading, checking, comparing, writing.

    ./run python benchmarks/import_roster.py [--rows 25000] [--json]

A workbook of invented children (ID numbers 620799…) in one sheet for each village is imported into an empty demo folder
by the command itself, in a process of its own, as a person would. Then the same file again (nothing may be new), then
once more with every twentieth row changed. The longest time for which the writer's lane was held is measured as well.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import subprocess
import sys
import tempfile
import time
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import xlsxwriter

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from domain import units  # noqa: E402
from domain.identity import check_digit  # noqa: E402
from domain.people import UnitKind  # noqa: E402

HEAD = ("序号", "姓名", "身份证号码", "类别", "父亲姓名", "监护人姓名", "与儿童关系", "联系电话", "就读学校", "年级", "健康状况", "备注", "微信群")
SURNAMES = "王张李刘陈赵杨马殷盛蒋朱许罗贾闫万柴祁段何孙任郑"
GIVEN = "梓涵子轩浩然雨桐欣怡一诺沐宸若溪佳怡宇航思源俊熙明月海燕建军晓红"
SECONDS = 3_600


def workbook(path: Path, rows: int, changed_every: int = 0) -> None:
    """One sheet for each village, a title above the header, a 合计 line below."""
    draw = random.Random(f"rows {rows}")
    places = [unit for unit in units.load() if unit.kind in (UnitKind.VILLAGE, UnitKind.COMMUNITY)]
    tree = units.load()
    book = xlsxwriter.Workbook(str(path), {"constant_memory": True})
    serial = 0
    for place, unit in enumerate(places):
        share = rows // len(places) + (place < rows % len(places))
        sheet = book.add_worksheet(tree.path_name(unit.code)[:31])
        sheet.write_row(0, 0, [f"{tree.path_name(unit.code)}儿童花名册"])
        sheet.write_row(1, 0, HEAD)
        for line in range(share):
            serial += 1
            born = date(2011, 1, 1) + timedelta(days=serial % 5_000)
            first17 = f"620799{born:%Y%m%d}{serial // 5_000 % 1_000:03}"
            family = draw.choice(SURNAMES)
            name = family + draw.choice(GIVEN) + draw.choice(GIVEN)
            granny = draw.choice(SURNAMES) + draw.choice(GIVEN)
            school = "新坝镇中心小学" if not changed_every or serial % changed_every else "县城关小学"
            cells = (
                str(line + 1), name, first17 + check_digit(first17), draw.choice(("留守", "低保", "留守、单亲", "病残")),
                family + draw.choice(GIVEN), granny, draw.choice(("奶奶", "外祖父母")), f"100{serial:08}", school,
                draw.choice(("一年级", "三年级", "六年级")), "健康", "", "群一",
            )  # fmt: skip
            sheet.write_row(line + 2, 0, cells)
        sheet.write_row(share + 2, 0, ["合计", share])
    book.close()


def run(folder: Path, *arguments: str) -> tuple[float, dict[str, Any]]:
    """One command in a process of its own; its seconds and what it printed."""
    environment = os.environ | {"DATA_DIR": str(folder / "var"), "ENV_FILE": os.devnull}
    started = time.perf_counter()
    done = subprocess.run(
        [sys.executable, "-m", "bot", *arguments], cwd=ROOT, env=environment, capture_output=True, text=True,
        timeout=SECONDS, check=True,
    )  # fmt: skip
    seconds = time.perf_counter() - started
    lines = done.stdout.strip().splitlines()
    return seconds, json.loads(lines[-1]) if lines else {}


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--rows", type=int, default=25_000)
    parser.add_argument("--json", action="store_true")
    asked = parser.parse_args()
    figures: dict[str, Any] = {"rows": asked.rows}
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        workbook(folder / "a.xlsx", asked.rows)
        workbook(folder / "b.xlsx", asked.rows, changed_every=20)
        run(folder, "migrate")
        for what, arguments in (
            ("dry_run", ("import", str(folder / "a.xlsx"), "--dry-run")),
            ("first", ("import", str(folder / "a.xlsx"))),
            ("again", ("import", str(folder / "a.xlsx"))),
            ("changed", ("import", str(folder / "b.xlsx"))),
        ):
            seconds, counts = run(folder, *arguments)
            figures[what] = {"seconds": round(seconds, 1), **counts}
            if not asked.json:
                print(f"{what}: {seconds:.1f} s {counts}")
    if asked.json:
        print(json.dumps(figures))


if __name__ == "__main__":
    main()
