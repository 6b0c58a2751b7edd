"""Two kinds of refusal: the Bot API's own (to bots) and our page's (to people, with kind words)."""

from typing import Any


class ApiError(Exception):
    """A refusal in the Bot API's own shape; `code` is also the HTTP status, as Telegram does it."""

    def __init__(self, code: int, description: str, **parameters: Any) -> None:
        super().__init__(description)
        self.code = code
        self.description = description
        self.parameters = parameters

    def body(self) -> dict[str, Any]:
        answer: dict[str, Any] = {"ok": False, "error_code": self.code, "description": self.description}
        if self.parameters:
            answer["parameters"] = self.parameters
        return answer


class Unchanged(ApiError):
    """It is so already. Remembered under the call's key: a copy of the call that comes late must not undo what was
    changed since."""


def bad(description: str) -> ApiError:
    return ApiError(400, f"Bad Request: {description}")


def too_many(seconds: int) -> ApiError:
    return ApiError(429, f"Too Many Requests: retry after {seconds}", retry_after=seconds)


UNAUTHORIZED = (401, "Unauthorized")
BLOCKED = (403, "Forbidden: bot was blocked by the user")
NOT_IN_GROUP = (403, "Forbidden: bot is not a member of the group chat")
KICKED = (403, "Forbidden: bot was kicked from the group chat")
OTHER_POLLER = (
    409,
    "Conflict: terminated by other getUpdates request; make sure that only one bot instance is running",
)
WEBHOOK_ACTIVE = (
    409,
    "Conflict: can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first",
)


class PageRefused(Exception):
    """A refusal for the chat page: an HTTP status, a code for the script, words for the person."""

    def __init__(self, status: int, code: str, words: str, retry_after: int | None = None) -> None:
        super().__init__(code)
        self.status = status
        self.code = code
        self.words = words
        self.retry_after = retry_after

    def body(self) -> dict[str, Any]:
        error: dict[str, Any] = {"code": self.code, "message": self.words}
        if self.retry_after is not None:
            error["retry_after"] = self.retry_after
        return {"error": error}


class CannotServe(Exception):
    """The gateway cannot start (port in use, folder not writable, wrong key); the text is one sentence for people."""
