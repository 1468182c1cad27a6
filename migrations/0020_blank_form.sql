-- Blank forms printed with a running number (N20, N21): which sheet is out, and which pledge came from it.
CREATE TABLE blank_form (
  organization_id TEXT NOT NULL,
  number TEXT NOT NULL,                -- as printed: year, place of the branch, K and a running number
  campaign_id TEXT NOT NULL,
  unit_id TEXT NOT NULL,               -- the branch for which it was printed
  annex TEXT NOT NULL CHECK (annex IN ('annex1', 'annex2')),
  print_id TEXT NOT NULL,              -- the sheets printed together
  issued_by TEXT NOT NULL,
  issued_name TEXT NOT NULL,
  issued_at BIGINT NOT NULL,
  person_id TEXT,                      -- whose words stood on it; stays empty for a branch
  pledge_id TEXT,                      -- the pledge typed from it
  used_at BIGINT,
  PRIMARY KEY (organization_id, number)
);
CREATE INDEX blank_form_unit ON blank_form (organization_id, campaign_id, unit_id, number);
CREATE INDEX blank_form_print ON blank_form (organization_id, print_id);
CREATE INDEX blank_form_pledge ON blank_form (organization_id, pledge_id);
