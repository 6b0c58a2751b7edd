"""意见反馈: without a name unless one is given; the county answers, the answer reaches the writer, and both are listed."""

from __future__ import annotations

from collections.abc import Callable

from bot import flow
from bot.buttons import do
from bot.reminders.rules import day_words
from bot.subject import Command, Conversation, Press, Subject
from bot.work import Cell, Refused, Work
from db import feedback, journal, people
from db.drafts import Kept
from db.feedback import Opinion
from db.outbox import Urgency
from domain.access import Action, may
from domain.calendar import local_day
from domain.feedback import FEEDBACK, LISTED, REPLY, masked
from domain.forms import Answers
from domain.people import Role, UnitKind

PAGE = 3
MOST = 6
MOST_DIGITS = 9  # of the place a page begins at
SHORT = 16  # characters of an opinion on a button
LONGEST_LISTED = 300
_PLACES = (UnitKind.TOWN, UnitKind.VILLAGE, UnitKind.COMMUNITY)


def write(work: Work, words: str) -> None:
    """/feedback: what somebody wants to say about the tool or the work."""
    flow.begin(work, "feedback", {"text": words} if words else None)


def _kept(work: Work, answers: Answers, kept: Kept) -> None:
    me = work.demand(Action.GIVE_FEEDBACK)
    named = answers.get("named") == "yes"
    made = feedback.put(work.conn, answers["text"], work.now, chat=work.chat_id, by=me.person_id if named else None)
    # who wrote it stands in the journal no more than in the row itself
    journal.note(work.conn, work.now, "feedback", person=me.person_id if named else None, subject=f"feedback:{made}")
    for post in people.find_posts(work.conn):
        if post.role is Role.COUNTY:
            for chat in people.chats_of_post(work.conn, post):
                rows = [[(work.say("more.feedbacks"), do("go", "feedbacks"))]]
                work.tell(chat, work.say("feedback.arrived"), rows, urgency=Urgency.NOTICE)
    work.show(work.say("feedback.thanks"), [[(work.say("more.opinions"), do("go", "opinions"))]])


def opinions(work: Work, words: str) -> None:
    """大家的意见: what was listed, with the answers."""
    work.demand(Action.GIVE_FEEDBACK)
    _page(work, 0)


def page(work: Work, start: str) -> None:
    work.demand(Action.GIVE_FEEDBACK)
    work.toast()
    _page(work, int(start[:MOST_DIGITS]) if start.isdecimal() else 0)


def _page(work: Work, start: int) -> None:
    found = feedback.listed(work.conn, start, PAGE + 1)
    if not found:
        work.show(work.say("feedback.none_listed"), [[(work.say("more.feedback"), do("go", "feedback"))]])
        return
    lines = [work.say("feedback.listed_title")]
    for one in found[:PAGE]:
        lines.append(work.say("feedback.listed", text=_cut(one.public or ""), answer=_cut(one.answer or "")))
    row: list[Cell] = [(work.say("more.feedback"), do("go", "feedback"))]
    if len(found) > PAGE:
        row.append((work.say("feedback.next_page"), do("feedback.page", str(start + PAGE))))
    work.show("\n\n".join(lines), [row])


def _cut(words: str) -> str:
    return words if len(words) <= LONGEST_LISTED else words[: LONGEST_LISTED - 1] + "…"


# --- the county's side ---


def waiting(work: Work, words: str) -> None:
    """意见办理: what waits for an answer, the first due first."""
    work.demand(Action.READ_FEEDBACK)
    found, numbers = feedback.waiting(work.conn), feedback.counts(work.conn, work.today)
    safe, lines = _safe(work), [work.say("feedback.counts", **numbers)]
    if numbers["overdue"]:
        lines.append(work.say("feedback.overdue", count=numbers["overdue"]))
    rows: list[list[Cell]] = [[(_label(work, one, safe), do("feedback.open", one.id))] for one in found[:MOST]]
    if may(work.me, Action.ANSWER_FEEDBACK):
        rows += [
            [(work.say("feedback.to_list", text=safe(one.text)[:SHORT]), do("feedback.open", one.id))]
            for one in feedback.unlisted(work.conn, 2)
        ]
    rows.append([(work.say("more.opinions"), do("go", "opinions"))])
    work.show("\n".join(lines), rows)


def _label(work: Work, one: Opinion, safe: Callable[[str], str]) -> str:
    late = one.due is not None and one.due < work.today
    day = local_day(one.at)
    return work.say(
        "feedback.button_late" if late else "feedback.button", month=day.month, day=day.day, text=safe(one.text)[:SHORT]
    )


def _safe(work: Work) -> Callable[[str], str]:
    """Masks words for whoever may read opinions but no names, for buttons, and before anything is listed."""
    names, places = feedback.known_names(work.conn), [unit.name for unit in work.tree if unit.kind in _PLACES]
    return lambda words: masked(words, names, places)


def open_(work: Work, opinion: str) -> None:
    """One opinion, and what can be done about it."""
    work.demand(Action.READ_FEEDBACK)
    work.toast()
    one = _get(work, opinion)
    answers = may(work.me, Action.ANSWER_FEEDBACK)
    who = people.person(work.conn, one.by) if one.by and answers else None
    lines = [
        work.say(
            "feedback.one",
            day=day_words(work.words, local_day(one.at), work.today),
            text=one.text if answers else _safe(work)(one.text),
        )
    ]
    lines.append(work.say("feedback.from", name=who.name) if who else work.say("feedback.from_nobody"))
    if one.answer is None and one.due is not None:
        lines.append(work.say("feedback.due", day=day_words(work.words, one.due, work.today)))
    rows: list[list[Cell]] = []
    if one.answer is not None:
        lines.append(work.say("feedback.answered", answer=one.answer))
    elif answers:
        rows.append([(work.say("feedback.do_answer"), do("feedback.reply", one.id))])
    work.note("feedback.read", f"feedback:{one.id}")
    rows.append([(work.say("feedback.back"), do("go", "feedbacks"))])
    work.show("\n".join(lines), rows)
    if one.answer is not None and answers and one.published_on is None:
        _propose(work, one)


def reply(work: Work, opinion: str) -> None:
    work.demand(Action.ANSWER_FEEDBACK)
    work.toast()
    if _get(work, opinion).answer is not None:
        raise Refused("feedback.answered_already")
    flow.begin(work, "reply", {"id": opinion})


def _answered(work: Work, answers: Answers, kept: Kept) -> None:
    me = work.demand(Action.ANSWER_FEEDBACK)
    won, chat = feedback.answer(work.conn, answers["id"], answers["answer"], work.now, me.person_id)
    if not won:
        raise Refused("feedback.answered_already")
    work.note("feedback.answered", f"feedback:{answers['id']}")
    if chat is not None:
        rows = [[(work.say("feedback.see_answer"), do("feedback.answer", answers["id"]))]]
        work.tell(chat, work.say("feedback.answer_came"), rows)
    work.show(work.say("feedback.sent" if chat is not None else "feedback.kept"))
    _propose(work, _get(work, answers["id"]))


def _propose(work: Work, one: Opinion) -> None:
    """How it would be listed: read first by the county."""
    work.reply(
        work.say("feedback.propose", text=_safe(work)(one.text), answer=one.answer or ""),
        [
            [
                (work.say("feedback.publish"), do("feedback.publish", one.id)),
                (work.say("feedback.reword"), do("feedback.reword", one.id)),
            ],
            [(work.say("feedback.private"), do("feedback.private", one.id))],
        ],
    )


def publish(work: Work, opinion: str) -> None:
    work.demand(Action.ANSWER_FEEDBACK)
    one = _get(work, opinion)
    _list(work, one, _safe(work)(one.text))


def _list(work: Work, one: Opinion, words: str) -> None:
    if not feedback.publish(work.conn, one.id, words, work.today):
        raise Refused("feedback.answer_first")
    work.note("feedback.listed", f"feedback:{one.id}")
    work.toast()
    work.show(work.say("feedback.is_listed"), [[(work.say("feedback.back"), do("go", "feedbacks"))]])


def reword(work: Work, opinion: str) -> None:
    work.demand(Action.ANSWER_FEEDBACK)
    work.toast()
    flow.begin(work, "listed", {"id": _get(work, opinion).id})


def _reworded(work: Work, answers: Answers, kept: Kept) -> None:
    work.demand(Action.ANSWER_FEEDBACK)
    one = _get(work, answers["id"])
    # whoever rewords may slip in a name as well: it is masked once more
    _list(work, one, _safe(work)(answers["public"]))


def private(work: Work, opinion: str) -> None:
    work.demand(Action.ANSWER_FEEDBACK)
    work.toast()
    if not feedback.keep_private(work.conn, _get(work, opinion).id, work.now):
        raise Refused("feedback.listed_already")
    work.note("feedback.private", f"feedback:{opinion}")
    work.show(work.say("feedback.is_private"), [[(work.say("feedback.back"), do("go", "feedbacks"))]])


def read_answer(work: Work, opinion: str) -> None:
    """The writer's own button: whoever has it wrote the opinion, and that is all we know of them."""
    work.demand(Action.GIVE_FEEDBACK)
    work.toast()
    one = _get(work, opinion)
    if one.answer is None:
        raise Refused("feedback.gone")
    work.show(
        work.say("feedback.your_answer", text=_cut(one.text), answer=one.answer),
        [[(work.say("feedback.once_more"), do("go", "feedback")), (work.say("more.opinions"), do("go", "opinions"))]],
    )


def _get(work: Work, opinion: str) -> Opinion:
    found = feedback.get(work.conn, opinion)
    if found is None:
        raise Refused("feedback.gone")
    return found


def _value(work: Work, world: object, key: str, answer: object, answers: Answers) -> str | None:
    return work.say("feedback.of_this") if key == "id" else None


SUBJECT = Subject(
    "feedback",
    commands=(
        Command("feedback", write, Action.GIVE_FEEDBACK, ("意见反馈", "反馈", "提意见")),
        Command("opinions", opinions, Action.GIVE_FEEDBACK, ("大家的意见", "意见公开"), menu=False),
        Command("feedbacks", waiting, Action.READ_FEEDBACK, ("意见办理", "待答意见"), menu=False),
    ),
    conversations=(
        Conversation(FEEDBACK, _kept, Action.GIVE_FEEDBACK),
        Conversation(REPLY, _answered, Action.ANSWER_FEEDBACK, value=_value),
        Conversation(LISTED, _reworded, Action.ANSWER_FEEDBACK, value=_value),
    ),
    presses={
        "feedback.page": Press(page, Action.GIVE_FEEDBACK),
        "feedback.open": Press(open_, Action.READ_FEEDBACK),
        "feedback.reply": Press(reply, Action.ANSWER_FEEDBACK),
        "feedback.publish": Press(publish, Action.ANSWER_FEEDBACK),
        "feedback.reword": Press(reword, Action.ANSWER_FEEDBACK),
        "feedback.private": Press(private, Action.ANSWER_FEEDBACK),
        "feedback.answer": Press(read_answer, Action.GIVE_FEEDBACK),
    },
)
