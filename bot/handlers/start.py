"""Who you are: binding a chat to a post, the main menu, help, cancel."""

from __future__ import annotations

from datetime import timedelta

from bot import flow
from bot.buttons import Resume, do, short
from bot.shelves import OPEN, SHELVES
from bot.subject import NEEDS_NOBODY, Command, Press, Subject
from bot.work import Cell, Rows, Work, in_twos
from db import handovers, people, team
from db.people import InviteTrouble
from domain.access import Action, may
from domain.people import Me, Post, Role

MENU: dict[Role, tuple[tuple[str, ...], ...]] = {
    Role.CHILD_DIRECTOR: (("today", "visit", "child"), ("report", "need", "more")),
    Role.SUPERVISOR: (("today", "town", "overdue"), ("cases", "visit", "child"), ("report", "more")),
    Role.COUNTY: (("county", "overdue", "cases"), ("child", "report", "more")),
    Role.DEPARTMENT: (("cases", "today"), ("report", "more")),
    Role.LEADER: (("county", "report", "more"),),
    Role.ADMIN: (("invite", "report", "more"),),
    Role.AUDITOR: (("report", "more"),),
}


def keyboard(work: Work) -> dict[str, object]:
    """The buttons that always stand under the text box, by role."""
    assert work.me is not None
    roles = [post.role for post in work.me.posts]
    role = next(role for role in MENU if role in roles)
    rows = [[{"text": work.say(f"key.{name}")} for name in row] for row in MENU[role]]
    return {"keyboard": rows, "resize_keyboard": True, "is_persistent": True}


def start(work: Work, code: str) -> None:
    if code:
        _bind(work, code)
        return
    if work.me is None:
        work.reply(work.say("start.stranger"))
        return
    work.reply(_greeting(work), keyboard=keyboard(work))


def _greeting(work: Work) -> str:
    assert work.me is not None
    posts = "\n".join(work.say("start.post", post=post_name(work, post)) for post in work.me.posts)
    lines = [work.say("start.hello", name=work.me.name, posts=posts)]
    if work.demo:
        lines.append(work.say("start.demo"))
    return "\n\n".join(lines)


def post_name(work: Work, post: Post) -> str:
    name = work.say("start.post_name", unit=work.tree.path_name(post.unit.code), role=work.say(f"role.{post.role.value}"))
    if work.me is not None and post.deputy == work.me.person_id and post.holder != work.me.person_id:
        return work.say("start.deputy", post=name)
    return name


def _bind(work: Work, code: str) -> None:
    before = people.post_of_code(work.conn, code)
    try:
        with work.conn.begin_nested():
            post = people.bind(work.conn, code, work.chat_id, "zh_CN", work.now, demo=work.demo)
    except InviteTrouble as trouble:
        work.note("invite_refused", why=trouble.why)
        if work.me is not None:  # an old link tapped again: they are in already
            work.reply(_greeting(work), keyboard=keyboard(work))
        else:
            work.reply(work.say(f"start.code_{trouble.why}"))
        return
    work.me = people.me_of(work.conn, work.chat_id)
    work.note("bound", f"post:{post.id}")
    work.reply(_greeting(work), keyboard=keyboard(work))
    if post.role is Role.CHILD_DIRECTOR:
        work.reply(work.say("start.first_steps"))
        if work.me is not None and (before is None or before.holder != work.me.person_id):  # a new phone is no newcomer
            team.welcome(work.conn, work.me.person_id, work.today)
        if work.me is not None and post.holder == work.me.person_id:
            _hand_over(work, work.me, post, before.holder if before else None)


def _hand_over(work: Work, me: Me, post: Post, giver: str | None) -> None:
    """Whoever comes after somebody gets the list of what is open there, and the supervisor hears of it."""
    found = handovers.comes(work.conn, post, giver, me.person_id, work.now, work.policy, demo=work.demo)
    if found is None:
        return
    place = work.tree.path_name(post.unit.code)
    rows = [[(work.say("more.handover"), do("ho.see", found.id))]]
    work.reply(work.say("handover.please_take", place=place), rows)
    leaver = handovers.keep_leaver(work.conn, post, found, work.now)
    if leaver is not None and (known := people.person(work.conn, leaver)) is not None and known.chat_id is not None:
        work.tell(known.chat_id, work.say("handover.still_sign", place=place), rows)
    key = "handover.new_holder" if leaver is None else "handover.new_holder_both"
    for above in people.posts_above(work.conn, post):
        for chat in people.chats_of_post(work.conn, above):
            work.tell(chat, work.say(key, place=place), rows)


def help_(work: Work, words: str) -> None:
    """What the bot can do, for this person; the emergency numbers always on top."""
    if work.me is None:
        work.reply(work.say("start.stranger"))
        return
    role = work.me.posts[0].role
    work.reply(work.say("help.numbers") + "\n\n" + work.say(f"help.{role.value}"), keyboard=keyboard(work))
    flow.repeat(work)


def more(work: Work, words: str) -> None:
    """Everything that has no key of its own: the usual things at once, the rest by shelf."""
    work.demand(Action.GIVE_FEEDBACK)
    usual, own = (_cells(work, shelf) for shelf in OPEN)
    shelves: list[Cell] = [
        (work.say(f"shelf.{name}"), do("start.shelf", name)) for name in SHELVES if name not in OPEN and _cells(work, name)
    ]
    work.reply(work.say("more.title"), in_twos([*usual, *shelves, *own]))


def _cells(work: Work, shelf: str) -> list[Cell]:
    return [(work.say(f"more.{name}"), do("go", name)) for name, action in SHELVES[shelf] if may(work.me, action)]


def _shelf(work: Work, name: str) -> None:
    work.demand(Action.GIVE_FEEDBACK)
    cells = _cells(work, name) if name in SHELVES else []
    work.show(work.say(f"shelf.title_{name}" if cells else "more.title"), in_twos(cells))


def unfinished(work: Work, words: str) -> None:
    """Every half-filled form this person can still take up again."""
    kept = flow.unfinished(work)
    if not kept:
        work.reply(work.say("drafts.none"))
        return
    rows: Rows = [
        [
            (
                work.say(
                    "drafts.line",
                    what=work.say(f"form.name.{one.draft.form}"),
                    when=(one.touched_at + timedelta(hours=8)).strftime("%m-%d %H:%M"),
                ),
                Resume(short(one.id), one.draft.form),
            )
        ]
        for one in kept
    ]
    work.reply(work.say("drafts.title"), rows)


def cancel(work: Work, words: str) -> None:
    if not flow.cancel(work):
        work.reply(work.say("form.nothing_to_cancel"), keyboard=keyboard(work) if work.me else None)


def back(work: Work, words: str) -> None:
    if not flow.go_back(work):
        start(work, "")


SUBJECT = Subject(
    "start",
    commands=(
        Command("start", start, NEEDS_NOBODY, ("开始", "菜单")),
        Command("help", help_, NEEDS_NOBODY, ("帮助", "help")),
        Command("cancel", cancel, NEEDS_NOBODY, ("取消", "算了")),
        Command("back", back, NEEDS_NOBODY, ("返回",), menu=False),
        Command("more", more, Action.GIVE_FEEDBACK, ("更多",), menu=False),
        Command("drafts", unfinished, Action.GIVE_FEEDBACK, ("没填完的",), menu=False),
    ),
    presses={"start.shelf": Press(_shelf, Action.GIVE_FEEDBACK)},
)

