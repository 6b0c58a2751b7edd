"""What was found, by the items of the visit form."""

import pytest

from domain.reading.findings import Finding, Group, State, find_findings
from domain.visits import CHECKLIST, NEEDS, TALKS


def one(text: str, group: Group) -> Finding:
    (found,) = [f for f in find_findings(text) if f.group is group]
    return found


@pytest.mark.parametrize(
    ("text", "group", "state", "item"),
    [
        ("学习还行", Group.STUDY, State.FINE, "study"),
        ("就是没冬衣", Group.NEEDS, State.CONCERN, "clothes"),
        ("缺书包", Group.NEEDS, State.CONCERN, "study"),
        ("想配个助听器", Group.NEEDS, State.CONCERN, "medical"),
        ("爷爷眼睛不好", Group.GUARDIAN, State.CONCERN, "guardian"),
        ("水管冻裂了", Group.LIVING, State.CONCERN, "home"),
        ("工资还没发", Group.LIVING, State.CONCERN, "food"),
        ("光看手机", Group.MOOD, State.CONCERN, "mood"),
        ("讲了防溺水", Group.TALKS, State.NOTE, "drowning"),
        ("给讲了低保的事", Group.POLICY, State.NOTE, "policy"),
        ("娃说想学画画", Group.WISH, State.NOTE, "wish"),
    ],
)
def test_each_finding_has_its_place_on_the_form(text: str, group: Group, state: State, item: str) -> None:
    found = one(text, group)
    assert (found.state, found.item) == (state, item)
    assert text[found.start : found.end] == found.words


# found / missed / wrong on sixty notes written for the purpose is in docs/reading.md; these are one of each sort
@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("胳膊上长了一片红疙瘩，预防针都打齐了", {"body!", "body"}),
        ("米袋子见底了，炕面子塌了个窟窿", {"food!", "home!"}),
        ("说啥都不想去学校了，一提他妈就掉眼泪", {"study!", "mood!"}),
        ("爷爷中风了，姑姑待娃跟亲生的一样", {"guardian!", "guardian"}),
        ("院子里的井没盖板，叮嘱他不要跟生人走", {"safety!", "assault"}),
        ("球鞋底子掉了，学费还差八百", {"clothes!", "money!"}),
        ("奶奶前天摔伤了", {"guardian!"}),  # who looks after the child, not the child
        ("没有感冒发烧，咳嗽好了", {"body0", "body"}),
        ("房子不漏雨了，爷爷没喝酒", {"home0", "guardian0"}),
        ("家里不缺啥", set()),
    ],
)
def test_what_was_found_is_known_in_many_words(text: str, found: set[str]) -> None:
    marks = {State.CONCERN: "!", State.DENIED: "0"}
    assert {f.item + marks.get(f.state, "") for f in find_findings(text)} == found


# by the thing and how it stands, in words no row was written for
@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("后槽牙蛀了个窟窿", {"body!"}),
        ("英语一个单词都不会", {"study!"}),
        ("窗户拿塑料布糊着", {"home!"}),
        ("面缸快空了", {"food!"}),
        ("棉鞋底子磨透了", {"clothes!"}),
        ("没看见身上有伤", {"body0"}),
        ("奶奶说好，跟奶奶约好了，看了爷爷的血压本", set()),
    ],
)
def test_a_thing_of_the_form_and_how_it_stands_is_a_finding(text: str, found: set[str]) -> None:
    marks = {State.CONCERN: "!", State.DENIED: "0"}
    assert {f.item + marks.get(f.state, "") for f in find_findings(text)} == found


def test_what_the_teacher_was_asked_is_hearsay() -> None:
    assert one("问了班主任，说最近上课老走神", Group.STUDY).hearsay


def test_a_denied_concern_is_kept_as_denied() -> None:
    assert one("没感冒", Group.HEALTH).state is State.DENIED
    assert one("没发现受伤", Group.HEALTH).state is State.DENIED


def test_what_strangers_say_is_hearsay_and_what_the_family_says_is_not() -> None:
    neighbour = one("听邻居说老哭", Group.MOOD)
    assert (neighbour.hearsay, neighbour.by) == (True, "邻居")
    grandmother = one("奶奶说感冒了", Group.HEALTH)
    assert (grandmother.hearsay, grandmother.by) == (False, "奶奶")


def test_every_item_is_one_the_form_knows() -> None:
    known = {*CHECKLIST, *NEEDS, *TALKS, "policy", "wish"}
    texts = ["学习还行", "没冬衣", "缺书包", "爷爷住院", "水管冻裂", "工资没发", "玩手机", "防溺水", "防性侵", "防欺凌", "防火", "交通安全", "防沉迷", "讲了低保", "想学画画", "申请补助", "没人陪", "缺钱", "缺零件", "感冒", "长高"]
    assert {f.item for text in texts for f in find_findings(text)} <= known
