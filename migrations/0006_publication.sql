-- Step 4. The public_* tables are the projection: public pages, feeds, sheets and the log read nothing else.
CREATE TABLE publication (
  organization_id TEXT NOT NULL,
  id TEXT NOT NULL,
  campaign_id TEXT NOT NULL,
  scope TEXT NOT NULL CHECK (scope IN ('branches', 'members')),
  unit_id TEXT,                        -- the branch whose members these are; NULL for branches
  pledges BIGINT NOT NULL,
  items BIGINT NOT NULL,
  objections_until TEXT NOT NULL,
  published_by TEXT NOT NULL,
  published_name TEXT NOT NULL,
  published_at BIGINT NOT NULL,
  PRIMARY KEY (organization_id, id)
);
CREATE INDEX publication_list ON publication (organization_id, campaign_id, unit_id, published_at);
CREATE TABLE publication_channel (     -- the ledger of the four channels (N12)
  organization_id TEXT NOT NULL,
  id TEXT NOT NULL,
  publication_id TEXT NOT NULL,
  channel TEXT NOT NULL,
  done_on TEXT NOT NULL,
  place TEXT NOT NULL,
  proof TEXT NOT NULL,
  file_id TEXT,
  recorded_by TEXT NOT NULL,
  recorded_at BIGINT NOT NULL,
  PRIMARY KEY (organization_id, id)
);
CREATE INDEX publication_channel_list ON publication_channel (organization_id, publication_id, channel);
CREATE TABLE public_pledge (
  organization_id TEXT NOT NULL,
  id TEXT NOT NULL,
  campaign_id TEXT NOT NULL,
  publication_id TEXT NOT NULL,
  pledger TEXT NOT NULL,
  unit_id TEXT NOT NULL,
  unit_name TEXT NOT NULL,
  name TEXT NOT NULL,                  -- as published: whole or masked, or the branch's name
  post TEXT NOT NULL,
  leading_cadre BOOLEAN NOT NULL,
  rank BIGINT NOT NULL,                -- leaders first, then branches, then members
  name_sort TEXT NOT NULL,
  number TEXT NOT NULL,
  version BIGINT NOT NULL,
  content TEXT NOT NULL,               -- canonical JSON of the public text: what the check code covers
  hash TEXT NOT NULL,
  check_code TEXT NOT NULL,
  pledged_on TEXT NOT NULL,
  due_on TEXT NOT NULL,
  confirmed_on TEXT NOT NULL,
  published_at BIGINT NOT NULL,
  published_by TEXT NOT NULL,          -- the body that published: committee or branch
  taken_down_at BIGINT,
  taken_down_reason TEXT NOT NULL,
  PRIMARY KEY (organization_id, id)
);
CREATE INDEX public_pledge_list ON public_pledge (organization_id, campaign_id, rank, name_sort, id);
CREATE INDEX public_pledge_unit ON public_pledge (organization_id, campaign_id, unit_id, rank, name_sort, id);
CREATE INDEX public_pledge_code ON public_pledge (organization_id, check_code);
CREATE TABLE public_version (          -- every text that ever was public stays readable
  organization_id TEXT NOT NULL,
  pledge_id TEXT NOT NULL,
  version BIGINT NOT NULL,
  content TEXT NOT NULL,
  hash TEXT NOT NULL,
  check_code TEXT NOT NULL,
  reason TEXT NOT NULL,
  published_at BIGINT NOT NULL,
  PRIMARY KEY (organization_id, pledge_id, version)
);
CREATE INDEX public_version_code ON public_version (organization_id, check_code);
CREATE TABLE public_item (
  organization_id TEXT NOT NULL,
  id TEXT NOT NULL,
  pledge_id TEXT NOT NULL,
  campaign_id TEXT NOT NULL,
  unit_id TEXT NOT NULL,
  position BIGINT NOT NULL,
  rank BIGINT NOT NULL,
  kind TEXT NOT NULL,
  content TEXT NOT NULL,
  measure TEXT NOT NULL,
  beneficiary TEXT NOT NULL,
  due_on TEXT NOT NULL,
  demand_id TEXT,
  claim TEXT,                          -- self-report, never merged with the verdict
  claim_words TEXT NOT NULL,
  claimed_on TEXT,
  verdict TEXT,
  verdict_words TEXT NOT NULL,
  verdict_on TEXT,
  rectifying BOOLEAN NOT NULL,
  search TEXT NOT NULL,                -- public name, unit and words in lower case: any two characters are found by LIKE
  updated_at BIGINT NOT NULL,
  PRIMARY KEY (organization_id, id)
);
CREATE INDEX public_item_list ON public_item (organization_id, campaign_id, rank, pledge_id, position);
CREATE INDEX public_item_unit ON public_item (organization_id, campaign_id, unit_id, rank, pledge_id, position);
CREATE INDEX public_item_pledge ON public_item (organization_id, pledge_id, position);
CREATE INDEX public_item_recent ON public_item (organization_id, campaign_id, updated_at);
CREATE INDEX public_item_demand ON public_item (organization_id, demand_id);
CREATE TABLE public_event (            -- the life story of a pledge, as strangers may read it
  organization_id TEXT NOT NULL,
  id TEXT NOT NULL,
  pledge_id TEXT NOT NULL,
  item_id TEXT,
  happened_on TEXT NOT NULL,
  kind TEXT NOT NULL,                  -- demand, submitted, confirmed, published, amended, progress, inspection, feedback, appraisal, criticism, rectification, follow_up, closed, taken_down, correction
  words TEXT NOT NULL,                 -- the words of the act itself
  detail TEXT NOT NULL,                -- JSON: small facts the page sets into its own sentence
  created_at BIGINT NOT NULL,
  PRIMARY KEY (organization_id, id)
);
CREATE INDEX public_event_pledge ON public_event (organization_id, pledge_id, happened_on, id);
CREATE TABLE correction (              -- every change after publication, with reason (N12)
  organization_id TEXT NOT NULL,
  id TEXT NOT NULL,
  campaign_id TEXT NOT NULL,
  pledge_id TEXT NOT NULL,
  kind TEXT NOT NULL CHECK (kind IN ('amended', 'taken_down', 'restored')),
  reason TEXT NOT NULL,
  made_by TEXT NOT NULL,
  made_at BIGINT NOT NULL,
  PRIMARY KEY (organization_id, id)
);
CREATE INDEX correction_list ON correction (organization_id, campaign_id, made_at);
CREATE TABLE objection (
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
);
CREATE INDEX objection_list ON objection (organization_id, campaign_id, said_on);
CREATE UNIQUE INDEX objection_receipt ON objection (organization_id, receipt_hash);
CREATE TABLE public_log (              -- RFC 6962 leaves in order; entries are canonical JSON of public acts
  organization_id TEXT NOT NULL,
  position BIGINT NOT NULL,
  entry TEXT NOT NULL,
  leaf_hash TEXT NOT NULL,
  PRIMARY KEY (organization_id, position)
);
CREATE TABLE public_act (              -- what waits for the sequencer of the log
  organization_id TEXT NOT NULL,
  id TEXT NOT NULL,
  entry TEXT NOT NULL,
  acted_at BIGINT NOT NULL,
  PRIMARY KEY (organization_id, id)
);
