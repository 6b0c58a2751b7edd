"""Bot API: places, contacts and dice."""

import math
import secrets
from typing import Any

from gateway import api_messages
from gateway.api_call import Call
from gateway.errors import bad
from gateway.store.messages import Stored

Json = dict[str, Any]
FOREVER = 0x7FFFFFFF
LIVE_SECONDS = range(60, 86_401)
FARTHEST_ALERT = 100_000
LEAST_EXACT = 1500
ABOUT_VENUE = ("foursquare_id", "foursquare_type", "google_place_id", "google_place_type")
FACES = {"🎲": 6, "🎯": 6, "🎳": 6, "🏀": 5, "⚽": 5, "🎰": 64}
LIVE_PARTS = ("location", "reply_markup")


def send_location(call: Call) -> Json:
    location = place(call.params)
    period = call.get("live_period", 0)
    if period:
        if period not in LIVE_SECONDS and period != FOREVER:
            raise bad("wrong live location period specified")
        location |= {"live_period": period, **_moving(call.params)}
    return call.send({"location": location})


def place(given: Json) -> Json:
    """The Location of these parameters. Raises ApiError."""
    latitude, longitude = given["latitude"], given["longitude"]
    if not (abs(latitude) <= 90 and abs(longitude) <= 180):
        raise bad("invalid location specified")
    accuracy = given.get("horizontal_accuracy") or 0
    exact = {"horizontal_accuracy": min(math.ceil(accuracy), LEAST_EXACT)} if accuracy > 0 else {}
    return {"latitude": latitude, "longitude": longitude, **exact}


def _moving(given: Json) -> Json:
    heading, radius = given.get("heading") or 0, given.get("proximity_alert_radius") or 0
    if heading and not 1 <= heading <= 360:
        raise bad("wrong live location heading specified")
    if not 0 <= radius <= FARTHEST_ALERT:
        raise bad("wrong live location proximity alert radius specified")
    return {**({"heading": heading} if heading else {}), **({"proximity_alert_radius": radius} if radius else {})}


def edit_message_live_location(call: Call) -> Json:
    chat, stored = api_messages.editable(call)
    before = _live(call, stored)
    period = call.get("live_period") or before["live_period"]
    if period != FOREVER and not stored.message["date"] + period > call.now:
        raise bad("wrong live location period specified")
    location = place(call.params) | {"live_period": period, **_moving(call.params)}
    return api_messages.edit(call, chat, stored, LIVE_PARTS, {"location": location})


def stop_message_live_location(call: Call) -> Json:
    chat, stored = api_messages.editable(call)
    _live(call, stored)
    return api_messages.edit(call, chat, stored, LIVE_PARTS, {"location": resting(stored.message["location"])})


def _live(call: Call, stored: Stored) -> Json:
    """The location of the message, as long as it may move."""
    location: Json = stored.message.get("location", {})
    period = location.get("live_period")
    if not period or "venue" in stored.message:
        raise bad("there is no live location in the message to edit")
    if period != FOREVER and stored.message["date"] + period <= call.now:
        raise bad("message can't be edited")
    return location


def resting(location: Json) -> Json:
    """The same place, no longer moving."""
    return {name: value for name, value in location.items() if name in ("latitude", "longitude", "horizontal_accuracy")}


def send_venue(call: Call) -> Json:
    location, title, address = place(call.params), call.params["title"].strip(), call.params["address"].strip()
    if not title:
        raise bad("title is empty")
    about = {name: call.params[name] for name in ABOUT_VENUE if call.get(name)}
    # for older bots a venue is a location, too
    return call.send(
        {"location": location, "venue": {"location": location, "title": title, "address": address, **about}}
    )


def send_contact(call: Call) -> Json:
    phone, name = call.params["phone_number"].strip(), call.params["first_name"].strip()
    if not phone:
        raise bad("phone number is empty")
    if not name:
        raise bad("first name is empty")
    more = {part: call.params[part] for part in ("last_name", "vcard") if call.get(part)}
    return call.send({"contact": {"phone_number": phone, "first_name": name, **more}})


def send_dice(call: Call) -> Json:
    emoji = call.get("emoji") or "🎲"
    if emoji not in FACES:
        raise bad("EMOTICON_INVALID")
    return call.send({"dice": throw(emoji)})


def throw(emoji: str) -> Json:
    return {"emoji": emoji, "value": secrets.randbelow(FACES[emoji]) + 1}
