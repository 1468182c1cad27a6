-- Whether the sender signed for a unit that has nobody of its own to do so (N1).
ALTER TABLE notice_receipt ADD COLUMN on_behalf BOOLEAN NOT NULL DEFAULT FALSE;
