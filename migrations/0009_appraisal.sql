CREATE TABLE appraisal_round (
  organization_id TEXT NOT NULL,
  id TEXT NOT NULL,
  campaign_id TEXT NOT NULL,
  title TEXT NOT NULL,
  cadence TEXT NOT NULL,
  opens_on TEXT NOT NULL,
  closes_on TEXT NOT NULL,
  scale TEXT NOT NULL,                 -- JSON copied from the template: old verdicts are never re-judged by new rules
  opened_by TEXT NOT NULL,
  opened_at BIGINT NOT NULL,
  frozen_at BIGINT,
  frozen_by TEXT,
  result TEXT,                         -- canonical JSON
  hash TEXT,
  PRIMARY KEY (organization_id, id)
);
CREATE INDEX appraisal_round_list ON appraisal_round (organization_id, campaign_id, opens_on);
CREATE TABLE appraisal_entry (         -- self-report, branch comment, leader comment: one each a pledge and round
  organization_id TEXT NOT NULL,
  round_id TEXT NOT NULL,
  pledge_id TEXT NOT NULL,
  voice TEXT NOT NULL CHECK (voice IN ('self', 'branch_comment', 'leader_comment')),
  words TEXT NOT NULL,
  score BIGINT,
  said_by TEXT NOT NULL,
  said_name TEXT NOT NULL,
  said_at BIGINT NOT NULL,
  PRIMARY KEY (organization_id, round_id, pledge_id, voice)
);
CREATE TABLE ballot_code (             -- whether a code was used is kept; which ballot it gave is not
  organization_id TEXT NOT NULL,
  round_id TEXT NOT NULL,
  code_hash TEXT NOT NULL,
  unit_id TEXT NOT NULL,
  voice TEXT NOT NULL CHECK (voice IN ('ballot', 'peers')),
  used BOOLEAN NOT NULL,
  PRIMARY KEY (organization_id, round_id, code_hash)
);
CREATE UNIQUE INDEX ballot_code_hash ON ballot_code (organization_id, code_hash);
CREATE INDEX ballot_code_unit ON ballot_code (organization_id, round_id, unit_id);
CREATE TABLE ballot (
  organization_id TEXT NOT NULL,
  id TEXT NOT NULL,                    -- random, not ordered by time
  round_id TEXT NOT NULL,
  unit_id TEXT NOT NULL,
  voice TEXT NOT NULL CHECK (voice IN ('ballot', 'peers')),
  answers TEXT NOT NULL,               -- JSON: subject → grade
  PRIMARY KEY (organization_id, id)
);
CREATE INDEX ballot_unit ON ballot (organization_id, round_id, unit_id);
CREATE TABLE appraisal_release (       -- the result of a pledge was shown to the public
  organization_id TEXT NOT NULL,
  round_id TEXT NOT NULL,
  pledge_id TEXT NOT NULL,
  released_by TEXT NOT NULL,
  released_at BIGINT NOT NULL,
  PRIMARY KEY (organization_id, round_id, pledge_id)
);
