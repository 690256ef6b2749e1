-- +goose Up
-- The newest appends, one row per commit, oldest first: what lies here is not
-- in sessions, items and once yet, or in both.
CREATE TABLE journal (
    seq  INTEGER NOT NULL PRIMARY KEY,
    body BLOB    NOT NULL
);
