"""`./run invite`: a one-time link for a post, to be given to one person."""

from __future__ import annotations

import difflib
import json
import sys
import urllib.request
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from urllib.error import URLError

import click
import segno
from sqlalchemy import Connection

from bot.commands._open import run_with_database, tree_of
from bot.commands._pick import unit_named
from bot.settings import Settings, load
from db import journal, people
from db.migrate import get_meta
from db.people import Invitation
from domain.calendar import LOCAL
from domain.people import Role, Unit, UnitKind
from domain.units import UnitTree

WAIT = 5  # seconds for the gateway on this machine
KINDS: dict[Role, tuple[UnitKind, ...]] = {
    Role.CHILD_DIRECTOR: (UnitKind.VILLAGE, UnitKind.COMMUNITY),
    Role.SUPERVISOR: (UnitKind.TOWN,),
    Role.DEPARTMENT: (UnitKind.DEPARTMENT,),
}


@dataclass(frozen=True)
class Links:
    """The ways in. `web` is None when the gateway did not answer, `telegram` when the bot is not on Telegram."""

    code: str
    web: str | None
    telegram: str | None

    @property
    def best(self) -> str:
        return self.web or self.telegram or f"/start {self.code}"


@click.command("invite", help="Make a one-time link for a post. Links go to stdout, the QR code and words to stderr.")
@click.option("--role", required=True, metavar="ROLE", help=", ".join(role.value for role in Role))
@click.option("--unit", required=True, metavar="CODE", help="The post's unit, by code or name; see ./run units.")
@click.option("--name", required=True, metavar="NAME", help="Who is invited.")
@click.option("--deputy", is_flag=True, help="Stands in beside the holder instead of taking the post.")
@click.option("--hours", default=72, show_default=True, type=click.IntRange(1, 24 * 30), help="How long it is valid.")
@click.option("--png", type=click.Path(dir_okay=False, path_type=Path), help="Also write the QR code as a picture.")
@click.option("--json", "as_json", is_flag=True, help="For programs: one JSON line.")
def command(role: str, unit: str, name: str, deputy: bool, hours: int, png: Path | None, as_json: bool) -> None:
    wanted, name = _role(role), name.strip()
    if not 2 <= len(name) <= 20:
        raise click.UsageError("姓名要 2 到 20 个字。 / The name has 2 to 20 characters.")
    settings, now = load(), datetime.now(UTC)

    def work(conn: Connection) -> tuple[Invitation, str | None, str | None, str]:
        tree = tree_of(conn)
        place = _fitting(tree, wanted, unit_named(tree, unit))
        post = people.ensure_post(conn, wanted, place.code, now.astimezone(LOCAL).date())
        made = people.invite(conn, post, name, now, as_deputy=deputy, valid_hours=hours)
        journal.note(
            conn, now, "invited", subject=f"post:{post.id}", role=wanted.value, unit=place.code, deputy=deputy, by="command"
        )
        return made, get_meta(conn, "bot_username"), get_meta(conn, "gateway_url"), tree.path_name(place.code)

    made, username, gateway_url, place_name = run_with_database(work, write=True)
    links = Links(made.code, _web_link(settings, gateway_url, username, made, name, hours), _telegram_link(settings, username, made.code))
    _say(f"{place_name} {wanted.value}：{hours} 小时内有效，只能用一次，只给本人。 / Valid for {hours} hours, once, for this person only.")
    if links.web is None:
        _say("网关没有应答，没有网页链接；先 ./run up 再做一次就有。 / The gateway does not answer, so there is no web link; run ./run up and invite again.")
    qr = segno.make(links.best, error="m", micro=False)
    qr.terminal(out=sys.stderr, compact=True)
    if png:
        qr.save(str(png), kind="png", scale=8, border=4)
    if as_json:
        found = {"code": links.code, "web": links.web, "telegram": links.telegram, "expires_at": made.expires_at.isoformat()}
        sys.stdout.write(json.dumps(found) + "\n")
        return
    for link in (links.web, links.telegram) if links.web or links.telegram else (links.best,):
        if link:
            sys.stdout.write(f"{link}\n")


def _role(said: str) -> Role:
    try:
        return Role(said)
    except ValueError:
        names = [role.value for role in Role]
        near = difflib.get_close_matches(said, names, n=3) or names
        raise click.UsageError(f"没有岗位 {said}。可以是：{'、'.join(near)}。 / No such role; perhaps: {', '.join(near)}.") from None


def _fitting(tree: UnitTree, role: Role, unit: Unit) -> Unit:
    """The unit, if this role exists there. Raises click.UsageError with units where it does."""
    kinds = KINDS.get(role, (UnitKind.COUNTY,))
    if unit.kind in kinds:
        return unit
    fitting = [one for one in tree if one.kind in kinds]
    fitting.sort(key=lambda one: one.code != unit.parent and one.parent != unit.code)  # the nearest first
    listed = "；".join(f"{one.code} {tree.path_name(one.code)}" for one in fitting[:6])
    raise click.UsageError(
        f"{unit.name} 没有 {role.value} 这个岗位。{role.value} 在：{listed}…… / There is no {role.value} at this unit; e.g. {listed}."
    )


def _telegram_link(settings: Settings, username: str | None, code: str) -> str | None:
    """Only where the bot really is Telegram's: elsewhere the name may belong to a stranger's bot, who would get the code."""
    if username and settings.bot_token and settings.talks_to_telegram:
        return f"https://t.me/{username}?start={code}"
    return None


def _web_link(
    settings: Settings, known: str | None, username: str | None, made: Invitation, name: str, hours: int
) -> str | None:
    """A login link from our gateway on this machine; None when it does not run, does not know us or refuses."""
    key = settings.data_dir / "gateway" / "admin.key"
    if not username or not key.exists():
        return None
    host = settings.gateway_host if settings.gateway_host not in ("0.0.0.0", "::", "") else "127.0.0.1"
    base = known or f"http://{f'[{host}]' if ':' in host else host}:{settings.gateway_port}"
    body = {"bot": username, "first_name": name, "start": made.code, "ttl_seconds": hours * 3600}
    request = urllib.request.Request(
        f"{base}/admin/invites", json.dumps(body).encode(), method="POST",
        headers={"Authorization": f"Bearer {key.read_text().strip()}", "Content-Type": "application/json"},
    )  # fmt: skip
    try:
        # the key goes to this machine only, never through a proxy
        with urllib.request.build_opener(urllib.request.ProxyHandler({})).open(request, timeout=WAIT) as answer:
            url = str(json.load(answer)["url"])
    except (URLError, OSError, ValueError, KeyError):
        return None
    return url if url.startswith("http") else f"{str(settings.base_url or base).rstrip('/')}{url}"


def _say(sentence: str) -> None:
    click.echo(sentence, err=True)
