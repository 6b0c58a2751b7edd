"""Making `spec.json` from the full specification file; only when a new Bot API version comes."""

import json
import re
from typing import Any

LENGTH = re.compile(r"(\d+)-(\d+) (characters|bytes)(?: with at most \d+ line feeds)?( after entit)?")
FIXED = re.compile(r"(?:must be|always) [“\"]?([a-z_]+)[”\"]?$")
EMOJI = re.compile(r"[“\"]([^“”\"]+)[”\"]")


def compact(source: dict[str, Any]) -> dict[str, Any]:
    """The few facts we check against, from the full specification file."""

    def fields(of: dict[str, Any]) -> dict[str, list[Any]]:
        rows: dict[str, list[Any]] = {}
        for field in of.get("fields", []):
            row: list[Any] = ["|".join(field["types"]), int(field["required"])]
            length = LENGTH.search(field["description"]) if field["types"] == ["String"] else None
            if length:
                unit = "parsed" if length[4] else length[3]
                row += [int(length[1]), int(length[2]), unit]
            fixed = FIXED.search(field["description"].rstrip("."))
            if fixed and field["name"] in ("type", "source", "status"):
                row += [0, None, "", fixed[1]]
            rows[field["name"]] = row
        return rows

    return {
        "source": "https://github.com/PaulSonOfLars/telegram-bot-api-spec",
        "licence": "MIT",
        "version": source["version"],
        "reactions": _reactions(source["types"]["ReactionTypeEmoji"]),
        "methods": {
            name: {"returns": "|".join(method["returns"]), "fields": fields(method)}
            for name, method in source["methods"].items()
        },
        "types": {
            name: {"subtypes": "|".join(shape["subtypes"])} if shape.get("subtypes") else {"fields": fields(shape)}
            for name, shape in source["types"].items()
        },
    }


def _reactions(shape: dict[str, Any]) -> str:
    (words,) = [field["description"] for field in shape["fields"] if field["name"] == "emoji"]
    return " ".join(EMOJI.findall(words))


def as_lines(data: dict[str, Any]) -> str:
    """One method or type a line, so that a new Bot API version reads well as a diff."""
    parts = []
    for key, value in data.items():
        if isinstance(value, dict):
            rows = ",\n".join(f"  {json.dumps(k)}: {json.dumps(v, separators=(',', ':'))}" for k, v in value.items())
            parts.append(f" {json.dumps(key)}: {{\n{rows}\n }}")
        else:
            parts.append(f" {json.dumps(key)}: {json.dumps(value, ensure_ascii=False)}")
    return "{\n" + ",\n".join(parts) + "\n}\n"
