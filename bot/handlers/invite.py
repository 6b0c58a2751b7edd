"""邀请: a one-time link for a post, made in the chat by whoever answers for it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bot import flow
from bot.invite_link import pass_on
from bot.subject import Command, Conversation, Subject
from bot.work import Refused, Work
from db import people
from db.drafts import Kept
from domain.access import Action, allowed, granting
from domain.forms import Answers, Choice, Choices, Form, Invalid, Question, Reader, Said, World, choice, given, text
from domain.people import Post, Role, Unit, UnitKind
from domain.team import MAY_FILL

HOURS = 72
LONGEST_NAME = 20
PLACES = (UnitKind.VILLAGE, UnitKind.COMMUNITY)


# --- the form ---


def _options(name: str) -> Choices:
    """The choices the facts hold under this name; for villages those of the town chosen before."""

    def options(world: World, answers: Answers) -> tuple[Choice, ...]:
        found = world.facts.get(name, ())
        return tuple(found.get(answers.get("town"), ()) if isinstance(found, Mapping) else found)

    return options


def _one_offered(name: str) -> Reader:
    def read(said: Said, world: World, answers: Answers) -> str:
        if said.choice is None or said.choice not in {option.key for option in _options(name)(world, answers)}:
            raise Invalid("form.problem.choose")
        return said.choice

    return read


def _offered(key: str, name: str, **more: Any) -> Question:
    return Question(key, _one_offered(name), choices=_options(name), **more)


INVITE = Form(
    "invite",
    (
        _offered("role", "roles"),
        _offered("town", "towns", when=given("role", Role.CHILD_DIRECTOR.value, Role.SUPERVISOR.value)),
        _offered("village", "villages", when=given("role", Role.CHILD_DIRECTOR.value)),
        _offered("department", "departments", when=given("role", Role.DEPARTMENT.value)),
        # 县领导, or the head of a department: to whom a report's clock rises when the officers there do nothing
        _offered("office", "offices", when=given("role", Role.LEADER.value), columns=2),
        Question("name", text(LONGEST_NAME, 2)),
        choice("deputy", "yes", "no", aside=True),
    ),
)


def _roles(work: Work) -> list[Role]:
    """The roles this person may invite, in the order of the plan's list."""
    mine = {role for post in granting(work.me, Action.INVITE) for role in MAY_FILL.get(post.role, ())}
    return [role for role in Role if role in mine]


def _facts(work: Work) -> Mapping[str, Any]:
    held = {(post.role, post.unit.code) for post in people.find_posts(work.conn) if post.holder}
    codes = work.visible(Action.INVITE)

    def places(role: Role, units: tuple[Unit, ...]) -> tuple[Choice, ...]:
        """Vacant posts first, and marked."""
        seen = sorted((unit for unit in units if unit.code in codes), key=lambda unit: (role, unit.code) in held)
        return tuple(
            Choice(unit.code, unit.name if (role, unit.code) in held else work.say("invite.vacant", unit=unit.name))
            for unit in seen
        )

    towns = [town for town in work.tree.towns if town.code in codes]
    villages = {
        town.code: places(Role.CHILD_DIRECTOR, tuple(unit for unit in work.tree.children_of(town.code) if unit.kind in PLACES))
        for town in towns
    }
    return {
        "roles": tuple(Choice(role.value) for role in _roles(work)),
        "towns": tuple(Choice(town.code, town.name) for town in towns),
        "villages": villages,
        "departments": places(Role.DEPARTMENT, work.tree.departments),
        "offices": (*places(Role.LEADER, (_county(work),)), *places(Role.LEADER, work.tree.departments)),
    }


def _known(work: Work) -> Answers:
    """A supervisor has one role to fill and one town to fill it in: neither is asked."""
    roles = _roles(work)
    if len(roles) != 1:
        return {}
    towns = [post.unit.code for post in granting(work.me, Action.INVITE) if post.unit.kind is UnitKind.TOWN]
    return {"role": roles[0].value} | ({"town": towns[0]} if len(towns) == 1 else {})


def _value(work: Work, world: World, key: str, answer: Any, answers: Answers) -> str | None:
    if key == "role":
        return work.say(f"role.{answer}")
    if key in ("town", "village", "department", "office"):
        unit = work.tree.get(answer)
        last = key != "town" or answers["role"] == Role.SUPERVISOR.value
        taken = last and any(post.holder for post in people.posts_at(work.conn, Role(answers["role"]), answer))
        name = unit.name if unit else answer
        return work.say("invite.taken", unit=name) if taken and answers.get("deputy") != "yes" else name
    return None


# --- making it ---


def invite(work: Work, words: str) -> None:
    """/invite: which post, who, then the link to pass on."""
    work.demand(Action.INVITE)
    flow.begin(work, "invite")


def _unit(work: Work, role: Role, answers: Answers) -> Unit:
    key = {
        Role.CHILD_DIRECTOR: "village", Role.SUPERVISOR: "town", Role.DEPARTMENT: "department", Role.LEADER: "office",
    }.get(role)  # fmt: skip
    unit = work.tree.get(answers[key]) if key else _county(work)
    if unit is None or role not in _roles(work) or not allowed(work.me, Action.INVITE, unit.code):
        raise Refused("invite.not_yours")
    return unit


def _county(work: Work) -> Unit:
    return next(unit for unit in work.tree if unit.kind is UnitKind.COUNTY)


def _made(work: Work, answers: Answers, kept: Kept) -> None:
    me, role = work.demand(Action.INVITE), Role(answers["role"])
    unit = _unit(work, role, answers)
    post = people.ensure_post(work.conn, role, unit.code, work.today)
    deputy = answers.get("deputy") == "yes"
    made = people.invite(
        work.conn, post, answers["name"], work.now, by=me.person_id, as_deputy=deputy, valid_hours=HOURS
    )
    work.note("invited", f"post:{post.id}", role=role.value, unit=unit.code, deputy=deputy)
    where = post_name(work, post)
    lines = [work.say("invite.made", post=where, name=answers["name"], hours=HOURS)]
    pass_on(work, made, answers["name"], where, HOURS, lines)


def post_name(work: Work, post: Post) -> str:
    return work.say("start.post_name", unit=work.tree.path_name(post.unit.code), role=work.say(f"role.{post.role.value}"))


SUBJECT = Subject(
    "invite",
    commands=(Command("invite", invite, Action.INVITE, ("邀请", "邀请同事"), menu=True),),
    conversations=(Conversation(INVITE, _made, Action.INVITE, facts=_facts, value=_value, starts_with=_known),),
)
