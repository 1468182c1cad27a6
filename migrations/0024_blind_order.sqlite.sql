-- Rows nobody's name belongs to lie in the order of their random ids, not in the order of arrival: whoever opens
-- the file must not tell the third ballot from the first (PRODUCT.md 3.7).
CREATE TABLE ballot_blind (
  organization_id TEXT NOT NULL,
  id TEXT NOT NULL,                    -- random, not ordered by time
  round_id TEXT NOT NULL,
  unit_id TEXT NOT NULL,
  voice TEXT NOT NULL CHECK (voice IN ('ballot', 'peers')),
  answers TEXT NOT NULL,               -- JSON: subject → grade
  PRIMARY KEY (organization_id, id)
) WITHOUT ROWID;
INSERT INTO ballot_blind SELECT * FROM ballot ORDER BY organization_id, id;
DROP TABLE ballot;
ALTER TABLE ballot_blind RENAME TO ballot;
CREATE INDEX ballot_unit ON ballot (organization_id, round_id, unit_id);
CREATE TABLE opinion_blind (
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
) WITHOUT ROWID;
INSERT INTO opinion_blind SELECT * FROM opinion ORDER BY organization_id, id;
DROP TABLE opinion;
ALTER TABLE opinion_blind RENAME TO opinion;
CREATE INDEX opinion_list ON opinion (organization_id, campaign_id, unit_id, demand_id);
CREATE INDEX opinion_demand ON opinion (organization_id, demand_id);
CREATE INDEX opinion_receipt ON opinion (organization_id, receipt_hash);
CREATE TABLE feedback_blind (
  organization_id TEXT NOT NULL,
  id TEXT NOT NULL,
  campaign_id TEXT NOT NULL,
  unit_id TEXT NOT NULL,
  pledge_id TEXT,
  grade BIGINT NOT NULL CHECK (grade BETWEEN 1 AND 5),   -- 5 very satisfied … 1 very dissatisfied
  reasons TEXT NOT NULL,               -- JSON of reason keys
  words TEXT NOT NULL,
  contact TEXT NOT NULL,
  said_on TEXT NOT NULL,
  due_on TEXT NOT NULL,
  receipt_hash TEXT NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('new', 'answered', 'hidden')),
  reply TEXT NOT NULL,
  reply_public BOOLEAN NOT NULL,
  hidden_reason TEXT NOT NULL,
  handled_by TEXT,
  handled_at BIGINT,
  PRIMARY KEY (organization_id, id)
) WITHOUT ROWID;
INSERT INTO feedback_blind SELECT * FROM feedback ORDER BY organization_id, id;
DROP TABLE feedback;
ALTER TABLE feedback_blind RENAME TO feedback;
CREATE INDEX feedback_list ON feedback (organization_id, campaign_id, unit_id, state, due_on);
CREATE INDEX feedback_pledge ON feedback (organization_id, pledge_id);
CREATE UNIQUE INDEX feedback_receipt ON feedback (organization_id, receipt_hash);
CREATE TABLE objection_blind (
  organization_id TEXT NOT NULL,
  id TEXT NOT NULL,
  campaign_id TEXT NOT NULL,
  pledge_id TEXT NOT NULL,
  words TEXT NOT NULL,
  contact TEXT NOT NULL,
  said_on TEXT NOT NULL,
  receipt_hash TEXT NOT NULL,
  answer TEXT NOT NULL,
  upheld BOOLEAN,
  answered_by TEXT,
  answered_at BIGINT,
  PRIMARY KEY (organization_id, id)
) WITHOUT ROWID;
INSERT INTO objection_blind SELECT * FROM objection ORDER BY organization_id, id;
DROP TABLE objection;
ALTER TABLE objection_blind RENAME TO objection;
CREATE INDEX objection_list ON objection (organization_id, campaign_id, said_on);
CREATE UNIQUE INDEX objection_receipt ON objection (organization_id, receipt_hash);
