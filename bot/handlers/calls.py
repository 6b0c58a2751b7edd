"""待打电话: the duty officer says that somebody who did not see an urgent message was called."""

from __future__ import annotations

from bot.duty_calls import DONE
from bot.subject import Press, Subject
from bot.work import Refused, Work
from domain.access import Action
from domain.people import Role


def done(work: Work, number: str) -> None:
    """The call was made. The gateway hears of it within a minute."""
    me = work.demand(Action.SET_POLICY)
    if not number.isdecimal() or me.with_role(Role.COUNTY) is None:
        raise Refused("calls.gone")
    work.note(DONE, f"call:{number}")
    work.toast(work.say("calls.thanks"))
    work.show(work.say("calls.thanks"))


SUBJECT = Subject("calls", presses={"calls.done": Press(done, Action.SET_POLICY)})
