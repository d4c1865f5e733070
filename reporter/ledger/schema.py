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
    """
    -- Each issue of each report that was made to be delivered.
    CREATE TABLE editions (
        id TEXT PRIMARY KEY,               -- digest of series and revision
        series TEXT NOT NULL,              -- digest of all but the revision
        report TEXT NOT NULL,
        since INTEGER NOT NULL,
        until INTEGER NOT NULL,
        timezone TEXT NOT NULL,
        settled TEXT NOT NULL,             -- parameters and filters, for people
        burst TEXT,                        -- the value that it is about; NULL: all
        revision TEXT NOT NULL,            -- final, provisional, restatement 1
        made_at INTEGER NOT NULL,
        data_through INTEGER,
        spec_commit TEXT,
        version TEXT NOT NULL,
        fingerprint TEXT NOT NULL,         -- digest of its numbers
        readings BLOB,                     -- its numbers; NULL once they are forgotten
        held TEXT NOT NULL                 -- why, a line each; empty where it is not
    ) STRICT;
    CREATE INDEX editions_by_series ON editions (series, made_at);
    CREATE INDEX editions_by_report ON editions (report, made_at);
    -- What is forgotten is found without reading what is kept.
    CREATE INDEX editions_with_readings ON editions (made_at) WHERE readings IS NOT NULL;
    CREATE INDEX results_by_age ON results (filled_at);

    CREATE TABLE artifacts (
        edition TEXT NOT NULL REFERENCES editions (id),
        name TEXT NOT NULL,
        media_type TEXT NOT NULL,
        sha256 TEXT NOT NULL,
        size INTEGER NOT NULL,
        PRIMARY KEY (edition, name)
    ) STRICT, WITHOUT ROWID;

    -- What is handed over; the same for all recipients of one delivery.
    CREATE TABLE parcels (
        id TEXT PRIMARY KEY,               -- SHA-256
        body BLOB NOT NULL
    ) STRICT;

    -- What goes to whom, and what became of it.
    CREATE TABLE deliveries (
        id TEXT PRIMARY KEY,               -- digest of edition, name and recipient
        edition TEXT REFERENCES editions (id),  -- NULL: a word to the owner
        report TEXT NOT NULL,
        name TEXT NOT NULL,                -- in the spec
        channel TEXT NOT NULL CHECK (channel IN ('email', 'folder', 'webhook', 'slack')),
        recipient TEXT NOT NULL,
        parcel TEXT,                       -- NULL: nothing to be handed over, or forgotten
        state TEXT NOT NULL CHECK (
            state IN ('planned', 'sending', 'sent', 'failed', 'unknown', 'held', 'skipped')
        ),
        reason TEXT NOT NULL,              -- why it is in this state, for people
        attempts INTEGER NOT NULL DEFAULT 0,
        planned_at INTEGER NOT NULL,
        changed_at INTEGER NOT NULL,
        next_attempt_at INTEGER,           -- of a planned one
        deadline INTEGER NOT NULL,         -- when a planned one is given up
        owner TEXT,                        -- who is at it, until the lease ends
        lease_until INTEGER,
        -- What is planned has a time; what is being sent has an owner whose lease ends.
        CHECK ((state = 'planned') = (next_attempt_at IS NOT NULL)),
        CHECK (state <> 'sending' OR (owner IS NOT NULL AND lease_until IS NOT NULL)),
        CHECK (lease_until IS NULL OR state IN ('planned', 'sending'))
    ) STRICT;
    CREATE INDEX deliveries_open ON deliveries (next_attempt_at)
        WHERE state IN ('planned', 'sending');
    CREATE INDEX deliveries_by_edition ON deliveries (edition);
    CREATE INDEX deliveries_by_parcel ON deliveries (parcel) WHERE parcel IS NOT NULL;

    -- Every state that a delivery has been in.
    CREATE TABLE delivery_events (
        delivery TEXT NOT NULL REFERENCES deliveries (id),
        at INTEGER NOT NULL,
        state TEXT NOT NULL,
        reason TEXT NOT NULL
    ) STRICT;
    CREATE INDEX delivery_events_by_delivery ON delivery_events (delivery);

    -- When each report is due next: stored, so that no time is overlooked or seen twice.
    CREATE TABLE schedules (
        report TEXT PRIMARY KEY,
        spec TEXT NOT NULL,                -- the name of its file
        cron TEXT NOT NULL,
        timezone TEXT NOT NULL,
        next_due INTEGER,                  -- NULL: never again
        missing_since INTEGER              -- NULL: its file is there
    ) STRICT;

    -- A report at a time at which it was due.
    CREATE TABLE firings (
        report TEXT NOT NULL,
        due_at INTEGER NOT NULL,
        state TEXT NOT NULL CHECK (state IN ('due', 'waiting', 'done', 'failed', 'missed')),
        reason TEXT NOT NULL,              -- why it is in this state, for people
        changed_at INTEGER NOT NULL,
        attempts INTEGER NOT NULL DEFAULT 0,
        failures INTEGER NOT NULL DEFAULT 0,  -- in a row
        deadline INTEGER,                  -- of a failing one: then it is given up
        next_attempt_at INTEGER,           -- NULL: nothing more will be done
        owner TEXT,                        -- who makes it, until the lease ends
        lease_until INTEGER,
        PRIMARY KEY (report, due_at)
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX firings_open ON firings (next_attempt_at) WHERE next_attempt_at IS NOT NULL;

    -- What the owner has been told of.
    CREATE TABLE occasions (
        id TEXT PRIMARY KEY,
        told_at INTEGER NOT NULL
    ) STRICT;
    """,
)
