"""`./run understand`: what a message means, on JSON lines (design.md section 10). Neither database nor bot is loaded."""

from __future__ import annotations

import json
import sys
from dataclasses import dataclass
from datetime import date, datetime
from typing import IO, Any

import click

from bot import lexicon
from domain.reading.dates import read_day
from domain.reading.note import Reading, understand, warm


class _BadLine(Exception):
    """A line that is not what the command takes; the message says why, without repeating its text."""


@dataclass(frozen=True)
class _Child:
    id: str
    name: str
    guardian: str
    village: str


@click.command("understand", help="Read workers' messages: JSON lines in, one JSON line each out.")
@click.option("--dates", is_flag=True, help="Read date expressions only: {text, ref} in, {date} out.")
def command(dates: bool) -> None:
    _run(sys.stdin.buffer, dates)


def _run(lines: IO[bytes], dates: bool) -> None:
    if not dates:
        lexicon.use(lexicon.data_dir())
        warm()
    for count, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        try:
            row = _row(line)
            answer = _day(row) if dates else _reading(row)
        except _BadLine as problem:
            sys.stdout.flush()
            click.echo(f"第 {count} 行读不了 / line {count} cannot be read: {problem}", err=True)
            sys.exit(2)
        sys.stdout.write(json.dumps(answer, ensure_ascii=False) + "\n")
        sys.stdout.flush()


def _row(line: bytes) -> dict[str, Any]:
    try:
        row = json.loads(line.decode("utf-8-sig"))
    except UnicodeDecodeError:
        raise _BadLine("not UTF-8") from None
    except (ValueError, RecursionError):
        raise _BadLine("not JSON") from None
    if not isinstance(row, dict):
        raise _BadLine("not a JSON object")
    if not isinstance(row.get("text"), str):
        raise _BadLine('"text" must be a string')
    try:
        row["ref"] = datetime.fromisoformat(row["ref"])
    except (KeyError, TypeError, ValueError):
        raise _BadLine('"ref" must be an ISO date and time, such as 2026-09-16T18:10:00') from None
    if not 1900 < row["ref"].year < 2100:
        raise _BadLine('"ref" must lie between 1901 and 2099')
    return row


def _day(row: dict[str, Any]) -> dict[str, str | None]:
    day = read_day(row["text"], row["ref"])
    return {"date": day.isoformat() if isinstance(day, date) else None}


def _reading(row: dict[str, Any]) -> dict[str, Any]:
    return as_json(understand(row["text"], row["ref"], _roster(row.get("roster"))))


def _roster(value: Any) -> list[_Child]:
    if value is None:
        return []
    if not isinstance(value, list):
        raise _BadLine('"roster" must be a list')
    children = []
    for entry in value:
        if not isinstance(entry, dict) or not isinstance(entry.get("name"), str) or not entry["name"].strip():
            raise _BadLine('each entry of "roster" needs a "name"')
        if not isinstance(entry.get("id"), str | int):
            raise _BadLine('each entry of "roster" needs an "id"')
        children.append(_Child(str(entry["id"]), entry["name"].strip(), str(entry.get("guardian") or ""), str(entry.get("village") or "")))
    return children


def as_json(reading: Reading) -> dict[str, Any]:
    """The reading in the form of the contract, with the words each value came from under `spans`."""
    groups: dict[str, Any] = {}
    for finding in reading.findings:
        groups.setdefault(finding.group.value, []).append(
            {"state": finding.state.value, "item": finding.item, "words": finding.words, "hearsay": finding.hearsay, "by": finding.by}
        )
    contact = reading.contact
    return {
        "date": reading.date.isoformat() if reading.date else None,
        "children": list(reading.children),
        "kind": reading.kind.value,
        "red_flag": reading.red_flag,
        "negative": reading.negative,
        "ask": [{"field": a.field, "reason": a.reason, "options": list(a.options)} for a in reading.ask],
        "findings": {
            **groups,
            "reached": contact.reached,
            "child_seen": contact.child_seen,
            "met": list(contact.met),
            "signs": [{"code": s.code, "words": s.words, "standing": s.standing.value} for s in reading.signs],
        },
        "outcomes": [
            {"child": o.child, "date": o.date.isoformat() if o.date else None, "kind": o.kind.value, "reached": o.reached, "seen": o.seen}
            for o in reading.outcomes
        ],
        "spans": {field: [s.words for s in spans] for field, spans in reading.spans.items()},
    }
