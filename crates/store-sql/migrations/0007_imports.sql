-- How far the file of an import has come: its last line that is in, a hash of everything up to there, and what its rows
-- came to.

ALTER TABLE price_import ADD COLUMN line BIGINT NOT NULL DEFAULT 0;
ALTER TABLE price_import ADD COLUMN digest TEXT NOT NULL DEFAULT '';
ALTER TABLE price_import ADD COLUMN added BIGINT NOT NULL DEFAULT 0;
ALTER TABLE price_import ADD COLUMN changed BIGINT NOT NULL DEFAULT 0;
