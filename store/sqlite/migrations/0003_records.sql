-- +goose Up
-- What searches find of a contact: the record, and those columns of it that
-- they look for. A contact that an earlier release entered has none until it
-- changes. association is '' where it is the session.
ALTER TABLE contacts ADD COLUMN initiated_at    INTEGER NOT NULL DEFAULT 0;
ALTER TABLE contacts ADD COLUMN enqueued_at     INTEGER NOT NULL DEFAULT 0;
ALTER TABLE contacts ADD COLUMN connected_at    INTEGER NOT NULL DEFAULT 0; -- with an agent
ALTER TABLE contacts ADD COLUMN disconnected_at INTEGER NOT NULL DEFAULT 0;
ALTER TABLE contacts ADD COLUMN queue           TEXT    NOT NULL DEFAULT '';
ALTER TABLE contacts ADD COLUMN agent           TEXT    NOT NULL DEFAULT '';
ALTER TABLE contacts ADD COLUMN method          TEXT    NOT NULL DEFAULT '';
ALTER TABLE contacts ADD COLUMN customer        TEXT    NOT NULL DEFAULT '';
ALTER TABLE contacts ADD COLUMN association     TEXT    NOT NULL DEFAULT '';
ALTER TABLE contacts ADD COLUMN record          BLOB    NOT NULL DEFAULT x'';
CREATE INDEX contacts_initiated    ON contacts (instance, initiated_at, id, queue, agent)    WHERE initiated_at <> 0;
CREATE INDEX contacts_method       ON contacts (instance, method, initiated_at, id)          WHERE method NOT IN ('', 'API'); -- nearly all are API
CREATE INDEX contacts_enqueued     ON contacts (instance, enqueued_at, id, queue, agent)     WHERE enqueued_at <> 0;
CREATE INDEX contacts_connected    ON contacts (instance, connected_at, id, queue, agent)    WHERE connected_at <> 0;
CREATE INDEX contacts_disconnected ON contacts (instance, disconnected_at, id, queue, agent) WHERE disconnected_at <> 0;
CREATE INDEX contacts_queue        ON contacts (instance, queue, initiated_at, id)           WHERE queue <> '';
CREATE INDEX contacts_agent        ON contacts (instance, agent, initiated_at, id)           WHERE agent <> '';
CREATE INDEX contacts_customer     ON contacts (instance, customer, initiated_at, id)        WHERE customer <> '';
CREATE INDEX contacts_association  ON contacts (association)                                 WHERE association <> '';
