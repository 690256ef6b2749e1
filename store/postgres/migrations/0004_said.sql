-- The words of contacts that are over, for searches. place orders them by time (domain/said). words has what searches
-- narrow by, too, each as a word that begins with a colon. The index takes new words in at once: a list of
-- those to come would have to be read by every search.
CREATE TABLE said (
    contact  text     NOT NULL COLLATE "C" PRIMARY KEY,
    session  text     NOT NULL COLLATE "C",
    place    bigint   NOT NULL,
    words    tsvector NOT NULL
);
CREATE INDEX said_session ON said (session);
CREATE INDEX said_place   ON said (place);
CREATE INDEX said_words   ON said USING gin (words) WITH (fastupdate = off);
-- Contacts that were over before are entered by and by, 200 a second.
INSERT INTO due (owner, kind, subject, generation, due_at)
    SELECT session, 'said', id, 1, (extract(epoch FROM now()) * 1000)::bigint + 5 * row_number() OVER (ORDER BY id DESC) FROM contacts;
