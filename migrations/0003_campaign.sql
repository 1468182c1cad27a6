CREATE TABLE campaign (
  organization_id TEXT NOT NULL REFERENCES organization (id),
  id TEXT NOT NULL,
  template_key TEXT NOT NULL,
  title TEXT NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('draft', 'running', 'closed')),
  template TEXT NOT NULL,              -- TOML of the template as it stood when the campaign was made, dates moved
  created_by TEXT NOT NULL,
  created_at BIGINT NOT NULL,
  started_at BIGINT,
  closed_at BIGINT,
  PRIMARY KEY (organization_id, id)
);
CREATE TABLE stage_extension (
  organization_id TEXT NOT NULL,
  id TEXT NOT NULL,
  campaign_id TEXT NOT NULL,
  stage TEXT NOT NULL,                 -- key of the stage in the template
  old_ends_on TEXT NOT NULL,
  new_ends_on TEXT NOT NULL,
  reason TEXT NOT NULL,
  extended_by TEXT NOT NULL,
  extended_at BIGINT NOT NULL,
  PRIMARY KEY (organization_id, id),
  FOREIGN KEY (organization_id, campaign_id) REFERENCES campaign (organization_id, id)
);
CREATE TABLE excuse (
  organization_id TEXT NOT NULL,
  campaign_id TEXT NOT NULL,
  person_id TEXT NOT NULL,
  reason TEXT NOT NULL,
  excused_by TEXT NOT NULL,
  excused_at BIGINT NOT NULL,
  PRIMARY KEY (organization_id, campaign_id, person_id)
);
-- A notice (N1), a numbered brief (N19), a campaign summary: three kinds of one document.
CREATE TABLE notice (
  organization_id TEXT NOT NULL,
  id TEXT NOT NULL,
  campaign_id TEXT NOT NULL,
  kind TEXT NOT NULL CHECK (kind IN ('notice', 'brief', 'summary')),
  number TEXT NOT NULL,
  title TEXT NOT NULL,
  body TEXT NOT NULL,                  -- paragraphs, one a line; '# ' and '## ' begin headings
  source TEXT NOT NULL,
  dated_on TEXT,                       -- 成文日期
  original_published_on TEXT,          -- a date the original page carried; shown as such, never as ours
  published_at BIGINT,                 -- 发布时间, stamped by the system alone
  written_by TEXT NOT NULL,
  created_at BIGINT NOT NULL,
  updated_at BIGINT NOT NULL,
  revision BIGINT NOT NULL,
  PRIMARY KEY (organization_id, id)
);
CREATE INDEX notice_list ON notice (organization_id, campaign_id, kind, published_at);
CREATE TABLE notice_receipt (
  organization_id TEXT NOT NULL,
  notice_id TEXT NOT NULL,
  unit_id TEXT NOT NULL,
  signed_by TEXT NOT NULL,
  signed_name TEXT NOT NULL,
  signed_at BIGINT NOT NULL,
  PRIMARY KEY (organization_id, notice_id, unit_id)
);
CREATE TABLE visit_count (
  organization_id TEXT NOT NULL,
  path TEXT NOT NULL,
  visits BIGINT NOT NULL,
  PRIMARY KEY (organization_id, path)
);
