-- Messages of alarm on their way: one row a message and channel, until it has arrived or is given up.

CREATE TABLE outbox (
    channel TEXT    NOT NULL,
    message TEXT    NOT NULL,
    weight  BIGINT  NOT NULL,
    at      BIGINT  NOT NULL,
    body    TEXT    NOT NULL,
    due     BIGINT  NOT NULL,
    -- Somebody is about to send it: until then it is due for nobody else.
    taken   BOOLEAN NOT NULL,
    tries   BIGINT  NOT NULL CHECK (tries >= 0),
    PRIMARY KEY (channel, message)
);
CREATE INDEX outbox_due ON outbox (channel, due);
CREATE INDEX outbox_lightest ON outbox (channel, weight, at, message);

-- What was said lately: it is not said again for a while.
CREATE TABLE outbox_said (
    key TEXT   NOT NULL PRIMARY KEY,
    at  BIGINT NOT NULL
);
CREATE INDEX outbox_said_at ON outbox_said (at);

-- What a channel that costs money has spent in a day.
CREATE TABLE outbox_spent (
    channel TEXT   NOT NULL,
    day     BIGINT NOT NULL,
    spent   BIGINT NOT NULL CHECK (spent >= 0),
    PRIMARY KEY (channel, day)
);
