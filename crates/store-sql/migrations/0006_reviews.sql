-- What waits for an operator's word: held prices and held predictions.

CREATE TABLE review (
    id         TEXT    NOT NULL PRIMARY KEY,
    subject    TEXT    NOT NULL CHECK (subject IN ('price', 'prediction')),
    asset      TEXT    NOT NULL,
    why        TEXT    NOT NULL,
    account    TEXT,
    source     TEXT,
    facts      TEXT    NOT NULL,
    opened     BIGINT  NOT NULL,
    due        BIGINT  NOT NULL,
    reminded   BIGINT,
    decided    BIGINT,
    decided_by TEXT,
    approved   BOOLEAN,
    reason     TEXT,
    CHECK ((decided IS NULL) = (approved IS NULL) AND (decided IS NULL) = (reason IS NULL))
);
CREATE INDEX review_opened ON review (opened, id);
CREATE INDEX review_due ON review (due, id) WHERE decided IS NULL;

-- What was worked out over a long time: the newest of each name.
CREATE TABLE report (
    name TEXT   NOT NULL PRIMARY KEY,
    made BIGINT NOT NULL,
    text TEXT   NOT NULL
);
