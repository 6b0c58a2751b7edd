"""The Bot API over HTTP: the table of methods and the one way every call goes.

To add a method: write a function of a `Call` in the api_* file of its subject and name it here. Its parameters are
checked against `spec.json` before it runs.
"""

import asyncio
from typing import Any

from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response

from gateway import api_files, api_messages, api_profile, api_updates, images, spec
from gateway.api_call import Call, Method, Saved, Waiting
from gateway.context import Gateway, log, log_failure
from gateway.errors import UNAUTHORIZED, ApiError, bad, too_many
from gateway.params import Body, read_body
from gateway.settings import MEGABYTE
from gateway.store import bots, files, once
from gateway.store.bots import Bot
from gateway.store.database import Tx

Json = dict[str, Any]
LONGEST_KEY = 200

TABLE: tuple[Method | Waiting, ...] = (
    Method("getMe", "read", api_profile.get_me),
    Waiting("getUpdates", api_updates.get_updates),
    Method("setWebhook", "write", api_updates.set_webhook),
    Method("deleteWebhook", "write", api_updates.delete_webhook),
    Method("getWebhookInfo", "read", api_updates.get_webhook_info),
    Method("sendMessage", "write", api_messages.send_message),
    Method("sendPhoto", "write", api_files.send_photo),
    Method("sendDocument", "write", api_files.send_document),
    Method("sendChatAction", "read", api_messages.send_chat_action),
    Method("editMessageText", "write", api_messages.edit_message_text),
    Method("editMessageCaption", "write", api_messages.edit_message_caption),
    Method("editMessageReplyMarkup", "write", api_messages.edit_message_reply_markup),
    Method("deleteMessage", "write", api_messages.delete_message),
    Method("deleteMessages", "write", api_messages.delete_messages),
    Method("answerCallbackQuery", "write", api_messages.answer_callback_query),
    Method("getFile", "read", api_files.get_file),
    Method("getChat", "read", api_profile.get_chat),
    Method("setMyCommands", "write", api_profile.set_my_commands),
    Method("getMyCommands", "read", api_profile.get_my_commands),
    Method("deleteMyCommands", "write", api_profile.delete_my_commands),
    Method("setMyName", "write", api_profile.set_my_name),
    Method("getMyName", "read", api_profile.get_my_name),
    Method("setMyDescription", "write", api_profile.set_my_description),
    Method("getMyDescription", "read", api_profile.get_my_description),
    Method("setMyShortDescription", "write", api_profile.set_my_short_description),
    Method("getMyShortDescription", "read", api_profile.get_my_short_description),
)
METHODS = {method.name.lower(): method for method in TABLE}  # Telegram does not mind the case


async def endpoint(request: Request) -> Response:
    """`/bot<token>/<method>`"""
    gateway: Gateway = request.app.state.gateway
    name = request.path_params["method"]
    try:
        bot = await gateway.db.read(lambda tx: bots.by_token(tx, request.path_params["token"]))
        if bot is None:
            raise _nobodys_token(gateway, request)
        body = await read_body(request, gateway.settings.bot_document_bytes + MEGABYTE)
        answer = await call(gateway, bot, name, body, request.headers.get("x-idempotency-key"))
        return JSONResponse(answer)
    except ApiError as refused:
        headers = {"Retry-After": str(refused.parameters["retry_after"])} if refused.code == 429 else None
        return JSONResponse(refused.body(), refused.code, headers)
    except ClientDisconnect:
        return Response(status_code=499)  # the bot hung up in the middle of its call: nobody reads this
    except Exception as broken:
        log_failure(f"method {name[:40]!r}", broken)
        return JSONResponse(ApiError(500, "Internal Server Error").body(), 500)


async def call(gateway: Gateway, bot: Bot, name: str, body: Body, key: str | None = None) -> Json:
    """The whole answer to one call. With a `key` that was accepted before: the answer given then. Raises ApiError."""
    method = METHODS.get(name.lower())
    if method is None:
        raise ApiError(404, "Not Found: method not found")
    if key is not None and not 0 < len(key) <= LONGEST_KEY:
        raise bad("idempotency key is too long")
    fields = spec.load().methods[method.name].fields
    raw = {part: f"attach://{part}" for part in body.uploads if part in fields} | body.values
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
        asking = Call(bots.by_id(tx, bot.id), params, gateway.now(), tx, gateway.settings, saved)
        answer = {"ok": True, "result": method.run(asking)}
        if key is not None and method.how == "write":
            once.keep_answer(tx, bot.id, key, answer, asking.now)
        return answer

    try:
        return await (gateway.db.write(work) if method.how == "write" else gateway.db.read(work))
    except ApiError:
        for upload in saved.values():
            await asyncio.to_thread(gateway.blobs.drop, upload.file_id)
        raise


def _nobodys_token(gateway: Gateway, request: Request) -> ApiError:
    """Whoever guesses tokens is slowed down and leaves a trace (the address, never the token)."""
    address = request.client.host if request.client else ""
    log.warning("a token that is nobody's, from %s", address)
    seconds = gateway.wait_for(address, "wrong_tokens")
    return too_many(seconds) if seconds else ApiError(*UNAUTHORIZED)


def _hold_to_rate(gateway: Gateway, bot: Bot, method: Method, params: Json) -> None:
    if method.how != "write" or "chat_id" not in params:
        return
    seconds = gateway.wait_for(bot.id, "bot_send") or gateway.wait_for((bot.id, params["chat_id"]), "bot_send_per_chat")
    if seconds:
        raise too_many(seconds)


async def _save_uploads(gateway: Gateway, fields: dict[str, spec.Field], params: Json, body: Body) -> dict[str, Saved]:
    """Put every file the call refers to (as its own part or by attach://) on the disk before the transaction."""
    saved = {}
    for name, value in params.items():
        if "InputFile" not in fields[name].types or not value.startswith("attach://"):
            continue
        upload = body.uploads.get(value.removeprefix("attach://"))
        if upload is not None:
            file_id = await asyncio.to_thread(gateway.blobs.save, upload.content)
            picture = images.look(upload.content)
            saved[name] = Saved(file_id, upload.filename, upload.content_type, len(upload.content), picture)
    return saved


async def download(request: Request) -> Response:
    """`/file/bot<token>/<path>`"""
    gateway: Gateway = request.app.state.gateway

    def find(tx: Tx) -> files.File | None:
        bot = bots.by_token(tx, request.path_params["token"])
        if bot is None:
            raise _nobodys_token(gateway, request)
        return files.at_path(tx, bot.id, request.path_params["path"])

    try:
        file = await gateway.db.read(find)
        if file is None or file.size > gateway.settings.bot_download_bytes:
            raise ApiError(404, "Not Found")
        content = await asyncio.to_thread(gateway.blobs.load, file.file_id)
    except ApiError as refused:
        return JSONResponse(refused.body(), refused.code)
    except FileNotFoundError:
        return JSONResponse(ApiError(404, "Not Found").body(), 404)
    return Response(content, media_type="application/octet-stream")
