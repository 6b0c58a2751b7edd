"""Free messages: what a worker writes without opening a form (design.md section 4).

A log becomes a visit form with what was read already filled in; what is missing is asked. A question gets its answer,
a correction opens the record it is about. A sign of harm shows the emergency card and opens a report draft, and files
nothing. Whatever is none of these is answered kindly, and kept in the worker's own log if they say so.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from bot import asked, flow, going_on, harm, heard, new_phone, photo_alone
from bot.buttons import Button, do, short
from bot.heard import Known
from bot.put_right import RECENT, put_right
from bot.subject import Subject
from bot.work import Work
from db import contacts, drafts, work_log
from db.drafts import Kept
from domain import forms
from domain.access import Action, may
from domain.corrected import corrected
from domain.forms import Draft, Review
from domain.reading.asked import Asked
from domain.reading.corrections import Correction
from domain.reading.message import Message, Sort
from domain.visits import VISIT

_YES = re.compile(
    r"(?:确认|确定|对|对的|对着(?:呢|哩)|没错|是|是的|好|好的|可以|行|嗯+|ok|没问题|就这样|提交|保存)(?:了|呢|哩|吧|啊)?",
    re.IGNORECASE,
)
_NO = re.compile(r"(?:修改|改|改一下|不对|错了|有错|不是)(?:了|啊|吧)?")
_CHAT = re.compile(
    r"(?:谢谢|谢了|多谢|感谢|辛苦|麻烦|您|你|了|啊|哈|呵|嘿|哦|噢|知道|明白|收到|再见|拜拜|早上好|晚上好|\s|[^\w])+"
)
_OF_THE_LAST = re.compile(r"\s*(?:我)?上(?:一)?[次回条个]")
_LIKE_A_COMMAND = re.compile(r"报告|汇总|全县|案件")
# 👍 🙏: a friendly sign wants a friendly word, and no list of what the bot can do
_EMOJI = re.compile(r"[\U0001F300-\U0001FAFF\u2600-\u27BF\u2B50\u200d\ufe0f\s]*[\U0001F300-\U0001FAFF\u2600-\u27BF\u2B50][\U0001F300-\U0001FAFF\u2600-\u27BF\u2B50\u200d\ufe0f\s]*")
_AHEAD = re.compile(r"\s*(?:我|想着|准备|打算|计划|争取)*(?:明天|明儿|后天|下周|下个?月|下星期|下礼拜|改天|过两天|过几天|回头|周末)")
_ALSO = re.compile(r"(?:对了|还有|另外|把|忘了|少写了)?[，,\s]*[^，。\s]{2,4}?(?:家)?(?:也|都)?(?:在|去了|一样|见了|见着了|好|都好|好着|加上|算上)?(?:呢|了)?[。！!]?")
_ALSO_WENT = re.compile(r"[\s，,。]*(?:对了|还有|另外|哦对?|噢对?|再就是|再一个|顺便|接着|然后)+|[^，。；\s]{2,10}也(?:都)?(?:去|见|打|走|看|联系|跑)")
_HELLO = re.compile(r"(?:你好|您好|在吗|在不在|在么|hi|hello|嗨|哈喽|[^\w])+", re.IGNORECASE)
# 小虎搬到定安村去了: one short sentence that tells where a family went, and nothing about a visit
_MOVED = re.compile(r"[^，。；,;\s]{2,10}(?:搬(?:到|走|去|家)|转到[^，。；]{1,6}村)[^，。；,;]{0,10}[。！!]?")
WHAT_I_CAN = (
    (Action.LOG_CONTACT, "visit"), (Action.SEE_COUNTY, "county"), (Action.SEE_DUTIES, "today"), (Action.HANDLE_CASE, "cases"),
    (Action.INVITE, "invite"), (Action.REPORT, "report"),
)  # fmt: skip


# --- words that come in ---


def first(work: Work) -> bool:
    """Words while a form is open that are certainly not its answer: yes or no to a card, a question, a further message."""
    kept = flow.in_hand(work)
    if work.me is None or not (work.said or work.files):
        return False
    if _LIKE_A_COMMAND.match(work.said) and _asks_about(work):
        return True
    if kept is None and work.files and not work.said:
        return photo_alone.take(work)
    if kept is None or kept.draft.form != heard.FORM:
        return False
    if work.files and work.said:
        return free(work)  # the caption is read, the photo goes with it
    open_now = forms.turn(VISIT, kept.draft)
    if isinstance(open_now, Review):
        bare = re.sub(r"[\s，。！!、.]+", "", work.said)
        if _YES.fullmatch(bare) and not work.files:
            return flow.confirm(work)
        if _NO.fullmatch(bare) and not work.files:
            return flow.fix(work)
        return bool(work.said) and not work.begins_command and _on_a_card(work, kept)
    if open_now.question.choices is None and work.said and not work.files:
        return _asks_only(work)
    return False


def _asks_about(work: Work) -> bool:
    """报告咋样了, 汇总 新坝镇 上个月: begins like a command, but asks something the command does not answer."""
    known = heard.roster(work)
    message = heard.read(work, work.said, known)
    question = message.question
    if question is None or message.reading.red_flag:
        return False
    of_days_gone = (
        question.asked is Asked.SUMMARY
        and question.period is not None
        and question.period.last < work.today.replace(day=1)
    )
    return (question.asked in (Asked.REPORT_STATUS, Asked.HOW) or of_days_gone) and asked.answer(work, question, known)


def _on_a_card(work: Work, kept: Kept) -> bool:
    """On a review card: a correction or an addition changes it, something else is a message of its own."""
    known = heard.roster(work)
    last = going_on.last_of(work, kept, known)
    message = heard.read(work, work.said, known, last)
    if message.sort is Sort.ARTICLE:
        return _take(work, message, known)
    if message.reading.red_flag:
        return _take(work, message, known, about=kept)
    if message.sort is Sort.CORRECTION and message.correction is not None:
        return _correct_card(work, kept, message.correction, known)
    if _of_the_same_home(work, kept, message, known):
        return True
    if message.sort is Sort.LOG and not going_on.belongs(work, kept, message, known):
        return _take(work, message, known)
    if message.question is not None and message.sort is Sort.QUESTION and asked.answer(work, message.question, known):
        flow.repeat(work)
        return True
    if message.sort is Sort.LOG:
        heard.add(work, kept, known)
        return True
    if not kept.heard:
        return False  # a form filled by hand takes what is typed on its card as the note
    _unrelated(work, kept)
    return True


def _of_the_same_home(work: Work, kept: Kept, message: Message, known: Sequence[Known]) -> bool:
    """小雨也在, on her brother's card: the same visit, for both."""
    answers = kept.draft.answers
    first = next((one for one in known if one.file_no == answers.get("child")), None)
    if first is None or not first.household or _ALSO.fullmatch(work.said.strip()) is None:
        return False
    same = [one for one in known if one.id in message.reading.children and one.household == first.household]
    more = [one.file_no for one in same if one.file_no not in (first.file_no, *(answers.get("siblings") or []))]
    if not more:
        return False
    flow.put(work, kept, Draft(heard.FORM, {**answers, "siblings": [*(answers.get("siblings") or []), *more]}))
    return True


def _unrelated(work: Work, kept: Kept) -> None:
    """Words that do not seem to be about the card: not put into it unasked, and not lost."""
    if _CHAT.fullmatch(work.said):
        work.reply(work.say("note.welcome"))
        flow.repeat(work)
        return
    message_id = str(work.message_id or 0)
    into = (work.say("note.into_card"), do("note.into_card", short(kept.id), message_id))
    log = (work.say("note.keep_in_log"), do("worklog.keep", message_id))
    work.reply(work.say("note.not_in_card", words=work.said[:30].replace("\n", " ")), [[into, log]])


def _asks_only(work: Work) -> bool:
    """A plain question while words are wanted: answered, and the open question stands."""
    known = heard.roster(work)
    message = heard.read(work, work.said, known)
    if message.sort is not Sort.QUESTION or message.question is None or message.reading.red_flag:
        return False
    if message.question.asked is Asked.UNKNOWN or not asked.answer(work, message.question, known):
        return False
    flow.repeat(work)
    return True


def free(work: Work) -> bool:
    """Words that are no command and no answer to what is asked; whether they were taken."""
    if work.me is None or not work.said:
        return False
    known = heard.roster(work)
    kept = going_on.in_hand(work)
    message = heard.read(work, work.said, known, going_on.last_of(work, kept, known))
    return _take(work, message, known, about=kept)


def _take(work: Work, message: Message, known: Sequence[Known], about: Kept | None = None) -> bool:
    of_whom = [one for one in known if one.id in message.reading.children]
    moved = len(of_whom) == 1 and not message.question and _MOVED.fullmatch(work.said.strip()) is not None
    log = message.sort is Sort.LOG and may(work.me, Action.LOG_CONTACT) and not moved
    if message.reading.red_flag and message.sort is not Sort.ARTICLE:
        return _harm(work, message, known, about)
    if message.sort is Sort.CORRECTION and message.correction is not None and may(work.me, Action.LOG_CONTACT):
        if about is not None and not _OF_THE_LAST.match(work.said):
            return _correct_card(work, about, message.correction, known)
        put_right(work, message.correction, known)
        return True
    if about is None and not message.question and new_phone.offer(work, of_whom):
        return True
    answered = message.question is not None and asked.answer(work, message.question, known)
    if log:
        return _log(work, message, known, about)
    if answered:
        if about is not None:
            flow.repeat(work)
        return True
    if flow.in_hand(work) is not None:
        return False  # an open question is asked again, with the reason
    _else(work, message, known, moved=moved)
    return True


def _log(work: Work, message: Message, known: Sequence[Known], about: Kept | None) -> bool:
    if about is not None and going_on.belongs(work, about, message, known):
        heard.add(work, about, known)
        return True
    last = going_on.last_of(work, None, known)
    if about is None and last is not None and going_on.goes_on(work, message, known):
        heard.reopen(work, going_on.just_kept(work)[0], known, edited=False)
        return True
    heard.begin(work, message, known, day=_same_day(work, message))
    return True


def _same_day(work: Work, message: Message) -> str | None:
    """还有浩然家也去了, while the card of yesterday's visit is open: that day, unless the words name one of their own."""
    kept = going_on.in_hand(work)
    if kept is None or not kept.heard or "date" in message.reading.spans or _ALSO_WENT.match(work.said) is None:
        return None
    day = kept.draft.answers.get("day")
    return day if isinstance(day, str) else None


# --- signs of harm ---


def _harm(work: Work, message: Message, known: Sequence[Known], about: Kept | None) -> bool:
    """The emergency card first, the report offered; the visit the words also tell of is kept as well."""
    numbers = {one.id for one in known}
    reading = message.reading
    of_whom = [
        one.child for one in reading.outcomes if any(sign.alarming for sign in one.signs) and one.child in numbers
    ]
    whole = of_whom or [one for one in reading.children if one in numbers]
    child = whole[0] if len(whole) == 1 else None
    if about is not None and about.draft.form == heard.FORM:
        child = child or harm.child_of(work, about.draft.answers.get("child"))
        if may(work.me, Action.LOG_CONTACT) and going_on.belongs(work, about, message, known):
            _add_quietly(work, about, known)
    elif message.sort is Sort.LOG and reading.children and reading.contact.kind and may(work.me, Action.LOG_CONTACT):
        heard.begin(work, message, known, shown=False)
    harm.offer_report(work, work.said, child)
    if message.sort is Sort.LOG and message.question is not None:
        asked.answer(work, message.question, known)  # asked at the end of a long note: not swallowed by the alarm
    return True


def _add_quietly(work: Work, kept: Kept, known: Sequence[Known]) -> None:
    answers, memory = heard.with_words(work, kept, known)
    drafts.put(work.conn, replace(kept, heard=memory), Draft(heard.FORM, answers), work.now)


# --- corrections ---


def _correct_card(work: Work, kept: Kept, correction: Correction, known: Sequence[Known]) -> bool:
    """不对，是前天去的, while the card is still open."""
    if correction.delete:
        return flow.cancel(work, kept)
    if not correction.fields and not correction.ask:
        return flow.fix(work) or flow.repeat(work)
    numbers = {one.id: one.file_no for one in known}
    flow.put(work, kept, Draft(heard.FORM, corrected(kept.draft.answers, correction, numbers, work.today)))
    return True


# --- a message changed afterwards ---


def edited(work: Work) -> bool:
    """The card is read anew; a record already kept is offered corrected; an entry of the log says what it says now."""
    assert work.me is not None
    known = heard.roster(work)
    for kept in flow.unfinished(work):
        if _came_from(kept.heard, work.message_id):
            work.reply(work.say("note.read_again"))
            heard.change(work, kept, known)
            _alarm_anew(work, known, kept)
            return True
    if may(work.me, Action.LOG_CONTACT):
        mine = contacts.latest_by(work.conn, work.me.person_id, RECENT, within=work.visible(Action.LOG_CONTACT))
        for record in mine:
            if _came_from(record.content.get("heard") or {}, work.message_id):
                work.reply(work.say("note.edited_record"))
                heard.reopen(work, record, known, edited=True)
                return True
    if work.message_id is not None and work_log.correct(work.conn, work.me.person_id, work.message_id, work.said):
        work.reply(work.say("worklog.corrected"))
        return True
    if flow.in_hand(work) is not None:
        return False
    message = heard.read(
        work, work.said, known
    )  # what came of the old words is not known: only plain words are taken anew
    plain = message.reading.red_flag or message.sort in (Sort.LOG, Sort.QUESTION)
    return plain and _take(work, message, known)


def _alarm_anew(work: Work, known: Sequence[Known], kept: Kept) -> None:
    if heard.read(work, work.said, known).reading.red_flag:
        harm.offer_report(work, work.said, harm.child_of(work, kept.draft.answers.get("child")))


def _came_from(memory: dict[str, object], message_id: int | None) -> bool:
    notes = memory.get("notes") or []
    return message_id is not None and any(number == message_id for number, _ in notes)  # type: ignore[attr-defined]


# --- everything else ---


def _else(work: Work, message: Message, known: Sequence[Known], *, moved: bool = False) -> None:
    """Kindly: what it looked like, what the bot can do, and the words kept if the worker says so."""
    if _HELLO.fullmatch(work.said) and re.search(r"\w", work.said):
        work.go("start", "")
        return
    if _EMOJI.fullmatch(work.said) or (_CHAT.fullmatch(work.said) and re.search(r"\w", work.said)):
        work.reply(work.say("note.welcome"))
        return
    logs = "" if may(work.me, Action.LOG_CONTACT) else "_any"
    key = (
        "note.article"
        if message.sort is Sort.ARTICLE
        else f"note.no_answer{logs}"
        if message.question is not None
        else f"note.other{logs}"
    )
    if not logs and key == "note.other" and _AHEAD.match(work.said):
        key = "note.planned"
    can = [name for action, name in WHAT_I_CAN if may(work.me, action)][:3]
    if message.sort is Sort.LOG:
        key = "note.not_your_work"
    message_id = str(work.message_id or 0)
    rows: list[list[tuple[str, Button | str]]] = [
        [(work.say("note.keep_in_log"), do("worklog.keep", message_id))],
        [(work.say(f"key.{name}"), do("go", name)) for name in can],
    ]
    named = [one for one in known if one.id in message.reading.children]
    if (message.sort is Sort.OTHER or moved) and len(named) == 1 and not logs:  # 小雨她爸从新疆回来了: news, and of whom is clear
        key = "note.news"
        rows.insert(
            0, [(work.say("note.as_contact", name=named[0].name), do("note.as_contact", named[0].file_no, message_id))]
        )
        if moved:
            rows.insert(0, [(work.say("move.begin"), do("move.begin", named[0].file_no))])
        elif "协议" in work.said or "委托照护" in work.said:
            rows.insert(0, [(work.say("child.agreement"), do("agreement.of", named[0].file_no))])
    work.reply(work.say(key), rows)


SUBJECT = Subject("note", free=free, first=first, edited=edited)
