"""The Bot API over HTTP: the table of methods and the one way every call goes.

To add a method: write a function of a `Call` in the api_* file of its subject and name it here. Its parameters are
checked against `spec.json` before it runs.
"""

import asyncio
from typing import Any

from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response

from gateway import (
    api_chats,
    api_copy,
    api_files,
    api_media,
    api_members,
    api_messages,
    api_pins,
    api_places,
    api_polls,
    api_profile,
    api_reactions,
    api_updates,
    attached,
    legacy,
    spec,
    uploads,
)
from gateway.api_call import Call, Method, Waiting
from gateway.context import Gateway, log_failure
from gateway.errors import UNAUTHORIZED, ApiError, Unchanged, bad, too_many
from gateway.guessing import Guesses
from gateway.marks import Marks
from gateway.marks import read as read_marks
from gateway.params import Body, read_body
from gateway.settings import MEGABYTE
from gateway.store import bots, files, once
from gateway.store.bots import Bot
from gateway.store.database import Tx
from gateway.uploads import Saved

Json = dict[str, Any]
LONGEST_KEY = 200
UNMARKED = Marks()

TABLE: tuple[Method | Waiting, ...] = (
    Method("getMe", "read", api_profile.get_me),
    Method("logOut", "read", api_profile.take_leave),
    Method("close", "read", api_profile.take_leave),
    Waiting("getUpdates", api_updates.get_updates),
    Method("setWebhook", "write", api_updates.set_webhook),
    Method("deleteWebhook", "write", api_updates.delete_webhook),
    Method("getWebhookInfo", "read", api_updates.get_webhook_info),
    Method("sendMessage", "write", api_messages.send_message),
    Method("sendPhoto", "write", api_media.sends("photo")),
    Method("sendDocument", "write", api_media.sends("document")),
    Method("sendVoice", "write", api_media.sends("voice")),
    Method("sendAudio", "write", api_media.sends("audio")),
    Method("sendVideo", "write", api_media.sends("video")),
    Method("sendAnimation", "write", api_media.sends("animation")),
    Method("sendVideoNote", "write", api_media.sends("video_note")),
    Method("sendSticker", "write", api_media.sends("sticker")),
    Method("sendMediaGroup", "write", api_media.send_media_group),
    Method("sendLocation", "write", api_places.send_location),
    Method("sendVenue", "write", api_places.send_venue),
    Method("sendContact", "write", api_places.send_contact),
    Method("sendDice", "write", api_places.send_dice),
    Method("sendPoll", "write", api_polls.send_poll),
    Method("stopPoll", "write", api_polls.stop_poll),
    Method("forwardMessage", "write", api_copy.forward_message),
    Method("forwardMessages", "write", api_copy.forward_messages),
    Method("copyMessage", "write", api_copy.copy_message),
    Method("copyMessages", "write", api_copy.copy_messages),
    Method("sendChatAction", "read", api_messages.send_chat_action),
    Method("editMessageText", "write", api_messages.edit_message_text),
    Method("editMessageCaption", "write", api_messages.edit_message_caption),
    Method("editMessageMedia", "write", api_media.edit_message_media),
    Method("editMessageReplyMarkup", "write", api_messages.edit_message_reply_markup),
    Method("editMessageLiveLocation", "write", api_places.edit_message_live_location),
    Method("stopMessageLiveLocation", "write", api_places.stop_message_live_location),
    Method("pinChatMessage", "write", api_pins.pin_chat_message),
    Method("unpinChatMessage", "write", api_pins.unpin_chat_message),
    Method("unpinAllChatMessages", "write", api_pins.unpin_all_chat_messages),
    Method("setMessageReaction", "write", api_reactions.set_message_reaction),
    Method("deleteMessage", "write", api_messages.delete_message),
    Method("deleteMessages", "write", api_messages.delete_messages),
    Method("answerCallbackQuery", "write", api_messages.answer_callback_query),
    Method("getFile", "read", api_files.get_file),
    Method("getChat", "read", api_chats.get_chat),
    Method("getChatMember", "read", api_members.get_chat_member),
    Method("getChatMemberCount", "read", api_members.get_chat_member_count),
    Method("getChatAdministrators", "read", api_members.get_chat_administrators),
    Method("leaveChat", "write", api_members.leave_chat),
    Method("banChatMember", "write", api_members.ban_chat_member),
    Method("unbanChatMember", "write", api_members.unban_chat_member),
    Method("restrictChatMember", "write", api_members.restrict_chat_member),
    Method("setMyCommands", "write", api_profile.set_my_commands),
    Method("getMyCommands", "read", api_profile.get_my_commands),
    Method("deleteMyCommands", "write", api_profile.delete_my_commands),
    Method("setMyName", "write", api_profile.set_my_name),
    Method("getMyName", "read", api_profile.get_my_name),
    Method("setMyDescription", "write", api_profile.set_my_description),
    Method("getMyDescription", "read", api_profile.get_my_description),
    Method("setMyShortDescription", "write", api_profile.set_my_short_description),
    Method("getMyShortDescription", "read", api_profile.get_my_short_description),
    Method("setChatMenuButton", "write", api_profile.set_chat_menu_button),
    Method("getChatMenuButton", "read", api_profile.get_chat_menu_button),
    Method("setMyDefaultAdministratorRights", "write", api_profile.set_my_default_administrator_rights),
    Method("getMyDefaultAdministratorRights", "read", api_profile.get_my_default_administrator_rights),
    Method("getUserProfilePhotos", "read", api_profile.get_user_profile_photos),
)
FILE_NAMES = {
    name for shape in spec.load().methods.values() for name, field in shape.fields.items() if "InputFile" in field.types
} | set(legacy.NAMES)
METHODS = {method.name.lower(): method for method in TABLE}  # Telegram does not mind the case


async def endpoint(request: Request) -> Response:
    """`/bot<token>/<method>`"""
    gateway: Gateway = request.app.state.gateway
    name = request.path_params["method"]
    try:
        bot = await _bot(request)
        body = await read_body(request, gateway.settings.bot_document_bytes + MEGABYTE)
        answer = await call(
            gateway, bot, name, body, request.headers.get("x-idempotency-key"), read_marks(request.headers)
        )
        return JSONResponse(answer)
    except ApiError as refused:
        headers = {"Retry-After": str(refused.parameters["retry_after"])} if refused.code == 429 else None
        return JSONResponse(refused.body(), refused.code, headers)
    except ClientDisconnect:
        return Response(status_code=499)  # the bot hung up in the middle of its call: nobody reads this
    except Exception as broken:
        log_failure(f"method {name[:40]!r}", broken)
        return JSONResponse(ApiError(500, "Internal Server Error").body(), 500)


async def call(
    gateway: Gateway, bot: Bot, name: str, body: Body, key: str | None = None, marks: Marks = UNMARKED
) -> Json:
    """The whole answer to one call. With a `key` that was accepted before: the answer given then. Raises ApiError."""
    method = METHODS.get(name.lower())
    if method is None:
        raise ApiError(404, "Not Found: method not found")
    if key is not None and not 0 < len(key) <= LONGEST_KEY:
        raise bad("idempotency key is too long")
    fields = spec.load().methods[method.name].fields
    raw = legacy.renamed({part: f"attach://{part}" for part in body.uploads if part in FILE_NAMES} | body.values)
    params = spec.read_fields(fields, raw)
    if isinstance(method, Waiting):
        return {"ok": True, "result": await method.run(gateway, bot, params)}
    _hold_to_rate(gateway, bot, method, params)
    saved = await _save_uploads(gateway, fields, params, body)

    def work(tx: Tx) -> Json:
        if key is not None and method.how == "write":
            earlier = once.answer(tx, bot.id, key)
            if earlier is not None:
                return earlier
        # the bot as it is inside this transaction: two calls at once must not undo each other's profile
        asking = Call(bots.by_id(tx, bot.id), params, gateway.now(), tx, gateway.settings, saved, marks)
        try:
            answer = {"ok": True, "result": method.run(asking)}
        except Unchanged as refused:
            answer = refused.body()
        if key is not None and method.how == "write":
            once.keep_answer(tx, bot.id, key, answer, asking.now)
        return answer

    try:
        answer = await (gateway.db.write(work) if method.how == "write" else gateway.db.read(work))
        if not answer["ok"]:
            raise ApiError(answer["error_code"], answer["description"])
        return answer
    except ApiError:
        for upload in saved.values():
            await uploads.drop(gateway.blobs, upload)
        raise


async def _bot(request: Request) -> Bot:
    """The bot whose token this is; whoever guesses tokens is slowed down and leaves a trace. Raises ApiError."""
    gateway: Gateway = request.app.state.gateway
    guesses: Guesses = request.app.state.token_guesses
    token, address = request.path_params["token"], request.client.host if request.client else ""
    guesses.look(address, token)
    bot = gateway.db.read_now(lambda tx: bots.by_token(tx, token))
    if bot is None:
        raise guesses.wrong(address, token, ApiError(*UNAUTHORIZED))
    guesses.right(token)
    return bot


def _hold_to_rate(gateway: Gateway, bot: Bot, method: Method, params: Json) -> None:
    if method.how != "write" or "chat_id" not in params:
        return
    seconds = gateway.wait_for(bot.id, "bot_send") or gateway.wait_for((bot.id, params["chat_id"]), "bot_send_per_chat")
    if seconds:
        raise too_many(seconds)


async def _save_uploads(gateway: Gateway, fields: dict[str, spec.Field], params: Json, body: Body) -> dict[str, Saved]:
    """Put every file the call refers to (as its own part or by attach://) on the disk before the transaction."""
    saved = {}
    for named, is_picture in attached.files(fields, params).items():
        upload = body.uploads.get(named.removeprefix("attach://"))
        if upload is None:
            continue
        if is_picture:
            saved[named] = await uploads.save_bots_photo(gateway.blobs, upload, gateway.settings.bot_photo_bytes)
        else:
            saved[named] = await uploads.save(gateway.blobs, upload)
    return saved


async def download(request: Request) -> Response:
    """`/file/bot<token>/<path>`"""
    gateway: Gateway = request.app.state.gateway

    try:
        bot = await _bot(request)
        file = await gateway.db.read(lambda tx: files.at_path(tx, bot.id, request.path_params["path"]))
        if file is None or file.size > gateway.settings.bot_download_bytes:
            raise ApiError(404, "Not Found")
        content = await asyncio.to_thread(gateway.blobs.load, file.file_id)
    except ApiError as refused:
        return JSONResponse(refused.body(), refused.code)
    except FileNotFoundError:
        return JSONResponse(ApiError(404, "Not Found").body(), 404)
    return Response(content, media_type="application/octet-stream")
