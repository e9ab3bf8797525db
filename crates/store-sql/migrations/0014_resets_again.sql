-- Every action that wants a new password of an account: it has to be set while one of them stands.

CREATE TABLE forced_reset_again (
    account TEXT NOT NULL REFERENCES account (id),
    action  TEXT NOT NULL,
    PRIMARY KEY (account, action)
);
INSERT INTO forced_reset_again (account, action) SELECT account, action FROM forced_reset;
DROP TABLE forced_reset;
ALTER TABLE forced_reset_again RENAME TO forced_reset;
CREATE INDEX forced_reset_action ON forced_reset (action);
