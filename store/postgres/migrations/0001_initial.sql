-- Ids and names are compared by their bytes. All times but those of "commits"
-- and claims are Unix milliseconds, 0 for none. Tables whose rows change often
-- leave room on their pages, so that indexes need not change with the rows.

CREATE TABLE sessions (
    id       text     NOT NULL COLLATE "C" PRIMARY KEY,
    instance text     NOT NULL COLLATE "C",
    version  bigint   NOT NULL,
    head     bigint   NOT NULL,
    last_at  bigint   NOT NULL,
    status   smallint NOT NULL
) WITH (fillfactor = 50, autovacuum_vacuum_scale_factor = 0.02);

CREATE TABLE session_docs (
    session text     NOT NULL COLLATE "C",
    part    smallint NOT NULL, -- a bit of change.Parts
    doc     bytea    NOT NULL,
    PRIMARY KEY (session, part)
) WITH (fillfactor = 70);

CREATE TABLE items (
    session  text   NOT NULL COLLATE "C",
    position bigint NOT NULL,
    at       bigint NOT NULL,
    body     bytea  NOT NULL,
    PRIMARY KEY (session, position)
);

CREATE TABLE marks (
    session      text   NOT NULL COLLATE "C",
    participant  text   NOT NULL COLLATE "C",
    delivered    bigint NOT NULL,
    delivered_at bigint NOT NULL,
    read         bigint NOT NULL,
    read_at      bigint NOT NULL,
    PRIMARY KEY (session, participant)
) WITH (fillfactor = 70);

CREATE TABLE contacts (
    id       text NOT NULL COLLATE "C" PRIMARY KEY,
    instance text NOT NULL COLLATE "C",
    session  text NOT NULL COLLATE "C"
);
CREATE INDEX contacts_session ON contacts (session);

-- The first answer to each client token, with the position and time of the
-- first item that was appended with it.
CREATE TABLE once (
    scope       text   NOT NULL COLLATE "C",
    key         bytea  NOT NULL,
    fingerprint bytea  NOT NULL,
    answer      bytea  NOT NULL,
    expires     bigint NOT NULL,
    position    bigint NOT NULL,
    at          bigint NOT NULL,
    PRIMARY KEY (scope, key)
);
CREATE INDEX once_expires ON once (expires) WHERE expires <> 0;

CREATE TABLE usage (
    key   text   NOT NULL COLLATE "C" PRIMARY KEY,
    value bigint NOT NULL
) WITH (fillfactor = 20, autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 1000);

-- A claim says which node is about to handle a deadline, by the database's
-- clock. It saves work and guards nothing.
CREATE TABLE due (
    owner         text   NOT NULL COLLATE "C",
    kind          text   NOT NULL COLLATE "C",
    subject       text   NOT NULL COLLATE "C",
    generation    bigint NOT NULL,
    due_at        bigint NOT NULL,
    claimed_by    text   COLLATE "C",
    claimed_until timestamptz,
    PRIMARY KEY (owner, kind, subject)
) WITH (fillfactor = 70);
CREATE INDEX due_at ON due (due_at);

CREATE TABLE resources (
    instance text   NOT NULL COLLATE "C",
    kind     text   NOT NULL COLLATE "C",
    id       text   NOT NULL COLLATE "C",
    name     text   NOT NULL COLLATE "C",
    version  bigint NOT NULL,
    document bytea  NOT NULL,
    PRIMARY KEY (instance, kind, id)
);
CREATE UNIQUE INDEX resources_name ON resources (instance, kind, name) WHERE name <> '';

-- One row for each transaction of the last minutes that wrote something: by it
-- a node learns what became of a commit whose answer it lost. "void" is
-- written by the one who asks: a transaction of that id can then never commit.
CREATE TABLE commits (
    id   uuid        NOT NULL PRIMARY KEY,
    at   timestamptz NOT NULL DEFAULT now(),
    void boolean     NOT NULL DEFAULT false
);
CREATE INDEX commits_at ON commits (at);
