-- Step 5, everyday: reports, what the public says, files.
CREATE TABLE file (
  organization_id TEXT NOT NULL,
  id TEXT NOT NULL,
  sha256 TEXT NOT NULL,
  name TEXT NOT NULL,
  media_type TEXT NOT NULL,
  size BIGINT NOT NULL,
  subject_kind TEXT NOT NULL,          -- what it belongs to decides who may open it
  subject_id TEXT NOT NULL,
  unit_id TEXT NOT NULL,
  added_by TEXT NOT NULL,
  added_at BIGINT NOT NULL,
  PRIMARY KEY (organization_id, id)
);
CREATE INDEX file_subject ON file (organization_id, subject_kind, subject_id);
CREATE TABLE progress_update (
  organization_id TEXT NOT NULL,
  id TEXT NOT NULL,
  item_id TEXT NOT NULL,
  pledge_id TEXT NOT NULL,
  reported_on TEXT NOT NULL,
  amount TEXT NOT NULL,
  words TEXT NOT NULL,
  claim TEXT CHECK (claim IN ('kept', 'partly_kept', 'not_kept_objective', 'not_kept_subjective')),
  reason TEXT NOT NULL,                -- explanation when not kept
  file_id TEXT,
  reported_by TEXT NOT NULL,
  reported_name TEXT NOT NULL,
  reported_at BIGINT NOT NULL,
  PRIMARY KEY (organization_id, id)
);
CREATE INDEX progress_update_item ON progress_update (organization_id, item_id, reported_at);
-- Anonymous by construction: no account, no address, no minute.
CREATE TABLE feedback (
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
);
CREATE INDEX feedback_list ON feedback (organization_id, campaign_id, unit_id, state, due_on);
CREATE INDEX feedback_pledge ON feedback (organization_id, pledge_id);
CREATE UNIQUE INDEX feedback_receipt ON feedback (organization_id, receipt_hash);
CREATE TABLE public_feedback (         -- words and reply both published
  organization_id TEXT NOT NULL,
  id TEXT NOT NULL,
  campaign_id TEXT NOT NULL,
  unit_id TEXT NOT NULL,
  pledge_id TEXT,
  grade BIGINT NOT NULL,
  words TEXT NOT NULL,
  said_on TEXT NOT NULL,
  reply TEXT NOT NULL,
  replied_on TEXT NOT NULL,
  PRIMARY KEY (organization_id, id)
);
CREATE INDEX public_feedback_list ON public_feedback (organization_id, campaign_id, unit_id);
CREATE INDEX public_feedback_pledge ON public_feedback (organization_id, pledge_id);
