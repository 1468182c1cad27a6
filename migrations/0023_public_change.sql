-- What strangers see changed: one row an act, so that every process on this database makes its kept pages anew.
-- Acts only add rows and never meet here; a job drops them after a day.
CREATE TABLE public_change (
  organization_id TEXT NOT NULL,
  id TEXT NOT NULL,                    -- UUIDv7: its time is the act's
  PRIMARY KEY (organization_id, id)
);
-- The counts of the board are read from this index alone, already in order.
CREATE INDEX public_item_tally ON public_item
  (organization_id, campaign_id, unit_id, rank, rectifying, verdict, claim, due_on);
