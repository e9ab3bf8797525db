-- Alerts, from their beginning to their end.

CREATE TABLE alert (
    id           TEXT    NOT NULL PRIMARY KEY,
    rule         TEXT    NOT NULL,
    severity     TEXT    NOT NULL,
    -- server, client, account, key or named, and which one of these.
    subject_kind TEXT    NOT NULL,
    subject      TEXT    NOT NULL,
    began        BIGINT  NOT NULL,
    at           BIGINT  NOT NULL,
    ended        BIGINT,
    counted      BIGINT  NOT NULL CHECK (counted >= 0),
    most         BIGINT,
    window_s     BIGINT,
    request      TEXT,
    enforced     BOOLEAN NOT NULL
);
CREATE INDEX alert_began ON alert (began, id);
CREATE INDEX alert_ended ON alert (ended, id);
CREATE INDEX alert_open ON alert (began, id) WHERE ended IS NULL;

-- Who calls often, of one day.
CREATE INDEX day_use_calls ON day_use (day, calls);
