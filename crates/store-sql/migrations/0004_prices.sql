-- Prices from live sources: what was noticed about a bar and who brought it, rows that are held, how far each source
-- has come, splits, and imports. What was there before stays.

ALTER TABLE bar ADD COLUMN flags BIGINT NOT NULL DEFAULT 0;
-- Where it comes from, where that is not where its series comes from.
ALTER TABLE bar ADD COLUMN source TEXT;

-- The one text of an asset that may hold markup.
ALTER TABLE asset ADD COLUMN description TEXT NOT NULL DEFAULT '';

-- A row is never deleted: it keeps why it was held, what was served in its place, and what became of it.
CREATE TABLE quarantine (
    asset    TEXT   NOT NULL,
    interval TEXT   NOT NULL,
    source   TEXT   NOT NULL,
    start    BIGINT NOT NULL,
    open     BIGINT,
    high     BIGINT,
    low      BIGINT,
    close    BIGINT NOT NULL,
    volume   TEXT,
    flags    BIGINT NOT NULL,
    review   TEXT   NOT NULL,
    why      TEXT   NOT NULL,
    served   BIGINT,
    came     BIGINT NOT NULL,
    fate     TEXT   NOT NULL CHECK (fate IN ('held', 'agreed', 'approved', 'rejected')),
    settled  BIGINT,
    PRIMARY KEY (asset, interval, source, start)
);
CREATE INDEX quarantine_review ON quarantine (review, start);
CREATE INDEX quarantine_held ON quarantine (start) WHERE fate = 'held';

-- One source's rows of one asset and interval: when the last began, and since when it has no vote.
CREATE TABLE price_feed (
    source     TEXT   NOT NULL,
    asset      TEXT   NOT NULL,
    interval   TEXT   NOT NULL,
    last       BIGINT NOT NULL,
    distrusted BIGINT,
    PRIMARY KEY (source, asset, interval)
);

CREATE TABLE price_split (
    asset       TEXT   NOT NULL,
    at          BIGINT NOT NULL,
    numerator   BIGINT NOT NULL CHECK (numerator > 0),
    denominator BIGINT NOT NULL CHECK (denominator > 0),
    source      TEXT   NOT NULL,
    applied     BIGINT NOT NULL,
    PRIMARY KEY (asset, at)
);

-- A file that is being imported, by a hash of what is in it and where it goes: how many of its rows are in.
CREATE TABLE price_import (
    name     TEXT   NOT NULL PRIMARY KEY,
    rows     BIGINT NOT NULL CHECK (rows >= 0),
    begun    BIGINT NOT NULL,
    finished BIGINT
);
