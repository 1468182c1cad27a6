CREATE TABLE draw (
  organization_id TEXT NOT NULL,
  id TEXT NOT NULL,
  campaign_id TEXT NOT NULL,
  title TEXT NOT NULL,
  pool TEXT NOT NULL,                  -- canonical text: what was hashed
  pool_hash TEXT NOT NULL,
  sample BIGINT NOT NULL,
  minimum BIGINT NOT NULL,             -- at least so many a branch
  inspectors TEXT NOT NULL,            -- JSON: pool of inspectors with their branches and recusals
  inspectors_hash TEXT NOT NULL,
  inspector_count BIGINT NOT NULL,
  seed_source TEXT NOT NULL,           -- announced before the seed is known
  seed TEXT,
  result TEXT,                         -- JSON: drawn items, drawn inspectors
  void_reason TEXT NOT NULL,
  frozen_by TEXT NOT NULL,
  frozen_at BIGINT NOT NULL,
  drawn_by TEXT,
  drawn_at BIGINT,
  PRIMARY KEY (organization_id, id)
);
CREATE INDEX draw_list ON draw (organization_id, campaign_id, frozen_at);
CREATE TABLE inspection (              -- the supervision calendar: symposium, regular inspection, spot check (N17)
  organization_id TEXT NOT NULL,
  id TEXT NOT NULL,
  campaign_id TEXT NOT NULL,
  kind TEXT NOT NULL CHECK (kind IN ('symposium', 'regular', 'spot_check')),
  unit_id TEXT,
  item_id TEXT,
  draw_id TEXT,
  planned_on TEXT NOT NULL,
  inspectors TEXT NOT NULL,            -- JSON: names and accounts
  note TEXT NOT NULL,
  made_by TEXT NOT NULL,
  made_at BIGINT NOT NULL,
  PRIMARY KEY (organization_id, id)
);
CREATE INDEX inspection_list ON inspection (organization_id, campaign_id, planned_on);
CREATE INDEX inspection_draw ON inspection (organization_id, draw_id);
CREATE TABLE inspection_record (
  organization_id TEXT NOT NULL,
  id TEXT NOT NULL,
  inspection_id TEXT NOT NULL,
  item_id TEXT,
  pledge_id TEXT,
  finding TEXT NOT NULL CHECK (finding IN ('fulfilled', 'partly_fulfilled', 'not_fulfilled')),
  words TEXT NOT NULL,
  file_id TEXT,
  recorded_by TEXT NOT NULL,
  recorded_name TEXT NOT NULL,
  recorded_on TEXT NOT NULL,
  recorded_at BIGINT NOT NULL,
  PRIMARY KEY (organization_id, id)
);
CREATE INDEX inspection_record_list ON inspection_record (organization_id, inspection_id);
CREATE INDEX inspection_record_item ON inspection_record (organization_id, item_id, recorded_at);
