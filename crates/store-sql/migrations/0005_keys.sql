-- API keys: everything of a key but the key, and how often each was used in a day.

CREATE TABLE api_key (
    id          TEXT   NOT NULL PRIMARY KEY,
    account     TEXT   NOT NULL REFERENCES account (id),
    -- SHA-256, keyed by a pepper.
    hash        TEXT   NOT NULL UNIQUE,
    name        TEXT   NOT NULL,
    -- Words with one space between them.
    scopes      TEXT   NOT NULL,
    -- Networks in CIDR notation with one space between them. None is everywhere.
    allowed_ips TEXT   NOT NULL,
    source      TEXT,
    created     BIGINT NOT NULL,
    expires     BIGINT NOT NULL,
    revoked     BIGINT,
    successor   TEXT,
    used        BIGINT,
    used_by     TEXT,
    CHECK ((used IS NULL) = (used_by IS NULL))
);
CREATE INDEX api_key_account ON api_key (account, created, id);
CREATE INDEX api_key_expires ON api_key (expires);
CREATE INDEX api_key_successor ON api_key (successor) WHERE successor IS NOT NULL;

-- It names no key as its own (REFERENCES): a count must never be refused, and old rows go by themselves.
CREATE TABLE key_day (
    key   TEXT   NOT NULL,
    day   BIGINT NOT NULL,
    calls BIGINT NOT NULL CHECK (calls >= 0),
    PRIMARY KEY (key, day)
);
CREATE INDEX key_day_day ON key_day (day);
