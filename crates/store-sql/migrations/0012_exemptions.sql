-- Who is excused from a rule, for a time: always with an end.

CREATE TABLE exemption (
    id        TEXT   NOT NULL PRIMARY KEY,
    -- Who is excused: a network in CIDR notation, an account or an API key, by its identifier.
    whom_kind TEXT   NOT NULL CHECK (whom_kind IN ('client', 'account', 'key')),
    whom      TEXT   NOT NULL,
    -- The word of a safeguard, or the name of a rule.
    scope     TEXT   NOT NULL,
    since     BIGINT NOT NULL,
    until     BIGINT NOT NULL,
    why       TEXT   NOT NULL,
    who       TEXT   NOT NULL,
    CHECK (until > since)
);
CREATE INDEX exemption_until ON exemption (until);
