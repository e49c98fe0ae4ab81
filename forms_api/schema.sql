-- What residents wrote and what became of it. A receipt itself is never stored, only its keyed hash.
-- What can tell who wrote stands in a table of its own, so that no query about a case touches it by accident.

CREATE TABLE IF NOT EXISTS submissions (
    number         INTEGER PRIMARY KEY,         -- random, so that gaps tell nobody how many others there are
    receipt_hash   BLOB NOT NULL UNIQUE,
    request_hash   BLOB UNIQUE,                 -- keyed hash of the Idempotency-Key; NULL without one
    content_hash   BLOB NOT NULL,               -- keyed hash of what was sent under that key
    type           TEXT NOT NULL,
    unit           TEXT NOT NULL,               -- the unit it concerns
    handler        TEXT NOT NULL,               -- who reads it: the unit, or the level above for letter and report
    about          TEXT,
    text           TEXT NOT NULL,
    public         INTEGER NOT NULL,
    received_at    TEXT NOT NULL,
    answer_by      TEXT NOT NULL,
    calculation_zh TEXT NOT NULL,
    calculation_en TEXT NOT NULL
) STRICT;

CREATE INDEX IF NOT EXISTS submissions_by_handler ON submissions (handler, answer_by);

CREATE TABLE IF NOT EXISTS writers (
    submission INTEGER PRIMARY KEY REFERENCES submissions (number) ON DELETE CASCADE,
    name       TEXT,
    contact    TEXT
) STRICT;

CREATE TABLE IF NOT EXISTS events (
    submission INTEGER NOT NULL REFERENCES submissions (number) ON DELETE CASCADE,
    step       INTEGER NOT NULL,
    at         TEXT NOT NULL,
    what       TEXT NOT NULL,                   -- received, answered, released
    by_unit    TEXT NOT NULL,
    PRIMARY KEY (submission, step)
) STRICT;

CREATE TABLE IF NOT EXISTS answers (
    submission INTEGER PRIMARY KEY REFERENCES submissions (number) ON DELETE CASCADE,
    at         TEXT NOT NULL,
    by_unit    TEXT NOT NULL,
    text       TEXT NOT NULL
) STRICT;

CREATE TABLE IF NOT EXISTS releases (
    submission INTEGER PRIMARY KEY REFERENCES submissions (number) ON DELETE CASCADE,
    at         TEXT NOT NULL,
    address    TEXT NOT NULL                    -- /u/<unit>/<kind>/<year>/#<key>
) STRICT;
