"""委托照护协议 once it is printed: signed, completed, ended; a carer who cannot go on; parents who do not call.

Every step is a new version of the child's paper; 记错了 takes the last one back (plan task 5; 未成年人保护法 art. 22, 43).
"""

from __future__ import annotations

from datetime import date
from typing import Any

from bot import flow
from bot.agreement_card import FILLED_BY_ONE_TAP, facts, paper_of, pass_of, show_child, state_words
from bot.buttons import do, short
from bot.child_card import back_to, entry_of
from bot.reminders.rules import day_words
from bot.subject import Conversation, Press, Subject
from bot.work import Refused, Work
from db import agreements, attachments, children, issues
from db.drafts import Kept
from domain.access import Action
from domain.agreement_forms import COMPLETING, ENDING, SERIOUS, SIGNING, UNFIT, signers_of
from domain.agreements import Ending, Lack, Paper, Signer, State, current_of, lacks, state_of
from domain.children import Child
from domain.forms import Answers, World

Button = tuple[str, Any]


def _mine(work: Work, file_no: str, tail: str) -> tuple[Paper, Child]:
    paper, one = paper_of(work, file_no, tail)
    work.demand_in(Action.LOG_CONTACT, one.unit)
    return paper, one


def _change(work: Work, paper: Paper, what: str, **changes: Any) -> Paper:
    """The next version. Raises Refused if somebody was faster: they see what it is now."""
    me = work.demand(Action.LOG_CONTACT)
    following = agreements.change(work.conn, paper, work.now, by=me.person_id, demo=work.demo, **changes)
    if following is None:
        raise Refused("agreement.changed_meanwhile")
    work.note(f"agreement.{what}", f"child:{paper.child_id}", paper=paper.paper_id, version=following.version)
    return following


# --- signed ---


def sign(work: Work, file_no: str, tail: str) -> None:
    """已签字: for one child, or all of the pass at once."""
    paper, _ = _mine(work, file_no, tail)
    if paper.signed_on is not None:
        raise Refused("agreement.signed_already")
    work.toast()
    which = f"{file_no}|{tail}"
    there = pass_of(work, which)
    known: Answers = {"pass": which}
    if len(there) == 1:
        known["papers"] = [short(there[0][0].paper_id)]
    flow.begin(work, "signing", known)


def _signed(work: Work, answers: Answers, kept: Kept) -> None:
    me, chosen, day = work.demand(Action.LOG_CONTACT), set(answers["papers"]), date.fromisoformat(answers["day"])
    proof = answers.get("proof") or {}
    lines, rows = [], list[list[Button]]()
    there = [row for row in pass_of(work, answers["pass"]) if short(row[0].paper_id) in chosen]
    if not there:
        raise Refused("agreement.signed_already")
    for paper, one in there:
        parents = [each.relation for each in paper.terms.parents]
        done = _change(
            work,
            paper,
            "signed",
            signed_on=day,
            signers=signers_of(answers["signers"], parents),
            number=proof.get("number"),
        )
        _replace_others(work, done, one)
        if proof.get("files"):  # photos of several papers are kept with the pass, to be seen with each of them
            _attach(work, proof["files"], done.terms.id if len(there) > 1 else done.paper_id, me.person_id)
            done = paper_of(work, one.file_no, short(done.paper_id))[0]
        age = one.age_on(work.today)
        missing = lacks(done, age)
        words = work.say("agreement.and").join(work.say(f"agreement.lack.{lack.value}") for lack in missing)
        state = state_words(work, state_of(done, work.today, age))
        lines.append(
            work.say(
                "agreement.signed", name=one.name, state=state, last=day_words(work.words, done.terms.last, work.today)
            )
        )
        if missing:
            lines.append(work.say("agreement.line.lacks", value=words))
        rows.append([(work.say("agreement.open", name=one.name), do("agreement.of", one.file_no))])
    rows.append([(work.say("agreement.to_list"), do("go", "agreement"))])
    work.show("\n".join(lines), rows)


def _attach(work: Work, files: list[str], to: str, person: str) -> None:
    attachments.attach(work.conn, files, work.chat_id, agreements.SUBJECT + to, person)


def _replace_others(work: Work, signed: Paper, one: Child) -> None:
    """Whatever stood or lay unsigned before gives way to the paper just signed."""
    for other in agreements.of_children(work.conn, [one.id]).get(one.id, []):
        if other.paper_id != signed.paper_id and other.ended_on is None:
            _change(work, other, "replaced", ended_on=signed.signed_on, ended_why=Ending.REPLACED)


# --- completed ---


def fill(work: Work, file_no: str, tail: str, what: str) -> None:
    """One thing that was missing: by one tap, or the number or photo of the paper."""
    paper, one = _mine(work, file_no, tail)
    if what not in [lack.value for lack in lacks(paper, one.age_on(work.today))]:
        raise Refused("agreement.there_already")
    lack = Lack(what)
    if lack not in FILLED_BY_ONE_TAP:
        work.toast()
        flow.begin(work, "completing", {"paper": f"{file_no}|{tail}"})
        return
    parents = tuple(Signer(each.relation.value) for each in paper.terms.parents)
    changes: dict[Lack, dict[str, Any]] = {
        Lack.SCHOOL: {"school_told": True},
        Lack.VILLAGE: {"village_told": True},
        Lack.OPINION: {"heard": "yes"},
        Lack.PARENT: {"signers": tuple(dict.fromkeys((*parents, *paper.signers)))},
        Lack.CARER: {"signers": (*paper.signers, Signer.CARER)},
    }
    _change(work, paper, "completed", **changes[lack])
    work.toast(work.say("agreement.noted"))
    show_child(work, file_no)


def _completed(work: Work, answers: Answers, kept: Kept) -> None:
    file_no, _, tail = answers["paper"].partition("|")
    me, (paper, one) = work.demand(Action.LOG_CONTACT), _mine(work, file_no, tail)
    proof = answers["proof"]
    if proof.get("number"):
        paper = _change(work, paper, "completed", number=proof["number"])
    if proof.get("files"):
        _attach(work, proof["files"], paper.paper_id, me.person_id)
        work.note("agreement.scanned", f"child:{one.id}", paper=paper.paper_id, count=len(proof["files"]))
    work.show(
        work.say("agreement.completed", name=one.name),
        [[(work.say("agreement.open", name=one.name), do("agreement.of", file_no))]],
    )


def scans(work: Work, file_no: str, tail: str) -> None:
    """The photos of the signed paper: looked at, not passed on, and journaled."""
    paper, one = paper_of(work, file_no, tail)
    work.demand_in(Action.SEE_SENSITIVE, one.unit)
    work.toast()
    work.note("agreement.scans", f"child:{one.id}", paper=paper.paper_id)
    kept = (attachments.pictures(work.conn, agreements.SUBJECT + one) for one in (paper.paper_id, paper.terms.id))
    found = [picture for pictures in kept for picture in pictures]
    for place, picture in enumerate(found, 1):
        caption = work.say("agreement.scan", number=file_no, place=place, count=len(found))
        work.photo(
            picture.content,
            picture.name,
            caption,
            [back_to(work, file_no)] if place == len(found) else (),
            protected=True,
        )


def undo(work: Work, file_no: str, tail: str) -> None:
    """记错了: the paper as it was before the last step, as one more version."""
    paper, _ = _mine(work, file_no, tail)
    before = next(
        (one for one in agreements.versions(work.conn, paper.paper_id) if one.version == paper.version - 1), None
    )
    if before is None:
        raise Refused("agreement.gone")
    _change(
        work, paper, "undone", heard=before.heard, wish=before.wish, school_told=before.school_told,
        village_told=before.village_told, signed_on=before.signed_on, signers=before.signers, number=before.number,
        ended_on=before.ended_on, ended_why=before.ended_why, ended_words=before.ended_words,
    )  # fmt: skip
    work.toast(work.say("agreement.undone"))
    show_child(work, file_no)


# --- ended ---


def end(work: Work, file_no: str, tail: str) -> None:
    paper, _ = _mine(work, file_no, tail)
    if paper.ended_on is not None:
        raise Refused("agreement.ended_already")
    work.toast()
    flow.begin(work, "ending", {"paper": f"{file_no}|{tail}"})


def _ended(work: Work, answers: Answers, kept: Kept) -> None:
    file_no, _, tail = answers["paper"].partition("|")
    paper, one = _mine(work, file_no, tail)
    if paper.ended_on is not None:
        raise Refused("agreement.ended_already")
    why = Ending(answers["why"])
    _change(
        work,
        paper,
        "ended",
        ended_on=date.fromisoformat(answers["day"]),
        ended_why=why,
        ended_words=answers.get("words"),
    )
    rows: list[list[Button]] = [back_to(work, file_no)]
    if why is not Ending.PARENTS_BACK:
        rows.insert(0, [(work.say("agreement.make"), do("agreement.make", file_no))])
    if why is Ending.CARER_UNABLE:
        rows.insert(0, [(work.say("agreement.words_for_parents"), do("agreement.tell", file_no, "ended"))])
    rows = [*_same_carer(work, paper), *rows]
    key = "agreement.ended_back" if why is Ending.PARENTS_BACK else "agreement.ended"
    work.show(work.say(key, name=one.name), rows)


def _same_carer(work: Work, ended: Paper) -> list[list[Button]]:
    """The papers of brothers and sisters written in the same pass and still in force: one tap to end each as well."""
    others = [
        one for one in agreements.of_pass(work.conn, ended.terms.id)
        if one.paper_id != ended.paper_id and one.signed_on is not None and one.ended_on is None
    ]  # fmt: skip
    names = {key: entry.child for key, entry in children.by_ids(work.conn, [one.child_id for one in others]).items()}
    mine = work.visible(Action.LOG_CONTACT)
    return [
        [(work.say("agreement.end_too", name=child.name), do("agreement.end", child.file_no, short(one.paper_id)))]
        for one in others
        if (child := names[one.child_id]).unit in mine and child.closed_on is None
    ]


# --- the carer cannot go on ---


def unfit(work: Work, file_no: str) -> None:
    """换照护人: what was seen, first."""
    one = entry_of(work, file_no).child
    work.demand_in(Action.LOG_CONTACT, one.unit)
    work.toast()
    flow.begin(work, "unfit", {"child": file_no})


def _unfit(work: Work, answers: Answers, kept: Kept) -> None:
    """An issue, and words for the parents. Where it is harm the report is offered first and nothing is softened."""
    file_no, seen = answers["child"], answers["seen"]
    one = entry_of(work, file_no).child
    me = work.demand_in(Action.LOG_CONTACT, one.unit)
    said = work.say("agreement.and").join(work.say(f"unfit.seen.{each}") for each in seen)
    words = said + (f"：{answers['words']}" if answers.get("words") else "")
    issues.put(work.conn, one.id, "guardianship", words, me.person_id, work.today, help_wanted=False, demo=work.demo)
    work.note("agreement.unfit", f"child:{one.id}", seen=seen)
    if any(each in SERIOUS for each in seen):
        work.show(
            work.say("agreement.serious"),
            [
                [(work.say("key.report"), do("go", "report", file_no))],
                [(work.say("agreement.tell_parents"), do("agreement.tell", file_no))],
            ],
        )
        return
    tell(work, file_no)


def tell(work: Work, file_no: str, ended: str = "") -> None:
    """What the parents are told, ready to be read out or forwarded: nobody is named in it. Then somebody else is found."""
    one = entry_of(work, file_no).child
    work.demand_in(Action.LOG_CONTACT, one.unit)
    work.toast()
    work.show(work.say("agreement.to_forward"))
    work.reply(work.say("agreement.text.unfit"))
    paper = current_of(agreements.of_children(work.conn, [one.id]).get(one.id, []), work.today)
    standing = paper is not None and state_of(paper, work.today) in (State.VALID, State.TO_COMPLETE, State.EXPIRING)
    if ended:
        others = _same_carer(work, paper) if paper is not None else []
        again: list[list[Button]] = [[(work.say("agreement.make"), do("agreement.make", file_no))], back_to(work, file_no)]
        work.reply(work.say("agreement.unfit_ended"), [*others, *again])
        return
    work.reply(
        work.say("agreement.unfit_next" if standing else "agreement.unfit_next_none"),
        [
            [(work.say("agreement.other_carer"), do("agreement.make", file_no, "1"))],
            [(work.say("agreement.help_carer"), do("agreement.stay", file_no))],
            back_to(work, file_no),
        ],
    )


def stay(work: Work, file_no: str) -> None:
    """帮助、督促现在的照护人: the issue stays open until it is solved (plan task 5)."""
    entry_of(work, file_no)
    work.toast()
    work.show(work.say("agreement.stays"), [[(work.say("agreement.see_issues"), do("child.issues", file_no))]])


def silent(work: Work, file_no: str) -> None:
    """Words to send on to parents who did not call twice in a row."""
    one = entry_of(work, file_no).child
    work.demand_in(Action.LOG_CONTACT, one.unit)
    work.toast()
    work.show(work.say("agreement.to_forward"))
    work.reply(work.say("agreement.text.call"), [back_to(work, file_no)])


# --- how the forms read ---


def _value(work: Work, world: World, key: str, answer: Any, answers: Answers) -> str | None:
    if key in ("pass", "paper"):
        return _name_of(work, answer)
    if key == "child":
        return entry_of(work, answer).child.name
    if key == "papers":
        names = world.facts["papers"](answers["pass"])
        return "、".join(names[one] for one in answer if one in names)
    if key == "day":
        return day_words(work.words, date.fromisoformat(answer), work.today)
    if key == "proof" and answer:
        parts = [answer["number"]] if answer.get("number") else []
        if answer.get("files"):
            parts.append(work.say("agreement.photos", count=len(answer["files"])))
        return "、".join(parts)
    return None


def _name_of(work: Work, which: str) -> str:
    return entry_of(work, which.partition("|")[0]).child.name


def _with(form: Any, submit: Any) -> Conversation:
    spill = "proof" if form.question("proof") else None
    return Conversation(form, submit, Action.LOG_CONTACT, facts=facts, value=_value, spill=spill)


SUBJECT = Subject(
    "signing",
    conversations=(_with(SIGNING, _signed), _with(COMPLETING, _completed), _with(ENDING, _ended), _with(UNFIT, _unfit)),
    presses={
        "agreement.sign": Press(sign, Action.LOG_CONTACT),
        "agreement.fill": Press(fill, Action.LOG_CONTACT),
        "agreement.scans": Press(scans, Action.SEE_SENSITIVE),
        "agreement.undo": Press(undo, Action.LOG_CONTACT),
        "agreement.end": Press(end, Action.LOG_CONTACT),
        "agreement.unfit": Press(unfit, Action.LOG_CONTACT),
        "agreement.tell": Press(tell, Action.LOG_CONTACT),
        "agreement.stay": Press(stay, Action.LOG_CONTACT),
        "agreement.silent": Press(silent, Action.LOG_CONTACT),
    },
)
