-- The first schema. Portable: BIGINT, TEXT, BOOLEAN, CHECK and nothing that only one database knows.
-- Identifiers are hyphenated UUIDs, money is BIGINT units of 10^-8, moments are BIGINT microseconds since 1970 (UTC),
-- hashes and bytes are lower-case hex.

CREATE TABLE account (
    id            TEXT    NOT NULL PRIMARY KEY,
    email         TEXT    NOT NULL UNIQUE,
    full_name     TEXT    NOT NULL,
    password_hash TEXT    NOT NULL,
    role          TEXT    NOT NULL CHECK (role IN ('user', 'admin')),
    enabled       BOOLEAN NOT NULL,
    created       BIGINT  NOT NULL
);

CREATE TABLE invitation (
    token_hash TEXT   NOT NULL PRIMARY KEY,
    expires    BIGINT NOT NULL,
    spent_at   BIGINT
);

CREATE TABLE family (
    id      TEXT   NOT NULL PRIMARY KEY,
    account TEXT   NOT NULL REFERENCES account (id),
    created BIGINT NOT NULL,
    expires BIGINT NOT NULL,
    revoked BIGINT
);
CREATE INDEX family_revoked ON family (revoked);
CREATE INDEX family_expires ON family (expires);

CREATE TABLE token (
    hash      TEXT   NOT NULL PRIMARY KEY,
    family    TEXT   NOT NULL REFERENCES family (id),
    spent_at  BIGINT,
    spent_by  TEXT,
    successor TEXT,
    CHECK ((spent_at IS NULL) = (spent_by IS NULL) AND (spent_at IS NULL) = (successor IS NULL))
);
CREATE INDEX token_family ON token (family);

-- The books. Cash is the asset '$' followed by its currency, so that it never collides with an asset's name.
CREATE TABLE entry (
    id       TEXT   NOT NULL PRIMARY KEY,
    account  TEXT   NOT NULL REFERENCES account (id),
    kind     TEXT   NOT NULL CHECK (kind IN ('open', 'buy', 'sell')),
    asset    TEXT   NOT NULL,
    quantity BIGINT NOT NULL CHECK (quantity >= 0),
    price    BIGINT NOT NULL CHECK (price >= 0),
    total    BIGINT NOT NULL CHECK (total >= 0),
    note     TEXT,
    at       BIGINT NOT NULL,
    CHECK (kind = 'open' OR (quantity > 0 AND total > 0))
);
CREATE INDEX entry_account ON entry (account, at, id);

-- An entry's postings sum to zero in each asset. The owner is the entry's account or 'house'.
CREATE TABLE posting (
    entry  TEXT   NOT NULL REFERENCES entry (id),
    owner  TEXT   NOT NULL,
    asset  TEXT   NOT NULL,
    amount BIGINT NOT NULL,
    PRIMARY KEY (entry, owner, asset)
);

-- Accounts only: a row of the house would be touched by every trade, and its sum could outgrow a BIGINT.
CREATE TABLE balance (
    owner  TEXT   NOT NULL REFERENCES account (id),
    asset  TEXT   NOT NULL,
    amount BIGINT NOT NULL CHECK (amount >= 0),
    PRIMARY KEY (owner, asset)
);

-- What was answered under a caller's key: 'placed' with its entry, or the word of the refusal without one.
CREATE TABLE answer (
    account     TEXT   NOT NULL REFERENCES account (id),
    key         TEXT   NOT NULL,
    fingerprint TEXT   NOT NULL,
    outcome     TEXT   NOT NULL,
    entry       TEXT   REFERENCES entry (id),
    cash        BIGINT NOT NULL,
    at          BIGINT NOT NULL,
    PRIMARY KEY (account, key),
    CHECK ((outcome = 'placed') = (entry IS NOT NULL))
);
CREATE INDEX answer_at ON answer (at);

CREATE TABLE asset (
    id       TEXT NOT NULL PRIMARY KEY,
    currency TEXT NOT NULL,
    name     TEXT NOT NULL
);

-- A series is numbered, so that its bars need not repeat its name a million times.
CREATE TABLE series (
    id       BIGINT NOT NULL PRIMARY KEY,
    asset    TEXT   NOT NULL,
    interval TEXT   NOT NULL,
    source   TEXT   NOT NULL,
    role     TEXT   NOT NULL CHECK (role IN ('history', 'check')),
    UNIQUE (asset, interval, source, role)
);

CREATE TABLE bar (
    series BIGINT NOT NULL REFERENCES series (id),
    start  BIGINT NOT NULL,
    open   BIGINT,
    high   BIGINT,
    low    BIGINT,
    close  BIGINT NOT NULL,
    volume TEXT,
    PRIMARY KEY (series, start)
);

-- What has been loaded once and is not to be loaded again.
CREATE TABLE marker (
    name TEXT NOT NULL PRIMARY KEY
);

CREATE TABLE vault (
    name  TEXT NOT NULL PRIMARY KEY,
    value TEXT NOT NULL
);
