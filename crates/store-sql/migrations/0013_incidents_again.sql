-- Incidents: which of two actions came later, whose keys go on from an older one, and what no server has heard yet.

-- Counted up: two actions may carry the same moment.
ALTER TABLE action ADD COLUMN turn BIGINT NOT NULL DEFAULT 0;
UPDATE action SET turn = (SELECT COUNT(*) FROM action AS other WHERE other.id <= action.id);
CREATE INDEX action_turn ON action (turn);

-- When the first key of its line was made: a successor is the same program. NULL is when it was made itself.
ALTER TABLE api_key ADD COLUMN line BIGINT;

-- Events that a command wrote down while no server ran, for the rules of alarm of the next one.
CREATE TABLE unheard (
    id      TEXT   NOT NULL PRIMARY KEY,
    at      BIGINT NOT NULL,
    kind    TEXT   NOT NULL,
    account TEXT,
    api_key TEXT
);
