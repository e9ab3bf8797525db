-- People: what a sign-in is bound to, second factors, one-use links, notices. What was there before stays.

ALTER TABLE account ADD COLUMN devices_since BIGINT NOT NULL DEFAULT 0;
-- Networks in CIDR notation with one space between them. None is everywhere.
ALTER TABLE account ADD COLUMN allowed_ips TEXT NOT NULL DEFAULT '';

ALTER TABLE family ADD COLUMN used BIGINT NOT NULL DEFAULT 0;
ALTER TABLE family ADD COLUMN authenticated BIGINT NOT NULL DEFAULT 0;
ALTER TABLE family ADD COLUMN strong BOOLEAN NOT NULL DEFAULT FALSE;
ALTER TABLE family ADD COLUMN client TEXT NOT NULL DEFAULT '';
ALTER TABLE family ADD COLUMN agent TEXT NOT NULL DEFAULT '';
ALTER TABLE family ADD COLUMN key TEXT;
ALTER TABLE family ADD COLUMN cookie TEXT;
UPDATE family SET used = created, authenticated = created;
CREATE INDEX family_account ON family (account, created, id);
CREATE UNIQUE INDEX family_cookie ON family (cookie) WHERE cookie IS NOT NULL;

CREATE TABLE totp (
    account   TEXT    NOT NULL PRIMARY KEY REFERENCES account (id),
    secret    TEXT    NOT NULL,
    confirmed BOOLEAN NOT NULL,
    last_step BIGINT  NOT NULL
);

-- Those that are left: a spent one is deleted.
CREATE TABLE recovery_code (
    account TEXT NOT NULL REFERENCES account (id),
    hash    TEXT NOT NULL,
    PRIMARY KEY (account, hash)
);

CREATE TABLE passkey (
    id         TEXT   NOT NULL PRIMARY KEY,
    account    TEXT   NOT NULL REFERENCES account (id),
    credential TEXT   NOT NULL UNIQUE,
    name       TEXT   NOT NULL,
    data       TEXT   NOT NULL,
    created    BIGINT NOT NULL,
    used       BIGINT
);
CREATE INDEX passkey_account ON passkey (account, created, id);

-- Those that are open: a spent one is deleted.
CREATE TABLE link (
    token_hash TEXT   NOT NULL PRIMARY KEY,
    purpose    TEXT   NOT NULL,
    account    TEXT   NOT NULL REFERENCES account (id),
    expires    BIGINT NOT NULL
);
CREATE INDEX link_account ON link (account, purpose, expires, token_hash);
CREATE INDEX link_expires ON link (expires);

CREATE TABLE notice (
    id      TEXT   NOT NULL PRIMARY KEY,
    account TEXT   NOT NULL REFERENCES account (id),
    kind    TEXT   NOT NULL,
    at      BIGINT NOT NULL,
    client  TEXT,
    agent   TEXT
);
CREATE INDEX notice_account ON notice (account, at, id);
