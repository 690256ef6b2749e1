-- +goose Up
CREATE TABLE sessions (
    id       TEXT    NOT NULL PRIMARY KEY,
    instance TEXT    NOT NULL,
    version  INTEGER NOT NULL,
    head     INTEGER NOT NULL,
    last_at  INTEGER NOT NULL, -- Unix milliseconds, as all times; 0 = none
    status   INTEGER NOT NULL
) WITHOUT ROWID;

CREATE TABLE session_docs (
    session TEXT    NOT NULL,
    part    INTEGER NOT NULL, -- a bit of change.Parts
    doc     BLOB    NOT NULL,
    PRIMARY KEY (session, part)
) WITHOUT ROWID;

CREATE TABLE items (
    session  TEXT    NOT NULL,
    position INTEGER NOT NULL,
    at       INTEGER NOT NULL,
    body     BLOB    NOT NULL,
    PRIMARY KEY (session, position)
) WITHOUT ROWID;

CREATE TABLE marks (
    session      TEXT    NOT NULL,
    participant  TEXT    NOT NULL,
    delivered    INTEGER NOT NULL,
    delivered_at INTEGER NOT NULL,
    read         INTEGER NOT NULL,
    read_at      INTEGER NOT NULL,
    PRIMARY KEY (session, participant)
) WITHOUT ROWID;

CREATE TABLE contacts (
    id       TEXT NOT NULL PRIMARY KEY,
    instance TEXT NOT NULL,
    session  TEXT NOT NULL
) WITHOUT ROWID;
CREATE INDEX contacts_session ON contacts (session);

-- The first answer to each client token, with the position and time of the
-- first item that was appended with it.
CREATE TABLE once (
    scope       TEXT    NOT NULL,
    key         BLOB    NOT NULL,
    fingerprint BLOB    NOT NULL,
    answer      BLOB    NOT NULL,
    expires     INTEGER,
    position    INTEGER NOT NULL,
    at          INTEGER NOT NULL,
    PRIMARY KEY (scope, key)
) WITHOUT ROWID;
CREATE INDEX once_expires ON once (expires) WHERE expires IS NOT NULL;

CREATE TABLE usage (
    key   TEXT    NOT NULL PRIMARY KEY,
    value INTEGER NOT NULL
) WITHOUT ROWID;

CREATE TABLE due (
    owner      TEXT    NOT NULL,
    kind       TEXT    NOT NULL,
    subject    TEXT    NOT NULL,
    generation INTEGER NOT NULL,
    due_at     INTEGER NOT NULL,
    PRIMARY KEY (owner, kind, subject)
) WITHOUT ROWID;
CREATE INDEX due_at ON due (due_at);

CREATE TABLE resources (
    instance TEXT    NOT NULL,
    kind     TEXT    NOT NULL,
    id       TEXT    NOT NULL,
    name     TEXT    NOT NULL,
    version  INTEGER NOT NULL,
    document BLOB    NOT NULL,
    PRIMARY KEY (instance, kind, id)
) WITHOUT ROWID;
CREATE UNIQUE INDEX resources_name ON resources (instance, kind, name) WHERE name <> '';

-- counters: generation is the last one that a deadline was given; probe is
-- what Ping writes.
CREATE TABLE counters (
    name  TEXT    NOT NULL PRIMARY KEY,
    value INTEGER NOT NULL
) WITHOUT ROWID;
INSERT INTO counters (name, value) VALUES ('generation', 0), ('probe', 0);
