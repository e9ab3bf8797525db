-- Everything that a server holds, as of this version. Every text is compared byte by byte (COLLATE "C"), as a file does it:
-- identifiers, hashes and keys have no language, and pages go on where the last one ended whatever the server speaks.

-- Identifiers are hyphenated UUIDs, money is BIGINT units of 10^-8, moments are BIGINT microseconds since 1970 (UTC),
-- hashes and bytes are lower-case hex.

CREATE TABLE account (
    id            TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    email         TEXT COLLATE "C" NOT NULL UNIQUE,
    full_name     TEXT COLLATE "C" NOT NULL,
    password_hash TEXT COLLATE "C" NOT NULL,
    role          TEXT COLLATE "C" NOT NULL CHECK (role IN ('user', 'admin')),
    enabled       BOOLEAN          NOT NULL,
    created       BIGINT           NOT NULL,
    devices_since BIGINT           NOT NULL DEFAULT 0,
    -- Networks in CIDR notation with one space between them. None is everywhere.
    allowed_ips   TEXT COLLATE "C" NOT NULL DEFAULT ''
);

CREATE TABLE invitation (
    token_hash TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    expires    BIGINT           NOT NULL,
    spent_at   BIGINT
);

CREATE TABLE family (
    id            TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    account       TEXT COLLATE "C" NOT NULL REFERENCES account (id),
    created       BIGINT           NOT NULL,
    expires       BIGINT           NOT NULL,
    revoked       BIGINT,
    used          BIGINT           NOT NULL DEFAULT 0,
    authenticated BIGINT           NOT NULL DEFAULT 0,
    strong        BOOLEAN          NOT NULL DEFAULT FALSE,
    client        TEXT COLLATE "C" NOT NULL DEFAULT '',
    agent         TEXT COLLATE "C" NOT NULL DEFAULT '',
    key           TEXT COLLATE "C",
    cookie        TEXT COLLATE "C"
);
CREATE INDEX family_revoked ON family (revoked);
CREATE INDEX family_expires ON family (expires);
CREATE INDEX family_account ON family (account, created, id);
CREATE UNIQUE INDEX family_cookie ON family (cookie) WHERE cookie IS NOT NULL;

CREATE TABLE token (
    hash      TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    family    TEXT COLLATE "C" NOT NULL REFERENCES family (id),
    spent_at  BIGINT,
    spent_by  TEXT COLLATE "C",
    successor TEXT COLLATE "C",
    CHECK ((spent_at IS NULL) = (spent_by IS NULL) AND (spent_at IS NULL) = (successor IS NULL))
);
CREATE INDEX token_family ON token (family);

-- The books. Cash is the asset '$' followed by its currency, so that it never collides with an asset's name.
CREATE TABLE entry (
    id       TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    account  TEXT COLLATE "C" NOT NULL REFERENCES account (id),
    kind     TEXT COLLATE "C" NOT NULL CHECK (kind IN ('open', 'buy', 'sell')),
    asset    TEXT COLLATE "C" NOT NULL,
    quantity BIGINT           NOT NULL CHECK (quantity >= 0),
    price    BIGINT           NOT NULL CHECK (price >= 0),
    total    BIGINT           NOT NULL CHECK (total >= 0),
    note     TEXT COLLATE "C",
    at       BIGINT           NOT NULL,
    CHECK (kind = 'open' OR (quantity > 0 AND total > 0))
);
CREATE INDEX entry_account ON entry (account, at, id);

-- An entry's postings sum to zero in each asset. The owner is the entry's account or 'house'.
CREATE TABLE posting (
    entry  TEXT COLLATE "C" NOT NULL REFERENCES entry (id),
    owner  TEXT COLLATE "C" NOT NULL,
    asset  TEXT COLLATE "C" NOT NULL,
    amount BIGINT           NOT NULL,
    PRIMARY KEY (entry, owner, asset)
);

-- Accounts only: a row of the house would be touched by every trade, and its sum could outgrow a BIGINT.
CREATE TABLE balance (
    owner  TEXT COLLATE "C" NOT NULL REFERENCES account (id),
    asset  TEXT COLLATE "C" NOT NULL,
    amount BIGINT           NOT NULL CHECK (amount >= 0),
    PRIMARY KEY (owner, asset)
);

-- What was answered under a caller's key: 'placed' with its entry, or the word of the refusal without one.
CREATE TABLE answer (
    account     TEXT COLLATE "C" NOT NULL REFERENCES account (id),
    key         TEXT COLLATE "C" NOT NULL,
    fingerprint TEXT COLLATE "C" NOT NULL,
    outcome     TEXT COLLATE "C" NOT NULL,
    entry       TEXT COLLATE "C" REFERENCES entry (id),
    cash        BIGINT           NOT NULL,
    at          BIGINT           NOT NULL,
    PRIMARY KEY (account, key),
    CHECK ((outcome = 'placed') = (entry IS NOT NULL))
);
CREATE INDEX answer_at ON answer (at);

CREATE TABLE asset (
    id          TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    currency    TEXT COLLATE "C" NOT NULL,
    name        TEXT COLLATE "C" NOT NULL,
    -- The one text of an asset that may hold markup.
    description TEXT COLLATE "C" NOT NULL DEFAULT ''
);

-- A series is numbered, so that its bars need not repeat its name a million times.
CREATE TABLE series (
    id       BIGINT           NOT NULL PRIMARY KEY,
    asset    TEXT COLLATE "C" NOT NULL,
    interval TEXT COLLATE "C" NOT NULL,
    source   TEXT COLLATE "C" NOT NULL,
    role     TEXT COLLATE "C" NOT NULL CHECK (role IN ('history', 'check')),
    UNIQUE (asset, interval, source, role)
);

CREATE TABLE bar (
    series BIGINT           NOT NULL REFERENCES series (id),
    start  BIGINT           NOT NULL,
    open   BIGINT,
    high   BIGINT,
    low    BIGINT,
    close  BIGINT           NOT NULL,
    volume TEXT COLLATE "C",
    flags  BIGINT           NOT NULL DEFAULT 0,
    -- Where it comes from, where that is not where its series comes from.
    source TEXT COLLATE "C",
    PRIMARY KEY (series, start)
) PARTITION BY RANGE (start);

-- A part a year. A page touches the parts of its span alone, in their order; old years stay as they were written and
-- can be moved to slower disks one by one. What is older or younger than all of them has a part too: a bar is never
-- refused, and there is none of no year (DEFAULT), because then the parts would have no order.
DO $$
DECLARE
    first CONSTANT INTEGER := 2000;
    last  CONSTANT INTEGER := 2040;
    begins BIGINT;
    ends   BIGINT;
BEGIN
    FOR year IN first..last LOOP
        begins := EXTRACT(EPOCH FROM make_timestamptz(year, 1, 1, 0, 0, 0, 'UTC'))::BIGINT * 1000000;
        ends := EXTRACT(EPOCH FROM make_timestamptz(year + 1, 1, 1, 0, 0, 0, 'UTC'))::BIGINT * 1000000;
        IF year = first THEN
            EXECUTE format('CREATE TABLE bar_before PARTITION OF bar FOR VALUES FROM (MINVALUE) TO (%s)', begins);
        END IF;
        EXECUTE format('CREATE TABLE bar_%s PARTITION OF bar FOR VALUES FROM (%s) TO (%s)', year, begins, ends);
    END LOOP;
    EXECUTE format('CREATE TABLE bar_after PARTITION OF bar FOR VALUES FROM (%s) TO (MAXVALUE)', ends);
END
$$;

-- What has been loaded once and is not to be loaded again.
CREATE TABLE marker (
    name TEXT COLLATE "C" NOT NULL PRIMARY KEY
);

CREATE TABLE vault (
    name  TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    value TEXT COLLATE "C" NOT NULL
);

CREATE TABLE totp (
    account   TEXT COLLATE "C" NOT NULL PRIMARY KEY REFERENCES account (id),
    secret    TEXT COLLATE "C" NOT NULL,
    confirmed BOOLEAN          NOT NULL,
    last_step BIGINT           NOT NULL
);

-- Those that are left: a spent one is deleted.
CREATE TABLE recovery_code (
    account TEXT COLLATE "C" NOT NULL REFERENCES account (id),
    hash    TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (account, hash)
);

CREATE TABLE passkey (
    id         TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    account    TEXT COLLATE "C" NOT NULL REFERENCES account (id),
    credential TEXT COLLATE "C" NOT NULL UNIQUE,
    name       TEXT COLLATE "C" NOT NULL,
    data       TEXT COLLATE "C" NOT NULL,
    created    BIGINT           NOT NULL,
    used       BIGINT
);
CREATE INDEX passkey_account ON passkey (account, created, id);

-- Those that are open: a spent one is deleted.
CREATE TABLE link (
    token_hash TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    purpose    TEXT COLLATE "C" NOT NULL,
    account    TEXT COLLATE "C" NOT NULL REFERENCES account (id),
    expires    BIGINT           NOT NULL
);
CREATE INDEX link_account ON link (account, purpose, expires, token_hash);
CREATE INDEX link_expires ON link (expires);

CREATE TABLE notice (
    id      TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    account TEXT COLLATE "C" NOT NULL REFERENCES account (id),
    kind    TEXT COLLATE "C" NOT NULL,
    at      BIGINT           NOT NULL,
    client  TEXT COLLATE "C",
    agent   TEXT COLLATE "C",
    -- What an operator says, in their own words.
    text    TEXT COLLATE "C"
);
CREATE INDEX notice_account ON notice (account, at, id);

-- What accounts used of a day: bytes that were sent or drawn, and calls. A day is the number of days since 1970-01-01.
-- It names no account as its own (REFERENCES): a count must never be refused, and old rows go by themselves.
CREATE TABLE day_use (
    account TEXT COLLATE "C" NOT NULL,
    day     BIGINT           NOT NULL,
    bytes   BIGINT           NOT NULL CHECK (bytes >= 0),
    calls   BIGINT           NOT NULL CHECK (calls >= 0),
    PRIMARY KEY (account, day)
);
CREATE INDEX day_use_day ON day_use (day);
CREATE INDEX day_use_calls ON day_use (day, calls);

-- A row is never deleted: it keeps why it was held, what was served in its place, and what became of it.
CREATE TABLE quarantine (
    asset    TEXT COLLATE "C" NOT NULL,
    interval TEXT COLLATE "C" NOT NULL,
    source   TEXT COLLATE "C" NOT NULL,
    start    BIGINT           NOT NULL,
    open     BIGINT,
    high     BIGINT,
    low      BIGINT,
    close    BIGINT           NOT NULL,
    volume   TEXT COLLATE "C",
    flags    BIGINT           NOT NULL,
    review   TEXT COLLATE "C" NOT NULL,
    why      TEXT COLLATE "C" NOT NULL,
    served   BIGINT,
    came     BIGINT           NOT NULL,
    fate     TEXT COLLATE "C" NOT NULL CHECK (fate IN ('held', 'agreed', 'approved', 'rejected')),
    settled  BIGINT,
    PRIMARY KEY (asset, interval, source, start)
);
CREATE INDEX quarantine_review ON quarantine (review, start);
CREATE INDEX quarantine_held ON quarantine (start) WHERE fate = 'held';

-- One source's rows of one asset and interval: when the last began, and since when it has no vote.
CREATE TABLE price_feed (
    source     TEXT COLLATE "C" NOT NULL,
    asset      TEXT COLLATE "C" NOT NULL,
    interval   TEXT COLLATE "C" NOT NULL,
    last       BIGINT           NOT NULL,
    distrusted BIGINT,
    PRIMARY KEY (source, asset, interval)
);

CREATE TABLE price_split (
    asset       TEXT COLLATE "C" NOT NULL,
    at          BIGINT           NOT NULL,
    numerator   BIGINT           NOT NULL CHECK (numerator > 0),
    denominator BIGINT           NOT NULL CHECK (denominator > 0),
    source      TEXT COLLATE "C" NOT NULL,
    applied     BIGINT           NOT NULL,
    PRIMARY KEY (asset, at)
);

-- A file that is being imported, by a hash of what is in it and where it goes: how many of its rows are in.
CREATE TABLE price_import (
    name     TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    rows     BIGINT           NOT NULL CHECK (rows >= 0),
    begun    BIGINT           NOT NULL,
    finished BIGINT,
    line     BIGINT           NOT NULL DEFAULT 0,
    digest   TEXT COLLATE "C" NOT NULL DEFAULT '',
    added    BIGINT           NOT NULL DEFAULT 0,
    changed  BIGINT           NOT NULL DEFAULT 0
);

-- Everything of a key but the key.
CREATE TABLE api_key (
    id            TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    account       TEXT COLLATE "C" NOT NULL REFERENCES account (id),
    -- SHA-256, keyed by a pepper.
    hash          TEXT COLLATE "C" NOT NULL UNIQUE,
    name          TEXT COLLATE "C" NOT NULL,
    -- Words with one space between them.
    scopes        TEXT COLLATE "C" NOT NULL,
    -- Networks in CIDR notation with one space between them. None is everywhere.
    allowed_ips   TEXT COLLATE "C" NOT NULL,
    source        TEXT COLLATE "C",
    created       BIGINT           NOT NULL,
    expires       BIGINT           NOT NULL,
    revoked       BIGINT,
    successor     TEXT COLLATE "C",
    used          BIGINT,
    used_by       TEXT COLLATE "C",
    suspended     BIGINT,
    -- What was odd: "network CIDR" or "calls N".
    suspended_for TEXT COLLATE "C",
    resumed       BIGINT,
    warned        BIGINT,
    -- When it was found where it does not belong.
    leaked        BIGINT,
    -- When the first key of its line was made: a successor is the same program. NULL is when it was made itself.
    line          BIGINT,
    CHECK ((used IS NULL) = (used_by IS NULL))
);
CREATE INDEX api_key_account ON api_key (account, created, id);
CREATE INDEX api_key_expires ON api_key (expires);
CREATE INDEX api_key_successor ON api_key (successor) WHERE successor IS NOT NULL;
CREATE INDEX api_key_created ON api_key (created, id);

-- It names no key as its own (REFERENCES): a count must never be refused, and old rows go by themselves.
-- How often each key was used in a day.
CREATE TABLE key_day (
    key   TEXT COLLATE "C" NOT NULL,
    day   BIGINT           NOT NULL,
    calls BIGINT           NOT NULL CHECK (calls >= 0),
    PRIMARY KEY (key, day)
);
CREATE INDEX key_day_day ON key_day (day);

-- What waits for an operator's word: held prices and held predictions.
CREATE TABLE review (
    id         TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    subject    TEXT COLLATE "C" NOT NULL CHECK (subject IN ('price', 'prediction')),
    asset      TEXT COLLATE "C" NOT NULL,
    why        TEXT COLLATE "C" NOT NULL,
    account    TEXT COLLATE "C",
    source     TEXT COLLATE "C",
    facts      TEXT COLLATE "C" NOT NULL,
    opened     BIGINT           NOT NULL,
    due        BIGINT           NOT NULL,
    reminded   BIGINT,
    decided    BIGINT,
    decided_by TEXT COLLATE "C",
    approved   BOOLEAN,
    reason     TEXT COLLATE "C",
    CHECK ((decided IS NULL) = (approved IS NULL) AND (decided IS NULL) = (reason IS NULL))
);
CREATE INDEX review_opened ON review (opened, id);
CREATE INDEX review_due ON review (due, id) WHERE decided IS NULL;

-- What was worked out over a long time: the newest of each name.
CREATE TABLE report (
    name TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    made BIGINT           NOT NULL,
    text TEXT COLLATE "C" NOT NULL
);

-- Alerts, from their beginning to their end.
CREATE TABLE alert (
    id           TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    rule         TEXT COLLATE "C" NOT NULL,
    severity     TEXT COLLATE "C" NOT NULL,
    -- server, client, account, key or named, and which one of these.
    subject_kind TEXT COLLATE "C" NOT NULL,
    subject      TEXT COLLATE "C" NOT NULL,
    began        BIGINT           NOT NULL,
    at           BIGINT           NOT NULL,
    ended        BIGINT,
    counted      BIGINT           NOT NULL CHECK (counted >= 0),
    most         BIGINT,
    window_s     BIGINT,
    request      TEXT COLLATE "C",
    enforced     BOOLEAN          NOT NULL
);
CREATE INDEX alert_began ON alert (began, id);
CREATE INDEX alert_ended ON alert (ended, id);
CREATE INDEX alert_open ON alert (began, id) WHERE ended IS NULL;

-- Messages of alarm on their way: one row a message and channel, until it has arrived or is given up.
CREATE TABLE outbox (
    channel TEXT COLLATE "C" NOT NULL,
    message TEXT COLLATE "C" NOT NULL,
    weight  BIGINT           NOT NULL,
    at      BIGINT           NOT NULL,
    body    TEXT COLLATE "C" NOT NULL,
    due     BIGINT           NOT NULL,
    -- Somebody is about to send it: until then it is due for nobody else.
    taken   BOOLEAN          NOT NULL,
    tries   BIGINT           NOT NULL CHECK (tries >= 0),
    PRIMARY KEY (channel, message)
);
CREATE INDEX outbox_due ON outbox (channel, due);
CREATE INDEX outbox_lightest ON outbox (channel, weight, at, message);

-- What was said lately: it is not said again for a while.
CREATE TABLE outbox_said (
    key TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    at  BIGINT           NOT NULL
);
CREATE INDEX outbox_said_at ON outbox_said (at);

-- What a channel that costs money has spent in a day.
CREATE TABLE outbox_spent (
    channel TEXT COLLATE "C" NOT NULL,
    day     BIGINT           NOT NULL,
    spent   BIGINT           NOT NULL CHECK (spent >= 0),
    PRIMARY KEY (channel, day)
);

-- Who is shut out.
CREATE TABLE block (
    -- In CIDR notation, folded: one block a network.
    network TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    hand    TEXT COLLATE "C" NOT NULL CHECK (hand IN ('automatic', 'operator')),
    since   BIGINT           NOT NULL,
    until   BIGINT,
    why     TEXT COLLATE "C" NOT NULL,
    who     TEXT COLLATE "C" NOT NULL,
    CHECK (until IS NOT NULL OR hand = 'operator')
);
CREATE INDEX block_until ON block (until);

-- When the server shut a network out by itself: who comes back is shut out for longer.
CREATE TABLE shut_out (
    network TEXT COLLATE "C" NOT NULL,
    at      BIGINT           NOT NULL
);
CREATE INDEX shut_out_network ON shut_out (network, at);
CREATE INDEX shut_out_at ON shut_out (at);

-- What operators did.
CREATE TABLE action (
    id           TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    kind         TEXT COLLATE "C" NOT NULL,
    scope        TEXT COLLATE "C" NOT NULL,
    who          TEXT COLLATE "C" NOT NULL,
    at           BIGINT           NOT NULL,
    until        BIGINT,
    why          TEXT COLLATE "C" NOT NULL,
    touched      BIGINT           NOT NULL CHECK (touched >= 0),
    easing       BIGINT,
    undone       BIGINT,
    undone_by    TEXT COLLATE "C",
    part_of      TEXT COLLATE "C" REFERENCES action (id),
    -- A block that was there before.
    before_hand  TEXT COLLATE "C",
    before_since BIGINT,
    before_until BIGINT,
    before_why   TEXT COLLATE "C",
    before_who   TEXT COLLATE "C",
    -- Counted up: two actions may carry the same moment.
    turn         BIGINT           NOT NULL DEFAULT 0,
    CHECK ((undone IS NULL) = (undone_by IS NULL))
);
CREATE INDEX action_part_of ON action (part_of) WHERE part_of IS NOT NULL;
CREATE INDEX action_standing ON action (kind, until) WHERE undone IS NULL;
CREATE INDEX action_turn ON action (turn);

-- Where keys are used from. It names no key as its own (REFERENCES), as key_day: old rows go by themselves.
CREATE TABLE key_network (
    key     TEXT COLLATE "C" NOT NULL,
    network TEXT COLLATE "C" NOT NULL,
    seen    BIGINT           NOT NULL,
    PRIMARY KEY (key, network)
);

-- Keys that are laid out to be stolen. They open nothing, and no account has one.
CREATE TABLE honey_key (
    id      TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    hash    TEXT COLLATE "C" NOT NULL UNIQUE,
    name    TEXT COLLATE "C" NOT NULL,
    made    BIGINT           NOT NULL,
    made_by TEXT COLLATE "C" NOT NULL,
    uses    BIGINT           NOT NULL DEFAULT 0 CHECK (uses >= 0),
    used    BIGINT,
    used_by TEXT COLLATE "C",
    CHECK ((used IS NULL) = (used_by IS NULL))
);

-- Who is excused from a rule, for a time: always with an end.
CREATE TABLE exemption (
    id        TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    -- Who is excused: a network in CIDR notation, an account or an API key, by its identifier.
    whom_kind TEXT COLLATE "C" NOT NULL CHECK (whom_kind IN ('client', 'account', 'key')),
    whom      TEXT COLLATE "C" NOT NULL,
    -- The word of a safeguard, or the name of a rule.
    scope     TEXT COLLATE "C" NOT NULL,
    since     BIGINT           NOT NULL,
    until     BIGINT           NOT NULL,
    why       TEXT COLLATE "C" NOT NULL,
    who       TEXT COLLATE "C" NOT NULL,
    CHECK (until > since)
);
CREATE INDEX exemption_until ON exemption (until);

-- Events that a command wrote down while no server ran, for the rules of alarm of the next one.
CREATE TABLE unheard (
    id      TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    at      BIGINT           NOT NULL,
    kind    TEXT COLLATE "C" NOT NULL,
    account TEXT COLLATE "C",
    api_key TEXT COLLATE "C"
);

-- Every action that wants a new password of an account: it has to be set while one of them stands.
CREATE TABLE forced_reset (
    account TEXT COLLATE "C" NOT NULL REFERENCES account (id),
    action  TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (account, action)
);
CREATE INDEX forced_reset_action ON forced_reset (action);

-- What other nodes have to hear of, written by the transaction that does it.
CREATE TABLE change (
    number  BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    topic   TEXT COLLATE "C" NOT NULL,
    subject TEXT COLLATE "C" NOT NULL,
    at      TIMESTAMPTZ NOT NULL DEFAULT clock_timestamp()
);
CREATE INDEX change_at ON change (at);

-- Work that one node does at a time.
CREATE TABLE lease (
    work   TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    node   TEXT COLLATE "C" NOT NULL,
    until  TIMESTAMPTZ NOT NULL
);

-- Takes the topic, and the column that names the subject.
CREATE FUNCTION note_change() RETURNS trigger LANGUAGE plpgsql AS $note$
BEGIN
    INSERT INTO change (topic, subject)
    VALUES (TG_ARGV[0], COALESCE(to_jsonb(NEW), to_jsonb(OLD)) ->> TG_ARGV[1]);
    RETURN NULL;
END
$note$;

-- Told when it is committed, once for all that a transaction changed.
CREATE FUNCTION tell_change() RETURNS trigger LANGUAGE plpgsql AS $tell$
BEGIN
    PERFORM pg_notify('aspis_change', '');
    RETURN NULL;
END
$tell$;
CREATE TRIGGER change_told AFTER INSERT ON change FOR EACH STATEMENT EXECUTE FUNCTION tell_change();

CREATE TRIGGER account_changes
    AFTER UPDATE OF enabled, role, allowed_ips, devices_since, password_hash ON account
    FOR EACH ROW WHEN (OLD.* IS DISTINCT FROM NEW.*) EXECUTE FUNCTION note_change('account', 'id');
CREATE TRIGGER forced_reset_changes AFTER INSERT OR UPDATE OR DELETE ON forced_reset
    FOR EACH ROW EXECUTE FUNCTION note_change('account', 'account');
-- What a factor proved that is gone proves nothing any more.
CREATE TRIGGER totp_begins AFTER UPDATE OF confirmed ON totp
    FOR EACH ROW WHEN (OLD.confirmed IS DISTINCT FROM NEW.confirmed) EXECUTE FUNCTION note_change('account', 'account');
CREATE TRIGGER totp_ends AFTER DELETE ON totp
    FOR EACH ROW EXECUTE FUNCTION note_change('account', 'account');
CREATE TRIGGER passkey_changes AFTER INSERT OR DELETE ON passkey
    FOR EACH ROW EXECUTE FUNCTION note_change('account', 'account');
CREATE TRIGGER family_begins AFTER INSERT ON family
    FOR EACH ROW WHEN (NEW.cookie IS NOT NULL) EXECUTE FUNCTION note_change('family', 'id');
CREATE TRIGGER family_changes AFTER UPDATE OF revoked, authenticated, strong, cookie ON family
    FOR EACH ROW WHEN (OLD.revoked IS DISTINCT FROM NEW.revoked OR OLD.authenticated IS DISTINCT FROM NEW.authenticated
        OR OLD.strong IS DISTINCT FROM NEW.strong OR OLD.cookie IS DISTINCT FROM NEW.cookie)
    EXECUTE FUNCTION note_change('family', 'id');
CREATE TRIGGER key_begins AFTER INSERT OR DELETE ON api_key
    FOR EACH ROW EXECUTE FUNCTION note_change('key', 'id');
CREATE TRIGGER key_changes
    AFTER UPDATE OF scopes, allowed_ips, source, expires, revoked, successor, suspended, resumed, leaked ON api_key
    FOR EACH ROW WHEN (OLD.* IS DISTINCT FROM NEW.*) EXECUTE FUNCTION note_change('key', 'id');
CREATE TRIGGER honey_key_changes AFTER INSERT OR DELETE ON honey_key
    FOR EACH ROW EXECUTE FUNCTION note_change('honey', 'id');
CREATE TRIGGER block_changes AFTER INSERT OR UPDATE OR DELETE ON block
    FOR EACH ROW EXECUTE FUNCTION note_change('block', 'network');
CREATE TRIGGER exemption_changes AFTER INSERT OR UPDATE OR DELETE ON exemption
    FOR EACH ROW EXECUTE FUNCTION note_change('exemption', 'id');
CREATE TRIGGER action_changes AFTER INSERT OR UPDATE ON action
    FOR EACH ROW EXECUTE FUNCTION note_change('action', 'id');
CREATE TRIGGER vault_changes AFTER INSERT OR UPDATE OR DELETE ON vault
    FOR EACH ROW EXECUTE FUNCTION note_change('vault', 'name');
-- Whoever writes bars, held rows, reviews or feeds of an asset writes the asset too: once for all of them.
CREATE TRIGGER asset_changes AFTER INSERT OR UPDATE ON asset
    FOR EACH ROW EXECUTE FUNCTION note_change('asset', 'id');
CREATE TRIGGER split_changes AFTER INSERT OR UPDATE OR DELETE ON price_split
    FOR EACH ROW EXECUTE FUNCTION note_change('asset', 'asset');
