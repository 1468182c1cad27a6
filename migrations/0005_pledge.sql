-- Steps 2 and 3: the form, what was handed in each round, and who decided what.
CREATE TABLE pledge (
  organization_id TEXT NOT NULL,
  id TEXT NOT NULL,
  campaign_id TEXT NOT NULL,
  pledger TEXT NOT NULL CHECK (pledger IN ('branch', 'person')),
  pledger_id TEXT NOT NULL,            -- unit or person: one pledge each and campaign
  unit_id TEXT NOT NULL,               -- the branch it belongs to
  person_id TEXT,
  leading_cadre BOOLEAN NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('draft', 'submitted', 'returned', 'confirmed', 'published', 'withdrawn')),
  step BIGINT NOT NULL,                -- place in the review route while submitted
  round BIGINT NOT NULL,               -- how often it was handed in
  version BIGINT NOT NULL,             -- published versions so far
  revision BIGINT NOT NULL,            -- moves with every save: two tabs, one wins
  number TEXT,                         -- reference number, given at the first submit
  header TEXT NOT NULL,                -- JSON: the boxes of the form as prefilled and corrected
  items TEXT NOT NULL,                 -- JSON: the draft's items; frozen copies are in pledge_version
  pledged_on TEXT,
  due_on TEXT,
  channels TEXT NOT NULL,              -- JSON: publicity forms chosen
  signed_name TEXT NOT NULL,
  consent_at BIGINT,
  consent_withdrawn_at BIGINT,
  on_behalf_by TEXT,
  on_behalf_reason TEXT NOT NULL,
  on_behalf_confirmed_at BIGINT,
  created_at BIGINT NOT NULL,
  updated_at BIGINT NOT NULL,
  submitted_at BIGINT,
  confirmed_at BIGINT,
  PRIMARY KEY (organization_id, id),
  UNIQUE (organization_id, campaign_id, pledger_id),
  UNIQUE (organization_id, number)
);
CREATE INDEX pledge_list ON pledge (organization_id, campaign_id, unit_id, state);
CREATE TABLE pledge_version (
  organization_id TEXT NOT NULL,
  pledge_id TEXT NOT NULL,
  round BIGINT NOT NULL,
  content TEXT NOT NULL,               -- canonical JSON of what was signed
  hash TEXT NOT NULL,
  check_code TEXT NOT NULL,
  signed_name TEXT NOT NULL,
  reason TEXT NOT NULL,                -- why there is a new version, once published
  submitted_at BIGINT NOT NULL,
  PRIMARY KEY (organization_id, pledge_id, round)
);
CREATE INDEX pledge_version_code ON pledge_version (organization_id, check_code);
CREATE TABLE commitment_item (         -- the items of the confirmed version: what is followed afterwards
  organization_id TEXT NOT NULL,
  id TEXT NOT NULL,
  pledge_id TEXT NOT NULL,
  campaign_id TEXT NOT NULL,
  unit_id TEXT NOT NULL,
  position BIGINT NOT NULL,
  kind TEXT NOT NULL,
  content TEXT NOT NULL,
  measure TEXT NOT NULL,
  beneficiary TEXT NOT NULL,
  due_on TEXT NOT NULL,
  demand_id TEXT,
  claim TEXT CHECK (claim IN ('kept', 'partly_kept', 'not_kept_objective', 'not_kept_subjective')),
  claimed_on TEXT,
  verdict TEXT CHECK (verdict IN ('fulfilled', 'partly_fulfilled', 'not_fulfilled')),
  verdict_on TEXT,
  rectifying BOOLEAN NOT NULL,
  last_report_on TEXT,
  PRIMARY KEY (organization_id, id),
  FOREIGN KEY (organization_id, pledge_id) REFERENCES pledge (organization_id, id)
);
CREATE INDEX commitment_item_pledge ON commitment_item (organization_id, pledge_id, position);
CREATE INDEX commitment_item_list ON commitment_item (organization_id, campaign_id, unit_id, due_on);
CREATE INDEX commitment_item_demand ON commitment_item (organization_id, demand_id);
CREATE TABLE review_decision (
  organization_id TEXT NOT NULL,
  id TEXT NOT NULL,
  pledge_id TEXT NOT NULL,
  round BIGINT NOT NULL,
  step BIGINT NOT NULL,
  role TEXT NOT NULL,
  verdict TEXT NOT NULL CHECK (verdict IN ('confirm', 'return')),
  answers TEXT NOT NULL,               -- JSON: one a question, verdict and remark
  reasons TEXT NOT NULL,               -- JSON: keys of the questions it failed
  message TEXT NOT NULL,
  meeting TEXT NOT NULL,               -- JSON of a meeting decision, or empty
  decided_by TEXT NOT NULL,
  decided_name TEXT NOT NULL,
  decided_at BIGINT NOT NULL,
  PRIMARY KEY (organization_id, id),
  UNIQUE (organization_id, pledge_id, round, step)
);
CREATE TABLE pledge_comment (
  organization_id TEXT NOT NULL,
  id TEXT NOT NULL,
  pledge_id TEXT NOT NULL,
  words TEXT NOT NULL,
  said_by TEXT NOT NULL,
  said_name TEXT NOT NULL,
  said_at BIGINT NOT NULL,
  PRIMARY KEY (organization_id, id)
);
CREATE INDEX pledge_comment_list ON pledge_comment (organization_id, pledge_id, said_at);
