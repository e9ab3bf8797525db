-- The watching of API keys: what is odd about one, whether its owner was warned, where it is used from; and honey keys.

ALTER TABLE api_key ADD COLUMN suspended BIGINT;
-- What was odd: "network CIDR" or "calls N".
ALTER TABLE api_key ADD COLUMN suspended_for TEXT;
ALTER TABLE api_key ADD COLUMN resumed BIGINT;
ALTER TABLE api_key ADD COLUMN warned BIGINT;
-- When it was found where it does not belong.
ALTER TABLE api_key ADD COLUMN leaked BIGINT;
CREATE INDEX api_key_created ON api_key (created, id);

-- It names no key as its own (REFERENCES), as key_day: old rows go by themselves.
CREATE TABLE key_network (
    key     TEXT   NOT NULL,
    network TEXT   NOT NULL,
    seen    BIGINT NOT NULL,
    PRIMARY KEY (key, network)
);

-- Keys that are laid out to be stolen. They open nothing, and no account has one.
CREATE TABLE honey_key (
    id      TEXT   NOT NULL PRIMARY KEY,
    hash    TEXT   NOT NULL UNIQUE,
    name    TEXT   NOT NULL,
    made    BIGINT NOT NULL,
    made_by TEXT   NOT NULL,
    uses    BIGINT NOT NULL DEFAULT 0 CHECK (uses >= 0),
    used    BIGINT,
    used_by TEXT,
    CHECK ((used IS NULL) = (used_by IS NULL))
);
