"""From marked-up text to entities, by the rules and in the words of the Bot API."""

from __future__ import annotations

import contextlib
import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.errors import ApiError
from gateway.text import formatted
from gateway.text.entities import utf16


def kinds(source: str, mode: str | None = None) -> list[tuple[str, str]]:
    """(type, the text it covers) of every entity."""
    text, entities = formatted(source, mode)
    units = text.encode("utf-16-le")
    return [(e["type"], units[e["offset"] * 2 : (e["offset"] + e["length"]) * 2].decode("utf-16-le")) for e in entities]


@pytest.mark.parametrize(
    ("source", "text", "expected"),
    [
        ("<b>粗</b> &lt;x&gt; &amp; &#128077;", "粗 <x> & 👍", [("bold", "粗")]),
        ("<b>a<i>b</i></b>", "ab", [("bold", "ab"), ("italic", "b")]),
        ("<strong>a</strong><em>b</em><ins>c</ins><del>d</del>", "abcd", [("bold", "a"), ("italic", "b"), ("underline", "c"), ("strikethrough", "d")]),
        ('<pre><code class="language-python">x</code></pre>', "x", [("pre", "x")]),
        ("<blockquote expandable>q</blockquote>", "q", [("expandable_blockquote", "q")]),
        ('<span class="tg-spoiler">s</span>', "s", [("spoiler", "s")]),
        ('👍<a href="tel:110">110</a>', "👍110", [("text_link", "110")]),
        ('<a href="javascript:alert(1)">不</a>', "不", []),
        ("<b>  两端 </b> ", "两端", [("bold", "两端")]),
        ("R&D &copy;", "R&D &copy;", []),
    ],
)  # fmt: skip
def test_html(source: str, text: str, expected: list[tuple[str, str]]) -> None:
    assert formatted(source, "HTML")[0] == text
    assert kinds(source, "HTML") == expected


@pytest.mark.parametrize(
    ("source", "text", "expected"),
    [
        ("*粗 _斜_*", "粗 斜", [("bold", "粗 斜"), ("italic", "斜")]),
        ("__u__ ~s~ ||p||", "u s p", [("underline", "u"), ("strikethrough", "s"), ("spoiler", "p")]),
        ("`c_d` 1\\.5", "c_d 1.5", [("code", "c_d")]),
        ("```py\nx = 1```", "x = 1", [("pre", "x = 1")]),
        ("[链接](https://a.cn/b\\)c)", "链接", [("text_link", "链接")]),
        (">一\n>二\n三", "一\n二\n三", [("blockquote", "一\n二\n")]),
        (">一\n>二||", "一\n二", [("expandable_blockquote", "一\n二")]),
    ],
)
def test_markdown_v2(source: str, text: str, expected: list[tuple[str, str]]) -> None:
    assert formatted(source, "MarkdownV2")[0] == text
    assert kinds(source, "MarkdownV2") == expected


def test_the_older_markdown() -> None:
    expected = [("bold", "粗"), ("italic", "斜"), ("code", "c"), ("text_link", "t")]
    assert kinds("*粗* _斜_ `c` [t](https://a.cn) a\\_b", "Markdown") == expected
    assert formatted("a\\_b", "Markdown")[0] == "a_b"


@pytest.mark.parametrize(
    ("source", "mode", "words"),
    [
        ("<b>粗", "HTML", 'Can\'t find end tag corresponding to start tag "b"'),
        ("粗</b>", "HTML", "Unexpected end tag at byte offset 3"),
        ("<b>粗</i>", "HTML", 'Unmatched end tag at byte offset 6, expected "</b>", found "</i>"'),
        ("粗<u2>", "HTML", 'Unsupported start tag "u2" at byte offset 3'),
        ("1 < 2", "HTML", 'Unsupported start tag "" at byte offset 2'),
        ("*粗", "MarkdownV2", "Can't find end of Bold entity at byte offset 4"),
        ("1.5", "MarkdownV2", "Character '.' is reserved and must be escaped with the preceding '\\'"),
        ("a_b", "Markdown", "Can't find end of the entity starting at byte offset 1"),
    ],
)
def test_what_is_wrong_is_said_with_its_place(source: str, mode: str, words: str) -> None:
    with pytest.raises(ApiError) as refused:
        formatted(source, mode)
    assert refused.value.description == f"Bad Request: can't parse entities: {words}"


def test_an_unknown_parse_mode_is_refused() -> None:
    with pytest.raises(ApiError, match="unsupported parse_mode"):
        formatted("a", "rtf")


def test_links_commands_and_mentions_are_found() -> None:
    found = kinds("/start 见https://a.cn/b。 @xiaomiao_bot #走访 me@a.cn /help@xiaomiao_bot 3/4 a/b")
    assert found == [
        ("bot_command", "/start"),
        ("url", "https://a.cn/b"),
        ("mention", "@xiaomiao_bot"),
        ("hashtag", "#走访"),
        ("email", "me@a.cn"),
        ("bot_command", "/help@xiaomiao_bot"),
    ]
    assert kinds("<code>/start https://a.cn</code>", "HTML") == [("code", "/start https://a.cn")]


def test_given_entities_are_kept_where_they_fit() -> None:
    given = [{"type": "bold", "offset": 2, "length": 1}, {"type": "url", "offset": 0, "length": 2}]
    assert formatted("👍a", None, given)[1] == [{"type": "bold", "offset": 2, "length": 1}]
    for offset, length in ((0, 9), (-1, 1), (1, 1)):
        with pytest.raises(ApiError, match="can't parse entities"):
            formatted("👍a", None, [{"type": "bold", "offset": offset, "length": length}])


def test_control_characters_do_not_get_through() -> None:
    assert formatted("a\x00b\r\nc\x1b")[0] == "a b\nc"


@given(
    st.text(alphabet="<>/abi *_~|`[]()!>\\&;#\n👍走=\"'.-", max_size=60),
    st.sampled_from(["HTML", "MarkdownV2", "Markdown", None]),
)
def test_any_text_is_either_refused_or_has_entities_that_fit(source: str, mode: str | None) -> None:
    try:
        text, entities = formatted(source, mode)
    except ApiError:
        return  # nothing but a refusal in the Bot API's shape
    assert text == text.strip()
    for entity in entities:
        assert 0 <= entity["offset"] < entity["offset"] + entity["length"] <= utf16(text)
    assert [e["offset"] for e in entities] == sorted(e["offset"] for e in entities)


def test_a_link_to_a_person_becomes_a_mention() -> None:
    for source, mode in (
        ('<a href="tg://user?id=100001">秀英</a>', "HTML"),
        ("[秀英](tg://user?id=100001)", "MarkdownV2"),
        ("[秀英](tg://user?id=100001)", "Markdown"),
    ):
        text, (mention,) = formatted(source, mode)
        assert (text, mention["type"], mention["user"]) == ("秀英", "text_mention", {"id": 100_001})


def test_custom_emoji_fall_to_ordinary_ones() -> None:
    for source, mode in (
        ('<tg-emoji emoji-id="5">👍</tg-emoji> 好', "HTML"),
        ("![👍](tg://emoji?id=5) 好", "MarkdownV2"),
    ):
        assert formatted(source, mode) == ("👍 好", [])


def test_moments_are_marked() -> None:
    expected = [{"type": "date_time", "offset": 0, "length": 2, "unix_time": 1_647_531_900, "date_time_format": "wDT"}]
    assert formatted('<tg-time unix="1647531900" format="wDT">明天</tg-time>', "HTML") == ("明天", expected)
    assert formatted("![明天](tg://time?unix=1647531900&format=wDT)", "MarkdownV2") == ("明天", expected)


def test_a_bare_domain_is_a_link_too() -> None:
    assert formatted('<a href="gaotai.gov.cn/a">县</a>', "HTML")[1][0]["url"] == "http://gaotai.gov.cn/a"


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ([("bold", 0, 4), ("italic", 2, 4)], [("bold", 0, 4), ("italic", 2, 2), ("italic", 4, 2)]),
        ([("bold", 0, 2), ("bold", 2, 2)], [("bold", 0, 4)]),
        ([("bold", 0, 6), ("code", 2, 2)], [("bold", 0, 2), ("code", 2, 2), ("bold", 4, 2)]),
        ([("code", 0, 4), ("pre", 2, 4)], [("code", 0, 4)]),
        ([("blockquote", 0, 6), ("blockquote", 1, 2), ("code", 3, 2)], [("blockquote", 0, 6), ("code", 3, 2)]),
        ([("spoiler", 1, 3), ("blockquote", 0, 2)], [("blockquote", 0, 2), ("spoiler", 1, 1), ("spoiler", 2, 2)]),
    ],
)
def test_crossing_entities_are_cut_as_telegram_cuts_them(
    given: list[tuple[str, int, int]], expected: list[tuple[str, int, int]]
) -> None:
    entities = [{"type": kind, "offset": offset, "length": length} for kind, offset, length in given]
    found = formatted("一二三四五六", None, entities)[1]
    assert [(entity["type"], entity["offset"], entity["length"]) for entity in found] == expected


KINDS = [
    "bold",
    "italic",
    "underline",
    "strikethrough",
    "spoiler",
    "code",
    "pre",
    "blockquote",
    "expandable_blockquote",
]


@given(st.lists(st.tuples(st.sampled_from(KINDS), st.integers(0, 15), st.integers(1, 15)), max_size=12))
def test_whatever_a_bot_gives_ends_up_nested(given_ones: list[tuple[str, int, int]]) -> None:
    text = "见https://a.cn，/today 好的吗那"
    entities = [
        {"type": kind, "offset": first, "length": min(length, utf16(text) - first)}
        for kind, first, length in given_ones
    ]
    _, found = formatted(text, None, entities)
    spans = [(entity["type"], entity["offset"], entity["offset"] + entity["length"]) for entity in found]
    for (outer, _, last), (inner, start, stop) in itertools.combinations(spans, 2):
        assert start >= last or stop <= last, (outer, inner)
        assert start >= last or outer not in ("code", "pre")
    bold = {
        at
        for kind, first, length in given_ones
        if kind == "bold"
        for at in range(first, min(first + length, utf16(text)))
    }
    bare = {at for kind, first, last in spans if kind in ("code", "pre") for at in range(first, last)}
    assert {at for kind, first, last in spans if kind == "bold" for at in range(first, last)} == bold - bare


@pytest.mark.parametrize(
    ("source", "mode"),
    [
        ("<a" + " " * 60_000, "HTML"),
        ("<a " + "x " * 30_000, "HTML"),
        ("`" + "\\a" * 30_000, "MarkdownV2"),
        ("[" * 60_000, "MarkdownV2"),
        ("*_" * 30_000, "Markdown"),
        ("@a" * 30_000, None),
        ("👍/a " * 16_000, None),
        ("a" * 65_537, "HTML"),
    ],
)
def test_text_made_to_be_slow_is_not(source: str, mode: str | None) -> None:
    """Each of these took minutes with patterns that try everything; the test would not end."""
    with contextlib.suppress(ApiError):
        formatted(source, mode)


@pytest.mark.parametrize(
    ("source", "words"),
    [
        ("<b", "Unclosed start tag at byte offset 0"),
        ('<a href="x', "Unclosed start tag at byte offset 0"),
        ('<a ="x">', 'Empty attribute name in the tag "a" at byte offset 3'),
        ("<a href=x/y>", "Unexpected end of name token at byte offset 8"),
        ("<b>a</b", "Unclosed end tag at byte offset 4"),
        ('<span class="x">a</span>', 'Tag "span" must have class "tg-spoiler" at byte offset 0'),
    ],
)
def test_broken_html_is_said_in_telegrams_words(source: str, words: str) -> None:
    with pytest.raises(ApiError) as refused:
        formatted(source, "HTML")
    assert refused.value.description == f"Bad Request: can't parse entities: {words}"
