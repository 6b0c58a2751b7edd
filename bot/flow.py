"""Running forms in a chat: load the draft, take one pure step (domain/forms.py), keep it, show what comes next."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from bot import buttons as b
from bot import cards
from bot.buttons import short
from bot.subject import Conversation
from bot.work import Work
from db import burden, drafts
from db.drafts import Kept
from domain import access, forms
from domain.forms import Answers, Ask, Draft, Review, Said, Turn, World
from domain.people import Role

_CONVERSATIONS: dict[str, Conversation] = {}

Step = Callable[[forms.Form, Draft, World], tuple[Draft, Turn]]


def register(conversation: Conversation) -> None:
    _CONVERSATIONS[conversation.form.name] = conversation


def conversation(name: str) -> Conversation | None:
    return _CONVERSATIONS.get(name)


def world(work: Work, talk: Conversation) -> World:
    return World(work.local, talk.facts(work))


# --- which forms are open to this person ---
#
# A post may end while a form of it is half filled. What was typed stays kept and is there again with the post; until then
# the form is neither shown nor listed nor changed, and takes no words. Whoever wants a draft for one of these asks here;
# db.drafts answers those who have asked for the right to it themselves.


def in_hand(work: Work) -> Kept | None:
    """The form this person is in the middle of, as long as some post of theirs still fills such forms in."""
    kept = drafts.in_hand(work.conn, work.chat_id)
    return kept if kept is not None and _is_open(work, kept) else None


def unfinished(work: Work) -> list[Kept]:
    """Every half-filled form of this person that some post of theirs still fills in, the last touched first."""
    return [kept for kept in drafts.of_chat(work.conn, work.chat_id) if _is_open(work, kept)]


def _is_open(work: Work, kept: Kept) -> bool:
    talk = _CONVERSATIONS.get(kept.draft.form)
    return talk is not None and (talk.needs is None or access.may(work.me, talk.needs))


# --- entries: words, files, buttons -------------------------------------------------------------------------------


def begin(work: Work, name: str, answers: Answers | None = None, *, fresh: bool = False) -> None:
    """Open a form, perhaps with some answers already known. A half-filled one of the same kind is offered first."""
    talk = _CONVERSATIONS[name]
    _demand(work, talk)
    waiting = [kept for kept in drafts.of_chat(work.conn, work.chat_id) if kept.draft.form == name]
    known = talk.starts_with(work) if talk.starts_with else {}
    if waiting and not fresh and not answers:
        if set(waiting[0].draft.answers) > set(known):
            _offer_to_resume(work, waiting[0])
            return
        drafts.take_away(work.conn, waiting[0].id)  # opened and left: nothing was said that could be lost
    if answers and waiting and answers.items() <= waiting[0].draft.answers.items():
        drafts.take_in_hand(work.conn, work.chat_id, waiting[0].id)
        show(work, talk, waiting[0])
        return
    kept = drafts.start(
        work.conn, work.chat_id, work.me.person_id if work.me else None, Draft(name, known | dict(answers or {})), work.now
    )
    if talk.begun:
        talk.begun(work)
    show(work, talk, kept)


def hear(work: Work, *, only_if_it_fits: bool = False) -> bool:
    """Take words or files as the answer to the open question; whether a form was in hand to take them.

    With `only_if_it_fits` an answer that the question refuses is left alone: it may be meant as something else.
    """
    if (held := _held(work)) is None:
        return False
    kept, talk = held
    here, draft = world(work, talk), kept.draft
    now = forms.turn(talk.form, draft)
    if isinstance(now, Review):
        extra = _extra_question(work, talk, draft)
        if extra is None:
            return False
        draft = replace(draft, editing=extra)
        now = forms.turn(talk.form, draft)
    if work.files and not isinstance(now, Review) and not now.question.files:
        return _take_photo(work, talk, kept, now)
    if isinstance(now, Review):
        return False
    choice = cards.choice_meant(work, here, talk, now.question, draft.answers)
    said = Said(work.said or None, choice, _ids(work))
    draft, then = forms.answer(talk.form, draft, said, here)
    if isinstance(then, Ask) and then.problem and only_if_it_fits:
        return False
    if work.files and work.said and talk.spill and talk.spill != now.question.key:  # the caption of a photo
        caption, then = forms.answer(talk.form, replace(draft, editing=talk.spill), Said(work.said), here)
        draft = replace(caption, editing=None)
        then = forms.turn(talk.form, draft)
    _keep_and_show(work, talk, kept, draft, then)
    if talk.hears and work.said and choice is None:
        talk.hears(work, work.said)
    return True


def _take_photo(work: Work, talk: Conversation, kept: Kept, now: Ask) -> bool:
    """A picture sent while something else is asked: kept with the form that has a place for it, and the question stays."""
    place = next((one for one in talk.form.questions if one.files and one.aside), None)
    if place is None or not talk.form.applies(place.key, kept.draft.answers):
        return False
    try:
        taken = place.read(Said(files=_ids(work)), world(work, talk), kept.draft.answers)
    except forms.Invalid:
        return False
    draft = replace(kept.draft, answers={**kept.draft.answers, place.key: taken})
    drafts.put(work.conn, kept, draft, work.now)
    work.reply(work.say("form.photo_taken"))
    show(work, talk, replace(kept, draft=draft))
    return True


def _extra_question(work: Work, talk: Conversation, draft: Draft) -> str | None:
    """On the review card: the question that takes a photo, first of all one that has some already, or else further words."""
    if work.files:
        takes = [one for one in talk.form.questions if one.files]
        begun = [one.key for one in takes if one.aside and draft.answers.get(one.key)]
        return next(iter(begun or [one.key for one in takes]), None)
    return talk.spill if work.said else None


def press(work: Work, button: b.Button) -> None:
    """A form's button was pressed."""
    assert isinstance(button, b.FORM_BUTTONS)
    kept = _draft_of(work, button)
    talk = _CONVERSATIONS.get(button.form)
    if kept is None or talk is None:
        _gone(work, button)
        return
    if not isinstance(button, b.Cancel) or work.me is None:  # a form of a post that has ended shows nothing, but may go
        _demand(work, talk)
    drafts.take_in_hand(work.conn, work.chat_id, kept.id, work.now)
    if isinstance(button, b.Cancel):
        cancel(work, kept)
        return
    here = world(work, talk)
    match button:
        case b.Pick():
            said = Said(choice=button.choice, to=button.question)
            _step(work, talk, kept, lambda form, draft, at: forms.answer(form, draft, said, at), here)
        case b.Toggle():
            question = talk.form.question(button.question)
            page = cards.page_of(question, here, kept.draft.answers, button.choice) if question else 0
            _step(work, talk, kept, lambda form, draft, at: forms.toggle(form, draft, button.question, button.choice), here, page)
        case b.Done():
            _step(work, talk, kept, lambda form, draft, at: forms.pick_done(form, draft, button.question, at), here)
        case b.Skip():
            _step(work, talk, kept, lambda form, draft, at: forms.skip(form, draft, button.question), here)
        case b.Enough():
            _step(work, talk, kept, lambda form, draft, at: forms.skip_rest(form, draft), here)
        case b.Edit() if work.words.find(f"{talk.form.name}.ask.{button.question}") is None:
            work.toast()  # what only the program answers (which report, which record) is nobody's to change
            show(work, talk, kept)
        case b.Edit():
            _step(work, talk, kept, lambda form, draft, at: forms.edit(form, draft, button.question), here)
        case b.Back():
            _step(work, talk, kept, lambda form, draft, at: forms.back(form, draft), here)
        case b.Page():
            work.toast()
            show(work, talk, kept, page=int(button.page) if button.page.isdecimal() else 0)
        case b.Fix():
            work.toast()
            work.show(work.say("form.fix_what"), cards.lines(work, talk, kept), draft_id=kept.id, old_message=kept.message_id)
        case b.Resume():
            work.toast()
            show(work, talk, kept)
        case b.Submit():
            _submit(work, talk, kept)


def on_a_card(work: Work) -> bool:
    """Whether a review card is in hand, which asks for no words."""
    return _held_card(work) is not None


def confirm(work: Work) -> bool:
    """确认 typed instead of pressed; whether there was a card to confirm."""
    if (held := _held_card(work)) is None:
        return False
    kept, talk = held
    if kept.message_id is not None:
        work.strip(kept.message_id)
    _submit(work, talk, kept)
    return True


def fix(work: Work) -> bool:
    """修改 typed instead of pressed."""
    if (held := _held_card(work)) is None:
        return False
    kept, talk = held
    work.show(work.say("form.fix_what"), cards.lines(work, talk, kept), draft_id=kept.id, old_message=kept.message_id)
    return True


def put(work: Work, kept: Kept, draft: Draft) -> None:
    """Keep a draft that was changed from outside the form's own steps, take it in hand and show it."""
    talk = _CONVERSATIONS[draft.form]
    _demand(work, talk)
    drafts.put(work.conn, kept, draft, work.now)
    drafts.take_in_hand(work.conn, work.chat_id, kept.id)
    show(work, talk, replace(kept, draft=draft))


def start_fresh(work: Work, button: b.Start) -> None:
    """新填一份: offered only where a half-filled one waits; a forged or stale button opens nothing."""
    if not any(kept.draft.form == button.form for kept in drafts.of_chat(work.conn, work.chat_id)):
        _gone(work, button)
        return
    work.toast()
    begin(work, button.form, fresh=True)


def cancel(work: Work, kept: Kept | None = None) -> bool:
    """取消: a droppable form is thrown away, another is only put aside. Whether there was one.

    It is the one thing that may still be done with a form of a post that has ended, pressed or typed: nothing of it is
    shown, and no way back into it is offered.
    """
    kept = kept or drafts.in_hand(work.conn, work.chat_id)
    talk = _CONVERSATIONS.get(kept.draft.form) if kept else None
    if kept is None or talk is None or work.me is None:
        return False
    work.toast()
    is_open = _is_open(work, kept)
    if talk.form.droppable:
        drafts.take_away(work.conn, kept.id)
        way_back = talk.left(work, kept) if talk.left and is_open else ()
        said = work.say("form.cancelled", what=work.say(f"form.name.{talk.form.name}"))
        work.show(said, way_back, old_message=kept.message_id)
        if talk.gone and is_open:
            talk.gone(work)
    else:
        drafts.take_in_hand(work.conn, work.chat_id, None)
        extra = talk.extra(work, short(kept.id)) if talk.extra else ()
        back = [[(work.say("form.resume"), b.Resume(short(kept.id), kept.draft.form))], *extra]
        work.show(
            work.words.find(f"{talk.form.name}.put_aside")
            or work.say("form.put_aside", what=work.say(f"form.name.{talk.form.name}")),
            back if is_open else (),
            old_message=kept.message_id,
        )
    return True


def go_back(work: Work) -> bool:
    """返回 typed instead of pressed."""
    if (held := _held(work)) is None:
        return False
    kept, talk = held
    _step(work, talk, kept, lambda form, draft, at: forms.back(form, draft), world(work, talk))
    return True


def repeat(work: Work) -> bool:
    """Show the open question once more; whether there was one."""
    if (held := _held(work)) is None:
        return False
    kept, talk = held
    show(work, talk, kept)
    return True


# --- inside -------------------------------------------------------------------------------------------------------


def _demand(work: Work, talk: Conversation) -> None:
    if talk.needs is not None:
        access.demand(work.me, talk.needs)


def _held(work: Work) -> tuple[Kept, Conversation] | None:
    """The draft in hand with its form, where it is open to this person."""
    kept = in_hand(work)
    return (kept, _CONVERSATIONS[kept.draft.form]) if kept is not None else None


def _held_card(work: Work) -> tuple[Kept, Conversation] | None:
    """The same, where all is answered and the review card waits."""
    held = _held(work)
    return held if held is not None and isinstance(forms.turn(held[1].form, held[0].draft), Review) else None


def _step(work: Work, talk: Conversation, kept: Kept, step: Step, here: World, page: int = 0) -> None:
    draft, now = step(talk.form, kept.draft, here)
    _keep_and_show(work, talk, kept, draft, now, page)


def _keep_and_show(work: Work, talk: Conversation, kept: Kept, draft: Draft, now: Turn, page: int = 0) -> None:
    if draft != kept.draft:
        drafts.put(work.conn, kept, draft, work.now)
    if isinstance(now, Ask) and now.problem:
        if work.files and talk.unwanted:
            talk.unwanted(work)
        work.toast(work.say(now.problem.key, **now.problem.params))
    elif isinstance(now, Review) and talk.at_once and talk.at_once(now.answers):
        _submit(work, talk, replace(kept, draft=draft))
        return
    else:
        work.toast()
    show(work, talk, replace(kept, draft=draft), now, page)


def _submit(work: Work, talk: Conversation, kept: Kept) -> None:
    now = forms.turn(talk.form, kept.draft)
    if isinstance(now, Ask):  # an old card: something has become open since
        work.toast(work.say("form.not_finished"))
        show(work, talk, kept, now)
        return
    _demand(work, talk)
    if not drafts.take_away(work.conn, kept.id):
        _gone(work, b.Submit(short(kept.id), talk.form.name))
        return
    work.toast()
    post = work.me.with_role(Role.CHILD_DIRECTOR) if work.me is not None else None
    if post is not None and talk.form.name not in (burden.VISIT, burden.FEEDBACK):
        burden.filled(work.conn, work.today, post.unit.code, talk.form.name, len(now.answers))
    talk.submit(work, now.answers, kept)


def _draft_of(work: Work, button: b.Button) -> Kept | None:
    """The draft a button belongs to. One that names it as another form's is forged: its answers mean something else there."""
    tail, form = getattr(button, "draft", ""), getattr(button, "form", "")
    found = (kept for kept in drafts.of_chat(work.conn, work.chat_id) if short(kept.id) == tail)
    return next((kept for kept in found if kept.draft.form == form), None)


def _gone(work: Work, button: b.Button) -> None:
    """The draft of this button was submitted or thrown away. Say so, and repeat what is open, if anything."""
    form = getattr(button, "form", "")
    name = work.words.find(f"form.name.{form}") or ""
    work.toast(work.say("form.gone", what=name))
    if work.pressed is not None:
        work.strip(work.pressed)
    repeat(work)


def _offer_to_resume(work: Work, kept: Kept) -> None:
    name, form = work.say(f"form.name.{kept.draft.form}"), kept.draft.form
    when = kept.touched_at.astimezone(work.local.tzinfo)
    work.show(
        work.say("form.half_filled", what=name, when=when.strftime("%m-%d %H:%M")),
        [
            [(work.say("form.resume"), b.Resume(short(kept.id), form)), (work.say("form.fresh"), b.Start(form))],
        ],
    )


def show(work: Work, talk: Conversation, kept: Kept, now: Turn | None = None, page: int = 0) -> None:
    """Show the open question or the review card, to nobody but those who may fill it in."""
    _demand(work, talk)
    here = world(work, talk)
    now = now or forms.turn(talk.form, kept.draft)
    if isinstance(now, Ask):
        text, rows = cards.question(work, talk, here, kept, now, page)
    else:
        text, rows = cards.card(work, talk, here, kept, now.answers)
    work.show(text, rows, draft_id=kept.id, old_message=kept.message_id, html=talk.html)


def _ids(work: Work) -> tuple[str, ...]:
    return tuple(file.id for file in work.files)
