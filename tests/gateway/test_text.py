"""From marked-up text to entities, by the rules and in the words of the Bot API."""

from __future__ import annotations

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
        ("1 < 2", "HTML", "Unclosed start tag at byte offset 2"),
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
