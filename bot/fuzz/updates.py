"""Random updates: what people send, what odd clients send, and what nobody should ever send. One seed, one stream.

Words come from the commands themselves, from names of the demo county and from the odd corners of Unicode; presses
from buttons the bot has really shown, whole or spoiled. All people and children in it are invented.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from random import Random
from typing import Any

Json = dict[str, Any]

GROUP = -100_200_300
STRANGER = 999_000_111
ODD = (
    "", " ", "\n", "\u3000", "。", "？？？", "\x00", "\ufeff", "\u202e反着写", "👨‍👩‍👧‍👦", "𠮷", "e\u0301" * 5, "%s {0} {name}", "<b>&amp;", "'; --",
    "../../etc", "=1+1", "-1", "0", "9" * 30, "2026-13-45", "2月30日", "31/2", "٣", "½", "①", "NaN", "null", "/", "//", "/@", "/start@别人", "\ud83d",
)  # fmt: skip
SYLLABLES = "今天昨天上周一去了家奶奶在娃都好没人接电话走访报告打伤青一块小虎殷家庄五一村三月初八下个月生病学校孤儿残疾取消确认修改返回不是没有谁"
EXTENSIONS = ("xlsx", "xls", "docx", "pdf", "jpg", "", "exe")
HEADS = (b"", b"PK\x03\x04", b"%PDF-1.7", b"\xff\xd8\xff\xe0", b"\xd0\xcf\x11\xe0", b"GIF89a", b"<html>")


class Stream:
    """Update after update. `shown` hears of each message the bot says, so that its buttons can be pressed."""

    def __init__(self, rng: Random, people: Sequence[int], words: Sequence[str], names: Sequence[str]) -> None:
        self.rng, self.people, self.words, self.names = rng, (*people, STRANGER), tuple(words), tuple(names)
        self.names_of_commands = tuple(word for word in self.words if word.isascii()) or ("today",)
        self.number = 0
        self.buttons: dict[int, deque[tuple[int, str]]] = {}
        self._now: int = self.rng.choice(self.people)

    def shown(self, chat_id: int, message_id: int, params: Json) -> None:
        for row in (params.get("reply_markup") or {}).get("inline_keyboard", ()):
            for button in row:
                if "callback_data" in button:
                    self.buttons.setdefault(chat_id, deque(maxlen=60)).append((message_id, button["callback_data"]))

    def next(self) -> Json:
        """One update. Mostly the same person goes on for a while, as a conversation does."""
        self.number += 1
        if self.rng.random() < 0.15:
            self._now = self.rng.choice(self.people)
        kind = self.rng.choices(
            (
                self._said,
                self._pressed,
                self._file,
                self._other,
                self._edited,
                self._member,
                self._grouped,
                self._spoiled,
            ),
            (45, 35, 4, 5, 3, 1, 2, 5),
        )[0]
        return {"update_id": self.number, **kind()}

    # --- kinds ---

    def _said(self) -> Json:
        return {"message": self._message(text=self.text())}

    def _pressed(self) -> Json:
        known = self.buttons.get(self._now)
        message_id, data = self.rng.choice(known) if known else (1, f"do:go:{self.rng.choice(self.names_of_commands)}")
        if self.rng.random() < 0.15:
            data = self._spoil(data)
        query: Json = {"id": f"q{self.number}", "from": self._person(), "chat_instance": "1", "data": data[:64]}
        if self.rng.random() < 0.97:
            query["message"] = self._message(text="…") | {"message_id": message_id}
        return {"callback_query": query}

    def _file(self) -> Json:
        rng = self.rng
        caption = {"caption": self.text()} if rng.random() < 0.5 else {}
        file_id = f"f{self.number}"
        size = rng.choice((0, 10, 5000, 30_000_000, None))
        if rng.random() < 0.5:
            sizes = [{"file_id": file_id, "file_unique_id": "u", "width": 90, "height": 90, "file_size": size}]
            return {"message": self._message(photo=sizes, **caption)}
        name = f"{self.text()[:20]}.{rng.choice(EXTENSIONS)}"
        document = {"file_id": file_id, "file_unique_id": "u", "file_name": name, "file_size": size}
        return {"message": self._message(document=document, **caption)}

    def _other(self) -> Json:
        file = {"file_id": "x", "file_unique_id": "y"}
        content = self.rng.choice(
            (
                {"sticker": {**file, "type": "regular", "width": 1, "height": 1, "is_animated": False, "is_video": False}},
                {"voice": {**file, "duration": 3}},
                {"location": {"latitude": 39.4, "longitude": 99.8}},
                {"contact": {"phone_number": "10012345678", "first_name": self.text()[:20] or "某"}},
                {"video": {**file, "width": 1, "height": 1, "duration": 1}},
                {"dice": {"emoji": "🎲", "value": 3}},
                {"poll": {"id": "1", "question": "?", "options": [], "total_voter_count": 0, "is_closed": False,
                          "is_anonymous": True, "type": "regular", "allows_multiple_answers": False}},
                {"something_new": {"text": self.text()}},
                {"pinned_message": self._message(text=self.text())},
                {},
            )
        )  # fmt: skip
        return {"message": self._message(**content)}

    def _edited(self) -> Json:
        words = {"text": self.text()} if self.rng.random() < 0.8 else {"caption": self.text()}
        return {
            "edited_message": self._message(edit_date=1, **words) | {"message_id": self.rng.randint(1, self.number)}
        }

    def _member(self) -> Json:
        bot = {"id": 1, "is_bot": True, "first_name": "小苗"}
        old, new = self.rng.choice((("member", "kicked"), ("kicked", "member"), ("left", "member"), ("member", "left")))
        changed = {
            "chat": self._chat(), "from": self._person(), "date": 1,
            "old_chat_member": {"user": bot, "status": old, "until_date": 0}, "new_chat_member": {"user": bot, "status": new, "until_date": 0},
        }  # fmt: skip
        return {"my_chat_member": changed}

    def _grouped(self) -> Json:
        return {
            "message": self._message(text=self.text())
            | {"chat": {"id": GROUP, "type": "supergroup", "title": self.text()}}
        }

    def _spoiled(self) -> Json:
        """Fields missing, of another kind, or far too large; what tells the chat stays, or nobody could be answered."""
        entry = self.rng.choice((self._said, self._pressed, self._file, self._other))()
        content = next(iter(entry.values()))
        keys = [key for key in content if key not in ("chat", "from", "message")]
        key = self.rng.choice(keys)
        if self.rng.random() < 0.4:
            del content[key]
        else:
            content[key] = self.rng.choice((None, "", 0, -1, 2**53, [], {}, "x" * 5000, True, self.text()))
        return entry

    # --- pieces ---

    def text(self) -> str:
        rng = self.rng
        made = rng.choices(
            (
                lambda: rng.choice(self.words),
                lambda: f"{rng.choice(self.words)} {rng.choice(self.names)}",
                lambda: f"/{rng.choice(self.words)} {rng.choice(ODD)}",
                lambda: rng.choice(ODD),
                lambda: rng.choice(self.names),
                lambda: "".join(rng.choices(SYLLABLES, k=rng.randint(1, 30))),
                lambda: f"昨天去了{rng.choice(self.names)}家，" + "".join(rng.choices(SYLLABLES, k=12)),
                lambda: str(rng.randint(-5, 3000)),
                lambda: f"{rng.randint(2000, 2030)}-{rng.randint(0, 13)}-{rng.randint(0, 32)}",
                lambda: "".join(chr(rng.choice((rng.randint(32, 0x2FF), rng.randint(0x3000, 0x9FFF), rng.randint(0x1F300, 0x1FAFF)))) for _ in range(rng.randint(1, 40))),
                lambda: rng.choice(SYLLABLES) * rng.choice((200, 200, 200, 200, 200, 200, 200, 4096)),
            ),
            (22, 8, 4, 8, 8, 16, 10, 6, 4, 8, 1),
        )[0]  # fmt: skip
        said: str = made()
        return said.encode("utf-8", "replace").decode()[:4096]  # what JSON over HTTP can carry

    def _spoil(self, data: str) -> str:
        parts = data.split(":")
        where = self.rng.randrange(len(parts))
        how = self.rng.randrange(4)
        if how == 0:
            del parts[where]
        elif how == 1:
            parts[where] = self.rng.choice(("", "0", "-1", "x", "a|b|c|d|e", "620724106", "2026-02-30", "|", "None"))
        elif how == 2:
            parts.append("more")
        else:
            parts[where] = parts[where][: len(parts[where]) // 2]
        return ":".join(parts)

    def _message(self, **content: Any) -> Json:
        return {
            "message_id": self.number,
            "date": 1_795_000_000,
            "chat": self._chat(),
            "from": self._person(),
            **content,
        }

    def _chat(self) -> Json:
        return {"id": self._now, "type": "private", "first_name": "某人"}

    def _person(self) -> Json:
        return {"id": self._now, "is_bot": False, "first_name": "某人", "language_code": "zh"}
