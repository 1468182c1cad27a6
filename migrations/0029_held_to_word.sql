-- A seed is held to the source that was announced: so many dice, or words alone.
ALTER TABLE draw ADD COLUMN dice BIGINT;
-- What was seen at a follow-up, as a file.
ALTER TABLE follow_up_review ADD COLUMN file_id TEXT;
