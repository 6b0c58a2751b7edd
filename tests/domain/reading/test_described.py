"""Harm that is only described: the model beside the lists, and how it explains itself."""

import json
from pathlib import Path

import pytest

from domain.reading.described import features, find_described, model, weigh, windows
from domain.reading.signs import find_signs, is_alarming, listed_signs
from domain.reading.training.sentences import lines, messages

DATA = Path(__file__).parent / "data"
WEIGHTS = Path(__file__).parents[3] / "domain" / "reading" / "data" / "described.json"


def rows(name: str) -> list[dict]:
    return [json.loads(line) for line in (DATA / name).read_text("utf-8").splitlines()]


@pytest.mark.parametrize(
    "text",
    [
        "今天入户，屋里冰锅冷灶，饭是娃自己做的，才八岁",
        "给雪梅姥姥打电话，姥姥说丫头最近吃了就吐，三个月没来月经了",
        "思涵把农药瓶子藏床底下，姨妈发现的，问她她说哪天用得着",
        "手上缠着纱布，他说写错一个字爷爷就拿烧火的铁钩子烙一下",
    ],
)
def test_harm_no_list_names_is_heard_and_shows_its_words(text: str) -> None:
    assert not is_alarming(listed_signs(text))
    signs = [sign for sign in find_signs(text) if sign.alarming]
    assert signs
    for sign in signs:
        assert text[sign.start : sign.end] == sign.words
        assert len(sign.words) > 3


def test_words_dictated_without_a_pause_are_heard() -> None:
    assert is_alarming(find_signs("昨天下午我去了他们家奶奶在做饭娃跟我说爷爷一不高兴就拿烧火的铁钩子往他背上烙我看了真的有好几个印"))


@pytest.mark.parametrize("name", ["own_messages.jsonl", "more_messages.jsonl", "held_out_messages.jsonl", "visit_messages_dev.jsonl"])
def test_signs_are_found_at_least_as_well_as_the_issue_asks(name: str) -> None:
    found = [(row["expect"]["red_flag"], is_alarming(find_signs(row["text"])), row["text"]) for row in rows(name)]
    missed = [text for harm, alarm, text in found if harm and not alarm]
    false = [text for harm, alarm, text in found if alarm and not harm]
    harmful = sum(harm for harm, _, _ in found)
    assert len(missed) <= 0.05 * harmful, missed
    assert len(false) <= (harmful - len(missed)) * 0.4 / 0.6, false  # precision 60 %


def test_at_least_six_hundred_own_messages_are_measured_and_none_is_learned_from() -> None:
    own = [row["text"] for name in ("own_messages.jsonl", "more_messages.jsonl", "held_out_messages.jsonl") for row in rows(name)]
    assert len(set(own)) >= 600
    learned = {template for _, template in lines()}
    assert not learned & {*own, *(row["text"] for name in ("visit_messages_dev.jsonl", "held_out_signs.jsonl") for row in rows(name))}


def test_reading_weighs_what_the_training_weighed() -> None:
    of = model()
    for text in ("胳膊上好几块发青", "奶奶在喂鸡", "给娃讲了3遍别去渠边"):
        slow = of.bias + sum(of.weights.get(name, 0.0) * value for name, (_, _, value) in features(text).items())
        assert weigh(text, of) == pytest.approx(slow)


def test_the_weights_are_small_enough_to_ship() -> None:
    assert WEIGHTS.stat().st_size < 1_000_000


def test_a_forwarded_article_costs_no_more_than_its_beginning() -> None:
    assert len(windows("今天去看了看，都好。" * 5000)) <= 450
    assert find_described("") == []


@pytest.mark.slow
def test_the_same_seed_gives_the_same_sentences() -> None:
    told = messages(7, 2)
    assert told == messages(7, 2)
    codes = {one.code for one in told}
    assert {f"R{n}" for n in range(1, 10)} | {f"X{n}" for n in range(1, 12)} | {"", "?"} == codes
