CREATE TABLE criticism (
  organization_id TEXT NOT NULL,
  id TEXT NOT NULL,
  campaign_id TEXT NOT NULL,
  pledge_id TEXT NOT NULL,
  item_id TEXT,
  unit_id TEXT NOT NULL,
  origin TEXT NOT NULL CHECK (origin IN ('finding', 'rating', 'feedback', 'overdue')),
  origin_id TEXT NOT NULL,
  words TEXT NOT NULL,
  made_by TEXT NOT NULL,
  made_name TEXT NOT NULL,
  made_at BIGINT NOT NULL,
  reply TEXT NOT NULL,                 -- right of reply
  replied_at BIGINT,
  published_at BIGINT,
  PRIMARY KEY (organization_id, id)
);
CREATE INDEX criticism_list ON criticism (organization_id, campaign_id, unit_id, made_at);
CREATE TABLE rectification_order (
  organization_id TEXT NOT NULL,
  id TEXT NOT NULL,
  campaign_id TEXT NOT NULL,
  criticism_id TEXT NOT NULL,
  pledge_id TEXT NOT NULL,
  item_id TEXT,
  unit_id TEXT NOT NULL,
  number TEXT NOT NULL,
  owner_id TEXT NOT NULL,              -- person who has to put it right
  owner_name TEXT NOT NULL,
  reason TEXT NOT NULL,
  first_due_on TEXT NOT NULL,
  due_on TEXT NOT NULL,
  level BIGINT NOT NULL,               -- 0 branch, 1 office, 2 committee: overdue escalates
  state TEXT NOT NULL CHECK (state IN ('open', 'responded', 'closed')),
  response TEXT NOT NULL,
  responded_by TEXT,
  responded_at BIGINT,
  file_id TEXT,
  issued_by TEXT NOT NULL,
  issued_name TEXT NOT NULL,
  issued_at BIGINT NOT NULL,
  closed_at BIGINT,
  PRIMARY KEY (organization_id, id),
  UNIQUE (organization_id, number)
);
CREATE INDEX rectification_order_list ON rectification_order (organization_id, campaign_id, state, due_on);
CREATE TABLE rectification_extension (
  organization_id TEXT NOT NULL,
  id TEXT NOT NULL,
  order_id TEXT NOT NULL,
  old_due_on TEXT NOT NULL,
  new_due_on TEXT NOT NULL,
  reason TEXT NOT NULL,
  extended_by TEXT NOT NULL,
  extended_at BIGINT NOT NULL,
  PRIMARY KEY (organization_id, id)
);
CREATE TABLE follow_up_review (
  organization_id TEXT NOT NULL,
  id TEXT NOT NULL,
  order_id TEXT NOT NULL,
  passed BOOLEAN NOT NULL,
  words TEXT NOT NULL,
  reviewed_by TEXT NOT NULL,
  reviewed_name TEXT NOT NULL,
  reviewed_at BIGINT NOT NULL,
  PRIMARY KEY (organization_id, id)
);
CREATE INDEX follow_up_review_order ON follow_up_review (organization_id, order_id, reviewed_at);
CREATE TABLE report (                  -- branches report to the office (N19)
  organization_id TEXT NOT NULL,
  id TEXT NOT NULL,
  campaign_id TEXT NOT NULL,
  unit_id TEXT NOT NULL,
  period TEXT NOT NULL,
  words TEXT NOT NULL,
  figures TEXT NOT NULL,               -- JSON as computed when it was sent
  sent_by TEXT NOT NULL,
  sent_name TEXT NOT NULL,
  sent_at BIGINT NOT NULL,
  PRIMARY KEY (organization_id, id),
  UNIQUE (organization_id, campaign_id, unit_id, period)
);
CREATE TABLE good_example (
  organization_id TEXT NOT NULL,
  id TEXT NOT NULL,
  campaign_id TEXT NOT NULL,
  pledge_id TEXT NOT NULL,
  words TEXT NOT NULL,
  nominated_by TEXT NOT NULL,
  nominated_at BIGINT NOT NULL,
  verified_by TEXT,
  verified_at BIGINT,
  consented_at BIGINT,
  published_at BIGINT,
  PRIMARY KEY (organization_id, id)
);
CREATE INDEX good_example_list ON good_example (organization_id, campaign_id, published_at);
