-- What searches find of a contact: the record, and those columns of it that
-- they look for. A contact that an earlier release entered has none until it
-- changes. association is '' where it is the session. Rows change a few times in
-- a contact's life: their pages leave room.
ALTER TABLE contacts
    ADD COLUMN initiated_at    bigint NOT NULL DEFAULT 0,
    ADD COLUMN enqueued_at     bigint NOT NULL DEFAULT 0,
    ADD COLUMN connected_at    bigint NOT NULL DEFAULT 0, -- with an agent
    ADD COLUMN disconnected_at bigint NOT NULL DEFAULT 0,
    ADD COLUMN queue           text   NOT NULL COLLATE "C" DEFAULT '',
    ADD COLUMN agent           text   NOT NULL COLLATE "C" DEFAULT '',
    ADD COLUMN method          text   NOT NULL COLLATE "C" DEFAULT '',
    ADD COLUMN customer        text   NOT NULL COLLATE "C" DEFAULT '',
    ADD COLUMN association     text   NOT NULL COLLATE "C" DEFAULT '',
    ADD COLUMN record          bytea  NOT NULL DEFAULT '';
ALTER TABLE contacts SET (fillfactor = 70);
CREATE INDEX contacts_initiated    ON contacts (instance, initiated_at, id, queue, agent)    WHERE initiated_at <> 0;
CREATE INDEX contacts_method       ON contacts (instance, method, initiated_at, id)          WHERE method NOT IN ('', 'API'); -- nearly all are API
CREATE INDEX contacts_enqueued     ON contacts (instance, enqueued_at, id, queue, agent)     WHERE enqueued_at <> 0;
CREATE INDEX contacts_connected    ON contacts (instance, connected_at, id, queue, agent)    WHERE connected_at <> 0;
CREATE INDEX contacts_disconnected ON contacts (instance, disconnected_at, id, queue, agent) WHERE disconnected_at <> 0;
CREATE INDEX contacts_queue        ON contacts (instance, queue, initiated_at, id)           WHERE queue <> '';
CREATE INDEX contacts_agent        ON contacts (instance, agent, initiated_at, id)           WHERE agent <> '';
CREATE INDEX contacts_customer     ON contacts (instance, customer, initiated_at, id)        WHERE customer <> '';
CREATE INDEX contacts_association  ON contacts (association)                                 WHERE association <> '';
