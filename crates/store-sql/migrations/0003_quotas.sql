-- What accounts used of a day: bytes that were sent or drawn, and calls. A day is the number of days since 1970-01-01.
-- It names no account as its own (REFERENCES): a count must never be refused, and old rows go by themselves.

CREATE TABLE day_use (
    account TEXT   NOT NULL,
    day     BIGINT NOT NULL,
    bytes   BIGINT NOT NULL CHECK (bytes >= 0),
    calls   BIGINT NOT NULL CHECK (calls >= 0),
    PRIMARY KEY (account, day)
);
CREATE INDEX day_use_day ON day_use (day);
