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
    """
CREATE TABLE groups (
    id INTEGER PRIMARY KEY,                     -- negative
    profile BLOB NOT NULL,                      -- title, description, what members may do
    made_at INTEGER NOT NULL,
    last_message_id INTEGER NOT NULL DEFAULT 0,
    last_event_id INTEGER NOT NULL DEFAULT 0,
    last_bot_id INTEGER                         -- the bot that wrote last: commands without a name are for it
) STRICT;

CREATE TABLE group_bots (
    group_id INTEGER NOT NULL REFERENCES groups,
    bot_id INTEGER NOT NULL REFERENCES bots,
    status TEXT NOT NULL,                       -- administrator, member, left or kicked
    PRIMARY KEY (group_id, bot_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX group_bots_bot ON group_bots (bot_id);

CREATE TABLE group_members (
    group_id INTEGER NOT NULL REFERENCES groups,
    user_id INTEGER NOT NULL REFERENCES users,
    status TEXT NOT NULL,                       -- creator, administrator, member, restricted, left or kicked
    is_in INTEGER NOT NULL,
    until INTEGER NOT NULL DEFAULT 0,           -- of restricted and kicked; 0: for ever
    permissions TEXT,                           -- JSON, of restricted
    keyboard BLOB,                              -- the reply keyboard this member has on show here
    PRIMARY KEY (group_id, user_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX group_members_user ON group_members (user_id);

-- in groups it sees only what is meant for it
ALTER TABLE bots ADD COLUMN privacy INTEGER NOT NULL DEFAULT 1;
-- its token was taken away
ALTER TABLE bots ADD COLUMN revoked_at INTEGER;
-- in a group: for this member only
ALTER TABLE events ADD COLUMN user_id INTEGER;
-- in a group: who pressed
ALTER TABLE callback_queries ADD COLUMN person_id INTEGER;
-- since when it waits, and whose order it has to keep
ALTER TABLE updates ADD COLUMN at INTEGER;
ALTER TABLE updates ADD COLUMN chat_id INTEGER NOT NULL DEFAULT 0;
""",
    """
CREATE TABLE polls (
    id TEXT PRIMARY KEY,
    bot_id INTEGER NOT NULL REFERENCES bots,
    closes_at INTEGER,                          -- NULL: closed, or open until somebody stops it
    hides_results INTEGER NOT NULL,
    body BLOB NOT NULL                          -- the Poll object, nothing counted
) STRICT, WITHOUT ROWID;
CREATE INDEX polls_closing ON polls (closes_at) WHERE closes_at IS NOT NULL;

CREATE TABLE poll_messages (
    poll_id TEXT NOT NULL REFERENCES polls,
    bot_id INTEGER NOT NULL,
    chat_id INTEGER NOT NULL,
    message_id INTEGER NOT NULL,
    PRIMARY KEY (bot_id, chat_id, message_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX poll_messages_poll ON poll_messages (poll_id);

CREATE TABLE poll_votes (
    poll_id TEXT NOT NULL REFERENCES polls,
    user_id INTEGER NOT NULL,
    chosen BLOB NOT NULL,
    PRIMARY KEY (poll_id, user_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE pins (
    bot_id INTEGER NOT NULL,
    chat_id INTEGER NOT NULL,
    message_id INTEGER NOT NULL,
    PRIMARY KEY (bot_id, chat_id, message_id)
) STRICT, WITHOUT ROWID;
""",
    """
-- devices: their id in the list, what kind of device (sealed), the PIN (salt and scrypt hash, sealed)
ALTER TABLE sessions ADD COLUMN device_id TEXT;
ALTER TABLE sessions ADD COLUMN device BLOB;
ALTER TABLE sessions ADD COLUMN pin BLOB;
ALTER TABLE sessions ADD COLUMN pin_tries INTEGER NOT NULL DEFAULT 0;
ALTER TABLE sessions ADD COLUMN locked INTEGER NOT NULL DEFAULT 0;
-- when a person last did something on it (an open stream alone is nothing)
ALTER TABLE sessions ADD COLUMN used_at INTEGER NOT NULL DEFAULT 0;
UPDATE sessions SET device_id = lower(hex(randomblob(8)));
CREATE UNIQUE INDEX sessions_device ON sessions (device_id);

-- up to which message a person has seen a chat, and up to which the outbound hook told of unseen ones
CREATE TABLE seen (
    bot_id INTEGER NOT NULL,                    -- 0 in a group
    chat_id INTEGER NOT NULL,
    user_id INTEGER NOT NULL,
    message_id INTEGER NOT NULL DEFAULT 0,
    at INTEGER NOT NULL DEFAULT 0,
    hooked_id INTEGER NOT NULL DEFAULT 0,
    hook_tries INTEGER NOT NULL DEFAULT 0,
    hook_next_at INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (bot_id, chat_id, user_id)
) STRICT, WITHOUT ROWID;

INSERT INTO seen (bot_id, chat_id, user_id, message_id) SELECT bot_id, user_id, user_id, last_message_id FROM chats;

-- urgent messages and what became of them
CREATE TABLE urgent (
    id INTEGER PRIMARY KEY,
    bot_id INTEGER NOT NULL,
    user_id INTEGER NOT NULL,
    message_id INTEGER NOT NULL,
    sent_at INTEGER NOT NULL,
    has_buttons INTEGER NOT NULL,
    seen_at INTEGER,
    acknowledged_at INTEGER,
    done_at INTEGER,                            -- the duty officer has phoned
    hooked_at INTEGER,
    hook_tries INTEGER NOT NULL DEFAULT 0,
    hook_next_at INTEGER NOT NULL DEFAULT 0,
    UNIQUE (bot_id, user_id, message_id)
) STRICT;
CREATE INDEX urgent_open ON urgent (sent_at) WHERE acknowledged_at IS NULL AND done_at IS NULL;
CREATE INDEX urgent_to_hook ON urgent (hook_next_at) WHERE hooked_at IS NULL;

CREATE TABLE push_subscriptions (
    endpoint_hash BLOB NOT NULL,
    user_id INTEGER NOT NULL,
    token_hash BLOB NOT NULL REFERENCES sessions ON DELETE CASCADE,
    subscription BLOB NOT NULL,
    PRIMARY KEY (user_id, endpoint_hash)
) STRICT, WITHOUT ROWID;
CREATE INDEX push_subscriptions_session ON push_subscriptions (token_hash);

-- how long a message is kept (its class), and what else holds its words
ALTER TABLE messages ADD COLUMN urgency INTEGER;
ALTER TABLE messages ADD COLUMN life TEXT NOT NULL DEFAULT 'chat';
ALTER TABLE messages ADD COLUMN reply_to INTEGER;
CREATE INDEX messages_life ON messages (life, date);
CREATE INDEX messages_reply_to ON messages (bot_id, chat_id, reply_to) WHERE reply_to IS NOT NULL;
CREATE INDEX chat_files_message ON chat_files (bot_id, chat_id, message_id);
CREATE INDEX chat_files_file ON chat_files (file_id);
-- since when no message shows it
ALTER TABLE files ADD COLUMN alone_since INTEGER;
CREATE INDEX files_alone ON files (alone_since) WHERE alone_since IS NOT NULL;

-- what was forgotten so far, for whoever has to prove it
CREATE TABLE forgotten (
    what TEXT PRIMARY KEY,
    number INTEGER NOT NULL,
    last_at INTEGER NOT NULL
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
