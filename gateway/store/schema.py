"""The tables. `PRAGMA user_version` counts the steps done; a step once released is never changed, only followed."""

import sqlite3

STEPS = (
    """
CREATE TABLE meta (name TEXT PRIMARY KEY, value BLOB NOT NULL) STRICT;

CREATE TABLE bots (
    id INTEGER PRIMARY KEY,
    username TEXT NOT NULL UNIQUE COLLATE NOCASE,
    first_name TEXT NOT NULL,
    token_hash BLOB NOT NULL,
    allowed_updates TEXT,                       -- JSON list, NULL: the default
    last_update_id INTEGER NOT NULL DEFAULT 0,
    profile TEXT NOT NULL DEFAULT '{}'          -- JSON: name, description, commands by scope and language
) STRICT;

CREATE TABLE webhooks (
    bot_id INTEGER PRIMARY KEY REFERENCES bots,
    url TEXT NOT NULL,
    secret BLOB,
    max_connections INTEGER NOT NULL,
    ip_address TEXT,
    has_certificate INTEGER NOT NULL DEFAULT 0,
    error_at INTEGER,
    error TEXT
) STRICT;

CREATE TABLE users (
    id INTEGER PRIMARY KEY,
    profile BLOB NOT NULL
) STRICT;

CREATE TABLE chats (
    bot_id INTEGER NOT NULL REFERENCES bots,
    user_id INTEGER NOT NULL REFERENCES users,
    blocked INTEGER NOT NULL DEFAULT 0,
    last_message_id INTEGER NOT NULL DEFAULT 0,
    last_event_id INTEGER NOT NULL DEFAULT 0,
    keyboard BLOB,                              -- the reply keyboard now on show
    PRIMARY KEY (bot_id, user_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE messages (
    bot_id INTEGER NOT NULL,
    chat_id INTEGER NOT NULL,
    message_id INTEGER NOT NULL,
    out INTEGER NOT NULL,                       -- 1: written by the person
    date INTEGER NOT NULL,
    body BLOB NOT NULL,
    PRIMARY KEY (bot_id, chat_id, message_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE updates (
    bot_id INTEGER NOT NULL,
    update_id INTEGER NOT NULL,
    body BLOB NOT NULL,
    PRIMARY KEY (bot_id, update_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE events (
    bot_id INTEGER NOT NULL,
    chat_id INTEGER NOT NULL,
    event_id INTEGER NOT NULL,
    name TEXT NOT NULL,
    message_id INTEGER,                         -- for message and edited: what to show is read when it is sent
    body BLOB,
    at INTEGER NOT NULL,
    PRIMARY KEY (bot_id, chat_id, event_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX events_at ON events (at);

CREATE TABLE client_requests (                  -- what a page sent twice is done once
    bot_id INTEGER NOT NULL,
    user_id INTEGER NOT NULL,
    client_id TEXT NOT NULL,
    message_id INTEGER,
    at INTEGER NOT NULL,
    PRIMARY KEY (bot_id, user_id, client_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE answers (                          -- what a bot sent twice under one key is done once
    bot_id INTEGER NOT NULL,
    key TEXT NOT NULL,
    body BLOB NOT NULL,
    at INTEGER NOT NULL,
    PRIMARY KEY (bot_id, key)
) STRICT, WITHOUT ROWID;

CREATE TABLE callback_queries (
    id INTEGER PRIMARY KEY,
    bot_id INTEGER NOT NULL,
    user_id INTEGER NOT NULL,
    message_id INTEGER NOT NULL,
    asked_at INTEGER NOT NULL
) STRICT;

CREATE TABLE files (
    bot_id INTEGER NOT NULL,
    number INTEGER NOT NULL,
    file_id TEXT NOT NULL UNIQUE,
    kind TEXT NOT NULL,                         -- photo or document
    path TEXT NOT NULL,                         -- as getFile names it
    size INTEGER NOT NULL,
    about BLOB NOT NULL,                        -- the PhotoSize or Document
    PRIMARY KEY (bot_id, number)
) STRICT, WITHOUT ROWID;

CREATE TABLE chat_files (                       -- which files a person may open
    bot_id INTEGER NOT NULL,
    chat_id INTEGER NOT NULL,
    message_id INTEGER NOT NULL,
    file_id TEXT NOT NULL,
    PRIMARY KEY (bot_id, chat_id, file_id, message_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE sessions (
    token_hash BLOB PRIMARY KEY,
    made_at INTEGER NOT NULL,
    seen_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE session_chats (
    token_hash BLOB NOT NULL REFERENCES sessions ON DELETE CASCADE,
    user_id INTEGER NOT NULL,
    bot_id INTEGER NOT NULL,
    opened_at INTEGER NOT NULL,
    PRIMARY KEY (token_hash, user_id, bot_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX session_chats_user ON session_chats (user_id);

CREATE TABLE links (
    code_hash BLOB PRIMARY KEY,
    bot_id INTEGER NOT NULL,
    user_id INTEGER,                            -- NULL: an invitation, the person is made when it is used
    first_name BLOB,
    start TEXT,
    expires_at INTEGER NOT NULL,
    used_at INTEGER
) STRICT, WITHOUT ROWID;

CREATE TABLE personas (
    bot_id INTEGER NOT NULL,
    key TEXT NOT NULL,
    user_id INTEGER NOT NULL,
    position INTEGER NOT NULL,
    about BLOB NOT NULL,                        -- title, subtitle, group
    PRIMARY KEY (bot_id, key)
) STRICT, WITHOUT ROWID;
""",
)


def migrate(connection: sqlite3.Connection) -> None:
    """Bring the file to the newest step; two processes starting at once do it once."""
    if connection.execute("PRAGMA user_version").fetchone()[0] == len(STEPS):
        return
    connection.execute("BEGIN EXCLUSIVE")
    try:
        done = connection.execute("PRAGMA user_version").fetchone()[0]
        for number, step in enumerate(STEPS[done:], done + 1):
            for statement in filter(str.strip, step.split(";\n")):
                connection.execute(statement)
            connection.execute(f"PRAGMA user_version = {number}")
    except BaseException:
        connection.execute("ROLLBACK")
        raise
    connection.execute("COMMIT")
