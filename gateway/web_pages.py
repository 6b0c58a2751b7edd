"""The few pages the server writes itself. Everything a person or a bot could have written is escaped."""

from collections.abc import Sequence
from html import escape

from starlette.responses import HTMLResponse

from gateway import page_files, words
from gateway.store.personas import Persona


def page(title: str, body: str, status: int = 200, kind: str = "plain") -> HTMLResponse:
    return HTMLResponse(
        f"""<!doctype html>
<html lang="zh-CN">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{escape(title)} · {words.APP}</title>
<link rel="stylesheet" href="{page_files.address("pages.css")}">
<link rel="icon" href="{page_files.address("icon.svg")}">
</head>
<body class="{kind}">
{body}
</body>
</html>
""",
        status,
    )


def notice(title: str, text: str, status: int, again: str | None = None) -> HTMLResponse:
    """One thing to say. `again` is an address to try once more: the cookie is SameSite=Strict, so a link opened from
    another program arrives without it, while a tap on our own page brings it."""
    link = f'<p><a href="{escape(again)}">{words.NEED_LINK_AGAIN}</a></p>' if again else ""
    body = f"""<main><h1>{escape(title)}</h1><p>{escape(text)}</p>{link}
<p class="quiet">{words.EMERGENCY}</p></main>"""
    return page(title, body, status)


def need_link(again: str | None = None, refusal: str = "", status: int = 401) -> HTMLResponse:
    """No session: the login link, or its code typed from paper; `refusal` says what was wrong with the one typed."""
    link = f'<p><a href="{escape(again)}">{words.NEED_LINK_AGAIN}</a></p>' if again else ""
    wrong = f'<p class="wrong" id="wrong" role="alert">{escape(refusal)}</p>' if refusal else ""
    named = ' aria-describedby="wrong help" aria-invalid="true" autofocus' if refusal else ' aria-describedby="help"'
    body = f"""<main><h1>{words.NEED_LINK_TITLE}</h1><p>{words.NEED_LINK_BODY}</p>{link}
<form method="post" action="/l" class="code">
<label for="code">{words.CODE_LABEL}</label>
{wrong}<input id="code" name="code" maxlength="300" required autocomplete="off" autocapitalize="none" spellcheck="false"{named}>
<p class="quiet" id="help">{words.CODE_HELP}</p>
<button class="main">{words.CODE_ENTER}</button></form>
<p class="quiet">{words.EMERGENCY}</p></main>
<script type="module" src="{page_files.address("signed_out.js")}"></script>"""
    return page(words.NEED_LINK_TITLE, body, status)


def enter(code: str) -> HTMLResponse:
    body = f"""<main><h1>{words.ENTER_TITLE}</h1><p>{words.ENTER_BODY}</p>
<form method="post" action="/l/{escape(code)}"><button class="main">{words.ENTER}</button></form></main>"""
    return page(words.ENTER_TITLE, body)


def demo(personas: Sequence[Persona], csrf: str, most: int) -> HTMLResponse:
    """Choose one persona by its button, or several by their boxes."""
    groups: dict[str, list[Persona]] = {}
    for persona in personas:
        groups.setdefault(persona.group, []).append(persona)
    lists = "\n".join(_group(name, members) for name, members in groups.items())
    choose = f"""<p>{words.DEMO_HELP.format(most=most)}</p>
<form method="post" action="/demo">
<input type="hidden" name="csrf" value="{csrf}">
{lists}
<div class="bar"><button class="main" name="wall" value="1">{words.DEMO_OPEN_SEVERAL}</button></div>
</form>"""
    body = f"""<header><p class="banner" role="note">{words.DEMO_BANNER}</p></header>
<main><h1>{words.DEMO_TITLE}</h1>
{choose if personas else f"<p>{words.DEMO_EMPTY}</p>"}
</main>"""
    return page(words.DEMO_TITLE, body, kind="demo")


def persona_value(persona: Persona) -> str:
    return f"{persona.user_id}.{persona.bot_username}"


def _group(name: str, members: Sequence[Persona]) -> str:
    items = "\n".join(_persona(persona) for persona in members)
    return f"<section><h2>{escape(name)}</h2>\n<ul>\n{items}\n</ul></section>"


def _persona(persona: Persona) -> str:
    value = escape(persona_value(persona))
    pick = escape(words.DEMO_PICK.format(title=persona.title))
    return f"""<li><input type="checkbox" name="pick" value="{value}" aria-label="{pick}">
<button name="open" value="{value}"><b>{escape(persona.title)}</b> <span>{escape(persona.subtitle)}</span></button></li>"""


def wall(personas: Sequence[Persona]) -> HTMLResponse:
    """Several chats side by side. On a phone each fills the screen and the tabs scroll to it: no script needed."""
    tabs = "\n".join(f'<a href="#p{number}">{escape(persona.title)}</a>' for number, persona in enumerate(personas, 1))
    panes = "\n".join(
        f"""<section id="p{number}"><h2>{escape(persona.title)} <span>{escape(persona.subtitle)}</span></h2>
<iframe src="/c/{persona.user_id}/{escape(persona.bot_username)}?pane=1" title="{escape(persona.title)}"></iframe></section>"""
        for number, persona in enumerate(personas, 1)
    )
    body = f"""<header><h1 class="heard">{words.DEMO_WALL}</h1><span class="banner" role="note">{words.DEMO_BANNER}</span>
<a href="/demo">{words.DEMO_BACK}</a></header>
<nav aria-label="{words.DEMO_WALL}">{tabs}</nav>
<main class="panes" tabindex="0" aria-label="{words.DEMO_WALL}">{panes}</main>"""
    return page(words.DEMO_WALL, body, kind="wall")
