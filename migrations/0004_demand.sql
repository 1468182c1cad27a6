-- Step 1: what was heard, and what became of it (N7, N9).
CREATE TABLE visit (
  organization_id TEXT NOT NULL,
  id TEXT NOT NULL,
  campaign_id TEXT NOT NULL,
  unit_id TEXT NOT NULL,
  kind TEXT NOT NULL CHECK (kind IN ('visit', 'symposium')),
  place TEXT NOT NULL,
  held_on TEXT NOT NULL,
  met TEXT NOT NULL,
  points TEXT NOT NULL,
  recorded_by TEXT NOT NULL,
  recorded_at BIGINT NOT NULL,
  PRIMARY KEY (organization_id, id)
);
CREATE INDEX visit_list ON visit (organization_id, campaign_id, unit_id, held_on);
-- An opinion from outside has no author, no address and no minute: a day is all that is kept.
CREATE TABLE opinion (
  organization_id TEXT NOT NULL,
  id TEXT NOT NULL,
  campaign_id TEXT NOT NULL,
  unit_id TEXT,
  source TEXT NOT NULL CHECK (source IN ('internal', 'public', 'paper', 'visit', 'carried_over')),
  words TEXT NOT NULL,
  voices BIGINT NOT NULL,
  said_on TEXT NOT NULL,
  typed_by TEXT,
  visit_id TEXT,
  demand_id TEXT,
  set_aside TEXT NOT NULL,             -- reason, empty while it counts
  receipt_hash TEXT,
  PRIMARY KEY (organization_id, id)
);
CREATE INDEX opinion_list ON opinion (organization_id, campaign_id, unit_id, demand_id);
CREATE INDEX opinion_demand ON opinion (organization_id, demand_id);
CREATE INDEX opinion_receipt ON opinion (organization_id, receipt_hash);
CREATE TABLE demand (
  organization_id TEXT NOT NULL,
  id TEXT NOT NULL,
  campaign_id TEXT NOT NULL,
  unit_id TEXT,
  title TEXT NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('open', 'answered', 'declined')),
  reason TEXT NOT NULL,                -- public reason why it is not taken up
  public BOOLEAN NOT NULL,
  made_by TEXT NOT NULL,
  made_at BIGINT NOT NULL,
  decided_by TEXT,
  decided_at BIGINT,
  PRIMARY KEY (organization_id, id)
);
CREATE INDEX demand_list ON demand (organization_id, campaign_id, unit_id, state);
