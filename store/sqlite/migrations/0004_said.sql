-- +goose Up
-- The words of contacts that are over, for searches. place orders them by time (domain/said). facets are what searches
-- narrow by, as words of their own. The index holds no texts: it reads them here, and forgets at once what is deleted.
CREATE TABLE said (
    place   INTEGER NOT NULL PRIMARY KEY,
    contact TEXT    NOT NULL UNIQUE,
    session TEXT    NOT NULL,
    facets  TEXT    NOT NULL,
    words   TEXT    NOT NULL
);
CREATE INDEX said_session ON said (session);
CREATE VIRTUAL TABLE said_words USING fts5 (facets, words, content = 'said', content_rowid = 'place', tokenize = 'ascii', columnsize = 0);
INSERT INTO said_words (said_words, rank) VALUES ('secure-delete', 1);
CREATE TRIGGER said_added AFTER INSERT ON said BEGIN
    INSERT INTO said_words (rowid, facets, words) VALUES (new.place, new.facets, new.words);
END;
CREATE TRIGGER said_deleted AFTER DELETE ON said BEGIN
    INSERT INTO said_words (said_words, rowid, facets, words) VALUES ('delete', old.place, old.facets, old.words);
END;
-- Contacts that were over before are entered by and by, 200 a second.
INSERT INTO due (owner, kind, subject, generation, due_at)
    SELECT session, 'said', id, (SELECT value FROM counters WHERE name = 'generation'),
        CAST(strftime('%s', 'now') AS INTEGER) * 1000 + 5 * row_number() OVER (ORDER BY id DESC) FROM contacts;
