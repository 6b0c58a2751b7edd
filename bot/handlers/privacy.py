"""隐私: what we keep and why, who sees it, what a guardian may ask, in plain words; one thing a screen."""

from __future__ import annotations

from bot.buttons import do
from bot.subject import Command, Press, Subject
from bot.work import Work, in_twos
from domain.access import Action, may

PAGES = ("keep", "who", "how_long", "ask", "safe", "phone")


def privacy(work: Work, words: str) -> None:
    work.demand(Action.GIVE_FEEDBACK)
    cells = [(work.say(f"privacy.button.{name}"), do("privacy.page", name)) for name in PAGES]
    work.show(work.say("privacy.title"), in_twos(cells))


def page(work: Work, name: str) -> None:
    work.toast()
    if name not in PAGES:
        privacy(work, "")
        return
    rows = [[(work.say("privacy.back"), do("privacy.page", "all"))]]
    if name == "ask" and may(work.me, Action.TAKE_RIGHTS):
        rows.insert(0, [(work.say("privacy.take"), do("go", "rights"))])
    work.show(work.say(f"privacy.text.{name}"), rows)


SUBJECT = Subject(
    "privacy",
    commands=(Command("privacy", privacy, Action.GIVE_FEEDBACK, ("隐私", "隐私政策", "数据安全"), menu=False),),
    presses={"privacy.page": Press(page, Action.GIVE_FEEDBACK)},
)
