"""Bot API: asking people to vote, and ending it."""

import secrets
from dataclasses import replace
from typing import Any

from gateway import api_media, markup, polling
from gateway.api_call import Call
from gateway.errors import bad
from gateway.store import messages, polls
from gateway.store.polls import Poll

Json = dict[str, Any]
MOST_OPTIONS = 12
LONGEST_OPTION = 100
LONGEST_EXPLANATION = 200
LONGEST_DESCRIPTION = 1024
OPEN_SECONDS = range(5, 2_628_001)


def send_poll(call: Call) -> Json:
    chat = call.chat()
    closes_at = _closes_at(call)
    body = _body(call, closes_at)
    hides = bool(call.get("hide_results_until_closes"))
    poll = polls.add(call.tx, call.bot.id, body, hides, None if body["is_closed"] else closes_at)
    sent = call.send({"poll": poll.shown()})
    polling.place(call.tx, poll, chat, sent["message_id"])
    return sent


def stop_poll(call: Call) -> Json:
    chat = call.chat()
    stored = messages.get(call.tx, call.bot.id, chat.id, call.params["message_id"])
    if stored is None:
        raise bad("message with poll to stop not found")
    if "poll" not in stored.message:
        raise bad("message is not a poll")
    if stored.message["from"]["id"] != call.bot.id or "forward_origin" in stored.message:
        raise bad("poll can't be stopped")
    poll = polls.get(call.tx, stored.message["poll"]["id"])
    if poll is None or poll.body["is_closed"]:
        raise bad("poll has already been closed")
    inline = markup.read(call.get("reply_markup")).inline
    kept = {name: value for name, value in stored.message.items() if name != "reply_markup"}
    changed = {**kept, **({"reply_markup": inline} if inline else {})}
    messages.put(call.tx, call.bot.id, chat.id, replace(stored, message=changed))
    return polling.close(call.tx, poll, call.now).told()


def again(call: Call, poll: Json) -> Poll:
    """The same question asked anew, nobody has voted yet: what a copy of a poll is."""
    options = [{**option, "persistent_id": _option_id(), "voter_count": 0} for option in poll["options"]]
    dropped = ("id", "close_date", "open_period", "total_voter_count")
    body = {name: value for name, value in poll.items() if name not in dropped}
    return polls.add(call.tx, call.bot.id, {**body, "options": options, "is_closed": False}, False, None)


def _body(call: Call, closes_at: int | None) -> Json:
    kind = call.get("type") or "regular"
    if kind not in ("regular", "quiz"):
        raise bad("unsupported poll type specified")
    several = bool(call.get("allows_multiple_answers"))
    question, _ = call.formatted(
        call.params["question"], call.get("question_parse_mode"), call.get("question_entities")
    )
    if not question:
        raise bad("poll question must be non-empty")
    options = [_option(call, given) for given in call.params["options"]]
    if not options:
        raise bad("poll must have at least 1 option")
    if len(options) > MOST_OPTIONS:
        raise bad(f"poll can't have more than {MOST_OPTIONS} options")
    body: Json = {
        "question": question,
        "options": options,
        "is_closed": bool(call.get("is_closed")),
        "is_anonymous": bool(call.get("is_anonymous", True)),
        "type": kind,
        "allows_multiple_answers": several,
        "allows_revoting": bool(call.get("allows_revoting", kind == "regular")),
        "members_only": False,
    }
    if kind == "quiz":
        body |= {"correct_option_ids": _correct(call, len(options), several), **_explanation(call)}
    if closes_at is not None:
        body["close_date"] = closes_at
        if call.get("open_period"):
            body["open_period"] = call.params["open_period"]
    return body | _description(call)


def _option(call: Call, given: Json) -> Json:
    # only custom emoji may mark an option, and here these are ordinary ones
    text, _ = call.formatted(given["text"], given.get("text_parse_mode"), given.get("text_entities"))
    if not text:
        raise bad("poll options must be non-empty")
    if len(text) > LONGEST_OPTION:
        raise bad(f"poll options length must not exceed {LONGEST_OPTION}")
    made: Json = {"persistent_id": _option_id(), "text": text, "voter_count": 0}
    if "media" in given:
        made["media"] = _media(call, given["media"])
    return made


def _option_id() -> str:
    return secrets.token_urlsafe(6)


def _correct(call: Call, options: int, several: bool) -> list[int]:
    correct: list[int] = call.get("correct_option_ids") or []
    sound = correct == sorted(set(correct)) and all(0 <= number < options for number in correct)
    if not correct or not sound or (len(correct) > 1 and not several):
        raise bad("wrong correct option ID specified")
    return correct


def _explanation(call: Call) -> Json:
    text, entities = call.formatted(
        call.get("explanation", ""), call.get("explanation_parse_mode"), call.get("explanation_entities")
    )
    if len(text) > LONGEST_EXPLANATION or text.count("\n") > 2:
        raise bad("quiz explanation is too long")
    told: Json = {"explanation": text} if text else {}
    if entities:
        told["explanation_entities"] = entities
    if "explanation_media" in call.params:
        told["explanation_media"] = _media(call, call.params["explanation_media"])
    return told


def _description(call: Call) -> Json:
    text, entities = call.formatted(
        call.get("description", ""), call.get("description_parse_mode"), call.get("description_entities")
    )
    if len(text) > LONGEST_DESCRIPTION:
        raise bad("poll description is too long")
    told: Json = {"description": text} if text else {}
    if entities:
        told["description_entities"] = entities
    if "media" in call.params:
        told["media"] = _media(call, call.params["media"])
    return told


def _media(call: Call, given: Json) -> Json:
    """The PollMedia of an InputMedia: a file or a link; anything else Telegram knows is not shown here."""
    if given["type"] == "link":
        return {"link": {"url": given["url"]}}
    made = api_media.of_input(call, {name: value for name, value in given.items() if name != "caption"})
    kind = api_media.kind_of(made)
    return {kind: made[kind]}


def _closes_at(call: Call) -> int | None:
    period, date = call.get("open_period"), call.get("close_date")
    if period and date:
        raise bad("open_period and close_date can't be specified together")
    if period:
        if period not in OPEN_SECONDS:
            raise bad("wrong open period specified")
        return int(call.now + period)
    if date:
        if date - call.now not in OPEN_SECONDS:
            raise bad("wrong close date specified")
        return int(date)
    return None
