-- Incidents: who is shut out, what operators did, who has to set a new password.

CREATE TABLE block (
    -- In CIDR notation, folded: one block a network.
    network TEXT   NOT NULL PRIMARY KEY,
    hand    TEXT   NOT NULL CHECK (hand IN ('automatic', 'operator')),
    since   BIGINT NOT NULL,
    until   BIGINT,
    why     TEXT   NOT NULL,
    who     TEXT   NOT NULL,
    CHECK (until IS NOT NULL OR hand = 'operator')
);
CREATE INDEX block_until ON block (until);

-- When the server shut a network out by itself: who comes back is shut out for longer.
CREATE TABLE shut_out (
    network TEXT   NOT NULL,
    at      BIGINT NOT NULL
);
CREATE INDEX shut_out_network ON shut_out (network, at);
CREATE INDEX shut_out_at ON shut_out (at);

CREATE TABLE action (
    id           TEXT   NOT NULL PRIMARY KEY,
    kind         TEXT   NOT NULL,
    scope        TEXT   NOT NULL,
    who          TEXT   NOT NULL,
    at           BIGINT NOT NULL,
    until        BIGINT,
    why          TEXT   NOT NULL,
    touched      BIGINT NOT NULL CHECK (touched >= 0),
    easing       BIGINT,
    undone       BIGINT,
    undone_by    TEXT,
    part_of      TEXT   REFERENCES action (id),
    -- A block that was there before.
    before_hand  TEXT,
    before_since BIGINT,
    before_until BIGINT,
    before_why   TEXT,
    before_who   TEXT,
    CHECK ((undone IS NULL) = (undone_by IS NULL))
);
CREATE INDEX action_part_of ON action (part_of) WHERE part_of IS NOT NULL;
CREATE INDEX action_standing ON action (kind, until) WHERE undone IS NULL;

-- Who has to set a new password, and which action wants it.
CREATE TABLE forced_reset (
    account TEXT NOT NULL PRIMARY KEY REFERENCES account (id),
    action  TEXT NOT NULL
);
CREATE INDEX forced_reset_action ON forced_reset (action);

-- What an operator says, in their own words.
ALTER TABLE notice ADD COLUMN text TEXT;
