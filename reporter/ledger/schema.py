"""The tables of the ledger, as the steps that lead to them.

A step that has been released is never changed: a new one follows it. Times are whole
milliseconds since 1970, UTC.
"""

from typing import Final

STEPS: Final = (
    """
    -- A place for one result, opened before the API is asked.
    CREATE TABLE slots (
        id TEXT PRIMARY KEY,               -- names it, opens nothing
        token_hash BLOB NOT NULL UNIQUE,   -- SHA-256: who reads the file cannot post a result
        opened_at INTEGER NOT NULL,
        expires_at INTEGER NOT NULL,
        body BLOB,                         -- as it came; NULL while nothing has come
        received_at INTEGER
    ) STRICT;

    -- What this project asked an API, so that a run that was killed goes on where it was.
    CREATE TABLE submissions (
        ask TEXT PRIMARY KEY,              -- digest of API, account and request
        slot TEXT NOT NULL,
        receiver TEXT NOT NULL,            -- who holds the slot: this ledger, or a relay's URL
        request_id TEXT,                   -- NULL until the API has answered
        submitted_at INTEGER NOT NULL
    ) STRICT;

    -- Results that will not change any more.
    CREATE TABLE results (
        ask TEXT PRIMARY KEY,
        body BLOB NOT NULL,
        filled_at INTEGER NOT NULL
    ) STRICT;

    -- What others asked our own Metrics API.
    CREATE TABLE served_requests (
        id TEXT PRIMARY KEY,
        caller TEXT NOT NULL,              -- digest of the credentials: others see a 404
        account TEXT,
        request BLOB NOT NULL,
        callback_url TEXT NOT NULL,
        accepted_at INTEGER NOT NULL,
        status TEXT NOT NULL CHECK (status IN ('IN_PROGRESS', 'SUCCESS', 'FAILED')),
        failure TEXT,
        result BLOB,                       -- the body of the callback
        attempts INTEGER NOT NULL DEFAULT 0,
        next_attempt_at INTEGER,           -- NULL: delivered, given up, or not computed yet
        delivered_at INTEGER
    ) STRICT;
    CREATE INDEX served_requests_due ON served_requests (next_attempt_at)
        WHERE next_attempt_at IS NOT NULL;
    CREATE INDEX served_requests_waiting ON served_requests (caller, accepted_at)
        WHERE status = 'IN_PROGRESS';
    """,
)
