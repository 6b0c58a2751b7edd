"""Old Android web views: what is shipped keeps to Chromium 90, by a real parser and by a run without what came later.

No browser of that age is at hand here. Three things stand in for it: every script is parsed at the language level of
that time by acorn (it comes inside the Node that Playwright brings), no name is used that a browser got after version
90 unless it is asked for first, and the page is run in today's Chromium with those names taken away and with the style
sheets cut down to what Chromium 90 reads."""

from __future__ import annotations

import json
import re
import subprocess
from pathlib import Path

import playwright
import pytest
from playwright.sync_api import Route, expect

from gateway.page_files import PageFiles

from .app_side import NewHandset, box, said, texts, write
from .conftest import REPO, Bot
from .test_app_lock import set_pin, settings, type_pin

pytestmark = [pytest.mark.browser, pytest.mark.slow]

WEB = REPO / "gateway" / "web"
NODE = Path(playwright.__file__).parent / "driver" / "node"
SCRIPTS = sorted(path for path in WEB.rglob("*.js"))
PLAIN = {"first.js", "sw.js"}  # classic scripts; the others are modules

# name of a property or function → the Chromium that brought it
YOUNG = {
    "at": 92, "randomUUID": 92, "hasOwn": 93, "findLast": 97, "findLastIndex": 97, "structuredClone": 98, "showPicker": 99,
    "throwIfAborted": 100, "inert": 102, "timeout": 103, "any": 116, "checkVisibility": 105, "toSorted": 110,
    "toReversed": 110, "toSpliced": 110, "isWellFormed": 111, "startViewTransition": 111, "showPopover": 114,
    "hidePopover": 114, "togglePopover": 114, "popover": 114, "groupBy": 117, "withResolvers": 119, "canParse": 120,
    "fromAsync": 121, "setHTMLUnsafe": 124, "getHTML": 125, "moveBefore": 133, "requestClose": 134, "scheduler": 94,
    "navigation": 102, "supportedValuesOf": 99, "scrollend": 114, "roundRect": 99, "difference": 122, "intersection": 122,
    "union": 122, "isSubsetOf": 122, "escape": 136, "try": 128, "sumPrecise": 140,
}  # fmt: skip
# Flagged wherever they stand, not only where they are called
NEVER = ["inert", "popover", "navigation", "scheduler"]
# … unless they belong to something older of the same name
OLD_OWNERS = {"CSS.escape", "Promise.any"}

COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)

WALK = """
const acorn = require('internal/deps/acorn/acorn/dist/acorn');
const { files, young: table, old, never } = JSON.parse(require('fs').readFileSync(0, 'utf8'));
const young = Object.assign(Object.create(null), table);
const found = [];
const name = (node) => node.type === 'Identifier' ? node.name : node.type === 'MemberExpression' ? name(node.property) : '?';
for (const [path, text, sourceType] of files) {
  const say = (node, what) => found.push(`${path}:${node.loc.start.line} ${what}`);
  let tree;
  try {
    // 2022 for private fields and await outside functions, which Chromium 90 has; what else came with it is looked for.
    tree = acorn.parse(text, { ecmaVersion: sourceType === 'script' ? 2021 : 2022, sourceType, locations: true });
  } catch (error) {
    found.push(`${path} ${error.message}`);
    continue;
  }
  const walk = (node, optional, called) => {
    if (!node || typeof node.type !== 'string') return;
    if (node.type === 'StaticBlock') say(node, 'static block (94)');
    if (node.type === 'BinaryExpression' && node.left.type === 'PrivateIdentifier') say(node, '#private in (91)');
    if (node.type === 'Literal' && node.regex && /[v]/.test(node.regex.flags)) say(node, 'regular expression flag (112)');
    const call = called || never.includes(node.property && node.property.name);
    if (node.type === 'MemberExpression' && !node.computed && node.property.type === 'Identifier' && call) {
      const used = node.property.name;
      const whole = `${name(node.object)}.${used}`;
      if (young[used] && !optional && !old.includes(whole)) say(node, `${whole} (${young[used]})`);
    }
    for (const [key, part] of Object.entries(node)) {
      const callee = node.type === 'CallExpression' && key === 'callee';
      for (const child of Array.isArray(part) ? part : [part]) {
        if (child && typeof child === 'object') walk(child, callee && node.optional, callee);
      }
    }
  };
  walk(tree, false);
}
console.log(JSON.stringify(found));
"""


# Names of the scripts whose trees (without positions) differ between the two lists.
TREES = """
const acorn = require('internal/deps/acorn/acorn/dist/acorn');
const [before, after] = JSON.parse(require('fs').readFileSync(0, 'utf8'));
const tree = (text) => JSON.stringify(
  acorn.parse(text, { ecmaVersion: 2022, sourceType: 'module' }),
  (key, value) => (key === 'start' || key === 'end' ? undefined : value),
);
console.log(JSON.stringify(before.filter(([, text], i) => tree(text) !== tree(after[i][1])).map(([name]) => name)));
"""


def looked_through(files: list[tuple[str, str, str]]) -> list[str]:
    given = json.dumps({"files": files, "young": YOUNG, "old": sorted(OLD_OWNERS), "never": NEVER})
    done = subprocess.run(
        [str(NODE), "--expose-internals", "-e", WALK], input=given, capture_output=True, text=True, check=True
    )
    found: list[str] = json.loads(done.stdout)
    return found


def test_every_script_keeps_to_the_language_and_the_names_of_chromium_90() -> None:
    files = [
        (path.name, path.read_text(encoding="utf-8"), "script" if path.name in PLAIN else "module") for path in SCRIPTS
    ]
    assert len(files) > 30
    found = looked_through(files)
    assert not found, "\n".join(found)


def test_what_goes_out_is_what_lies_there_but_for_comments() -> None:
    """The syntax tree of every script is the same before and after; style sheets lose nothing but comments."""
    sent = PageFiles.read(WEB).files
    before = [(path.name, path.read_text(encoding="utf-8")) for path in SCRIPTS]
    after = [(path.name, sent[path.relative_to(WEB).as_posix()].content.decode()) for path in SCRIPTS]
    trees = subprocess.run(
        [str(NODE), "--expose-internals", "-e", TREES],
        input=json.dumps([before, after]),
        capture_output=True,
        text=True,
        check=True,
    )
    assert json.loads(trees.stdout) == []
    assert sum(len(text) for _, text in after) < 0.95 * sum(len(text) for _, text in before)
    for path in WEB.glob("*.css"):
        bare = COMMENT.sub("", path.read_text(encoding="utf-8")).split()
        assert sent[path.name].content.decode().split() == bare


@pytest.mark.parametrize(
    "line",
    [
        "class A { static { f(); } }",
        "class A { #a; b(o) { return #a in o; } }",
        "const a = [1].at(-1);",
        "crypto.randomUUID();",
        "const a = /[a&&b]/v;",
        "import a from './a.json' with { type: 'json' };",
        "AbortSignal.timeout(5);",
    ],
)
def test_the_look_finds_what_is_too_young(line: str) -> None:
    assert looked_through([("a.js", line, "module")])


# Style sheets. A value a browser does not know is skipped, so it may stand after one it knows; a block it does not
# know is skipped whole, so it may only improve what works without it (which the run below shows).
YOUNG_VALUES = re.compile(
    r"color-mix\(|\b[\d.]+(?:dvh|svh|lvh|dvw|cqh|cqw|cqi|cqb)\b|oklch\(|oklab\(|light-dark\(|\bround\("
)
YOUNG_SELECTORS = re.compile(r":has\(|:modal\b|:popover-open|:user-(?:in)?valid|(?:^|[\s{;])&")
YOUNG_BLOCKS = re.compile(r"@(?:container|layer|starting-style|scope)\b")
BLOCK = re.compile(r"(?P<head>[^{}]+)\{(?P<body>[^{}]*)\}")


def without_young_blocks(css: str) -> str:
    while found := YOUNG_BLOCKS.search(css):
        depth, end = 1, css.index("{", found.start()) + 1
        while depth:
            depth += {"{": 1, "}": -1}.get(css[end], 0)
            end += 1
        css = css[: found.start()] + css[end:]
    return css


def as_chromium_90_reads(css: str) -> str:
    css = without_young_blocks(COMMENT.sub("", css))

    def cut(block: re.Match[str]) -> str:
        if YOUNG_SELECTORS.search(block["head"]):
            return ""
        known = [line for line in block["body"].split(";") if not YOUNG_VALUES.search(line)]
        return f"{block['head']}{{{';'.join(known)}}}"

    return BLOCK.sub(cut, css)


@pytest.mark.parametrize("sheet", sorted(path.name for path in WEB.glob("*.css")))
def test_every_young_value_in_a_style_sheet_has_an_older_one_before_it(sheet: str) -> None:
    css = without_young_blocks(COMMENT.sub("", (WEB / sheet).read_text(encoding="utf-8")))
    alone = []
    for block in BLOCK.finditer(css):
        if YOUNG_SELECTORS.search(block["head"]):
            continue
        seen: set[str] = set()
        for line in block["body"].split(";"):
            prop = line.partition(":")[0].strip()
            if YOUNG_VALUES.search(line) and prop not in seen:
                alone.append(f"{block['head'].strip()} {{ {line.strip()} }}")
            seen.add(prop)
    assert not alone, "\n".join(alone)


TAKE_AWAY = """(() => {
  for (const [owner, names] of [
    [Array.prototype, ['at', 'findLast', 'findLastIndex', 'toSorted', 'toReversed', 'toSpliced', 'with']],
    [String.prototype, ['at', 'isWellFormed', 'toWellFormed']],
    [Object, ['hasOwn', 'groupBy']], [Promise, ['withResolvers', 'try']], [Array, ['fromAsync']],
    [AbortSignal, ['timeout', 'any']], [AbortSignal.prototype, ['throwIfAborted']], [URL, ['canParse', 'parse']],
    [Crypto.prototype, ['randomUUID']], [HTMLElement.prototype, ['inert', 'popover', 'showPopover', 'hidePopover']],
    [HTMLInputElement.prototype, ['showPicker']],
    [Navigator.prototype, ['setAppBadge', 'clearAppBadge']],
    [Iterator.prototype, ['map', 'filter', 'some', 'every', 'find', 'reduce', 'toArray', 'take', 'drop', 'forEach', 'flatMap']],
    [Set.prototype, ['union', 'intersection', 'difference', 'isSubsetOf', 'isSupersetOf', 'isDisjointFrom']],
    [globalThis, ['structuredClone', 'scheduler', 'navigation']],
  ]) for (const name of names) delete owner[name];
  const knows = CSS.supports.bind(CSS);
  CSS.supports = (...asked) => !/field-sizing|dvh|cqh|color-mix|:has/.test(asked.join()) && knows(...asked);
})()"""


def test_a_whole_conversation_without_anything_that_came_after_chromium_90(handset: NewHandset, bot: Bot) -> None:
    phone = handset({"service_workers": "block", "viewport": {"width": 320, "height": 568}})
    page = phone.page

    def old(route: Route) -> None:
        answer = route.fetch()
        route.fulfill(response=answer, body=as_chromium_90_reads(answer.text()))

    page.route("**/*.css", old)
    page.add_init_script(TAKE_AWAY)
    page.reload()
    assert page.evaluate("[].at === undefined && window.structuredClone === undefined")
    write(page, "走访")
    assert texts(bot, phone.chat, 1) == ["走访"]
    form = {"inline_keyboard": [[{"text": "见到了", "callback_data": "1"}, {"text": "没见到", "callback_data": "2"}]]}
    home = {
        "keyboard": [[{"text": "今天"}, {"text": "走访"}, {"text": "报告"}], [{"text": "查孩子"}, {"text": "更多"}]]
    }
    bot.says(phone.chat, "见到孩子了吗？", reply_markup=form)
    bot("sendDocument", chat_id=phone.chat, files={"document": ("台账.xlsx", b"x" * 5000)})
    bot.says(phone.chat, "选一项", reply_markup=home)
    page.get_by_role("button", name="见到了").click()
    (update,) = bot.heard(phone.chat)
    assert update["callback_query"]["data"] == "1"
    settings(page)
    set_pin(page)
    expect(page.get_by_text("密码设好了")).to_be_visible()
    page.get_by_role("button", name="关闭").click()
    page.reload()
    type_pin(page, "2468")
    expect(said(page, "选一项")).to_be_visible()
    for size in ("正常", "最大"):
        settings(page)
        page.get_by_role("radio", name=size).check()
        page.get_by_role("button", name="关闭").click()
        expect(box(page)).to_be_in_viewport(ratio=1)
        expect(page.get_by_role("button", name="发送")).to_be_in_viewport(ratio=1)
        assert page.evaluate("document.documentElement.scrollWidth") == 320
        assert page.get_by_role("log").evaluate("e => e.scrollWidth <= e.clientWidth && e.clientHeight > 40")
